"""Both stores of rules keep the same promises."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pytest

from data.errors import NotFoundError
from data.finding import FINDINGS, FindingsRun
from data.memory_rules import MemoryRules
from data.rule_store import RuleBook
from data.slot import Slot
from data.sql.opening import open_store
from data.sql.rules import SqlRules

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE = RuleBook("aa11", "core", 1, {"core.yaml": "kind: RuleSet\n# á"}, NOON, "ann")
TWO = replace(ONE, digest="aa22", version=2, at=NOON + HOUR)


@pytest.fixture(params=["memory", "sqlite"])
def rules(request, tmp_path):
    if request.param == "memory":
        yield MemoryRules()
        return
    store = open_store(tmp_path / "panelwise.db", NOON)
    yield SqlRules(store.database)
    store.close()


def test_a_book_comes_back_as_it_was_kept(rules):
    assert rules.keep_book(ONE)
    assert rules.book("aa1") == ONE
    assert rules.books() == [ONE]


def test_a_book_that_is_in_force_already_is_not_kept_again(rules):
    assert [rules.keep_book(each) for each in (ONE, ONE, TWO, replace(ONE, at=NOON + 2 * HOUR))] == [
        True,
        False,
        True,
        True,  # back to the first: in force anew
    ]
    assert [each.digest for each in rules.books()] == ["aa11", "aa22", "aa11"]


def test_the_rules_of_a_moment_are_those_put_in_force_last(rules):
    for each in (ONE, TWO):
        rules.keep_book(each)
    tried = replace(ONE, digest="bb", in_force=False, at=NOON + HOUR)
    assert [rules.keep_book(tried), rules.keep_book(tried)] == [True, False]
    assert rules.book_at(NOON) == ONE
    assert rules.book_at(NOON + HOUR) == TWO
    assert rules.book("bb") == tried
    with pytest.raises(NotFoundError, match="no rules were in force at 2026-12-01 11:00"):
        rules.book_at(NOON - HOUR)


def test_a_beginning_that_is_not_unique_is_refused(rules):
    for each in (ONE, TWO):
        rules.keep_book(each)
    with pytest.raises(NotFoundError, match="more than one rule book 'aa'"):
        rules.book("aa")
    with pytest.raises(NotFoundError, match="no rule book 'x'"):
        rules.book("x")


def run(slot=Slot(), rows=1):  # noqa: B008  slots never change
    found = {name: [None] * rows for name in FINDINGS.names} | {"code": ["AT_CAPACITY"] * rows}
    table = pa.table(found, schema=FINDINGS)
    return FindingsRun(0, NOON, "ann", date(2026, 12, 1), slot, 3, "aa11", 9, table)


def test_runs_are_numbered_and_come_back_by_slot(rules):
    nurse = Slot("primary", "nurse")
    assert rules.last_run(Slot()) is None
    kept = [rules.keep_run(each) for each in (run(), run(rows=2), run(nurse, rows=0))]
    assert [each.run_id for each in kept] == [1, 2, 3]
    assert rules.run(1) == kept[0]
    assert rules.last_run(Slot()) == kept[1]
    assert rules.last_run(nurse).rows.equals(FINDINGS.empty_table())
    with pytest.raises(NotFoundError, match="no run 4"):
        rules.run(4)
