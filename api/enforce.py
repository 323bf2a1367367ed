"""Other rules put in force: written, kept as a version, and in the audit log."""

from dataclasses import dataclass
from datetime import datetime

from api.rule_folder import FolderChange, write_own
from api.settings import Settings
from api.wiring import rules_folder
from api.workflow.rule_change import RuleChange, RuleTexts
from api.workflow.rule_versions import keep
from data.rule_store import RuleBook, RuleStore
from data.store import Store


@dataclass(frozen=True)
class Trail:
    """Who changes rules, when and why."""

    actor: str
    at: datetime
    reason: str = ""


def enforce(
    settings: Settings, store: Store, rules: RuleStore, before: RuleTexts, made: RuleChange, trail: Trail
) -> RuleBook:
    """Put a checked change in force; the version that holds from now on.

    The versions before and after it are kept, and who did it and why is in the audit log. RevisionMovedError,
    and nothing done, where the documents are no longer those `before`.
    """
    keep(rules, before.book, trail.actor, trail.at, in_force=True)
    change = FolderChange(made.texts, made.removed)
    write_own(rules_folder(settings), change, expected=before.own)
    keep(rules, made.book, trail.actor, trail.at, in_force=True)
    digest = made.book.digest
    store.note(trail.at, trail.actor, "rules", f"version {digest[:12]}", trail.reason)
    return rules.book(digest)
