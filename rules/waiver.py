"""An exception to a rule: for a patient, a provider or a pair, for some days, approved by somebody."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from rules.rule import Document, Model, Name, Text

State = Literal["requested", "upcoming", "in force", "expired", "revoked"]


class Approval(Model):
    """Who approved, and in which role."""

    name: Text
    role: Name


class WaiverSpec(Model):
    """`rule` is not held against `patient` with `provider` (one of them may be left out: then anybody).

    In force from `from` until the day before `until`, and no longer than until `revokedOn`; without
    `approvedBy` it is a request, and does nothing. Who approves what they asked for themselves justifies it:
    `code` and `reason` say how, and the rule must let their role override it.
    """

    rule: Name
    patient: Text | None = None
    provider: Text | None = None
    reason: Text
    code: Annotated[str, StringConstraints(pattern=r"^([A-Z][A-Z0-9_]*)?$")] = ""
    requested_by: str = ""
    requested_on: date | None = None
    approved_by: Approval | None = None
    from_day: date = Field(alias="from")
    until: date
    revoked_on: date | None = None

    @model_validator(mode="after")
    def _somebody_for_some_days(self) -> "WaiverSpec":
        if self.patient is None and self.provider is None:
            raise ValueError("name a patient, a provider or both; for everybody, bind the set with mode: off")
        if self.until <= self.from_day:
            raise ValueError("until must be after from")
        return self

    @property
    def justified(self) -> bool:
        """Whether somebody approved what they asked for themselves."""
        return self.approved_by is not None and self.approved_by.name == self.requested_by

    @property
    def days(self) -> int:
        """Number of days on which it is in force."""
        return (self.until - self.from_day).days


class Waiver(Document):
    """A waiver, or the request for one."""

    kind: Literal["Waiver"]
    spec: WaiverSpec

    def state(self, day: date) -> State:
        """What it is on a day."""
        spec = self.spec
        if spec.approved_by is None:
            return "requested"
        if spec.revoked_on is not None and spec.revoked_on <= day:
            return "revoked"
        if spec.until <= day:
            return "expired"
        return "in force" if spec.from_day <= day else "upcoming"

    @property
    def sentence(self) -> str:
        """Who waived it until when, and why."""
        spec = self.spec
        by = f"by {spec.approved_by.name} ({spec.approved_by.role}) " if spec.approved_by else ""
        word = "overridden" if spec.justified else "waived"
        return f"{word} {by}until {spec.until}: {spec.reason}"
