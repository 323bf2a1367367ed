"""A table on its way in: its columns, and the file and row that every record came from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.intake.issue import IssueLog, Severity

Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Origin:
    """Where records stand: record r in `files[file[r]]` at row `row[r]` (see `Issue`)."""

    files: tuple[str, ...]
    file: Int64
    row: Int64

    @classmethod
    def of_file(cls, file: str, row: Int64) -> "Origin":
        """All records in one file."""
        return cls((file,), np.zeros(len(row), np.int64), row)

    def __len__(self) -> int:
        return len(self.row)

    def take(self, records: Int64) -> "Origin":
        """These records, in this order."""
        return Origin(self.files, self.file[records], self.row[records])

    def followed_by(self, other: "Origin") -> "Origin":
        """These records, then those of `other`."""
        return Origin(
            self.files + other.files,
            np.concatenate([self.file, other.file + len(self.files)]),
            np.concatenate([self.row, other.row]),
        )

    def place(self, record: int) -> str:
        """Where a record stands, for a message: "row 7", or with its file where there are several."""
        if len(self.files) == 1:
            return f"row {self.row[record]}"
        return f"{self.files[self.file[record]]} row {self.row[record]}"

    def report(
        self,
        log: IssueLog,
        bad: Int64,
        code: str,
        message: str,
        remedy: str,
        *,
        column: str = "",
        values: pa.Array | None = None,
        other: Int64 | None = None,
        severity: Severity = "error",
    ) -> None:
        """One issue for each of the records `bad`.

        `message` may name `{value}`, an element of `values`, and `{other}`, the place of a record in
        `other`; both run parallel to `bad`.
        """
        for index, file in enumerate(self.files):
            here = np.flatnonzero(self.file[bad] == index)
            if len(here):
                log.add_rows(
                    file,
                    self.row[bad[here]],
                    code,
                    message,
                    remedy,
                    column=column,
                    values=None if values is None else values.take(pa.array(here)),
                    also={} if other is None else {"other": self._places(other[here])},
                    severity=severity,
                )

    def _places(self, records: Int64) -> Callable[[int], str]:
        return lambda position: self.place(int(records[position]))


@dataclass(frozen=True)
class RawTable:
    """Columns by lower-case name, as given; text is trimmed and null where empty."""

    columns: dict[str, pa.Array]
    origin: Origin


@dataclass(frozen=True)
class Draft:
    """Rows of the table `name`, of exactly its declared schema."""

    name: str
    table: pa.Table
    origin: Origin

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array:
        """One column in one piece."""
        return self.table[name].combine_chunks()

    def with_columns(self, **columns: pa.Array) -> "Draft":
        """The same rows with some columns exchanged."""
        table = self.table
        for name, values in columns.items():
            position = table.schema.get_field_index(name)
            table = table.set_column(position, table.schema.field(position), values)
        return Draft(self.name, table, self.origin)

    def take(self, rows: Int64) -> "Draft":
        """These rows, in this order."""
        return Draft(self.name, self.table.take(pa.array(rows)), self.origin.take(rows))

    def followed_by(self, other: "Draft") -> "Draft":
        """These rows, then those of `other`."""
        table = pa.concat_tables([self.table, other.table]).combine_chunks()
        return Draft(self.name, table, self.origin.followed_by(other.origin))

    def report(
        self,
        log: IssueLog,
        bad: Mask,
        code: str,
        message: str,
        remedy: str,
        *,
        column: str = "",
        other: Int64 | None = None,
        severity: Severity = "error",
    ) -> None:
        """One issue for each row where `bad`; `{value}` is its cell, `{other}` the place of `other[r]`."""
        rows = np.flatnonzero(bad)
        if len(rows):
            self.origin.report(
                log,
                rows,
                code,
                message,
                remedy,
                column=column,
                values=self.column(column).take(pa.array(rows)) if column else None,
                other=None if other is None else other[rows],
                severity=severity,
            )


def row_codes(table: pa.Table, columns: Sequence[str]) -> Int64:
    """One integer a row, equal exactly where the rows agree in all of `columns` (null equals null)."""
    codes = np.zeros(table.num_rows, np.int64)
    for name in columns:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        own = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        size = len(encoded.dictionary) + 1
        codes = np.unique(codes * size + own, return_inverse=True)[1].astype(np.int64)
    return codes


def repeats(codes: Int64) -> tuple[Int64, Mask]:
    """For each row the first row with its code, and whether that is another row."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first[inverse], first[inverse] != np.arange(len(codes))


def report_duplicates(draft: Draft, key: Sequence[str], log: IssueLog, among: Mask | None = None) -> None:
    """One issue for each row (`among` some of them) that repeats the key of an earlier one.

    A row without the first column of the key is another problem.
    """
    first, repeated = repeats(row_codes(draft.table, key))
    repeated &= draft.column(key[0]).is_valid().to_numpy(zero_copy_only=False)
    draft.report(
        log,
        repeated if among is None else repeated & among,
        "duplicate_key",
        f"the same {', '.join(key)} as in {{other}}",
        "Keep one of the two rows, or give them different ids",
        column=key[0],
        other=first,
    )
