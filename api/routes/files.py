"""Lists as files."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from fastapi.responses import Response

from api.errors import RequestError
from api.sheets import MEDIA_TYPES, MOST_XLSX, Format, to_file

PAGE = "#/components/schemas/Page"


def describe_files(operation: dict[str, Any]) -> None:
    """Add the files to the description of what answers a page (OpenAPI)."""
    content = operation["responses"].get("200", {}).get("content", {})
    if content.get("application/json", {}).get("schema") == {"$ref": PAGE}:
        content |= {kind: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}


def file_of(rows: pa.Table, kind: Format, about: Mapping[str, str], name: str) -> Response:
    """The rows as a file to be kept under a name; RequestError where a workbook would be too long.

    `about`: what it is, as of when, for whom; see `api.sheets.to_file`.
    """
    if kind == "xlsx" and rows.num_rows > MOST_XLSX:
        raise RequestError((f"{rows.num_rows:,} rows are too many for a workbook; take csv or parquet",))
    return attached(to_file(rows, kind, about), MEDIA_TYPES[kind], f"{name}.{kind}")


def attached(content: bytes, kind: str, name: str) -> Response:
    """An answer that is kept as a file."""
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
