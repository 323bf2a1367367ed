"""Who has whom: every origin, every scope of coverage, both ends of valid time."""

from datetime import date, timedelta

import numpy as np
import pytest

from data.slot import Slot
from data.standing import ORIGINS, at_work, population, rows_in_force, standing
from tests.builders import TODAY, assigned, default, snapshot

PRIMARY, CCM, SKIN = Slot(), Slot("program:CCM"), Slot("specialty:207N00000X")
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)

PROVIDERS = [{"provider_id": name} for name in ("P1", "P2", "P3", "P4")]
FACILITIES = [{"facility_id": "F1"}, {"facility_id": "F2"}]
PATIENTS = [
    {"patient_id": "A1", "facility_id": "F1", "programs": ["CCM"]},
    {"patient_id": "A2", "facility_id": "F1", "programs": ["RPM", "CCM"]},
    {"patient_id": "A3", "facility_id": "F2", "programs": ["CCM"]},
    {"patient_id": "A4", "programs": ["CCM"]},
]


def today(*assignments, **tables):
    plain = {"patients": PATIENTS, "providers": PROVIDERS, "facilities": FACILITIES}
    return snapshot(**(plain | tables | {"assignments": assignments}))


def cover(covered, stand_in, **scope):
    return {"kind": "coverage", "covers_provider_id": covered, "provider_id": stand_in} | scope


def names(data, positions):
    return [data.provider_ids[position] if position >= 0 else None for position in positions]


def owners(data, slot=PRIMARY):
    return names(data, standing(data, slot).owner)


def acting(data, slot=PRIMARY):
    return names(data, standing(data, slot).acting)


def origins(data, slot=PRIMARY):
    return [ORIGINS[code] for code in standing(data, slot).origin]


def test_without_assignments_nobody_has_anybody():
    found = standing(today(), PRIMARY)
    assert found.owner.tolist() == found.acting.tolist() == [-1, -1, -1, -1]
    assert found.origin.tolist() == found.row_id.tolist() == [0, 0, 0, 0]
    assert not found.in_force.any()


def test_an_explicit_row_wins_over_the_default_of_the_facility():
    """A1 has its own row; A2 follows F1; A3's facility has no default; A4 has neither."""
    data = today(default("F1", "P1"), assigned("A1", "P2"))
    found = standing(data, PRIMARY)
    assert owners(data) == ["P2", "P1", None, None]
    assert origins(data) == ["patient", "facility", "nobody", "nobody"]
    assert found.row_id.tolist() == [2, 1, 0, 0]
    assert found.in_force.tolist() == [True, True, False, False]


def test_a_program_falls_back_on_the_primary_level_step_by_step():
    """A1: row of the program. A2: the program's default at F1. A3: own primary row. A4: nothing."""
    data = today(
        assigned("A1", "P1", level="program:CCM"),
        default("F1", "P2", level="program:CCM"),
        assigned("A3", "P3"),
        assigned("A1", "P4"),
        default("F2", "P4"),
    )
    assert owners(data, CCM) == ["P1", "P2", "P3", None]
    assert origins(data, CCM) == ["patient", "facility", "primary patient", "nobody"]
    assert owners(data, PRIMARY) == ["P4", None, "P3", None]


def test_the_last_resort_of_a_program_is_the_primary_default_of_the_facility():
    data = today(default("F2", "P4"))
    assert (owners(data, CCM)[2], origins(data, CCM)[2]) == ("P4", "primary facility")


def test_a_specialty_does_not_fall_back_on_the_primary_level():
    data = today(assigned("A1", "P1"), assigned("A2", "P2", level=SKIN.level))
    assert owners(data, SKIN) == [None, "P2", None, None]


def test_roles_are_apart():
    data = today(assigned("A1", "P1", role="care_manager"))
    assert owners(data) == [None] * 4
    assert owners(data, Slot("primary", "care_manager"))[0] == "P1"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "there"),
    [
        (TODAY, None, True),
        (TOMORROW, None, False),
        (YESTERDAY, TOMORROW, True),
        (YESTERDAY, TODAY, False),
    ],
)
def test_valid_time_begins_on_its_first_day_and_ends_before_its_last(starts_on, ends_on, there):
    data = today(assigned("A1", "P1", starts_on=starts_on, ends_on=ends_on))
    assert rows_in_force(data["assignments"], data).num_rows == there
    assert owners(data)[0] == ("P1" if there else None)


def test_of_rows_one_after_the_other_the_one_of_the_day_counts():
    data = today(
        assigned("A1", "P1", starts_on=date(2025, 1, 1), ends_on=TODAY),
        assigned("A1", "P2", starts_on=TODAY, ends_on=TOMORROW),
        assigned("A1", "P3", starts_on=TOMORROW),
    )
    assert [owners(data.on(day))[0] for day in (YESTERDAY, TODAY, TOMORROW)] == ["P1", "P2", "P3"]


def test_rows_that_name_somebody_unknown_count_for_nothing():
    data = today(assigned("A1", "P9"), default("F1", "P1"), assigned("A9", "P1"), default("F9", "P1"))
    assert owners(data) == ["P1", "P1", None, None]
    assert origins(data)[0] == "facility"


def test_coverage_stands_in_for_the_owner_and_leaves_the_owner():
    data = today(assigned("A1", "P1"), assigned("A3", "P2"), cover("P1", "P3"))
    assert owners(data) == ["P1", None, "P2", None]
    assert acting(data) == ["P3", None, "P2", None]


