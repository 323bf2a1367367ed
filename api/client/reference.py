"""Reference data: every table that an administrator provisions."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from api.client.calls import Calls, Row, part
from api.routes.tables import Removed, TableShape
from api.workflow.take_in import TakenIn


class Reference(Calls):
    """Tables, row by row and as files."""

    def tables(self) -> list[TableShape]:
        """Every table with its columns."""
        return self._get(list[TableShape], "/tables")

    def rows(self, table: str, *filters: str, sort: str = "", as_of: date | None = None) -> Iterator[Row]:
        """All rows of a table, page by page; filters are COLUMN:OP:VALUE."""
        return self._pages(f"/tables/{part(table)}", filter=filters, sort=sort, as_of=as_of)

    def row(self, table: str, *key: str) -> Row:
        """One row by the values of its key."""
        return self._get(Row, _address(table, key))

    def put(self, table: str, *key: str, **row: Any) -> Row:  # noqa: ANN401  the columns of the table
        """Add one row, or exchange the one of its key."""
        return self._post(Row, _address(table, key), row, method="PUT")

    def remove(self, table: str, *key: str) -> None:
        """Remove one row. ServiceError 409 names the rows that stand on it."""
        self._ask("DELETE", _address(table, key))

    def remove_all(self, table: str, keys: Iterable[str]) -> Removed:
        """Remove rows by their keys (parts joined by |), all or none. ServiceError 409: all in the way."""
        return self._post(Removed, f"/tables/{part(table)}/remove", {"keys": list(keys)})

    def upsert(self, table: str, rows: Iterable[Mapping[str, Any]], dry_run: bool = False) -> TakenIn:
        """Add rows, or exchange those of their keys: all, or none."""
        body = [dict(each) for each in rows]
        return self._post(TakenIn, f"/tables/{part(table)}", body, dry_run=dry_run)

    def import_files(self, paths: Iterable[Path], mode: str = "update", dry_run: bool = False) -> TakenIn:
        """Take in files, or zip archives of them: all, or nothing."""
        boundary = uuid.uuid4().hex
        parts = [_file_part(boundary, each) for each in paths]
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        answer = self._ask("POST", "/imports", {"mode": mode, "dry_run": dry_run}, kind, body)
        return TypeAdapter(TakenIn).validate_json(answer.body)


def _address(table: str, key: tuple[str, ...]) -> str:
    return f"/tables/{part(table)}/{part('|'.join(key))}"


def _file_part(boundary: str, path: Path) -> bytes:
    name = path.name.replace('"', "")
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return head.encode() + path.read_bytes() + b"\r\n"
