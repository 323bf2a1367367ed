"""Whose patient somebody is: runs the steps of an attribution method over all patients at once."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.geography import miles_between
from data.snapshot import Snapshot
from rules.attribution_method import Among, AttributionSpec, Step
from rules.records import Records

Bool = npt.NDArray[np.bool_]
Int32 = npt.NDArray[np.int32]

PAIRS = 4_000_000
"""Pairs of patients and providers that are ranked at once."""

MOST_FIRST = ("visits", "last_exam", "last_visit", "members")


@dataclass(frozen=True)
class Allowed:
    """Whom the rules allow: of patient i, `provider[indptr[row[i]]:indptr[row[i] + 1]]`, with the
    points that soft rules charge; nobody where the row is -1.
    """

    row: Int32
    indptr: npt.NDArray[np.int64]
    provider: Int32
    points: Int32

    def pairs(self, patients: Int32) -> pd.DataFrame:
        """All allowed pairs of some patients: patient, provider, points."""
        patients = patients[self.row[patients] >= 0]
        row = self.row[patients]
        first, count = self.indptr[:-1][row], np.diff(self.indptr)[row]
        before = np.cumsum(count) - count
        arc = np.arange(int(count.sum())) + np.repeat(first - before, count)
        who = np.repeat(patients, count)
        return pd.DataFrame({"patient": who, "provider": self.provider[arc], "points": self.points[arc]})


@dataclass(frozen=True)
class Known:
    """What a method looks at.

    `standing` is the provider on record (-1: nobody; also one who cannot be kept), `able` are the providers
    who may be found at all, `allowed` whom the rules allow, for methods that ask them.
    """

    snapshot: Snapshot
    standing: Int32
    able: Bool
    allowed: Allowed | None = None


def attribute(spec: AttributionSpec, known: Known, patients: Bool) -> tuple[Int32, Int32]:
    """Provider row and position of the deciding step of every patient, -1 and -1 where no step finds anybody
    (and for those who are not among `patients`). Ties that are left go to the first id.
    """
    made = _Attribution(spec, known)
    owner = np.full(len(patients), -1, np.int32)
    decided = owner.copy()
    for position, step in enumerate(spec.steps):
        for part in made.parts(step, np.flatnonzero(patients & (owner < 0)).astype(np.int32)):
            found = made.first(step, part)
            owner[found["patient"]], decided[found["patient"]] = found["provider"], position
    return owner, decided


class _Attribution:
    """Relations between patients and providers, each made when a step first asks for it."""

    def __init__(self, spec: AttributionSpec, known: Known) -> None:
        self._spec, self._known = spec, known
        self._relations: dict[Among, pd.DataFrame] = {}
        self._patients = Records(known.snapshot, "patient")
        self._providers = Records(known.snapshot, "provider")

    def parts(self, step: Step, patients: Int32) -> Iterator[pd.DataFrame]:
        """Pairs of a step, with its measures, a chunk of patients after the other."""
        if step.among == "allowed":
            chunk = max(1, PAIRS // max(1, len(self._known.able)))
            for start in range(0, len(patients), chunk):
                yield self._measured(step, self._allowed.pairs(patients[start : start + chunk]))
            return
        pairs = self._relation(step.among)
        pairs = pairs[pairs["patient"].isin(patients) & self._known.able[pairs["provider"].to_numpy()]]
        if self._spec.providers == "allowed":
            mine = self._allowed.pairs(pairs["patient"].unique().astype(np.int32))
            pairs = pairs.merge(mine, on=["patient", "provider"])
        yield self._measured(step, pairs)

    def first(self, step: Step, pairs: pd.DataFrame) -> pd.DataFrame:
        """The first provider of every patient for whom the step decides."""
        if step.only:
            pairs = pairs[pairs.groupby("patient")["provider"].transform("size") == 1]
        ascending = [name not in MOST_FIRST for name in step.by]
        ranked = pairs.sort_values(
            ["patient", *step.by, "provider"], ascending=[True, *ascending, True], na_position="last"
        )
        best = ranked.drop_duplicates("patient")
        if not step.untied or best.empty:
            return best
        measures = ["patient", *step.by]
        alone = ~ranked.duplicated(measures, keep=False)
        return best[alone.loc[best.index] & best[list(step.by)].notna().all(axis=1)]

    @property
    def _allowed(self) -> Allowed:
        assert self._known.allowed is not None, "the method asks the rules"
        return self._known.allowed

    def _measured(self, step: Step, pairs: pd.DataFrame) -> pd.DataFrame:
        """Pairs with their miles, where the step ranks by them; unknown ones last."""
        if "miles" not in step.by or pairs.empty:
            return pairs.assign(miles=np.nan) if "miles" in step.by else pairs
        there, base = self._patients.places, self._providers.places
        who, whom = pairs["patient"].to_numpy(), pairs["provider"].to_numpy()
        miles = miles_between(
            there.latitude[who], there.longitude[who], base.latitude[whom], base.longitude[whom]
        )
        return pairs.assign(miles=miles)

    def _relation(self, among: Among) -> pd.DataFrame:
        if among not in self._relations:
            self._relations[among] = self._made(among)
        return self._relations[among]

    def _made(self, among: Among) -> pd.DataFrame:
        if among == "visits":
            return _seen(self._visits())
        if among == "record":
            return _pairs(self._known.standing)
        if among == "household_record":
            return self._of_households(self._known.standing)
        seen = self._relation("visits")
        seen = seen[self._known.able[seen["provider"].to_numpy()]]
        most = Step(title="most", among="visits", by=["visits", "last_exam", "last_visit"])
        found, owner = self.first(most, seen), np.full(len(self._known.standing), -1, np.int32)
        owner[found["patient"]] = found["provider"]
        return self._of_households(owner)

    def _visits(self) -> pd.DataFrame:
        snapshot = self._known.snapshot
        visits = snapshot["visits"]
        frame = pd.DataFrame(
            {
                "patient": snapshot.positions("patients", visits["patient_id"]),
                "provider": snapshot.positions("providers", visits["provider_id"]),
                "day": pc.fill_null(visits["on"].cast(pa.int32()), -1).to_numpy(),
                "minutes": pc.fill_null(visits["minutes"], 0.0).to_numpy(),
            }
        )
        today = (snapshot.as_of - pd.Timestamp(0).date()).days
        recent = (frame["day"] < today) & (frame["day"] >= today - self._spec.look_back_days)
        frame = frame[recent & (frame["patient"] >= 0) & (frame["provider"] >= 0)]
        return frame.assign(exam=frame["day"].where(frame["minutes"] >= self._spec.exam_minutes))

    def _of_households(self, owner: Int32) -> pd.DataFrame:
        """Patients with the providers of the members of their household, and how many members have each."""
        homes = self._known.snapshot.patients["household_id"].combine_chunks().dictionary_encode()
        home = pc.fill_null(homes.indices, -1).to_numpy(zero_copy_only=False)
        frame = pd.DataFrame({"patient": np.arange(len(owner)), "home": home, "provider": owner})
        frame = frame[frame["home"] >= 0]
        having = frame[frame["provider"] >= 0].groupby(["home", "provider"]).size().rename("members")
        pairs = frame[["patient", "home"]].merge(having.reset_index(), on="home")
        return pairs.drop(columns="home")


def _seen(visits: pd.DataFrame) -> pd.DataFrame:
    """One row for each patient and provider: visits, day of the last one, day of the last exam (or NaN)."""
    grouped = visits.groupby(["patient", "provider"], as_index=False)
    return grouped.agg(visits=("day", "size"), last_visit=("day", "max"), last_exam=("exam", "max"))


def _pairs(owner: Int32) -> pd.DataFrame:
    who = np.flatnonzero(owner >= 0)
    return pd.DataFrame({"patient": who, "provider": owner[who]})
