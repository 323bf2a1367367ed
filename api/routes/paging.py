"""Pages of a table: filters, sorting, and a cursor that stays right while rows come and go (keyset)."""

import base64
import binascii
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from fastapi import Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.errors import RequestError
from api.routes.files import file_of
from api.routes.prepared import Order, Prepared, Rows
from api.terminal.screen import plain

MOST = 1000
"""Rows of one page."""


class Page(BaseModel):
    """Some rows. `next` is the `after` of the following page, null on the last; `total` counts all rows."""

    items: list[dict[str, Any]]
    next: str | None
    total: int


@dataclass(frozen=True)
class Wanted:
    """What part of a list is asked for."""

    limit: int
    after: str
    sort: str
    filters: tuple[str, ...]
    kind: Literal["json", "csv", "xlsx", "parquet"] = "json"
    request: Request | None = None

    @property
    def about(self) -> dict[str, str]:
        """What a file of it says of itself."""
        asked = self.request
        path = asked.url.path if asked else ""
        actor = getattr(asked.state, "actor", "") if asked else ""
        return {"list": path, "filters": " ".join(self.filters), "written for": actor}

    @property
    def name(self) -> str:
        """How a file of it is called."""
        return "-".join(re.findall(r"\w+", self.about["list"], re.ASCII)) or "list"


async def wanted(  # not in a thread of its own, as plain functions are: the way there costs more than this
    limit: Annotated[int, Query(ge=1, le=MOST, description="rows of a page")] = 100,
    after: Annotated[str, Query(description="`next` of the page before")] = "",
    sort: Annotated[str, Query(description="column; with - in front: greatest first. Nulls come last")] = "",
    filter: Annotated[  # noqa: A002  the parameter's name
        list[str] | None,
        Query(description="COLUMN:OP:VALUE with eq ne lt le gt ge prefix contains has null; repeatable"),
    ] = None,
) -> Wanted:
    """The parameters of every list."""
    return Wanted(limit, after, sort, tuple(filter or ()))


AsRows = Annotated[Wanted, Depends(wanted)]
"""Parameters of a list that has forms of its own."""


async def page_or_file(
    asked: AsRows,
    request: Request,
    format: Annotated[  # noqa: A002  the parameter's name
        Literal["json", "csv", "xlsx", "parquet"], Query(description="json: a page; else all rows as a file")
    ] = "json",
) -> Wanted:
    """The parameters of every list, which is also to be had as a file."""
    return asked if format == "json" else replace(asked, kind=format, request=request)


AsPage = Annotated[Wanted, Depends(page_or_file)]

if TYPE_CHECKING:
    Listed = Page | Response
else:
    Listed = Page
"""What a list answers: described as a page; a file goes out as it is."""

COMPARE: dict[str, Callable[..., Any]] = {
    "eq": pc.equal,
    "ne": pc.not_equal,
    "lt": pc.less,
    "le": pc.less_equal,
    "gt": pc.greater,
    "ge": pc.greater_equal,
}
TEXT: dict[str, Callable[..., Any]] = {"prefix": pc.starts_with, "contains": pc.match_substring}
Values = list[pa.Scalar | None]

NARROW = 4
"""Where filters have left less than one in so many rows, the next ones look at these alone."""

OPERATIONS = (*COMPARE, *TEXT, "has", "null")


def page_of(
    table: pa.Table, key: Sequence[str], asked: Wanted, prepared: Prepared | None = None
) -> "Page | Response":
    """All rows as a file, or the page asked for.

    `key` columns together are unique, and the table is sorted by them (- descending).

    Only the rows of the page are put together, however long the table is. `prepared`: what is known of it.
    RequestError with everything that is wrong with filters, sort and cursor.
    """
    if asked.kind != "json":
        return file_of(all_of(table, key, asked), asked.kind, asked.about, asked.name)
    problems: list[str] = []
    kept, order = _chosen(table, key, asked, problems, prepared)
    column = asked.sort.removeprefix("-")
    last = _values_of(table, order, asked.after) if asked.after and not problems else []
    if last is None:
        problems.append("after: this is not the `next` of a page of this list in this order")
    if problems or last is None:
        raise RequestError(tuple(problems))
    most = asked.limit + 1
    rows = _first_of(prepared, order, last, most) if column and prepared and kept is None else None
    if rows is None:
        rows = _least(table, order, kept, last, most) if column else _next(table, order, kept, last, most)
    items = _items(table, rows[: asked.limit])
    cursor = _cursor([items[-1][each] for each, _ in order]) if len(rows) == most else None
    total = table.num_rows if kept is None else len(kept)
    return Page(items=items, next=cursor, total=total)


