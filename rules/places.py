"""Where records are, and in which direction from the center of the earth."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rules.bits import Bool
from rules.coding import Int32

Floats = npt.NDArray[np.float64]


class Places(NamedTuple):
    """Coordinates in degrees, NaN where not known."""

    latitude: Floats
    longitude: Floats


NOWHERE = Places(np.zeros(0), np.zeros(0))
"""No place at all."""


def taken(places: Places, rows: Int32) -> Places:
    """Places of some rows."""
    return Places(places.latitude[rows], places.longitude[rows])


def known(places: Places) -> Bool:
    """Which places are known."""
    return ~(np.isnan(places.latitude) | np.isnan(places.longitude))


def directions(places: Places) -> Floats:
    """Unit vectors, one row each; the dot product of two is the cosine of the angle between them.

    A place that is not known counts as 0 degrees north and east.
    """
    there = known(places)
    latitude = np.radians(np.where(there, places.latitude, 0.0))
    longitude = np.radians(np.where(there, places.longitude, 0.0))
    east, north = np.cos(latitude) * np.sin(longitude), np.sin(latitude)
    return np.stack([np.cos(latitude) * np.cos(longitude), east, north], axis=1)
