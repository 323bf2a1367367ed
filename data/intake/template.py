"""An empty folder to start from: every table with one example row, and what its columns mean."""

import csv
from pathlib import Path

from data.columns import TABLES, Column, TableSpec
from data.intake.overlay import CAPACITY_SPEC


def write_template(directory: Path) -> list[Path]:
    """Write one CSV for each table (header and an example row) and COLUMNS.md; the paths written."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for spec in TABLES.values():
        path = directory / f"{spec.name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [
                    [column.name for column in spec.columns],
                    [_example(spec, column) for column in spec.columns],
                ]
            )
        written.append(path)
    guide = directory / "COLUMNS.md"
    guide.write_text(columns_guide(), encoding="utf-8")
    return [*written, guide]


_OF_OTHER_KINDS = {("assignments", "facility_id"), ("assignments", "covers_provider_id")}
"""Columns that the example row, an assignment of a patient, leaves empty."""


def _example(spec: TableSpec, column: Column) -> str:
    """The column's example, without ids that no example row has, so that the template reads cleanly."""
    if (spec.name, column.name) in _OF_OTHER_KINDS:
        return ""
    if not column.refers_to:
        return column.example
    other = TABLES[column.refers_to]
    known = other.column(other.key[0]).example
    return "|".join(each for each in column.example.split("|") if each == known)


def columns_guide() -> str:
    """Every table and column in Markdown, from `data.columns`."""
    head = [
        "# Tables and columns",
        "",
        "One CSV file (UTF-8, commas) or Parquet file for each table; leave out the tables you do not have.",
        "Dates are YYYY-MM-DD, lists are separated by `|`, an empty cell means not known or the default.",
        "",
        "A FHIR R4 bulk export (`Patient.ndjson` and so on) or Synthea's CSV files are read as they are.",
        "Tables of your own in the same folder override an export cell by cell and add rows;",
        "`capacities.csv`, at the end, gives limits that an export lacks.",
    ]
    guides = [line for spec in (*TABLES.values(), CAPACITY_SPEC) for line in _table_guide(spec)]
    return "\n".join(head + guides) + "\n"


def _table_guide(spec: TableSpec) -> list[str]:
    head = [
        "",
        f"## {spec.name}.csv",
        "",
        f"{spec.about}. Unique: {', '.join(f'`{name}`' for name in spec.key)}.",
        "",
        "| column | holds | required | default | meaning | example |",
        "|---|---|---|---|---|---|",
    ]
    return head + [_column_guide(column) for column in spec.columns]


def _column_guide(column: Column) -> str:
    default = "" if column.default is None else str(column.default).lower()
    about = column.about
    if column.choices:
        about += f"; one of {', '.join(column.choices)}"
    if column.refers_to:
        about += f" (in {column.refers_to})"
    if column.least is not None:
        about += f"; at least {column.least:g}"
    required = "yes" if column.required else ""
    cells = (f"`{column.name}`", column.kind, required, default, about, column.example.replace("|", "\\|"))
    return f"| {' | '.join(cells)} |"
