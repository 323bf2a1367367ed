"""Why somebody gets another provider: one plain sentence, from the terms that the change improves."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from data.objective import TermName
from solver.build import Planning
from solver.classes import contained
from solver.costs import COST_UNIT, Charge
from solver.measure import LimitLoad, limit_loads, open_pairs, summed_loads
from solver.names import Names, quantity
from solver.subjects import BAN, PIN, RULE

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

ReasonCode = Literal[
    "NOBODY_AT_WORK",
    "PROVIDER_LEAVES",
    "RULE_NOT_MET",
    "OVER_LIMIT",
    "OVER_TARGET",
    "BALANCE",
    "CLOSER",
    "KEEPS_TOGETHER",
    "REQUESTED",
    "FACILITY_TOGETHER",
    "MAKES_ROOM",
]

SAVINGS: dict[TermName, ReasonCode] = {
    "target": "OVER_TARGET",
    "rules": "RULE_NOT_MET",
    "preference": "REQUESTED",
    "travel": "CLOSER",
    "balance": "BALANCE",
}
"""Terms that alone explain a move, and the code of each; of equal savings the first counts."""


@dataclass(frozen=True)
class Reason:
    """A code of the closed list and a sentence."""

    code: ReasonCode
    text: str


class Reasons:
    """Reasons for the changes of one flow. Equal facts share one sentence."""

    def __init__(self, planning: Planning, flow: Int32) -> None:
        self._planning = planning
        self._subjects = planning.subjects
        self._names = Names(planning.subjects.snapshot)
        self._loads = limit_loads(planning, flow)
        arcs, moved = planning.arcs, _moved_arcs(planning, flow)
        self._place = {arc: place for place, arc in enumerate(moved.tolist())}
        self._savings = _savings(planning, flow, moved)
        self._closed = _closed_pairs(planning, flow, moved)
        self._closes = np.logical_or.reduce([np.zeros(len(moved), np.bool_), *self._closed])
        self._stay = _stay_arcs(planning, moved)
        new = np.flatnonzero((flow > 0) & ~arcs.stay)
        joined = flow[new] * arcs.patients[new].astype(np.int64)
        self._newcomers = np.bincount(arcs.provider[new], joined, planning.problem.providers)
        self._known: dict[tuple[int, int, int], Reason] = {}

    def of(self, patient: int, arc: int) -> Reason:
        """Why the patient (a row) goes along the arc (of the problem)."""
        departed = int(self._subjects.standing.owner[patient]) if self._subjects.owner[patient] < 0 else -2
        facts = departed, int(self._subjects.against[patient]), arc
        if facts not in self._known:
            to = int(self._planning.arcs.provider[arc])
            made = self._assigned(departed, patient, to) if departed > -2 else self._moved(patient, arc, to)
            self._known[facts] = made
        return self._known[facts]

    def _assigned(self, departed: int, patient: int, to: int) -> Reason:
        target = f"the rules allow {self._names.provider[to]}, {self._away(patient, to)}{self._fullest(to)}"
        if departed < 0:
            return Reason("NOBODY_AT_WORK", f"Has had nobody; {target}.")
        day = self._subjects.snapshot.as_of.isoformat()
        return Reason(
            "PROVIDER_LEAVES", f"{self._names.provider[departed]} is not at work on {day}; {target}."
        )

    def _away(self, patient: int, to: int) -> str:
        """How far the provider's base is, where that is known."""
        miles = self._subjects.travel.miles(np.array([patient]), np.array([to]))[0]
        return "" if np.isnan(miles) else f"{miles:.0f} miles away, "

    def _moved(self, patient: int, arc: int, to: int) -> Reason:
        owner = int(self._subjects.owner[patient])
        former, new = self._names.provider[owner], self._names.provider[to]
        against = self._subjects.against[patient]
        if against == RULE:
            return Reason("RULE_NOT_MET", f"The rules no longer allow {former} here; they allow {new}.")
        if against == BAN:
            return Reason("RULE_NOT_MET", f"A person has decided against {former} here; {new} is allowed.")
        if against == PIN:
            return Reason("REQUESTED", f"A person has decided for {new}.")
        place = self._place[arc]
        over = self._over_limit(owner, place)
        if over is not None:
            return Reason("OVER_LIMIT", self._compared(over, owner, to, "over the maximum"))
        saved = {name: int(amount[place]) for name, amount in self._savings.items()}
        best = max(saved, key=lambda name: saved[name], default=None)
        if best is not None and saved[best] > 0:
            return self._by_term(best, saved[best], patient, arc)
        if self._household_must(place):
            return Reason("KEEPS_TOGETHER", f"The household goes to {new} together.")
        if self._closes[place]:
            text = f"{former} no longer has this patient's facility, {new} does; that frees a place there."
            return Reason("FACILITY_TOGETHER", text)
        joined = int(self._newcomers[owner])
        if joined:
            return Reason("MAKES_ROOM", f"Makes room at {former} for {joined:,} who are better off there.")
        return Reason("MAKES_ROOM", f"Makes room at {former}; {new} is {self._fullest(to)}.")

    def _by_term(self, term: TermName, saved: int, patient: int, arc: int) -> Reason:
        owner, to = int(self._subjects.owner[patient]), int(self._planning.arcs.provider[arc])
        former, new = self._names.provider[owner], self._names.provider[to]
        code = SAVINGS[term]
        if term in ("target", "balance"):
            limit = self._most_relieved(term, owner, self._place[arc])
            return Reason(
                code, self._compared(limit, owner, to, "above the target" if term == "target" else "")
            )
        if term == "travel":
            weight = self._subjects.objective.weight("travel") * COST_UNIT
            fewer = saved / weight / int(self._planning.arcs.patients[arc])
            return Reason(code, f"{new} is {quantity(fewer)} miles closer than {former}.")
        if term == "rules":
            points = quantity(saved / COST_UNIT)
            return Reason(code, f"Soft rules speak for {new} over {former} ({points} points).")
        if self._subjects.households.joins[patient] == to:
            return Reason("KEEPS_TOGETHER", f"The rest of the household is with {new}.")
        return Reason(code, f"Asked for {new}.")

    def _household_must(self, place: int) -> bool:
        """Whether something speaks against another member's staying."""
        against = self._planning.arcs.terms.get("standing_violation")
        return against is not None and bool(against[self._stay[place]] > 0)

    def _over_limit(self, owner: int, place: int) -> int | None:
        stay = self._stay[place]
        for position, load in enumerate(self._subjects.summed):
            if load.exceeded[owner] and self._planning.arcs.uses[position][stay] > 0:
                return position
        for position, each in enumerate(self._subjects.distinct, start=len(self._subjects.summed)):
            if each.exceeded[owner] and self._closes[place]:
                return position
        return None

    def _most_relieved(self, term: TermName, owner: int, place: int) -> int:
        """The limit of the term that the former provider is most above, summed ones first.

        A distinct limit only counts where the move closes a pair of it.
        """
        summed, distinct = self._subjects.summed, self._subjects.distinct
        charged = [
            (float(summed[each.limit].today[owner]), each, each.limit)
            for each in self._planning.charges
            if each.term == term and each.slope[owner]
        ]
        charged += [
            (
                float(distinct[each.limit].count(distinct[each.limit].today)[owner]),
                each,
                len(summed) + each.limit,
            )
            for each in self._planning.crowding
            if each.term == term and each.slope[owner] and self._closed[each.limit][place]
        ]
        return max(charged, key=lambda each: each[0] / max(int(each[1].threshold[owner]), 1))[2]

    def _compared(self, limit: int, owner: int, to: int, how: str) -> str:
        load = self._loads[limit]
        former = f"{self._names.provider[owner]} is at {_used(load, load.before, owner)}"
        new = f"{self._names.provider[to]} at {_used(load, load.after, to)} after the plan"
        return f"{former}{', ' + how if how else ''}; {new}."

    def _fullest(self, provider: int) -> str:
        """How full the provider is after the plan, by the fullest summed limit of the rules."""
        shares = [
            (load.after[provider] / load.maximum[provider], load)
            for load in self._loads[: len(self._subjects.eligibility.summed)]
            if load.maximum[provider] > 0
        ]
        if not shares:
            return "with room"
        _, load = max(shares, key=lambda each: each[0])
        return f"then at {_used(load, load.after, provider)}"


