#!/usr/bin/python3
"""A program that stands in for an application: it wants what an application wants, and answers where it would.

STAND_IN_NEEDS  host:port of what it connects to before it is ready, e.g. "db:5432 redis:6379"
STAND_IN_FILES  files that have to be there, and cannot be written
STAND_IN_DATA   folders that it has to be able to write
STAND_IN_PORTS  ports on which it answers every request with 200 and "OK"
"""
import http.server, os, signal, socket, sys, threading, time, urllib.request


def words(name):
    return os.environ.get(name, "").split()


def connect(address):
    host, port = address.rsplit(":", 1)
    for _ in range(120):
        try:
            socket.create_connection((host, int(port)), 2).close()
            return
        except OSError as error:
            reason = error
            time.sleep(0.5)
    sys.exit(f"{address} cannot be reached: {reason}")


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"OK\n")

    def log_message(self, *_):
        pass


def main(name, args):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if "-healthcheck" in args or name == "mc":
        urllib.request.urlopen(f"http://127.0.0.1:{words('STAND_IN_PORTS')[0]}/", timeout=5)
        return
    if args[:1] == ["sh"]:
        os.execvp("sh", args)
    for address in words("STAND_IN_NEEDS"):
        connect(address)
    for path in words("STAND_IN_FILES"):
        open(path).read()
        try:
            open(path, "a")
            sys.exit(f"{path} can be written")
        except OSError:
            pass
    for folder in words("STAND_IN_DATA"):
        with open(os.path.join(folder, "stand-in"), "a") as file:
            file.write(f"{time.time()}\n")
    if {"migrate", "createdb"} & set(args):
        print("migrated")
        return
    for port in words("STAND_IN_PORTS"):
        server = http.server.ThreadingHTTPServer(("", int(port)), Answer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    while True:
        time.sleep(3600)


main(os.path.basename(sys.argv[0]), sys.argv[1:])
