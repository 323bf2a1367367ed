"""The reports: who has whom, what changed, who stands in, how full everybody is, who has nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from api.access_store import GuardedStore
from api.icalendar import Event
from api.workflow.coverage import coverage_calendar
from api.workflow.gaps import gaps_in_sight
from api.workflow.recorded import recorded
from api.workflow.unassigned import unassigned
from api.workflow.view import View
from api.workflow.who_has_whom import who_has_whom

ReportName = Literal["assignments", "changes", "coverage", "capacity", "unassigned"]
REPORTS: tuple[ReportName, ...] = get_args(ReportName)


@dataclass(frozen=True)
class Asked:
    """What a report is made from: what somebody sees of a day, the slot worked out, how far to look.

    `days` is ahead of the day for coverage and gaps, and back from `now` for changes.
    """

    store: GuardedStore
    sight: Sight
    view: View
    now: datetime
    days: int


@dataclass(frozen=True)
class Report:
    """One report: what it says, the columns (with - descending) that it is sorted by and known by, and those
    that fit on a screen.
    """

    title: str
    key: tuple[str, ...]
    shown: tuple[str, ...]
    rows: Callable[[Asked], pa.Table]
    about_patients: bool = True


def _changes(asked: Asked) -> pa.Table:
    since = asked.now - timedelta(days=asked.days)
    rows = asked.store.history_since(since)
    return recorded(rows, pa.scalar(since, rows.schema.field("recorded_at").type))


def _capacity(asked: Asked) -> pa.Table:
    rows = asked.view.capacities
    seen = asked.sight.rows("providers")
    rows = rows.filter(pc.is_in(rows["provider_id"], value_set=seen["provider_id"].combine_chunks()))
    names = seen["name"].take(
        pc.index_in(rows["provider_id"], value_set=seen["provider_id"].combine_chunks())
    )
    room = pc.subtract(rows["maximum"], rows["used"])
    return rows.add_column(1, "name", names).append_column("room", room)


def _unassigned(asked: Asked) -> pa.Table:
    slot = asked.view.slot
    return unassigned(asked.sight, slot, gaps_in_sight(asked.sight, slot, asked.days))


CATALOG: dict[ReportName, Report] = {
    "assignments": Report(
        "Current assignments",
        ("patient_id", "level", "role"),
        ("patient_id", "level", "role", "provider_id", "acting_provider_id", "origin", "starts_on"),
        lambda asked: who_has_whom(asked.sight),
    ),
    "changes": Report(
        "Assignment changes",
        ("-at", "row_id", "change"),
        ("at", "by", "change", "patient_id", "facility_id", "from_provider_id", "to_provider_id", "plan_id"),
        _changes,
    ),
    "coverage": Report(
        "Coverage calendar",
        ("starts_on", "row_id"),
        ("starts_on", "ends_on", "provider_id", "covers_provider_id", "scope", "reason"),
        lambda asked: coverage_calendar(asked.sight, asked.days),
    ),
    "capacity": Report(
        "Capacity",
        ("provider_id", "limit_id"),
        ("provider_id", "name", "title", "used", "target", "maximum", "room"),
        _capacity,
        about_patients=False,
    ),
    "unassigned": Report(
        "Patients and facilities without somebody",
        ("kind", "subject_id"),
        ("kind", "subject_id", "practice_id", "meaning", "provider_id", "on"),
        _unassigned,
    ),
}


def report(name: ReportName, asked: Asked) -> pa.Table:
    """The rows of a report, as far as they are in sight."""
    return CATALOG[name].rows(asked)


def about(name: ReportName, asked: Asked, reader: str, filters: Sequence[str] = ()) -> dict[str, str]:
    """What a file says about itself: a reader must see later what it leaves out, and for whom it was made."""
    return {
        "report": CATALOG[name].title,
        "as of": asked.sight.snapshot.as_of.isoformat(),
        "slot": str(asked.view.slot),
        "days": str(asked.days),
        "filters": " and ".join(filters) or "none",
        "revision": str(asked.sight.snapshot.revision),
        "written at": f"{asked.now:%Y-%m-%dT%H:%M:%SZ}",
        "written for": reader,
    }


def events_of(calendar: pa.Table, asked: Asked) -> list[Event]:
    """Coverage as calendar entries; one without an end lasts to the end of what was looked at."""
    horizon = asked.sight.snapshot.as_of + timedelta(days=asked.days)
    return [_event(row, horizon) for row in calendar.to_pylist()]


def _event(row: dict[str, object], horizon: object) -> Event:
    stand_in = row["provider_name"] or row["provider_id"]
    covered = row["covers_provider_name"] or row["covers_provider_id"]
    where = row["patient_id"] or row["facility_id"] or "all patients"
    until = row["ends_on"] or horizon
    ending = "" if row["ends_on"] else "; no end is set"
    return Event(
        f"coverage-{row['row_id']}@panelwise",
        row["starts_on"],  # type: ignore[arg-type]
        until,  # type: ignore[arg-type]
        f"{stand_in} stands in for {covered}",
        f"{where}, {row['level']}/{row['role']}{ending}",
    )
