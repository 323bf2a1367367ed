"""Facts and findings of a small world in which everything is wrong once."""

from datetime import UTC, date, datetime

import pytest

from api.workflow.capacity import loads_of
from api.workflow.decide import Rulebook
from api.workflow.facts import facts
from api.workflow.findings import compared, findings
from data.slot import Slot
from data.standing import standing
from rules.evaluator import evaluate, loads
from rules.packs import pack_text
from tests.builders import assigned, snapshot

DAY = date(2026, 6, 15)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
BOOK = Rulebook.of(pack_text("core") | pack_text("findings"))


def coverage(stand_in, covers, **more):
    return {
        "kind": "coverage",
        "provider_id": stand_in,
        "covers_provider_id": covers,
        "starts_on": DAY,
        "ends_on": date(2026, 7, 1),
        **more,
    }


WORLD = snapshot(
    DAY,
    insurances=[
        {"insurance_id": "OLD", "name": "Old plan", "reviewed_on": date(2025, 12, 31)},
        {"insurance_id": "NEW", "reviewed_on": DAY},
    ],
    facilities=[
        {"facility_id": "F", "name": "Oak", "closes_on": DAY, "state": "MA"},
        {"facility_id": "G", "opens_on": date(2026, 6, 20)},
    ],
    providers=[
        {"provider_id": "P", "name": "Dr. P", "latitude": 42.0, "longitude": -71.0, "max_miles": 10.0,
         "max_panel": 2.0, "practice_id": None},
        {"provider_id": "Q", "name": "Dr. Q", "starts_on": date(2020, 1, 1), "ends_on": date(2026, 6, 1)},
        {"provider_id": "R", "name": "Dr. R"},
    ],
    licenses=[
        {"provider_id": "P", "state": "MA", "expires_on": date(2026, 7, 1)},
        {"provider_id": "R", "state": "MA"},
    ],
    absences=[{"provider_id": "R", "starts_on": date(2026, 6, 20), "ends_on": date(2026, 6, 22)}],
    groups=[{"group_id": "E", "name": "Nobody"}, {"group_id": "H", "members": ["R"]}],
    patients=[
        {"patient_id": "A", "facility_id": "F"},
        {"patient_id": "B", "state": "MA", "latitude": 42.0, "longitude": -72.0},
        {"patient_id": "C", "state": "MA"},
        {"patient_id": "D", "state": "MA"},
        {"patient_id": "X", "active": False},
    ],
    assignments=[
        assigned("A", "P"),
        assigned("B", "P", temporary=True, review_on=DAY),
        assigned("C", "Q"),
        coverage("R", "P"),
        coverage("P", "R", facility_id="F"),
    ],
    visits=[
        {"visit_id": "V1", "patient_id": "B", "provider_id": "R", "on": date(2026, 6, 18)},
        {"visit_id": "V2", "patient_id": "B", "provider_id": "R", "on": date(2026, 6, 14)},
    ],
)  # fmt: skip


HELD = standing(WORLD, Slot())


def run(world=WORLD):
    return findings(world, BOOK, Slot(), "ann", NOON)


def test_facts_are_counted_by_hand():
    scopes = BOOK.findings.scopes - {"waiver"}
    made = facts(WORLD, HELD, loads(BOOK.compiled, WORLD, Slot(), HELD.owner), scopes)
    providers = {row["provider_id"]: row for row in made["provider"].to_pylist()}
    assert [providers[each]["patients"] for each in "PQR"] == [2, 1, 0]
    assert [providers[each]["at_work"] for each in "PQR"] == [True, False, True]
    assert [providers[each]["visits"] for each in "PQR"] == [0, 0, 1]
    assert [providers[each]["licenses"] for each in "PQR"] == [1, 0, 1]
    assert [providers[each]["groups"] for each in "PQR"] == [0, 0, 1]
    patients = {row["patient_id"]: row for row in made["patient"].to_pylist()}
    assert sorted(patients) == ["A", "B", "C", "D"]
    # one degree of longitude at 42 N: 69.09 miles x cos 42 = 51.3
    assert [patients[each]["miles"] for each in "ABCD"] == [None, 51.3, None, None]
    assert [patients[each]["gap"] for each in "ABCD"] == ["", "", "ORPHANED_CASELOAD", "NOBODY"]
    facilities = {row["facility_id"]: row for row in made["facility"].to_pylist()}
    assert [facilities[each]["patients"] for each in "FG"] == [1, 0]
    stand_ins = {row["provider_id"]: row for row in made["coverage"].to_pylist()}
    assert [(stand_ins[each]["away"], stand_ins[each]["chained"]) for each in "RP"] == [
        (True, True),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("code", "subjects"),
    [
        ("COVERAGE_GAP", ["patient D"]),
        ("ORPHANED_PATIENT", ["patient C"]),
        ("ORPHANED_CASELOAD", ["provider Q"]),
        ("GEO_MISMATCH", ["patient B"]),
        ("PROVIDER_WITHOUT_OFFICE", ["provider P"]),
        ("AT_CAPACITY", ["load P panel"]),
        ("LICENSE_EXPIRING", ["license P MA MD"]),
        ("INSURANCE_REVIEW_DUE", ["insurance OLD"]),
        ("FACILITY_CLOSED", ["facility F"]),
        ("FACILITY_OPENING", ["facility G"]),
        ("EMPTY_GROUP", ["group E"]),
        ("COVERAGE_CONFLICT", ["coverage P R - F 2026-06-15", "coverage R P - - 2026-06-15"]),
        ("TEMPORARY_REVIEW_DUE", ["assignment patient B - 2026-01-01"]),
        ("VISIT_WITH_PREVIOUS_OWNER", ["visit V1"]),
        ("TOO_FAR", ["patient A with P against within-reach", "patient B with P against within-reach"]),
        ("FINDING_ERROR", []),
    ],
)
def test_each_code_finds_what_it_is_for(code, subjects):
    rows = run().rows
    told = zip(rows["code"].to_pylist(), rows["subject"].to_pylist(), strict=True)
    assert sorted(subject for each, subject in told if each == code) == subjects


def test_the_most_urgent_come_first_and_say_since_when_and_what_to_do():
    rows = run().rows.to_pylist()
    order = ["critical", "warning", "info"]
    assert [order.index(each["severity"]) for each in rows] == sorted(
        order.index(each["severity"]) for each in rows
    )
    (caseload,) = [each for each in rows if each["code"] == "ORPHANED_CASELOAD"]
    assert caseload["since"] == date(2026, 6, 1)
    assert caseload["action"] == '{"command": "propose", "preset": "departure", "provider": "Q"}'


def test_a_run_is_compared_with_the_one_before():
    first = run()
    assert compared(first, None).new.num_rows == first.rows.num_rows
    mended = WORLD.with_tables(groups=WORLD["groups"].slice(1))
    second = compared(run(mended), first)
    assert second.new.num_rows == 0
    assert second.gone["subject"].to_pylist() == ["group E"]


def test_an_empty_store_has_no_findings():
    assert run(snapshot(DAY)).rows.num_rows == 0


def test_loads_alone_say_what_the_whole_evaluation_says():
    whole = evaluate(BOOK.compiled, WORLD, Slot(), HELD.owner)
    alone = loads(BOOK.compiled, WORLD, Slot(), HELD.owner)
    assert loads_of(WORLD, HELD, alone).equals(loads_of(WORLD, HELD, whole))
