"""Whatever is sent as data or as rules: no error of the inside, all of it or nothing, and never by halves."""

import io
import json
import os
import zipfile

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from data.columns import TABLES
from rules.packs import pack_text
from tests.api.service import client_of, filled_store
from tests.data.sql.look import dump

EXAMPLES = int(os.environ.get("PANELWISE_TEST_EXAMPLES", "40"))
"""Of each kind in a test run; a thousand and more find what few would."""


def any_of(examples):
    return settings(
        max_examples=examples,
        derandomize="PANELWISE_TEST_EXAMPLES" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


ODD = [
    "A1",
    "P1",
    "PR1",
    "2026-02-30",
    "2026-12-01",
    "1e400",
    "-1",
    "9" * 30,
    "NaN",
    "\x00",
    "٣",
    "|",
    "=1+1",
    "{x}",
]
CELL = st.sampled_from(ODD) | st.text(max_size=8)
TABLE = st.sampled_from(sorted(TABLES))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    place = tmp_path_factory.mktemp("fuzzed") / "panelwise.db"
    filled_store(place).close()
    return str(place)


@pytest.fixture(scope="module")
def client(path):
    with client_of(path) as found:
        yield found


def check(client, path, send, *wanted):
    """Send; nothing breaks, and what is refused has changed nothing."""
    before = dump(path)
    answer = send(client)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"]
    if answer.status_code >= 400 or wanted:
        after = dump(path)
        assert {name for name in after if after[name] != before[name]} <= {"audit"}
    return answer


@st.composite
def csv_file(draw):
    """A file of a table, nearly: its columns, others and odd ones, and any cells."""
    name = draw(TABLE)
    own = [column.name for column in TABLES[name].columns]
    columns = draw(st.lists(st.sampled_from(own) | CELL, min_size=1, max_size=len(own) + 1))
    rows = draw(st.lists(st.lists(CELL, max_size=len(columns) + 1), max_size=4))
    lines = [",".join(each) for each in [columns, *rows]]
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    return f"{name}.csv", text.encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig"])), "replace")


@st.composite
def parquet_file(draw):
    """A Parquet file of a table with columns of any kind, some of its bytes changed."""
    name = draw(TABLE)
    column = draw(st.sampled_from([each.name for each in TABLES[name].columns]))
    values = draw(
        st.lists(CELL | st.none(), max_size=3)
        | st.lists(st.integers(-(2**40), 2**40), max_size=3)
        | st.lists(st.floats(), max_size=3)
        | st.lists(st.lists(CELL, max_size=2), max_size=3)
        | st.lists(st.dates(), max_size=3)
    )
    sink = io.BytesIO()
    try:
        parquet.write_table(
            pa.table({TABLES[name].key[0]: pa.array(["A1"] * len(values)), column: values}), sink
        )
    except (pa.ArrowException, UnicodeEncodeError):
        return f"{name}.parquet", b"PAR1"
    return f"{name}.parquet", changed(draw, sink.getvalue())


@st.composite
def fhir_file(draw):
    """NDJSON of resources, nearly."""
    resource = {"resourceType": draw(st.sampled_from(["Patient", "Practitioner", "Coverage", "Encounter"]))}
    inner = st.recursive(
        st.none() | st.booleans() | CELL,
        lambda each: st.lists(each, max_size=2) | st.dictionaries(CELL, each, max_size=2),
    )
    keys = st.sampled_from(["id", "name", "address", "birthDate", "period", "status", "generalPractitioner"])
    lines = draw(st.lists(st.dictionaries(keys, inner, max_size=4), max_size=3))
    text = "\n".join(json.dumps(resource | each) for each in lines)
    return f"{resource['resourceType']}.ndjson", text.encode("utf-8", "replace")


def changed(draw, content):
    """The bytes with a few of them exchanged, or cut off."""
    found = bytearray(content)
    for place in draw(st.lists(st.integers(0, max(len(found) - 1, 0)), max_size=3)):
        found[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
    return bytes(found[: draw(st.integers(0, len(found)) | st.just(len(found)))])


@st.composite
def upload(draw):
    """One file, or an archive of some, damaged or not."""
    some = st.one_of(csv_file(), parquet_file(), fhir_file(), st.tuples(CELL, st.binary(max_size=60)))
    if draw(st.booleans()):
        return draw(some)
    sink = io.BytesIO()
    kind = draw(
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    )
    with zipfile.ZipFile(sink, "w", kind) as archive:
        for name, content in draw(st.lists(some, max_size=3)):
            plain = name.replace("\x00", "").encode("utf-8", "replace").decode()
            archive.writestr(f"{len(archive.namelist())}/{plain or 'x'}", content)
    return "all.zip", changed(draw, sink.getvalue())


@any_of(EXAMPLES)
@given(st.lists(upload(), min_size=1, max_size=2), st.sampled_from(["update", "replace"]), st.booleans())
def test_whatever_is_imported(client, path, files, mode, dry_run):
    given_files = [("files", (name or "x", content)) for name, content in files]
    check(
        client,
        path,
        lambda client: client.post(f"/imports?mode={mode}&dry_run={dry_run}", files=given_files),
        *([True] if dry_run else []),
    )


@any_of(EXAMPLES)
@given(st.data())
def test_whatever_rows_are_put_into_a_table(client, path, data):
    name = data.draw(TABLE)
    value = CELL | st.none() | st.integers() | st.floats() | st.booleans() | st.lists(CELL, max_size=2)
    names = st.sampled_from([each.name for each in TABLES[name].columns]) | CELL
    rows = data.draw(st.lists(st.dictionaries(names, value, max_size=6), max_size=3))
    body = json.dumps(rows)
    check(
        client,
        path,
        lambda client: client.post(
            f"/tables/{name}", content=body.encode(), headers={"Content-Type": "application/json"}
        ),
    )


CORE = pack_text("core")


@st.composite
def documents(draw):
    """The shipped rules with lines left out, doubled or exchanged, or any text."""
    file = draw(st.sampled_from(sorted(CORE)))
    lines = CORE[file].splitlines()
    start = draw(st.integers(0, len(lines) - 1))
    some = lines[start : start + draw(st.integers(1, 60))]
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(some) - 1))
        some[place] = draw(
            st.just("")
            | st.just(some[-1])
            | CELL
            | st.just(some[place].replace(":", ": [", 1))
            | st.just(f"  {some[place]}")
        )
    return {file if draw(st.booleans()) else "other.yaml": "\n".join(some)}