def _used(load: LimitLoad, used: Float, provider: int) -> str:
    """`112 % of panel (448 of 400)`, or `448 patients of panel` where there is no maximum."""
    maximum = load.maximum[provider]
    title = load.title[:1].lower() + load.title[1:]
    if np.isnan(maximum) or maximum <= 0:
        return f"{quantity(used[provider])} {load.unit} ({title}, no maximum)"
    share = 100 * used[provider] / maximum
    return f"{share:.0f} % of {title} ({quantity(used[provider])} of {quantity(maximum)})"


def _savings(planning: Planning, flow: Int32, moved: Int64) -> dict[TermName, Int64]:
    """What one member saves by leaving the stay arc for each of the arcs `moved`, by term."""
    arcs, stay = planning.arcs, _stay_arcs(planning, moved)
    savings: dict[TermName, Int64] = {}
    for name in SAVINGS:
        cost = arcs.terms.get(name)
        if cost is not None:
            savings[name] = cost[stay] - cost[moved]
    after = summed_loads(planning, flow)
    for charge in planning.charges:
        if charge.term not in SAVINGS:
            continue
        use, today = arcs.uses[charge.limit], planning.subjects.summed[charge.limit].today
        relief = _cost_of_last(today, charge, arcs.provider[stay], use[stay])
        burden = _cost_of_last(after[charge.limit], charge, arcs.provider[moved], use[moved])
        savings[charge.term] = savings.get(charge.term, np.zeros_like(relief)) + relief - burden
    held, closed = open_pairs(planning, flow), _closed_pairs(planning, flow, moved)
    for charge in planning.crowding:
        load, pair = planning.subjects.distinct[charge.limit], arcs.pairs[charge.limit]
        opened = (pair[moved] >= 0) & ~contained(pair[moved], load.today)
        now, then = load.count(load.today), load.count(held[charge.limit])
        relief = _cost_of_last(now, charge, arcs.provider[stay], closed[charge.limit].astype(np.int32))
        burden = _cost_of_last(then, charge, arcs.provider[moved], opened.astype(np.int32))
        savings[charge.term] = savings.get(charge.term, np.zeros_like(relief)) + relief - burden
    return {name: savings[name] for name in SAVINGS if name in savings}


