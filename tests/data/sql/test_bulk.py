"""Whole tables out of a file, read by two at once."""

import sqlite3

import pytest

from data.sql.bulk import read_tables


@pytest.mark.parametrize("column", [
    [1, 2, 2.5, 3],
    [None, None, "b", None],
    ["a", None, None, None],
    [None, None, None, None],
    [None],
    [7, 8, 9],
    [],
])  # fmt: skip
def test_halves_are_put_together_whatever_they_look_like(tmp_path, column):
    """A type is guessed from values: of a half with none, or with whole numbers alone, it may be another."""
    with sqlite3.connect(tmp_path / "store.db") as connection:
        connection.execute("CREATE TABLE things (place INTEGER PRIMARY KEY, thing)")
        connection.executemany("INSERT INTO things VALUES (?, ?)", enumerate(column))
    connection.close()
    read = read_tables(tmp_path / "store.db", {"things": "SELECT place, thing FROM things"})["things"]
    assert read.to_pylist() == [{"place": at, "thing": thing} for at, thing in enumerate(column)]
    assert all(each.num_chunks <= 1 for each in read.columns)
