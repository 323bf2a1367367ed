"""A world of two facilities and two physicians, small enough to reckon by hand."""

import numpy as np

from data.synthetic.patients import Patients
from data.synthetic.places import Places
from data.synthetic.providers import Providers


def places(patients: list[int], facilities: int) -> Places:
    """Places at the equator, a degree of longitude apart, that ask for nothing."""
    count = len(patients)
    return Places(
        facilities,
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count),
        np.arange(count, dtype=np.float64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.where(np.arange(count) < facilities, 0, -1),
        np.zeros((count, 4), dtype=np.bool_),
        np.array(patients),
    )


def physicians(longitudes: list[float], share: list[float] | None = None) -> Providers:
    """Physicians at the equator who work, hold everything and go everywhere."""
    count = len(longitudes)
    yes = np.ones(count, dtype=np.bool_)
    return Providers(
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.zeros(count),
        np.array(longitudes),
        np.zeros(count, dtype=np.int64),
        yes,
        ~yes,
        np.array(share or [1.0] * count),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.ones((count, 1), dtype=np.bool_),
        np.ones((count, 4), dtype=np.bool_),
        np.ones((count, 1), dtype=np.bool_),
        yes.copy(),
        np.ones((count, 3), dtype=np.bool_),
        np.full(count, 500.0),
    )


def patients(place: list[int], visits: float = 2.0, minutes: float = 30.0, weight: float = 1.5) -> Patients:
    """Patients who live alone, of insurance class 0."""
    count = len(place)
    return Patients(
        np.array(place),
        np.arange(count),
        np.zeros(count, dtype=np.int64),
        np.zeros(count, dtype=np.int64),
        np.ones(count, dtype=np.int64),
        np.full(count, weight),
        np.full(count, visits),
        np.full(count, minutes),
        np.zeros(count, dtype=np.bool_),
        np.arange(count),
    )
