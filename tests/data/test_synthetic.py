from datetime import date
from functools import cache
from typing import get_args

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from data.columns import TABLES
from data.snapshot import ROW_ID, Snapshot
from data.synthetic import Generated, Tightness, generate
from data.synthetic.zips import standard_zips
from tests.data.core_rules import (
    broken_rules,
    days_after,
    great_circle_miles,
    standing_physicians,
    use_of_limits,
)

AS_OF = date(2026, 11, 1)
LIMITS = {
    "panel": "max_panel",
    "visits": "max_daily_visits",
    "hours": "max_weekly_hours",
    "facilities": "max_facilities",
}
CASES = [
    (60, 5, "typical"),
    (2_000, 1, "tight"),
    (2_500, 2, "typical"),
    (14_000, 3, "typical"),
    (14_000, 4, "tight"),
]


@cache
def drawn(patients: int, seed: int, tightness: Tightness = "typical") -> Generated:
    return generate(patients, seed, AS_OF, tightness)


def snapshot_of_14000() -> Snapshot:
    return drawn(14_000, 3).snapshot


def physicians(snapshot: Snapshot) -> pd.DataFrame:
    providers = snapshot.providers.to_pandas().set_index("provider_id")
    return providers[providers["roles"].map(lambda roles: "physician" in roles)]


def leaving(snapshot: Snapshot) -> pd.DataFrame:
    """Physicians who are inactive or end within a fortnight."""
    providers = physicians(snapshot)
    return providers[~providers["active"] | providers["ends_on"].notna()]


def test_the_same_seed_gives_the_same_tables_byte_for_byte():
    once, again = generate(1_500, 7, AS_OF), generate(1_500, 7, AS_OF)
    for name in TABLES:
        assert serialized(once.snapshot[name]) == serialized(again.snapshot[name]), name
    assert serialized(once.planted) == serialized(again.planted)


