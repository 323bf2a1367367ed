"""What stands today: the planted assignment, scrambled by defaults, departures and gaps."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.candidates import Candidates
from data.synthetic.patients import Patients
from data.synthetic.places import Places
from data.synthetic.providers import NOT_APPROVED, OPEN, Providers

NEAREST_FEW = 8
FACILITIES_OF_LEAVER = 5
DEFAULT_AS_PLANTED = 0.72
EXPLICIT_AS_PLANTED = 0.6
FOLLOWS = 0.97
FOLLOWS_AGAINST_RULES = 0.03
WITHOUT_DEFAULT = 0.03
UNASSIGNED_WITHOUT_DEFAULT = 0.6
UNASSIGNED_AT_HOME = 0.11
TRIES = 4

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Today:
    """`default[f]`: provider of facility f (-1: none); `standing[i]`: of patient i (-1: nobody).

    `follows[i]` says that the patient has the facility's default, without a row of one's own.
    """

    default: Ints
    standing: Ints
    follows: Flags


def draw_today(
    patients: Patients,
    places: Places,
    providers: Providers,
    candidates: Candidates,
    planted: Ints,
    accepts: Flags,
    rng: np.random.Generator,
) -> Today:
    """Today's assignments; patients planted with a closed panel are on it already.

    Households keep together: all draws are made once for each household.
    """
    cumulative = _preference(candidates, providers)
    household = patients.household
    default = _draw_defaults(places, providers, candidates, planted, patients.place, cumulative, rng)
    bound = providers.panel[planted] != OPEN
    offered = np.append(default, np.full(len(places.patients) - len(default), -1))[patients.place]
    suits = (offered >= 0) & accepts[offered, patients.number]
    against = rng.random(patients.count)[household] < FOLLOWS_AGAINST_RULES
    willing = rng.random(patients.count)[household] < FOLLOWS
    follows = (offered >= 0) & (suits | against) & willing & (~bound | (offered == planted))
    own = _draw_own(patients, places, candidates, planted, accepts, cumulative, rng)
    own = np.where(bound, planted, own)
    at_home = patients.place >= places.facilities
    gap = np.where(at_home, UNASSIGNED_AT_HOME, np.where(offered < 0, UNASSIGNED_WITHOUT_DEFAULT, 0.0))
    alone = (rng.random(patients.count)[household] < gap) & ~bound
    standing = np.where(follows, offered, np.where(alone, -1, own))
    return Today(default, standing, follows)


def _preference(candidates: Candidates, providers: Providers) -> npt.NDArray[np.float64]:
    """Running sum over a place's candidates of how often each is chosen today: the nearest allowed ones."""
    usable = candidates.allowed & (providers.panel[candidates.provider] == OPEN)
    usable &= providers.fate[candidates.provider] != NOT_APPROVED
    usable &= np.cumsum(usable, axis=1) <= NEAREST_FEW
    return np.cumsum(usable * providers.share[candidates.provider], axis=1)


def _facilities_of_leavers(places: Places, providers: Providers, candidates: Candidates) -> tuple[Ints, Ints]:
    """The nearest facilities of those who leave, and whose they are: nobody leaves without a caseload."""
    leaving = providers.leaving[candidates.provider[: places.facilities]]
    facility, slot = np.nonzero(candidates.allowed[: places.facilities] & leaving)
    leaver = candidates.provider[facility, slot]
    order = np.lexsort((facility, candidates.miles[facility, slot], leaver))
    facility, leaver = facility[order], leaver[order]
    rank = np.arange(len(leaver)) - np.searchsorted(leaver, leaver)
    near = rank < FACILITIES_OF_LEAVER
    return facility[near], leaver[near]


def _choose(
    place: Ints, candidates: Candidates, cumulative: npt.NDArray[np.float64], rng: np.random.Generator
) -> Ints:
    """One of the usual candidates of every place in `place`; -1 where there are none."""
    total = cumulative[place, -1]
    wanted = rng.random(len(place)) * total
    slot = np.zeros(len(place), dtype=np.int64)
    for column in range(cumulative.shape[1]):
        slot += cumulative[place, column] <= wanted
    chosen = candidates.provider[place, np.minimum(slot, cumulative.shape[1] - 1)]
    return np.where(total > 0, chosen, -1)


def main_providers(places: Places, providers: Providers, planted: Ints, place: Ints) -> Ints:
    """Who has most patients of each facility in the planted assignment (-1: nobody is there)."""
    pairs, counts = np.unique(place * providers.count + planted, return_counts=True)
    at, provider = np.divmod(pairs, providers.count)
    order = np.lexsort((provider, -counts, at))
    seen, first = np.unique(at[order], return_index=True)
    main = np.full(len(places.patients), -1)
    main[seen] = provider[order][first]
    return main[: places.facilities]


def _draw_defaults(
    places: Places,
    providers: Providers,
    candidates: Candidates,
    planted: Ints,
    place: Ints,
    cumulative: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Ints:
    """A default for nearly every facility: mostly the one who has most of it in the planted assignment."""
    main = main_providers(places, providers, planted, place)
    drawn = _choose(np.arange(places.facilities), candidates, cumulative, rng)
    stay = (rng.random(places.facilities) < DEFAULT_AS_PLANTED) | (drawn < 0)
    none = rng.random(places.facilities) < WITHOUT_DEFAULT
    default = np.where(none, -1, np.where(stay, main, drawn))
    left, leaver = _facilities_of_leavers(places, providers, candidates)
    default[left] = leaver
    bound = (main >= 0) & (providers.panel[main] != OPEN)
    return np.where(bound, main, default)


def _draw_own(
    patients: Patients,
    places: Places,
    candidates: Candidates,
    planted: Ints,
    accepts: Flags,
    cumulative: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Ints:
    """A provider for a patient who does not follow a default: the planted one or another who is allowed.

    The other one is the same for a whole facility, or it would be scattered over everybody.
    """
    own = planted.copy()
    changes = rng.random(patients.count)[patients.household] >= EXPLICIT_AS_PLANTED
    changes &= patients.household == np.arange(patients.count)
    usual = _choose(np.arange(len(places.patients)), candidates, cumulative, rng)
    for attempt in range(TRIES):
        undecided = np.flatnonzero(changes)
        place = patients.place[undecided]
        drawn = _choose(place, candidates, cumulative, rng)
        if attempt == 0:
            drawn = np.where(place < places.facilities, usual[place], drawn)
        else:
            drawn[place < places.facilities] = -1
        fits = (drawn >= 0) & accepts[drawn, patients.number[undecided]]
        own[undecided[fits]] = drawn[fits]
        changes[undecided[fits]] = False
    return own[patients.household]
