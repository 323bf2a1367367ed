"""Rule documents written in a few words for tests."""

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
    return _document("RuleSet", {"params": params or {}, "rules": list(rules)})


def limit_set(*limits: dict[str, Any]) -> str:
    """YAML of one LimitSet."""
    return _document("LimitSet", {"limits": list(limits)})


def _document(kind: str, spec: dict[str, Any]) -> str:
    return yaml.safe_dump(
        {"apiVersion": "rules/v1", "kind": kind, "metadata": {"name": kind.lower()}, "spec": spec},
        sort_keys=False,
        width=1000,
    )


def compiled(
    *rules: dict[str, Any], limits: list[dict[str, Any]] | None = None, params: dict[str, Any] | None = None
) -> CompiledRules:
    """Rules (and limits) ready to be evaluated."""
    texts = {"rules.yaml": rule_set(*rules, params=params)} if rules else {}
    if limits:
        texts["limits.yaml"] = limit_set(*limits)
    return compile_rules(parse(texts))
