"""Reference data: every table that an administrator provisions."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.routes.answer import answer, tag_of
from api.routes.desk import AsOf, AtDesk, Desk, KnownAt
from api.routes.paging import AsPage, Listed, page_of
from api.routes.prepared import prepared_of
from api.routes.problems import HttpError
from api.workflow.look_up import key_of, look_up, look_up_one
from api.workflow.provision import provision
from api.workflow.remove import remove
from api.workflow.take_in import TakenIn
from data.columns import TABLES
from data.errors import NotFoundError

router = APIRouter(prefix="/tables", tags=["reference data"])

TableName = Annotated[str, Path(description="name of the table", examples=["providers"])]
Key = Annotated[str, Path(description="values of the key, joined by |; of assignments: row_id")]
WITH_PEOPLE = ("patients", "assignments", "visits", "pins")
"""Tables that say something about single patients: reading them leaves a trace."""

MOST_ROWS = 100_000


class ColumnShape(BaseModel):
    """One column of a table."""

    name: str
    kind: str
    about: str
    example: str
    required: bool
    choices: tuple[str, ...]
    refers_to: str


class TableShape(BaseModel):
    """One table: what it holds, its key, its columns."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: list[ColumnShape]


class Keys(BaseModel):
    """Which rows: values of each key, joined by |; of assignments row_id."""

    model_config = ConfigDict(extra="forbid")

    keys: Annotated[list[str], Field(min_length=1, max_length=MOST_ROWS)]


class Removed(BaseModel):
    """How many rows went, and the revision without them."""

    removed: int
    revision: int


Row = dict[str, Any]
Rows = Annotated[list[Row], Body(description="rows as objects", max_length=MOST_ROWS)]


@router.get("")
def list_tables(desk: AtDesk) -> list[TableShape]:
    """Every table with its columns."""
    desk.principal.require("read")
    return [
        TableShape(
            name=spec.name,
            about=spec.about,
            key=key_of(spec.name),
            columns=[ColumnShape.model_validate(each, from_attributes=True) for each in spec.columns],
        )
        for spec in TABLES.values()
    ]


@router.get("/{table}")
def list_rows(
    desk: AtDesk, table: TableName, asked: AsPage, as_of: AsOf = None, known_at: KnownAt = None
) -> Listed:
    """Rows of a table, by key; assignments also as they were known at a moment."""
    sight = desk.sight(as_of, known_at)
    rows = look_up(sight, table)
    _trace(desk, table, "")
    known = prepared_of(sight, table) if rows is sight.snapshot[table] else None
    return page_of(rows, key_of(table), asked, known)


@router.get("/{table}/{key}", response_model=Row)
def get_row(
    desk: AtDesk, table: TableName, key: Key, as_of: AsOf = None, known_at: KnownAt = None
) -> JSONResponse:
    """One row, with an ETag."""
    row = look_up_one(desk.sight(as_of, known_at), table, tuple(key.split("|")))
    _trace(desk, table, key)
    return answer(row, headers={"ETag": tag_of(row)})


@router.post("/{table}", response_model=TakenIn)
def upsert_rows(
    desk: AtDesk,
    table: TableName,
    rows: Rows,
    as_of: AsOf = None,
    dry_run: Annotated[bool, Query(description="only check")] = False,
) -> JSONResponse:
    """Add rows, or exchange those of the same key: all, or none and every problem at once."""
    desk.principal.require("provision")
    done = provision(desk.store, table, rows, desk.day(as_of), desk.actor, desk.now(), dry_run)
    return answer(done)


@router.put("/{table}/{key}", response_model=Row)
def upsert_row(
    desk: AtDesk, table: TableName, key: Key, row: Row, request: Request, as_of: AsOf = None
) -> JSONResponse:
    """Add a row, or exchange the one of this key; `If-Match` refuses where it is another one by now."""
    desk.principal.require("provision")
    names = key_of(table)
    if table == "assignments":
        raise HttpError(405, "assignments have no key of their own: use POST /tables/assignments, or a plan")
    values = tuple(part.strip() for part in key.split("|"))  # as an import trims them
    if len(values) != len(names):
        raise NotFoundError(f"the key of {table} is {'|'.join(names)}")
    _check_match(desk, table, values, request)
    given = row | dict(zip(names, values, strict=True))
    provision(desk.store, table, [given], desk.day(as_of), desk.actor, desk.now())
    kept = look_up_one(desk.sight(as_of), table, values)
    return answer(kept, headers={"ETag": tag_of(kept)})


@router.delete("/{table}/{key}", status_code=204, response_class=Response)
def remove_row(desk: AtDesk, table: TableName, key: Key, request: Request, as_of: AsOf = None) -> Response:
    """Remove a row; 409 names the rows that stand on it. An assignment taken back stays in the history."""
    desk.principal.require("provision")
    values = tuple(part.strip() for part in key.split("|"))
    _check_match(desk, table, values, request)
    look_up_one(desk.sight(as_of), table, values)
    remove(desk.store, table, [values], desk.day(as_of), desk.actor, desk.now())
    return Response(status_code=204)


@router.post("/{table}/remove", response_model=Removed)
def remove_rows(desk: AtDesk, table: TableName, wanted: Keys, as_of: AsOf = None) -> JSONResponse:
    """Remove many rows, all or none; 409 with everything in the way of any of them."""
    desk.principal.require("provision")
    desk.principal.require_everywhere()
    if table not in TABLES:
        raise NotFoundError(f"no table {table!r}")
    given = [tuple(part.strip() for part in key.split("|")) for key in dict.fromkeys(wanted.keys)]
    revision = remove(desk.store, table, given, desk.day(as_of), desk.actor, desk.now())
    return answer(Removed(removed=len(given), revision=revision))


def _check_match(desk: Desk, table: str, key: tuple[str, ...], request: Request) -> None:
    expected = request.headers.get("if-match")
    if expected is None:
        return
    try:
        found = tag_of(look_up_one(desk.sight(None), table, key))
    except NotFoundError:
        found = ""
    if not found or expected not in ("*", found):
        raise HttpError(412, "the row is another one by now; read it again, then change it")


def _trace(desk: Desk, table: str, key: str) -> None:
    if table in WITH_PEOPLE:
        desk.noted("read", f"{table} {key}".rstrip())
