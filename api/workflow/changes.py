"""What changed in the rules since a plan was made."""

from api.workflow.decide import Rulebook
from data.eligibility import RuleStamp
from data.errors import NotFoundError
from data.rule_store import RuleStore
from rules.difference import Change, difference


def changes_since(rules: RuleStore, stamp: RuleStamp | None, book: Rulebook) -> tuple[Change, ...]:
    """Every change from the rules of `stamp` to those of `book`; none where the former were not kept."""
    if stamp is None or stamp.digest == book.digest:
        return ()
    try:
        kept = rules.book(stamp.digest)
    except NotFoundError:
        return ()
    return difference(Rulebook.of(kept.texts).documents, book.documents)
