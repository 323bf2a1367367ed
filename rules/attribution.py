"""Whose patient somebody is, judged by visits: the four-cut method, and an ordered auto-assignment.

Four-cut (Murray, Davies, Boushon 2007, Fam Pract Manag 14(4):44-51; also 2019, 26(6):23-29): who has seen one
provider only is theirs; who has seen one provider more than any other is that one's; with a tie, theirs who
did the last physical exam; else theirs who saw the patient last.

Ordered, as Medicaid programs assign who did not choose (after North Carolina's order): the provider on
record, visits, the provider of the household, visits of the household, then the nearest who may take the
patient. Special needs and language are rules, and so are asked at every step.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.snapshot import Snapshot

LOOK_BACK_DAYS = 548
"""Eighteen months, as the method has it."""

EXAM_MINUTES = 40.0
"""A visit at least so long is taken for a physical exam, since visits have no kind."""

CUTS = ("only provider", "most visits", "last exam", "last visit")
"""Names of the cuts, in order; `cut` of the result is one of them."""

Int32 = npt.NDArray[np.int32]


def four_cut(
    snapshot: Snapshot, able: npt.NDArray[np.bool_], exam_minutes: float = EXAM_MINUTES
) -> tuple[Int32, Int32]:
    """Provider row and cut of every patient, -1 and -1 for those without a visit to anybody who is able.

    `able` are the provider rows that may be attributed to (of the role, at work). Visits count from
    `LOOK_BACK_DAYS` before the snapshot's day until the day before it. Ties that are left go to the first id.
    """
    owner = np.full(snapshot.patients.num_rows, -1, np.int32)
    cut = owner.copy()
    pairs = _pairs(_visits(snapshot, able), exam_minutes)
    if pairs.empty:
        return owner, cut
    seen = pairs.groupby("patient")["provider"].transform("size")
    most = pairs.groupby("patient")["visits"].transform("max") == pairs["visits"]
    leaders = most.groupby(pairs["patient"]).transform("sum")
    last_exam = pairs["exam"].where(most).groupby(pairs["patient"]).transform("max")
    examined = most & (pairs["exam"] == last_exam) & (last_exam >= 0)
    examiners = examined.groupby(pairs["patient"]).transform("sum")
    step = np.select([seen == 1, leaders == 1, examiners == 1], [0, 1, 2], 3)
    ranked = pairs.assign(step=step, most=most, examined=examined & (examiners >= 1))
    ranked = ranked.sort_values(
        ["patient", "most", "examined", "last", "provider"], ascending=[True, False, False, False, True]
    ).drop_duplicates("patient")
    who = ranked["patient"].to_numpy()
    owner[who], cut[who] = ranked["provider"].to_numpy(), ranked["step"].to_numpy()
    return owner, cut


def _visits(snapshot: Snapshot, able: npt.NDArray[np.bool_]) -> pd.DataFrame:
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
    recent = (frame["day"] < today) & (frame["day"] >= today - LOOK_BACK_DAYS)
    known = (frame["patient"] >= 0) & (frame["provider"] >= 0)
    return frame[recent & known & np.append(able, False)[frame["provider"]]]


def _pairs(visits: pd.DataFrame, exam_minutes: float) -> pd.DataFrame:
    """One row for each patient and provider: visits, last day, last day of an exam (-1: none)."""
    exam = visits["day"].where(visits["minutes"] >= exam_minutes, -1)
    grouped = visits.assign(exam=exam).groupby(["patient", "provider"], as_index=False)
    return grouped.agg(visits=("day", "size"), last=("day", "max"), exam=("exam", "max"))


ORDER = ("on record", "visits", "household's provider", "household's visits", "nearest")
"""Steps of the ordered auto-assignment."""


def ordered(
    snapshot: Snapshot,
    standing: Int32,
    able: npt.NDArray[np.bool_],
    allowed: Mapping[int, Int32],
) -> tuple[Int32, Int32]:
    """Provider row and step of every patient in `allowed`, -1 and -1 where no step finds somebody.

    `standing` is the provider on record (also one who cannot be kept); `allowed` has the provider rows that
    the rules allow for each patient to be assigned, nearest first.
    """
    visited, _ = four_cut(snapshot, able)
    homes = snapshot.patients["household_id"].combine_chunks().dictionary_encode()
    home = pc.fill_null(homes.indices, -1).to_numpy(zero_copy_only=False)
    kin = {"standing": _by_home(home, standing), "visits": _by_home(home, visited)}
    owner = np.full(len(standing), -1, np.int32)
    step = owner.copy()
    for patient, choices in allowed.items():
        mine = int(home[patient])
        offers = (
            [int(standing[patient])],
            [int(visited[patient])],
            kin["standing"].get(mine, []),
            kin["visits"].get(mine, []),
            choices.tolist(),
        )
        may = set(choices.tolist())
        for position, offer in enumerate(offers):
            found = next((each for each in offer if each in may), -1)
            if found >= 0:
                owner[patient], step[patient] = found, position
                break
    return owner, step


def _by_home(home: npt.NDArray[np.int32], providers: Int32) -> dict[int, list[int]]:
    """Providers of the members of each household, those of most members first."""
    frame = pd.DataFrame({"home": home, "provider": providers})
    frame = frame[(frame["home"] >= 0) & (frame["provider"] >= 0)]
    counts = frame.value_counts(["home", "provider"]).reset_index(name="members")
    counts = counts.sort_values(["home", "members", "provider"], ascending=[True, False, True])
    found: dict[int, list[int]] = {}
    for each, provider in zip(counts["home"].tolist(), counts["provider"].tolist(), strict=True):
        found.setdefault(each, []).append(provider)
    return found