def all_of(table: pa.Table, key: Sequence[str], asked: Wanted) -> pa.Table:
    """All rows that the filters leave, in the order asked for; RequestError as of `page_of`."""
    problems: list[str] = []
    kept, order = _chosen(table, key, asked, problems)
    if problems:
        raise RequestError(tuple(problems))
    found = table if kept is None else table.take(pa.array(kept))
    return found.sort_by(order) if asked.sort else found


def _chosen(
    table: pa.Table,
    key: Sequence[str],
    asked: Wanted,
    problems: list[str],
    prepared: Prepared | None = None,
) -> tuple[Rows | None, Order]:
    """Rows that the filters keep, and the order asked for; what is wrong is added to the problems."""
    kept = _kept(table, asked.filters, problems, prepared)
    order = [_direction(each) for each in key]
    column = asked.sort.removeprefix("-")
    if column:
        if column not in table.column_names or pa.types.is_list(table.schema.field(column).type):
            problems.append(f"sort: no column {column!r} to sort by; choose one of {_names(table)}")
        order = [_direction(asked.sort), *order]
    return kept, order


def _kept(
    table: pa.Table, filters: Sequence[str], problems: list[str], prepared: Prepared | None
) -> Rows | None:
    """Rows that every filter keeps; None without a filter. Each looks at what those before it left."""
    kept: Rows | None = None
    for each in filters:
        name = each.partition(":")[0]
        few = kept is not None and len(kept) < table.num_rows // NARROW and name in table.column_names
        part = table.select([name]).take(pa.array(kept)) if few else table
        found = _filtered(part, each, problems, None if few else prepared)
        if found is not None and kept is not None:
            found = kept[found] if few else np.intersect1d(kept, found, assume_unique=True)
        kept = kept if found is None else found
    return None if problems else kept


def _first_of(prepared: Prepared, order: Order, last: Values, most: int) -> Rows | None:
    """The next rows among those that come first in an order; None where the page goes beyond them."""
    first = prepared.first(order)
    start = 0
    if last:
        part = prepared.table.select(list(dict.fromkeys(name for name, _ in order))).take(pa.array(first))
        start = len(first) - int(np.count_nonzero(_following(part, order, last).to_numpy()))
    reaches = start + most <= len(first) or len(first) == prepared.table.num_rows
    return first[start : start + most] if reaches else None


def _least(table: pa.Table, order: Order, kept: Rows | None, last: Values, most: int) -> Rows:
    """The first rows in an order that the table does not have; a whole sort would take too long."""
    part = table.select(list(dict.fromkeys(name for name, _ in order)))
    if kept is not None:
        part = part.take(pa.array(kept))
    if last:
        later = np.flatnonzero(_following(part, order, last).to_numpy())
        part, kept = part.take(pa.array(later)), later if kept is None else kept[later]
    found = pc.select_k_unstable(part, min(most, part.num_rows), sort_keys=order).to_numpy().astype(np.int64)
    return found if kept is None else kept[found]


def _next(table: pa.Table, order: Order, kept: Rows | None, last: Values, most: int) -> Rows:
    """The first rows after the cursor's in the order that the table has."""
    count = table.num_rows if kept is None else len(kept)
    start = 0
    if last and all(direction == "ascending" for _, direction in order):
        columns = [table[name] for name, _ in order]
        wanted = [each.as_py() for each in last if each is not None]

        def key_at(place: int) -> list[Any]:
            row = place if kept is None else int(kept[place])
            return [column[row].as_py() for column in columns]

        start = bisect_right(range(count), wanted, key=key_at)
    elif last:
        part = table if kept is None else table.take(pa.array(kept))
        following = _following(part, order, last).to_numpy()
        start = count - int(np.count_nonzero(following))
    rows = np.arange(start, min(start + most, count))
    return rows if kept is None else kept[rows]


def numbered(table: pa.Table) -> pa.Table:
    """The table with `row` in front, a key for lists that have none of their own."""
    return table.add_column(0, "row", pa.array(range(1, table.num_rows + 1), pa.int64()))


def _direction(name: str) -> tuple[str, str]:
    return name.removeprefix("-"), "descending" if name.startswith("-") else "ascending"


def _items(table: pa.Table, rows: Rows) -> list[dict[str, Any]]:
    """Rows as objects in JSON's types, put together column by column."""
    if len(rows) and rows[-1] - rows[0] == len(rows) - 1 and not np.any(np.diff(rows) != 1):
        part = table.slice(int(rows[0]), len(rows))
    else:
        part = table.take(pa.array(rows))
    columns = [_told(each) for each in part.columns]
    return [dict(zip(part.column_names, each, strict=True)) for each in zip(*columns, strict=True)]


