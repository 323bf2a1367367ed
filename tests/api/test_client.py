"""The client against the service."""

import inspect
import json
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest

from api.client import Answer, Client, ServiceError
from tests.api.service import client_of, filled_store


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    path = tmp_path_factory.mktemp("client") / "panelwise.db"
    filled_store(path).close()
    with client_of(path, workers=1) as service:

        def send(method, url, headers, body):
            answer = service.request(method, url, headers=headers, content=body)
            return Answer(answer.status_code, dict(answer.headers), answer.content)

        yield Client("http://127.0.0.1", send=send)


def test_a_gap_is_found_explained_planned_committed_and_undone(client):
    assert client.gaps().total == 2
    assert [row["patient_id"] for row in client.gap_patients()] == ["A3", "B2"]
    assert [each.provider_id for each in client.candidates("B2").candidates] == ["P1", "P2"]
    seen = []
    job = client.wait(client.propose(preset="fill_gaps").job_id, 60, seen.append)
    assert seen[-1].progress.phase == "done"
    assert client.plan(job.plan_id).header["counts"]["assign"] == 2
    assert {row["patient_id"] for row in client.plan_rows(job.plan_id, "moves")} == {"A3", "B2"}
    assert client.export(job.plan_id).startswith(b"PK")
    first = client.commit(job.plan_id, "agreed")
    assert (first.repeated, client.commit(job.plan_id, "agreed").repeated) == (False, True)
    assert client.gaps().total == 0
    undo = client.revert(job.plan_id)
    client.commit(undo)
    assert client.gaps().total == 2
    assert [row["state"] for row in client.plans(f"plan_id:eq:{job.plan_id}")] == ["reverted"]
    assert len(list(client.history(["A3"]))) == 1
    assert next(client.audit("action:eq:commit"))["subject"] == undo


def test_reference_data_is_written_and_read(client, tmp_path):
    assert client.upsert("agencies", [{"agency_id": "AG3", "name": "Three"}]).receipt.added == {"agencies": 1}
    assert client.row("agencies", "AG3") == {"agency_id": "AG3", "name": "Three"}
    assert [row["agency_id"] for row in client.rows("agencies", sort="-agency_id")] == ["AG3", "AG2", "AG1"]
    (tmp_path / "agencies.csv").write_text("agency_id,name\nAG4,Four\n")
    assert client.import_files([tmp_path / "agencies.csv"], dry_run=True).receipt is None
    assert client.import_files([tmp_path / "agencies.csv"]).rows == {"agencies": 1}
    assert client.status().rows["agencies"] == 4
    assert not client.why("B3", "P3").allowed
    assert {each.limit_id for each in client.capacity("P1")} == {"panel", "facilities"}


def test_what_the_service_refuses_is_an_error_with_its_code_and_details(client):
    with pytest.raises(ServiceError) as caught:
        client.propose(preset="magic", scope={"practices": ["NOPE"]})
    assert (caught.value.status, caught.value.code, len(caught.value.details)) == (422, "REQUEST", 2)
    with pytest.raises(ServiceError) as caught:
        client.upsert("patients", [{"patient_id": "X", "practice_id": "NOPE"}])
    assert caught.value.issues[0]["column"] == "practice_id"


def test_an_answer_that_is_no_problem_document_is_still_an_error():
    broken = Client("http://x", send=lambda *_: Answer(502, {}, b"<html>"))
    with pytest.raises(ServiceError, match="HTTP 502"):
        broken.status()


def test_credentials_and_addresses_are_sent_as_they_should_be():
    sent = []

    def send(method, url, headers, body):
        sent.append((method, url, headers, body))
        return Answer(200, {}, json.dumps({"a": 1}).encode())

    Client("http://x/", "pw_key", send).row("licenses", "P/1", "MA", "MD")
    assert sent == [
        ("GET", "http://x/tables/licenses/P%2F1%7CMA%7CMD", {"Authorization": "Bearer pw_key"}, None)
    ]


NOT_OF_THE_CLIENT = {
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
    "GET /jobs/{job_id}/events",  # it looks at the job instead
    "GET /fhir",  # a manifest for FHIR's own clients
}
VALUES = {"int": 1, "date": date(2027, 1, 15), "Iterable[str]": ["x"], "Mapping[str, str]": {"x": "y"}}


class AskedError(Exception):
    """What would have been sent."""


def asked_by(client, name, **more):
    """Method and path that a method of the client asks for, whatever it is given."""
    method = getattr(client, name)
    given = []
    for each in inspect.signature(method).parameters.values():
        if each.name == "key":
            given.append("x")
        elif each.kind is each.POSITIONAL_OR_KEYWORD and each.default is each.empty:
            kind = str(each.annotation).replace("collections.abc.", "").replace("<class '", "").strip("'>")
            given.append(VALUES.get(kind.rpartition(".")[2] if "[" not in kind else kind, "x"))
    if name in ("upsert", "import_files"):
        given[-1] = []
    try:
        done = method(*given, **more)
        if isinstance(done, Iterator):
            next(done)
    except AskedError as error:
        return error.args


def test_every_route_has_a_method(client):
    def send(method, url, headers, body):
        raise AskedError(method, urlsplit(url).path)

    probe = Client("http://x", send=send)
    names = [name for name in dir(probe) if not name.startswith("_") and name != "wait"]
    asked = [*(asked_by(probe, name) for name in names), asked_by(probe, "findings", run=1)]
    paths = json.loads(client._ask("GET", "/openapi.json").body)["paths"]
    missing = {
        f"{verb.upper()} {path}"
        for path, operations in paths.items()
        for verb in operations
        if not any(
            method == verb.upper() and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), found)
            for method, found in asked
        )
    }
    assert missing == NOT_OF_THE_CLIENT


def test_what_stands_is_explained_reported_and_looked_through(client):
    assert client.provider_of("A1").holder.owner == "P1"
    assert client.panel("P1").by_level == {"primary": 2}
    assert client.overview().slot == "primary/physician"
    assert {row["provider_id"] for row in client.report("assignments")} == {"P1", "P2", "P3"}
    assert client.report_file("capacity", "csv").startswith(b'"provider_id"')
    done = client.wait(client.run_findings().job_id, 60)
    assert client.finding_runs()[0].run_id == done.result["run_id"]
    assert list(client.findings("severity:eq:critical"))
    assert client.rules().digest == client.rule_texts().digest
    asked = client.request_waiver("within-reach", "family drives", date(2027, 1, 15), patient="A1")
    assert [each.name for each in client.waivers()] == [asked.name]
    made = client.put("insurances", "I1", name="One")
    assert client.row("insurances", "I1") == made
    client.remove("insurances", "I1")
    with pytest.raises(ServiceError, match="no row 'I1'"):
        client.row("insurances", "I1")
