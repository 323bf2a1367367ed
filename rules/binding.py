"""Which rules or limits hold for whom, with which parameters, in which mode."""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from rules.masking import without_strings
from rules.rule import Actions, Document, Limit, Model, Rule

Mode = Literal["enforce", "warn", "shadow", "off"]
Versioned = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*(@[1-9][0-9]*)?$")]


class Selector(Model):
    """Whom it is about: every kind of condition that is given must hold; none given is everybody.

    `practices` of the patient (or of the facility), `programs` in which the patient is enrolled,
    `facilityTypes` where the patient is seen, `levels` and `roles` of the slot that is filled.
    """

    practices: list[str] = Field(default_factory=list)
    programs: list[str] = Field(default_factory=list)
    facility_types: list[str] = Field(default_factory=list)
    levels: list[str] = Field(default_factory=list)
    roles: list[str] = Field(default_factory=list)

    def conditions(self) -> list[str]:
        """The same in CEL."""
        made = []
        if self.levels:
            made.append(f"slot.level in {_listed(self.levels)}")
        if self.roles:
            made.append(f"slot.role in {_listed(self.roles)}")
        if self.practices:
            made.append(f"has(patient.practice_id) && patient.practice_id in {_listed(self.practices)}")
        if self.programs:
            made.append(f"patient.programs.exists(each, each in {_listed(self.programs)})")
        if self.facility_types:
            made.append(f"has(patient.facility) && patient.facility.type in {_listed(self.facility_types)}")
        return made


class BindingSpec(Model):
    """One set (a RuleSet or DecisionTable, or a LimitSet), `NAME` or `NAME@VERSION`.

    `mode`: `enforce` it; `warn` without keeping anybody from being assigned (a limit becomes its own soft
    target); `shadow`: look what it would do, and do nothing; `off`.
    """

    rule_set: Versioned | None = None
    limit_set: Versioned | None = None
    selector: Selector = Selector()
    params: dict[str, Any] = Field(default_factory=dict)
    mode: Mode = "enforce"

    @model_validator(mode="after")
    def _one_set(self) -> "BindingSpec":
        if (self.rule_set is None) == (self.limit_set is None):
            raise ValueError("give either ruleSet or limitSet")
        return self


class RuleBinding(Document):
    """A set that is bound holds only where one of its bindings says so; one without bindings everywhere."""

    kind: Literal["RuleBinding"]
    spec: BindingSpec

    @property
    def bound(self) -> tuple[str, int | None]:
        """Name of the set, and the version asked for (None: any)."""
        name, _, version = (self.spec.rule_set or self.spec.limit_set or "").partition("@")
        return name, int(version) if version else None

    def parameter(self, name: str) -> str:
        """Name of a parameter of this binding beside those of the documents."""
        return f"{name}_for_{self.metadata.name.replace('-', '_')}"

    def rule(self, rule: Rule, alone: bool) -> Rule:
        """The rule as this binding has it; where it is not the only one, its id is `RULE@BINDING`."""
        changed: dict[str, Any] = {
            "when": [*self.spec.selector.conditions(), *(self._own(each) for each in rule.when)],
            "expression": self._own(rule.expression),
            "message_expression": rule.message_expression and self._own(rule.message_expression),
        }
        if not alone:
            changed["id"] = f"{rule.id}@{self.metadata.name}"
        if self.spec.mode in ("warn", "shadow"):
            changed["actions"] = Actions(propose="warn", solve="ignore", audit=rule.actions.audit)
        return rule.model_copy(update=changed)

    def limit(self, limit: Limit, alone: bool) -> Limit:
        """The limit as this binding has it."""
        changed: dict[str, Any] = {
            "when": [*self.spec.selector.conditions(), *(self._own(each) for each in limit.when)],
            "sum_of": limit.sum_of and self._own(limit.sum_of),
            "distinct": limit.distinct and self._own(limit.distinct),
            "maximum": self._own(limit.maximum),
        }
        if not alone:
            changed["id"] = f"{limit.id}@{self.metadata.name}"
        return limit.model_copy(update=changed)

    def _own(self, text: str) -> str:
        """The text with this binding's parameters in place of those of the documents."""
        if not self.spec.params:
            return text
        names = "|".join(map(re.escape, self.spec.params))
        mask = without_strings(text)
        pieces, end = [], 0
        for found in re.finditer(rf"(?<![\w.])params\s*\.\s*({names})\b", mask):
            pieces += [text[end : found.start()], f"params.{self.parameter(found[1])}"]
            end = found.end()
        return "".join([*pieces, text[end:]])


def _listed(texts: list[str]) -> str:
    """A list of texts in CEL."""
    return "[" + ", ".join(json.dumps(each) for each in texts) + "]"
