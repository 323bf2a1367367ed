"""What a batch job may do without a person, as data."""

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import RequestError
from api.workflow.bounds import exceeded
from data.plan import Plan

MOST_SECONDS = 24 * 3600.0
"""A night has no more."""


class Window(BaseModel):
    """Hours of the day in which something may happen; over midnight where `until` is before `since`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: time
    until: time

    def holds(self, at: datetime) -> bool:
        """Whether the moment is inside, by the clock of its own time zone."""
        now = at.time()
        if self.since <= self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until


class SlotPolicy(BaseModel):
    """A slot whose gaps are closed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: str = "primary"
    role: str = "physician"


class Policy(BaseModel):
    """How gaps are closed at night, and what may be committed before a person has looked.

    A plan waits for approval where any of `most_changes`, `most_moves`, `most_left`, `most_review`, `reasons`
    or `hours` is not kept; `commit: false` makes all of them wait.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    preset: str = "fill_gaps"
    slots: Annotated[tuple[SlotPolicy, ...], Field(min_length=1)] = (SlotPolicy(),)
    practices: tuple[str, ...] = ()
    seconds: Annotated[float, Field(gt=0)] = 300.0
    gap: Annotated[float, Field(ge=0, le=1)] = 0.001
    commit: bool = False
    most_changes: Annotated[int, Field(ge=0)] = 200
    most_moves: Annotated[int, Field(ge=0)] = 0
    most_left: Annotated[int | None, Field(ge=0)] = None
    most_review: Annotated[int, Field(ge=0)] = 0
    reasons: tuple[str, ...] | None = None
    hours: Window | None = None

    @property
    def longest(self) -> float:
        """Seconds that all of its slots may take together."""
        return min(self.seconds * len(self.slots), MOST_SECONDS)

    def objections(self, plan: Plan, at: datetime) -> tuple[str, ...]:
        """Why a person must look at the plan first; empty where it may be committed."""
        said = [] if self.commit else ["the policy commits nothing by itself"]
        said += exceeded(self, plan)
        if self.hours is not None and not self.hours.holds(at):
            said.append(f"it is {at:%H:%M}, outside of {self.hours.since:%H:%M} to {self.hours.until:%H:%M}")
        return tuple(said)


def read_policy(path: Path) -> Policy:
    """A policy of a YAML file; RequestError with everything that is wrong with it."""
    try:
        return Policy.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RequestError((f"{path} cannot be read: {error}",)) from None
    except ValidationError as error:
        found = (f"{path} {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise RequestError(tuple(found)) from None
