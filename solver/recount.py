"""Limits, households and terms counted again for the checker, from the data and the model's page alone."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.eligibility import NO_LIMIT, UNIT, Eligibility
from data.geography import miles_between
from data.objective import Objective, TermName
from data.plan import Plan
from data.snapshot import Snapshot
from data.standing import Standing

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]
Fault = tuple[str, str, str]

TOLD = ["acuity", "tenure_months", "transition_until"]
"""Columns of patients that costs are made of."""


@dataclass(frozen=True)
class Situation:
    """What stands and what the plan makes of it, by row of patients.

    `owner` and `after` are providers at work before and after (-1: nobody); `pin` the provider of a pin
    (-1: none), `bans` (patient, provider) pairs.
    """

    snapshot: Snapshot
    standing: Standing
    eligibility: Eligibility
    objective: Objective
    counted: Bool
    movable: Bool
    working: Bool
    owner: Int32
    after: Int32
    pin: Int32
    bans: frozenset[tuple[int, int]]

    def name(self, patient: int) -> str:
        """Id of a patient."""
        return self.snapshot.patient_ids[patient]

    def arcs(self, patient: npt.NDArray[np.integer], provider: npt.NDArray[np.integer]) -> Int64:
        """The arc of every pair, -1 where the rules exclude it: the arcs of each patient one by one."""
        indptr, row = self.eligibility.indptr, self.eligibility.row[patient]
        span = np.where(row >= 0, np.diff(indptr)[row], 0) if len(indptr) > 1 else np.zeros(len(row), int)
        entry = np.repeat(np.arange(len(patient)), span)
        within = np.arange(len(entry)) - np.repeat(np.cumsum(span) - span, span)
        arc = indptr[row[entry]] + within
        hit = self.eligibility.provider[arc] == provider[entry]
        found = np.full(len(patient), -1, np.int64)
        found[entry[hit]] = arc[hit]
        return found

    def use(self, limit: int, owner: Int32) -> Int64:
        """Use of summed limit `limit` by every patient with the owner (0 where nobody)."""
        each = self.eligibility.summed[limit]
        use = np.where(owner >= 0, each.standing_use, 0).astype(np.int64)
        new = np.flatnonzero((owner != self.owner) & (owner >= 0))
        arc = self.arcs(new, owner[new])
        use[new] = np.where(arc >= 0, np.append(each.use, 0)[arc], 0)
        return use

    def load(self, limit: int, owner: Int32) -> Int64:
        """Load of summed limit `limit` of every provider, in thousandths."""
        who = self.counted & (owner >= 0)
        load = pd.Series(self.use(limit, owner)[who]).groupby(owner[who]).sum()
        return load.reindex(range(len(self.working)), fill_value=0).to_numpy(np.int64)

    def pairs(self, limit: int, owner: Int32) -> pd.DataFrame:
        """Open (provider, key) pairs of distinct limit `limit`."""
        key = self.eligibility.distinct[limit].key
        who = self.counted & (owner >= 0) & (key >= 0)
        frame = pd.DataFrame({"provider": owner[who].astype(np.int64), "key": key[who].astype(np.int64)})
        return frame.drop_duplicates()

    def banned(self, owner: Int32) -> Bool:
        """Patients whose pair with the owner is banned."""
        found = np.zeros(len(owner), np.bool_)
        for patient, provider in self.bans:
            found[patient] |= owner[patient] == provider
        return found

    def newcomers(self) -> Int64:
        """Patients of every provider who are with somebody else, or nobody, today."""
        new = (self.after != self.owner) & (self.after >= 0)
        return np.bincount(self.after[new], minlength=len(self.working)).astype(np.int64)


def count_limits(view: Situation, plan: Plan) -> Iterator[Fault]:
    """Limits that are newly violated or made worse, and loads that the plan tells otherwise."""
    ids = view.snapshot.provider_ids
    for position, limit in enumerate(view.eligibility.summed):
        before, after = view.load(position, view.owner), view.load(position, view.after)
        most = np.maximum(limit.maximum, before)
        for provider in np.flatnonzero(after > most).tolist():
            yield "LIMIT", ids[provider], f"{limit.id} {after[provider]} of {most[provider]} thousandths"
        added = (view.after != view.owner) & (view.use(position, view.after) > 0)
        full = (view.after >= 0) & (before > limit.maximum)[view.after]
        for patient in np.flatnonzero(added & full).tolist():
            yield "LIMIT", view.name(patient), f"is added to a provider whose {limit.id} is exceeded"
        told = (before, after, limit.target, limit.maximum)
        yield from _told(view, plan, limit.id, *(load.astype(np.float64) / UNIT for load in told))
    for position, each in enumerate(view.eligibility.distinct):
        open_before, open_after = view.pairs(position, view.owner), view.pairs(position, view.after)
        held = open_before.groupby("provider").size().reindex(range(len(ids)), fill_value=0).to_numpy()
        then = open_after.groupby("provider").size().reindex(range(len(ids)), fill_value=0).to_numpy()
        for provider in np.flatnonzero(then > np.maximum(each.maximum, held)).tolist():
            yield "LIMIT", ids[provider], f"{each.id}: {then[provider]} of {each.maximum[provider]}"
        new = open_after.merge(open_before, how="left", indicator=True).query("_merge == 'left_only'")
        for provider in new["provider"][(held > each.maximum)[new["provider"]]]:
            yield "LIMIT", ids[provider], f"{each.id} is exceeded and another pair is opened"
        aim = np.where(each.target < NO_LIMIT, each.target / UNIT, float(NO_LIMIT))
        counts = (held.astype(np.float64), then.astype(np.float64), aim, each.maximum.astype(np.float64))
        yield from _told(view, plan, each.id, *counts)
    most_new = view.snapshot.providers["max_new_patients"].to_pylist()
    for provider, newcomers in enumerate(view.newcomers().tolist()):
        if most_new[provider] is not None and newcomers > most_new[provider]:
            yield "LIMIT", ids[provider], f"new-patients: {newcomers} of {most_new[provider]}"


def _told(
    view: Situation, plan: Plan, limit: str, before: Float, after: Float, target: Float, maximum: Float
) -> Iterator[Fault]:
    told = plan["loads"].to_pandas()
    told = told[told["limit_id"] == limit].set_index("provider_id").reindex(view.snapshot.provider_ids)
    for name, counted in (
        ("before", before),
        ("after", after),
        ("target", np.where(target < NO_LIMIT / UNIT, target, np.nan)),
        ("maximum", np.where(maximum < NO_LIMIT / UNIT, maximum, np.nan)),
    ):
        said = told[name].to_numpy(np.float64)
        for provider in np.flatnonzero(~np.isclose(said, counted, atol=1e-6, equal_nan=True)):
            who = view.snapshot.provider_ids[provider]
            yield "LOADS", who, f"{limit} {name} is {said[provider]}, should be {counted[provider]}"


def household_faults(view: Situation) -> list[int]:
    """One member of every household that is parted although somebody could take it whole."""
    frame = _households(view)
    frame = frame[frame["all_movable"]]
    alike = ["household", "facility", "owner", *(f"key{k}" for k in range(len(view.eligibility.distinct)))]
    parted = frame[frame.groupby(alike)["after"].transform("nunique") > 1]
    faults = []
    for _, members in parted.groupby(alike):
        rows = members["patient"].tolist()
        if members["owner"].iloc[0] >= 0 or set.intersection(*(_could_take(view, who) for who in rows)):
            faults.append(rows[0])
    return faults


def _households(view: Situation) -> pd.DataFrame:
    """Members of households of two or more: who has them, and whether all of them may move."""
    patients = view.snapshot.patients
    frame = pd.DataFrame(
        {
            "household": pd.factorize(patients["household_id"].to_pandas())[0],
            "facility": view.snapshot.positions("facilities", patients["facility_id"]),
            "patient": np.arange(len(view.owner)),
            "owner": view.owner,
            "after": view.after,
            "movable": view.movable,
        }
        | {f"key{k}": limit.key for k, limit in enumerate(view.eligibility.distinct)}
    )
    frame = frame[view.counted & (frame["household"] >= 0).to_numpy()]
    together = frame.groupby(["household", "facility"])
    frame = frame.assign(
        size=together["patient"].transform("size"), all_movable=together["movable"].transform("all")
    )
    return frame[frame["size"] > 1]


def _could_take(view: Situation, patient: int) -> set[int]:
    """Providers who may be given the patient: eligible, at work, not banned, not over a limit."""
    row = view.eligibility.row[patient]
    arcs = range(view.eligibility.indptr[row], view.eligibility.indptr[row + 1])
    offered = {int(view.eligibility.provider[arc]): arc for arc in arcs}
    pin = int(view.pin[patient])
    if pin in offered:
        offered = {pin: offered[pin]}
    able = {p for p in offered if view.working[p] and (patient, p) not in view.bans}
    for position, limit in enumerate(view.eligibility.summed):
        over = view.load(position, view.owner) > limit.maximum
        able = {p for p in able if not (over[p] and limit.use[offered[p]])}
    for position, each in enumerate(view.eligibility.distinct):
        pairs = view.pairs(position, view.owner)
        held = pairs.groupby("provider").size()
        known = set(pairs.itertuples(index=False, name=None))
        key = int(each.key[patient])
        able = {p for p in able if key < 0 or held.get(p, 0) <= each.maximum[p] or (p, key) in known}
    return able


def count_terms(view: Situation, plan: Plan) -> Iterator[Fault]:
    """Terms that the plan tells otherwise than they are, in points."""
    told = {term.name: term for term in plan.header.terms}
    before, after = _terms(view, view.owner), _terms(view, view.after)
    for term in view.objective.terms:
        if term.name not in told:
            yield "TERMS", term.name, "is missing"
            continue
        said = told[term.name]
        for when, value, counted in (
            ("before", said.before, before[term.name]),
            ("after", said.after, after[term.name]),
        ):
            if not math.isclose(value, counted, rel_tol=1e-9, abs_tol=0.002):
                yield "TERMS", term.name, f"{when} is {value}, should be {counted}"


def _terms(view: Situation, owner: Int32) -> dict[str, float]:
    """Points of every term with the given owners."""
    weight, eligibility = view.objective.weight, view.eligibility
    with_owner = view.movable & (owner >= 0)
    patients = view.snapshot.patients.select(TOLD).to_pandas()
    stays = with_owner & (owner == view.owner)
    new = np.flatnonzero(with_owner & ~stays)
    arc = view.arcs(new, owner[new])
    penalty = int(eligibility.standing_penalty[stays].sum()) + int(
        np.append(eligibility.penalty, 0)[arc].sum()
    )
    allowed = np.zeros(len(owner), np.bool_)
    pinned = np.flatnonzero(view.pin >= 0)
    allowed[pinned] = view.arcs(pinned, view.pin[pinned]) >= 0
    against = (eligibility.standing_ok == 0) | view.banned(view.owner) | (allowed & (view.pin != view.owner))
    wanted = _wanted(view)
    acuity = patients["acuity"].fillna(1).to_numpy(np.float64)
    alone = view.movable & (owner < 0)
    unassigned = view.objective.term("unassigned")
    return {
        "unassigned": float((unassigned.weight * (1 + unassigned.by_acuity * (acuity - 1)))[alone].sum()),
        "standing_violation": float(weight("standing_violation") * (stays & against).sum()),
        "rules": float(weight("rules") * penalty),
        "continuity": _continuity(view, patients, acuity, owner),
        "preference": float(weight("preference") * (with_owner & (wanted >= 0) & (owner != wanted)).sum()),
        "travel": _travel(view, owner, with_owner),
        "opening": _opening(view, owner),
    } | _on_loads(view, owner)


def _continuity(view: Situation, patients: pd.DataFrame, acuity: Float, owner: Int32) -> float:
    term = view.objective.term("continuity")
    years = np.minimum(patients["tenure_months"].fillna(0).to_numpy(np.int64) // 12, 5)
    until = pd.to_datetime(patients["transition_until"])
    factor = np.where(until > pd.Timestamp(view.snapshot.as_of), term.transition, 1.0)
    points = term.weight * (1 + term.by_acuity * (acuity - 1)) * (1 + term.by_tenure * years) * factor
    leaving = view.movable & (view.owner >= 0) & (owner != view.owner)
    return float(np.round(points, 3)[leaving].sum())


def _wanted(view: Situation) -> Int64:
    """The provider asked for, else the one of the household (-1: none)."""
    wanted = view.snapshot.positions("providers", view.snapshot.patients["requested_provider_id"]).astype(
        np.int64
    )
    members = _households(view)
    whole = members["all_movable"]
    joining = members[members["movable"] & (~whole | (members["owner"] < 0))]
    asked = members[(members["owner"] >= 0) & (whole | ~members["movable"])]
    counted = asked.groupby(["household", "facility", "owner"], as_index=False).size()
    counted = counted.sort_values(["size", "owner"], ascending=[False, True], kind="stable")
    common = counted.drop_duplicates(["household", "facility"]).rename(columns={"owner": "common"})
    joined = joining.merge(common, on=["household", "facility"])
    patient = joined["patient"].to_numpy()
    wanted[patient] = np.where(wanted[patient] < 0, joined["common"], wanted[patient])
    return wanted


def _travel(view: Situation, owner: Int32, counted: Bool) -> float:
    snapshot = view.snapshot
    facility = snapshot.positions("facilities", snapshot.patients["facility_id"])

    def degrees(column: str) -> tuple[Float, Float]:
        home = snapshot.patients[column].to_pandas().to_numpy(np.float64)
        there = np.append(snapshot.facilities[column].to_pandas().to_numpy(np.float64), np.nan)[facility]
        base = snapshot.providers[column].to_pandas().to_numpy(np.float64)
        return np.where(facility >= 0, there, home), np.append(base, np.nan)

    (latitude, base_latitude), (longitude, base_longitude) = degrees("latitude"), degrees("longitude")

    def miles(of: Int32) -> Float:
        return miles_between(latitude, longitude, base_latitude[of], base_longitude[of])

    today = miles(view.owner)[view.counted & (view.owner >= 0)]
    neutral = float(np.nanmedian(today)) if (~np.isnan(today)).any() else 0.0
    driven = np.nan_to_num(miles(owner), nan=neutral)
    return float(np.round(driven * view.objective.weight("travel"), 3)[counted].sum())


def _opening(view: Situation, owner: Int32) -> float:
    opened = 0
    for position in range(len(view.eligibility.distinct)):
        joined = view.pairs(position, owner).merge(
            view.pairs(position, view.owner), how="left", indicator=True
        )
        opened += int((joined["_merge"] == "left_only").sum())
    return float(view.objective.weight("opening") * opened)


def _on_loads(view: Situation, owner: Int32) -> dict[str, float]:
    """Overload and target: points for each per cent of the maximum; balance: for each unit."""
    weight = view.objective.weight
    points = {"overload": 0.0, "target": 0.0, "balance": 0.0}
    for position, limit in enumerate(view.eligibility.summed):
        load, today = view.load(position, owner), view.load(position, view.owner)
        exceeded = today > limit.maximum
        above: dict[TermName, Int64] = {
            "overload": np.where(exceeded, load - limit.maximum, 0),
            "target": load - limit.target,
        }
        whole = np.where(limit.maximum < NO_LIMIT, limit.maximum, limit.target)
        for name, excess in above.items():
            dear = np.rint(weight(name) * 100 * UNIT / np.maximum(whole, UNIT))
            points[name] += float((dear * np.maximum(excess, 0)).sum() / UNIT)
        if limit.id == "panel":
            limited = (limit.maximum < NO_LIMIT) & (limit.maximum > 0)
            for step in range(1, 6):
                rise = round(weight("balance") * step / 5) - round(weight("balance") * (step - 1) / 5)
                beyond = load[limited] - limit.maximum[limited] * (2 * step - 1) // 10
                points["balance"] += rise * np.maximum(beyond, 0).sum() / UNIT
    for position in range(len(view.eligibility.distinct)):
        points["target"] += _crowding(view, position, owner)
    return points


def _crowding(view: Situation, limit: int, owner: Int32) -> float:
    """Points for keys above the target: the weight for each per cent; the first costs its part of one key."""
    each, total = view.eligibility.distinct[limit], 0
    found, counts = np.unique(view.pairs(limit, owner)["provider"].to_numpy(np.int64), return_counts=True)
    for provider, keys in zip(found.tolist(), counts.tolist(), strict=True):
        most, aim = int(each.maximum[provider]), int(each.target[provider])
        if keys * UNIT <= aim:
            continue
        whole = max(most * UNIT if most < NO_LIMIT else aim, UNIT)
        key = int(np.rint(view.objective.weight("target") * UNIT * (100.0 * UNIT / whole)))
        first, part = aim // UNIT + 1, UNIT - aim % UNIT
        total += key * (keys - first) + int(np.rint(key * part / UNIT))
    return total / UNIT
