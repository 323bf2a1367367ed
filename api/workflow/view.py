"""One slot on one day, worked out once for many single questions, and renewed after a change."""

from dataclasses import dataclass, field
from functools import cached_property
from threading import RLock

import numpy as np
import pyarrow as pa

from api.workflow.capacity import loads_of
from api.workflow.decide import Rulebook
from api.workflow.renewed_limits import renewed_limits
from api.workflow.room import Room, room_of
from data.eligibility import Eligibility
from data.renewal import MOST, renewed
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, standing
from rules.alone import Alone
from rules.validate import Validator
from rules.warm import WarmEvaluator


@dataclass(frozen=True)
class View:
    """What the answers about single patients are read from; each part is made when it is first needed.

    The engine is asked about the patients in question alone, and about everybody only for the use of limits.
    """

    snapshot: Snapshot
    rulebook: Rulebook
    slot: Slot
    _lock: RLock = field(default_factory=RLock, repr=False, compare=False)

    def renewed(self, snapshot: Snapshot, most: float = MOST) -> "View":
        """The same of another snapshot: what is worked out here is worked out there, as far as it is new.

        Where more than a share of `most` patients is concerned, it begins anew.
        """
        made = View(snapshot, self.rulebook, self.slot, self._lock)
        with self._lock:
            known: dict[str, object] = {"_warm": self._warm}
            found = renewed(self.held, self.snapshot, snapshot, most) if "held" in vars(self) else None
            if found is not None:
                known["held"] = found.standing
            if found is not None and "limits" in vars(self):
                limits = renewed_limits(self.limits, found, self._warm, self.snapshot, snapshot)
                if limits is not None:
                    known["limits"] = limits
            vars(made).update(known)
        return made

    @cached_property
    def _warm(self) -> WarmEvaluator:
        return WarmEvaluator(self.rulebook.compiled, self.slot)

    @cached_property
    def held(self) -> Standing:
        """Who has whom."""
        with self._lock:
            return vars(self).get("held") or standing(self.snapshot, self.slot)

    @cached_property
    def limits(self) -> Eligibility:
        """Every limit, and what stands uses of it; no arcs."""
        with self._lock:
            return vars(self).get("limits") or self._warm.loads(self.snapshot, self.held.owner)

    @cached_property
    def room(self) -> Room:
        """Use of every limit."""
        return room_of(self.limits)

    @cached_property
    def capacities(self) -> pa.Table:
        """How full every provider is, columns `api.workflow.capacity.CAPACITY`."""
        return loads_of(self.snapshot, self.held, self.limits)

    @cached_property
    def validator(self) -> Validator:
        """The rules, ready for single pairs; not for several threads at once."""
        return Validator(self.rulebook.compiled, self.snapshot, self.slot)

    @property
    def kept_bytes(self) -> int:
        """Bytes that are kept of what the rules said about single patients."""
        return self._warm.kept_bytes

    def alone(self, patient: int) -> Alone:
        """The rules' word on one patient (a row of the snapshot, row 0 of the answer) with every provider."""
        patients = self.snapshot.patients.slice(patient, 1).combine_chunks()
        at = self.snapshot.position("facilities", patients["facility_id"][0].as_py() or "")
        facilities = self.snapshot.facilities.slice(max(at, 0), int(at >= 0)).combine_chunks()
        some = self.snapshot.with_tables(patients=patients, facilities=facilities)
        with self._lock:
            return self._warm.alone(some, np.array([self.held.owner[patient]], np.int32))
