"""A warm evaluator says what a cold one says, and asks the engine only what it has not asked."""

from dataclasses import fields
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.slot import Slot
from data.standing import standing as standing_of
from data.synthetic import generate
from rules.compiler import compile_rules
from rules.documents import parse
from rules.evaluator import evaluation, loads
from rules.packs import pack_text
from rules.warm import WarmEvaluator
from tests.builders import snapshot
from tests.rules.test_agreement import LIMITS, PARAMS, WAIVABLE, bindings, rules, waivers, worlds
from tests.rules.written import binding, compiled, limit, rule, waiver

DAY = date(2026, 6, 15)
LICENSED = rule("provider.licenses.exists(l, l.state == patient.state)", id="licensed")
SPEAKS = rule("provider.languages.exists(l, l == patient.language)", id="speaks")
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


def only(world, patient):
    """The world with one patient alone."""
    return world.with_tables(patients=world.patients.take(pa.array([patient])))


def arcs(eligibility, patient):
    """Eligible providers with penalties."""
    row = eligibility.row[patient]
    mine = slice(eligibility.indptr[row], eligibility.indptr[row + 1]) if row >= 0 else slice(0)
    return dict(zip(eligibility.provider[mine].tolist(), eligibility.penalty[mine].tolist(), strict=True))


def uses(eligibility, patient):
    """What the patient takes of every summed limit with each eligible provider."""
    row = eligibility.row[patient]
    mine = slice(eligibility.indptr[row], eligibility.indptr[row + 1]) if row >= 0 else slice(0)
    return [each.use[mine].tolist() for each in eligibility.summed]


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(
    st.lists(worlds(), min_size=2, max_size=4),
    st.lists(rules, min_size=2, max_size=3),
    st.lists(waivers, max_size=2),
    bindings,
    st.data(),
)
def test_after_any_changes_the_answers_are_those_of_a_new_evaluation(history, written, waived, bound, data):
    named = [
        rule(each.pop("expression"), id=f"r{row}", waivable=WAIVABLE, **each)
        for row, each in enumerate(written)
    ]
    more = [waiver(f"w{row}", **each) for row, each in enumerate(waived)]
    more += [binding(f"b{row}", **each) for row, each in enumerate(bound)]
    made = compiled(*named, params=PARAMS, limits=LIMITS, more=more)
    warm = WarmEvaluator(made, Slot())
    for world in history:
        kept = data.draw(st.sampled_from([world, world.on(DAY + timedelta(days=1)), history[0]]))
        count = len(kept.provider_ids)
        standing = np.array([data.draw(st.integers(-1, count - 1)) for _ in kept.patient_ids], np.int32)
        assert same(warm.loads(kept, standing), loads(made, kept, Slot(), standing))
        cold = evaluation(made, kept, Slot(), standing)
        for patient in data.draw(st.permutations([*range(kept.patients.num_rows)] * 2)):
            mine, theirs = only(kept, patient), standing[patient : patient + 1]
            found = warm.alone(mine, theirs)
            assert same(found.eligibility, evaluation(made, mine, Slot(), theirs).eligibility)
            assert arcs(found.eligibility, 0) == arcs(cold.eligibility, patient)
            assert found.why_not == cold.why_not(patient)


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
    """Pairs of values that are put to the engine about every patient of a world, one after another."""
    before = warm.evaluated
    for patient in range(world.patients.num_rows):
        warm.alone(only(world, patient), nobody(only(world, patient)))
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
    asked(warm, clinic(ADA, BEN))
    french = clinic(ADA, BEN, patients=[{"language": "fr", "state": "MA"}, {"language": "en", "state": "NH"}])
    assert asked(warm, french) == 2  # one language with two lists


def test_another_day_is_asked_for_anew():
    world = clinic(ADA)
    warm = WarmEvaluator(compiled(SPEAKS), Slot())
    assert (asked(warm, world), asked(warm, world), asked(warm, world.on(date(2026, 7, 1)))) == (2, 0, 2)


def test_a_text_in_a_list_is_looked_up_without_the_engine():
    warm = WarmEvaluator(compiled(rule("patient.language in provider.languages")), Slot())
    world = clinic(ADA, BEN)
    assert asked(warm, world) == 0
    spoken = [warm.alone(only(world, row), nobody(only(world, row))).eligibility for row in range(3)]
    assert [[*arcs(each, 0)] for each in spoken] == [[0, 1], [1], [1]]


def test_what_is_kept_of_single_patients_stays_below_its_bound():
    made = compiled(SPEAKS, limits=[ROOM])
    small, large = WarmEvaluator(made, Slot(), kept_bytes=3_000), WarmEvaluator(made, Slot())
    world = clinic(ADA, BEN, patients=[{"language": f"l{row}"} for row in range(40)])
    for patient in range(40):
        mine = only(world, patient)
        assert small.alone(mine, nobody(mine)).why_not == large.alone(mine, nobody(mine)).why_not
        assert small.kept_bytes <= 3_000
    assert large.kept_bytes > 3_000


def test_every_patient_of_a_generated_clinic_alone_is_told_what_all_of_them_together_are():
    made = compile_rules(parse(pack_text("core")))
    whole = generate(3_000, 5, DAY).snapshot
    world = whole.with_tables(patients=whole.patients.slice(0, 400).combine_chunks())
    standing = standing_of(world, Slot()).owner
    cold, warm = evaluation(made, world, Slot(), standing), WarmEvaluator(made, Slot())
    for patient in range(400):
        found = warm.alone(only(world, patient), standing[patient : patient + 1])
        assert arcs(found.eligibility, 0) == arcs(cold.eligibility, patient)
        assert found.why_not == cold.why_not(patient)
        assert found.eligibility.standing_ok[0] == cold.eligibility.standing_ok[patient]
        assert uses(found.eligibility, 0) == uses(cold.eligibility, patient)
