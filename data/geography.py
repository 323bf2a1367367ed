"""Distances between places, offline.

Road distance and time are estimated from the great circle: roads are about 1.2 to 1.4 times longer
than the crow flies (Boscoe, Henry, Zdeb 2012, doi:10.1080/00330124.2011.583586: 1.417 on average in the
United States), and a car does about 30 miles an hour door to door.
"""

import numpy as np
import numpy.typing as npt

EARTH_RADIUS_MILES = 3958.7613
ROAD_DETOUR = 1.417
MILES_PER_HOUR = 30.0

Degrees = npt.NDArray[np.float64]


def miles_between(
    latitude: Degrees, longitude: Degrees, other_latitude: Degrees, other_longitude: Degrees
) -> npt.NDArray[np.float64]:
    """Great-circle miles (haversine), elementwise with broadcasting; NaN where a coordinate is NaN."""
    phi, other_phi = np.radians(latitude), np.radians(other_latitude)
    half_phi = np.sin((phi - other_phi) / 2)
    half_lambda = np.sin((np.radians(longitude) - np.radians(other_longitude)) / 2)
    chord = half_phi**2 + np.cos(phi) * np.cos(other_phi) * half_lambda**2
    return 2 * EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0)))


def minutes_for(miles: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Minutes by car for great-circle miles."""
    return miles * (ROAD_DETOUR / MILES_PER_HOUR * 60.0)
