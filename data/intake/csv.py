"""One CSV file: encoding, separator, header and rows, everything as text."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from data.intake.cells import trimmed, truth
from data.intake.draft import Origin, RawTable
from data.intake.issue import IssueLog

BLOCK = 1 << 24
"""Bytes that Arrow parses at once; no single record may be longer."""

_SAVE_AS = "Save the file again as CSV UTF-8 (in Excel: Save as, CSV UTF-8, comma delimited)"


def read_csv(path: Path, log: IssueLog) -> RawTable | None:
    """Cells of a CSV file by lower-case header; None when it cannot be taken apart (the log says why)."""
    data = path.read_bytes()
    if not _is_readable(path.name, data, log):
        return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    header, header_row, rest = _split_header(data)
    if not _is_comma_separated(path.name, header, log) or _has_broken_quotes(path.name, data, log):
        return None
    names = [name.strip().lower() for name in header]
    table, row = _read_rows(path.name, rest, len(names), header_row + 1, log)
    columns = _named(path.name, names, table, log)
    return RawTable(columns, Origin.of_file(path.name, row))


def read_header(path: Path) -> list[str]:
    """Names in the header, trimmed and in lower case; none where the file is not UTF-8."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            return [name.strip().lower() for name in next(filter(None, csv.reader(text)), [])]
    except (UnicodeDecodeError, csv.Error):
        return []


def _is_readable(file: str, data: bytes, log: IssueLog) -> bool:
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        log.add(file, "empty_file", "the file is empty", "Write the header row, or take the file away")
        return False
    found = _other_encoding(data)
    if found:
        encoding, row = found
        log.add(
            file,
            "encoding",
            f"the file is not UTF-8; it looks like {encoding}",
            f"{_SAVE_AS}; names with accents would be wrong otherwise",
            row=row,
            value=encoding,
        )
        return False
    if "\ufffd".encode() in data:
        log.add(
            file,
            "replacement_character",
            "the file has the character \ufffd, which stands for letters lost in an earlier conversion",
            "Export the file again from its source as UTF-8",
            row=data[: data.index("\ufffd".encode())].count(b"\n") + 1,
            severity="warning",
        )
    return True


def _other_encoding(data: bytes) -> tuple[str, int] | None:
    """Likely encoding of what is not UTF-8 and the line where it shows; None for UTF-8."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16", 0
    if b"\x00" in data:
        return "UTF-16" if data.count(b"\x00") > len(data) // 4 else "a binary file", 0
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            return "Latin-1 (ISO 8859-1)", line
        return "Windows-1252", line
    return None


def _split_header(data: bytes) -> tuple[list[str], int, bytes]:
    """Fields of the first record that is not blank, its spreadsheet row, and the bytes after it."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline="")
    lines: list[str] = []

    def recorded() -> Iterator[str]:
        for line in text:
            lines.append(line)
            yield line

    records = csv.reader(recorded())
    try:
        row, header = next(((row, record) for row, record in enumerate(records, 1) if record), (1, []))
    except csv.Error:  # a quotation mark that swallows the file; `_has_broken_quotes` says where
        return [], 1, b""
    return header, row, data[len("".join(lines).encode()) :]


def _is_comma_separated(file: str, header: list[str], log: IssueLog) -> bool:
    if len(header) > 1:
        return True
    for separator, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if header and separator in header[0]:
            log.add(
                file,
                "separator",
                f"the columns are separated by {name}",
                "Save the file with commas between the columns (in Excel: CSV UTF-8, comma delimited)",
                row=1,
                value=separator,
            )
            return False
    return True


def _has_broken_quotes(file: str, data: bytes, log: IssueLog) -> bool:
    """Whether a quoted field does not end where it should (rows after it would be swallowed)."""
    if b'"' not in data:
        return False
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""), strict=True)
    row = 0
    try:
        for _ in reader:
            row += 1
    except csv.Error as error:
        log.add(
            file,
            "quotes",
            f"a quoted field does not end properly ({error})",
            'Close the quotation mark; write a quotation mark inside a field twice ("")',
            row=row + 1,
        )
        return True
    return False


def _read_rows(
    file: str, data: bytes, width: int, start: int, log: IssueLog
) -> tuple[list[pa.Array], npt.NDArray[np.int64]]:
    """Columns of all records of the right width that are not blank, and their rows; the first is `start`."""
    if not data.strip():
        return [pa.array([], pa.string())] * width, np.array([], np.int64)
    ragged: list[tuple[int, int]] = []

    def skip(found: pa.csv.InvalidRow) -> str:
        ragged.append((start + found.number - 1, found.actual_columns))
        return "skip"

    names = [str(position) for position in range(width)]
    table = pa.csv.read_csv(
        pa.BufferReader(data),
        # Row numbers are only known to a single thread, and every issue needs its row.
        read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=BLOCK),
        parse_options=pa.csv.ParseOptions(
            newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        convert_options=pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    )
    _report_ragged(file, ragged, width, log)
    row = np.delete(
        np.arange(start, start + table.num_rows + len(ragged), dtype=np.int64),
        [each[0] - start for each in ragged],
    )
    columns = [trimmed(column.combine_chunks()) for column in table.columns]
    given = np.zeros(len(row), bool)
    for column in columns:
        given |= truth(column.is_valid())
    if given.all():
        return columns, row
    return [column.filter(pa.array(given)) for column in columns], row[given]


def _report_ragged(file: str, ragged: list[tuple[int, int]], width: int, log: IssueLog) -> None:
    log.add_rows(
        file,
        np.array([row for row, _ in ragged], np.int64),
        "ragged_row",
        f"the row has {{count}} cells, the header has {width}",
        'Give every row as many cells as the header; put a cell that has a comma in quotation marks ("a, b")',
        also={"count": lambda position: str(ragged[position][1])},
    )


def _named(file: str, names: list[str], columns: list[pa.Array], log: IssueLog) -> dict[str, pa.Array]:
    """Columns by name; a nameless one may only be an empty remnant, a name may only stand once."""
    named: dict[str, pa.Array] = {}
    for position, (name, column) in enumerate(zip(names, columns, strict=True)):
        if not name:
            if pc.any(column.is_valid()).as_py():
                log.add(
                    file,
                    "nameless_column",
                    f"column {position + 1} has values but no name",
                    "Name the column in the header, or take it away",
                    row=1,
                )
        elif name in named:
            log.add(
                file,
                "duplicate_column",
                f"the header names {name!r} twice",
                "Keep one of the two columns",
                row=1,
                column=name,
                value=name,
            )
        else:
            named[name] = column
    return named
