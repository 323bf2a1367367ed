"""Examples of limits as data: what some patients use of a limit with a provider, and how much there is."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from rules.rule import Document, Model, Name, SlotSpec
from rules.tested import Fixtures


class LimitCase(Model):
    """What a limit must say about a provider who has these patients.

    `used` in the limit's unit; `maximum` is not given where it does not matter, and null where there is none.
    """

    limit: Name
    provider: str
    patients: list[str] = Field(default_factory=list)
    used: float
    maximum: float | None = None
    expect: Literal["within", "over"]


class LimitTestSpec(Model):
    """Examples of limits on a fixed day, as their authors wrote them; no binding counts."""

    as_of: date
    slot: SlotSpec = SlotSpec()
    params: dict[str, Any] = Field(default_factory=dict)
    fixtures: Fixtures
    cases: list[LimitCase] = Field(min_length=1)


class LimitTest(Document):
    """Examples with what they must give."""

    kind: Literal["LimitTest"]
    spec: LimitTestSpec
