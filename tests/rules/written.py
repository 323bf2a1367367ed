"""Rule documents written in a few words for tests."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import yaml

from rules.compiler import CompiledRules, compile_rules
from rules.documents import parse


def rule(expression: str, **more: Any) -> dict[str, Any]:
    """A rule with everything required filled in; keys as in YAML."""
    filled = {"id": "r", "title": "R", "category": "test", "message": "no", "reason": "R"}
    return {**filled, "expression": expression, **more}


def limit(**more: Any) -> dict[str, Any]:
    """A limit with everything required filled in."""
    return {"id": "panel", "title": "Panel", "unit": "weight", **more}


def rule_set(*rules: dict[str, Any], params: dict[str, Any] | None = None) -> str:
    """YAML of one RuleSet."""
    return document("RuleSet", {"params": params or {}, "rules": list(rules)})


def limit_set(*limits: dict[str, Any]) -> str:
    """YAML of one LimitSet."""
    return document("LimitSet", {"limits": list(limits)})


def binding(name: str = "bound", **spec: Any) -> str:
    """YAML of one RuleBinding, of the set that `rule_set` makes unless another is named."""
    of = {} if "limitSet" in spec else {"ruleSet": "ruleset"}
    return document("RuleBinding", {**of, **spec}, name)


def waiver(name: str = "waived", **spec: Any) -> str:
    """YAML of one approved Waiver of rule r for the year 2026."""
    given = {"rule": "r", "reason": "family asked", "from": date(2026, 1, 1), "until": date(2027, 1, 1)}
    return document("Waiver", {**given, "approvedBy": {"name": "Kim", "role": "manager"}, **spec}, name)


def document(kind: str, spec: dict[str, Any], name: str = "") -> str:
    """YAML of one document."""
    metadata = {"name": name or kind.lower()}
    return yaml.safe_dump(
        {"apiVersion": "rules/v1", "kind": kind, "metadata": metadata, "spec": spec},
        sort_keys=False,
        width=1000,
    )


def compiled(
    *rules: dict[str, Any],
    limits: list[dict[str, Any]] | None = None,
    params: dict[str, Any] | None = None,
    more: Sequence[str] = (),
) -> CompiledRules:
    """Rules (and limits, and more documents) ready to be evaluated."""
    texts = {"rules.yaml": rule_set(*rules, params=params)} if rules else {}
    if limits:
        texts["limits.yaml"] = limit_set(*limits)
    texts |= {f"more-{number}.yaml": text for number, text in enumerate(more)}
    return compile_rules(parse(texts))