def _told(column: pa.ChunkedArray) -> list[Any]:
    """Values in JSON's types; most kinds are in them already."""
    kind = column.type
    inner = kind.value_type if pa.types.is_list(kind) else kind
    if pa.types.is_date32(kind):
        column = column.cast(pa.string())
    fits = pa.types.is_string(inner) or pa.types.is_integer(inner) or pa.types.is_boolean(inner)
    if pa.types.is_floating(kind):
        fits = pc.all(pc.is_finite(column), min_count=0).as_py()
    values: list[Any] = column.to_pylist()
    return values if fits or pa.types.is_date32(kind) else [plain(each) for each in values]


def _names(table: pa.Table) -> str:
    return ", ".join(each.name for each in table.schema if not pa.types.is_list(each.type))


def _filtered(table: pa.Table, given: str, problems: list[str], prepared: Prepared | None) -> Rows | None:
    """Rows that one filter keeps; None and a problem where it makes no sense."""
    name, _, rest = given.partition(":")
    operation, _, text = rest.partition(":")
    if prepared and operation == "eq" and name in table.column_names and pa.types.is_string(table[name].type):
        known = prepared.equal(name, text)
        if known is not None:
            return known
    mask = _mask(table, given, problems)
    return None if mask is None else np.flatnonzero(mask.to_numpy())


def _mask(table: pa.Table, given: str, problems: list[str]) -> pa.ChunkedArray | None:
    """The mask of one filter; None and a problem where it makes no sense."""
    name, _, rest = given.partition(":")
    operation, _, text = rest.partition(":")
    if name not in table.column_names:
        problems.append(
            f"filter {given!r}: no column {name!r}; choose one of {', '.join(table.column_names)}"
        )
        return None
    column = table[name]
    listed = pa.types.is_list(column.type)
    fits = operation in ("has", "null") if listed else operation in OPERATIONS and operation != "has"
    if operation in TEXT and not pa.types.is_string(column.type):
        fits = False
    if not fits:
        problems.append(f"filter {given!r}: {operation!r} does not fit {name}; use COLUMN:OP:VALUE")
        return None
    if operation == "null":
        return pc.is_null(column) if text != "false" else pc.is_valid(column)
    if operation == "has":
        return _has(column, text)
    if operation in TEXT:
        return pc.fill_null(TEXT[operation](column, text), False)
    value = _value(text, column.type, given, problems)
    return None if value is None else pc.fill_null(COMPARE[operation](column, value), False)


def _has(column: pa.ChunkedArray, text: str) -> pa.ChunkedArray:
    lists = column.combine_chunks()
    hits = pc.fill_null(pc.equal(pc.list_flatten(lists), text), False)
    found = np.zeros(len(lists), np.bool_)
    found[pc.list_parent_indices(lists).filter(hits).to_numpy()] = True
    return pa.chunked_array([pa.array(found)])


def _value(text: str, kind: pa.DataType, given: str, problems: list[str]) -> pa.Scalar | None:
    """The text as a value of the column's type."""
    try:
        return pa.scalar(_parsed(text, kind), kind)
    except (ValueError, OverflowError, pa.ArrowInvalid, pa.ArrowTypeError):
        problems.append(f"filter {given!r}: {text!r} is not a value of type {kind}")
        return None


def _parsed(text: str, kind: pa.DataType) -> object:
    if pa.types.is_boolean(kind):
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    if pa.types.is_timestamp(kind):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment
    if pa.types.is_integer(kind):
        return int(text)
    return float(text) if pa.types.is_floating(kind) else text


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([plain(each) for each in values]).encode()).decode()


def _following(table: pa.Table, order: Order, last: Values) -> pa.ChunkedArray:
    """Whether each row comes after the cursor's."""
    later = equal = None
    for (name, direction), value in zip(order, last, strict=True):
        column = table[name]
        if value is None:  # nulls come last
            same = pc.is_null(column)
            greater = pc.is_null(same)  # nothing is
        else:
            compare = pc.less if direction == "descending" else pc.greater
            greater = pc.fill_null(compare(column, value), True)
            same = pc.fill_null(pc.equal(column, value), False)
        later = greater if later is None else pc.or_(later, pc.and_(equal, greater))
        equal = same if equal is None else pc.and_(equal, same)
    return later


def _values_of(table: pa.Table, order: Order, after: str) -> Values | None:
    """The cursor's values; None where it is none of this order."""
    try:
        told = json.loads(base64.urlsafe_b64decode(after.encode()))
        if not isinstance(told, list) or len(told) != len(order):
            return None
        return [
            None if each is None else pa.scalar(_back(each, table.schema.field(name).type))
            for each, (name, _) in zip(told, order, strict=True)
        ]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error, pa.ArrowInvalid):
        return None


def _back(value: object, kind: pa.DataType) -> pa.Scalar:
    if isinstance(value, str) and not pa.types.is_string(kind):
        value = _parsed(value, kind)
    return pa.scalar(value, kind)
