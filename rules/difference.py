"""What changed from one set of documents to another, rule by rule and field by field."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from rules.compiler import CompiledLimit, CompiledRule, CompiledRules
from rules.documents import Documents
from rules.rule import Document


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after, as JSON; empty where it was not given."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name}: {self.before or '(none)'} → {self.after or '(none)'}"


@dataclass(frozen=True)
class Change:
    """One rule, limit, parameter, table, preset, binding or waiver that is not what it was."""

    what: str
    name: str
    kind: Literal["added", "removed", "changed"]
    fields: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        told = "; ".join(
            f"{each.name}: {each.before or '(none)'} → {each.after or '(none)'}" for each in self.fields
        )
        return f"{self.what} {self.name} {self.kind}" + (f": {told}" if told else "")


def difference(old: Documents, new: Documents) -> tuple[Change, ...]:
    """Every change, in the order of the new documents, then what is gone."""
    before, after = dict(_items(old)), dict(_items(new))
    changes = []
    for key, item in after.items():
        if key not in before:
            changes.append(Change(*key, "added"))
        elif fields := tuple(_fields(before[key], item)):
            changes.append(Change(*key, "changed", fields))
    return (*changes, *(Change(*key, "removed") for key in before if key not in after))


def altered(old: CompiledRules, new: CompiledRules) -> tuple[CompiledRule, ...]:
    """Rules of `new` that are new or judge otherwise: other text, mode, waivers or values of parameters."""
    known = {_judgment(old, each) for each in old.rules}
    return tuple(each for each in new.rules if _judgment(new, each) not in known)


def altered_limits(old: CompiledRules, new: CompiledRules) -> tuple[CompiledLimit, ...]:
    """Limits of `new` that are new or count otherwise: other text, mode or values of parameters."""
    known = {_measure(old, each) for each in old.limits}
    return tuple(each for each in new.limits if _measure(new, each) not in known)


def _judgment(compiled: CompiledRules, each: CompiledRule) -> str:
    texts = (*each.rule.when, each.rule.expression)
    waivers = [waiver.spec.model_dump_json() for waiver in each.waivers]
    return "\0".join([each.rule.model_dump_json(), each.mode, *_values(compiled, texts), *waivers])


def _measure(compiled: CompiledRules, each: CompiledLimit) -> str:
    limit = each.limit
    texts = (*limit.when, limit.sum_of or "", limit.distinct or "", limit.maximum)
    return "\0".join([limit.model_dump_json(), each.mode, *_values(compiled, texts)])


def _values(compiled: CompiledRules, texts: Iterable[str]) -> list[str]:
    """The parameters that texts name, with their values."""
    names = sorted({name for text in texts for name in _PARAMETER.findall(text)})
    return [f"{name} = {getattr(compiled.params, name, None)}" for name in names]


_PARAMETER = re.compile(r"\bparams\s*\.\s*(\w+)")


def _items(documents: Documents) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    """Everything that has a name, with its fields."""
    groups = (documents.rule_sets, documents.limit_sets)
    for each in (located.document for group in groups for located in group):
        yield from _parameters(each.metadata.name, each.spec.params)
    for rules in documents.rule_sets:
        for rule in rules.document.spec.rules:
            yield ("rule", rule.id), _dump(rule)
    for limits in documents.limit_sets:
        for limit in limits.document.spec.limits:
            yield ("limit", limit.id), _dump(limit)
    for findings in documents.finding_sets:
        yield from _parameters(findings.document.metadata.name, findings.document.spec.params)
        for finding in findings.document.spec.findings:
            yield ("finding", finding.code), _dump(finding)
    wholes: list[Document] = [
        *(each.document for each in documents.tables),
        *(each.document for each in documents.presets),
        *(each.document for each in documents.bindings),
        *(each.document for each in documents.waivers),
        *(each.document for each in documents.approvals),
        *(each.document for each in documents.attributions),
        *(each.document for each in documents.standards),
    ]
    for whole in wholes:
        yield (_WORDS[type(whole).__name__], whole.metadata.name), _dump(whole)["spec"]


_WORDS = {
    "DecisionTable": "table",
    "ObjectivePreset": "objective",
    "RuleBinding": "binding",
    "Waiver": "waiver",
    "ApprovalPolicy": "approval policy",
    "AttributionMethod": "attribution method",
    "AdequacyStandard": "adequacy standard",
}


def _parameters(owner: str, params: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for name, value in params.items():
        yield ("parameter", f"{owner}.{name}"), {"value": value}


def _dump(model: BaseModel) -> dict[str, Any]:
    return dict(model.model_dump(by_alias=True, mode="json", exclude_none=True))


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield FieldChange(name, _json(before.get(name)), _json(after.get(name)))


def _json(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
