"""Rules and findings in memory: the same behavior as `data.sql.rules`."""

from dataclasses import replace
from datetime import datetime
from threading import RLock

from data.errors import NotFoundError
from data.finding import FINDINGS, FindingsRun
from data.refusals import moment
from data.rule_store import RuleBook, is_news
from data.slot import Slot


class MemoryRules:
    """A `RuleStore` without a file."""

    def __init__(self) -> None:
        self._books: list[RuleBook] = []
        self._runs: list[FindingsRun] = []
        self._lock = RLock()

    def keep_book(self, book: RuleBook) -> bool:
        """See `RuleStore.keep_book`."""
        with self._lock:
            in_force = [each.digest for each in self._books if each.in_force]
            known = any(each.digest == book.digest for each in self._books)
            if not is_news(book, in_force[-1] if in_force else None, known):
                return False
            self._books.append(replace(book, texts=dict(book.texts), at=moment(book.at)))
            return True

    def book(self, digest: str) -> RuleBook:
        """See `RuleStore.book`."""
        found = [each for each in self._books if each.digest.startswith(digest)]
        if len({each.digest for each in found}) != 1:
            raise NotFoundError(f"{'more than one rule book' if found else 'no rule book'} {digest!r}")
        return found[-1]

    def book_at(self, at: datetime) -> RuleBook:
        """See `RuleStore.book_at`."""
        found = [each for each in self._books if each.in_force and each.at <= moment(at)]
        if not found:
            raise NotFoundError(f"no rules were in force at {at:%Y-%m-%d %H:%M}")
        return found[-1]

    def books(self, limit: int = 50) -> list[RuleBook]:
        """See `RuleStore.books`."""
        return self._books[::-1][:limit]

    def keep_run(self, run: FindingsRun) -> FindingsRun:
        """See `RuleStore.keep_run`."""
        with self._lock:
            kept = replace(run, run_id=len(self._runs) + 1, at=moment(run.at))
            self._runs.append(kept)
            return kept

    def run(self, run_id: int) -> FindingsRun:
        """See `RuleStore.run`."""
        if not 1 <= run_id <= len(self._runs):
            raise NotFoundError(f"no run {run_id}")
        return self._runs[run_id - 1]

    def last_run(self, slot: Slot, before: int | None = None) -> FindingsRun | None:
        """See `RuleStore.last_run`."""
        earlier = self._runs[::-1] if before is None else self._runs[: before - 1][::-1]
        return next((each for each in earlier if each.slot == slot), None)

    def runs(self, limit: int = 50) -> list[FindingsRun]:
        """See `RuleStore.runs`."""
        return [replace(each, rows=FINDINGS.empty_table()) for each in self._runs[::-1][:limit]]
