"""When things are due, by the calendar and by clocks that jump."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.errors import RequestError
from api.jobs.timetable import ALWAYS, EVERYDAY, Schedule, read_timetable, timetable_of, verdict

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def nightly(*times, **more):
    return Schedule(name="n", do="findings", at=times or ("02:30",), **more)


def test_times_are_of_the_time_zone_that_is_named():
    """02:30 in New York is 07:30 UTC in winter and 06:30 UTC in summer."""
    assert nightly().due(NEW_YORK, utc(2026, 12, 1, 12)) == utc(2026, 12, 1, 7, 30)
    assert nightly().due(NEW_YORK, utc(2026, 7, 1, 12)) == utc(2026, 7, 1, 6, 30)
    assert nightly().due(NEW_YORK, utc(2026, 12, 1, 7, 29)) == utc(2026, 11, 30, 7, 30)
    assert nightly().due(NEW_YORK, utc(2026, 12, 1, 7, 30)) == utc(2026, 12, 1, 7, 30)


def test_a_time_that_a_day_does_not_have_comes_an_hour_later():
    """On 8 March 2026 clocks go from 02:00 to 03:00 in New York (07:00 UTC): 02:30 is 03:30, 07:30 UTC."""
    day = [nightly().due(NEW_YORK, utc(2026, 3, 8, hour)) for hour in range(24)]
    assert sorted(set(day)) == [utc(2026, 3, 7, 7, 30), utc(2026, 3, 8, 7, 30)]
    assert utc(2026, 3, 8, 7, 30).astimezone(NEW_YORK).hour == 3


def test_a_time_that_a_day_has_twice_comes_once():
    """On 1 November 2026 it is 01:30 at 05:30 UTC and again at 06:30 UTC."""
    day = [nightly("01:30").due(NEW_YORK, utc(2026, 11, 1, hour)) for hour in range(24)]
    assert sorted(set(day)) == [utc(2026, 10, 31, 5, 30), utc(2026, 11, 1, 5, 30)]


def test_several_times_and_only_some_days():
    """1 December 2026 is a Tuesday."""
    some = nightly("06:00", "18:00", days=("mon", "fri"))
    assert some.due(UTC, utc(2026, 12, 1, 12)) == utc(2026, 11, 30, 18)
    assert some.due(UTC, utc(2026, 11, 30, 12)) == utc(2026, 11, 30, 6)
    assert some.following(UTC, utc(2026, 12, 1, 12)) == utc(2026, 12, 4, 6)


def test_every_so_many_seconds():
    often = Schedule(name="o", do="send_webhooks", every=15)
    assert often.due(UTC, utc(2026, 12, 1, 12, 0, 29)) == utc(2026, 12, 1, 12, 0, 15)
    assert often.following(UTC, utc(2026, 12, 1, 12, 0, 29)) == utc(2026, 12, 1, 12, 0, 30)


def days_of(clock, taken=None):
    """Moments at which a nightly schedule runs while a clock shows these moments, one look each."""
    runs = []
    for now in clock:
        due = nightly().due(UTC, now)
        said = verdict(taken, due, nightly().following(UTC, now))
        if said == "run":
            runs.append(due)
        if said != "wait":
            taken = due
    return runs


def hours(first, count, step=1):
    return [first + number * step * HOUR for number in range(count)]


def test_a_schedule_that_was_never_seen_begins_with_its_next_moment():
    assert days_of(hours(utc(2026, 12, 1, 12), 14)) == []
    assert days_of(hours(utc(2026, 12, 1, 12), 16)) == [utc(2026, 12, 2, 2, 30)]


def test_missed_moments_are_made_up_for_once():
    away = [utc(2026, 12, 1, 12), utc(2026, 12, 9, 12), utc(2026, 12, 9, 13)]
    assert days_of(away) == [utc(2026, 12, 9, 2, 30)]


def test_a_clock_that_goes_back_does_nothing_again():
    """It shows 2 December 00:00 to 04:00, is set back by 3 hours, and comes to 04:00 again."""
    clock = [*hours(utc(2026, 12, 2), 5), *hours(utc(2026, 12, 2, 1), 4)]
    assert days_of(clock, taken=utc(2026, 12, 1, 2, 30)) == [utc(2026, 12, 2, 2, 30)]


def test_a_clock_that_ran_ahead_for_a_while_does_not_stop_the_schedule():
    """A year ahead for a moment: one run too many, and then every night as before."""
    clock = [utc(2026, 12, 1, 12), utc(2027, 12, 1, 12), *hours(utc(2026, 12, 1, 13), 48)]
    runs = days_of(clock)
    assert runs == [utc(2027, 12, 1, 2, 30), utc(2026, 12, 2, 2, 30), utc(2026, 12, 3, 2, 30)]


def test_a_clock_that_is_a_little_ahead_of_another_does_not_run_it_twice():
    """Two workers, one 10 minutes ahead: it takes 02:30 when the other's clock shows 02:20."""
    clock = [utc(2026, 12, 2, 2, 31), utc(2026, 12, 2, 2, 21), utc(2026, 12, 2, 2, 31), utc(2026, 12, 2, 3)]
    assert days_of(clock, taken=utc(2026, 12, 1, 2, 30)) == [utc(2026, 12, 2, 2, 30)]


GOOD = """
time_zone: America/New_York
schedules:
  - name: close-gaps
    do: fix_gaps
    at: ["02:30"]
    days: [mon, tue, wed, thu, fri]
    policy: {commit: true, most_changes: 200}
  - {name: webhooks, do: send_webhooks, every: 60}
"""


def test_a_file_adds_to_what_is_always_done(tmp_path):
    path = tmp_path / "schedule.yaml"
    path.write_text(GOOD)
    read = timetable_of({"PANELWISE_SCHEDULE": str(path)})
    assert [each.name for each in read.schedules] == ["plans", "tidy", "close-gaps", "webhooks"]
    assert read.schedules[-1].every == 60
    assert str(read.zone) == "America/New_York"
    assert timetable_of({}) == EVERYDAY
    assert [each.name for each in ALWAYS] == ["webhooks", "plans", "tidy"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schedules: []", "time_zone: Field required"),
        ("time_zone: Mars/Olympus", "no time zone 'Mars/Olympus'"),
        ("time_zone: ../../etc/passwd", "no time zone"),
        ("time_zone: UTC\nschedules: [{name: a, do: tidy}]", "give times of the day"),
        ("time_zone: UTC\nschedules: [{name: a, do: tidy, at: ['04:00'], every: 60}]", "not both"),
        ("time_zone: UTC\nschedules: [{name: a, do: tidy, at: ['04:00+01:00']}]", "leave out zones"),
        ("time_zone: UTC\nschedules: [{name: a, do: fix_gaps, at: ['04:00']}]", "give a policy"),
        ("time_zone: UTC\nschedules: [{name: a, do: dance, at: ['04:00']}]", "schedules.0.do"),
        ("time_zone: UTC\nschedules: [{name: A b, do: tidy, every: 60}]", "schedules.0.name"),
        (
            "time_zone: UTC\nschedules: [{name: a, do: tidy, every: 60}, {name: a, do: tidy, every: 60}]",
            "several schedules have the name a",
        ),
        ("a: [", "cannot be read"),
    ],
)
def test_a_timetable_says_what_is_wrong_with_it(tmp_path, text, said):
    path = tmp_path / "schedule.yaml"
    path.write_text(text)
    with pytest.raises(RequestError, match=r"schedule\.yaml") as caught:
        read_timetable(path)
    assert any(said in each for each in caught.value.problems), caught.value.problems
