"""Who has nobody: now, and in the days to come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from api.access_sight import Sight
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, at_work, population, standing

NOBODY, DEPARTED, AWAY, LEAVING = "NOBODY", "ORPHANED_CASELOAD", "AWAY_WITHOUT_COVERAGE", "DEPARTS_SOON"

MEANING = {
    NOBODY: "nobody is assigned",
    DEPARTED: "the assigned provider no longer works here",
    AWAY: "the assigned provider is away and nobody covers",
    LEAVING: "the assigned provider leaves within the horizon",
}


COLUMNS = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("patient_id", "practice_id", "facility_id", "code", "provider_id")
        ),
        ("on", pa.date32()),
    ]
)


@dataclass(frozen=True)
class Gaps:
    """Patients without somebody at work, one row each: patient_id, practice_id, facility_id, code,
    provider_id (the owner who is gone, away or leaving), on (since or from when; null: not known).
    `at` has the row of each in the snapshot's patients.
    """

    slot: Slot
    as_of: date
    rows: pd.DataFrame
    at: npt.NDArray[np.int64] = field(repr=False, compare=False)
    revision: int = 0

    @property
    def now(self) -> pd.DataFrame:
        """Gaps of today."""
        return self.rows[self.rows["code"] != LEAVING]

    @cached_property
    def table(self) -> pa.Table:
        """The rows by patient, columns `COLUMNS`."""
        rows = pa.Table.from_pandas(self.rows[COLUMNS.names], schema=COLUMNS, preserve_index=False)
        return rows.sort_by("patient_id")

    @cached_property
    def tally(self) -> Mapping[str, Mapping[str, int]]:
        """Patients by practice and code; of practices and codes that have any."""
        keys = {name: pa.array(self.rows[name], pa.string()) for name in ("practice_id", "code")}
        counted = pa.table(keys).group_by(list(keys)).aggregate([([], "count_all")])
        found: dict[str, dict[str, int]] = {}
        for row in counted.to_pylist():
            found.setdefault(row["practice_id"], {})[row["code"]] = row["count_all"]
        return found

    def by_practice(self) -> pd.DataFrame:
        """Counts by practice and code, most first."""
        table = self.rows.pivot_table(
            index="practice_id", columns="code", values="patient_id", aggfunc="count", fill_value=0
        )
        return table.assign(total=table.sum(axis=1)).sort_values("total", ascending=False, kind="stable")


def gaps(
    snapshot: Snapshot,
    slot: Slot,
    horizon_days: int = 90,
    practices: Iterable[str] = (),
    held: Standing | None = None,
) -> Gaps:
    """Every patient of the slot's population without somebody at work now, or soon.

    `held`: who has whom, where it was found already.
    """
    held = held or standing(snapshot, slot)
    code = gap_codes(snapshot, held, horizon_days)
    code[~population(snapshot, slot)] = ""
    found = np.flatnonzero(code != "")
    patients = snapshot.patients.take(pa.array(found))
    owner = held.owner[found]
    providers = snapshot.providers
    rows = pd.DataFrame(
        {
            "patient_id": patients["patient_id"].to_pandas(),
            "practice_id": pc.fill_null(patients["practice_id"], "(no practice)").to_pandas(),
            "facility_id": patients["facility_id"].to_pandas(),
            "code": code[found],
            "provider_id": _taken(providers["provider_id"], owner),
            "on": _taken(providers["ends_on"], owner),
        }
    )
    return _of_practices(Gaps(slot, snapshot.as_of, rows, found, snapshot.revision), list(practices))


def gaps_in_sight(
    sight: Sight,
    slot: Slot,
    horizon_days: int = 90,
    practices: Iterable[str] = (),
    known: Gaps | None = None,
) -> Gaps:
    """The gaps of patients whom the principal sees. NotFoundError for a practice out of sight.

    `known`: everybody's gaps on this day, where they were found already.
    """
    wanted = list(practices)
    sight.require("practices", *wanted)
    found = known or gaps(sight.snapshot, slot, horizon_days)
    if sight.limited:
        found = _some(found, sight.mask("patients")[found.at])
    return _of_practices(found, wanted)


def _of_practices(found: Gaps, practices: list[str]) -> Gaps:
    """Of some practices; of all where none is named."""
    return _some(found, found.rows["practice_id"].isin(practices).to_numpy()) if practices else found


def _some(found: Gaps, keep: npt.NDArray[np.bool_]) -> Gaps:
    return replace(found, rows=found.rows[keep], at=found.at[keep])


def gap_codes(snapshot: Snapshot, held: Standing, horizon_days: int) -> npt.NDArray[np.object_]:
    """Code of every patient, whether or not in the slot's population; empty where there is no gap."""
    working = np.append(at_work(snapshot), False)
    soon = snapshot.on(snapshot.as_of + timedelta(days=horizon_days))
    leaving = np.append(at_work(snapshot) & ~at_work(soon), False)
    absent = np.append(away(snapshot), False)
    code = np.full(len(held.owner), "", dtype=object)
    code[held.in_force & leaving[held.owner]] = LEAVING
    covered = (held.acting != held.owner) & working[held.acting] & ~absent[held.acting]
    code[held.in_force & absent[held.owner] & ~covered] = AWAY
    code[(held.owner >= 0) & ~held.in_force] = DEPARTED
    code[held.owner < 0] = NOBODY
    return code


def away(snapshot: Snapshot) -> npt.NDArray[np.bool_]:
    """Providers who are absent on the day of the snapshot."""
    absences, day = snapshot["absences"], pa.scalar(snapshot.as_of, pa.date32())
    begun = pc.less_equal(absences["starts_on"], day)
    lasting = pc.fill_null(pc.greater(absences["ends_on"], day), True)
    today = absences.filter(pc.and_(begun, lasting))
    absent = np.zeros(snapshot.providers.num_rows, dtype=np.bool_)
    absent[snapshot.positions("providers", today["provider_id"])] = True
    return absent


def _taken(column: pa.ChunkedArray, rows: npt.NDArray[np.int32]) -> pd.Series:
    """Values of the rows, null for -1."""
    return column.take(pa.array(rows, mask=rows < 0)).to_pandas()
