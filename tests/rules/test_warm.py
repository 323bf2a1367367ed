"""A warm evaluator says what a cold one says, and asks the engine only what it has not asked."""

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.slot import Slot
from rules.evaluator import evaluation, loads
from rules.warm import WarmEvaluator
from tests.builders import snapshot
from tests.rules.test_agreement import LIMITS, PARAMS, rules, worlds
from tests.rules.written import compiled, limit, rule

DAY = date(2026, 6, 15)
LICENSED = rule("provider.licenses.exists(l, l.state == patient.state)", id="licensed")
SPEAKS = rule("patient.language in provider.languages", id="speaks")
ROOM = limit(sum="patient.panel_weight", max="provider.max_panel")


def nobody(of):
    return np.full(of.patients.num_rows, -1, np.int32)


def same(one, other):
    """Whether two eligibilities are equal, arrays and all."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    return one == other


def told(of, patient):
    """Eligible providers with penalties, and every rule's verdict, of one patient."""
    eligibility = of.eligibility
    row = eligibility.row[patient]
    arcs = slice(eligibility.indptr[row], eligibility.indptr[row + 1]) if row >= 0 else slice(0)
    offered = dict(zip(eligibility.provider[arcs].tolist(), eligibility.penalty[arcs].tolist(), strict=True))
    providers = range(len(of.population.providers))
    return offered, of.why_not(patient), [of.verdicts(patient, each) for each in providers]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(worlds(), min_size=2, max_size=4), st.lists(rules, min_size=1, max_size=3), st.data())
def test_after_any_changes_the_answers_are_those_of_a_new_evaluation(history, written, data):
    named = [rule(each.pop("expression"), id=f"r{row}", **each) for row, each in enumerate(written)]
    made = compiled(*named, params=PARAMS, limits=LIMITS)
    warm = WarmEvaluator(made, Slot())
    for world in history:
        kept = data.draw(st.sampled_from([world, world.on(DAY + timedelta(days=1)), history[0]]))
        standing = nobody(kept)
        cold = evaluation(made, kept, Slot(), standing)
        assert same(warm.evaluation(kept, standing).eligibility, cold.eligibility)
        assert same(warm.loads(kept, standing), loads(made, kept, Slot(), standing))
        for patient in range(kept.patients.num_rows):
            alone = kept.with_tables(patients=kept.patients.take(pa.array([patient])))
            assert told(warm.evaluation(alone, nobody(alone)), 0) == told(cold, patient)


def clinic(*providers, patients=None):
    spoken = patients or [{"language": "en", "state": "MA"}, {"language": "es", "state": "MA"},
                          {"language": "es", "state": "NH"}]  # fmt: skip
    return snapshot(
        DAY,
        patients=[{"patient_id": f"A{row}"} | each for row, each in enumerate(spoken)],
        providers=[
            {"provider_id": key, "languages": told, "max_panel": most} for key, told, most in providers
        ],
        licenses=[{"provider_id": key, "state": "MA", "type": "MD"} for key, *_ in providers],
    )


ADA, BEN, EVA = ("P1", ["en"], 5.0), ("P2", ["en", "es"], 6.0), ("P3", ["es", "fr"], 7.0)


def asked(warm, world):
    before = warm.evaluated
    warm.evaluation(world, nobody(world))
    return warm.evaluated - before


def test_a_new_provider_costs_the_engine_only_what_is_new_about_them():
    warm = WarmEvaluator(compiled(LICENSED, SPEAKS, limits=[ROOM]), Slot())
    # 2 states x 1 license; 2 languages x 2 lists of them; 1 panel weight; 2 maxima
    assert asked(warm, clinic(ADA, BEN)) == 2 + 4 + 1 + 2
    assert asked(warm, clinic(ADA, BEN)) == 0
    # 2 languages x 1 new list, 1 new maximum; the license is one of those known
    assert asked(warm, clinic(ADA, BEN, EVA)) == 2 + 1
    # the row moves up, and is known
    assert asked(warm, clinic(ADA, EVA)) == 0


def test_a_new_patient_costs_the_engine_only_what_is_new_about_them():
    warm = WarmEvaluator(compiled(LICENSED, SPEAKS, limits=[ROOM]), Slot())
    warm.evaluation(clinic(ADA, BEN), nobody(clinic(ADA, BEN)))
    french = clinic(ADA, BEN, patients=[{"language": "fr", "state": "MA"}, {"language": "en", "state": "NH"}])
    assert asked(warm, french) == 2  # one language with two lists


def test_another_day_is_asked_for_anew():
    world = clinic(ADA)
    warm = WarmEvaluator(compiled(SPEAKS), Slot())
    assert (asked(warm, world), asked(warm, world), asked(warm, world.on(date(2026, 7, 1)))) == (2, 0, 2)
