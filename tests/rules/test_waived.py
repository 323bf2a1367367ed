from datetime import date

import numpy as np
import pytest

from data.slot import Slot
from rules.audit import audit
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.evaluator import evaluation
from rules.validate import validate
from rules.warm import WarmEvaluator
from tests.builders import snapshot
from tests.rules.written import compiled, rule, waiver

DAY = date(2026, 6, 15)
WORLD = snapshot(
    DAY,
    patients=[{"patient_id": "A"}, {"patient_id": "B"}],
    providers=[{"provider_id": "P"}, {"provider_id": "Q"}],
)
WAIVABLE = {"by": ["manager"], "maxDays": 365}


def allowed(*waivers: str, on: date = DAY, expression: str = "false", **changed):
    """Pairs that are allowed, asked of all five uses, which must say the same."""
    made = compiled(rule(expression, waivable=WAIVABLE, **changed), more=waivers)
    world = WORLD.on(on)
    standing = np.array([0, 1], np.int32)
    found = evaluation(made, world, Slot(), standing)
    arcs, warm = set(), WarmEvaluator(made, Slot())
    for who, patient in enumerate(world.patient_ids):
        left = {
            "PQ"[provider]
            for row in [found.eligibility.row[who]]
            for provider in found.eligibility.provider[
                found.eligibility.indptr[row] : found.eligibility.indptr[row + 1]
            ]
        }
        assert {each for each in "PQ" if validate(made, world, Slot(), patient, each).allowed} == left
        assert found.why_not(who).eligible == len(left)
        alone = warm.alone(world.with_tables(patients=world.patients.slice(who, 1)), standing[who : who + 1])
        assert {"PQ"[provider] for provider in alone.eligibility.provider} == left
        assert alone.why_not == found.why_not(who)
        assert found.eligibility.standing_ok[who] == ("PQ"[standing[who]] in left)
        arcs |= {patient + each for each in left}
    audited = audit(made, world, Slot(), standing)["patient_id"].to_pylist()
    assert audited == [pair[0] for pair in ("AP", "BQ") if pair not in arcs]
    return arcs


@pytest.mark.parametrize(
    ("named", "pairs"),
    [
        ({"patient": "A", "provider": "P"}, {"AP"}),
        ({"patient": "A"}, {"AP", "AQ"}),
        ({"provider": "Q"}, {"AQ", "BQ"}),
        ({"patient": "nobody"}, set()),
        ({"patient": "nobody", "provider": "Q"}, set()),
    ],
)
def test_a_waiver_is_about_a_patient_a_provider_or_a_pair(named, pairs):
    assert allowed(waiver(**named)) == pairs


def test_waivers_add_up():
    assert allowed(waiver("one", patient="A"), waiver("two", provider="P")) == {"AP", "AQ", "BP"}


@pytest.mark.parametrize(
    ("on", "pairs"),
    [
        (date(2025, 12, 31), set()),
        (date(2026, 1, 1), {"AP"}),
        (date(2026, 12, 31), {"AP"}),
        (date(2027, 1, 1), set()),
    ],
)
def test_a_waiver_holds_on_its_days(on, pairs):
    assert allowed(waiver(patient="A", provider="P"), on=on) == pairs


def test_a_request_and_a_revoked_waiver_do_nothing():
    assert allowed(waiver(patient="A", approvedBy=None)) == set()
    assert allowed(waiver(patient="A", revokedOn=DAY)) == set()
    assert allowed(waiver(patient="A", revokedOn=date(2026, 6, 16))) == {"AP", "AQ"}


def test_an_error_is_waived_too_and_a_pass_stays_one():
    assert allowed(waiver(patient="A", provider="P"), expression="1 / 0 == 1") == {"AP"}
    made = compiled(rule("true", waivable=WAIVABLE), more=[waiver(patient="A")])
    assert validate(made, WORLD, Slot(), "A", "P").rules[0].verdict == "pass"


def test_the_verdict_says_who_waived_it_until_when():
    made = compiled(rule("false", waivable=WAIVABLE), more=[waiver(patient="A")])
    (said,) = validate(made, WORLD, Slot(), "A", "P").rules
    assert (said.verdict, said.objects) == ("waived", False)
    assert said.message == "waived by Kim (manager) until 2027-01-01: family asked"


def test_states_of_a_waiver_from_request_to_the_end():
    def state(day, **spec):
        text = waiver(patient="A", **{"from": date(2026, 3, 1), "until": date(2026, 5, 1), **spec})
        return parse({"w.yaml": text}).waivers[0].document.state(day)

    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 1)]
    assert [state(day) for day in days] == ["upcoming", "in force", "expired"]
    assert state(days[1], approvedBy=None) == "requested"
    assert state(days[1], revokedOn=days[1]) == "revoked"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"rule": "q"}, "there is no rule q"),
        ({"rule": "firm"}, "rule firm may not be waived"),
        ({"until": date(2027, 1, 2)}, "366 days are too many; rule r may be waived for 365"),
        ({"approvedBy": {"name": "Kim", "role": "nurse"}}, "nurse may not waive rule r"),
        ({"patient": None}, "name a patient, a provider or both; for everybody, bind the set with mode: off"),
        ({"until": date(2026, 1, 1)}, "until must be after from"),
    ],
)
def test_waivers_beyond_what_the_rule_permits_are_refused(spec, text):
    given = {"patient": "A", **spec}
    with pytest.raises(RuleCompilationError) as caught:
        compiled(rule("true", waivable=WAIVABLE), rule("true", id="firm"), more=[waiver(**given)])
    (problem,) = caught.value.diagnostics
    assert (problem.file, problem.text) == ("more-0.yaml", text)
