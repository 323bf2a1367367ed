"""What somebody sees is worked out once for them, and never for anybody else."""

from dataclasses import replace

import pyarrow as pa

from api.access import Principal
from api.access_sight import KEPT_PRINCIPALS, Sight
from tests.api.service import DAY, two_practices

ANN = Principal("ann", frozenset({"planner"}), practices=frozenset({"PR1"}))


def patients(sight):
    return sight.rows("patients")["patient_id"].to_pylist()


def test_it_is_found_again_for_the_same_person_on_whatever_day():
    world = two_practices()
    first = Sight(ANN, world)
    assert patients(first) == ["A1", "A2", "A3"]
    again = Sight(replace(ANN), world.on(DAY.replace(year=2027)))
    assert again.mask("patients") is first.mask("patients")
    assert again.rows("patients") is first.rows("patients")


def test_nobody_gets_what_was_found_for_somebody_else():
    world = two_practices()
    assert patients(Sight(ANN, world)) == ["A1", "A2", "A3"]
    assert patients(Sight(replace(ANN, practices=frozenset({"PR2"})), world)) == ["B1", "B2", "B3"]
    assert patients(Sight(replace(ANN, practices=frozenset()), world)) == []
    assert patients(Sight(replace(ANN, practices=frozenset(), agencies=frozenset({"AG2"})), world)) == [
        "B1", "B2", "B3",
    ]  # fmt: skip
    assert len(patients(Sight(replace(ANN, everywhere=True), world))) == 6


def test_what_the_database_shows_and_what_the_tables_hold_are_looked_at_anew():
    world = two_practices()
    assert patients(Sight(ANN, world)) == ["A1", "A2", "A3"]
    heads = ("agencies", "practices", "facilities", "providers", "patients")
    shown = {name: world[name][0].slice(0, 1).combine_chunks() for name in heads}
    assert patients(Sight(ANN, world, shown)) == ["A1"]
    assert patients(Sight(ANN, world)) == ["A1", "A2", "A3"]
    moved = world.patients.set_column(
        world.patients.column_names.index("practice_id"),
        world.patients.schema.field("practice_id"),
        pa.array(["PR2"] * 6),
    )
    assert patients(Sight(ANN, world.with_tables(patients=moved))) == []


def test_only_so_many_are_remembered():
    world = two_practices()
    for number in range(KEPT_PRINCIPALS + 5):
        Sight(replace(ANN, actor=f"user {number}"), world).mask("patients")
    assert len(world.derived["sights"]) == KEPT_PRINCIPALS
