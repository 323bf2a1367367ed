"""Everything that stands today against the rules."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from api.workflow.decide import Rulebook
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import standing
from rules.audit import audit as findings


@dataclass(frozen=True)
class Audit:
    """Number of standing assignments checked, and every finding (columns `rules.audit.FINDINGS`)."""

    checked: int
    rows: pa.Table


def audit(snapshot: Snapshot, rulebook: Rulebook, slot: Slot) -> Audit:
    """Check every owner of the slot."""
    owner = standing(snapshot, slot).owner
    return Audit(int(np.count_nonzero(owner >= 0)), findings(rulebook.compiled, snapshot, slot, owner))
