"""What an import changes, and tables as bytes."""

from datetime import date

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from data.merge import merge
from data.parquet import freeze, from_parquet, table_digests, thaw, to_parquet
from data.plan import PLAN_TABLES
from tests.builders import TODAY, snapshot
from tests.data.samples import assigned, table


def counted(name, existing, given_rows, replace=False):
    found = merge(name, table(name, *existing), table(name, *given_rows), replace)
    return len(found.added), len(found.changed), found.unchanged, len(found.removed)


def test_rows_are_added_changed_left_or_removed():
    there = [{"patient_id": each} for each in ("A1", "A2", "A3")]
    new = [{"patient_id": "A2", "acuity": 4}, {"patient_id": "A3"}, {"patient_id": "A4"}]
    assert counted("patients", there, new) == (1, 1, 1, 0)
    assert counted("patients", there, new, replace=True) == (1, 1, 1, 1)
    assert merge(
        "patients", table("patients", *there), table("patients", *new), replace=True
    ).removed.to_pylist() == [0]


def test_a_missing_value_equals_a_missing_value_and_nothing_else():
    assert counted("patients", [{"patient_id": "A1"}], [{"patient_id": "A1"}]) == (0, 0, 1, 0)
    assert counted("patients", [{"patient_id": "A1"}], [{"patient_id": "A1", "name": ""}]) == (0, 1, 0, 0)
    assert counted("patients", [{"patient_id": "A1", "name": ""}], [{"patient_id": "A1"}]) == (0, 1, 0, 0)


def test_lists_are_compared_in_order_and_the_empty_one_is_not_a_missing_one():
    def changes(before, after):
        old, new = {"patient_id": "A1", "insurances": before}, {"patient_id": "A1", "insurances": after}
        return counted("patients", [old], [new])[1]

    assert changes(["a", "b"], ["a", "b"]) == 0
    assert changes(["a", "b"], ["b", "a"]) == 1
    assert changes(["a|b"], ["a", "b"]) == 1
    assert changes([], None) == 1


def test_missing_parts_of_a_key_are_parts_of_it():
    cover = {"kind": "coverage", "covers_provider_id": "P1", "provider_id": "P2", "starts_on": TODAY}
    there = [cover, assigned("A1", "P1", TODAY)]
    assert counted("assignments", there, [cover]) == (0, 0, 1, 0)
    assert counted("assignments", there, [cover | {"provider_id": "P3"}]) == (0, 1, 0, 0)
    assert counted("assignments", there, [cover | {"facility_id": "F1"}]) == (1, 0, 0, 0)
    assert counted("assignments", there, [cover | {"starts_on": date(2030, 1, 1)}]) == (1, 0, 0, 0)


def test_nothing_against_nothing_is_nothing():
    for name in ("patients", "assignments", "licenses"):
        assert counted(name, [], [], replace=True) == (0, 0, 0, 0)


rows = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 3))


@given(rows, rows, st.booleans())
@settings(max_examples=60)
def test_carrying_out_a_merge_gives_what_was_meant(before, after, replace):
    old = table("patients", *({"patient_id": key, "acuity": value} for key, value in before.items()))
    new = table("patients", *({"patient_id": key, "acuity": value} for key, value in after.items()))
    found = merge("patients", old, new, replace)
    result = dict(before)
    for position in (*found.base.to_pylist(), *found.removed.to_pylist()):
        del result[old["patient_id"][position].as_py()]
    for position in (*found.added.to_pylist(), *found.changed.to_pylist()):
        result[new["patient_id"][position].as_py()] = new["acuity"][position].as_py()
    assert result == (after if replace else before | after)
    assert found.unchanged == sum(before.get(key) == value for key, value in after.items())
    assert found.empty == (result == before)


DATA = snapshot(
    patients=[{"patient_id": "A1", "programs": ["CCM"], "birth_date": date(1950, 1, 1)}],
    providers=[{"provider_id": "P1", "max_panel": 0.1}],
)


def test_a_snapshot_comes_back_from_its_bytes():
    frozen = freeze(DATA)
    back = thaw(frozen.manifest, frozen.files, revision=7)
    assert (back.as_of, back.revision) == (TODAY, 7)
    assert all(back[name].equals(DATA[name]) for name in DATA.tables)
    assert all(back[name].schema.equals(DATA[name].schema) for name in DATA.tables)


def test_equal_snapshots_have_one_digest_however_they_are_chunked():
    twice = DATA.with_tables(patients=pa.concat_tables([DATA.patients, DATA.patients.slice(1)]))
    assert freeze(twice).digest == freeze(DATA).digest
    assert len(freeze(DATA).digest) == 64


def test_another_day_or_another_cell_is_another_snapshot_but_shares_the_other_tables():
    other = DATA.with_tables(providers=snapshot(providers=[{"provider_id": "P2"}]).providers)
    digests = {freeze(each).digest for each in (DATA, other, DATA.on(date(2030, 1, 1)))}
    one, two = table_digests(freeze(DATA).manifest), table_digests(freeze(other).manifest)
    assert len(digests) == 3
    assert {name for name in one if one[name] != two[name]} == {"providers"}


def test_tables_of_plans_come_back_from_parquet_with_their_schema():
    for schema in PLAN_TABLES.values():
        assert from_parquet(to_parquet(schema.empty_table()), schema).schema.equals(schema)
