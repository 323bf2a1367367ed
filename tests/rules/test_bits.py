import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rules.bits import COMPILED_FROM, count, distinct_rows, fingerprints, full, lookup, pack, unpack_rows

tables = arrays.arrays(np.bool_, st.tuples(st.integers(1, 6), st.integers(1, 140)))


@given(tables)
def test_packed_rows_say_what_the_table_says(table):
    words = pack(table)
    rows, columns = np.nonzero(np.ones_like(table))
    assert (lookup(words, rows.astype(np.int32), columns.astype(np.int32)) == table.ravel()).all()
    assert count(words).tolist() == table.sum(axis=1).tolist()
    providers, lengths = unpack_rows(words)
    assert providers.tolist() == np.nonzero(table)[1].tolist()
    assert lengths.tolist() == table.sum(axis=1).tolist()


def test_large_tables_are_unpacked_alike_by_compiled_code():
    table = np.random.default_rng(1).random((400, 4_000)) < 0.01
    words = pack(table)
    assert words.size >= COMPILED_FROM
    providers, lengths = unpack_rows(words)
    assert (providers == np.nonzero(table)[1]).all()
    assert (lengths == table.sum(axis=1)).all()


@given(tables)
def test_rows_are_equal_where_their_fingerprints_are(table):
    prints = fingerprints(pack(table))
    group, first = distinct_rows(table)
    for one in range(len(table)):
        assert (table[first[group[one]]] == table[one]).all()
        for other in range(len(table)):
            assert (prints[one] == prints[other]) == bool((table[one] == table[other]).all())


def test_a_full_row_ends_with_the_last_provider():
    assert [count(full(providers)).tolist() for providers in (0, 1, 64, 65)] == [[0], [1], [64], [65]]
