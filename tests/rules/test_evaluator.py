from datetime import date

import numpy as np
import pytest

from data.eligibility import NO_LIMIT
from data.slot import Slot
from rules.diagnostics import RuleTooBroadError
from rules.evaluator import evaluate, evaluation
from tests.builders import snapshot
from tests.rules.written import compiled, limit, rule

DAY = date(2026, 6, 15)
NOBODY = -1


def world(patients, providers, **more):
    return snapshot(
        DAY,
        patients=[{"patient_id": f"A{row:04}"} | each for row, each in enumerate(patients)],
        providers=[{"provider_id": f"P{row:03}"} | each for row, each in enumerate(providers)],
        **more,
    )


def nobody(of):
    return np.full(len(of.patient_ids), NOBODY, np.int32)


def arcs(eligibility, patient):
    row = eligibility.row[patient]
    return eligibility.provider[eligibility.indptr[row] : eligibility.indptr[row + 1]].tolist()


SPEAKS = rule("patient.language in provider.languages", id="speaks")


def test_patients_with_equal_answers_share_a_row():
    of = world(
        [{"language": "en"}, {"language": "es"}, {"language": "en"}],
        [{"languages": ["en"]}, {"languages": ["en", "es"]}],
    )
    found = evaluate(compiled(SPEAKS), of, Slot(), nobody(of))
    assert found.row.tolist() == [0, 1, 0]
    assert [arcs(found, patient) for patient in range(3)] == [[0, 1], [1], [0, 1]]
    assert found.arcs == 3


def test_patients_who_do_not_need_the_slot_have_no_row():
    of = world([{"active": False}, {"programs": ["CCM"]}, {}], [{}])
    primary = evaluate(compiled(rule("true")), of, Slot(), nobody(of))
    assert primary.row.tolist() == [-1, 0, 0]
    program = evaluate(compiled(rule("true")), of, Slot("program:CCM", "care_manager"), nobody(of))
    assert program.row.tolist() == [-1, 0, -1]


def test_a_patient_whom_nobody_may_take_has_an_empty_row_and_a_funnel_of_their_own():
    of = world(
        [{"language": "fr", "region": "R1"}, {"language": "fr", "region": "R2"}],
        [{"languages": ["en"], "regions": ["R1"]}, {"languages": ["en"], "regions": ["R1"]}],
    )
    served = rule("patient.region in provider.regions", id="served")
    found = evaluate(compiled(served, SPEAKS), of, Slot(), nobody(of))
    assert (arcs(found, 0), arcs(found, 1)) == ([], [])
    assert found.funnel.rule_ids == ("served", "speaks")
    assert found.funnel.remaining[found.row].tolist() == [[2, 2, 0], [2, 0, 0]]


def test_soft_rules_give_penalties_by_rule_and_in_sum():
    of = world([{"language": "es"}], [{"languages": ["en"]}, {"languages": ["es"]}])
    soft = SPEAKS | {"actions": {"solve": {"penalty": 200}}}
    shy = rule("provider.provider_id == 'P001'", id="shy", actions={"solve": {"penalty": 3}})
    found = evaluate(compiled(soft, shy), of, Slot(), nobody(of))
    assert found.provider.tolist() == [0, 1]
    assert found.penalty.tolist() == [203, 0]
    assert {name: each.tolist() for name, each in found.penalties.items()} == {
        "speaks": [200, 0],
        "shy": [3, 0],
    }
    assert found.funnel.rule_ids == ()


def test_patients_with_other_penalties_do_not_share_a_row():
    of = world([{"language": "es"}, {"language": "en"}], [{"languages": ["en"]}])
    soft = SPEAKS | {"actions": {"solve": {"penalty": 200}}}
    found = evaluate(compiled(soft), of, Slot(), nobody(of))
    assert found.row.tolist() == [0, 1]
    assert found.penalty.tolist() == [200, 0]


