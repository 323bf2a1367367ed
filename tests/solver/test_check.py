"""A good plan, spoiled in every way that matters: the checker catches each."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.plan import Plan, TermValue
from data.scope import Scope
from solver.check import CheckFailedError, Violation, check
from solver.params import Params
from solver.planning import make_plan
from solver.solve import solve
from tests import builders
from tests.builders import assigned, default, eligibility, grouped, objective
from tests.solver.proposals import FACTS, Proposal

WEIGHTS = {
    "unassigned": 24_000,
    "standing_violation": 18_000,
    "overload": 5_000,
    "continuity": 400,
    "opening": 300,
    "travel": 10,
    "balance": 7,
    "preference": 50,
}


def proposal():
    """P1 leaves; P2 is full but for two, P3 has room in facility F2 only; A6 stays against a rule.

    A0 to A2 live in F1 and follow its default P1, A3 and A4 are a household without a provider, A5 has a row
    of P2, A6 one of P3, A7 is out of scope and A8 has no eligible provider.
    """
    made = builders.snapshot(
        providers=[
            {"provider_id": "P1", "ends_on": date(2026, 11, 30)},
            {"provider_id": "P2", "max_panel": 4, "max_facilities": 2, "latitude": 42.0, "longitude": -71.0},
            {"provider_id": "P3", "max_panel": 4, "max_facilities": 1, "max_new_patients": 3},
            {"provider_id": "P4", "max_panel": 0},
        ],
        facilities=[{"facility_id": "F1", "latitude": 42.1, "longitude": -71.0}, {"facility_id": "F2"}],
        patients=[{"patient_id": f"A{k}", "facility_id": "F1"} for k in range(3)]
        + [{"patient_id": f"A{k}", "facility_id": "F2", "household_id": "H"} for k in (3, 4)]
        + [{"patient_id": "A5", "practice_id": "PR1"}, {"patient_id": "A6"}, {"patient_id": "A7"}]
        + [{"patient_id": "A8"}],
        assignments=[default("F1", "P1"), assigned("A5", "P2"), assigned("A6", "P3"), assigned("A7", "P1")],
        pins=[
            {"patient_id": "A5", "provider_id": "P2", "kind": "pin"},
            {"patient_id": "A0", "provider_id": "P3", "kind": "ban"},
        ],
    )
    allowed = {"A6": ["P4"], "A8": [], "A1": ["P2"]} | {f"A{k}": ["P2", "P3"] for k in (0, 2, 3, 4, 5, 7)}
    scope = Scope(patients=tuple(f"A{k}" for k in (0, 1, 2, 3, 4, 5, 6, 8)))
    of = grouped(eligibility(made, allowed, not_ok=["A6", "A7"]))
    return Proposal(made, of, objective(max_moves=1, **WEIGHTS), scope)


@pytest.fixture(scope="module")
def good():
    """The proposal and its plan."""
    asked = proposal()
    planning = asked.build()
    return asked, make_plan(planning, solve(planning.problem, Params(seconds=20.0, work=5.0)), FACTS)


def codes(asked, plan):
    """Codes of all violations."""
    found = check(asked.snapshot, asked.standing, asked.eligibility, asked.objective, asked.scope, plan)
    return {each.code for each in found}


def spoiled(plan, table, row, **values):
    """The plan with other values in one row of a table."""
    rows = plan[table].to_pylist()
    rows[row] |= values
    return Plan(plan.header, dict(plan.tables) | {table: pa.Table.from_pylist(rows, plan[table].schema)})


def without(plan, table, **values):
    """The plan without the rows of a table that have the values."""
    keep = pa.array([True] * plan[table].num_rows)
    for name, value in values.items():
        keep = pc.and_(keep, pc.invert(pc.equal(plan[table][name], value)))
    return Plan(plan.header, dict(plan.tables) | {table: plan[table].filter(keep)})


def with_row(plan, table, **values):
    """The plan with a copy of the first row of a table, changed."""
    rows = plan[table].to_pylist()
    rows.append(rows[0] | values)
    return Plan(plan.header, dict(plan.tables) | {table: pa.Table.from_pylist(rows, plan[table].schema)})


def at(plan, table, **values):
    """The row that has the values."""
    for number, row in enumerate(plan[table].to_pylist()):
        if all(row[name] == value for name, value in values.items()):
            return number
    raise LookupError(values)


def move(plan, patient, provider):
    """The patient's move goes to another provider, in moves and by a statement of its own."""
    plan = spoiled(plan, "moves", at(plan, "moves", patient_id=patient), to_provider_id=provider)
    return with_row(
        plan,
        "statements",
        kind="patient",
        facility_id=None,
        patient_id=patient,
        to_provider_id=provider,
        row_id=0,
    )


