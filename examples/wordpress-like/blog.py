"""The blog: shows what was posted, and takes new posts from whoever knows the password of its owner."""

import hmac
import html
import os
import sys
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

PORT = 8000
MAX_POST = 500
MAX_BODY = 4096
SHOWN = 100


def connect():
    return psycopg2.connect(
        host=os.environ["BLOG_DB_HOST"],
        user=os.environ["BLOG_DB_USER"],
        password=os.environ["BLOG_DB_PASSWORD"],
        dbname=os.environ["BLOG_DB_USER"],
        connect_timeout=3,
    )


def run(statement, *values):
    connection = connect()
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS post (id serial PRIMARY KEY, text text NOT NULL)")
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def is_owner(password):
    with open(os.environ["ADMIN_PASSWORD_FILE"], "rb") as file:
        return hmac.compare_digest(file.read().strip(), password.encode())


class Page(BaseHTTPRequestHandler):
    timeout = 10

    def do_GET(self):
        try:
            self.get()
        except psycopg2.Error:
            # What the database says may hold more than a visitor is to read.
            self.answer(503, "the database does not answer, or refuses the password\n", "text/plain")

    def get(self):
        if self.path == "/healthz":
            run("SELECT 1")
            self.answer(200, "ok\n", "text/plain")
        elif self.path == "/posts":
            self.answer(200, "".join(f"{text}\n" for text in posts()), "text/plain")
        elif self.path == "/":
            self.answer(200, page(), "text/html")
        else:
            self.answer(404, "there is /, /posts and /healthz\n", "text/plain")

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY:
            self.answer(413, "too long\n", "text/plain")
            return
        form = urllib.parse.parse_qs(self.rfile.read(length).decode("utf-8", "replace"))
        text = form.get("text", [""])[0].strip()[:MAX_POST]
        if not is_owner(form.get("password", [""])[0]):
            self.answer(403, "only the owner of the blog posts\n", "text/plain")
        elif text == "":
            self.answer(400, "write something into the field text\n", "text/plain")
        else:
            try:
                run("INSERT INTO post (text) VALUES (%s)", text)
                self.answer(201, "posted\n", "text/plain")
            except psycopg2.Error:
                self.answer(503, "the database does not answer, or refuses the password\n", "text/plain")

    def answer(self, status, text, kind):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{kind}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def posts():
    return [text for (text,) in run("SELECT text FROM post ORDER BY id DESC LIMIT %s", SHOWN)]


def page():
    title = html.escape(os.environ.get("BLOG_TITLE", "A blog"))
    items = "".join(f"<li>{html.escape(text)}</li>" for text in posts())
    return (
        f"<!doctype html><html lang=en><title>{title}</title><h1>{title}</h1><ul>{items}</ul>"
        f"<form method=post><label>Post <input name=text maxlength={MAX_POST} required></label>"
        f"<label>Password <input name=password type=password required></label><button>Post</button></form></html>\n"
    )


if "--check" in sys.argv:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=4) as response:
        sys.exit(0 if response.status == 200 else 1)
ThreadingHTTPServer(("", PORT), Page).serve_forever()
