"""A service over a small store, and the shape that every error of it has."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from fastapi.testclient import TestClient
from httpx2 import Response

from api.app import build_app
from api.authentication import Authentication
from api.jobs.children import launcher
from api.jobs.run import run_job
from api.settings import Settings
from api.telemetry.tracing import Tracing
from api.wiring import jobs_of, texts_in_force
from data.sql.opening import is_address, open_store
from data.store import Store
from solver.solve import solve
from tests.builders import snapshot

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = date(2026, 12, 1)


def two_practices():
    """Two practices of two agencies. A3 and B2 have nobody; B3 has P3, who lacks a license."""
    since = {"starts_on": date(2026, 1, 1)}
    return snapshot(
        DAY,
        agencies=[{"agency_id": "AG1"}, {"agency_id": "AG2"}],
        practices=[
            {"practice_id": "PR1", "agency_id": "AG1"},
            {"practice_id": "PR2", "agency_id": "AG2"},
        ],
        facilities=[
            {"facility_id": "F1", "practice_id": "PR1", "state": "MA"},
            {"facility_id": "F2", "practice_id": "PR2", "state": "MA"},
        ],
        providers=[
            {"provider_id": "P1", "practice_id": "PR1", "agency_id": "AG1", "max_panel": 10.0},
            {"provider_id": "P2", "practice_id": "PR2", "agency_id": "AG2", "max_panel": 3.0},
            {"provider_id": "P3", "practice_id": "PR2", "agency_id": "AG2", "max_panel": 5.0},
        ],
        licenses=[{"provider_id": each, "state": "MA", "type": "MD"} for each in ("P1", "P2")],
        patients=[
            {"patient_id": "A1", "practice_id": "PR1", "facility_id": "F1", "state": "MA"},
            {"patient_id": "A2", "practice_id": "PR1", "state": "MA"},
            {"patient_id": "A3", "facility_id": "F1", "state": "MA"},
            {"patient_id": "B1", "practice_id": "PR2", "state": "MA"},
            {"patient_id": "B2", "practice_id": "PR2", "facility_id": "F2", "state": "MA"},
            {"patient_id": "B3", "practice_id": "PR2", "state": "MA"},
        ],
        assignments=[
            {"patient_id": "A1", "provider_id": "P1"} | since,
            {"patient_id": "A2", "provider_id": "P1"} | since,
            {"patient_id": "B1", "provider_id": "P2"} | since,
            {"patient_id": "B3", "provider_id": "P3"} | since,
        ],
    )


def tables_of(snapshot):
    """The tables of a snapshot as an import would give them."""
    tables = {name: table for name, table in snapshot.tables.items() if table.num_rows}
    if "assignments" in tables:
        tables["assignments"] = tables["assignments"].drop_columns(["row_id"])
    for name, table in tables.items():  # lists that nobody filled are empty, as after an import
        for number, field in enumerate(table.schema):
            if pa.types.is_list(field.type):
                filled = pc.coalesce(table[field.name], pa.scalar([], field.type))
                tables[name] = tables[name].set_column(number, field, filled)
    return tables


def filled_store(path: Path | str, of=None) -> Store:
    """A new store in a file with the tables of a snapshot."""
    store = open_store(path, NOON)
    store.import_tables(tables_of(of or two_practices()), "ann", NOON)
    return store


@contextmanager
def client_of(
    path: Path | str,
    authentication: Authentication | None = None,
    workers: int = 0,
    tracing: Tracing | None = None,
) -> Iterator[TestClient]:
    """A client of the service over the store in the file."""
    rules = Path(tempfile.mkdtemp()) if is_address(str(path)) else None  # else beside the file
    settings = Settings(path, "ann", rules)
    app = build_app(
        settings,
        lambda: open_store(path, NOON),
        lambda: texts_in_force(settings),
        jobs_of,
        launcher(settings),
        workers,
        authentication,
        today=lambda: DAY,
        tracing=tracing,
    )
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client
    if rules is not None:
        shutil.rmtree(rules)


def carried_out(client: TestClient, asked: Response) -> dict:
    """The job that was queued, as it ended; run in this process, within a bound on work."""
    assert asked.status_code == 202, asked.text
    office = client.app.state.office
    job = office.jobs.start_job(asked.json()["job_id"], NOON)

    def engine(problem, params, warm_start, hear):
        return solve(problem, replace(params, work=1.0), warm_start, on_progress=hear)

    run_job(job.job_id, job.attempt, office.store, office.jobs, office.rulebook(), engine, lambda: NOON)
    return client.get(f"/jobs/{job.job_id}").json()


def assert_problem(answer, status: int, code: str) -> dict:
    """Every error has this one shape; the body, for more questions."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) - {"issues"} == {"type", "title", "status", "code", "details"}
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:panelwise:{code.lower().replace('_', '-')}"
    assert body["title"]
    assert all(isinstance(each, str) and each for each in body["details"])
    return body
