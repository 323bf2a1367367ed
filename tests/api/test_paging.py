"""Pages of any table, in any order, of any size, are the whole list once."""

import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import RequestError
from api.routes.paging import Wanted, page_of
from api.routes.prepared import Prepared
from tests.api.service import assert_problem

SCHEMA = pa.schema(
    [
        ("id", pa.int64()),
        ("text", pa.string()),
        ("number", pa.float64()),
        ("day", pa.date32()),
        ("at", pa.timestamp("us", "UTC")),
        ("flag", pa.bool_()),
        ("tags", pa.list_(pa.string())),
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | st.sampled_from(["", "a", "b", "é"]),
            "number": st.none() | st.sampled_from([-1.5, 0.0, 2.0]),
            "day": st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3)),
            "at": st.none()
            | st.integers(0, 5).map(lambda micros: datetime(2026, 1, 1, 0, 0, 0, micros, tzinfo=UTC)),
            "flag": st.none() | st.booleans(),
            "tags": st.none() | st.lists(st.sampled_from(["x", "y"]), max_size=2),
        }
    ),
    max_size=12,
)
COLUMNS = [field.name for field in SCHEMA if not pa.types.is_list(field.type)]


def table_of(rows):
    return pa.Table.from_pylist([{"id": number} | row for number, row in enumerate(rows)], schema=SCHEMA)


def all_pages(table, limit, sort="", filters=(), key=("id",)):
    after, items, totals = "", [], set()
    while after is not None:
        page = page_of(table, key, Wanted(limit, after, sort, filters))
        items += page.items
        totals.add(page.total)
        assert len(page.items) <= limit
        after = page.next
    assert totals == {len(items)}
    return [row["id"] for row in items]


@given(ROWS, st.integers(1, 5), st.sampled_from(COLUMNS), st.booleans())
def test_pages_together_are_the_sorted_list(rows, limit, column, descending):
    table = table_of(rows)
    order = "descending" if descending else "ascending"
    whole = table.sort_by([(column, order), ("id", "ascending")])["id"].to_pylist()
    assert all_pages(table, limit, ("-" if descending else "") + column) == whole


@given(ROWS, st.integers(1, 5))
def test_a_key_may_be_descending(rows, limit):
    table = table_of(rows)
    assert (
        all_pages(table.sort_by([("id", "descending")]), limit, key=("-id",)) == list(range(len(rows)))[::-1]
    )


@given(ROWS, st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), st.sampled_from([-1.5, 0.0, 2.0]))
def test_comparisons_keep_the_rows_for_which_they_hold(rows, operation, value):
    holds = {
        "eq": float.__eq__,
        "ne": float.__ne__,
        "lt": float.__lt__,
        "le": float.__le__,
        "gt": float.__gt__,
        "ge": float.__ge__,
    }[operation]
    wanted = [n for n, row in enumerate(rows) if row["number"] is not None and holds(row["number"], value)]
    assert all_pages(table_of(rows), 3, filters=(f"number:{operation}:{value}",)) == wanted


@given(ROWS)
def test_lists_are_asked_for_what_they_have_and_nulls_for_being_null(rows):
    table = table_of(rows)
    having = [n for n, row in enumerate(rows) if row["tags"] and "x" in row["tags"]]
    assert all_pages(table, 4, filters=("tags:has:x",)) == having
    nameless = [n for n, row in enumerate(rows) if row["text"] is None]
    assert all_pages(table, 4, filters=("text:null:",)) == nameless


@pytest.mark.parametrize(
    "filters",
    ["", "number", "number:eq", "number:eq:x", "day:ge:2026-13-01", "at:lt:2026-01-01T00:00:00", "flag:eq:1",
     "tags:lt:a", "number:prefix:1", "nope:eq:1", "text:like:a"],
)  # fmt: skip
def test_filters_that_make_no_sense_are_refused(filters):
    with pytest.raises(RequestError):
        page_of(table_of([]), ("id",), Wanted(1, "", "", (filters,)))


