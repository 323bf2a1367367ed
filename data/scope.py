"""What a run may change: everything outside keeps its provider and still uses capacity."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.snapshot import Snapshot

COLUMNS = {
    "practices": "practice_id",
    "facilities": "facility_id",
    "regions": "region",
    "states": "state",
    "patients": "patient_id",
}
TABLES_NAMED = {
    "practices": "practice",
    "facilities": "facility",
    "providers": "provider",
    "patients": "patient",
}
PLACES_NAMED = {"regions": "region", "states": "state"}


@dataclass(frozen=True)
class Scope:
    """Filters that must all hold; an empty one lets everybody pass.

    Practice and region are the facility's where the patient has none; the state is the one where the patient
    is seen: the facility's, else the home's. `providers` are the providers who have the patients today.
    """

    practices: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    patients: tuple[str, ...] = ()

    def unknown(self, snapshot: Snapshot) -> list[str]:
        """Names in the scope that the snapshot does not have, as sentences."""
        return [
            f"no {noun} {each!r}"
            for table, noun in TABLES_NAMED.items()
            for each in getattr(self, table)
            if snapshot.position(table, each) < 0
        ] + [
            f"no patient is in {noun} {each!r}"
            for name, noun in PLACES_NAMED.items()
            for each in getattr(self, name)
            if not pc.any(pc.equal(_of_patients(snapshot, COLUMNS[name]), each)).as_py()
        ]

    def patients_inside(self, snapshot: Snapshot, owner: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
        """Which patients are inside; `owner` is the provider row who has each today (-1: nobody)."""
        inside = np.ones(snapshot.patients.num_rows, dtype=np.bool_)
        for name, column in COLUMNS.items():
            wanted = getattr(self, name)
            if wanted:
                found = pc.is_in(_of_patients(snapshot, column), value_set=pa.array(wanted, pa.string()))
                inside &= np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)
        if self.providers:
            rows = [snapshot.position("providers", each) for each in self.providers]
            inside &= np.isin(owner, [row for row in rows if row >= 0])
        return inside

    def __str__(self) -> str:
        parts = [f"{name} {', '.join(getattr(self, name))}" for name in COLUMNS if getattr(self, name)]
        parts += [f"patients of {', '.join(self.providers)}"] if self.providers else []
        return "; ".join(parts) or "everyone"


def _of_patients(snapshot: Snapshot, column: str) -> pa.Array:
    """The column of every patient, with the facility's where that is meant."""
    own = snapshot.patients[column].combine_chunks()
    if column not in ("practice_id", "region", "state"):
        return own
    row = pa.array(snapshot.positions("facilities", snapshot.patients["facility_id"]))
    there = snapshot.facilities[column].combine_chunks().take(pc.if_else(pc.less(row, 0), None, row))
    return pc.coalesce(there, own) if column == "state" else pc.coalesce(own, there)
