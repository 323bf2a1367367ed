"""Reading a folder: what it holds, and whether all of it is right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from data.columns import TABLES
from data.intake.checks import check_folder
from data.intake.csv import read_csv
from data.intake.draft import Draft
from data.intake.issue import Issue, IssueLog
from data.intake.parquet import read_parquet
from data.intake.places import with_facility, with_places
from data.intake.references import Folder
from data.intake.typed import nearest, typed
from data.snapshot import Snapshot

SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True)
class Intake:
    """What a folder gave: only the tables that it has, each of exactly its declared schema.

    Tables are sorted by key, defaults are filled, places are completed; list columns are never null.
    `issues` are warnings, `source` names the kinds of files that were read, for example `csv`.
    """

    tables: dict[str, pa.Table]
    issues: tuple[Issue, ...]
    source: str


def read_folder(path: Path, as_of: date, known: Snapshot | None = None) -> Intake:
    """Read and check everything in the folder `path`.

    `known` is what the store holds already: a folder may refer to it. Raises `IntakeError` with all
    errors and warnings of all files when there is any error.
    """
    log = IssueLog()
    files = _files(path, log)
    drafts: dict[str, Draft] = {}
    for name, file in _own_tables(files, log).items():
        draft = _read_table(name, file, log)
        if draft is not None:
            drafts[name] = draft
    return finished(drafts, "csv", as_of, known, log)


def finished(
    drafts: Mapping[str, Draft], source: str, as_of: date, known: Snapshot | None, log: IssueLog
) -> Intake:
    """Places, inheritance and checks over all drafts, then the tables in their final order."""
    complete = {name: with_places(draft, log) for name, draft in drafts.items()}
    facilities = _facilities(complete, known)
    if "patients" in complete and facilities is not None:
        complete["patients"] = with_facility(complete["patients"], facilities)
    check_folder(Folder(complete, as_of, known), log)
    log.raise_errors()
    tables = {
        name: complete[name].table.sort_by([(key, "ascending") for key in spec.key]).combine_chunks()
        for name, spec in TABLES.items()
        if name in complete
    }
    return Intake(tables, log.issues(), source)


def _facilities(drafts: Mapping[str, Draft], known: Snapshot | None) -> pa.Table | None:
    if "facilities" in drafts:
        return drafts["facilities"].table
    return None if known is None else known.facilities


def _files(path: Path, log: IssueLog) -> list[Path]:
    if not path.is_dir():
        log.add(
            str(path), "no_folder", "there is no such folder", "Give the path of a folder with your files"
        )
        log.raise_errors()
    files = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    if not files:
        log.add(
            path.name,
            "empty_folder",
            "the folder is empty",
            f"Put at least one of {', '.join(f'{name}.csv' for name in TABLES)} there",
        )
        log.raise_errors()
    return files


def _own_tables(files: list[Path], log: IssueLog) -> dict[str, Path]:
    """The file of each table; two files of one table and unknown files are reported."""
    found: dict[str, Path] = {}
    for file in files:
        name = file.stem.strip().lower()
        if file.suffix.lower() not in SUFFIXES:
            continue
        if name not in TABLES:
            _report_unknown(file, found, log)
        elif name in found:
            log.add(
                file.name,
                "table_twice",
                f"{name} is given by {found[name].name} already",
                "Keep one of the two files",
            )
        else:
            found[name] = file
    if not found:
        log.add(
            files[0].parent.name,
            "no_known_file",
            f"none of the {len(files)} files is a table that panelwise knows: "
            + ", ".join(file.name for file in files[:10]),
            f"Name the files {', '.join(f'{name}.csv' for name in TABLES)}",
        )
    return found


def _report_unknown(file: Path, found: Mapping[str, Path], log: IssueLog) -> None:
    near = nearest(file.stem, [name for name in TABLES if name not in found])
    log.add(
        file.name,
        "unknown_file",
        f"there is no table {file.stem!r}" + (f"; did you mean {near}{file.suffix}?" if near else ""),
        f"Rename it to {near}{file.suffix}" if near else "Nothing was read from it; take it away",
        value=file.name,
        severity="error" if near else "warning",
    )


def _read_table(name: str, file: Path, log: IssueLog) -> Draft | None:
    spec = TABLES[name]
    raw = read_parquet(file, spec, log) if file.suffix.lower() == ".parquet" else read_csv(file, log)
    return None if raw is None else typed(spec, raw, log)
