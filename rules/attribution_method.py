"""Attribution as data: whose patient somebody is, step by step, from what is known of both."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from rules.rule import Document, Model, Name, Text
from rules.tested import Fixtures

Among = Literal["visits", "record", "household_record", "household_visits", "allowed"]
Measure = Literal["visits", "last_exam", "last_visit", "members", "miles", "points"]

MEASURES: dict[Among, tuple[Measure, ...]] = {
    "visits": ("visits", "last_exam", "last_visit", "miles", "points"),
    "record": ("miles", "points"),
    "household_record": ("members", "miles", "points"),
    "household_visits": ("members", "miles", "points"),
    "allowed": ("miles", "points"),
}
"""What providers of each kind can be ranked by: most visits, latest exam, latest visit, most members of the
household; fewest miles, fewest points of soft rules."""


class Step(Model):
    """Takes the first of some providers of a patient, ranked `by` measures and then by id.

    `among` those whom the patient has seen (`visits`), has on record, whom members of the household have on
    record or have seen most, or all whom the rules allow. With `only` it decides where there is one such
    provider; with `untied` where nobody else is as good and every measure is known.
    """

    title: Text
    among: Among
    by: list[Measure] = Field(default_factory=list)
    only: bool = False
    untied: bool = False

    @model_validator(mode="after")
    def _known_measures(self) -> "Step":
        unknown = [each for each in self.by if each not in MEASURES[self.among]]
        if unknown:
            known = ", ".join(MEASURES[self.among])
            raise ValueError(f"{self.among} cannot be ranked by {', '.join(unknown)}; by {known}")
        if self.untied and not self.by:
            raise ValueError("untied needs something to be ranked by")
        return self


class AttributionSpec(Model):
    """Ordered steps; the first that finds somebody decides, and its title is the reason.

    `patients`: everybody of the slot, or those who have nobody at work. `providers` are those of the role who
    are at work, or of them those whom the rules `allowed` for the patient. Visits count from `lookBackDays`
    before the day until the day before it; one of `examMinutes` or more is taken for an exam.
    """

    about: str = ""
    sources: list[Text] = Field(min_length=1)
    patients: Literal["everybody", "without_provider"] = "everybody"
    providers: Literal["of_role", "allowed"] = "of_role"
    look_back_days: int = Field(548, ge=1)
    exam_minutes: float = Field(40.0, gt=0)
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def _asks_rules(self) -> "AttributionSpec":
        titles = [each.title for each in self.steps]
        if len(set(titles)) < len(titles):
            raise ValueError("two steps have the same title")
        if self.providers != "allowed" and any(each.among == "allowed" for each in self.steps):
            raise ValueError("a step among allowed providers needs providers: allowed")
        return self


class AttributionMethod(Document):
    """One method, chosen by its name."""

    kind: Literal["AttributionMethod"]
    spec: AttributionSpec


class SeenVisit(Model):
    """One visit of an example."""

    patient: str
    provider: str
    day: date
    minutes: float = 30.0


class AttributionCase(Model):
    """Who must be found for a patient (none: nobody), and by which step."""

    patient: str
    expect: str | None
    step: str | None = None


class AttributionTestSpec(Model):
    """Examples of one method on a fixed day.

    `record` names who has whom; `allowed` whom the rules allow, in any order (everybody where a patient is
    not listed).
    """

    as_of: date
    method: Name
    fixtures: Fixtures
    visits: list[SeenVisit] = Field(default_factory=list)
    record: dict[str, str] = Field(default_factory=dict)
    allowed: dict[str, list[str]] = Field(default_factory=dict)
    cases: list[AttributionCase] = Field(min_length=1)


class AttributionTest(Document):
    """Examples with what they must give."""

    kind: Literal["AttributionTest"]
    spec: AttributionTestSpec
