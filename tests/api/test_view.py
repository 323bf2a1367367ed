"""What single questions are answered from: one patient at a time, renewed after changes, as if in bulk."""

from datetime import date

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.workflow.capacity import loads_of
from api.workflow.decide import Rulebook, decide
from api.workflow.explain import why_not_in
from api.workflow.gaps import gaps
from api.workflow.room import room_of
from api.workflow.view import View
from api.workflow.views import Views
from data.scenario import Scenario
from data.slot import Slot
from rules.packs import PACKS, pack_text
from tests.builders import snapshot
from tests.rules.test_agreement import DAY, worlds

BOOK = Rulebook.of({file: text for name in PACKS for file, text in pack_text(name).items()})


@st.composite
def peopled(draw):
    """A random clinic in which some patients have somebody; revisions are told apart by their number."""
    world = draw(worlds())
    owners = [(who, draw(st.sampled_from([None, *world.provider_ids]))) for who in world.patient_ids]
    rows = [
        {"kind": "patient", "patient_id": who, "provider_id": whom, "row_id": 10 * row + int(whom[1:]) + 1}
        for row, (who, whom) in enumerate(owners)
        if whom
    ]
    return world.with_tables(assignments=snapshot(DAY, assignments=rows)["assignments"])


def in_bulk(world, decided, patient):
    """Eligible providers with points and lack of room, and what removes the others, from every pair."""
    eligibility, who = decided.eligibility, world.position("patients", patient)
    row = eligibility.row[who]
    arcs = np.arange(*eligibility.indptr[row : row + 2]) if row >= 0 else np.zeros(0, np.int64)
    offered = [
        (bool(full), points, world.provider_ids[whom], full)
        for whom, points, full in zip(
            eligibility.provider[arcs].tolist(),
            eligibility.penalty[arcs].tolist(),
            room_of(eligibility).full(eligibility, who, arcs),
            strict=True,
        )
    ]
    return sorted(offered), decided.evaluation.why_not(who).removals


def alone(view, patient):
    said = why_not_in(view, patient)
    offered = [(bool(each.full), each.penalty, each.provider_id, each.full) for each in said.candidates]
    assert said.eligible == len(offered)
    return offered, said.removals


def names(view, patient, **asked):
    return [each.provider_id for each in why_not_in(view, patient, **asked).candidates]


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(st.lists(peopled(), min_size=2, max_size=4))
def test_renewed_views_answer_what_new_ones_and_bulk_evaluation_answer(history):
    view = View(history[0], BOOK, Slot())
    for world in history:
        view = view.renewed(world, most=1.0)
        bulk = decide(world, BOOK, Slot(), Scenario(), DAY)
        assert [alone(view, each) for each in world.patient_ids] == [
            in_bulk(world, bulk, each) for each in world.patient_ids
        ]
        assert view.capacities.equals(View(world, BOOK, Slot()).capacities)
        assert view.capacities.equals(loads_of(world, bulk.standing, bulk.eligibility))
        assert gaps(world, Slot(), held=view.held).rows.equals(gaps(world, Slot()).rows)


def clinic(*panels):
    """A hundred patients, all of P0; every provider with a panel of so much."""
    patients = [{"patient_id": f"A{row:03}", "state": "MA"} for row in range(100)]
    return snapshot(
        date(2026, 12, 1),
        patients=patients,
        providers=[{"provider_id": f"P{row}", "max_panel": most} for row, most in enumerate(panels)],
        licenses=[{"provider_id": f"P{row}", "state": "MA", "type": "MD"} for row in range(len(panels))],
        assignments=[each | {"kind": "patient", "provider_id": "P0"} for each in _named(patients)],
    )


def _named(patients):
    return [{"patient_id": each["patient_id"]} for each in patients]


def test_a_new_provider_is_offered_and_the_engine_asked_for_nobody_else():
    before, after = clinic(150.0, 5.0), clinic(150.0, 5.0, 7.0)
    after = before.with_tables(providers=after.providers, licenses=after["licenses"])
    view = View(before, BOOK, Slot())
    assert names(view, "A000") == ["P0", "P1"]
    renewed = view.renewed(after)
    asked = renewed._warm.evaluated
    assert names(renewed, "A000") == ["P0", "P1", "P2"]
    anew = View(after, BOOK, Slot())
    assert names(anew, "A000") == ["P0", "P1", "P2"]
    assert renewed._warm.evaluated - asked < anew._warm.evaluated / 2


def test_views_are_kept_while_the_revision_stands_and_gaps_follow_it():
    kept, one = Views(), clinic(150.0)
    view = kept.view(one, BOOK, Slot())
    assert kept.view(one, BOOK, Slot()) is view
    assert len(kept.gaps(view, 90).rows) == 0
    gone = one.with_tables(
        providers=snapshot(DAY, providers=[{"provider_id": "P0", "active": False}]).providers
    )
    later = type(gone)(gone.as_of, gone.tables, revision=1)
    assert len(kept.gaps(kept.view(later, BOOK, Slot()), 90).rows) == 100


@given(peopled())
def test_gaps_are_tallied_as_a_table_of_practices_and_codes_counts_them(world):
    found = gaps(world, Slot())
    counted = found.by_practice().drop(columns="total").to_dict(orient="index") if len(found.rows) else {}
    told = {name: {code: many for code, many in row.items() if many} for name, row in counted.items()}
    assert found.tally == told
    assert sum(sum(row.values()) for row in found.tally.values()) == len(found.rows)
