"""Stores of every released version, with data in them, and the versions themselves still at work in them."""

import base64
import json
import sqlite3
from datetime import date, datetime
from pathlib import Path

import psycopg
import pytest

from data.errors import DataError
from data.sql.opening import bring_up_to_date, open_store
from data.sql.schedules import SqlSchedules
from data.sql.schema import VERSION
from data.sql.webhooks import SqlWebhooks
from tests.data.samples import DAY, LATER, NOON, owners
from tests.data.sql.look import rows

FOLDER = Path(__file__).parent / "released"
RELEASED = sorted(each.name.removesuffix(".sql") for each in FOLDER.glob("*.sql"))


@pytest.fixture(params=[each for each in RELEASED if each < VERSION])
def released(request, tmp_path):
    """A store as a version left it: place, version, kind."""
    version, kind = request.param.split(".")
    text = (FOLDER / f"{request.param}.sql").read_text(encoding="utf-8")
    if kind == "sqlite":
        connection = sqlite3.connect(tmp_path / "store.db")
        connection.executescript(text)
        connection.close()
        return str(tmp_path / "store.db"), version, kind
    place = request.getfixturevalue("server").database()
    with psycopg.connect(place, autocommit=True) as connection:
        connection.execute(text.encode())
    return place, version, kind


def test_there_is_one_of_every_version_up_to_the_last_release():
    versions = [f"{number:04}" for number in range(1, int(VERSION) + 1)]
    assert {each.split(".")[0] for each in RELEASED} >= set(versions[:6])
    assert {f"{each}.postgres" for each in versions[2:6]} <= set(RELEASED)
    assert all((FOLDER / f"{name}.json").exists() for name in RELEASED)


def test_every_released_store_is_migrated_with_its_data(released):
    place, version, _ = released
    done = bring_up_to_date(place, LATER)
    assert (done.before, done.after, done.mended) == (version, VERSION, ())
    store = open_store(place, LATER)
    assert store.revision() == 2
    assert store.snapshot(DAY).patient_ids == ["A1", "A2", "A3"]
    assert owners(store) == {
        ("A1", "P1", date(2024, 1, 1), DAY),
        ("A1", "P2", DAY, None),
        ("A2", "P1", date(2024, 1, 1), None),
    }
    assert owners(store, known_at=NOON) >= {("A2", "P1", date(2024, 1, 1), None)}
    assert {each.header.plan_id: each.state for each in store.records()} == {
        "plan-1": "committed",
        "waits": "ready",
    } | ({"plan-1.2": "waiting"} if version >= "0005" else {})
    assert store.plan("waits").header.counts.keep == store.record("waits").header.counts.keep
    assert store.input_of("waits").patient_ids == ["A1", "A2", "A3"]
    assert moves_told(store) == [(2, "[]")]
    assert store.audit().to_pylist()[0]["subject"] == f"version {version} to {VERSION}"
    assert store.audit(100).to_pylist()[1]["action"] == "read"
    assert store.missing_guards() == []
    if version > "0001":
        jobs = rows(place, "SELECT job_id, state, attempt, plan_id FROM jobs ORDER BY job_id")
        assert jobs == [
            ("job-1", "succeeded", 1, "waits"),
            ("job-2", "running", 1, ""),
            ("job-3", "queued", 0, ""),
        ]
    if version >= "0004":
        hooks = SqlWebhooks(store.database)
        assert [(each.subscription_id, each.sealed_secret) for each in hooks.subscriptions()] == [
            ("hook-1", "sealed")
        ]
        assert [(each.message_id, each.state) for each in hooks.deliveries()] == [(1, "waiting")]
        assert SqlSchedules(store.database).taken("nightly") == NOON
    if version >= "0005":
        assert [each.patient_id for each in store.rejections()] == ["A3", "A2"]
        assert [(each.kind, each.state) for each in store.consents()] == [("approval", "asked")]
        assert [each.plan_id for each in store.activations()] == ["plan-1"]
    store.close()


def test_a_released_version_goes_on_in_the_store_of_this_one(released):
    """Expand, and contract only later: what the code of a version says still works after the migrations.

    It replays, to the letter, the statements with which that version imported, committed, kept plans, ran
    jobs and read; each must change as many rows as it did then.
    """
    place, version, kind = released
    bring_up_to_date(place, LATER)
    steps = json.loads((FOLDER / f"{version}.{kind}.json").read_text(encoding="utf-8"))
    assert len(steps) > 100
    connect = on_file if kind == "sqlite" else on_server
    connect(place, steps)
    store = open_store(place, LATER)
    assert store.revision() == 5
    assert store.missing_guards() == []
    states = {each.header.plan_id: each.state for each in store.records()}
    assert states.pop("last") == "ready"
    assert states.pop("plan-1.2", "waiting") == "waiting"
    assert states == {"plan-1": "committed", "waits": "stale", "next": "committed", "again": "committed"}
    assert {row[:2] for row in owners(store)} == {
        ("A1", "P1"),
        ("A1", "P2"),
        ("A2", "P1"),
        ("A2", "P2"),
        ("A4", "P1"),
    }
    assert [body for _, body in moves_told(store)] == ["{}"]
    assert store.snapshot(DAY).patients["name"].to_pylist()[2:] == ["new", None]
    if version > "0001":
        found = dict(rows(place, "SELECT job_id, state FROM jobs"))
        assert found == {"job-1": "succeeded", "job-2": "queued", "job-3": "cancelled", "job-4": "failed"}
    store.close()


def test_a_version_does_not_open_the_store_of_a_newer_one(released):
    """It says so; what runs already goes on (above)."""
    place, _, _ = released
    with pytest.raises(DataError, match="open it once for writing"):
        open_store(place, LATER, read_only=True)


def moves_told(store):
    """Messages of commits that wait."""
    return [(number, body) for number, topic, body in store.outbox() if topic == "moved"]


def unpacked(value):
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        if kind == "bytes":
            return base64.b64decode(content)
        if kind == "date":
            return (datetime if "T" in content else date).fromisoformat(content)
        return {name: unpacked(each) for name, each in content.items()}
    return [unpacked(each) for each in value] if isinstance(value, list) else value


def on_file(place, steps):
    connection = sqlite3.connect(place, isolation_level=None)
    connection.execute("ATTACH ? AS store", (place,))  # the name under which the first versions read in bulk
    for step in steps:
        if step[0] in ("begin", "commit", "rollback"):
            connection.execute(step[0])
            continue
        _, statement, parameters, many, count = step
        run = connection.executemany if many else connection.execute
        done = run(statement, unpacked(parameters))
        if not done.description:
            assert count in (None, done.rowcount), statement
        done.fetchall()
    connection.close()


def on_server(place, steps):
    with (
        psycopg.connect(place, autocommit=True, prepare_threshold=None) as connection,
        connection.cursor() as cursor,
    ):
        for step in steps:
            if step[0] in ("begin", "commit", "rollback"):
                cursor.execute(step[0])
            elif step[0] == "copy":
                with cursor.copy(f'COPY "{step[1]}" FROM STDIN (FORMAT csv)'.encode()) as copy:
                    copy.write(step[2])
            else:
                _, statement, parameters, many, count = step
                given = unpacked(parameters)
                if many:
                    cursor.executemany(statement, given)
                else:
                    cursor.execute(statement, given or None)
                assert count in (None, cursor.rowcount), statement
