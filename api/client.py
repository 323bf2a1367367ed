"""A thin typed client of the service, for notebooks and batch jobs, over the standard library's HTTP.

client = Client("http://127.0.0.1:8000")
job = client.wait(client.propose(preset="fill_gaps").job_id)
client.commit(job.plan_id, reason="agreed with the practice")
"""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from pydantic import TypeAdapter

from api.routes.capacities import LimitUse
from api.routes.gaps import GapCounts
from api.routes.jobs import JobView
from api.routes.plans import Part, PlanView
from api.routes.rules import Offer
from api.workflow.status import Status
from api.workflow.take_in import TakenIn
from data.store import Receipt
from rules.validate import PairVerdict

T = TypeVar("T")
Row = dict[str, Any]
PAGE = 1000
LOOK_SECONDS = 0.5
FINAL = ("succeeded", "failed", "cancelled")


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


class Client:
    """One service; `credential` is a token or an API key, empty for the local one."""

    def __init__(self, url: str, credential: str = "", send: Send = send_by_urllib) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        self._send = send

    def status(self, as_of: date | None = None) -> Status:
        """What the store holds, who is without a provider, the last plans."""
        return self._get(Status, "/status", as_of=as_of)

    def rows(self, table: str, *filters: str, sort: str = "", as_of: date | None = None) -> Iterator[Row]:
        """All rows of a table, page by page; filters are COLUMN:OP:VALUE."""
        return self._pages(f"/tables/{_part(table)}", filter=filters, sort=sort, as_of=as_of)

    def row(self, table: str, *key: str) -> Row:
        """One row by the values of its key."""
        return self._get(Row, f"/tables/{_part(table)}/{_part('|'.join(key))}")

    def upsert(self, table: str, rows: Iterable[Mapping[str, Any]], dry_run: bool = False) -> TakenIn:
        """Add rows, or exchange those of their keys: all, or none."""
        body = [dict(each) for each in rows]
        return self._post(TakenIn, f"/tables/{_part(table)}", body, dry_run=dry_run)

    def import_files(self, paths: Iterable[Path], mode: str = "update", dry_run: bool = False) -> TakenIn:
        """Take in files, or zip archives of them: all, or nothing."""
        boundary = uuid.uuid4().hex
        parts = [_file_part(boundary, each) for each in paths]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = self._ask("POST", "/imports", {"mode": mode, "dry_run": dry_run}, kind, body)
        return TypeAdapter(TakenIn).validate_json(answer.body)

    def gaps(
        self, practices: Iterable[str] = (), level: str = "primary", role: str = "physician"
    ) -> GapCounts:
        """How many patients have nobody, by code and practice."""
        return self._get(GapCounts, "/gaps", practice=tuple(practices), level=level, role=role)

    def gap_patients(self, level: str = "primary", role: str = "physician") -> Iterator[Row]:
        """The patients who have nobody."""
        return self._pages("/gaps/patients", level=level, role=role)

    def candidates(self, patient: str, level: str = "primary", role: str = "physician") -> Offer:
        """Providers for a patient, ranked, and what removes the others."""
        return self._get(Offer, "/candidates", patient=patient, level=level, role=role)

    def why(
        self, patient: str, provider: str, level: str = "primary", role: str = "physician"
    ) -> PairVerdict:
        """Every rule's verdict on a pair."""
        return self._get(
            PairVerdict, "/rules/why", patient=patient, provider=provider, level=level, role=role
        )

    def capacity(self, provider: str, plan: str = "") -> list[LimitUse]:
        """Used, target and maximum of every limit, and after a plan."""
        return self._get(list[LimitUse], f"/providers/{_part(provider)}/capacity", plan=plan)

    def propose(self, idempotency_key: str = "", **wish: Any) -> JobView:  # noqa: ANN401  the fields of a wish
        """Queue a search; the fields are those of `api.jobs.wish.ProposalWish`."""
        key = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        return self._post(JobView, "/proposals", wish, key)

    def job(self, job_id: str) -> JobView:
        """Where a job stands."""
        return self._get(JobView, f"/jobs/{_part(job_id)}")

    def cancel(self, job_id: str) -> JobView:
        """Stop a job; the best plan it holds is kept."""
        return self._post(JobView, f"/jobs/{_part(job_id)}/cancel", None)

    def wait(
        self,
        job_id: str,
        seconds: float = 3600,
        on_progress: Callable[[JobView], None] | None = None,
    ) -> JobView:
        """The job once it has ended. ServiceError of a job that failed, TimeoutError after so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            job = self.job(job_id)
            if on_progress is not None:
                on_progress(job)
            if job.state == "failed":
                raise ServiceError(200, job.error or {"title": f"job {job_id} failed"})
            if job.state in FINAL:
                return job
            time.sleep(LOOK_SECONDS)
        raise TimeoutError(f"job {job_id} has not ended after {seconds:g} seconds")

    def plans(self, *filters: str, sort: str = "") -> Iterator[Row]:
        """Plans, the newest first."""
        return self._pages("/plans", filter=filters, sort=sort)

    def plan(self, plan_id: str) -> PlanView:
        """Summary, terms and outcome of a plan."""
        return self._get(PlanView, f"/plans/{_part(plan_id)}")

    def plan_rows(self, plan_id: str, part: Part, *filters: str, sort: str = "") -> Iterator[Row]:
        """Rows of a plan: moves, left, review, loads or statements."""
        return self._pages(f"/plans/{_part(plan_id)}/{part}", filter=filters, sort=sort)

    def export(self, plan_id: str) -> bytes:
        """A zip archive of the plan's CSV files."""
        return self._ask("GET", f"/plans/{_part(plan_id)}/export").body

    def commit(self, plan_id: str, reason: str = "", idempotency_key: str = "") -> Receipt:
        """Carry out a plan; sending it again (the plan's id is the key) commits nothing twice."""
        key = {"Idempotency-Key": idempotency_key or plan_id}
        return self._post(Receipt, f"/plans/{_part(plan_id)}/commit", {"reason": reason}, key)

    def revert(self, plan_id: str) -> str:
        """Make the plan that undoes a committed one; its id."""
        made = self._post(PlanView, f"/plans/{_part(plan_id)}/revert", None)
        return str(made.header["plan_id"])

    def history(self, patients: Iterable[str] = (), facilities: Iterable[str] = ()) -> Iterator[Row]:
        """Every assignment that was ever recorded for them."""
        return self._pages("/history", patient=tuple(patients), facility=tuple(facilities))

    def audit(self, *filters: str) -> Iterator[Row]:
        """The audit log, the newest first."""
        return self._pages("/audit", filter=filters)

    def _get(self, kind: type[T], path: str, **query: object) -> T:
        return TypeAdapter(kind).validate_json(self._ask("GET", path, query).body)

    def _post(
        self,
        kind: type[T],
        path: str,
        body: object,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> T:
        sent = None if body is None else json.dumps(body, default=str).encode()
        more = {"Content-Type": "application/json"} if sent else {}
        return TypeAdapter(kind).validate_json(
            self._ask("POST", path, query, more | dict(headers or {}), sent).body
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


def _part(text: str) -> str:
    return quote(text, safe="")


def _query(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _file_part(boundary: str, path: Path) -> bytes:
    name = path.name.replace('"', "")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + path.read_bytes() + b"\r\n"
