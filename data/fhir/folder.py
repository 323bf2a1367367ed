"""What stands, as a bulk export: a stream of resources of each type, and the manifest of them.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html: newline-delimited JSON, a file a type.
"""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from data.fhir.directory import locations, organizations, practitioner_roles, practitioners
from data.fhir.people import care_teams, coverages, patients
from data.slot import Slot
from data.snapshot import Snapshot
from data.standing import slots_in_use

MEDIA_TYPE = "application/fhir+ndjson"

Stream = Callable[[Snapshot], Iterator[pa.Array]]


def _teams(snapshot: Snapshot) -> Iterator[pa.Array]:
    for slot in slots_in_use(snapshot):
        if slot != Slot():
            yield from care_teams(snapshot, slot)


STREAMS: Mapping[str, Stream] = {
    "Organization": lambda snapshot: iter([organizations(snapshot)]),
    "Location": lambda snapshot: iter([locations(snapshot)]),
    "Practitioner": lambda snapshot: iter([practitioners(snapshot)]),
    "PractitionerRole": lambda snapshot: iter([practitioner_roles(snapshot)]),
    "Patient": patients,
    "Coverage": coverages,
    "CareTeam": _teams,
}
"""Resource types that are exported."""


def lines(snapshot: Snapshot, kind: str) -> Iterator[bytes]:
    """Newline-delimited JSON of one type, in pieces."""
    for batch in STREAMS[kind](snapshot):
        if len(batch):
            whole = pc.binary_join(pa.ListArray.from_arrays([0, len(batch)], batch), "\n")
            yield whole[0].as_buffer().to_pybytes() + b"\n"


def manifest(moment: str, request: str, files: Mapping[str, str], protected: bool) -> dict[str, object]:
    """The manifest of an export: address of the file of each type, and the moment of which it tells."""
    return {
        "transactionTime": moment,
        "request": request,
        "requiresAccessToken": protected,
        "output": [{"type": kind, "url": address} for kind, address in files.items()],
        "error": [],
    }
