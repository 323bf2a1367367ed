"""Rule books that were in force, or tried: kept as they are used, and found again by name."""

from datetime import UTC, date, datetime, time, timedelta

from api.errors import RequestError
from api.workflow.decide import Rulebook
from data.rule_store import RuleBook, RuleStore
from data.store import Reader

IN_FORCE = "in-force"
FORMS = "in-force, a day (2026-03-01), plan:ID, or the beginning of a version's digest"


def keep(rules: RuleStore, book: Rulebook, actor: str, at: datetime, in_force: bool) -> bool:
    """Keep a book as it is used; False where it is known already."""
    stamp = book.compiled.stamp
    return rules.keep_book(RuleBook(book.digest, stamp.name, stamp.version, book.texts, at, actor, in_force))


def version_named(rules: RuleStore, store: Reader, in_force: Rulebook, name: str) -> Rulebook:
    """The book of a name; see `FORMS`. NotFoundError or RequestError where there is nothing of that name."""
    if name == IN_FORCE:
        return in_force
    if name.startswith("plan:"):
        stamp = store.record(name.removeprefix("plan:")).header.rules
        if stamp is None:
            raise RequestError((f"{name} was made without rules",))
        return Rulebook.of(rules.book(stamp.digest).texts)
    day = _day(name)
    return Rulebook.of((rules.book_at(end_of(day)) if day else rules.book(name)).texts)


def end_of(day: date) -> datetime:
    """The last moment of a day (UTC)."""
    return datetime.combine(day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