def test_standing_pairs_are_judged_by_the_rules_that_concern_them():
    closed = rule("provider.panel_status == 'new'", id="open", standing="ignore")
    soft = rule("patient.language == 'en'", id="soft", actions={"solve": {"penalty": 9}})
    of = world(
        [{"language": "en"}, {"language": "es"}, {"language": "en"}, {"language": "en"}],
        [{"languages": ["en"], "panel_status": "closed"}, {"languages": ["es"]}],
    )
    standing = np.array([0, 0, 1, NOBODY], np.int32)
    found = evaluate(compiled(closed, SPEAKS, soft), of, Slot(), standing)
    assert arcs(found, 0) == []  # the panel is closed to newcomers
    assert found.standing_ok.tolist() == [1, 0, 0, 0]
    assert found.standing_penalty.tolist() == [0, 9, 0, 0]


def test_rules_out_of_force_or_ignored_change_nothing():
    later = rule("false", id="later", effective={"from": date(2026, 6, 16)})
    ignored = rule("false", id="ignored", actions={"solve": "ignore"})
    of = world([{}], [{}])
    found = evaluation(compiled(later, ignored), of, Slot(), np.zeros(1, np.int32))
    assert arcs(found.eligibility, 0) == [0]
    assert found.eligibility.standing_ok.tolist() == [1]
    assert found.verdicts(0, 0) == {"later": "not_effective", "ignored": "fail"}


def test_errors_exclude_unless_the_rule_ignores_them():
    of = world([{}], [{"max_miles": 5.0}, {}])
    strict = evaluate(compiled(rule("provider.max_miles > 1.0")), of, Slot(), nobody(of))
    lenient = evaluate(compiled(rule("provider.max_miles > 1.0", onError="ignore")), of, Slot(), nobody(of))
    assert (arcs(strict, 0), arcs(lenient, 0)) == ([0], [0, 1])


@pytest.mark.parametrize(("patients", "providers"), [(0, 0), (0, 2), (2, 0)])
def test_empty_tables_give_empty_eligibilities(patients, providers):
    of = world([{}] * patients, [{}] * providers)
    limits = [limit(sum="patient.panel_weight", max="provider.max_panel")]
    limits.append(limit(id="f", distinct="patient.facility_id", max="provider.max_facilities"))
    licensed = rule("provider.licenses.exists(l, l.state == patient.state)", id="licensed")
    near = rule("geo.miles(patient.place, provider.place) < 5.0", id="near")
    found = evaluate(compiled(SPEAKS, licensed, near, limits=limits), of, Slot(), nobody(of))
    assert found.arcs == 0
    assert found.row.tolist() == [0] * patients


def test_more_than_64_providers_and_several_chunks_are_kept_apart():
    providers = [{"regions": [f"R{row % 7}"]} for row in range(130)]
    of = world([{"region": f"R{row % 9}"} for row in range(20)], providers)
    found = evaluate(compiled(rule("patient.region in provider.regions")), of, Slot(), nobody(of))
    for patient in range(20):
        wanted = [row for row in range(130) if row % 7 == patient % 9]
        assert arcs(found, patient) == wanted


def test_a_clause_with_too_many_combinations_is_refused_with_its_estimate():
    of = world([{"zip": str(row)} for row in range(5000)], [{"zip": str(row)} for row in range(4001)])
    with pytest.raises(RuleTooBroadError, match="20,005,000 times"):
        evaluate(compiled(rule("patient.zip == provider.zip")), of, Slot(), nobody(of))


def test_why_not_counts_who_is_lost_to_which_rule():
    of = world(
        [{"language": "es", "region": "R1"}],
        [{"regions": ["R1"]}, {"languages": ["es"]}, {}, {"languages": ["es"], "regions": ["R1"]}],
    )
    served = rule("patient.region in provider.regions", id="served")
    why = evaluation(compiled(SPEAKS, served), of, Slot(), nobody(of)).why_not(0)
    speaks, serves = why.removals
    assert (why.providers, why.eligible) == (4, 1)
    assert (speaks.removed, speaks.first, speaks.sample) == (2, 2, (0, 2))
    assert (serves.removed, serves.first, serves.sample) == (2, 1, (1,))


