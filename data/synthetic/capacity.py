"""The four limits: what an assignment uses of them, and maxima that the planted one just fits."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from data.geography import miles_between, minutes_for
from data.synthetic.patients import Patients
from data.synthetic.places import Places
from data.synthetic.providers import Providers

Tightness = Literal["typical", "tight"]

PANEL, VISITS, HOURS, FACILITIES = range(4)
STEP = np.array((1.0, 0.1, 0.25, 1.0))
"""Maxima are multiples of these: panel weight, visits a day, hours a week, facilities."""

WORKING_DAYS_A_MONTH = 21.0
BINDING = (0.93, 1.0)
LOOSE = (0.78, 0.93)
TIGHT_SHARE = 0.97

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]


def used(patients: Patients, places: Places, providers: Providers, provider: Ints) -> Numbers:
    """`[limit, p]`: use by an assignment (`provider[i]`, -1: nobody).

    Summed limits count each patient in thousandths rounded half up, as plans do, or exactly, whichever
    is more: a maximum above this holds either way.
    """
    cared = np.flatnonzero(provider >= 0)
    who, place = provider[cared], patients.place[cared]
    miles = miles_between(
        places.latitude[place],
        places.longitude[place],
        providers.latitude[who],
        providers.longitude[who],
    )
    visits = patients.visits[cared]
    hours = visits * 12.0 / 52.0 * (patients.minutes[cared] + minutes_for(miles)) / 60.0
    use = np.empty((4, providers.count))
    for limit, each in (
        (PANEL, patients.weight[cared]),
        (VISITS, visits / WORKING_DAYS_A_MONTH),
        (HOURS, hours),
    ):
        exact = np.bincount(who, each, providers.count)
        rounded = np.bincount(who, np.floor(each * 1000.0 + 0.5), providers.count) / 1000.0
        use[limit] = np.maximum(exact, rounded)
    pairs = np.unique(who[place < places.facilities] * places.facilities + place[place < places.facilities])
    use[FACILITIES] = np.bincount(pairs // places.facilities, minlength=providers.count)
    return use


def draw_maxima(
    planted_use: Numbers, providers: Providers, tightness: Tightness, rng: np.random.Generator
) -> Numbers:
    """`[limit, p]`: maxima under which the planted assignment fits; which limit binds differs by provider."""
    count = providers.count
    share = rng.uniform(*LOOSE, (4, count))
    share[rng.integers(0, 4, count), np.arange(count)] = rng.uniform(*BINDING, count)
    if tightness == "tight":
        share[VISITS] = rng.uniform(2 * TIGHT_SHARE - 1.0, 1.0, count)
        share[FACILITIES] = 1.0
    needed = _with_usual(planted_use, providers) / share
    maximum = np.ceil((needed + 0.002) / STEP[:, None]) * STEP[:, None]
    maximum[FACILITIES] = np.maximum(_whole_facilities(needed[FACILITIES], tightness, rng), 1.0)
    return np.round(maximum, 2)


def draw_new_patients(newcomers: Ints, rng: np.random.Generator) -> Ints:
    """Most new patients in one plan, enough for the planted ones; -1 for four in five, who have no limit."""
    limited = rng.random(len(newcomers)) < 0.2
    return np.where(limited, np.ceil(newcomers * 1.15).astype(np.int64) + 5, -1)


def _with_usual(planted_use: Numbers, providers: Providers) -> Numbers:
    """Use of the limits, with a usual one for those who have nobody in the planted assignment."""
    idle = planted_use[PANEL] <= 0
    usual = np.zeros(4)
    if not idle.all():
        usual = np.median(planted_use[:, ~idle] / providers.share[~idle], axis=1)
    return np.where(idle, usual[:, None] * providers.share, planted_use)


def _whole_facilities(needed: Numbers, tightness: Tightness, rng: np.random.Generator) -> Numbers:
    """Whole numbers of facilities; when tight, a spare place here and there, 3 % in all."""
    if tightness == "typical":
        return np.ceil(needed - 1e-9)
    used_places = np.ceil(needed - 1e-9)
    spare = round(float(used_places.sum()) * (1.0 / TIGHT_SHARE - 1.0))
    return used_places + np.bincount(rng.integers(0, len(needed), spare), minlength=len(needed))
