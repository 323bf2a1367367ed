"""Licenses where an export has none: inferred from where providers work, and noted."""

import numpy as np
import pyarrow as pa

from data.columns import TABLES
from data.intake.cells import truth
from data.intake.draft import Draft, RawTable
from data.intake.issue import IssueLog
from data.intake.typed import typed


def inferred_licenses(providers: Draft, log: IssueLog) -> Draft:
    """One license for each provider, in the state of the office."""
    state = providers.column("state")
    rows = np.flatnonzero(truth(state.is_valid()))
    log.note(
        providers.origin.files[0],
        "inferred_licenses",
        len(rows),
        "licenses are inferred, one for each provider in the state of the office",
        "Give licenses.csv with the licenses that they hold",
    )
    columns = {
        "provider_id": providers.column("provider_id").take(pa.array(rows)),
        "state": state.take(pa.array(rows)),
    }
    return typed(TABLES["licenses"], RawTable(columns, providers.origin.take(rows)), log)
