"""Patients, in the order of their places: households, plans and needs, acuity, work that they cause."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.insurance import draw_classes
from data.synthetic.metros import Metros
from data.synthetic.places import TYPES, Places

HOUSEHOLD_SHARE = np.array((0.35, 0.06, 0.08, 0.3, 0.2, 0.0))
"""Share of patients who live with another patient: at home, then by position in TYPES."""

ACUITY_SHARE = np.array(
    (
        (0.40, 0.30, 0.17, 0.09, 0.04),
        (0.12, 0.26, 0.30, 0.20, 0.12),
        (0.34, 0.32, 0.20, 0.10, 0.04),
        (0.30, 0.30, 0.22, 0.12, 0.06),
        (0.48, 0.28, 0.15, 0.07, 0.02),
        (0.25, 0.30, 0.25, 0.14, 0.06),
    )
)
"""Share of acuity 1 to 5: at home, then by position in TYPES."""

VISITS_PER_MONTH = np.array((0.5, 0.75, 1.0, 1.5, 2.0, 4.0))
MINUTES_PER_VISIT = np.array((15.0, 15.0, 20.0, 30.0, 40.0))
PANEL_WEIGHT = np.array((1.0, 1.0, 1.25, 1.5, 2.0))
IN_TRANSITION = np.array((0.01, 0.02, 0.03, 0.06, 0.12))

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Patients:
    """Patients sorted by place; arrays are parallel.

    `household[i]` is the first patient of i's household (i itself where alone), `number` the insurance
    class, `home` the ZIP code of the home, `person` a permutation: the patient's place in id order.
    """

    place: Ints
    household: Ints
    number: Ints
    home: Ints
    acuity: Ints
    weight: Numbers
    visits: Numbers
    minutes: Numbers
    in_transition: npt.NDArray[np.bool_]
    person: Ints

    @property
    def count(self) -> int:
        """Number of patients."""
        return len(self.place)


def draw_patients(places: Places, metros: Metros, market: Numbers, rng: np.random.Generator) -> Patients:
    """The patients of every place."""
    place = np.repeat(np.arange(len(places.patients)), places.patients)
    kind = places.kind[place] + 1
    household = _draw_households(place, kind, places, rng)
    number = draw_classes(places.state[place], market, household, rng)
    cumulative = np.cumsum(ACUITY_SHARE, axis=1)[kind]
    acuity = np.minimum((rng.random(len(place))[:, None] > cumulative).sum(axis=1), 4)
    frequency = acuity + rng.choice((-1, 0, 0, 1), len(place))
    return Patients(
        place,
        household,
        number,
        _draw_homes(place, kind, household, places, metros, rng),
        acuity + 1,
        PANEL_WEIGHT[acuity],
        VISITS_PER_MONTH[np.maximum(frequency, 0)],
        MINUTES_PER_VISIT[acuity],
        rng.random(len(place)) < IN_TRANSITION[acuity],
        rng.permutation(len(place)),
    )


def _draw_households(place: Ints, kind: Ints, places: Places, rng: np.random.Generator) -> Ints:
    """Pairs of neighbors in the same place; pairs start at even ranks, so that no block cuts one."""
    index = np.arange(len(place))
    first_of_place = np.cumsum(places.patients) - places.patients
    rank = index - first_of_place[place]
    partner_exists = rank + 1 < places.patients[place]
    starts = (rank % 2 == 0) & partner_exists & (rng.random(len(place)) < HOUSEHOLD_SHARE[kind])
    household = index.copy()
    household[np.flatnonzero(starts) + 1] = np.flatnonzero(starts)
    return household


def _draw_homes(
    place: Ints, kind: Ints, household: Ints, places: Places, metros: Metros, rng: np.random.Generator
) -> Ints:
    """Residents live where they are seen; visitors of clinics in the same county or at the clinic's ZIP."""
    home = places.zip[place]
    visitors = np.flatnonzero(kind == TYPES.index("clinic") + 1)
    drawn = metros.draw_zips(places.metro[place[visitors]], rng)
    same_county = metros.zips.region[drawn] == places.region[place[visitors]]
    home[visitors] = np.where(same_county, drawn, home[visitors])
    return home[household]
