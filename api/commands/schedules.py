"""schedules."""

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from rich.console import Console

from api.commands.options import Database, Json
from api.terminal.screen import emit, table

if TYPE_CHECKING:
    from api.jobs.timetable import Schedule


def schedules(database: Database = None, json: Json = False) -> None:
    """What services and workers do by themselves: when it was due last, and when it will be."""
    from api.clock import now
    from api.jobs.timetable import timetable_of
    from api.wiring import jobs_of, opened_plainly, require_store, schedules_of, settings_for

    settings, timetable, at = settings_for(database), timetable_of(), now()
    require_store(settings)
    with opened_plainly(settings) as store:
        kept = schedules_of(store, jobs_of(store))
        taken = {each.name: kept.taken(each.name) for each in timetable.schedules}
    zone = timetable.zone
    following = {each.name: each.following(zone, at) for each in timetable.schedules if each.enabled}

    def show(console: Console) -> None:
        columns = ("Name", "Does", "When", "Last", "Next")
        rows = [
            (
                each.name,
                each.do,
                _when(each),
                _told(taken[each.name], zone),
                _told(following.get(each.name), zone),
            )
            for each in timetable.schedules
        ]
        console.print(table(f"Times are of {timetable.time_zone}", columns, rows, most=999))

    found = [
        {
            "name": each.name,
            "do": each.do,
            "when": _when(each),
            "last": taken[each.name],
            "next": following.get(each.name),
        }
        for each in timetable.schedules
    ]
    emit(json, {"time_zone": timetable.time_zone, "schedules": found}, show)


def _told(moment: datetime | None, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else ""


def _when(schedule: "Schedule") -> str:
    if schedule.every is not None:
        return f"every {schedule.every} s"
    times = ", ".join(f"{each:%H:%M}" for each in schedule.at)
    return times if len(schedule.days) == 7 else f"{times} on {', '.join(schedule.days)}"
