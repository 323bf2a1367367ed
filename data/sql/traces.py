"""Traces of reads in the audit log: many at once are written by one transaction."""

from collections.abc import Sequence
from threading import Lock

from data.errors import UnavailableError
from data.sql.database import Database
from data.sql.events import Event, keep_events
from data.sql.transactions import adding


class _Trace:
    """An event on its way, and what became of it."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.done = False
        self.error: Exception | None = None


class Traces:
    """Writes events of any number of threads, each before its `write` comes back (group commit).

    Whoever comes first writes for all who came meanwhile; alone, nobody waits for anybody. So a file's one
    writer is asked for once, and one connection waits where a big commit holds it.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._waiting: list[_Trace] = []
        self._adding, self._turn = Lock(), Lock()

    def write(self, event: Event) -> None:
        """Write an event; what the database refuses as of `transactions.adding`, told to those concerned."""
        mine = _Trace(event)
        with self._adding:
            self._waiting.append(mine)
        with self._turn:
            if not mine.done:
                self._write_for_all(mine)
        if mine.error is not None:
            raise mine.error

    def _write_for_all(self, mine: _Trace) -> None:
        with self._adding:
            together, self._waiting = self._waiting, []
        try:
            self._write(together)
        except BaseException:  # interrupted: whoever comes next writes for the others
            with self._adding:
                left = [each for each in together if not each.done and each is not mine]
                self._waiting = left + self._waiting
            raise

    def _write(self, traces: Sequence[_Trace]) -> None:
        """One transaction for all; where that is refused, each tries alone, so that none fails for others."""
        error = self._tried(traces)
        if error is not None and len(traces) > 1 and not isinstance(error, UnavailableError):
            for each in traces:
                self._write([each])
            return
        for each in traces:
            each.done, each.error = True, error

    def _tried(self, traces: Sequence[_Trace]) -> Exception | None:
        try:
            with adding(self.database) as connection:
                keep_events(connection, [each.event for each in traces])
        except Exception as error:  # it is raised again where it is waited for
            return error
        return None
