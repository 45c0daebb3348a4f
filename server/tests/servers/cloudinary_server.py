"""A stand-in for Cloudinary, for tests: an account whose calls and addresses are checked by Cloudinary's own
library, and whose files lie in a folder. It prints where it listens.

    python cloudinary_server.py FOLDER CLOUD KEY SECRET
"""

import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import quote, unquote

from cloudinary.utils import api_sign_request, cloudinary_url

FOLDER, CLOUD, KEY, SECRET = Path(sys.argv[1]), *sys.argv[2:]

# What Cloudinary holds its callers to.
AN_HOUR = 3600
MOST_IN_ONE = 100_000_000
LEAST_OF_SEVERAL = 5_000_000

# By the id of an upload: the parts that have come.
parts = {}
lock = Lock()


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def place(public_id):
    """Where a file lies. Slashes are no folders here."""
    return FOLDER / quote(public_id, safe="")


def fields_of(headers, body):
    """The fields of a form, and its file."""
    kind = re.fullmatch(r"multipart/form-data; boundary=(\w+)", headers["Content-Type"])
    if kind is None:
        raise Refused(400, "no form")
    fields, file = {}, None
    for part in body.split(f"--{kind[1]}".encode())[1:-1]:
        head, content = part.removeprefix(b"\r\n").split(b"\r\n\r\n", 1)
        content = content.removesuffix(b"\r\n")
        if b"filename=" in head:
            file = content
        else:
            fields[re.search(rb'name="(\w+)"', head)[1].decode()] = content.decode()
    return fields, file


def check(fields):
    """Who calls knows the secret, and calls now."""
    if fields.pop("api_key", None) != KEY:
        raise Refused(401, "Unknown API key")
    signature = fields.pop("signature", "")
    if signature != api_sign_request(fields, SECRET):
        raise Refused(401, "Invalid Signature")
    if abs(time.time() - int(fields["timestamp"])) > AN_HOUR:
        raise Refused(400, "Stale request")
    if fields.get("type") != "authenticated":
        raise Refused(400, "This stand-in keeps what is authenticated alone")


class Cloudinary(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            fields, file = fields_of(self.headers, body)
            check(fields)
            if self.path == f"/v1_1/{CLOUD}/raw/upload":
                answer = self.upload(fields, file)
            elif self.path == f"/v1_1/{CLOUD}/raw/destroy":
                answer = self.destroy(fields)
            else:
                raise Refused(404, "no such call")
            self.answer(200, answer)
        except Refused as refused:
            self.answer(refused.status, {"error": {"message": str(refused)}})

    def upload(self, fields, file):
        public_id = fields["public_id"]
        if file is None or len(file) > MOST_IN_ONE:
            raise Refused(400, "no file, or too large a file for one call")
        upload = self.headers["X-Unique-Upload-Id"]
        if upload is not None:
            file = self.part(upload, file)
            if file is None:
                return {"done": False, "public_id": public_id}
        if place(public_id).exists() and fields.get("overwrite") != "true":
            raise Refused(400, "it is there already")
        place(public_id).write_bytes(file)
        version = int(time.time())
        signed = api_sign_request(
            {"public_id": public_id, "version": version}, SECRET, signature_version=1
        )
        return {"public_id": public_id, "version": version, "signature": signed, "bytes": len(file)}

    def part(self, upload, file):
        """Adds what has come. Returns the whole once it is there."""
        first, last, all_ = map(
            int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", self.headers["Content-Range"]).groups()
        )
        with lock:
            whole = parts.setdefault(upload, bytearray())
            if len(whole) != first or last + 1 - first != len(file):
                raise Refused(400, "a part is not where it should be")
            if last + 1 < all_ and len(file) < LEAST_OF_SEVERAL:
                raise Refused(400, "a part is too small")
            whole += file
            return parts.pop(upload) if last + 1 == all_ else None

    def destroy(self, fields):
        there = place(fields["public_id"])
        if not there.exists():
            return {"result": "not found"}
        there.unlink()
        return {"result": "ok"}

    def do_HEAD(self):
        self.deliver(head=True)

    def do_GET(self):
        self.deliver(head=False)

    def deliver(self, head):
        found = re.fullmatch(
            f"/{CLOUD}/raw/authenticated/s--[^/]*--/v1/(.+)", unquote(self.path)
        )
        if found is None:
            return self.answer(401, {"error": {"message": "no signature"}})
        public_id = found[1]
        url, _ = cloudinary_url(
            public_id,
            cloud_name=CLOUD,
            api_secret=SECRET,
            secure=True,
            resource_type="raw",
            type="authenticated",
            sign_url=True,
            long_url_signature=True,
        )
        if not url.endswith(self.path):
            return self.answer(401, {"error": {"message": "another signature"}})
        if not place(public_id).exists():
            return self.answer(404, {"error": {"message": "it is not here"}})
        file = place(public_id).read_bytes()
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        status, headers, part = 200, {}, file
        if asked is not None and not head:
            first, last = int(asked[1]), min(int(asked[2]), len(file) - 1)
            status, part = 206, file[first : last + 1]
            headers = {"Content-Range": f"bytes {first}-{last}/{len(file)}"}
        self.respond(status, part, head, headers)

    def answer(self, status, answer):
        body = json.dumps(answer).encode()
        self.respond(status, body, self.command == "HEAD", {"Content-Type": "application/json"})

    def respond(self, status, body, head, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not head:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Cloudinary)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