def test_the_good_plan_is_good(good):
    asked, plan = good
    assert codes(asked, plan) == set()
    # what the mutants below rely on
    assert dict(
        zip(plan["moves"]["patient_id"].to_pylist(), plan["moves"]["to_provider_id"].to_pylist(), strict=True)
    ) == {
        "A0": "P2",
        "A1": "P2",
        "A2": "P2",
        "A3": "P3",
        "A4": "P3",
    }
    assert plan["left"]["patient_id"].to_pylist() == ["A7", "A8"]
    assert plan["review"]["patient_id"].to_pylist() == ["A6"]
    assert plan["statements"]["kind"].to_pylist() == ["facility", "facility"]


MUTANTS = {
    "a patient is forgotten": (lambda plan: without(plan, "left", patient_id="A8"), "LEFT"),
    "a move is forgotten": (lambda plan: without(plan, "moves", patient_id="A0"), "STATEMENTS"),
    "a patient is moved twice": (lambda plan: with_row(plan, "moves"), "TWICE"),
    "a patient is moved and left": (lambda plan: with_row(plan, "left", patient_id="A0"), "TWICE"),
    "an unknown patient is moved": (lambda plan: spoiled(plan, "moves", 0, patient_id="A99"), "UNKNOWN"),
    "a patient goes to nobody known": (
        lambda plan: spoiled(plan, "moves", 0, to_provider_id="P9"),
        "UNKNOWN",
    ),
    "a move starts elsewhere": (lambda plan: spoiled(plan, "moves", 0, from_provider_id="P3"), "BASE"),
    "a move names another row": (lambda plan: spoiled(plan, "moves", 0, row_id=77), "BASE"),
    "a move is called an assignment": (lambda plan: spoiled(plan, "moves", 0, action="assign"), "ACTION"),
    "a patient goes to one who has left": (lambda plan: move(plan, "A3", "P1"), "NOT_AT_WORK"),
    "a patient goes to one whom the rules exclude": (lambda plan: move(plan, "A1", "P3"), "NOT_ELIGIBLE"),
    "a patient goes to a banned provider": (lambda plan: move(plan, "A0", "P3"), "BAN"),
    "a patient outside the scope is moved": (
        lambda plan: with_row(
            without(plan, "left", patient_id="A7"),
            "moves",
            patient_id="A7",
            from_provider_id="P1",
            to_provider_id="P3",
            row_id=4,
        ),
        "FIXED",
    ),
    "a pinned patient is moved": (
        lambda plan: with_row(
            plan,
            "moves",
            patient_id="A5",
            from_provider_id="P2",
            to_provider_id="P3",
            row_id=2,
            action="move",
        ),
        "PIN",
    ),
    "a household is parted": (lambda plan: move(plan, "A4", "P2"), "HOUSEHOLD"),
    "a limit is broken": (lambda plan: move(plan, "A3", "P2"), "LIMIT"),
    "nobody is told of one who stays against a rule": (
        lambda plan: without(plan, "review", patient_id="A6"),
        "REVIEW",
    ),
    "somebody at work is given up": (lambda plan: with_row(plan, "left", patient_id="A5"), "GIVEN_UP"),
    "a statement is forgotten": (lambda plan: without(plan, "statements", facility_id="F1"), "STATEMENTS"),
    "a statement goes elsewhere": (
        lambda plan: spoiled(plan, "statements", 0, to_provider_id="P3"),
        "STATEMENTS",
    ),
    "a statement is of another level": (
        lambda plan: spoiled(plan, "statements", 0, level="program:CCM"),
        "STATEMENTS",
    ),
    "a statement closes a row that is not there": (
        lambda plan: spoiled(plan, "statements", 0, row_id=99),
        "STATEMENTS",
    ),
    "a load is wrong": (lambda plan: spoiled(plan, "loads", 1, after=99.0), "LOADS"),
    "a maximum is wrong": (lambda plan: spoiled(plan, "loads", 1, maximum=99.0), "LOADS"),
    "a load is missing": (lambda plan: without(plan, "loads", provider_id="P2"), "LOADS"),
    "a term is wrong": (
        lambda plan: plan.renamed(
            terms=tuple(
                TermValue(term.name, term.before, term.after + 1) if term.name == "travel" else term
                for term in plan.header.terms
            )
        ),
        "TERMS",
    ),
    "a term is missing": (lambda plan: plan.renamed(terms=plan.header.terms[1:]), "TERMS"),
    "a count is wrong": (
        lambda plan: plan.renamed(counts=replace(plan.header.counts, keep=plan.header.counts.keep + 1)),
        "COUNTS",
    ),
    "the day is wrong": (lambda plan: plan.renamed(effective_on=date(2027, 1, 1)), "HEADER"),
    "the revision is wrong": (lambda plan: plan.renamed(base_revision=7), "HEADER"),
    "the slot is wrong": (lambda plan: plan.renamed(slot=builders.Slot("program:CCM")), "HEADER"),
}


