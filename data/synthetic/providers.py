"""Providers: who they are, where they sit, what they may do, and what becomes of them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.geography import miles_between
from data.synthetic.insurance import NEEDS
from data.synthetic.metros import Metros
from data.synthetic.places import CREDENTIALS
from data.synthetic.states import BORDERS

PATIENTS_PER_PROVIDER = 300
FEWEST_PROVIDERS = 6
CARE_MANAGERS = 0.1
BOTH_ROLES = 0.02
LEAVING = 0.03
ON_LEAVE = 0.01
UNAPPROVED = 0.01
PANEL_CLOSED = 0.06
FEWEST_FOR_CLOSED = 20
CREDENTIAL_SHARE = (0.7, 0.6, 0.7, 0.65)
MEETS_SHARE = (1.0, 0.35, 0.2)
REACH_MILES = (8, 10, 12, 15, 18, 22)
NEIGHBOR_MILES = 32.0

WORKS, ENDS_SOON, LEFT, ON_LEAVE_NOW, NOT_APPROVED = range(5)
"""Fates: the last four take nobody; the middle three have patients today who need somebody else."""

OPEN, EXISTING_ONLY, CLOSED = range(3)
"""Positions in PANEL_STATUS."""

PANEL_STATUS = ("new", "existing_only", "closed")

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Providers:
    """Providers in id order; arrays are parallel.

    `licensed[p, state]`, `holds[p, credential]`, `covers[p, region]`, `meets[p, need]` and `max_miles`
    are what is in force; while patients are planted they may be extended, never narrowed.
    """

    metro: Ints
    zip: Ints
    latitude: npt.NDArray[np.float64]
    longitude: npt.NDArray[np.float64]
    state: Ints
    physician: Flags
    care_manager: Flags
    share: npt.NDArray[np.float64]
    fate: Ints
    panel: Ints
    licensed: Flags
    holds: Flags
    covers: Flags
    everywhere: Flags
    meets: Flags
    max_miles: npt.NDArray[np.float64]

    @property
    def count(self) -> int:
        """Number of providers."""
        return len(self.metro)

    @property
    def available(self) -> Flags:
        """Physicians who may have patients from now on."""
        return self.physician & (self.fate == WORKS)

    @property
    def leaving(self) -> Flags:
        """Physicians whose patients of today need somebody else."""
        return self.physician & np.isin(self.fate, (ENDS_SOON, LEFT, ON_LEAVE_NOW))


def draw_providers(patients: int, metros: Metros, rng: np.random.Generator) -> Providers:
    """About one provider for 300 patients, spread over the metros as the patients are."""
    count = max(FEWEST_PROVIDERS, round(patients / PATIENTS_PER_PROVIDER))
    metro = _spread(count, metros, rng)
    where = metros.draw_zips(metro, rng)
    zips = metros.zips
    state = np.searchsorted(np.array(metros.states), zips.state[where])
    off_center = rng.normal(0.0, 0.01, (2, count))
    care_manager = np.zeros(count, dtype=np.bool_)
    care_manager[rng.permutation(count)[: max(1, round(count * CARE_MANAGERS))]] = True
    physician = ~care_manager
    fate = _draw_fates(physician, rng)
    panel = rng.choice(3, count, p=(1 - PANEL_CLOSED, PANEL_CLOSED * 2 / 3, PANEL_CLOSED / 3))
    panel[(fate != WORKS) | ~physician | (count < FEWEST_FOR_CLOSED)] = OPEN
    providers = Providers(
        metro,
        where,
        np.round(zips.latitude[where] + off_center[0], 4),
        np.round(zips.longitude[where] + off_center[1], 4),
        state,
        physician,
        care_manager | (physician & (rng.random(count) < BOTH_ROLES)),
        rng.choice((1.0, 0.8, 0.6, 0.5), count, p=(0.68, 0.15, 0.1, 0.07)),
        fate,
        panel,
        _draw_licenses(state, metros.states, rng),
        rng.random((count, len(CREDENTIALS))) < CREDENTIAL_SHARE,
        _draw_regions(where, metros, rng),
        rng.random(count) < 0.1,
        rng.random((count, len(NEEDS))) < MEETS_SHARE,
        rng.choice(REACH_MILES, count).astype(np.float64),
    )
    for qualification in (providers.licensed, providers.holds):
        qualification[care_manager] = True  # they work by telephone, under a compact license
    providers.everywhere[care_manager] = True
    return providers


def _spread(count: int, metros: Metros, rng: np.random.Generator) -> Ints:
    """A metro for every provider, in proportion to people and with at least a handful each."""
    exact = metros.share * count
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(whole - exact, kind="stable")[: count - int(whole.sum())]
    whole[rest] += 1
    return rng.permutation(np.repeat(np.arange(metros.count), whole))


def _draw_fates(physician: Flags, rng: np.random.Generator) -> Ints:
    """About 3 % leave or have left (never all of a small group), a few are on leave or not approved yet."""
    order = rng.permutation(np.flatnonzero(physician))
    leaving = max(1, round(len(order) * LEAVING))
    fate = np.full(len(physician), WORKS)
    fate[order[:leaving]] = np.where(rng.random(leaving) < 0.3, LEFT, ENDS_SOON)
    on_leave, unapproved = round(len(order) * ON_LEAVE), round(len(order) * UNAPPROVED)
    fate[order[leaving : leaving + on_leave]] = ON_LEAVE_NOW
    fate[order[leaving + on_leave : leaving + on_leave + unapproved]] = NOT_APPROVED
    return fate


def _draw_licenses(state: Ints, states: tuple[str, ...], rng: np.random.Generator) -> Flags:
    """The state of the base, and a third of the bordering ones."""
    borders = np.array([[other in BORDERS[one].split() for other in states] for one in states])
    licensed: Flags = borders[state] & (rng.random((len(state), len(states))) < 0.35)
    licensed[np.arange(len(state)), state] = True
    return licensed


def _draw_regions(where: Ints, metros: Metros, rng: np.random.Generator) -> Flags:
    """The home county and most of the counties around it."""
    zips = metros.zips
    regions = len(zips.regions)
    members = np.bincount(zips.region, minlength=regions)
    latitude = np.bincount(zips.region, zips.latitude, regions) / members
    longitude = np.bincount(zips.region, zips.longitude, regions) / members
    home = zips.region[where]
    near = (
        miles_between(latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :])
        <= NEIGHBOR_MILES
    )
    covers: Flags = near[home] & (rng.random((len(where), regions)) < 0.7)
    covers[np.arange(len(where)), home] = True
    return covers
