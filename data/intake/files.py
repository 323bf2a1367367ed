"""The files of a folder: which table or export each belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.columns import TABLES, TableSpec
from data.intake.csv import read_csv
from data.intake.draft import RawTable
from data.intake.fhir.export import is_export
from data.intake.fhir.stream import resource_type
from data.intake.issue import IssueLog
from data.intake.mapping import ForeignFormat, formats
from data.intake.overlay import CAPACITIES
from data.intake.parquet import read_parquet
from data.intake.typed import nearest

SUFFIXES = (".csv", ".parquet")
UNREAD = {".xlsx", ".xls", ".ods", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".feather", ".gz", ".zip"}
"""Endings of files that likely hold data, which somebody should know are not read."""


@dataclass(frozen=True)
class Files:
    """`tables` by name, `foreign` formats with their files, `capacities` if given, and all `other` files."""

    tables: Mapping[str, Path]
    foreign: tuple[tuple[ForeignFormat, list[Path]], ...]
    capacities: Path | None
    other: list[Path]


def list_files(path: Path, log: IssueLog) -> Files:
    """What every file of the folder is for; raises IntakeError where there is no folder or nothing in it."""
    files = _all_files(path, log)
    foreign = tuple(
        (format_, mine)
        for format_ in formats()
        if (mine := [each for each in files if format_.matches(each)])
    )
    taken = {file for _, mine in foreign for file in mine}
    ours = [file for file in files if file not in taken and file.suffix.lower() in SUFFIXES]
    other = [file for file in files if file not in taken and file not in ours]
    capacities = next((file for file in ours if _table_name(file) == CAPACITIES), None)
    tables = _tables([file for file in ours if file != capacities], log)
    _report_unread(other, log)
    if not tables and not foreign and not is_export(other):
        log.add(
            path.name,
            "no_known_file",
            f"none of the {len(files)} files is a table that panelwise knows: "
            + ", ".join(file.name for file in files[:10]),
            f"Name the files {', '.join(f'{name}.csv' for name in TABLES)}",
        )
    return Files(tables, foreign, capacities, other)


def read_file(file: Path, spec: TableSpec, log: IssueLog) -> RawTable | None:
    """Columns of a CSV or Parquet file; None when it cannot be taken apart (the log says why)."""
    return read_parquet(file, spec, log) if file.suffix.lower() == ".parquet" else read_csv(file, log)


def _table_name(file: Path) -> str:
    return file.stem.strip().lower()


def _all_files(path: Path, log: IssueLog) -> list[Path]:
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


def _tables(files: list[Path], log: IssueLog) -> dict[str, Path]:
    """The file of each table; two files of one table and unknown files are reported."""
    found: dict[str, Path] = {}
    for file in files:
        name = _table_name(file)
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
    return found


def _report_unread(files: list[Path], log: IssueLog) -> None:
    """Files that hold data in a form that is not read; an error where they are named like a table."""
    for file in files:
        suffixes = {suffix.lower() for suffix in file.suffixes}
        if resource_type(file) or not suffixes & UNREAD:
            continue
        name = file.name.split(".")[0].lower()
        ndjson = ".ndjson" in suffixes
        log.add(
            file.name,
            "unread_file",
            "the file was not read: "
            + ("its name says no FHIR type" if ndjson else "its format is not read"),
            "Name it after its resources, such as Patient.ndjson" if ndjson else "Save it as CSV UTF-8",
            value=file.name,
            severity="error" if ndjson or name in TABLES else "warning",
        )


def _report_unknown(file: Path, found: Mapping[str, Path], log: IssueLog) -> None:
    near = nearest(file.stem, [name for name in (*TABLES, CAPACITIES) if name not in found])
    log.add(
        file.name,
        "unknown_file",
        f"there is no table {file.stem!r}" + (f"; did you mean {near}{file.suffix}?" if near else ""),
        f"Rename it to {near}{file.suffix}" if near else "Nothing was read from it; take it away",
        value=file.name,
        severity="error" if near else "warning",
    )
