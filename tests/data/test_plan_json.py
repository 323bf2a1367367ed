from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.eligibility import RuleStamp
from data.objective import Objective, Term
from data.plan import Counts, Outcome, PlanHeader, TermValue
from data.plan_json import header_from_json, header_to_json
from data.scenario import Capacity, Closure, Departure, Leave, Merger, Scenario
from data.scope import Scope
from data.slot import Slot

words = st.text(max_size=8)
names = st.tuples() | st.tuples(words) | st.tuples(words, words)
days = st.dates(date(1900, 1, 1), date(2200, 1, 1))
numbers = st.floats(allow_nan=False, allow_infinity=False)
counts = st.integers(0, 10**9)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001

scenarios = st.builds(
    Scenario,
    departures=st.lists(st.builds(Departure, words, days), max_size=2).map(tuple),
    leaves=st.lists(st.builds(Leave, words, days, st.none() | days), max_size=2).map(tuple),
    closures=st.lists(st.builds(Closure, words, days, words), max_size=2).map(tuple),
    mergers=st.lists(st.builds(Merger, words, words), max_size=2).map(tuple),
    capacities=st.lists(st.builds(Capacity, words, words, st.none() | numbers), max_size=2).map(tuple),
)
terms = st.builds(Term, st.sampled_from(["travel", "balance"]), counts, numbers, numbers, numbers)
objectives = st.builds(
    Objective,
    words,
    words,
    st.lists(terms, max_size=2).map(tuple),
    st.sampled_from(["unassigned", "displaced", "everyone"]),
    st.just(()) | st.just((("travel",), ("balance", "rules"))),
    st.none() | counts,
    words,
)
headers = st.builds(
    PlanHeader,
    plan_id=words,
    kind=words,
    title=words,
    slot=st.sampled_from([Slot(), Slot("program:CCM", "care_manager")]),
    as_of=days,
    effective_on=days,
    base_revision=counts,
    created_at=moments,
    actor=words,
    counts=st.builds(Counts, *[counts] * 8),
    scope=st.builds(Scope, names, names, names, names, names, names),
    scenario=scenarios,
    objective=st.none() | objectives,
    rules=st.none() | st.builds(RuleStamp, words, counts, words),
    outcome=st.none() | st.builds(Outcome, words, numbers, numbers, numbers, numbers, counts, words),
    terms=st.lists(st.builds(TermValue, words, numbers, numbers), max_size=2).map(tuple),
    notes=names,
    reverts=words,
    snapshot_digest=words,
)


@given(headers)
@settings(max_examples=60)
def test_any_header_comes_back_equal(header):
    assert header_from_json(header_to_json(header)) == header


def test_a_bound_of_minus_infinity_comes_back():
    """A run that proved nothing has no bound: JSON has no infinity of its own."""
    outcome = Outcome("time_limit", 1.0, float("-inf"), float("inf"), 1.0, 0)
    counts_of = Counts(0, 0, 0, 0, 0, 0, 0, 0)
    day, now = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    header = PlanHeader("p", "k", "t", Slot(), day, day, 0, now, "a", counts_of, outcome=outcome)
    assert header_from_json(header_to_json(header)) == header


def test_a_text_that_is_no_header_is_refused_with_everything_that_is_wrong():
    with pytest.raises(ValueError, match=r"(?s)plan_id.*effective_on.*counts"):
        header_from_json('{"kind": "rebalance"}')
