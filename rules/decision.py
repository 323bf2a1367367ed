"""Decision tables: rows of conditions with an outcome, compiled to one rule for each row.

The hit policies are those of DMN (Decision Model and Notation 1.5, section 8.2.8) that make sense for
verdicts: `unique` (rows may not overlap), `first` (the first row that matches counts), `collect` (all do).
"""

import re
from itertools import combinations
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from rules.rule import Actions, Document, Effective, Model, Name, Penalty, Rule, Text, Waivable

ANY = "-"
"""A cell that says nothing."""

MOST_ROWS = 100
"""More than a person can keep apart, and than the pairs of rows can be compared quickly."""

_COMPARES = re.compile(r"\s*(==|!=|<=|>=|<|>|in\b)")
_CONSTANT = re.compile(r"\s*('[^'\\]*'|\"[^\"\\]*\"|-?\d+(\.\d+)?|true|false)\s*")


class Input(Model):
    """A column of conditions: what is looked at."""

    title: Text
    expression: Text


class Row(Model):
    """One row: a cell for each input, and what follows where all of them hold.

    A cell is `-` (anything), a comparison (`>= 4`, `in ['snf', 'alf']`) or a value to be equal to.
    """

    id: Name
    match: list[Text] = Field(min_length=1)
    then: Literal["allow", "deny"] | Penalty
    message: str = ""
    remedy: str = ""


class DecisionSpec(Model):
    """Inputs and rows; `reason`, `category` and the rest hold for the rule of every row."""

    params: dict[str, Any] = Field(default_factory=dict)
    hit_policy: Literal["unique", "first", "collect"]
    category: Name
    reason: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
    effective: Effective = Field(default_factory=lambda: Effective.model_validate({}))
    standing: Literal["check", "ignore"] = "check"
    waivable: Waivable | None = None
    inputs: list[Input] = Field(min_length=1)
    rows: list[Row] = Field(min_length=1, max_length=MOST_ROWS)

    @model_validator(mode="after")
    def _as_wide_as_its_inputs(self) -> "DecisionSpec":
        wrong = [row.id for row in self.rows if len(row.match) != len(self.inputs)]
        if wrong:
            raise ValueError(f"rows need {len(self.inputs)} cells, one for each input: {', '.join(wrong)}")
        silent = [row.id for row in self.rows if row.then != "allow" and not row.message]
        if silent:
            raise ValueError(f"rows that deny or cost something need a message: {', '.join(silent)}")
        return self


class DecisionTable(Document):
    """A decision table; the rule of a row is called `TABLE-ROW`."""

    kind: Literal["DecisionTable"]
    spec: DecisionSpec

    @property
    def row_names(self) -> list[str]:
        """Ids of the rules of the rows."""
        return [f"{self.metadata.name}-{row.id}" for row in self.spec.rows]

    def cell(self, row: int, column: int) -> str | None:
        """The condition of a cell in CEL; None where it says nothing."""
        text, looked_at = self.spec.rows[row].match[column], self.spec.inputs[column].expression
        if text.strip() == ANY:
            return None
        compares = _COMPARES.match(text)
        return f"({looked_at}) {text}" if compares else f"({looked_at}) == ({text})"

    def condition(self, row: int) -> str:
        """Where a row matches."""
        cells = [self.cell(row, column) for column in range(len(self.spec.inputs))]
        return " && ".join(f"({each})" for each in cells if each is not None) or "true"

    @property
    def rules(self) -> list[Rule]:
        """The rule of every row, and, with `unique`, one more that no two rows match."""
        spec = self.spec
        made = []
        for position, row in enumerate(spec.rows):
            when = [self.condition(position)]
            if spec.hit_policy == "first":
                when += [
                    f"!({self.condition(earlier)})"
                    for earlier in range(position)
                    if not self._apart(earlier, position)
                ]
            made.append(
                self._rule(
                    row.id,
                    f"{self.metadata.title or self.metadata.name}: {row.id}",
                    when,
                    "true" if row.then == "allow" else "false",
                    row.message or "allowed",
                    Actions(propose="warn", solve=row.then) if isinstance(row.then, Penalty) else Actions(),
                    row.remedy,
                )
            )
        overlaps = [pair for pair in combinations(range(len(spec.rows)), 2) if not self._apart(*pair)]
        if spec.hit_policy == "unique" and overlaps:
            apart = [f"!({self.condition(one)} && {self.condition(other)})" for one, other in overlaps]
            text = f"More than one row of {self.metadata.name} matches"
            remedy = "Make the rows exclude each other, or use another hit policy"
            made.append(self._rule("unique", text, [], " && ".join(apart), text, Actions(), remedy))
        return made

    def _rule(
        self,
        name: str,
        title: str,
        when: list[str],
        expression: str,
        message: str,
        actions: Actions,
        remedy: str,
    ) -> Rule:
        spec = self.spec
        return Rule(
            id=f"{self.metadata.name}-{name}",
            title=title,
            category=spec.category,
            when=when,
            expression=expression,
            message=message,
            reason=spec.reason,
            actions=actions,
            effective=spec.effective,
            standing=spec.standing,
            waivable=spec.waivable,
            remedy=remedy,
        )

    def _apart(self, one: int, other: int) -> bool:
        """Whether some column asks the two rows for different constants, so that both can never match."""
        cells = zip(self.spec.rows[one].match, self.spec.rows[other].match, strict=True)
        return any(a.strip() != b.strip() and _kind(a) == _kind(b) != "" for a, b in cells)


def _kind(cell: str) -> str:
    """What kind of constant a cell is, empty where it is none."""
    found = _CONSTANT.fullmatch(cell)
    if found is None:
        return ""
    return {"'": "text", '"': "text", "t": "truth", "f": "truth"}.get(found[1][0], "number")
