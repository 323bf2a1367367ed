"""Takes the excess of a drawn today away from most providers, so that only some are over a maximum."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from data.synthetic.capacity import used
from data.synthetic.patients import Patients
from data.synthetic.places import Places
from data.synthetic.providers import Providers
from data.synthetic.today import Today, main_providers

STAY_OVER = 0.25
ROUNDS = 8

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def relieve(
    today: Today,
    patients: Patients,
    places: Places,
    providers: Providers,
    planted: Ints,
    maximum: npt.NDArray[np.float64],
    rng: np.random.Generator,
) -> Today:
    """Give patients of overloaded providers back to the planted ones, but for a quarter of the providers.

    The planted assignment fits, so that every round comes nearer to one that does.
    """
    relieved = providers.available & (rng.random(providers.count) >= STAY_OVER)
    main = main_providers(places, providers, planted, patients.place)
    for _ in range(ROUNDS):
        use = used(patients, places, providers, today.standing)
        over = (use > maximum).any(axis=0) & relieved
        if not over.any():
            break
        today = _give_back(today, patients, planted, main, over)
    return today


def _give_back(today: Today, patients: Patients, planted: Ints, main: Ints, over: Flags) -> Today:
    """Defaults first, then everybody whom an overloaded provider has and should not have."""
    changed = (today.default >= 0) & over[today.default] & (today.default != main) & (main >= 0)
    default = np.where(changed, main, today.default)
    at = np.minimum(patients.place, len(default) - 1)
    follows = today.follows & (~changed[at] | (planted == default[at]))
    standing = np.where(today.follows & changed[at], planted, today.standing)
    back = (standing >= 0) & over[standing] & (standing != planted)
    return replace(
        today,
        default=default,
        standing=np.where(back, planted, standing),
        follows=follows & ~back,
    )
