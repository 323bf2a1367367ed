from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.attribution import Allowed, Known, attribute
from rules.attribution_method import AttributionSpec
from rules.diagnostics import RuleCompilationError
from rules.documents import parse
from rules.examples import run_examples
from rules.packs import pack_text
from tests.builders import snapshot
from tests.rules.written import document

PACK = parse(pack_text("attribution"))
METHODS = {each.document.metadata.name: each.document.spec for each in PACK.attributions}
CUTS, ORDER = ([each.title for each in METHODS[name].steps] for name in ("four-cut", "ordered"))

DAY = date(2026, 6, 15)
PROVIDERS = [{"provider_id": each} for each in "PQR"]
ABLE = np.array([True, True, True])


def world(*visits, patients="A", households=()):
    rows = [
        {
            "visit_id": f"V{row}",
            "patient_id": patient,
            "provider_id": provider,
            "on": DAY - timedelta(days=ago),
            "minutes": minutes,
        }
        for row, (patient, provider, ago, minutes) in enumerate(visits)
    ]
    homes = dict(zip(patients, households, strict=False))
    people = [{"patient_id": each, "household_id": homes.get(each)} for each in patients]
    return snapshot(DAY, providers=PROVIDERS, patients=people, visits=rows)


def nobody(here):
    return np.full(here.patients.num_rows, -1, np.int32)


def four_cut(here, able=ABLE, method="four-cut"):
    everybody = np.ones(here.patients.num_rows, np.bool_)
    return attribute(METHODS[method], Known(here, nobody(here), able), everybody)


def attributed(*visits, able=ABLE):
    owner, cut = four_cut(world(*visits), able)
    return ("PQR"[owner[0]], CUTS[cut[0]]) if owner[0] >= 0 else None


def test_first_cut_who_has_seen_one_provider_only_is_theirs():
    assert attributed(("A", "Q", 10, 20), ("A", "Q", 20, 20)) == ("Q", "only provider")


def test_second_cut_who_has_seen_one_provider_most_is_theirs():
    assert attributed(("A", "Q", 300, 20), ("A", "Q", 200, 20), ("A", "P", 1, 60)) == ("Q", "most visits")


def test_third_cut_among_those_seen_most_the_last_exam_decides():
    tie = [("A", "P", 1, 20), ("A", "Q", 100, 40), ("A", "P", 200, 60), ("A", "Q", 300, 20)]
    assert attributed(*tie) == ("Q", "last exam")


def test_fourth_cut_without_an_exam_the_last_visit_decides():
    assert attributed(("A", "P", 2, 20), ("A", "Q", 1, 20)) == ("Q", "last visit")


def test_an_exam_of_somebody_seen_less_does_not_count():
    seen = [("A", each, ago, 20) for each, ago in (("P", 5), ("P", 6), ("Q", 3), ("Q", 4))]
    assert attributed(*seen, ("A", "R", 1, 60)) == ("Q", "last visit")


def test_what_is_left_tied_goes_to_the_first_id():
    assert attributed(("A", "Q", 2, 20), ("A", "P", 2, 20)) == ("P", "last visit")


def test_visits_count_for_eighteen_months_and_not_from_today_on():
    assert attributed(("A", "P", 549, 20)) is None
    assert attributed(("A", "P", 548, 20)) == ("P", "only provider")
    assert attributed(("A", "P", 0, 20)) is None


def test_who_may_not_be_attributed_to_is_not_looked_at():
    seen = [("A", "P", 1, 20), ("A", "P", 2, 20), ("A", "Q", 3, 20)]
    assert attributed(*seen, able=np.array([False, True, True])) == ("Q", "only provider")


def allowing(here, chosen):
    """Whom the rules allow, by patient; the others are not asked about."""
    rows = [sorted(chosen.get(each, [])) for each in range(here.patients.num_rows)]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    provider = np.array([each for row in rows for each in row], np.int32)
    row = np.array([each if each in chosen else -1 for each in range(len(rows))], np.int32)
    return Allowed(row, indptr, provider, np.zeros_like(provider))


def ordered(here, standing, chosen):
    planned = np.array([each in chosen for each in range(here.patients.num_rows)])
    return attribute(METHODS["ordered"], Known(here, standing, ABLE, allowing(here, chosen)), planned)


def test_the_order_takes_the_first_step_that_the_rules_allow():
    here = world(
        ("B", "Q", 5, 20), ("D", "R", 5, 20),
        patients="ABCDE", households=["H", "G", "H", "K", "K"],
    )  # fmt: skip
    standing = np.array([0, -1, -1, -1, -1], np.int32)
    chosen = {
        0: [2, 0],  # on record with P, whom the rules allow
        1: [2, 1],  # visits to Q
        2: [1, 0],  # household H has P on record
        4: [0, 2],  # household K visits R
        3: [1],  # visits to R, not allowed: whoever is
    }
    owner, step = ordered(here, standing, chosen)
    assert ["PQR"[each] for each in owner] == ["P", "Q", "P", "Q", "R"]
    assert [ORDER[each] for each in step] == [
        "on record",
        "visits",
        "household's provider",
        "nearest",
        "household's visits",
    ]


