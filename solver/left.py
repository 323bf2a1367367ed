"""Patients who are left without a provider at work: what removed everybody, and the nearest ways out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.plan import LEFT
from solver.build import Planning
from solver.classes import contained
from solver.measure import open_pairs, summed_loads
from solver.names import Names, quantity

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Why:
    considered: int
    eligible: int
    code: str
    text: str
    ways_out: str


class Left:
    """Explains those left out by one flow; patients of whom equal things are known share one explanation."""

    def __init__(self, planning: Planning, flow: Int32) -> None:
        self._planning = planning
        self._subjects = planning.subjects
        self._names = Names(planning.subjects.snapshot)
        self._loads = summed_loads(planning, flow)
        self._open = open_pairs(planning, flow)
        self._counts = [
            load.count(held) for load, held in zip(planning.subjects.distinct, self._open, strict=True)
        ]
        self._spare = self._with_spare_room()
        self._banned = set(planning.subjects.decisions.banned_patient.tolist())
        self._known: dict[tuple[int, ...], _Why] = {}

    def table(self, patients: Int32) -> pa.Table:
        """The plan's table `left` for the patients (rows)."""
        snapshot, owner = self._subjects.snapshot, self._subjects.standing.owner
        why = [self._why(patient) for patient in patients.tolist()]
        ids, providers = snapshot.patient_ids, [*snapshot.provider_ids, None]
        columns = {
            "patient_id": [ids[patient] for patient in patients.tolist()],
            "provider_id": [providers[each] for each in owner[patients].tolist()],
            "considered": [each.considered for each in why],
            "eligible": [each.eligible for each in why],
            "reason_code": [each.code for each in why],
            "reason": [each.text for each in why],
            "ways_out": [each.ways_out for each in why],
        }
        return pa.table(columns, schema=LEFT)

    def _why(self, patient: int) -> _Why:
        subjects = self._subjects
        keys = [int(each.limit.key[patient]) for each in subjects.distinct]
        fact = (
            int(subjects.eligibility.row[patient]),
            int(subjects.travel.place[patient]),
            int(subjects.movable[patient]),
            int(subjects.households.bound[patient]),
            patient if self._decided(patient) else -1,
            *keys,
        )
        if fact not in self._known:
            self._known[fact] = self._explained(patient)
        return self._known[fact]

    def _decided(self, patient: int) -> bool:
        return bool(self._subjects.decisions.pin[patient] >= 0) or patient in self._banned

    def _explained(self, patient: int) -> _Why:
        eligibility = self._subjects.eligibility
        row = int(eligibility.row[patient])
        arcs = np.arange(eligibility.indptr[row], eligibility.indptr[row + 1])
        considered = int(eligibility.funnel.remaining[row, 0])
        if not self._subjects.movable[patient]:
            text = "Outside the scope of this plan."
            return _Why(considered, len(arcs), "OUT_OF_SCOPE", text, "Widen the scope.")
        funnel = self._funnel(row, considered)
        if not len(arcs):
            text = funnel + "."
            return _Why(considered, 0, "NOBODY_ELIGIBLE", text, self._by_rule(row, patient))
        allowed = arcs[self._allowed(patient, eligibility.provider[arcs])]
        if not len(allowed):
            text = f"{funnel}, 0 not excluded by a decision."
            return _Why(considered, len(arcs), "DECIDED", text, "Take back the pin or ban.")
        blocked = self._blocked(patient, allowed)
        room = int((~blocked.any(axis=0)).sum())
        text = f"{funnel}, {room} with room."
        if room:
            household = self._subjects.households.bound[patient] >= 0
            text += " The household could not be placed as one." if household else ""
            return _Why(considered, len(arcs), "NOT_PLACED", text, "Search longer, or place by hand.")
        return _Why(considered, len(arcs), "NOBODY_WITH_ROOM", text, self._by_limit(blocked, patient))

    def _funnel(self, row: int, considered: int) -> str:
        """`312 considered, 40 after “Licensed in the state”, 3 after “In reach”`."""
        funnel = self._subjects.eligibility.funnel
        parts, before = [f"{considered} considered"], considered
        for title, remaining in zip(funnel.titles, funnel.remaining[row, 1:].tolist(), strict=True):
            if remaining < before:
                parts.append(f"{remaining} after “{title}”")
            before = remaining
        return ", ".join(parts)

    def _allowed(self, patient: int, provider: Int32) -> Bool:
        working = self._subjects.working[provider]
        if not self._decided(patient):
            return working
        decided, whose = self._subjects.decisions, np.full(len(provider), patient, np.int32)
        pin = decided.pin[patient]
        free = ~decided.bans(whose, provider, len(self._subjects.working))
        return free & ((provider == pin) | (pin < 0)) & working

    def _blocked(self, patient: int, arcs: Int64) -> Bool:
        """Which limits (rows, summed ones first) leave no room for the patient on which arcs."""
        provider = self._subjects.eligibility.provider[arcs]
        rows = [
            used[provider] + load.limit.use[arcs] > load.limit.maximum[provider]
            for load, used in zip(self._subjects.summed, self._loads, strict=True)
        ]
        whose = np.full(len(arcs), patient, np.int32)
        for load, held, count in zip(self._subjects.distinct, self._open, self._counts, strict=True):
            pair = load.pairs(whose, provider)
            new = (pair >= 0) & ~contained(pair, held)
            rows.append(new & (count[provider] >= load.limit.maximum[provider]))
        return np.array(rows, np.bool_).reshape(-1, len(arcs))

    def _by_limit(self, blocked: Bool, patient: int) -> str:
        """Which single limit, if raised, would open most providers."""
        alone = blocked & (blocked.sum(axis=0) == 1)
        opened = alone.sum(axis=1)
        titles = [load.limit.title for load in self._subjects.summed]
        titles += [load.limit.title for load in self._subjects.distinct]
        if not opened.any():
            return f"Several limits must be raised together. {self._nearest(patient)}".strip()
        best = int(opened.argmax())
        text = f"A higher limit “{titles[best]}” opens {int(opened[best])} of {blocked.shape[1]} eligible."
        return f"{text} {self._nearest(patient)}".strip()

    def _by_rule(self, row: int, patient: int) -> str:
        """Which rule removes most, in the order in which the rules are asked."""
        funnel = self._subjects.eligibility.funnel
        removed = -np.diff(funnel.remaining[row])
        if not len(removed) or not removed.any():
            return self._nearest(patient)
        most, last = int(removed.argmax()), int(np.flatnonzero(removed)[-1])
        text = f"“{funnel.titles[most]}” removes most ({int(removed[most])})"
        if last != most:
            text += f"; “{funnel.titles[last]}” removes the last {int(removed[last])}"
        return f"{text}. {self._nearest(patient)}".strip()

    def _with_spare_room(self) -> Int32:
        """Providers at work in the slot's role who are below every maximum."""
        subjects = self._subjects
        spare = subjects.working.copy()
        for load, used in zip(subjects.summed, self._loads, strict=True):
            spare &= used < load.limit.maximum
        roles = subjects.snapshot.providers["roles"].combine_chunks()
        hits = pc.list_parent_indices(roles).filter(
            pc.equal(pc.list_flatten(roles), subjects.standing.slot.role)
        )
        fits = np.zeros(len(spare), np.bool_)
        fits[hits.to_numpy()] = True
        return np.flatnonzero(spare & fits).astype(np.int32)

    def _nearest(self, patient: int) -> str:
        """The nearest provider below every maximum whom the rules do not allow."""
        eligibility, row = self._subjects.eligibility, self._subjects.eligibility.row[patient]
        offered = eligibility.provider[eligibility.indptr[row] : eligibility.indptr[row + 1]]
        others = self._spare[~np.isin(self._spare, offered)]
        miles = self._subjects.travel.miles(np.full(len(others), patient, np.int32), others)
        if not len(miles) or np.isnan(miles).all():
            return ""
        nearest = int(np.nanargmin(miles))
        name, far = self._names.provider[others[nearest]], quantity(float(miles[nearest]))
        return f"Nearest with room is {name}, {far} miles away, whom a rule excludes."