@any_of(EXAMPLES)
@given(
    documents() | st.dictionaries(CELL, st.text(max_size=60), max_size=2), st.sampled_from(["check", "test"])
)
def test_whatever_rules_are_checked_and_tested(client, path, texts, verb):
    body = json.dumps({"documents": texts}).encode("utf-8", "replace")
    headers = {"Content-Type": "application/json"}
    check(client, path, lambda client: client.post(f"/rules/{verb}", content=body, headers=headers), True)


@pytest.mark.parametrize("kind", ["zip", "parquet"])
def test_a_file_damaged_at_any_byte_is_taken_in_or_refused(client, path, kind):
    """Regression: a damaged archive, and a column name that is no text, were errors of the inside."""
    sink = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("agencies.csv", "agency_id,name\nAG1,One\nAG2,Two\n")
    else:
        parquet.write_table(pa.table({"agency_id": ["AG1", "AG2"], "name": ["One", "Two"]}), sink)
    whole, before = sink.getvalue(), dump(path)
    for place in range(0, len(whole), 1 if kind == "zip" else 5):
        damaged = bytearray(whole)
        damaged[place] ^= 0x80
        files = [("files", (f"agencies.{kind}", bytes(damaged)))]
        answer = client.post("/imports?dry_run=true", files=files)
        assert answer.status_code in (200, 422), (place, answer.text)
    assert dump(path) == before
