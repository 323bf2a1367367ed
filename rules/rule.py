"""A rule and a limit as documents declare them, and what every kind of document shares."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from data.slot import Slot

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=False)]


class Model(BaseModel):
    """A part of a document: nothing unknown, nothing changed later, names in camelCase."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True)


class Metadata(Model):
    """Name and version of a document."""

    name: Name
    version: int = Field(1, ge=1)
    title: str = ""


class Penalty(Model):
    """What a soft rule costs where it fails, in points."""

    penalty: int = Field(ge=1, le=1_000_000)


class Actions(Model):
    """What happens where the rule fails, in each of its uses."""

    propose: Literal["deny", "warn"] = "deny"
    solve: Literal["exclude", "ignore"] | Penalty = "exclude"
    audit: Literal["report", "ignore"] = "report"


class Effective(Model):
    """First day, and first day no longer, on which the rule is in force; open where not given."""

    from_day: date | None = Field(None, alias="from")
    to_day: date | None = Field(None, alias="to")

    def covers(self, day: date) -> bool:
        """Whether the rule is in force on `day`."""
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day < self.to_day)


class Waivable(Model):
    """Whose approval waives the rule (roles), and for how many days at most.

    Who has one of the roles `overridable_by` may also waive it on their own word, with a justification.
    """

    by: list[Name] = Field(min_length=1)
    max_days: int = Field(ge=1, le=3660)
    overridable_by: list[Name] = Field(default_factory=list)


class Rule(Model):
    """One rule: a condition in CEL that must hold, when it applies and what to say where it fails."""

    id: Name
    title: Text
    category: Name
    scope: Literal["pair", "patient", "provider"] = "pair"
    when: list[Text] = Field(default_factory=list)
    expression: Text
    message: Text
    message_expression: Text | None = None
    reason: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
    on_error: Literal["fail", "ignore"] = "fail"
    actions: Actions = Actions()
    effective: Effective = Field(default_factory=lambda: Effective.model_validate({}))
    standing: Literal["check", "ignore"] = "check"
    waivable: Waivable | None = None
    remedy: str = ""

    @property
    def penalty(self) -> int:
        """Points of a soft rule, 0 where the rule is not soft."""
        return self.actions.solve.penalty if isinstance(self.actions.solve, Penalty) else 0

    @property
    def hard(self) -> bool:
        """Whether a pair that fails is no arc."""
        return self.actions.solve == "exclude"


class Limit(Model):
    """A limit of a provider: the sum of a quantity, or the number of distinct values of a field.

    Patients for whom a `when` is not true use nothing of it. `target` is the share of the maximum above which
    use has a price.
    """

    id: Name
    title: Text
    unit: Text
    when: list[Text] = Field(default_factory=list)
    sum_of: Text | None = Field(None, alias="sum")
    distinct: Text | None = None
    maximum: Text = Field(alias="max")
    target: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> "Limit":
        if (self.sum_of is None) == (self.distinct is None):
            raise ValueError("give either sum or distinct")
        return self


class SlotSpec(Model):
    """The slot that examples are judged for."""

    level: str = "primary"
    role: str = "physician"

    @property
    def slot(self) -> Slot:
        """The same as the vocabulary has it."""
        return Slot(self.level, self.role)


class Document(Model):
    """What is at the top of every document."""

    api_version: Literal["rules/v1"]
    metadata: Metadata
