"""Traces of reads: on disk before they are answered, many by one transaction."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pyarrow.compute as pc
import pytest
import sqlalchemy as sa

from data.sql.confinement import Confinement
from data.sql.events import Event
from data.sql.opening import open_store
from tests.data.samples import NOON

READERS = 12


@pytest.fixture
def store(place):
    opened = open_store(place, NOON)
    yield opened
    opened.close()


class Gate:
    """Counts transactions that are written, and holds the first one up until it is opened."""

    def __init__(self, store):
        self.passed, self.reached, self.opened = 0, threading.Event(), threading.Event()
        sa.event.listen(store.engine, "commit", self._commit)

    def _commit(self, _connection):
        self.passed += 1
        self.reached.set()
        assert self.opened.wait(30)


def waiting(store):
    return len(store._traces._waiting)


def subjects(store):
    """Of all reads that left a trace."""
    events = store.audit(1000)
    return sorted(events.filter(pc.equal(events["action"], "read"))["subject"].to_pylist())


def test_who_comes_while_one_writes_is_written_together_and_nobody_is_told_before(store):
    gate = Gate(store)
    with ThreadPoolExecutor(READERS) as pool:
        first = pool.submit(store.note, NOON, "ann", "read", "history A0")
        assert gate.reached.wait(30)
        rest = [pool.submit(store.note, NOON, "ann", "read", f"history A{at}") for at in range(1, READERS)]
        while waiting(store) < READERS - 1:
            assert not any(each.done() for each in (first, *rest))
        gate.opened.set()
        for each in (first, *rest):
            each.result(30)
    assert gate.passed == 2
    assert subjects(store) == sorted(f"history A{at}" for at in range(READERS))


def test_of_traces_written_together_only_the_one_that_is_refused_fails(store):
    gate = Gate(store)
    with ThreadPoolExecutor(READERS) as pool:
        first = pool.submit(store.note, NOON, "ann", "read", "history A0")
        assert gate.reached.wait(30)
        asked = ["history A1", None, "history A2"]  # a trace has a subject: the column refuses null
        rest = [pool.submit(store._traces.write, Event(NOON, "ann", "read", each)) for each in asked]
        while waiting(store) < len(asked):
            pass
        gate.opened.set()
        assert first.result(30) is None
        assert [each.exception(30) is None for each in rest] == [True, False, True]
    assert subjects(store) == ["history A0", "history A1", "history A2"]


def test_who_is_interrupted_while_writing_for_others_leaves_them_to_the_next(store):
    calls = iter([KeyboardInterrupt])
    reached, go_on = threading.Event(), threading.Event()

    def interrupted(_connection):
        error = next(calls, None)
        if error is not None:
            reached.set()
            assert go_on.wait(30)
            raise error

    traces = store._traces
    others = [
        threading.Thread(target=traces.write, args=(Event(NOON, "ann", "read", f"A{at}"),)) for at in "12"
    ]
    with traces._turn:  # so that both are there when the first of them begins
        for each in others:
            each.start()
        while waiting(store) < len(others):
            pass
        sa.event.listen(store.engine, "begin", interrupted)
    assert reached.wait(30)
    raised, threading.excepthook = threading.excepthook, lambda _: None  # it is meant to be interrupted
    go_on.set()
    for each in others:
        each.join(30)
    threading.excepthook = raised
    assert len(subjects(store)) == 1, "the other one, who was not interrupted, has left its trace"


def test_readers_of_several_practices_leave_their_traces_in_one_audit_log(store):
    for practice in ("PR1", "PR2"):
        reader = f"reader of {practice}"
        confined = store.within(Confinement(frozenset({practice}), frozenset(), reader))
        confined.note(NOON, reader, "read", f"gaps {practice}")
    assert subjects(store) == ["gaps PR1", "gaps PR2"]
