"""Which physicians the rules allow at which place, nearest first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from data.geography import miles_between
from data.synthetic.places import Places
from data.synthetic.providers import OPEN, Providers

NEAREST = 90
FEWEST = 5
MARGIN_MILES = 0.02

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Candidates:
    """For each place its nearest physicians: `provider[f, k]`, `miles[f, k]`, and whether they are allowed.

    `allowed` looks at licenses, credentials, regions and distance, whatever becomes of the physician.
    """

    provider: Ints
    miles: npt.NDArray[np.float64]
    allowed: Flags


def find_candidates(places: Places, providers: Providers) -> Candidates:
    """The candidates of every place; where fewer than FEWEST remain, the nearest ones are extended."""
    physicians = np.flatnonzero(providers.physician)
    found = _nearest(places, providers, physicians)
    miles = miles_between(
        places.latitude[:, None],
        places.longitude[:, None],
        providers.latitude[found],
        providers.longitude[found],
    )
    order = np.argsort(miles, axis=1, kind="stable")
    found, miles = np.take_along_axis(found, order, 1), np.take_along_axis(miles, order, 1)
    _extend(places, providers, found, miles, _allowed(places, providers, found, miles))
    return Candidates(found, miles, _allowed(places, providers, found, miles))


def _unit_vectors(
    latitude: npt.NDArray[np.float64], longitude: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    phi, theta = np.radians(latitude), np.radians(longitude)
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def _nearest(places: Places, providers: Providers, physicians: Ints) -> Ints:
    tree = cKDTree(_unit_vectors(providers.latitude[physicians], providers.longitude[physicians]))
    wanted = min(NEAREST, len(physicians))
    _, found = tree.query(_unit_vectors(places.latitude, places.longitude), k=np.arange(1, wanted + 1))
    return physicians[found]


def _allowed(places: Places, providers: Providers, found: Ints, miles: npt.NDArray[np.float64]) -> Flags:
    """License, credentials, region and distance, place by place."""
    allowed = miles <= providers.max_miles[found] - MARGIN_MILES
    allowed &= providers.licensed[found, places.state[:, None]]
    allowed &= providers.covers[found, places.region[:, None]] | providers.everywhere[found]
    for credential in range(places.needed.shape[1]):
        allowed &= providers.holds[found, credential] | ~places.needed[:, None, credential]
    return allowed


def _extend(
    places: Places, providers: Providers, found: Ints, miles: npt.NDArray[np.float64], allowed: Flags
) -> None:
    """Give the nearest available physicians what they lack where a place has too few.

    Without this a rural or unusual place would have nobody at all, which is no instance to plan.
    """
    takes = providers.available[found] & (providers.panel[found] == OPEN)
    few = (allowed & takes).sum(axis=1) < FEWEST
    for place in np.flatnonzero(few):
        missing = FEWEST - int((allowed[place] & takes[place]).sum())
        for slot in np.flatnonzero(takes[place] & ~allowed[place])[:missing]:
            provider = found[place, slot]
            providers.licensed[provider, places.state[place]] = True
            providers.covers[provider, places.region[place]] = True
            providers.holds[provider] |= places.needed[place]
            reach = np.ceil(miles[place, slot] + MARGIN_MILES)
            providers.max_miles[provider] = max(providers.max_miles[provider], reach)
