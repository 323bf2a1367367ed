"""Places of care: facilities of very different sizes, and ZIP codes where people are seen at home."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.metros import Metros

TYPES = ("snf", "alf", "home", "clinic", "group_home")
TYPE_SHARE = (0.28, 0.26, 0.08, 0.22, 0.16)
TYPE_SIZE = (1.4, 0.9, 0.6, 1.5, 0.3)
CREDENTIALS = ("alf_orientation", "behavioral_health", "clinic_privileges", "snf_privileges")
NEEDED_BY_TYPE = {"snf": (3, 1.0), "alf": (0, 0.4), "clinic": (2, 0.5), "group_home": (1, 0.6)}
"""Type of facility -> (position in CREDENTIALS, share of such facilities that ask for it)."""

AT_HOME = 0.18
PATIENTS_PER_FACILITY = 42
SIZE_SPREAD = 0.7
LARGEST_FACILITY = 360

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Places of care: `facilities` facilities first, then one for each ZIP code with people at home.

    `zip` is a position in the metros' ZIP codes, `kind` one in TYPES (-1: at home), `needed[f, c]` says
    that credential c is required, `patients` how many are seen there.
    """

    facilities: int
    metro: Ints
    zip: Ints
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    state: Ints
    region: Ints
    kind: Ints
    needed: npt.NDArray[np.bool_]
    patients: Ints


def draw_places(patients: int, metros: Metros, rng: np.random.Generator) -> Places:
    """Facilities and home ZIP codes for that many patients."""
    at_home = int(rng.binomial(patients, AT_HOME)) if patients > 1 else 0
    facilities = max(3, round((patients - at_home) / PATIENTS_PER_FACILITY))
    metro = np.sort(rng.choice(metros.count, facilities, p=metros.share))
    kind = rng.choice(len(TYPES), facilities, p=TYPE_SHARE)
    seen = _facility_sizes(patients - at_home, kind, rng)
    home_metro = rng.choice(metros.count, at_home, p=metros.share)
    home_zip, first, home_seen = np.unique(
        metros.draw_zips(home_metro, rng), return_index=True, return_counts=True
    )
    zips = metros.zips
    where = np.concatenate([metros.draw_zips(metro, rng), home_zip])
    off_center = rng.normal(0.0, 0.01, (2, facilities))
    latitude, longitude = zips.latitude[where], zips.longitude[where]
    latitude[:facilities] += off_center[0]
    longitude[:facilities] += off_center[1]
    needed = np.zeros((len(where), len(CREDENTIALS)), dtype=np.bool_)
    needed[:facilities] = _needed_credentials(kind, rng)
    return Places(
        facilities,
        np.concatenate([metro, home_metro[first]]),
        where,
        np.round(latitude, 4),
        np.round(longitude, 4),
        np.searchsorted(np.array(metros.states), zips.state[where]),
        zips.region[where],
        np.concatenate([kind, np.full(len(home_zip), -1)]),
        needed,
        np.concatenate([seen, home_seen]),
    )


def _facility_sizes(patients: int, kind: Ints, rng: np.random.Generator) -> Ints:
    """Patients of every facility: lognormal, larger for some types, with an upper end."""
    weight = np.array(TYPE_SIZE)[kind] * rng.lognormal(0.0, SIZE_SPREAD, len(kind))
    largest = LARGEST_FACILITY / max(1.0, patients / len(kind)) * weight.mean()
    weight = np.minimum(weight, max(largest, weight.mean()))
    return rng.multinomial(patients, weight / weight.sum())


def _needed_credentials(kind: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    needed = np.zeros((len(kind), len(CREDENTIALS)), dtype=np.bool_)
    drawn = rng.random(len(kind))
    for name, (credential, share) in NEEDED_BY_TYPE.items():
        needed[:, credential] |= (kind == TYPES.index(name)) & (drawn < share)
    return needed
