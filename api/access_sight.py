"""What a principal can see of a snapshot: rows of the practices and agencies they are for."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from api.access import Principal
from data.columns import TABLES
from data.errors import NotFoundError
from data.plan import PlanHeader
from data.scope import Scope
from data.snapshot import Snapshot

Mask = npt.NDArray[np.bool_]

SHARED = ("programs", "insurances")
"""Tables that belong to nobody and are seen by everybody."""

THROUGH: dict[str, tuple[str, str]] = {
    "licenses": ("providers", "provider_id"),
    "credentials": ("providers", "provider_id"),
    "participations": ("providers", "provider_id"),
    "absences": ("providers", "provider_id"),
    "visits": ("patients", "patient_id"),
    "pins": ("patients", "patient_id"),
    "groups": ("facilities", "facility_id"),
}
"""Tables whose rows are seen by whoever sees what they refer to."""


@dataclass(frozen=True)
class Sight:
    """Rows in sight. What is out of sight is not there: NotFoundError, the same as for what never was."""

    principal: Principal
    snapshot: Snapshot

    @cached_property
    def practices(self) -> frozenset[str]:
        """Practices in sight: those named, and all of the agencies named."""
        table = self.snapshot["practices"]
        ids, agencies = table["practice_id"].to_pylist(), table["agency_id"].to_pylist()
        if not self.principal.confined:
            return frozenset(ids)
        named = self.principal
        return frozenset(
            each
            for each, agency in zip(ids, agencies, strict=True)
            if each in named.practices or agency in named.agencies
        )

    def rows(self, name: str) -> pa.Table:
        """The rows of a table that are in sight."""
        table = self.snapshot[name]
        return table if not self.principal.confined else table.filter(pa.array(self.mask(name)))

    def mask(self, name: str) -> Mask:
        """Which rows of a table are in sight."""
        count = self.snapshot[name].num_rows
        if not self.principal.confined or name in SHARED:
            return np.ones(count, np.bool_)
        if name not in self._masks:
            self._masks[name] = self._mask(name)
        return self._masks[name]

    @cached_property
    def _masks(self) -> dict[str, Mask]:
        return {}

    def _mask(self, name: str) -> Mask:
        if name in THROUGH:
            table, column = THROUGH[name]
            return self._seen_through(name, table, column)
        if name == "assignments":
            through = (("patients", "patient_id"), ("facilities", "facility_id"))
            covered = self._seen_through(name, "providers", "covers_provider_id")
            return np.logical_or.reduce([covered, *(self._seen_through(name, *each) for each in through)])
        if name == "agencies":
            return self._is_in(self.snapshot[name]["agency_id"], self.principal.agencies)
        own = self._is_in(self.snapshot[name]["practice_id"], self.practices)
        if name == "patients":
            homeless = pc.is_null(self.snapshot[name]["practice_id"]).to_numpy().astype(np.bool_)
            own |= homeless & self._seen_through(name, "facilities", "facility_id")
        if name == "providers":
            own |= self._is_in(self.snapshot[name]["agency_id"], self.principal.agencies)
        return own

    def _seen_through(self, name: str, table: str, column: str) -> Mask:
        there = self.snapshot.positions(table, self.snapshot[name][column])
        return np.append(self.mask(table), False)[there]

    def _is_in(self, column: pa.ChunkedArray, wanted: frozenset[str]) -> Mask:
        found = pc.is_in(column, value_set=pa.array(sorted(wanted), pa.string()))
        return np.asarray(found.to_numpy(), dtype=np.bool_)

    def sees(self, name: str, key: str) -> bool:
        """Whether the row of a table with this id (its first key column) is there and in sight."""
        row = self.snapshot.position(name, key)
        return row >= 0 and (not self.principal.confined or bool(self.mask(name)[row]))

    def require(self, name: str, *keys: str) -> None:
        """NotFoundError that names every id which is not there, or not in sight."""
        noun = TABLES[name].key[0].removesuffix("_id")
        missing = [f"no {noun} {each!r}" for each in keys if not self.sees(name, each)]
        if missing:
            raise NotFoundError("; ".join(missing))

    def sees_plan(self, header: PlanHeader) -> bool:
        """Whether everybody whom a plan may change is in sight."""
        return self.sees_scope(header.scope)

    def sees_scope(self, scope: Scope) -> bool:
        """Whether a scope keeps to the practices in sight."""
        if not self.principal.confined:
            return True
        return bool(scope.practices) and set(scope.practices) <= self.practices

    def confine(self, scope: Scope) -> Scope:
        """The scope within the practices in sight; NotFoundError for what it names outside of them."""
        if not self.principal.confined:
            return scope
        for name in ("practices", "facilities", "patients", "providers"):
            self.require(name, *getattr(scope, name))
        practices = scope.practices or tuple(sorted(self.practices))
        if not practices:
            raise NotFoundError("no practice is in sight")
        return Scope(
            practices, scope.facilities, scope.regions, scope.states, scope.providers, scope.patients
        )
