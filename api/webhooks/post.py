"""One request to somebody else's machine, which may do whatever it likes: bounded in time and size.

By the standard library: of an HTTP client's comforts (redirects, proxies, cookies, pools) this needs none,
and what it does need, to connect to a number that was looked at before, they make hard.
"""

import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from api.webhooks.address import PORTS, AddressError, allowed_schemes, resolved
from api.webhooks.outgoing import Outgoing

SECONDS = 10.0
"""For a whole request, from the connection to the head of the answer."""

LATEST = 24 * 3600
"""Seconds: a receiver that asks for more patience is asked again all the same."""


class UnreachableError(Exception):
    """There was no answer."""


@dataclass(frozen=True)
class Answer:
    """What was answered: the status, and the seconds after which it may be tried again, where it says."""

    status: int
    retry_after: float = 0.0


def post(
    url: str, headers: Mapping[str, str], body: bytes, outgoing: Outgoing, seconds: float = SECONDS
) -> Answer:
    """Send a body. Redirects are not followed, and nothing of the answer but its head is read.

    UnreachableError where nothing is answered in time, AddressError where the address may not be called.
    """
    parts = urlsplit(url)
    if parts.scheme not in allowed_schemes(outgoing):
        raise AddressError("the address must begin with https://")
    number, port = resolved(parts, outgoing)
    connection = _Bounded(parts, number, port, seconds)
    clock = Timer(seconds, connection.cut)
    clock.daemon = True
    clock.start()
    try:
        sent = {"User-Agent": f"panelwise/{version('panelwise')}", "Content-Type": "application/json"}
        connection.request("POST", _target(parts), body, {**sent, "Connection": "close", **headers})
        answer = connection.getresponse()
        return Answer(answer.status, _seconds(answer.headers.get("Retry-After", "")))
    except ssl.SSLError as error:
        raise UnreachableError(f"no safe connection: {error.reason or 'TLS failed'}") from None
    except (OSError, HTTPException) as error:
        raise UnreachableError(_told(error, connection.was_cut)) from None
    finally:
        clock.cancel()
        connection.close()


class _Bounded(HTTPConnection):
    """A connection to one number, which ends when its time is up, whatever the other side sends."""

    def __init__(self, parts: SplitResult, number: str, port: int, seconds: float) -> None:
        super().__init__(parts.hostname or "", port, timeout=seconds)
        self.default_port = PORTS[parts.scheme]  # not repeated in the Host header
        self._number, self._safe = number, parts.scheme == "https"
        self.was_cut = False

    def connect(self) -> None:
        """Connect to the number, and ask for the certificate of the name."""
        self.sock = socket.create_connection((self._number, self.port), self.timeout)
        if self.was_cut:
            raise TimeoutError
        if self._safe:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def cut(self) -> None:
        """End it now."""
        self.was_cut = True
        held: socket.socket | None = self.sock
        if held is not None:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _told(error: Exception, was_cut: bool) -> str:
    if was_cut or isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, OSError):
        return f"no connection: {error.strerror or type(error).__name__}"
    return "what it answered is no HTTP"


def _seconds(text: str) -> float:
    """Seconds of a Retry-After header; 0 where it names a day (which clocks would have to agree on)."""
    return min(float(text), LATEST) if text.isascii() and text.isdigit() else 0.0
