"""What is different from today: leavers, leave, closures, mergers, changed capacity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.order import sorted_by_key
from data.snapshot import Snapshot

WHOLE = ("max_facilities", "max_new_patients")
"""Capacities that are counted, not measured."""

CAPACITIES = ("max_panel", "max_daily_visits", "max_weekly_hours", "max_facilities", "max_new_patients")


@dataclass(frozen=True)
class Departure:
    """A provider leaves; `on` is the first day no longer there."""

    provider_id: str
    on: date


@dataclass(frozen=True)
class Leave:
    """A provider is away from `starts_on` until the day before `ends_on` (None: open-ended)."""

    provider_id: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Closure:
    """A facility closes; its patients go to facility `into`, or stay without one where that is empty."""

    facility_id: str
    on: date
    into: str = ""


@dataclass(frozen=True)
class Merger:
    """Practice `practice_id` is absorbed by `into`."""

    practice_id: str
    into: str


@dataclass(frozen=True)
class Capacity:
    """A provider's capacity becomes `value` (None: no limit)."""

    provider_id: str
    column: str
    value: float | None


@dataclass(frozen=True)
class Scenario:
    """Everything that is assumed; the default is today as it is."""

    departures: tuple[Departure, ...] = field(default=())
    leaves: tuple[Leave, ...] = field(default=())
    closures: tuple[Closure, ...] = field(default=())
    mergers: tuple[Merger, ...] = field(default=())
    capacities: tuple[Capacity, ...] = field(default=())

    def problems(self, snapshot: Snapshot) -> list[str]:
        """Everything in it that the snapshot cannot carry out, as sentences."""
        named = [("providers", "provider", each.provider_id) for each in self.departures]
        named += [("providers", "provider", each.provider_id) for each in self.leaves]
        named += [("providers", "provider", each.provider_id) for each in self.capacities]
        named += [("facilities", "facility", each.facility_id) for each in self.closures]
        named += [("facilities", "facility", each.into) for each in self.closures if each.into]
        named += [("practices", "practice", each.practice_id) for each in self.mergers]
        named += [("practices", "practice", each.into) for each in self.mergers]
        sentences = [f"no {noun} {key!r}" for table, noun, key in named if snapshot.position(table, key) < 0]
        sentences += [
            f"{each.column!r} is not a capacity; choose one of {', '.join(CAPACITIES)}"
            for each in self.capacities
            if each.column not in CAPACITIES
        ]
        sentences += [
            f"{each.column} of {each.provider_id} cannot be {each.value:g}; give "
            + ("a whole number" if each.value >= 0 else "0 or more")
            for each in self.capacities
            if each.value is not None and (each.value < 0 or (each.column in WHOLE and each.value % 1))
        ]
        sentences += [
            f"leave of {each.provider_id} ends on {each.ends_on}, not after it starts on {each.starts_on}"
            for each in self.leaves
            if each.ends_on is not None and each.ends_on <= each.starts_on
        ]
        circles = [("facility", "close", _circle({each.facility_id: each.into for each in self.closures}))]
        circles += [
            ("practice", "be merged", _circle({each.practice_id: each.into for each in self.mergers}))
        ]
        sentences += [
            f"{noun} {each} cannot {verb} into itself" for noun, verb, names in circles for each in names
        ]
        return sentences


def apply(scenario: Scenario, snapshot: Snapshot) -> Snapshot:
    """The snapshot as the scenario would have it. The assignments stay: who is orphaned follows from them.

    Whoever leaves (or what closes) earlier than the scenario says does so still. What is merged or closed
    into something that is itself merged or closed goes on to the last one. A scenario with `problems` is
    not to be applied.
    """
    leaving = {each.provider_id: each.on for each in scenario.departures}
    providers = _no_later(snapshot.providers, "provider_id", "ends_on", leaving)
    for column in sorted({each.column for each in scenario.capacities}):
        changed = {each.provider_id: each.value for each in scenario.capacities if each.column == column}
        providers = _overwrite(providers, "provider_id", column, changed)
    closing = {each.facility_id: each.on for each in scenario.closures}
    facilities = _no_later(snapshot.facilities, "facility_id", "closes_on", closing)
    merged = _last({each.practice_id: each.into for each in scenario.mergers})
    facilities = _renamed(facilities, "practice_id", merged)
    providers = _renamed(providers, "practice_id", merged)
    moved = _last({each.facility_id: each.into for each in scenario.closures})
    patients = _renamed(_renamed(snapshot.patients, "practice_id", merged), "facility_id", moved)
    return snapshot.with_tables(
        providers=providers,
        facilities=facilities,
        patients=patients,
        absences=_with_leaves(snapshot["absences"], scenario.leaves),
    )


def _overwrite(table: pa.Table, key: str, column: str, values: Mapping[str, object]) -> pa.Table:
    """Set `column` in the rows whose key is named."""
    if not values:
        return table
    kind = table.schema.field(column).type
    position = pc.index_in(table[key], value_set=pa.array(list(values), pa.string()), skip_nulls=True)
    replacement = pa.array(list(values.values())).cast(kind).take(position.combine_chunks())
    changed = pc.if_else(pc.is_valid(position), replacement, table[column])
    return table.set_column(table.schema.get_field_index(column), column, changed)


def _no_later(table: pa.Table, key: str, column: str, days: Mapping[str, date]) -> pa.Table:
    """Set the day in the rows whose key is named, unless they have an earlier one."""
    named = _overwrite(table, key, column, days)
    earlier = pc.min_element_wise(named[column], table[column])
    return table.set_column(table.schema.get_field_index(column), column, earlier)


def _last(into: Mapping[str, str]) -> dict[str, str | None]:
    """Where everything ends up in the end; None for nowhere."""
    found: dict[str, str | None] = {}
    for start in into:
        end, steps = into[start], 0
        while end in into and steps < len(into):
            end, steps = into[end], steps + 1
        found[start] = end or None
    return found


def _circle(into: Mapping[str, str]) -> list[str]:
    """Those that come back to themselves."""
    found = []
    for start in into:
        end, steps = into[start], 0
        while end != start and end in into and steps < len(into):
            end, steps = into[end], steps + 1
        if end == start:
            found.append(start)
    return found


def _renamed(table: pa.Table, column: str, renamed: Mapping[str, str | None]) -> pa.Table:
    """Exchange values of `column`."""
    return _overwrite(table, column, column, renamed)


def _with_leaves(absences: pa.Table, leaves: Iterable[Leave]) -> pa.Table:
    rows = [
        {
            "provider_id": each.provider_id,
            "starts_on": each.starts_on,
            "ends_on": each.ends_on,
            "reason": "scenario",
        }
        for each in leaves
    ]
    if not rows:
        return absences
    added = pa.Table.from_pylist(rows, schema=TABLES["absences"].schema)
    return sorted_by_key("absences", pa.concat_tables([absences, added]))
