"""What people say about plans before a commit: rejected pairs that are remembered, and consents of others."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import pyarrow as pa

from data.slot import Slot

ConsentKind = Literal["approval", "acceptance"]
ConsentState = Literal["asked", "given", "refused"]

HANDED_OVER = pa.schema(
    [
        ("patient_id", pa.string()),
        ("from_provider_id", pa.string()),
        ("to_provider_id", pa.string()),
        ("effective_on", pa.date32()),
        ("reason", pa.string()),
    ]
)
"""The moves of a plan that one receiver is asked to accept, and nothing else of the plan."""


@dataclass(frozen=True)
class Rejection:
    """A proposed pair that a person refused: later plans do not propose it again until it is revoked.

    `rejection_id` is 0 before the store has numbered it.
    """

    patient_id: str
    provider_id: str
    slot: Slot
    reason: str
    plan_id: str
    actor: str
    at: datetime
    rejection_id: int = 0
    revoked_at: datetime | None = None
    revoked_by: str = ""

    @property
    def in_force(self) -> bool:
        """Whether it still keeps the pair from being proposed."""
        return self.revoked_at is None


@dataclass(frozen=True)
class Consent:
    """A consent that a plan needs before its commit.

    `approval`: of a manager, because `why`. `acceptance`: of somebody with rights at the practice
    `practice_id` or the agency `agency_id` (empty where there is none) that `patients` would come to.
    """

    plan_id: str
    kind: ConsentKind
    why: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    agency_id: str = ""
    practice_id: str = ""
    patients: int = 0
    state: ConsentState = "asked"
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    moves: pa.Table = field(default_factory=HANDED_OVER.empty_table, compare=False, repr=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from all others."""
        return (self.plan_id, self.kind, self.agency_id, self.practice_id)

    @property
    def notice(self) -> tuple[str, str]:
        """Topic and JSON body of the message that its plan waits for it: ids and counts, no names."""
        names = ("plan_id", "kind", "agency_id", "practice_id", "patients")
        return "plan.waiting", json.dumps({name: getattr(self, name) for name in names})

    @property
    def sentence(self) -> str:
        """What the plan waits for, in words."""
        if self.kind == "approval":
            said = f"approval by a manager ({'; '.join(self.why)})"
        else:
            where = " of ".join(
                each for each in (self.practice_id and f"practice {self.practice_id}", self.agency_id) if each
            )
            said = f"acceptance of {self.patients} patients by {where}"
        if self.state == "refused":
            said += f": refused by {self.decided_by}" + (f", {self.reason}" if self.reason else "")
        return said


@dataclass(frozen=True)
class Activation:
    """A committed plan for a later day, looked at again when the day came.

    `held` patients stay with whom they had, in the plan `hold_plan_id`; `broken` ones went where the rules no
    longer allow, because nobody else has them; a person must look.
    """

    plan_id: str
    at: datetime
    actor: str
    held: int = 0
    broken: int = 0
    hold_plan_id: str = ""