@pytest.mark.parametrize("kind", MUTANTS)
def test_a_spoiled_plan_is_caught(good, kind):
    asked, plan = good
    spoil, code = MUTANTS[kind]
    assert code in codes(asked, spoil(plan))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"max_new_patients": 1}, "LIMIT"),  # P3 got A3 and A4
        ({"max_facilities": 0}, "LIMIT"),  # P3 opened F2
        ({"max_panel": 2}, "LIMIT"),  # P3 has A3, A4 and A6
    ],
)
def test_a_tighter_limit_than_the_plan_was_made_for_is_caught(good, changes, code):
    asked, plan = good
    rows = asked.snapshot.providers.to_pylist()
    rows[2] |= changes
    tighter = asked.snapshot.with_tables(providers=builders.table("providers", rows))
    limits = {
        "summed": (builders.panel(tighter, _arcs(asked)),),
        "distinct": (builders.facilities(tighter),),
    }
    other = replace(asked, snapshot=tighter, eligibility=replace(asked.eligibility, **limits))
    assert code in codes(other, plan)


def _arcs(asked):
    """A (patient, provider) for each arc: any patient of the arc's row, all weigh the same."""
    return [(0, provider) for provider in asked.eligibility.provider.tolist()]


def test_more_moves_than_the_budget_are_caught():
    asked = proposal()
    rows = [row | {"patient_id": row["patient_id"]} for row in asked.snapshot["pins"].to_pylist()]
    free = asked.snapshot.with_tables(pins=builders.table("pins", rows[:0]))
    moving = replace(
        asked,
        snapshot=free,
        eligibility=grouped(eligibility(free, {"A5": ["P3"], "A8": []}, not_ok=["A5"])),
    )
    planning = moving.build()
    plan = make_plan(planning, solve(planning.problem, Params(seconds=20.0, work=5.0)), FACTS)
    assert plan.header.counts.move == 4  # three whose provider has left, which costs no budget, and A5
    stricter = replace(moving, objective=replace(moving.objective, max_moves=0))
    assert "BUDGET" in codes(stricter, plan)


def test_many_of_a_kind_are_counted_not_listed(good):
    asked, plan = good
    none = Plan(plan.header, {name: plan[name].schema.empty_table() for name in plan.tables})
    found = check(asked.snapshot, asked.standing, asked.eligibility, asked.objective, asked.scope, none)
    left = [each for each in found if each.code == "LEFT"]
    assert [each.where for each in left] == ["A0", "A1", "A2", "A3", "A4", "2 more"]


def test_the_error_carries_every_violation():
    error = CheckFailedError((Violation("LIMIT", "P1", "panel"), Violation("PIN", "A1", "moved")))
    assert str(error) == "LIMIT P1: panel; PIN A1: moved"
