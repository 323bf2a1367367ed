"""Whoever has read an earlier revision reads only what has changed since, and then has all of it."""

from datetime import timedelta

import pyarrow as pa
import pytest
import sqlalchemy as sa

from data.sql import changes
from data.sql.opening import open_store
from data.sql.schema import CHANGES
from tests.data.samples import DAY, NOON, assigned, moved, small_tables, table


@pytest.fixture
def pair(place):
    """A store that writes and one that reads the same database."""
    writer = open_store(place, NOON)
    writer.import_tables(small_tables(), "ann", NOON)
    reader = open_store(place, NOON)
    yield writer, reader
    reader.close()
    writer.close()


def named(patient, name):
    return {"patients": table("patients", {"patient_id": patient, "name": name, "programs": ["CCM"]})}


def hours(number):
    return NOON + timedelta(hours=number)


def test_what_others_change_is_read_and_all_else_is_the_table_that_was(pair):
    writer, reader = pair
    before = reader.snapshot(DAY)
    writer.import_tables(named("A1", "Ann Doe") | named("A1", "Ann Doe"), "bob", hours(1))
    writer.import_tables(named("A0", "First"), "bob", hours(2))
    after = reader.snapshot(DAY)
    assert after.revision == before.revision + 2
    assert after["patients"].equals(open_fresh(writer)["patients"])
    assert after["patients"]["name"].to_pylist()[:2] == ["First", "Ann Doe"]
    others = [name for name in after.tables if name != "patients"]
    assert all(after[name] is before[name] for name in others)


def test_commits_and_corrections_are_read_by_their_numbers(pair):
    writer, reader = pair
    before = reader.snapshot(DAY)
    writer.commit(moved(writer, patient_id="A1", to="P2"))
    writer.import_tables({"assignments": table("assignments", assigned("A2", "P2"))}, "bob", hours(2))
    after = reader.snapshot(DAY)
    assert after["assignments"].equals(open_fresh(writer)["assignments"])
    assert not after["assignments"].equals(before["assignments"])
    assert after["patients"] is before["patients"]


def test_removed_rows_are_gone(pair):
    writer, reader = pair
    held = [{"provider_id": "P1", "state": state, "type": "MD"} for state in ("MA", "NH")]
    writer.import_tables({"licenses": table("licenses", *held)}, "bob", NOON)
    before = reader.snapshot(DAY)
    licenses = before["licenses"].slice(0, 1).select(["provider_id", "state", "type"])
    writer.remove_rows("licenses", licenses, before.revision, "bob", hours(1))
    after = reader.snapshot(DAY)
    assert after["licenses"].equals(open_fresh(writer)["licenses"])
    assert after["licenses"].num_rows == before["licenses"].num_rows - 1
    assert after["patients"] is before["patients"]


def test_a_revision_that_tells_nothing_has_everything_read_again(pair):
    writer, reader = pair
    before = reader.snapshot(DAY)
    writer.import_tables(named("A1", "Ann Doe"), "bob", hours(1))
    with writer.engine.connect() as plain, plain.execution_options(writes=True).begin():
        plain.execute(sa.delete(CHANGES))  # as a version that does not know the table leaves it
    after = reader.snapshot(DAY)
    assert after["patients"].equals(open_fresh(writer)["patients"])
    assert after["providers"] is not before["providers"]


def test_too_many_rows_are_not_told_one_by_one(pair, monkeypatch):
    writer, reader = pair
    monkeypatch.setattr(changes, "MOST_NAMES", 1)
    before = reader.snapshot(DAY)
    both = pa.concat_tables([named("A1", "One")["patients"], named("A2", "Two")["patients"]])
    writer.import_tables({"patients": both}, "bob", hours(1))
    with writer.engine.connect() as connection:
        told = connection.execute(sa.select(CHANGES.c.names).order_by(CHANGES.c.revision.desc())).first()
    assert told.names is None
    after = reader.snapshot(DAY)
    assert after["patients"].equals(open_fresh(writer)["patients"])
    assert before.revision < after.revision


def test_changes_of_long_ago_are_forgotten(pair, monkeypatch):
    writer, reader = pair
    reader.snapshot(DAY)
    monkeypatch.setattr(changes, "KEPT_REVISIONS", 2)
    for number in range(4):
        writer.import_tables(named("A1", f"Ann {number}"), "bob", hours(number))
    with writer.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(CHANGES)).scalar_one() == 2
    assert reader.snapshot(DAY)["patients"].equals(open_fresh(writer)["patients"])


def open_fresh(writer):
    """What somebody reads who has read nothing."""
    return writer._read_snapshot(DAY, None)
