"""Rule books by name: in force, kept of old, of a plan, of a day, or in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from api.clock import now
from api.errors import RequestError
from api.settings import Settings
from api.wiring import opened_plainly, rulebook
from api.workflow.changes import changes_since
from api.workflow.decide import Rulebook
from data.errors import NotFoundError
from data.rule_store import RuleBook, RuleStore
from data.store import Store
from rules.difference import Change

IN_FORCE = "in-force"
FORMS = "in-force, a day (2026-03-01), plan:ID, the beginning of a version's digest, or a file or folder"


def rules_of(store: Store) -> RuleStore:
    """The rule books and runs of findings kept beside a store."""
    from data.memory_rules import MemoryRules
    from data.sql.rules import SqlRules
    from data.sql.store import SqlStore

    return SqlRules(store.database) if isinstance(store, SqlStore) else MemoryRules()


@contextmanager
def opened_rules(settings: Settings) -> Iterator[RuleStore]:
    """The rule books of the settings' store."""
    with opened_plainly(settings) as store:
        yield rules_of(store)


def keep(rules: RuleStore, book: Rulebook, actor: str, at: datetime, in_force: bool) -> bool:
    """Keep a book as it is used; False where it is known already."""
    stamp = book.compiled.stamp
    return rules.keep_book(RuleBook(book.digest, stamp.name, stamp.version, book.texts, at, actor, in_force))


def keep_used(settings: Settings, book: Rulebook, tried: bool) -> None:
    """Note what is in force, or was `tried`, so that a plan or verdict of today can be replayed."""
    with opened_rules(settings) as rules:
        keep(rules, book, settings.actor, now(), in_force=not tried)


def end_of(day: date) -> datetime:
    """The last moment of a day (UTC)."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


def book_named(settings: Settings, name: str) -> Rulebook:
    """The book of a name; see `FORMS`. A file is taken together with what is in force.

    NotFoundError or RequestError where there is nothing of that name.
    """
    if name == IN_FORCE:
        return rulebook(settings)
    if Path(name).exists():
        return rulebook(settings, [Path(name)])
    with opened_plainly(settings) as store:
        rules = rules_of(store)
        try:
            if name.startswith("plan:"):
                stamp = store.record(name.removeprefix("plan:")).header.rules
                if stamp is None:
                    raise RequestError((f"{name} was made without rules",))
                return Rulebook.of(rules.book(stamp.digest).texts)
            return Rulebook.of(
                (rules.book_at(end_of(day)) if (day := _day(name)) else rules.book(name)).texts
            )
        except NotFoundError as error:
            raise RequestError((f"{error}; name rules as {FORMS}",)) from None


def changed_since(settings: Settings, plan_id: str, book: Rulebook) -> tuple[Change, ...]:
    """What changed in the rules since a plan was made; nothing where its rules were not kept."""
    with opened_plainly(settings) as store:
        return changes_since(rules_of(store), store.record(plan_id).header.rules, book)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
