"""`panelwise serve` in a process of its own, as a user starts it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager


def environment(**more):
    """This environment without settings of panelwise, and more."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PANELWISE")}
    return plain | more


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(url):
    """The answer to a GET, as JSON."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return json.load(answer)


def post(url, body):
    """The answer to a POST of JSON, as JSON."""
    asked = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


@contextmanager
def served(database, *options: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """Address and process of a service over a store; killed at the end, where it still runs."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "serve", "--port", str(port), "--db", str(database), *options],
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            get(f"{url}/healthz")
            break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
    yield url, process
    if process.poll() is None:
        process.kill()
    process.communicate()
