"""Somebody else's machine: takes what is posted to it, and answers what the test says."""

import base64
import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

from api.webhooks.outgoing import Outgoing

KEY = "9R4dxIeo6cCoNaRIXRKjFFzpGDWLfXGRZjLtw0Zn2Ss="
HERE = Outgoing((KEY,), (ip_network("127.0.0.0/8"),), plain_http=True)
"""What may leave in a test: only to this machine."""


class Receiver(ThreadingHTTPServer):
    """`requests` are headers and body of everything that came; `answer` gives the status of each."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.answer, self.headers = [], lambda number: 204, {}
        self.lock = threading.Lock()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/hook?tenant=1"

    def bodies(self):
        return [json.loads(body) for _, body in self.requests]


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.requests.append((dict(self.headers), body))
            number = len(self.server.requests)
        self.send_response(self.server.answer(number))
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def receiving():
    receiver = Receiver()
    thread = threading.Thread(target=lambda: receiver.serve_forever(0.01))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        receiver.server_close()
        thread.join()


def verified(secret, headers, body, now=None):
    """Whether a receiver that follows the specification takes this; written apart from the sender."""
    names = {name.lower(): value for name, value in headers.items()}
    sent_at = int(names["webhook-timestamp"])
    if abs((now or time.time()) - sent_at) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = b".".join([names["webhook-id"].encode(), str(sent_at).encode(), body])
    expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    return f"v1,{expected}" in names["webhook-signature"].split()
