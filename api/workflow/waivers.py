"""Exceptions to rules: requested, approved, revoked; each step is a document, checked before it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from api.access import DecisionError, Principal
from api.errors import RequestError
from api.workflow.decide import Rulebook
from data.errors import NotFoundError
from rules.documents import Located
from rules.waiver import State, Waiver


@dataclass(frozen=True)
class WaiverState:
    """One waiver and what it is on a day."""

    name: str
    state: State
    rule: str
    patient: str
    provider: str
    from_day: date
    until: date
    reason: str
    code: str
    requested_by: str
    requested_on: date | None
    approved_by: str
    justified: bool


def waivers(rulebook: Rulebook, day: date) -> tuple[WaiverState, ...]:
    """Every waiver, requests first."""
    order: list[State] = ["requested", "in force", "upcoming", "expired", "revoked"]
    found = [_state(each.document, day) for each in rulebook.documents.waivers]
    return tuple(sorted(found, key=lambda each: (order.index(each.state), each.until, each.name)))


def _state(waiver: Waiver, day: date) -> WaiverState:
    spec = waiver.spec
    return WaiverState(
        waiver.metadata.name,
        waiver.state(day),
        spec.rule,
        spec.patient or "",
        spec.provider or "",
        spec.from_day,
        spec.until,
        spec.reason,
        spec.code,
        spec.requested_by,
        spec.requested_on,
        f"{spec.approved_by.name} ({spec.approved_by.role})" if spec.approved_by else "",
        spec.justified,
    )


@dataclass(frozen=True)
class Wish:
    """An exception that is asked for: one rule, for a patient, a provider or a pair, for some days, and why.

    `code` is a reason in one word, from a list of your own; it may be empty.
    """

    rule: str
    patient: str
    provider: str
    reason: str
    from_day: date
    until: date
    code: str = ""


def requested(rulebook: Rulebook, wish: Wish, actor: str, today: date) -> tuple[str, str]:
    """Name and text of a request, which does nothing before it is approved.

    RuleCompilationError where the rule may not be waived, or not for so long.
    """
    return _written(rulebook, wish, {"requestedBy": actor, "requestedOn": today})


def justified(rulebook: Rulebook, wish: Wish, actor: str, role: str, today: date) -> tuple[str, str]:
    """Name and text of an exception in force at once, on the word of somebody who may override the rule.

    RequestError without a reason code, RuleCompilationError where the rule does not let the role do that.
    """
    if not wish.code:
        raise RequestError(("an override needs a reason code beside the reason, as FAMILY_REQUEST",))
    by = {"name": actor, "role": role}
    return _written(rulebook, wish, {"requestedBy": actor, "requestedOn": today, "approvedBy": by})


def waiver_named(rulebook: Rulebook, name: str, day: date) -> WaiverState:
    """One waiver; NotFoundError where there is none."""
    return _state(_found(rulebook, name).document, day)


def deciding_role(rulebook: Rulebook, rule_id: str, principal: Principal, override: bool = False) -> str:
    """The role in which somebody may approve an exception to a rule, or override it on their own word.

    DecisionError where none of their roles may; NotFoundError where there is no such rule.
    """
    found = next((each.rule for each in rulebook.compiled.rules if each.base_id == rule_id), None)
    if found is None:
        raise NotFoundError(f"there is no rule {rule_id!r}")
    allowed = found.waivable
    wanted = [] if allowed is None else allowed.overridable_by if override else allowed.by
    role = principal.deciding_as(wanted)
    if not role:
        raise DecisionError(principal.actor, rule_id, wanted)
    return role


def _written(rulebook: Rulebook, wish: Wish, trail: Mapping[str, Any]) -> tuple[str, str]:
    taken = {each.document.metadata.name for each in rulebook.documents.waivers}
    number = next(each for each in range(1, len(taken) + 2) if f"waiver-{each}" not in taken)
    name = f"waiver-{number}"
    spec = {
        "rule": wish.rule,
        **({"patient": wish.patient} if wish.patient else {}),
        **({"provider": wish.provider} if wish.provider else {}),
        "reason": wish.reason,
        **({"code": wish.code} if wish.code else {}),
        **trail,
        "from": wish.from_day,
        "until": wish.until,
    }
    head = {"apiVersion": "rules/v1", "kind": "Waiver", "metadata": {"name": name}}
    return name, _checked(rulebook, f"{name}.yaml", {**head, "spec": spec})


def approved(rulebook: Rulebook, name: str, actor: str, role: str) -> tuple[str, str]:
    """File and new text of a request that is approved. NotFoundError where there is none."""
    located = _found(rulebook, name)
    spec = located.document.spec
    if spec.approved_by is not None:
        raise RequestError((f"{name} was approved by {spec.approved_by.name} already",))
    if spec.requested_by == actor:
        raise RequestError((f"{name} was requested by {actor}; somebody else has to approve it",))
    return _changed(rulebook, located, {"approvedBy": {"name": actor, "role": role}})


def revoked(rulebook: Rulebook, name: str, day: date) -> tuple[str, str]:
    """File and new text of a waiver that ends on a day. NotFoundError where there is none, RequestError
    where it has ended already.
    """
    located = _found(rulebook, name)
    if located.document.state(day) in ("expired", "revoked"):
        raise RequestError((f"{name} is {located.document.state(day)} already",))
    return _changed(rulebook, located, {"revokedOn": day})


def _found(rulebook: Rulebook, name: str) -> Located[Waiver]:
    for each in rulebook.documents.waivers:
        if each.document.metadata.name == name:
            return each
    raise NotFoundError(f"there is no waiver {name!r}")


def _changed(rulebook: Rulebook, located: Located[Waiver], more: Mapping[str, Any]) -> tuple[str, str]:
    file = located.source.file
    text = rulebook.texts[file]
    documents = list(yaml.safe_load_all(text))
    if len(documents) != 1 or "#" in text:
        raise RequestError((f"{file} holds more than this waiver; change it there: {dict(more)}",))
    document = documents[0]
    return file, _checked(rulebook, file, {**document, "spec": {**document["spec"], **more}})


class _Dumper(yaml.SafeDumper):
    """Values that come twice are written twice: people read these files."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002
        return True


def _checked(rulebook: Rulebook, file: str, document: Mapping[str, Any]) -> str:
    """The text, once it compiles together with everything else."""
    text = yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    assert Rulebook.of({**rulebook.texts, file: text}).compiled
    return text