def serialized(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def test_another_seed_gives_another_population_in_other_places():
    one, other = drawn(2_500, 2).snapshot, drawn(2_500, 8).snapshot
    assert set(one.patients["zip"].to_pylist()) != set(other.patients["zip"].to_pylist())
    assert one.patients["acuity"] != other.patients["acuity"]


def test_another_tightness_changes_capacities_but_not_the_patients():
    typical, tight = drawn(2_500, 2, "typical"), drawn(2_500, 2, "tight")
    assert typical.planted == tight.planted
    assert typical.snapshot.patients["visits_per_month"] == tight.snapshot.patients["visits_per_month"]
    assert typical.snapshot.providers["max_facilities"] != tight.snapshot.providers["max_facilities"]


def test_another_day_moves_every_date_and_nothing_else():
    base, later = drawn(2_500, 2).snapshot, generate(2_500, 2, days_after(AS_OF, 100)).snapshot
    moved = pc.subtract(
        later["licenses"]["expires_on"].cast(pa.int32()), base["licenses"]["expires_on"].cast(pa.int32())
    )
    assert pc.unique(moved.drop_null()).to_pylist() == [100]
    assert later["licenses"]["number"] == base["licenses"]["number"]


@pytest.mark.parametrize("patients", [-1, 0, 9])
def test_too_few_patients_are_refused_with_the_least_number(patients):
    with pytest.raises(ValueError, match="10 or more"):
        generate(patients, 1, AS_OF)


def test_the_smallest_population_is_whole():
    for seed in range(5):
        generated = generate(10, seed, AS_OF)
        assert generated.snapshot.patients.num_rows == 10
        assert generated.planted["provider_id"].null_count == 0


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
@pytest.mark.parametrize("days", [0, 14, 30])
def test_the_planted_assignment_keeps_every_core_rule(patients, seed, tightness, days):
    generated = drawn(patients, seed, tightness)
    snapshot, planted = generated.snapshot, generated.planted.to_pandas()
    assert len(planted) == patients
    day = days_after(AS_OF, days)
    broken = broken_rules(snapshot, planted, day, standing_physicians(snapshot))
    assert broken.sum().to_dict() == dict.fromkeys(broken.columns, 0)


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
def test_the_planted_assignment_keeps_the_four_limits(patients, seed, tightness):
    generated = drawn(patients, seed, tightness)
    use = use_of_limits(generated.snapshot, generated.planted.to_pandas())
    for limit, maximum in LIMITS.items():
        over = use[use[limit] > use[maximum]]
        assert over.empty, over[[limit, maximum]]


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
def test_the_planted_assignment_keeps_the_budgets_of_new_patients(patients, seed, tightness):
    generated = drawn(patients, seed, tightness)
    planted = generated.planted.to_pandas().set_index("patient_id")["provider_id"]
    new = planted[planted != standing_physicians(generated.snapshot).reindex(planted.index)].value_counts()
    most = physicians(generated.snapshot)["max_new_patients"].dropna()
    assert (new.reindex(most.index, fill_value=0) <= most).all()


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
def test_the_planted_assignment_keeps_pins_bans_and_households(patients, seed, tightness):
    generated = drawn(patients, seed, tightness)
    planted = generated.planted.to_pandas().set_index("patient_id")["provider_id"]
    for pin in generated.snapshot["pins"].to_pylist():
        assert (planted[pin["patient_id"]] == pin["provider_id"]) == (pin["kind"] == "pin")
    households = generated.snapshot.patients.to_pandas().set_index("patient_id")["household_id"].dropna()
    assert (planted.reindex(households.index).groupby(households).nunique() == 1).all()


def test_nobody_who_leaves_is_on_leave_or_is_not_approved_takes_part_in_the_planted_assignment():
    generated = drawn(40_000, 3)
    used = set(generated.planted["provider_id"].to_pylist())
    providers = generated.snapshot.providers.to_pandas().set_index("provider_id")
    away = generated.snapshot["absences"].to_pandas()
    on_leave = set(away[pd.to_datetime(away["starts_on"]) <= pd.Timestamp(AS_OF)]["provider_id"])
    leaves = set(providers.index[~providers["active"] | providers["ends_on"].notna()])
    unapproved = set(providers.index[~providers["approved"]])
    assert on_leave
    assert leaves
    assert unapproved
    assert not used & (on_leave | leaves | unapproved)


def test_the_checks_of_these_tests_find_a_planted_assignment_that_is_shifted_by_one_patient():
    generated = drawn(14_000, 3)
    planted = generated.planted.to_pandas()
    planted["provider_id"] = np.roll(planted["provider_id"], 1)
    broken = broken_rules(generated.snapshot, planted, AS_OF)
    for rule in ("license", "credentials", "region", "distance", "insurance", "needs", "panel"):
        assert broken[rule].any(), rule


@pytest.mark.parametrize("seed", [3, 5])
def test_typical_capacity_is_used_to_about_85_to_90_percent_and_the_binding_limit_differs(seed):
    generated = drawn(14_000, seed, "typical")
    use = use_of_limits(generated.snapshot, generated.planted.to_pandas())
    use = use[use["panel"] > 0]
    shares = pd.DataFrame({limit: use[limit] / use[maximum] for limit, maximum in LIMITS.items()})
    overall = [use[limit].sum() / use[maximum].sum() for limit, maximum in LIMITS.items()]
    assert 0.84 <= np.mean(overall) <= 0.91
    assert shares.idxmax(axis=1).value_counts(normalize=True).max() < 0.6
    assert shares.idxmax(axis=1).nunique() >= 3


@pytest.mark.parametrize("seed", [4, 6])
def test_tight_visits_and_facility_places_are_used_to_97_percent(seed):
    generated = drawn(14_000, seed, "tight")
    use = use_of_limits(generated.snapshot, generated.planted.to_pandas())
    use = use[use["panel"] > 0]
    for limit in ("visits", "facilities"):
        assert use[limit].sum() / use[LIMITS[limit]].sum() == pytest.approx(0.97, abs=0.015), limit


@pytest.mark.parametrize(("patients", "seed", "least"), [(2_500, 2, 4), (14_000, 3, 9), (14_000, 5, 9)])
def test_nearly_every_patient_has_three_or_more_eligible_providers(patients, seed, least):
    snapshot = drawn(patients, seed).snapshot
    some = np.random.default_rng(0).choice(snapshot.patients["patient_id"].to_numpy(), 250, replace=False)
    pairs = pd.MultiIndex.from_product([some, snapshot.provider_ids], names=["patient_id", "provider_id"])
    pairs = pairs.to_frame(index=False)
    broken = broken_rules(snapshot, pairs, days_after(AS_OF, 14))
    eligible = (~broken.any(axis=1)).groupby(pairs["patient_id"]).sum()
    assert (eligible >= 3).mean() >= 0.95
    assert least <= eligible.mean() <= 22


def test_shares_of_today_are_near_what_is_promised():
    snapshot = snapshot_of_14000()
    standing = standing_physicians(snapshot)
    patients = snapshot.patients.to_pandas().set_index("patient_id")
    rows = snapshot["assignments"].to_pandas()
    explicit = set(rows[(rows["kind"] == "patient") & (rows["role"] == "physician")]["patient_id"])
    at_facility = patients[patients["facility_id"].notna()]
    assert standing.isna().mean() == pytest.approx(0.03, abs=0.012)
    assert (~at_facility.index.isin(explicit)).mean() == pytest.approx(0.86, abs=0.05)
    assert len(at_facility) / len(patients) == pytest.approx(0.82, abs=0.02)
    assert len(leaving(snapshot)) / len(physicians(snapshot)) == pytest.approx(0.03, abs=0.015)
    assert snapshot.providers.num_rows == pytest.approx(14_000 / 300, abs=1)


def test_those_who_leave_have_a_caseload_and_leave_within_a_fortnight():
    snapshot = snapshot_of_14000()
    gone = leaving(snapshot)
    caseload = standing_physicians(snapshot).value_counts().reindex(gone.index, fill_value=0)
    assert (caseload > 0).all()
    active = gone[gone["active"]]
    ends = pd.to_datetime(active["ends_on"])
    assert ((ends > pd.Timestamp(AS_OF)) & (ends <= pd.Timestamp(days_after(AS_OF, 14)))).all()


def test_somebody_is_above_a_maximum_today_but_most_are_not():
    snapshot = snapshot_of_14000()
    standing = standing_physicians(snapshot).dropna().rename("provider_id")
    use = use_of_limits(snapshot, standing.rename_axis("patient_id").reset_index())
    over = pd.DataFrame({limit: use[limit] > use[maximum] for limit, maximum in LIMITS.items()})
    assert over.to_numpy().any()
    assert over["panel"].mean() < 0.4
    assert (~over).mean().mean() > 0.6


def test_standing_pairs_are_nearly_all_eligible():
    snapshot = snapshot_of_14000()
    standing = standing_physicians(snapshot)
    pairs = standing.dropna().rename("provider_id").rename_axis("patient_id").reset_index()
    broken = broken_rules(snapshot, pairs, AS_OF, standing)
    lasting = broken.drop(columns=["active", "employed", "absent"])
    assert 0 < lasting.any(axis=1).mean() < 0.02


def test_sizes_of_facilities_and_acuity_are_skewed():
    patients = snapshot_of_14000().patients.to_pandas()
    sizes = patients["facility_id"].value_counts()
    assert sizes.mean() > 1.15 * sizes.median()  # a lognormal with sigma 0.7: mean / median = e^0.245 = 1.28
    acuity = patients["acuity"].value_counts(normalize=True)
    assert acuity[1] > acuity[3] > acuity[4] > acuity[5] > 0.02
    visits = patients.groupby("acuity")["visits_per_month"].mean()
    assert visits.is_monotonic_increasing
    plans = patients["insurances"].str[0].value_counts(normalize=True)
    assert plans.index[0] == "MEDICARE"
    assert plans.iloc[0] > 3 * plans.iloc[5]


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
def test_schemas_are_the_declared_ones_without_nulls_where_a_value_is_required(patients, seed, tightness):
    snapshot = drawn(patients, seed, tightness).snapshot
    for name, spec in TABLES.items():
        schema = spec.schema.insert(0, ROW_ID) if name == "assignments" else spec.schema
        table = snapshot[name]
        assert table.schema == schema, name
        table.validate(full=True)
        for column in spec.columns:
            if column.required or column.default is not None or column.kind == "list":
                assert table[column.name].null_count == 0, (name, column.name)
            if column.choices:
                assert set(table[column.name].to_pylist()) <= set(column.choices)
            if column.least is not None and len(table):
                lowest = pc.min(table[column.name]).as_py()
                assert lowest is None or lowest >= column.least


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
def test_references_lead_somewhere(patients, seed, tightness):
    snapshot = drawn(patients, seed, tightness).snapshot
    for name, spec in TABLES.items():
        for column in (each for each in spec.columns if each.refers_to):
            values = snapshot[name][column.name]
            values = pc.list_flatten(values) if column.kind == "list" else values.drop_null()
            known = snapshot[column.refers_to][TABLES[column.refers_to].key[0]]
            assert pc.all(pc.is_in(values, value_set=known.combine_chunks()), min_count=0).as_py(), (
                name,
                column.name,
            )


@pytest.mark.parametrize(("patients", "seed", "tightness"), CASES)
def test_rows_are_sorted_by_key_and_keys_are_unique(patients, seed, tightness):
    snapshot = drawn(patients, seed, tightness).snapshot
    for name, spec in TABLES.items():
        keys = snapshot[name].select(list(spec.key)).to_pandas()
        rows = [tuple("" if pd.isna(cell) else str(cell) for cell in row) for row in keys.to_numpy()]
        assert rows == sorted(set(rows)), name


def test_the_planted_table_has_every_patient_in_order():
    generated = drawn(2_500, 2)
    assert generated.planted["patient_id"] == generated.snapshot.patients["patient_id"]
    assert generated.planted.schema.names == ["patient_id", "provider_id"]


def test_coverage_stands_in_for_somebody_else_and_ends():
    rows = snapshot_of_14000()["assignments"].to_pandas()
    coverage = rows[rows["kind"] == "coverage"]
    assert len(coverage) > 0
    assert (coverage["covers_provider_id"] != coverage["provider_id"]).all()
    assert (coverage["ends_on"] > coverage["starts_on"]).all()


def test_temporary_assignments_have_a_day_of_review_ahead():
    rows = snapshot_of_14000()["assignments"].to_pandas()
    temporary = rows[rows["temporary"]]
    assert len(temporary) > 0
    assert (pd.to_datetime(temporary["review_on"]) > pd.Timestamp(AS_OF)).all()


def test_care_managers_have_patients_in_small_populations_only():
    rows = snapshot_of_14000()["assignments"].to_pandas()
    managed = rows[rows["role"] == "care_manager"]
    patients = snapshot_of_14000().patients.to_pandas().set_index("patient_id")
    share = managed["patient_id"].nunique() / len(patients)
    assert share == pytest.approx(patients["programs"].map(lambda each: "CCM" in each).mean(), abs=0.03)
    pairs = managed[["patient_id", "provider_id"]]
    broken = broken_rules(snapshot_of_14000(), pairs, AS_OF, role="care_manager").drop(columns="needs")
    assert not broken.any(axis=None)
    large = generate(51_000, 1, AS_OF).snapshot["assignments"]
    assert "care_manager" not in pc.unique(large["role"]).to_pylist()


def test_places_are_near_their_zip_codes():
    snapshot, zips = snapshot_of_14000(), standard_zips()
    centers = pd.DataFrame({"latitude": zips.latitude, "longitude": zips.longitude}, index=zips.code)
    for name in ("patients", "providers", "facilities"):
        table = snapshot[name].to_pandas()
        center = centers.loc[table["zip"]]
        miles = great_circle_miles(
            table["latitude"], table["longitude"], center["latitude"], center["longitude"]
        )
        assert miles.max() < 5.0, name


def test_the_smallest_population_lies_across_a_state_line():
    states = [drawn(2_500, seed).snapshot.patients["state"] for seed in (2, 8)]
    assert all(len(pc.unique(state)) >= 2 for state in states)


def test_every_tightness_is_known():
    assert set(get_args(Tightness)) == {"typical", "tight"}
