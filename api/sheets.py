"""A table as a file for people and programs: CSV, XLSX, Parquet. No cell can ever act as a formula.

Spreadsheets run a cell that begins with one of `FORMULA` (https://owasp.org/www-community/attacks/CSV_Injection).
In XLSX such a cell is typed as text. CSV has no types: there it gets an apostrophe in front. Numbers and days
are what they are, and Parquet is not opened by spreadsheets: both stay untouched.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from data.list_text import encode_lists

Format = Literal["csv", "xlsx", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

FORMULA = r"^[=+\-@\t\r]"
"""Beginnings of a text that a spreadsheet would run."""

MOST_XLSX = 50_000
"""Rows of a workbook that a service writes while others wait: seven seconds of work, CSV a tenth of one."""

TYPED = ("=", "#")
"""Beginnings of texts that openpyxl takes for formulas and errors; all others are texts to it."""

SHEET_ROWS = 1_000_000
"""Rows of one sheet; Excel opens no more than 1,048,576."""

CHUNK = 10_000


def to_archive(tables: Mapping[str, pa.Table], kind: Format, about: Mapping[str, str]) -> tuple[bytes, str]:
    """Several tables as one file, and its ending: a workbook, or a zip archive of a file for each."""
    if kind == "xlsx":
        return to_workbook(tables, about), "xlsx"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(f"{name}.{kind}", to_file(table, kind, about))
    return packed.getvalue(), "zip"


def to_file(table: pa.Table, kind: Format, about: Mapping[str, str]) -> bytes:
    """The table as a file; `about` (what it is, as of when, for whom) is a sheet of its own in XLSX."""
    if kind == "csv":
        return to_csv(table)
    if kind == "xlsx":
        return to_workbook({"Rows": table}, about)
    packed = io.BytesIO()
    noted = {name.encode(): text.encode() for name, text in about.items()}
    pyarrow.parquet.write_table(table.replace_schema_metadata(noted), packed, compression="zstd")
    return packed.getvalue()


def to_csv(table: pa.Table) -> bytes:
    """UTF-8 with a header line; lists joined by `|`, missing values empty."""
    packed = io.BytesIO()
    pyarrow.csv.write_csv(_flat(table, harmless), packed)
    return packed.getvalue()


def to_workbook(tables: Mapping[str, pa.Table], about: Mapping[str, str]) -> bytes:
    """A workbook: the rows of every table, in as many sheets as they need, and a sheet about them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, table in tables.items():
        flat = _flat(table, _printable)
        for number, start in enumerate(range(0, max(flat.num_rows, 1), SHEET_ROWS), start=1):
            sheet = book.create_sheet(name if number == 1 else f"{name} {number}")
            sheet.freeze_panes = "A2"
            sheet.append([_text_cell(sheet, column) for column in flat.column_names])
            for row in _rows(flat.slice(start, SHEET_ROWS)):
                sheet.append([_cell(sheet, each) for each in row])
    sheet = book.create_sheet("About")
    for name, text in about.items():
        sheet.append([_text_cell(sheet, each) for each in (name, _plain(text))])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def harmless(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts with an apostrophe in front of those that a spreadsheet would run."""
    runs = pc.match_substring_regex(texts, FORMULA)
    return pc.if_else(runs, pc.binary_join_element_wise("'", texts, ""), texts)


def _cell(sheet: Any, value: Any) -> Any:  # noqa: ANN401  openpyxl's own types
    """The value, typed as text where openpyxl would take a text for something else."""
    return _text_cell(sheet, value) if isinstance(value, str) and value[:1] in TYPED else value


def _text_cell(sheet: Any, text: str) -> Any:  # noqa: ANN401  openpyxl's own types
    """A cell of the type text, whatever it begins with; openpyxl would take = for a formula."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _flat(table: pa.Table, of_text: Any) -> pa.Table:  # noqa: ANN401  a function of arrow arrays
    """Lists as text, and every text passed through; moments in UTC without their zone, which XLSX has not."""
    columns = []
    for field in table.schema:
        column = table[field.name]
        if pa.types.is_list(field.type):
            column = pa.chunked_array([encode_lists(column)])
        if pa.types.is_timestamp(column.type):
            column = pc.strftime(column, format="%Y-%m-%dT%H:%M:%SZ")
        columns.append(of_text(column) if pa.types.is_string(column.type) else column)
    return pa.table(columns, names=table.column_names)


def _printable(texts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts without the control characters that XML cannot hold."""
    return pc.replace_substring_regex(texts, r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "\ufffd")


def _plain(text: str) -> str:
    return str(_printable(pa.chunked_array([[text]]))[0].as_py())


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in table.to_batches(CHUNK):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
