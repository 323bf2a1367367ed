"""A plan is checked by the rules of now, and a refusal says what has changed in them."""

from datetime import date

import pytest

from api.errors import RevalidationError, failure_of
from api.workflow.changes import changes_since
from api.workflow.commit import commit
from api.workflow.decide import Rulebook
from api.workflow.propose import Request, propose
from api.workflow.rule_versions import keep
from data.memory import MemoryStore
from data.memory_rules import MemoryRules
from rules.packs import pack_text
from solver.params import Params
from solver.solve import solve
from tests.api.service import NOON
from tests.builders import snapshot
from tests.rules.written import rule, rule_set

DAY = date(2026, 6, 15)
WORLD = snapshot(DAY, patients=[{"patient_id": "A", "language": "es"}], providers=[{"provider_id": "P"}])
EASY = Rulebook.of(pack_text("objectives") | {"r.yaml": rule_set(rule("true"))})
STRICT = Rulebook.of(
    pack_text("objectives") | {"r.yaml": rule_set(rule("patient.language in provider.languages"))}
)


@pytest.fixture
def proposed():
    store, kept = MemoryStore(), MemoryRules()
    store.import_tables({name: WORLD[name] for name in ("patients", "providers")}, "ann", NOON)
    keep(kept, EASY, "ann", NOON, in_force=True)
    request = Request("fill_gaps", DAY, DAY, "ann", params=Params(work=1.0))

    def engine(problem, params, start, report):
        return solve(problem, params, start, on_progress=report)

    return store, kept, propose(store, request, EASY, NOON, engine, lambda _: None)


def carried_out(proposed, book):
    store, kept, plan = proposed
    changes = lambda: changes_since(kept, plan.header.rules, book)  # noqa: E731
    return commit(store, plan.plan_id, book, "ann", NOON, DAY, changes=changes)


def test_a_plan_that_fails_the_rules_of_now_is_refused_with_what_changed_in_them(proposed):
    with pytest.raises(RevalidationError) as refused:
        carried_out(proposed, STRICT)
    told = failure_of(refused.value).details
    assert told == (
        "NOT_ELIGIBLE A: goes to somebody whom the rules exclude",
        "since the plan was made: rule r changed: expression: true → patient.language in provider.languages",
    )
    assert proposed[0].record(proposed[2].plan_id).state == "ready"


def test_a_plan_that_the_new_rules_allow_is_committed(proposed):
    softer = rule("patient.language in provider.languages", actions={"propose": "warn", "solve": "ignore"})
    book = Rulebook.of(pack_text("objectives") | {"r.yaml": rule_set(softer)})
    assert carried_out(proposed, book).inserted == 1


def test_rules_that_were_not_kept_change_nothing_that_can_be_told(proposed):
    assert changes_since(MemoryRules(), proposed[2].header.rules, STRICT) == ()
