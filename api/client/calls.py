"""How the client asks: addresses, pages, errors."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter

T = TypeVar("T")
Row = dict[str, Any]
PAGE = 1000


class ServiceError(Exception):
    """What the service refused, as it said it: `status`, stable `code`, and `details` in sentences."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.details = tuple(map(str, problem.get("details", ())))
        self.issues = tuple(problem.get("issues") or ())
        super().__init__("; ".join([str(problem.get("title", f"HTTP {status}")), *self.details[:3]]))


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case) and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Send = Callable[[str, str, Mapping[str, str], bytes | None], Answer]
"""How a request (method, address, headers, body) is sent."""


def send_by_urllib(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """The standard library's way."""
    request = urllib.request.Request(url, body, dict(headers), method=method)
    try:
        with urllib.request.urlopen(request, timeout=600) as answer:
            return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


class Calls:
    """One service; `credential` is a token or an API key, empty for the local one.

    `agency`: one of the caller's agencies for which everything is done.
    """

    def __init__(self, url: str, credential: str = "", send: Send = send_by_urllib, agency: str = "") -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        if agency:
            self._headers["X-Acting-Agency"] = agency
        self._send = send

    def _get(self, kind: type[T], path: str, **query: object) -> T:
        return TypeAdapter(kind).validate_json(self._ask("GET", path, query).body)

    def _post(
        self,
        kind: type[T],
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
        **query: object,
    ) -> T:
        sent = None if body is None else json.dumps(body, default=str).encode()
        more = {"Content-Type": "application/json"} if sent else {}
        return TypeAdapter(kind).validate_json(
            self._ask(method, path, query, more | dict(headers or {}), sent).body
        )

    def _pages(self, path: str, **query: object) -> Iterator[Row]:
        after: str | None = ""
        while after is not None:
            page = json.loads(self._ask("GET", path, {"limit": PAGE, "after": after} | query).body)
            yield from page["items"]
            after = page["next"]

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send, and raise ServiceError for what is refused."""
        given = {name: _query(value) for name, value in (query or {}).items() if value not in (None, "", ())}
        url = f"{self._url}{path}" + (f"?{urlencode(given, doseq=True)}" if given else "")
        answer = self._send(method, url, self._headers | dict(headers or {}), body)
        if answer.status >= 400:
            raise ServiceError(answer.status, _problem(answer))
        return answer


def _problem(answer: Answer) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"title": f"HTTP {answer.status}"}


def part(text: str) -> str:
    """The text as one part of an address."""
    return quote(text, safe="")


def _query(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
