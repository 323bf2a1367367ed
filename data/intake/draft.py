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
class RawTable:
    """Columns of one file by lower-case name, as given; record r stands at spreadsheet row `row[r]`.

    Text is trimmed and null where empty.
    """

    columns: dict[str, pa.Array]
    row: Int64


@dataclass(frozen=True)
class Draft:
    """Rows of the table `name`; row r stands in `files[file[r]]` at spreadsheet row `row[r]`."""

    name: str
    table: pa.Table
    files: tuple[str, ...]
    file: Int64
    row: Int64

    @classmethod
    def of_file(cls, name: str, table: pa.Table, file: str, row: Int64) -> "Draft":
        """All rows from one file."""
        return cls(name, table, (file,), np.zeros(table.num_rows, np.int64), row)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def with_table(self, table: pa.Table) -> "Draft":
        """The same rows with other columns."""
        return Draft(self.name, table, self.files, self.file, self.row)

    def take(self, rows: Int64) -> "Draft":
        """These rows, in this order."""
        return Draft(self.name, self.table.take(rows), self.files, self.file[rows], self.row[rows])

    def followed_by(self, other: "Draft") -> "Draft":
        """These rows, then those of `other`."""
        return Draft(
            self.name,
            pa.concat_tables([self.table, other.table]).combine_chunks(),
            self.files + other.files,
            np.concatenate([self.file, other.file + len(self.files)]),
            np.concatenate([self.row, other.row]),
        )

    def place(self, row: int) -> str:
        """Where row `row` stands, for a message: "row 7", or with its file where there are several."""
        if len(self.files) == 1:
            return f"row {self.row[row]}"
        return f"{self.files[self.file[row]]} row {self.row[row]}"

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
        """One issue for each row where `bad`; `{other}` is the place of row `other[r]`."""
        for index, file in enumerate(self.files):
            rows = np.flatnonzero(bad & (self.file == index))
            if not len(rows):
                continue
            values = self.table[column].take(pa.array(rows)) if column in self.table.column_names else None
            log.add_rows(
                file,
                self.row[rows],
                code,
                message,
                remedy,
                column=column,
                values=values,
                also=self._places(other, rows),
                severity=severity,
            )

    def _places(self, other: Int64 | None, rows: Int64) -> dict[str, Callable[[int], str]]:
        if other is None:
            return {}
        partners = other[rows]
        return {"other": lambda position: self.place(int(partners[position]))}


def row_codes(table: pa.Table, columns: Sequence[str]) -> Int64:
    """One integer a row, equal exactly where the rows agree in all of `columns` (null equals null)."""
    codes = np.zeros(table.num_rows, np.int64)
    for name in columns:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        own = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        size = len(encoded.dictionary) + 1
        codes = np.unique(codes * size + own, return_inverse=True)[1].astype(np.int64)
    return codes