def test_nobody_is_given_to_somebody_whom_the_rules_do_not_allow():
    here = world()
    owner, step = ordered(here, np.array([0], np.int32), {0: []})
    assert (owner.tolist(), step.tolist()) == ([-1], [-1])


def test_the_nearest_is_nearest_by_miles_then_by_points_then_by_id():
    here = snapshot(
        DAY,
        patients=[{"patient_id": "A", "latitude": 42.0, "longitude": -71.0}],
        providers=[
            {"provider_id": "P"},
            {"provider_id": "Q", "latitude": 42.1, "longitude": -71.0},
            {"provider_id": "R", "latitude": 42.1, "longitude": -71.0},
        ],
    )
    everybody = allowing(here, {0: [0, 1, 2]})
    for points, expected in (([0, 0, 0], 1), ([0, 5, 0], 2)):
        asked = Allowed(everybody.row, everybody.indptr, everybody.provider, np.array(points, np.int32))
        known = Known(here, nobody(here), ABLE, asked)
        owner, _ = attribute(METHODS["ordered"], known, np.array([True]))
        assert owner.tolist() == [expected]


SEEN = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("PQR"), st.integers(1, 600), st.sampled_from([20, 60]))
)


@given(SEEN)
def test_the_four_cuts_are_the_method_told_visit_by_visit(visits):
    here = world(*visits, patients="AB")
    owner, cut = four_cut(here)
    for row, patient in enumerate("AB"):
        frame = pd.DataFrame(
            [(who, ago, long) for each, who, ago, long in visits if each == patient and ago <= 548],
            columns=["who", "ago", "minutes"],
        )
        assert (("PQR"[owner[row]], CUTS[cut[row]]) if owner[row] >= 0 else None) == told(frame)


def told(seen):
    """The four cuts in words: one only; most often; of these, the last exam; of these, the last visit."""
    if seen.empty:
        return None
    if seen["who"].nunique() == 1:
        return seen["who"].iloc[0], "only provider"
    times = seen["who"].value_counts()
    leaders = sorted(times.index[times == times.max()])
    if len(leaders) == 1:
        return leaders[0], "most visits"
    exams = seen[seen["who"].isin(leaders) & (seen["minutes"] >= 40)]
    if not exams.empty:
        latest = sorted(exams["who"][exams["ago"] == exams["ago"].min()].unique())
        if len(latest) == 1:
            return latest[0], "last exam"
        leaders = latest
    last = seen[seen["who"].isin(leaders)]
    return sorted(last["who"][last["ago"] == last["ago"].min()].unique())[0], "last visit"


def test_a_method_of_ones_own_is_chosen_by_its_name_and_tested_by_its_examples():
    own = document(
        "AttributionMethod",
        {
            "sources": ["ours"],
            "lookBackDays": 30,
            "steps": [{"title": "latest", "among": "visits", "by": ["last_visit"]}],
        },
        "latest-visit",
    )
    tests = {
        "asOf": DAY,
        "method": "latest-visit",
        "fixtures": {"patients": {"a": {}, "b": {}}, "providers": {"p": {}, "q": {}}},
        "visits": [
            {"patient": "a", "provider": "q", "day": DAY - timedelta(days=30)},
            {"patient": "b", "provider": "q", "day": DAY - timedelta(days=31)},
        ],
        "cases": [{"patient": "a", "expect": "p"}, {"patient": "b", "expect": None}],
    }
    report = run_examples(parse({"own.yaml": own, "test.yaml": document("AttributionTest", tests)}))
    assert [(each.patient, each.message) for each in report.failures] == [("a", "q")]
    assert report.uncovered == ()


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ([{"title": "t", "among": "record", "by": ["visits"]}], "record cannot be ranked by visits"),
        ([{"title": "t", "among": "record", "untied": True}], "untied needs something to be ranked by"),
        ([{"title": "t", "among": "allowed"}], "needs providers: allowed"),
        ([{"title": "t", "among": "record"}] * 2, "two steps have the same title"),
    ],
)
def test_a_method_that_makes_no_sense_is_refused(steps, problem):
    with pytest.raises(RuleCompilationError, match=problem):
        parse({"m.yaml": document("AttributionMethod", {"sources": ["ours"], "steps": steps})})


def test_an_example_about_nobody_is_refused():
    text = pack_text("attribution")["attribution.yaml"].replace(
        "patient: unseen, expect", "patient: unsen, expect"
    )
    with pytest.raises(RuleCompilationError, match=r"there is no patient unsen\b[\s\S]*unseen"):
        run_examples(parse({"a.yaml": text}))


def test_the_shipped_methods_are_the_ones_that_are_documented():
    assert {name: spec.patients for name, spec in METHODS.items()} == {
        "four-cut": "everybody",
        "ordered": "without_provider",
    }
    assert all(isinstance(each, AttributionSpec) and each.sources for each in METHODS.values())
