"""Whatever is done to them, the store in memory and those in databases look the same."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import DataError
from data.ledger import entries
from data.memory import MemoryStore
from data.reversal import reversal
from data.sql.opening import open_store
from data.store import HISTORY, Commit
from tests.data.samples import (
    DAY,
    NOON,
    assigned,
    contents,
    open_statement,
    plan_of,
    small_tables,
    table,
)

PATIENTS, PROVIDERS = st.sampled_from(["A1", "A2", "A3"]), st.sampled_from(["P1", "P2", "P3"])
DAYS = st.integers(-3, 3).map(lambda number: DAY + timedelta(days=number))
SPANS = st.tuples(DAYS, st.none() | DAYS)

STEPS = st.one_of(
    st.tuples(st.just("assign"), PATIENTS, PROVIDERS, SPANS, st.sampled_from(["update", "replace"])),
    st.tuples(st.just("rename"), PATIENTS, PROVIDERS),
    st.tuples(st.just("move"), PATIENTS, PROVIDERS, DAYS),
    st.tuples(st.just("revert"), st.integers(0, 4)),
)


def carry_out(store, number, step):
    """One step; hands back what can be told of it."""
    at = NOON + timedelta(hours=number)
    kind, *rest = step
    if kind == "assign":
        patient, provider, (start, end), mode = rest
        rows = table("assignments", assigned(patient, provider, start, ends_on=end))
        return store.import_tables({"assignments": rows}, "ann", at, mode)
    if kind == "rename":
        patient, name = rest
        return store.import_tables(
            {"patients": table("patients", {"patient_id": patient, "name": name})}, "bob", at
        )
    believed = store.snapshot(DAY)["assignments"]
    if kind == "move":
        patient, provider, day = rest
        plan = plan_of(f"plan-{number}", open_statement(patient, provider, in_force(believed, patient, day)))
        made = entries(plan["statements"], believed, HISTORY.empty_table(), day)
        reverts = ""
    else:
        day, reverts = DAY, f"plan-{rest[0]}"
        opened, superseded = store.rows_of_plan(reverts)
        undo = reversal(opened, superseded, believed)
        plan = plan_of(f"plan-{number}", *undo.statements.to_pylist(), reverts=reverts)
        made = entries(plan["statements"], believed, superseded, day)
    store.save_plan(plan, "ready", at, store.snapshot(day))
    return store.commit(Commit(plan.plan_id, made, store.revision(), "ann", at, reverts=reverts))


def in_force(believed, patient, day):
    """Row of the patient whose valid time contains the day, 0 where there is none."""
    for row in believed.to_pylist():
        ends_on = row["ends_on"] or day + timedelta(days=1)
        if row["patient_id"] == patient and row["starts_on"] <= day < ends_on:
            return row["row_id"]
    return 0


def outcome(store, number, step):
    """What a step gives, or how it is refused."""
    try:
        return carry_out(store, number, step)
    except DataError as error:
        return type(error), str(error)


@given(steps=st.lists(STEPS, min_size=1, max_size=7))
@settings(max_examples=20)
def test_the_store_in_a_file_answers_and_looks_like_the_one_in_memory(places, steps):
    with places.lent("sqlite") as place:
        compare(steps, place)


@given(steps=st.lists(STEPS, min_size=1, max_size=7))
@settings(max_examples=8)
def test_the_store_in_postgres_answers_and_looks_like_the_one_in_memory(places, steps):
    with places.lent("postgres") as place:
        compare(steps, place)


def compare(steps, place):
    memory, other = MemoryStore(), open_store(place, NOON)
    for store in (memory, other):
        store.import_tables(small_tables(), "ann", NOON)
    for number, step in enumerate(steps):
        assert outcome(memory, number, step) == outcome(other, number, step)
        assert looks(memory) == looks(other)
    for hours in range(len(steps) + 1):
        then = NOON + timedelta(hours=hours)
        assert memory.snapshot(DAY, then)["assignments"].equals(other.snapshot(DAY, then)["assignments"])
    other.close()


def looks(store):
    """All contents; a database's log has one event more (it was made), which is left out."""
    revision, tables, history, records, audit, outbox = contents(store)
    events = [{**event, "event_id": 0} for event in audit if event["action"] != "migrate"]
    return revision, tables, history, records, events, outbox
