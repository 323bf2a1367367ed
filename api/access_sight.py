"""What a principal can see of a snapshot: rows of the practices and agencies they are for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

HEADS = ("agencies", "practices", "facilities", "providers", "patients")
"""Tables whose rows belong to a practice or an agency; all others are reached through these."""

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


KEPT_PRINCIPALS = 32
"""For so many it is remembered what they see of a snapshot; of a million patients it takes 1.5 MB each."""

MOST_KEPT_ROWS = 50_000
"""Rows of a table up to which they are kept as they are seen."""


@dataclass(frozen=True)
class _Kept:
    """Masks and rows of one principal, under what the database shows."""

    shown: Mapping[str, pa.Array] | None
    masks: dict[str, Mask] = field(default_factory=dict)
    rows: dict[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Sight:
    """Rows in sight. What is out of sight is not there: NotFoundError, the same as for what never was.

    `shown`: ids that the database itself shows this principal, by table, where it has a fence of its own
    (`api.access_fence`). A row is in sight where both agree.
    """

    principal: Principal
    snapshot: Snapshot
    shown: Mapping[str, pa.Array] | None = None

    @property
    def limited(self) -> bool:
        """Whether only some rows are in sight."""
        return self.principal.confined or self.shown is not None

    @cached_property
    def practices(self) -> frozenset[str]:
        """Practices in sight: those named, and all of the agencies named."""
        table = self.snapshot["practices"]
        ids, agencies = table["practice_id"].to_pylist(), table["agency_id"].to_pylist()
        shown = frozenset(ids if self.shown is None else self.shown["practices"].to_pylist())
        if not self.principal.confined:
            return shown
        named = self.principal
        return shown & frozenset(
            each
            for each, agency in zip(ids, agencies, strict=True)
            if each in named.practices or agency in named.agencies
        )

    def rows(self, name: str) -> pa.Table:
        """The rows of a table that are in sight."""
        if not self.limited:
            return self.snapshot[name]
        found = self._kept.rows.get(name)
        if found is None:
            found = self.snapshot[name].filter(pa.array(self.mask(name)))
            if found.num_rows <= MOST_KEPT_ROWS:
                self._kept.rows[name] = found
        return found

    def mask(self, name: str) -> Mask:
        """Which rows of a table are in sight."""
        count = self.snapshot[name].num_rows
        if not self.limited or name in SHARED:
            return np.ones(count, np.bool_)
        if name not in self._kept.masks:
            self._kept.masks[name] = self._shown(name) if name in HEADS else self._reached(name)
        return self._kept.masks[name]

    @cached_property
    def _kept(self) -> "_Kept":
        """What was found for the same principal in the same tables, where the database shows the same."""
        everybody: dict[Principal, _Kept] = self.snapshot.derived.setdefault("sights", {})
        found = everybody.get(self.principal)
        if found is None or found.shown is not self.shown:
            found = everybody[self.principal] = _Kept(self.shown)
            for oldest in list(everybody)[:-KEPT_PRINCIPALS]:
                everybody.pop(oldest, None)
        return found

    def _shown(self, name: str) -> Mask:
        """Rows on which the application and the database agree."""
        if self.shown is None:
            return self._own(name)
        there = _is_in(self.snapshot[name][TABLES[name].key[0]], self.shown[name])
        return there & self._own(name) if self.principal.confined else there

    def _own(self, name: str) -> Mask:
        """Rows that the application gives, of a table in `HEADS`."""
        agencies = pa.array(sorted(self.principal.agencies), pa.string())
        if name == "agencies":
            return _is_in(self.snapshot[name]["agency_id"], agencies)
        own = _is_in(self.snapshot[name]["practice_id"], pa.array(sorted(self.practices), pa.string()))
        if name == "patients":
            homeless = pc.is_null(self.snapshot[name]["practice_id"]).to_numpy().astype(np.bool_)
            own |= homeless & self._seen_through(name, "facilities", "facility_id")
        if name == "providers":
            own |= _is_in(self.snapshot[name]["agency_id"], agencies)
        return own

    def _reached(self, name: str) -> Mask:
        """Rows that are seen by whoever sees what they refer to."""
        if name == "assignments":
            through = (("patients", "patient_id"), ("facilities", "facility_id"))
            covered = self._seen_through(name, "providers", "covers_provider_id")
            return np.logical_or.reduce([covered, *(self._seen_through(name, *each) for each in through)])
        return self._seen_through(name, *THROUGH[name])

    def _seen_through(self, name: str, table: str, column: str) -> Mask:
        there = self.snapshot.positions(table, self.snapshot[name][column])
        return np.append(self.mask(table), False)[there]

    def sees(self, name: str, key: str) -> bool:
        """Whether the row of a table with this id (its first key column) is there and in sight."""
        row = self.snapshot.position(name, key)
        return row >= 0 and (not self.limited or bool(self.mask(name)[row]))

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
        if not self.limited:
            return True
        return bool(scope.practices) and set(scope.practices) <= self.practices

    def confine(self, scope: Scope) -> Scope:
        """The scope within the practices in sight; NotFoundError for what it names outside of them."""
        if not self.limited:
            return scope
        for name in ("practices", "facilities", "patients", "providers"):
            self.require(name, *getattr(scope, name))
        practices = scope.practices or tuple(sorted(self.practices))
        if not practices:
            raise NotFoundError("no practice is in sight")
        return Scope(
            practices, scope.facilities, scope.regions, scope.states, scope.providers, scope.patients
        )


def _is_in(column: pa.ChunkedArray, wanted: pa.Array) -> Mask:
    return np.asarray(pc.is_in(column, value_set=wanted).to_numpy(), dtype=np.bool_)
