"""Findings: what somebody should look at, in columns."""

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from data.slot import Slot

FINDINGS = pa.schema(
    [
        ("code", pa.string()),
        ("severity", pa.string()),
        ("subject", pa.string()),
        ("patient_id", pa.string()),
        ("provider_id", pa.string()),
        ("facility_id", pa.string()),
        ("message", pa.string()),
        ("since", pa.date32()),
        ("action", pa.string()),
    ]
)
"""One finding a row. `subject` is what it is about, in words that stay the same from run to run; the ids name
whom it touches, where it does; `since` is null where not known; `action` is a prepared request as JSON."""


@dataclass(frozen=True)
class FindingsRun:
    """One run of the findings: what was looked at, and every finding (columns `FINDINGS`)."""

    run_id: int
    at: datetime
    actor: str
    as_of: date
    slot: Slot
    revision: int
    digest: str
    checked: int
    rows: pa.Table
