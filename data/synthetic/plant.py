"""The good assignment that is chosen first, and to which the capacities are then fitted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.synthetic.candidates import Candidates
from data.synthetic.insurance import class_acceptance, parts
from data.synthetic.places import Places
from data.synthetic.providers import Providers

BLOCK = 120
"""Most patients of one place that are planted together (even, so that households of two are not cut)."""

FEWEST_FOR_CLASS = 3

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass
class _Planting:
    """Load so far, and what the physicians accept (extended where a class would have nobody)."""

    accepts: Flags
    accepted: Flags
    meets: Flags
    load: npt.NDArray[np.float64]
    wanted: npt.NDArray[np.float64]


def plant(
    place: Ints,
    number: Ints,
    places: Places,
    providers: Providers,
    candidates: Candidates,
    accepted: Flags,
) -> Ints:
    """A provider for every patient (`place` ascending, `number`: class), by blocks, nearby, evenly.

    `accepted` and `providers.meets` are extended where a class has fewer than three at its place.
    """
    state = _Planting(
        class_acceptance(accepted, providers.meets),
        accepted,
        providers.meets,
        np.zeros(providers.count),
        _wanted_load(places, providers),
    )
    planted = np.full(len(place), -1, dtype=np.int64)
    start = np.searchsorted(place, np.arange(len(places.patients) + 1))
    available = providers.available
    for at in np.argsort(-places.patients, kind="stable"):
        usable = candidates.allowed[at] & available[candidates.provider[at]]
        who, miles = candidates.provider[at][usable], candidates.miles[at][usable]
        for first in range(start[at], start[at + 1], BLOCK):
            block = slice(first, min(first + BLOCK, start[at + 1]))
            planted[block] = _plant_block(number[block], who, miles, state)
    return planted


def _wanted_load(places: Places, providers: Providers) -> npt.NDArray[np.float64]:
    """Patients that each available physician should have: those of the metro, by working time."""
    working = providers.share * providers.available
    metros = max(int(places.metro.max()), int(providers.metro.max())) + 1
    people = np.bincount(places.metro, places.patients, metros)
    hands = np.bincount(providers.metro, working, metros)
    return working * (people / np.maximum(hands, 0.5))[providers.metro]


def _plant_block(number: Ints, who: Ints, miles: npt.NDArray[np.float64], state: _Planting) -> Ints:
    """Providers of one block: one takes all that it accepts, the next the rest, and so on."""
    classes, which, counts = np.unique(number, return_inverse=True, return_counts=True)
    _extend_acceptance(classes, who, state)
    accepts = state.accepts[who][:, classes]
    taker = np.full(len(classes), -1, dtype=np.int64)
    waiting = counts.astype(np.float64)
    while waiting.any():
        covered = accepts @ waiting
        room = np.maximum(state.wanted[who] - state.load[who], 0.0)
        score = covered * np.clip(room / np.maximum(covered, 1.0), 0.02, 1.0) / (1.0 + miles / 8.0)
        best = int(np.argmax(score))
        taken = accepts[best] & (waiting > 0)
        taker[taken] = who[best]
        state.load[who[best]] += covered[best]
        waiting[taken] = 0.0
    return taker[which]


def _extend_acceptance(classes: Ints, who: Ints, state: _Planting) -> None:
    """Let the nearest accept a class that fewer than three of `who` take."""
    short = state.accepts[who][:, classes].sum(axis=0) < min(FEWEST_FOR_CLASS, len(who))
    for number in classes[short]:
        each = parts(number)
        lacking = who[~state.accepts[who, number]]
        missing = min(FEWEST_FOR_CLASS, len(who)) - int(state.accepts[who, number].sum())
        for provider in lacking[:missing]:
            if not state.meets[provider, each.need]:
                state.meets[provider, each.need] = True
            one = state.accepted[provider]
            if not (one[each.first] or (each.second >= 0 and one[each.second])):
                one[each.first] = True
            state.accepts[provider] = class_acceptance(
                state.accepted[provider : provider + 1], state.meets[provider : provider + 1]
            )[0]