@given(st.text(max_size=30))
def test_cursors_that_nobody_gave_are_refused_or_lead_nowhere_wrong(after):
    table = table_of([{}, {}])
    try:
        page = page_of(table, ("id",), Wanted(2, after, "", ()))
    except RequestError:
        return
    assert len(page.items) <= 2


@given(
    ROWS,
    st.integers(1, 4),
    st.sampled_from(["", *COLUMNS]),
    st.booleans(),
    st.lists(
        st.sampled_from(["text:eq:a", "text:eq:zz", "text:ne:a", "flag:eq:true", "number:ge:0"]), max_size=3
    ),
    st.integers(1, 15),
)
def test_what_is_known_of_a_table_changes_no_page(rows, limit, column, descending, filters, known):
    table = table_of(rows)
    sort = f"{'-' * descending}{column}" if column else ""
    prepared = Prepared(table, known)
    after = ""
    while after is not None:
        asked = Wanted(limit, after, sort, tuple(filters))
        page = page_of(table, ("id",), asked)
        assert page_of(table, ("id",), asked, prepared) == page
        after = page.next


def test_a_column_of_too_many_texts_is_not_numbered_and_orders_are_not_kept_without_end(monkeypatch):
    monkeypatch.setattr("api.routes.prepared.MOST_VALUES", 2)
    monkeypatch.setattr("api.routes.prepared.KEPT_ORDERS", 3)
    table = table_of([{"text": each} for each in "abcab"])
    prepared = Prepared(table)
    assert prepared.equal("text", "a") is None
    assert Prepared(table.slice(0, 2)).equal("text", "b").tolist() == [1]
    for name in COLUMNS:
        prepared.first([(name, "ascending")])
    assert len(prepared._first) == 3


def test_numbers_that_are_none_and_moments_are_told_in_json():
    table = pa.table(
        {
            "id": pa.array([1, 2]),
            "number": pa.array([float("nan"), 1.5]),
            "day": pa.array([date(2026, 1, 2), None]),
            "at": pa.array([datetime(2026, 1, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "days": pa.array([[date(2026, 1, 3)], None]),
        }
    )
    assert page_of(table, ("id",), Wanted(5, "", "", ())).items == [
        {
            "id": 1,
            "number": None,
            "day": "2026-01-02",
            "at": "2026-01-01T00:00:00+00:00",
            "days": ["2026-01-03"],
        },
        {"id": 2, "number": 1.5, "day": None, "at": None, "days": None},
    ]


@pytest.mark.parametrize(
    "url",
    ["/tables/patients", "/gaps/patients", "/capacities", "/rules/audit", "/history", "/audit"],
)
def test_every_list_is_to_be_had_as_a_file_of_all_its_rows(service, url):
    one = {"limit": 1} | ({"patient": "A1"} if url == "/history" else {})
    page = service.get(url, params=one).json()
    answer = service.get(url, params=one | {"format": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].endswith('.csv"')
    assert len(answer.text.splitlines()) == 1 + page["total"]


def test_a_file_has_the_rows_that_filters_leave_in_the_order_asked_for(service):
    asked = {"filter": "practice_id:eq:PR2", "sort": "-patient_id"}
    for kind, read in (
        ("csv", lambda content: pa.csv.read_csv(io.BytesIO(content))),
        ("parquet", lambda content: pa.parquet.read_table(io.BytesIO(content))),
    ):
        answer = service.get("/tables/patients", params=asked | {"format": kind})
        assert read(answer.content)["patient_id"].to_pylist() == ["B3", "B2", "B1"]
    assert service.get("/tables/patients", params={"format": "xlsx"}).content[:2] == b"PK"
    assert_problem(service.get("/tables/patients", params={"format": "exe"}), 422, "REQUEST")


def test_lists_are_described_as_pages_and_as_files(service):
    paths = service.get("/openapi.json").json()["paths"]
    for url in ("/tables/{table}", "/reports/{name}", "/plans"):
        assert {"application/json", "text/csv; charset=utf-8"} <= set(
            paths[url]["get"]["responses"]["200"]["content"]
        )
    assert list(paths["/status"]["get"]["responses"]["200"]["content"]) == ["application/json"]
