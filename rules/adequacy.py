"""Network adequacy as a standard has it: who is in reach, and are there enough.

A specialty passes in a county when enough beneficiaries have one within the most minutes and miles, and the
least number is within reach of at least one beneficiary. Road miles are the great circle's times a detour;
minutes follow from the speed that the figures of one specialty imply in that type of county (of primary care:
5 miles in 10 minutes in large metro counties, 60 in 70 in those with extreme access considerations).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import cKDTree

from data.geography import EARTH_RADIUS_MILES, ROAD_DETOUR
from data.snapshot import Snapshot
from data.standing import at_work
from rules.adequacy_standard import StandardSpec

Floats = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

REPORT = pa.schema(
    [
        ("state", pa.string()),
        ("county", pa.string()),
        ("county_type", pa.string()),
        ("kind", pa.string()),
        ("specialty_code", pa.string()),
        ("specialty", pa.string()),
        ("max_minutes", pa.float64()),
        ("max_miles", pa.float64()),
        ("beneficiaries", pa.int64()),
        ("in_reach", pa.int64()),
        ("share", pa.float64()),
        ("credit", pa.float64()),
        ("share_required", pa.float64()),
        ("providers", pa.int64()),
        ("providers_required", pa.int64()),
        ("passes", pa.bool_()),
    ]
)
"""One row for each county with patients and each specialty. `kind` is provider or facility; `credit` is added
to the share for telehealth. `providers_required` and `passes` are null where the data cannot tell them."""


@dataclass(frozen=True)
class Network:
    """Who is in it: rows of providers and of facilities. None: all who are at work or open, and approved.

    Without `looks_at_facilities` their specialties are left out.
    """

    providers: Bool | None = None
    looks_at_facilities: bool = True


@dataclass(frozen=True)
class _Asked:
    """What is asked for of one specialty in one county; `radius` in great-circle miles."""

    minutes: float
    miles: float
    radius: float
    least: int | None


@dataclass(frozen=True)
class _Offer:
    """Places of those in the network who have a specialty."""

    kind: str
    code: str
    title: str
    places: Floats
    credit: float = 0.0
    least: int | None = field(default=None)


def adequacy(
    snapshot: Snapshot,
    county_of: pa.Array,
    figures: Mapping[str, pa.Table],
    standard: StandardSpec,
    network: Network | None = None,
) -> pa.Table:
    """Columns `REPORT`.

    `county_of` has the SSA code of every patient's county, null where not known (such patients are left
    out, as are those whose home has no coordinates).
    """
    offers = list(_offers(snapshot, figures["specialties"], standard, network or Network()))
    standards = _Standards(standard, figures)
    homes = _vectors(snapshot.patients)
    living = pc.fill_null(snapshot.patients["active"], True).to_numpy(zero_copy_only=False).astype(bool)
    living &= ~np.isnan(homes[:, 0])
    encoded = county_of.dictionary_encode()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    counties = {row["ssa_code"]: row for row in figures["counties"].to_pylist()}
    rows: list[dict[str, Any]] = []
    for position, ssa in enumerate(encoded.dictionary.to_pylist()):
        here, county = homes[living & (codes == position)], counties.get(ssa)
        if county is None or not len(here):
            continue
        places, count = np.unique(here, axis=0, return_counts=True)
        for offer in offers:
            asked = standards.asked(county, offer)
            if asked is not None:
                rows.append(_row(county, offer, asked, standard, places, count))
    table = pa.Table.from_pylist(rows, schema=REPORT)
    return table.sort_by([("state", "ascending"), ("county", "ascending"), ("specialty_code", "ascending")])


def _row(
    county: Mapping[str, Any],
    offer: _Offer,
    asked: _Asked,
    standard: StandardSpec,
    places: Floats,
    count: npt.NDArray[np.int64],
) -> dict[str, Any]:
    reach = _nearest(offer.places, places) <= asked.radius
    reached, total = int(count[reach].sum()), int(count.sum())
    near = int((_nearest(places, offer.places) <= asked.radius).sum())
    needed = standard.shares[county["county_type"]]
    enough = reached + offer.credit * total >= needed * total - 1e-9
    passes = enough and near >= asked.least if asked.least is not None else None if enough else False
    return {
        "state": county["state"],
        "county": county["county"],
        "county_type": county["county_type"],
        "kind": offer.kind,
        "specialty_code": offer.code,
        "specialty": offer.title,
        "max_minutes": asked.minutes,
        "max_miles": asked.miles,
        "beneficiaries": total,
        "in_reach": reached,
        "share": reached / total,
        "credit": offer.credit,
        "share_required": needed,
        "providers": near,
        "providers_required": asked.least,
        "passes": passes,
    }


def _offers(
    snapshot: Snapshot, crosswalk: pa.Table, standard: StandardSpec, network: Network
) -> Iterator[_Offer]:
    """Every specialty of the standard with the places of those who have it."""
    there = _working(snapshot) if network.providers is None else _working(snapshot) & network.providers
    held = [set(each or ()) for each in snapshot.providers["specialties"].to_pylist()]
    bases, remote = _vectors(snapshot.providers), _with_telehealth(snapshot, standard)
    usual: dict[str, set[str]] = {}
    for row in crosswalk.to_pylist():
        usual.setdefault(row["evaluated_as"], set()).add(row["nucc_code"])
    for code, specialty in standard.providers.items():
        wanted = set(specialty.codes) or usual.get(code, set())
        able = there & np.array([bool(theirs & wanted) for theirs in held], np.bool_)
        yield _Offer("provider", code, specialty.title, bases[able], _credit(standard, code, able & remote))
    if not network.looks_at_facilities:
        return
    types = np.array(snapshot.facilities["type"].to_pylist(), object)
    sites, standing = _vectors(snapshot.facilities), _open(snapshot)
    for code, place in standard.facilities.items():
        kept = standing & np.isin(types, place.types)
        yield _Offer("facility", code, place.title, sites[kept], least=place.least)


def _credit(standard: StandardSpec, code: str, remote: Bool) -> float:
    given = standard.telehealth
    return given.credit if given is not None and code in given.specialties and remote.any() else 0.0


def _with_telehealth(snapshot: Snapshot, standard: StandardSpec) -> Bool:
    """Providers whose credential for telehealth is valid on the day."""
    found = np.zeros(snapshot.providers.num_rows, np.bool_)
    if standard.telehealth is not None:
        rows = snapshot["credentials"]
        valid = pc.fill_null(pc.greater(rows["expires_on"], snapshot.as_of), True)
        named = pc.equal(rows["credential"], standard.telehealth.credential)
        who = snapshot.positions("providers", rows.filter(pc.and_(named, valid))["provider_id"])
        found[who[who >= 0]] = True
    return found


def _working(snapshot: Snapshot) -> Bool:
    approved = pc.fill_null(snapshot.providers["approved"], True).to_numpy(zero_copy_only=False)
    return at_work(snapshot) & approved.astype(np.bool_)


def _open(snapshot: Snapshot) -> Bool:
    """Facilities that are active and open on the day."""
    rows, day = snapshot.facilities, snapshot.as_of
    opened = pc.fill_null(pc.less_equal(rows["opens_on"], day), True)
    staying = pc.fill_null(pc.greater(rows["closes_on"], day), True)
    active = pc.and_(pc.fill_null(rows["active"], True), pc.and_(opened, staying))
    return np.array(active.to_numpy(zero_copy_only=False), np.bool_)


class _Standards:
    """Figures by specialty and county: the standard's own, the county's, the base."""

    def __init__(self, standard: StandardSpec, figures: Mapping[str, pa.Table]) -> None:
        self._standard = standard
        base = figures["criteria"].to_pylist()
        self._base = {(row["kind"], row["specialty_code"], row["county_type"]): row for row in base}
        self._changed = {(each.specialty, each.county_type): each for each in standard.changed}
        self._own = {
            (row["ssa_code"], row["specialty_code"].zfill(3)): (row["max_minutes"], row["max_miles"])
            for row in figures["customized"].to_pylist()
        }

    def asked(self, county: Mapping[str, Any], offer: _Offer) -> _Asked | None:
        """What is asked for in a county; None where neither standard nor tables have figures."""
        kind, code = county["county_type"], offer.code
        base, changed = self._base.get((offer.kind, code, kind)), self._changed.get((code, kind))
        if changed is not None:
            minutes, miles, ratio = changed.minutes, changed.miles, changed.per_thousand
        elif base is not None:
            minutes, miles = self._own.get(
                (county["ssa_code"], code), (base["max_minutes"], base["max_miles"])
            )
            ratio = base["min_providers_per_1000"] or 0.0
        else:
            return None
        paced = self._base["provider", self._standard.speed_of, kind]
        radius = min(miles, minutes * paced["max_miles"] / paced["max_minutes"]) / ROAD_DETOUR
        least = math.ceil(ratio * county["beneficiaries_required_to_cover"] / 1000 - 1e-9)
        return _Asked(minutes, miles, radius, least if offer.kind == "provider" else offer.least)


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
