"""What keeps the rules of every day and the findings of every run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from data.finding import FindingsRun
from data.slot import Slot


@dataclass(frozen=True)
class RuleBook:
    """All rule documents as they were used: text by file name, and the SHA-256 that plans name.

    `in_force`: from `at` on, until the next one that is; others were only tried.
    """

    digest: str
    name: str
    version: int
    texts: Mapping[str, str]
    at: datetime
    actor: str
    in_force: bool = True


class RuleStore(Protocol):
    """Appends; nothing is ever changed."""

    def keep_book(self, book: RuleBook) -> bool:
        """Keep a book; False, and nothing kept, where the last one says the same.

        For one that is in force that is the last one in force, for others any of the same digest.
        """

    def book(self, digest: str) -> RuleBook:
        """The latest book whose digest begins so. NotFoundError where there is none, or more than one."""

    def book_at(self, at: datetime) -> RuleBook:
        """The book in force at a moment. NotFoundError before the first."""

    def books(self, limit: int = 50) -> list[RuleBook]:
        """The newest first."""

    def keep_run(self, run: FindingsRun) -> FindingsRun:
        """Keep a run under the next number (its own `run_id` does not count)."""

    def run(self, run_id: int) -> FindingsRun:
        """One run; NotFoundError where there is none."""

    def last_run(self, slot: Slot, before: int | None = None) -> FindingsRun | None:
        """The newest run of a slot; of those before a run, where one is named."""

    def runs(self, limit: int = 50) -> list[FindingsRun]:
        """The newest first, without their rows."""


def is_news(book: RuleBook, last_in_force: str | None, known: bool) -> bool:
    """Whether a book says something that is not kept yet."""
    return book.digest != last_in_force if book.in_force else not known
