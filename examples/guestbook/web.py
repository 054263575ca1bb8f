"""The page of the guestbook: shows the entries that were signed in, and takes new ones."""

import html
import os
import sys
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import redis

PORT = 8000
MAX_ENTRY = 200
MAX_BODY = 4096
SHOWN = 100

store = redis.Redis(os.environ.get("REDIS_HOST", "redis"), socket_timeout=3, decode_responses=True)


class Page(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        try:
            self.get()
        except redis.RedisError as error:
            self.answer(503, f"redis: {error}\n", "text/plain")

    def get(self):
        if self.path == "/healthz":
            store.ping()
            self.answer(200, "ok\n", "text/plain")
        elif self.path == "/entries":
            self.answer(200, "".join(f"{entry}\n" for entry in entries()), "text/plain")
        elif self.path == "/":
            self.answer(200, page(), "text/html")
        else:
            self.answer(404, "there is /, /entries and /healthz\n", "text/plain")

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY:
            self.answer(413, "too long\n", "text/plain")
            return
        form = urllib.parse.parse_qs(self.rfile.read(length).decode("utf-8", "replace"))
        entry = form.get("entry", [""])[0].strip()[:MAX_ENTRY]
        if entry == "":
            self.answer(400, "write something into the field entry\n", "text/plain")
            return
        try:
            store.lpush("incoming", entry)
        except redis.RedisError as error:
            self.answer(503, f"redis: {error}\n", "text/plain")
            return
        self.send_response(303)
        self.send_header("location", "/")
        self.send_header("content-length", "0")
        self.end_headers()

    def answer(self, status, text, kind):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{kind}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def entries():
    return store.lrange("entries", 0, SHOWN - 1)


def page():
    title = html.escape(os.environ.get("TITLE", "Guestbook"))
    items = "".join(f"<li>{html.escape(entry)}</li>" for entry in entries())
    return (
        f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1>"
        f"<form method=post><label>Your entry <input name=entry maxlength={MAX_ENTRY} required></label>"
        f"<button>Sign</button></form><ul>{items}</ul></html>\n"
    )


if "--check" in sys.argv:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=3) as response:
        sys.exit(0 if response.status == 200 else 1)
ThreadingHTTPServer(("", PORT), Page).serve_forever()
