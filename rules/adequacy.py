"""Network adequacy of Medicare Advantage (42 CFR 422.116): who is in reach, and are there enough.

A specialty passes in a county when enough beneficiaries (90 % in large metro and metro counties, 85 % in
others) have one provider within the most minutes and miles, and the least number of providers is within
reach of at least one beneficiary. Road miles are the great circle's times a detour; minutes follow from
the speed that the base figures for primary care imply in that type of county (5 miles in 10 minutes in large
metro counties, 60 in 70 in counties with extreme access considerations).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import cKDTree

from data.geography import EARTH_RADIUS_MILES, ROAD_DETOUR
from data.snapshot import Snapshot
from data.standing import at_work

Floats = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

SHARE = {"Large Metro": 0.90, "Metro": 0.90, "Micro": 0.85, "Rural": 0.85, "CEAC": 0.85}
"""Share of beneficiaries who must have one in reach, by type of county (42 CFR 422.116 (d)(4))."""

PRIMARY_CARE = "S03"

REPORT = pa.schema(
    [
        ("state", pa.string()),
        ("county", pa.string()),
        ("county_type", pa.string()),
        ("specialty_code", pa.string()),
        ("specialty", pa.string()),
        ("max_minutes", pa.float64()),
        ("max_miles", pa.float64()),
        ("beneficiaries", pa.int64()),
        ("in_reach", pa.int64()),
        ("share", pa.float64()),
        ("share_required", pa.float64()),
        ("providers", pa.int64()),
        ("providers_required", pa.int64()),
        ("passes", pa.bool_()),
    ]
)
"""One row for each county with patients and each specialty of providers."""


@dataclass(frozen=True)
class _Standard:
    """What one specialty needs in one county; `radius` in great-circle miles."""

    specialty: str
    minutes: float
    miles: float
    radius: float
    per_thousand: float


def adequacy(
    snapshot: Snapshot, county_of: pa.Array, figures: Mapping[str, pa.Table], providers: Bool | None = None
) -> pa.Table:
    """Columns `REPORT`.

    `county_of` has the SSA code of every patient's county, null where not known (such patients are left
    out, as are those whose home has no coordinates). `providers` says who is in the network; all who are
    active, approved and at work where None.
    """
    network = _network(snapshot) if providers is None else _network(snapshot) & providers
    specialties = _specialties(snapshot, figures["specialties"], network)
    bases = _vectors(snapshot.providers)
    homes = _vectors(snapshot.patients)
    living = pc.fill_null(snapshot.patients["active"], True).to_numpy(zero_copy_only=False).astype(bool)
    living &= ~np.isnan(homes[:, 0])
    criteria = _criteria(figures)
    names = dict.fromkeys(code for code, _ in criteria)
    rows: list[dict[str, Any]] = []
    encoded = county_of.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    counties = {row["ssa_code"]: row for row in figures["counties"].to_pylist()}
    own = _customized(figures["customized"])
    for position, ssa in enumerate(encoded.dictionary.to_pylist()):
        here, county = homes[living & (codes == position)], counties.get(ssa)
        if county is None or not len(here):
            continue
        places, count = np.unique(here, axis=0, return_counts=True)
        nearest_home = _nearest(places, bases)
        for code in names:
            standard = _standard(criteria, own, county, code)
            if standard is not None:
                able = specialties.get(code, np.zeros(len(bases), np.bool_))
                reach = _nearest(bases[able], places) <= standard.radius
                near = int((nearest_home[able] <= standard.radius).sum())
                reached = int(count[reach].sum())
                rows.append(_row(county, code, standard, reached, int(count.sum()), near))
    table = pa.Table.from_pylist(rows, schema=REPORT)
    return table.sort_by([("state", "ascending"), ("county", "ascending"), ("specialty_code", "ascending")])


def _row(
    county: Mapping[str, Any],
    code: str,
    standard: _Standard,
    reached: int,
    total: int,
    near: int,
) -> dict[str, Any]:
    needed = SHARE[county["county_type"]]
    least = math.ceil(standard.per_thousand * county["beneficiaries_required_to_cover"] / 1000 - 1e-9)
    return {
        "state": county["state"],
        "county": county["county"],
        "county_type": county["county_type"],
        "specialty_code": code,
        "specialty": standard.specialty,
        "max_minutes": standard.minutes,
        "max_miles": standard.miles,
        "beneficiaries": total,
        "in_reach": reached,
        "share": reached / total,
        "share_required": needed,
        "providers": near,
        "providers_required": least,
        "passes": reached >= needed * total and near >= least,
    }


def _network(snapshot: Snapshot) -> Bool:
    approved = pc.fill_null(snapshot.providers["approved"], True).to_numpy(zero_copy_only=False)
    return at_work(snapshot) & approved.astype(np.bool_)


def _specialties(snapshot: Snapshot, crosswalk: pa.Table, network: Bool) -> dict[str, Bool]:
    """Providers of the network by HSD specialty."""
    held = [set(each) for each in snapshot.providers["specialties"].to_pylist()]
    codes: dict[str, set[str]] = {}
    for row in crosswalk.to_pylist():
        codes.setdefault(row["evaluated_as"], set()).add(row["nucc_code"])
    return {
        code: np.array([bool(theirs & wanted) for theirs in held], np.bool_) & network
        for code, wanted in codes.items()
    }


def _criteria(figures: Mapping[str, pa.Table]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Base criteria of providers by specialty and type of county."""
    rows = figures["criteria"].to_pylist()
    return {(row["specialty_code"], row["county_type"]): row for row in rows if row["kind"] == "provider"}


def _customized(table: pa.Table) -> dict[tuple[str, str], tuple[float, float]]:
    """Minutes and miles of counties that have their own."""
    return {
        (row["ssa_code"], row["specialty_code"]): (row["max_minutes"], row["max_miles"])
        for row in table.to_pylist()
    }


def _standard(
    criteria: Mapping[tuple[str, str], Mapping[str, Any]],
    own: Mapping[tuple[str, str], tuple[float, float]],
    county: Mapping[str, Any],
    code: str,
) -> _Standard | None:
    kind = county["county_type"]
    base = criteria.get((code, kind))
    if base is None:
        return None
    minutes, miles = own.get((county["ssa_code"], code), (base["max_minutes"], base["max_miles"]))
    primary = criteria[PRIMARY_CARE, kind]
    speed = primary["max_miles"] / primary["max_minutes"]
    radius = min(miles, minutes * speed) / ROAD_DETOUR
    return _Standard(base["specialty"], minutes, miles, radius, base["min_providers_per_1000"] or 0.0)


def _vectors(table: pa.Table) -> Floats:
    """Unit vectors of places, NaN where not known."""
    latitude, longitude = (
        np.radians(pc.fill_null(table[name], float("nan")).to_numpy()) for name in ("latitude", "longitude")
    )
    east, north = np.cos(latitude) * np.sin(longitude), np.sin(latitude)
    made = np.stack([np.cos(latitude) * np.cos(longitude), east, north], axis=1)
    made[np.isnan(made).any(axis=1)] = np.nan
    return made


def _nearest(those: Floats, here: Floats) -> Floats:
    """Great-circle miles from each of `here` to the nearest of `those`; infinite where there is none."""
    those = those[~np.isnan(those[:, 0])]
    found = np.full(len(here), np.inf)
    known = ~np.isnan(here[:, 0])
    if len(those) and known.any():
        chord = cKDTree(those).query(here[known])[0]
        found[known] = 2 * EARTH_RADIUS_MILES * np.arcsin(np.clip(chord / 2, 0.0, 1.0))
    return found
