"""Reading a folder: what it holds, and whether all of it is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from data.columns import TABLES
from data.intake.checks import check_folder
from data.intake.draft import Draft, RawTable
from data.intake.fhir.export import is_export, read_export
from data.intake.fhir.tables import said
from data.intake.files import Files, list_files, read_file
from data.intake.issue import Issue, IssueLog, Severity
from data.intake.licenses import inferred_licenses
from data.intake.mapping import read_mapped
from data.intake.overlay import CAPACITY_SPEC, merged, overridden, with_capacities
from data.intake.places import with_facility, with_places
from data.intake.references import Folder
from data.intake.typed import typed
from data.order import sorted_by_key
from data.snapshot import Snapshot


@dataclass(frozen=True)
class Intake:
    """What a folder gave: only the tables that it has, each of exactly its declared schema.

    Tables are sorted by key, defaults are filled, places are completed; list columns are never null.
    `issues` are warnings, `source` names what was read: csv, parquet, fhir, synthea, joined by +.
    """

    tables: dict[str, pa.Table]
    issues: tuple[Issue, ...]
    source: str


def read_folder(path: Path, as_of: date, known: Snapshot | None = None) -> Intake:
    """Read and check everything in the folder `path`.

    The folder holds our tables (CSV or Parquet), a FHIR R4 bulk export (NDJSON) or a foreign CSV export
    such as Synthea's. Beside an export, our tables override it cell by cell and add rows; `capacities.csv`
    gives limits (see `data.intake.overlay`). `known` is what the store holds already: a folder may refer
    to it. Raises `IntakeError` with all errors and warnings of all files when there is any error.
    """
    log = IssueLog()
    files = list_files(path, log)
    raws = _raw_tables(files, log)
    drafts: dict[str, Draft] = {}
    for mapping, mine in files.foreign:
        drafts |= _placed(read_mapped(mapping, mine, as_of, log), log, "warning")
    export = read_export(files.other, _more_ids(raws, known), log) if is_export(files.other) else {}
    if export:
        drafts |= _placed(said(export, as_of, log), log, "warning")
    overlays = _overlays(drafts, raws, log)
    drafts = _with_own(drafts, raws, overlays, log)
    drafts |= _limited(drafts, files.capacities, log)
    if export:
        from data.intake.fhir.infer import infer  # pandas is only needed here

        drafts = infer(export, drafts, set(raws), as_of, log)
        if "patients" in overlays:  # what people say goes before what is inferred
            drafts["patients"] = overridden(
                drafts["patients"], overlays["patients"], raws["patients"].columns
            )
    if (files.foreign or export) and "licenses" not in drafts and "providers" in drafts:
        drafts["licenses"] = inferred_licenses(drafts["providers"], log)
    return _finished(drafts, _source(files, bool(export)), as_of, known, log)


def _raw_tables(files: Files, log: IssueLog) -> dict[str, RawTable]:
    read = {name: read_file(file, TABLES[name], log) for name, file in files.tables.items()}
    return {name: raw for name, raw in read.items() if raw is not None}


def _source(files: Files, has_export: bool) -> str:
    kinds = {file.suffix.lower()[1:] for file in files.tables.values()}
    kinds |= {mapping.name for mapping, _ in files.foreign} | ({"fhir"} if has_export else set())
    return "+".join(sorted(kinds))


def _more_ids(raws: Mapping[str, RawTable], known: Snapshot | None) -> dict[str, pa.Array]:
    """Ids of overlay tables and of the store, by table: an export may refer to them."""
    found: dict[str, pa.Array] = {}
    for name in ("patients", "providers", "practices", "facilities"):
        key = TABLES[name].key[0]
        parts = (
            [raws[name].columns[key].cast(pa.string())] if name in raws and key in raws[name].columns else []
        )
        if known is not None:
            parts.append(known[name][key].combine_chunks())
        if parts:
            found[name] = pa.concat_arrays(parts).drop_null()
    return found


def _placed(drafts: Mapping[str, Draft], log: IssueLog, severity: Severity) -> dict[str, Draft]:
    return {name: with_places(draft, log, severity) for name, draft in drafts.items()}


def _overlays(drafts: Mapping[str, Draft], raws: Mapping[str, RawTable], log: IssueLog) -> dict[str, Draft]:
    """Our own tables that override one of an export."""
    partial = {
        name: typed(TABLES[name], raw, log, partial=True) for name, raw in raws.items() if name in drafts
    }
    return _placed(partial, log, "error")


def _with_own(
    drafts: Mapping[str, Draft], raws: Mapping[str, RawTable], overlays: Mapping[str, Draft], log: IssueLog
) -> dict[str, Draft]:
    """The drafts of an export, overridden and extended by our own tables."""
    own = {name: typed(TABLES[name], raw, log) for name, raw in raws.items() if name not in overlays}
    changed = {name: merged(drafts[name], over, raws[name].columns, log) for name, over in overlays.items()}
    return dict(drafts) | changed | _placed(own, log, "error")


def _limited(drafts: Mapping[str, Draft], file: Path | None, log: IssueLog) -> dict[str, Draft]:
    """The providers with the limits of capacities.csv, where there is such a file."""
    limits = None if file is None else read_file(file, CAPACITY_SPEC, log)
    if limits is None:
        return {}
    if "providers" not in drafts:
        remedy = "Add providers.csv, or an export that has providers"
        log.add(limits.origin.files[0], "missing_table", "there are no providers to limit", remedy)
        return {}
    return {"providers": with_capacities(drafts["providers"], limits, log)}


def _finished(
    drafts: Mapping[str, Draft], source: str, as_of: date, known: Snapshot | None, log: IssueLog
) -> Intake:
    """Inheritance and checks over all drafts, then the tables in their final order."""
    complete = dict(drafts)
    facilities = _facilities(complete, known)
    if "patients" in complete and facilities is not None:
        complete["patients"] = with_facility(complete["patients"], facilities)
    check_folder(Folder(complete, as_of, known), log)
    log.raise_errors()
    tables = {
        name: sorted_by_key(name, complete[name].table).combine_chunks()
        for name in TABLES
        if name in complete
    }
    return Intake(tables, log.issues(), source)


def _facilities(drafts: Mapping[str, Draft], known: Snapshot | None) -> pa.Table | None:
    if "facilities" in drafts:
        return drafts["facilities"].table
    return None if known is None else known.facilities
