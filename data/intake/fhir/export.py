"""A bulk export in columns: the resources of every type, with their references resolved."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.intake.cells import cleaned_lists, truth
from data.intake.draft import Origin
from data.intake.fhir.reference import resolved
from data.intake.fhir.resources import READERS
from data.intake.fhir.stream import read_resources, resource_type
from data.intake.issue import IssueLog

_OWN_TABLE = {
    "Patient": "patients",
    "Practitioner": "providers",
    "Organization": "practices",
    "Location": "facilities",
}


@dataclass(frozen=True)
class Resources:
    """All resources of one type; references are resolved, null where they lead nowhere."""

    table: pa.Table
    origin: Origin

    def column(self, name: str) -> pa.Array:
        """One column in one piece."""
        return self.table[name].combine_chunks()

    def __len__(self) -> int:
        return int(self.table.num_rows)


def is_export(files: list[Path]) -> bool:
    """Whether any file holds resources of a type that is read."""
    return any(resource_type(file) in READERS for file in files)


def read_export(files: list[Path], known: Mapping[str, pa.Array], log: IssueLog) -> dict[str, Resources]:
    """Resources of every type in `READERS` (without rows where there is no file).

    `known` has more ids, by table, that references may mean: of overlay files and of the store.
    """
    export = {
        kind: Resources(*read_resources(_of_type(files, kind), kind, reader.schema, reader.extract, log))
        for kind, reader in READERS.items()
    }
    _report_others(files, log)
    index = {kind: _index(export[kind], known.get(table)) for kind, table in _OWN_TABLE.items()}
    roles = export["PractitionerRole"]
    export["PractitionerRole"] = _linked(roles, "practitioner", index["Practitioner"], log)
    index["Practitioner"] = _with_roles(index["Practitioner"], export["PractitionerRole"])
    for kind, column, other in LINKS:
        export[kind] = _linked(export[kind], column, index[other], log)
    for column, other in (
        ("patients", "Patient"),
        ("practitioners", "Practitioner"),
        ("locations", "Location"),
    ):
        # An actor without a type is tried as each of them, so that leading nowhere is no problem yet.
        export["Appointment"] = _linked(export["Appointment"], column, index[other], None)
    return export


LINKS = (
    ("Location", "organization", "Organization"),
    ("PractitionerRole", "organization", "Organization"),
    ("PractitionerRole", "location", "Location"),
    ("Patient", "organization", "Organization"),
    ("Patient", "practitioners", "Practitioner"),
    ("Coverage", "patient", "Patient"),
    ("Encounter", "patient", "Patient"),
    ("Encounter", "practitioner", "Practitioner"),
    ("CareTeam", "patient", "Patient"),
    ("CareTeam", "practitioner", "Practitioner"),
)
"""References that must lead somewhere: (type, column, type that it means)."""


def _of_type(files: list[Path], kind: str) -> list[Path]:
    return [file for file in files if resource_type(file) == kind]


def _report_others(files: list[Path], log: IssueLog) -> None:
    for file in files:
        kind = resource_type(file)
        if kind and kind not in READERS:
            log.add(
                file.name,
                "unread_resource",
                f"resources of type {kind} are not used",
                f"Nothing to do; used are {', '.join(READERS)}",
                severity="warning",
            )


def _index(resources: Resources, more: pa.Array | None) -> pa.Table:
    """What references of a type can mean: ids, with the identifiers of each and the id meant."""
    table = resources.table.select(["id", "identifiers"]).append_column("means", resources.table["id"])
    if more is None:
        return table
    nothing = pa.array([[]] * len(more), pa.list_(pa.string()))
    return pa.concat_tables([table, pa.table([more, nothing, more], schema=table.schema)])


def _with_roles(practitioners: pa.Table, roles: Resources) -> pa.Table:
    """A reference to a PractitionerRole means its practitioner."""
    table = roles.table.select(["id", "identifiers", "practitioner"])
    return pa.concat_tables([practitioners, table.rename_columns(["id", "identifiers", "means"])])


def _linked(resources: Resources, column: str, index: pa.Table, log: IssueLog | None) -> Resources:
    """The resources with one reference column resolved; what leads nowhere is dropped, a warning in `log`."""
    values = resources.column(column)
    lists = pa.types.is_list(values.type)
    owner = pc.list_parent_indices(values).to_numpy() if lists else np.arange(len(values))
    given = pc.list_flatten(values) if lists else values
    means = resolved(given, index)
    if log is not None:
        lost = np.flatnonzero(truth(given.is_valid()) & ~truth(means.is_valid()))
        resources.origin.report(
            log,
            owner[lost],
            "dangling_reference",
            f"{column} {{value}} is not in the export; the reference is left out",
            "Export the resource too, or give it in an overlay file",
            column=column,
            values=given.take(pa.array(lost)),
            severity="warning",
        )
    if lists:
        means = cleaned_lists(pa.ListArray.from_arrays(values.offsets, means))
    table = resources.table
    position = table.schema.get_field_index(column)
    return Resources(table.set_column(position, column, means), resources.origin)
