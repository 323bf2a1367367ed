"""Rule books by name: in force, kept of old, of a plan, of a day, or in a file."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from api.clock import now
from api.enforce import Trail, enforce
from api.errors import RequestError
from api.settings import Settings
from api.wiring import opened_plainly, parted_texts, rulebook, rules_of
from api.workflow.changes import changes_since
from api.workflow.decide import Rulebook
from api.workflow.rule_change import RuleChange, RuleTexts
from api.workflow.rule_versions import FORMS as VERSION_FORMS
from api.workflow.rule_versions import keep, version_named
from data.errors import NotFoundError
from data.rule_store import RuleBook, RuleStore
from rules.difference import Change

FORMS = f"{VERSION_FORMS}, or a file or folder"


@contextmanager
def opened_rules(settings: Settings) -> Iterator[RuleStore]:
    """The rule books of the settings' store."""
    with opened_plainly(settings) as store:
        yield rules_of(store)


def keep_used(settings: Settings, book: Rulebook, tried: bool) -> None:
    """Note what is in force, or was `tried`, so that a plan or verdict of today can be replayed."""
    with opened_rules(settings) as rules:
        keep(rules, book, settings.actor, now(), in_force=not tried)


def enforced(
    settings: Settings,
    change: Callable[[RuleTexts, Callable[[str], Rulebook]], RuleChange],
    reason: str = "",
) -> RuleBook:
    """Put in force what `change` makes of the documents in force, and of versions by name; see `enforce`."""
    texts = parted_texts(settings)
    with opened_plainly(settings) as store:
        rules = rules_of(store)
        made = change(texts, lambda name: version_named(rules, store, texts.book, name))
        return enforce(settings, store, rules, texts, made, Trail(settings.actor, now(), reason))


def book_named(settings: Settings, name: str) -> Rulebook:
    """The book of a name; see `FORMS`. A file is taken together with what is in force.

    NotFoundError or RequestError where there is nothing of that name.
    """
    if Path(name).exists():
        return rulebook(settings, [Path(name)])
    with opened_plainly(settings) as store:
        try:
            return version_named(rules_of(store), store, rulebook(settings), name)
        except NotFoundError as error:
            raise RequestError((f"{error}; name rules as {FORMS}",)) from None


def changed_since(settings: Settings, plan_id: str, book: Rulebook) -> tuple[Change, ...]:
    """What changed in the rules since a plan was made; nothing where its rules were not kept."""
    with opened_plainly(settings) as store:
        return changes_since(rules_of(store), store.record(plan_id).header.rules, book)
