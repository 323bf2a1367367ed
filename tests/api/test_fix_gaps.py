"""The night's batch job, and what its policy lets it do alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.access import Principal, local_principal
from api.access_store import GuardedStore
from api.errors import RequestError
from api.settings import Settings
from api.wiring import rulebook
from api.workflow.fix_gaps import fix_gaps
from api.workflow.policy import Policy, Window, read_policy
from data.errors import NotFoundError
from solver.solve import solve
from tests.api.service import DAY, NOON, filled_store


def engine(problem, params, warm_start, hear):
    return solve(problem, replace(params, work=1.0), warm_start, on_progress=hear)


@pytest.fixture
def night(tmp_path):
    """Run a policy in a new store as the local user, or as somebody else."""
    store = filled_store(tmp_path / "panelwise.db")
    rules = rulebook(Settings(tmp_path / "panelwise.db", "ann"))

    def run(principal=None, **policy):
        guarded = GuardedStore(store, principal or local_principal("nightly"))
        allowed = Policy(**policy)
        return fix_gaps(guarded, allowed, rules, DAY, lambda: NOON, engine, lambda _: None), store

    yield run
    store.close()


def test_what_the_policy_allows_is_committed(night):
    (done,), store = night(commit=True)
    assert (done.gaps, done.assigned, done.left, done.committed, done.waits) == (2, 2, 0, True, ())
    assert store.record(done.plan_id).state == "committed"
    (again,), _ = night(commit=True)
    assert (again.gaps, again.plan_id) == (0, "")


def test_what_it_does_not_allow_waits_for_a_person(night):
    (done,), store = night(commit=True, most_changes=1)
    assert (done.committed, done.waits) == (False, ("2 changes, 1 allowed",))
    assert store.record(done.plan_id).state == "ready"


def test_by_default_everything_waits(night):
    (done,), _ = night()
    assert done.waits == ("the policy commits nothing by itself",)


def test_only_named_practices_are_touched(night):
    (done,), store = night(commit=True, practices=("PR2",))
    assert (done.gaps, done.assigned) == (1, 1)
    assert store.plan(done.plan_id)["moves"]["patient_id"].to_pylist() == ["B2"]


def test_the_job_has_no_more_rights_than_its_principal(night):
    confined = Principal("nightly", frozenset({"practice_admin"}), frozenset({"PR1"}))
    with pytest.raises(NotFoundError):
        night(confined, commit=True, practices=("PR2",))
    (done,), store = night(confined, commit=True)
    assert store.plan(done.plan_id)["moves"]["patient_id"].to_pylist() == ["A3"]


def test_reasons_outside_of_the_policy_wait(night):
    (done,), _ = night(commit=True, reasons=())
    assert len(done.waits) == 1
    assert done.waits[0].startswith("moves for the reason ")


def at(hour, minute=0):
    return datetime(2026, 12, 1, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "inside", "outside"),
    [
        ("01:00", "05:00", [at(1), at(4, 59)], [at(0, 59), at(5), at(12)]),
        ("22:00", "05:00", [at(22), at(0), at(4, 59)], [at(5), at(21, 59)]),
    ],
)
def test_hours_may_go_over_midnight(since, until, inside, outside):
    window = Window(since=since, until=until)
    assert all(window.holds(each) for each in inside)
    assert not any(window.holds(each) for each in outside)


def test_a_policy_says_everything_that_is_wrong_with_it(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("commit: maybe\nmost_changes: -1\ncolor: red\n")
    with pytest.raises(RequestError) as caught:
        read_policy(path)
    assert len(caught.value.problems) == 3
    path.write_text("commit: true\nhours: {since: '01:00', until: '05:00'}\n")
    assert read_policy(path).commit
    path.write_text("a: [")
    with pytest.raises(RequestError, match="cannot be read"):
        read_policy(path)
