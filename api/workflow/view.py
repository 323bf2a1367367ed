"""One slot on one day, worked out once for many single questions."""

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from api.workflow.capacity import capacity
from api.workflow.decide import Decided, Rulebook, decide
from api.workflow.room import Room, room_of
from data.scenario import Scenario
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import Standing, standing
from rules.validate import Validator


@dataclass(frozen=True)
class View:
    """What the answers about single patients are read from; each part is made when it is first needed."""

    snapshot: Snapshot
    rulebook: Rulebook
    slot: Slot

    @cached_property
    def held(self) -> Standing:
        """Who has whom."""
        return standing(self.snapshot, self.slot)

    @cached_property
    def decided(self) -> Decided:
        """The rules' word on every pair."""
        return decide(self.snapshot, self.rulebook, self.slot, Scenario(), self.snapshot.as_of)

    @cached_property
    def room(self) -> Room:
        """Use of every limit."""
        return room_of(self.decided)

    @cached_property
    def capacities(self) -> pa.Table:
        """How full every provider is, columns `api.workflow.capacity.CAPACITY`."""
        return capacity(self.decided)

    @cached_property
    def validator(self) -> Validator:
        """The rules, ready for single pairs; not for several threads at once."""
        return Validator(self.rulebook.compiled, self.snapshot, self.slot)
