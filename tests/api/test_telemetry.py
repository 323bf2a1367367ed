"""What operators see: ids and figures, never names."""

import asyncio
import io
import json
import logging
import re
import sqlite3

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from api.authentication import ApiKey, Authentication, digest_of
from api.errors import RequestError
from api.telemetry.logs import configure_logs
from api.telemetry.metrics import Metrics
from api.telemetry.observation import Observation
from api.telemetry.tracing import Silence, tracing_of, tracing_to
from tests.api.service import client_of, filled_store

AUDITOR, ADMIN = "pw_auditor", "pw_admin"


@pytest.fixture
def lines():
    """Log lines as they are written, as JSON."""
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    configure_logs("json", stream=stream)

    def told():
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        return [each for each in lines if each["logger"] != "httpx2"]  # the caller's own, not the service's

    yield told
    root.handlers, root.level = before
    structlog.reset_defaults()


@pytest.fixture
def path(tmp_path):
    filled_store(tmp_path / "panelwise.db").close()
    return tmp_path / "panelwise.db"


def keyed():
    """An auditor of one practice, and an admin of all."""
    admin = ApiKey(sha256=digest_of(ADMIN), actor="admin-7", roles=("customer_admin",), everywhere=True)
    auditor = ApiKey(sha256=digest_of(AUDITOR), actor="auditor-3", roles=("auditor",), practices=("PR1",))
    return Authentication(keys={each.sha256: each for each in (admin, auditor)})


def figures(client, key=ADMIN):
    text = client.get("/metrics", headers={"Authorization": f"Bearer {key}"}).text
    families = text_string_to_metric_families(text)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_a_request_leaves_one_line_with_ids_and_without_what_was_asked_for(path, lines):
    with client_of(path, keyed()) as client:
        headers = {"Authorization": f"Bearer {ADMIN}", "X-Request-Id": "call-42"}
        answer = client.get("/tables/patients?filter=patient_id:eq:Smith", headers=headers)
        client.get("/tables/patients/Jane-Smith", headers={"Authorization": f"Bearer {ADMIN}"})
    assert answer.headers["x-request-id"] == "call-42"
    asked = [each for each in lines() if each["event"] == "request"]
    assert [(each["route"], each["status"]) for each in asked] == [
        ("/tables/{table}", 200),
        ("/tables/{table}/{key}", 404),
    ]
    assert asked[0] == asked[0] | {
        "method": "GET",
        "actor": "admin-7",
        "request_id": "call-42",
        "level": "info",
    }
    assert asked[0]["milliseconds"] > 0
    assert "Smith" not in json.dumps(lines())


@pytest.mark.parametrize("given", ["a b", "x" * 65, "line\\nbreak", ""])
def test_a_malformed_request_id_is_replaced(path, given):
    with client_of(path) as client:
        told = client.get("/healthz", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", told)


def test_a_defect_is_told_by_type_and_place_and_not_by_its_message(path, lines, monkeypatch):
    def fail(*_):
        raise RuntimeError("patient Jane Smith has no practice")

    with client_of(path) as client:
        monkeypatch.setattr(client.app.state.office.store, "revision", fail)
        answer = client.get("/readyz", headers={"X-Request-Id": "call-9"})
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] == "call-9"
    (defect,) = (each for each in lines() if "exception" in each and each["logger"] == "panelwise")
    assert defect["exception"][-1]["type"] == "RuntimeError"
    assert any("test_telemetry.py" in place for place in defect["exception"][-1]["places"])
    assert defect["request_id"] == "call-9"
    assert "Smith" not in json.dumps(lines())


def test_messages_of_exceptions_are_told_where_that_was_asked_for():
    stream = io.StringIO()
    before = logging.getLogger().handlers
    configure_logs("text", messages=True, stream=stream)
    try:
        logging.getLogger("panelwise").error("failed", exc_info=ValueError("row 7"))
    finally:
        logging.getLogger().handlers = before
        structlog.reset_defaults()
    assert "row 7" in stream.getvalue()


def test_an_error_of_the_database_does_not_quote_rows(path):
    from data.errors import DataError
    from data.sql.opening import open_store
    from tests.api.service import NOON

    store = open_store(path, NOON)
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE audit")
    connection.commit()
    connection.close()
    with pytest.raises(DataError) as raised:
        store.note(NOON, "ann", "read", "patient Jane Smith")
    assert "Smith" not in str(raised.value)
    assert "Smith" not in str(raised.value.__cause__)
    store.close()


def test_figures_of_requests_are_by_template(path):
    with client_of(path, keyed()) as client:
        for patient in ("A1", "A2", "A7"):
            client.get(f"/tables/patients/{patient}", headers={"Authorization": f"Bearer {ADMIN}"})
        found = figures(client)
    route = ("GET", "/tables/{table}/{key}")
    assert found["panelwise_requests_total", *route, "200"] == 2
    assert found["panelwise_requests_total", *route, "404"] == 1
    assert found["panelwise_request_seconds_count", *route] == 3


def test_a_request_is_counted_before_the_end_of_its_answer_is_sent():
    """Regression: who had read an answer asked for the figures, and it was not among them."""
    metrics, seen = Metrics(), []

    async def answering(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b"})

    async def sent(message):
        labels = {"method": "GET", "route": "(none)", "status": "200"}
        seen.append(metrics.registry.get_sample_value("panelwise_requests_total", labels))

    scope = {"type": "http", "method": "GET", "headers": [], "state": {}}
    asyncio.run(Observation(answering, metrics, Silence())(scope, None, sent))
    assert seen == [None, None, 1]


def test_figures_of_the_store_are_of_what_is_in_sight(path):
    with client_of(path, keyed()) as client:
        everything, own = figures(client), figures(client, AUDITOR)
    without = "panelwise_patients_without_provider"
    # A3 has nobody in PR1's facility but no practice of its own; B2 has nobody in PR2
    assert everything[without, "primary", "PR2", "physician"] == 1
    assert (without, "primary", "PR2", "physician") not in own
    assert everything["panelwise_outbox_waiting",] == 0
    assert everything["panelwise_deliveries", "dead"] == 0
    assert ("panelwise_outbox_waiting",) not in own
    assert ("panelwise_deliveries", "dead") not in own


def test_figures_tell_of_jobs(path):
    with client_of(path) as client:
        client.post("/proposals", json={"preset": "fill_gaps", "seconds": 5})
        families = text_string_to_metric_families(client.get("/metrics").text)
        found = {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}
    assert found["panelwise_jobs", "propose", "queued"] == 1
    assert found["panelwise_jobs", "propose", "failed"] == 0


def test_a_request_is_a_span_within_the_trace_of_its_caller(path):
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with client_of(path, tracing=tracing_to(kept, at_once=True)) as client:
        client.get("/tables/patients/A1", headers={"traceparent": f"00-{trace}-{parent}-01"})
        (span,) = kept.get_finished_spans()
    assert span.name == "GET /tables/{table}/{key}"
    assert f"{span.context.trace_id:032x}" == trace
    assert f"{span.parent.span_id:016x}" == parent
    assert span.attributes["http.response.status_code"] == 200
    assert "A1" not in json.dumps(dict(span.attributes))


def test_without_a_collector_nothing_is_traced():
    assert isinstance(tracing_of({}), Silence)


def test_an_unknown_log_format_is_refused_by_name(monkeypatch):
    from api.settings import Settings

    monkeypatch.setenv("PANELWISE_LOG_FORMAT", "xml")
    with pytest.raises(RequestError, match=r"no log format 'xml'.*json or text"):
        Settings.from_environment()