def _cost_of_last(load: Int64, charge: Charge, provider: Int32, use: Int32) -> Int64:
    """What the last `use` of the provider's load costs."""
    above = np.maximum(load - charge.threshold, 0)[provider]
    return np.minimum(above, use) * charge.slope[provider]


def _stay_arcs(planning: Planning, moved: Int64) -> Int64:
    """The stay arcs of the classes of the arcs `moved`."""
    arcs = planning.arcs
    stay = np.full(planning.problem.classes, -1, np.int64)
    stay[arcs.owner[arcs.stay]] = np.flatnonzero(arcs.stay)
    return stay[arcs.owner[moved]]


def _moved_arcs(planning: Planning, flow: Int32) -> Int64:
    """Arcs on which members leave a provider at work."""
    arcs = planning.arcs
    owned = np.zeros(planning.problem.classes, np.bool_)
    owned[arcs.owner[arcs.stay]] = True
    new = np.flatnonzero((flow > 0) & ~arcs.stay)
    return new[owned[arcs.owner[new]]]


def _closed_pairs(planning: Planning, flow: Int32, moved: Int64) -> list[Bool]:
    """For every distinct limit: which of the arcs `moved` leave a pair open today and closed afterwards."""
    stay = _stay_arcs(planning, moved)
    return [
        contained(pair[stay], np.setdiff1d(load.today, after))
        for load, pair, after in zip(
            planning.subjects.distinct, planning.arcs.pairs, open_pairs(planning, flow), strict=True
        )
    ]