def test_the_narrower_coverage_wins_patient_over_facility_over_everybody():
    data = today(
        default("F1", "P1"),
        assigned("A3", "P1"),
        assigned("A4", "P2"),
        cover("P1", "P4", patient_id="A2"),
        cover("P1", "P2"),
        cover("P1", "P3", facility_id="F1"),
    )
    assert acting(data) == ["P3", "P4", "P2", "P2"]


def test_coverage_of_a_patient_holds_only_while_the_covered_provider_owns_the_patient():
    data = today(assigned("A1", "P2"), cover("P1", "P3", patient_id="A1"))
    assert acting(data)[0] == "P2"


def test_coverage_has_valid_time_too():
    data = today(assigned("A1", "P1"), cover("P1", "P3", ends_on=TODAY))
    assert acting(data)[0] == "P1"
    assert acting(data.on(YESTERDAY))[0] == "P3"


def test_coverage_is_not_chained():
    """P2 stands in for P1; that P3 stands in for P2 concerns P2's own patients alone."""
    data = today(assigned("A1", "P1"), assigned("A2", "P2"), cover("P1", "P2"), cover("P2", "P3"))
    assert acting(data) == ["P2", "P3", None, None]


def test_primary_coverage_also_holds_for_programs_whose_owner_comes_from_there():
    """A1 is P1's by the primary level, A2 by the program's own row: P3 covers primary only."""
    data = today(assigned("A1", "P1"), assigned("A2", "P1", level="program:CCM"), cover("P1", "P3"))
    assert acting(data, CCM) == ["P3", "P1", None, None]
    both = today(assigned("A1", "P1"), cover("P1", "P3"), cover("P1", "P4", level="program:CCM"))
    assert acting(both, CCM)[0] == "P4"


@pytest.mark.parametrize(
    "coverage", [cover("P9", "P3"), cover("P1", "P9"), cover("P1", "P3", facility_id="F9")]
)
def test_coverage_that_names_somebody_unknown_changes_nothing(coverage):
    assert acting(today(assigned("A1", "P1"), assigned("A4", "P1"), coverage)) == ["P1", None, None, "P1"]


def test_an_owner_who_is_gone_owns_but_is_not_in_force():
    gone = [{"provider_id": "P1", "ends_on": TODAY}, {"provider_id": "P2"}]
    found = standing(today(assigned("A1", "P1"), assigned("A2", "P2"), providers=gone), PRIMARY)
    assert found.owner.tolist() == [0, 1, -1, -1]
    assert found.in_force.tolist() == [False, True, False, False]


def test_at_work_from_the_first_day_to_the_day_before_the_last_if_active():
    providers = [
        {"provider_id": "P1", "starts_on": None},
        {"provider_id": "P2", "starts_on": TODAY},
        {"provider_id": "P3", "starts_on": TOMORROW},
        {"provider_id": "P4", "ends_on": TODAY},
        {"provider_id": "P5", "ends_on": TOMORROW},
        {"provider_id": "P6", "active": False},
        {"provider_id": "P7", "active": None},
    ]
    assert at_work(today(providers=providers)).tolist() == [True, True, False, False, True, False, True]


def test_the_population_is_active_and_enrolled_or_in_need():
    patients = [
        {"patient_id": "A1", "programs": ["CCM"], "needs": ["207N00000X"]},
        {"patient_id": "A2", "programs": ["CCMX"], "needs": []},
        {"patient_id": "A3", "programs": ["RPM", "CCM"], "needs": ["207Q00000X", "207N00000X"]},
        {"patient_id": "A4", "programs": None, "needs": None},
        {"patient_id": "A5", "programs": ["CCM"], "needs": ["207N00000X"], "active": False},
    ]
    data = today(patients=patients)
    assert population(data, PRIMARY).tolist() == [True, True, True, True, False]
    assert population(data, CCM).tolist() == [True, False, True, False, False]
    assert population(data, SKIN).tolist() == [True, False, True, False, False]
    later = data.with_tables(patients=data.patients.slice(2))
    assert population(later, CCM).tolist() == [True, False, False]


def test_a_snapshot_without_patients_has_an_empty_standing():
    found = standing(today(default("F1", "P1"), cover("P1", "P2"), patients=[]), PRIMARY)
    assert len(found.owner) == len(found.acting) == len(found.in_force) == 0


def test_many_coverages_resolve_at_once():
    """Patient i belongs to provider i mod 50; provider p is covered by p + 50 at half of the facilities."""
    facilities, people = 20, 50
    data = snapshot(
        patients=[{"patient_id": f"A{i:06d}", "facility_id": f"F{i % facilities:02d}"} for i in range(1000)],
        providers=[{"provider_id": f"P{p:03d}"} for p in range(2 * people)],
        facilities=[{"facility_id": f"F{f:02d}"} for f in range(facilities)],
        assignments=[assigned(f"A{i:06d}", f"P{i % people:03d}") for i in range(1000)]
        + [
            cover(f"P{p:03d}", f"P{p + people:03d}", facility_id=f"F{f:02d}")
            for p in range(people)
            for f in range(0, facilities, 2)
        ],
    )
    found = standing(data, PRIMARY)
    index = np.arange(1000)
    expected = index % people + np.where(index % facilities % 2 == 0, people, 0)
    assert found.acting.tolist() == expected.tolist()
