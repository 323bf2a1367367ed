"""The client against the service."""

import json

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