def test_summed_limits_are_in_thousandths_by_arc_and_standing_pair():
    limits = [
        limit(sum="patient.panel_weight", max="provider.max_panel", target=0.95),
        limit(id="visits", sum="patient.visits_per_month / 21.0", max="provider.max_daily_visits"),
    ]
    of = world(
        [
            {"panel_weight": 1.0005, "visits_per_month": 2.0},
            {"panel_weight": 1.0005, "visits_per_month": 3.0},
        ],
        [{"max_panel": 10.0, "max_daily_visits": 0.5}, {"max_daily_visits": 1.0}],
    )
    found = evaluate(compiled(limits=limits), of, Slot(), np.array([NOBODY, 1], np.int32))
    panel, visits = found.summed
    # 1.0005 is 1000.5 thousandths, rounded half up; 2 / 21 is 95.24 and 3 / 21 is 142.86 thousandths
    assert panel.use.tolist() == [1001] * 4
    assert visits.use.tolist() == [95, 95, 143, 143]
    assert (panel.standing_use.tolist(), visits.standing_use.tolist()) == ([0, 1001], [0, 143])
    assert panel.maximum.tolist() == [10_000, NO_LIMIT]
    assert panel.target.tolist() == [9_500, NO_LIMIT]
    assert visits.target.tolist() == [NO_LIMIT, NO_LIMIT]
    assert found.row.tolist() == [0, 1]  # other visits, another row


def test_a_limit_may_count_travel():
    hours = limit(
        id="hours",
        sum="patient.visits_per_month * 12.0 / 52.0 * "
        "(patient.minutes_per_visit + geo.minutes(patient.place, provider.place)) / 60.0",
        max="provider.max_weekly_hours",
    )
    of = world(
        [{"visits_per_month": 13.0, "minutes_per_visit": 30.0, "latitude": 42.0, "longitude": -71.0}, {}],
        [{"max_weekly_hours": 40.0, "latitude": 42.1, "longitude": -71.0}],
    )
    found = evaluate(compiled(limits=[hours]), of, Slot(), nobody(of))
    # 0.1 degree of latitude is 6.9093 miles (3958.7613 x pi / 1800), by road and at 30 miles an hour
    # 6.9093 x 1.417 x 2 = 19.581 minutes; 13 x 12 / 52 = 3 visits a week of 49.581 minutes: 2.479 hours
    assert found.summed[0].use.tolist() == [2479, 0]
    assert "could not be computed for 1 arcs" in found.notes[0]


def test_a_limit_that_nobody_has_is_left_out_with_a_note():
    limits = [limit(sum="patient.panel_weight", max="provider.max_panel")]
    of = world([{}], [{}])
    found = evaluate(compiled(limits=limits), of, Slot(), nobody(of))
    assert found.summed == ()
    assert found.notes == ("limit panel is not set for any provider and left out",)


def test_distinct_limits_have_keys():
    facilities = [{"facility_id": "F2"}, {"facility_id": "F1"}]
    limits = [limit(id="facilities", distinct="patient.facility_id", max="provider.max_facilities")]
    of = world(
        [{"facility_id": "F2"}, {}, {"facility_id": "F1"}], [{"max_facilities": 3}, {}], facilities=facilities
    )
    (found,) = evaluate(compiled(limits=limits), of, Slot(), nobody(of)).distinct
    assert (found.key.tolist(), found.keys) == ([1, -1, 0], ("F1", "F2"))
    assert found.maximum.tolist() == [3, NO_LIMIT]
    assert found.target.tolist() == [NO_LIMIT, NO_LIMIT]


def test_the_target_of_a_distinct_limit_is_a_share_of_whole_keys():
    limits = [limit(id="f", distinct="patient.facility_id", max="provider.max_facilities", target=0.7)]
    of = world([{}], [{"max_facilities": 8}, {"max_facilities": 3}, {}], facilities=[{"facility_id": "F1"}])
    (found,) = evaluate(compiled(limits=limits), of, Slot(), nobody(of)).distinct
    # 0.7 of 8 and of 3, in thousandths
    assert (found.maximum.tolist(), found.target.tolist()) == ([8, 3, NO_LIMIT], [5_600, 2_100, NO_LIMIT])


def test_a_maximum_may_be_an_expression():
    of = world([{}], [{"max_panel": 10.0, "roles": ["resident"]}, {"max_panel": 10.0}])
    limits = [
        limit(
            sum="patient.panel_weight",
            max="'resident' in provider.roles ? provider.max_panel / 4.0 : 1.0 * provider.max_panel",
        )
    ]
    found = evaluate(compiled(limits=limits), of, Slot(), nobody(of))
    assert found.summed[0].maximum.tolist() == [2_500, 10_000]
