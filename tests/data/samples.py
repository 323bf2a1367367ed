"""Small tables, plans and commits for the tests of storage."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from data.columns import TABLES
from data.ledger import ROWS, Entries, entries
from data.plan import STATEMENTS, Counts, Plan, PlanHeader
from data.slot import Slot
from data.store import Commit, Store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 12, 1)


def table(name, *rows):
    """The table of the catalog with these rows; columns that a row lacks are null (or have their default)."""
    defaults = {column.name: column.default for column in TABLES[name].columns}
    defaults |= {column.name: [] for column in TABLES[name].columns if column.kind == "list"}
    return pa.Table.from_pylist([defaults | row for row in rows], schema=TABLES[name].schema)


def assigned(patient_id, provider_id, starts_on=date(2024, 1, 1), **rest):
    """A row of an explicit assignment."""
    return {"patient_id": patient_id, "provider_id": provider_id, "starts_on": starts_on} | rest


def small_tables():
    """Three patients, two of them assigned to P1; P2 has nobody."""
    return {
        "providers": table(
            "providers",
            {"provider_id": "P1", "name": "Ada", "roles": ["physician"], "languages": ["en", "es"]},
            {"provider_id": "P2", "name": "Ben", "roles": ["physician"], "max_panel": 12.5},
        ),
        "patients": table(
            "patients",
            {"patient_id": "A1", "birth_date": date(1950, 2, 3), "programs": ["CCM"]},
            {"patient_id": "A2", "latitude": 42.25},
            {"patient_id": "A3"},
        ),
        "assignments": table("assignments", assigned("A1", "P1"), assigned("A2", "P1")),
    }


def header(plan_id="plan-1", **rest):
    """A header without extras."""
    counts = Counts(3, 3, 0, 1, 2, 0, 0, 1)
    facts = {"kind": "rebalance", "title": "Rebalance", "slot": Slot(), "as_of": DAY, "effective_on": DAY}
    facts |= {"base_revision": 1, "created_at": NOON, "actor": "ann", "counts": counts}
    return PlanHeader(plan_id=plan_id, **(facts | rest))


def open_statement(patient_id, to, row_id=0, **rest):
    """A statement that gives the patient to a provider."""
    plain = {"action": "open", "kind": "patient", "patient_id": patient_id, "level": "primary"}
    return plain | {"role": "physician", "to_provider_id": to, "row_id": row_id, "reason": "because"} | rest


def statements(*rows):
    """Statements as a table."""
    return pa.Table.from_pylist(list(rows), schema=STATEMENTS)


def plan_of(plan_id, *rows, **rest):
    """A plan with these statements."""
    return Plan(header(plan_id, **rest), {"statements": statements(*rows)})


def row_id_of(store, patient_id):
    """The row believed now that assigns the patient."""
    rows = store.snapshot(DAY)["assignments"].to_pylist()
    return next(row["row_id"] for row in rows if row["patient_id"] == patient_id)


def entries_of(store: Store, plan: Plan, effective_on=DAY) -> Entries:
    """Rows that carry out the plan's statements in the store."""
    todo = plan["statements"]
    again = todo.filter(
        np.asarray([action == "restore" for action in todo["action"].to_pylist()], dtype=bool)
    )
    restored = store.rows(again["row_id"].combine_chunks())
    return entries(todo, store.snapshot(DAY)["assignments"], restored, effective_on)


def ready(store, plan, at=NOON):
    """Save the plan as ready, and hand back the commit that writes it."""
    store.save_plan(plan, "ready", at)
    return Commit(plan.plan_id, entries_of(store, plan), store.revision(), "ann", at)


def moved(store, plan_id="plan-1", patient_id="A1", to="P2", **rest):
    """A ready plan that moves one patient, and its commit."""
    plan = plan_of(plan_id, open_statement(patient_id, to, row_id_of(store, patient_id)))
    return replace(ready(store, plan), **rest)


def insert_of(*rows):
    """Rows to insert."""
    return table("assignments", *rows).cast(ROWS)


def contents(store):
    """Everything that can be read, in a form that can be compared."""
    history = store.history(["A1", "A2", "A3"], ["F1"]).to_pylist()
    tables = {name: each.to_pylist() for name, each in store.snapshot(DAY).tables.items()}
    return store.revision(), tables, history, store.records(), store.audit().to_pylist(), store.outbox()


def owners(store, **when):
    """Who has whom from when to when."""
    rows = store.snapshot(DAY, **when)["assignments"].to_pylist()
    return {(row["patient_id"], row["provider_id"], row["starts_on"], row["ends_on"]) for row in rows}
