"""What can only be seen across rows and tables: references, times, contradictions."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.columns import TABLES
from data.intake.cells import Mask, truth
from data.intake.draft import Draft, Int64, repeats, report_duplicates, row_codes
from data.intake.issue import IssueLog
from data.intake.references import Folder, levels, references

FOREVER = 1 << 24
"""Day number after every date that can be written."""

OLDEST = 130
"""Years of age that nobody has reached."""


Check = Callable[[Folder, IssueLog], None]


def check_folder(folder: Folder, log: IssueLog) -> None:
    """Run every check; each is a function that adds to the log."""
    for check in CHECKS:
        check(folder, log)


def unique_keys(folder: Folder, log: IssueLog) -> None:
    """Two rows with one key."""
    for name, draft in folder.drafts.items():
        key = TABLES[name].key
        # A pin and a ban of one pair are reported as such, by pins_and_bans.
        report_duplicates(draft, (*key, "kind") if name == "pins" else key, log)


def _given(draft: Draft, column: str) -> Mask:
    return truth(draft.column(column).is_valid())


_PERIODS: tuple[tuple[str, str, str], ...] = (
    ("facilities", "opens_on", "closes_on"),
    ("providers", "starts_on", "ends_on"),
    ("participations", "starts_on", "ends_on"),
    ("absences", "starts_on", "ends_on"),
    ("assignments", "starts_on", "ends_on"),
)


def periods(folder: Folder, log: IssueLog) -> None:
    """Periods that end before they start, or on the same day (the end is the first day no longer)."""
    for name, start, end in _PERIODS:
        draft = folder.drafts.get(name)
        if draft is None:
            continue
        draft.report(
            log,
            truth(pc.less_equal(draft.column(end), draft.column(start))),
            "period",
            f"{end} {{value}} is not after {start}",
            f"{end} is the first day no longer: write a later day, or leave it empty",
            column=end,
        )


def births(folder: Folder, log: IssueLog) -> None:
    """Dates of birth in the future, and ages that nobody reaches."""
    draft = folder.drafts.get("patients")
    if draft is None:
        return
    birth = draft.column("birth_date")
    draft.report(
        log,
        truth(pc.greater(birth, pa.scalar(folder.as_of))),
        "birth_in_future",
        f"born on {{value}}, after {folder.as_of}",
        "Correct the date of birth, or read the folder as of a later day",
        column="birth_date",
    )
    oldest = folder.as_of.replace(year=folder.as_of.year - OLDEST, day=min(folder.as_of.day, 28))
    draft.report(
        log,
        truth(pc.less(birth, pa.scalar(oldest))),
        "age",
        f"born on {{value}}: older than {OLDEST} years",
        "Check the date of birth",
        column="birth_date",
        severity="warning",
    )


def acuities(folder: Folder, log: IssueLog) -> None:
    """Acuity above the scale."""
    draft = folder.drafts.get("patients")
    if draft is not None:
        draft.report(
            log,
            truth(pc.greater(draft.column("acuity"), 5)),
            "too_large",
            "{value} is more than 5",
            "Write 1 (well) to 5 (most complex)",
            column="acuity",
        )


def assignment_subjects(folder: Folder, log: IssueLog) -> None:
    """Assignments whose kind and ids do not fit together."""
    draft = folder.drafts.get("assignments")
    if draft is None:
        return
    kind = draft.column("kind")
    is_kind = {name: truth(pc.equal(kind, name)) for name in ("patient", "facility", "coverage")}
    given = {
        name: _given(draft, name) for name in ("patient_id", "facility_id", "covers_provider_id", "ends_on")
    }
    for name, column in (
        ("patient", "patient_id"),
        ("facility", "facility_id"),
        ("coverage", "covers_provider_id"),
        ("coverage", "ends_on"),
    ):
        draft.report(
            log,
            is_kind[name] & ~given[column],
            "kind_needs",
            f"an assignment of kind {name} needs {column}",
            f"Fill in {column}, or correct the kind",
            column=column,
        )
    for name, column in (
        ("patient", "facility_id"),
        ("patient", "covers_provider_id"),
        ("facility", "patient_id"),
        ("facility", "covers_provider_id"),
    ):
        draft.report(
            log,
            is_kind[name] & given[column],
            "kind_excludes",
            f"an assignment of kind {name} has no {column}, but {{value}} is given",
            f"Leave {column} empty, or correct the kind",
            column=column,
        )
    same = truth(pc.equal(draft.column("covers_provider_id"), draft.column("provider_id")))
    draft.report(
        log,
        is_kind["coverage"] & same,
        "covers_itself",
        "provider {value} would stand in for itself",
        "Name somebody else in provider_id",
        column="covers_provider_id",
    )


def overlaps(folder: Folder, log: IssueLog) -> None:
    """Two assignments of one subject, level and role whose valid times overlap."""
    draft = folder.drafts.get("assignments")
    if draft is None or not len(draft):
        return
    subject = ("kind", "patient_id", "facility_id", "covers_provider_id", "level", "role")
    _, repeated = repeats(row_codes(draft.table, TABLES["assignments"].key))
    group = row_codes(draft.table, subject)
    start = _days(draft.column("starts_on"), FOREVER)
    end = _days(draft.column("ends_on"), FOREVER)
    order = np.lexsort((start, group))
    # Ends made comparable across groups: an earlier group's end is always below a later group's start.
    lift = group[order] * (2 * FOREVER) + FOREVER // 2
    lifted_end = np.maximum.accumulate(lift + end[order])
    holder = np.maximum.accumulate(np.where(lifted_end == lift + end[order], np.arange(len(order)), 0))
    overlapping = np.zeros(len(order), bool)
    overlapping[1:] = (lifted_end[:-1] > (lift + start[order])[1:]) & (start[order][1:] < FOREVER)
    bad = np.zeros(len(draft), bool)
    bad[order] = overlapping
    other = np.zeros(len(draft), np.int64)
    other[order[1:]] = order[holder[:-1]]
    named = _given(draft, "patient_id") | _given(draft, "facility_id") | _given(draft, "covers_provider_id")
    draft.report(
        log,
        bad & named & ~repeated,
        "overlap",
        "overlaps in time with {other}, of the same subject, level and role",
        "End the earlier assignment on or before the day on which the later one starts",
        column="starts_on",
        other=other,
    )


def _days(dates: pa.Array, missing: int) -> Int64:
    days = pc.fill_null(dates.cast(pa.int32()), missing)
    return days.to_numpy(zero_copy_only=False).astype(np.int64)


def contradicting_pins(folder: Folder, log: IssueLog) -> None:
    """Two pins of one patient in one slot (a pin and a ban of one pair share a key: see unique_keys)."""
    draft = folder.drafts.get("pins")
    if draft is None:
        return
    pinned = truth(pc.equal(draft.column("kind"), "pin"))
    rows = np.flatnonzero(pinned)
    pins = draft.table.take(pa.array(rows))
    first, repeated = repeats(row_codes(pins, ("patient_id", "level", "role")))
    _, same_pair = repeats(row_codes(pins, TABLES["pins"].key))
    bad, other = np.zeros(len(draft), bool), np.zeros(len(draft), np.int64)
    bad[rows] = repeated & ~same_pair
    other[rows] = rows[first]
    draft.report(
        log,
        bad,
        "contradicting_pins",
        "patient {value} is pinned to somebody else in {other}, at the same level and role",
        "Keep one of the two pins",
        column="patient_id",
        other=other,
    )


def pins_and_bans(folder: Folder, log: IssueLog) -> None:
    """A pin and a ban of one pair."""
    draft = folder.drafts.get("pins")
    if draft is None:
        return
    first, repeated = repeats(row_codes(draft.table, TABLES["pins"].key))
    kind = row_codes(draft.table, ("kind",))
    draft.report(
        log,
        repeated & (kind != kind[first]),
        "pin_and_ban",
        "the pair is pinned and banned: see {other}",
        "Keep the pin or the ban",
        column="kind",
        other=first,
    )


def households(folder: Folder, log: IssueLog) -> None:
    """Households whose members are seen at different facilities cannot stay together there."""
    draft = folder.drafts.get("patients")
    if draft is None:
        return
    rows = np.flatnonzero(_given(draft, "household_id"))
    members = draft.table.take(pa.array(rows))
    first, _ = repeats(row_codes(members, ("household_id",)))
    facility = row_codes(members, ("facility_id",))
    bad, other = np.zeros(len(draft), bool), np.zeros(len(draft), np.int64)
    bad[rows] = facility != facility[first]
    other[rows] = rows[first]
    draft.report(
        log,
        bad,
        "household_apart",
        "household {value} is seen at another facility in {other}",
        "Check the household or the facility; its members are still kept with one provider",
        column="household_id",
        other=other,
        severity="warning",
    )


_CAPACITIES = ("max_panel", "max_daily_visits", "max_weekly_hours", "max_facilities")


def capacities(folder: Folder, log: IssueLog) -> None:
    """Active providers without any limit, who could be given everybody."""
    draft = folder.drafts.get("providers")
    if draft is None:
        return
    limited = np.zeros(len(draft), bool)
    for name in _CAPACITIES:
        limited |= _given(draft, name)
    unlimited = truth(draft.column("active")) & ~limited
    remedy = f"Fill in one of {', '.join(_CAPACITIES)}, here or in capacities.csv"
    if len(draft) > 1 and unlimited.sum() > len(draft) // 2:
        message = f"{int(unlimited.sum()):,} of {len(draft):,} providers have no capacity at all"
        log.add(draft.origin.files[0], "no_capacity", message, remedy, column="max_panel", severity="warning")
        return
    draft.report(
        log,
        unlimited,
        "no_capacity",
        "the provider has no capacity at all, so there is no limit to the panel",
        remedy,
        column="max_panel",
        severity="warning",
    )


CHECKS: tuple[Check, ...] = (
    unique_keys,
    references,
    levels,
    periods,
    births,
    acuities,
    assignment_subjects,
    overlaps,
    contradicting_pins,
    pins_and_bans,
    households,
    capacities,
)
"""Every check, in the order in which they run."""
