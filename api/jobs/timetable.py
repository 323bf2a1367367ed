"""What is done by itself, and when: a timetable as data, in a time zone that it names."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from api.errors import RequestError
from api.workflow.policy import Policy

Action = Literal["fix_gaps", "findings", "activate", "send_webhooks", "tidy"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = get_args(Weekday)

Verdict = Literal["run", "set", "wait"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(_Model):
    """One thing that is done `at` times of the day (on `days` of the week), or `every` so many seconds.

    `fix_gaps` closes gaps as its `policy` allows; `findings` runs those of its slot (`level`, `role`);
    `activate` looks again at plans whose day has come, and lets previews expire; `send_webhooks` empties the
    outbox; `tidy` forgets deliveries that arrived a month ago.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    do: Action
    at: tuple[time, ...] = ()
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = WEEK
    every: Annotated[int | None, Field(ge=5, le=86_400, description="seconds")] = None
    policy: Policy | None = None
    level: str = "primary"
    role: str = "physician"
    enabled: bool = True

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.at) == bool(self.every):
            raise ValueError("give times of the day (at: ['02:30']), or seconds (every: 60), not both")
        if any(each.tzinfo is not None for each in self.at):
            raise ValueError("times are of the timetable's time zone; leave out zones of their own")
        if (self.do == "fix_gaps") != (self.policy is not None):
            raise ValueError("give a policy with do: fix_gaps, and only with it")
        return self

    def due(self, zone: tzinfo, now: datetime) -> datetime:
        """The last moment, at or before now, at which it is due (UTC).

        A time that a day does not have, because clocks go forward, comes an hour later; of one that a day has
        twice, the first counts.
        """
        if self.every is not None:
            return datetime.fromtimestamp(now.timestamp() // self.every * self.every, UTC)
        today = now.astimezone(zone).date()
        days = (today - timedelta(days=back) for back in range(-1, 9))
        moments = (moment for day in days for moment in self._on(day, zone))
        return max(each for each in moments if each <= now)

    def following(self, zone: tzinfo, now: datetime) -> datetime:
        """The first moment after now at which it is due (UTC)."""
        if self.every is not None:
            return self.due(zone, now) + timedelta(seconds=self.every)
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=ahead) for ahead in range(-1, 9))
        moments = (moment for day in days for moment in self._on(day, zone))
        return min(each for each in moments if each > now)

    def _on(self, day: date, zone: tzinfo) -> list[datetime]:
        if WEEK[day.weekday()] not in self.days:
            return []
        return [datetime.combine(day, each, zone).astimezone(UTC) for each in self.at]


class Timetable(_Model):
    """Schedules, and the time zone of their times (`America/New_York`)."""

    time_zone: str
    schedules: tuple[Schedule, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"no time zone {name!r} is known here; for example America/New_York") from error
        return name

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [each.name for each in self.schedules]
        twice = sorted({each for each in names if names.count(each) > 1})
        if twice:
            raise ValueError(f"several schedules have the name {', '.join(twice)}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)


ALWAYS = (
    Schedule(name="webhooks", do="send_webhooks", every=15),
    Schedule(name="plans", do="activate", at=(time(0, 5), time(6, 5), time(12, 5), time(18, 5))),
    Schedule(name="tidy", do="tidy", at=(time(4, 20),)),
)
"""What is done without being asked for; a schedule of the same name takes its place."""

EVERYDAY = Timetable(time_zone="UTC", schedules=ALWAYS)


def verdict(taken: datetime | None, due: datetime, following: datetime) -> Verdict:
    """What to do about a schedule: the moment `taken` last, the one that is `due`, and the one after it.

    Missed moments are made up for by one run, since only the last one counts. A schedule that was never seen
    begins with its next moment. Where a clock went back, or another one is ahead, what was done is not done
    again. A moment beyond the next was taken by a clock that was wrong: the schedule does not wait for it.
    """
    if taken is None:
        return "set"
    if due > taken:
        return "run"
    return "set" if taken > following else "wait"


def timetable_of(environment: Mapping[str, str] = os.environ) -> Timetable:
    """What the file of PANELWISE_SCHEDULE says, with what is always done; RequestError if it is wrong."""
    file = environment.get("PANELWISE_SCHEDULE")
    return read_timetable(Path(file)) if file else EVERYDAY


def read_timetable(path: Path) -> Timetable:
    """A timetable of a YAML file, with what is always done; RequestError with everything that is wrong."""
    try:
        given = Timetable.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RequestError((f"{path} cannot be read: {error}",)) from None
    except ValidationError as error:
        found = (f"{path} {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise RequestError(tuple(found)) from None
    named = {each.name for each in given.schedules}
    more = tuple(each for each in ALWAYS if each.name not in named)
    return given.model_copy(update={"schedules": (*more, *given.schedules)})
