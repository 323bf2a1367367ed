"""Table of patients, and what is drawn for each of them beyond the plan itself."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.synthetic.arrow import build, dates, ids, joined, take, take_lists
from data.synthetic.insurance import NEEDS, PLANS, PatientClass, parts
from data.synthetic.names import FIRST, LAST
from data.synthetic.world import World

LANGUAGES = ("en", "es", "zh", "pt", "ht", "vi")
LANGUAGE_SHARE = (0.84, 0.1, 0.02, 0.02, 0.01, 0.01)
MEAN_AGE = np.array((74.0, 81.0, 79.0, 72.0, 68.0, 58.0))
"""At home, then by position in `places.TYPES`."""

TENURE_MONTHS = 28.0
CHRONIC_CARE = np.array((0.06, 0.14, 0.24, 0.3, 0.34))
MONITORED = np.array((0.02, 0.05, 0.1, 0.13, 0.15))
"""Share enrolled in each program, by acuity 1 to 5."""

REQUESTS = 0.02

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """For every patient in place order: months with the present provider, enrolments, who is asked for."""

    tenure: Ints
    chronic_care: Flags
    monitored: Flags
    requested: Ints


def draw_people(
    world: World, provider_months: Ints, default_months: Ints, rng: np.random.Generator
) -> People:
    """Details that need today's assignments."""
    patients, today = world.patients, world.today
    tenure = np.minimum(rng.exponential(TENURE_MONTHS, patients.count).astype(np.int64), 240)
    tenure = np.minimum(tenure, provider_months[today.standing])
    at = np.minimum(patients.place, world.places.facilities - 1)
    tenure = np.where(today.follows, np.minimum(tenure, default_months[at]), tenure)
    tenure[today.standing < 0] = 0
    acuity = patients.acuity - 1
    enrolled = rng.random((2, patients.count)) < (CHRONIC_CARE[acuity], MONITORED[acuity])
    slot = rng.integers(0, min(6, world.candidates.provider.shape[1]), patients.count)
    nearby = world.candidates.provider[patients.place, slot]
    asks = rng.random(patients.count)[patients.household] < REQUESTS
    wanted = np.where(rng.random(patients.count) < 0.6, world.planted, nearby)[patients.household]
    return People(tenure, enrolled[0], enrolled[1], np.where(asks, wanted, -1))


def patient_table(world: World, people: People, rng: np.random.Generator) -> pa.Table:
    """Patients in the order of their ids."""
    order, count = world.order, world.patients.count
    columns = _who(world, order, rng) | _where(world, order)
    columns |= _care(world, people, order) | {"patient_id": world.patient_ids}
    return build("patients", count, columns)


def _who(world: World, order: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    patients, count = world.patients, world.patients.count
    last = rng.integers(0, len(LAST), count)[patients.household][order]
    first = rng.integers(0, len(FIRST), count)
    kind = world.places.kind[patients.place] + 1
    age = np.clip(rng.normal(MEAN_AGE[kind], 11.0), 19.0, 104.0)
    language = rng.choice(len(LANGUAGES), count, p=LANGUAGE_SHARE)[patients.household]
    return {
        "name": joined(take(FIRST, first), pa.scalar(" "), take(LAST, last)),
        "birth_date": dates((world.today_is - age * 365.25).astype(np.int64)[order]),
        "sex": take(("female", "male"), (rng.random(count) < 0.4).astype(np.int64)),
        "language": take(LANGUAGES, language[order]),
    }


def _where(world: World, order: Ints) -> dict[str, pa.Array]:
    """Home, practice and facility. Residents have the facility's coordinates, others their ZIP code's."""
    patients, places, zips = world.patients, world.places, world.metros.zips
    place, home = patients.place[order], patients.home[order]
    resident = (place < places.facilities) & (home == places.zip[place])
    facility = np.where(place < places.facilities, place, -1)
    return {
        "practice_id": take(world.practice_ids, world.practices.of_place[place]),
        "facility_id": take(world.facility_ids, facility),
        "region": take(zips.regions, places.region[place]),
        "city": take(zips.city, home),
        "state": take(zips.state, home),
        "zip": take(zips.code, home),
        "latitude": pa.array(np.where(resident, places.latitude[place], zips.latitude[home])),
        "longitude": pa.array(np.where(resident, places.longitude[place], zips.longitude[home])),
    }


def _care(world: World, people: People, order: Ints) -> dict[str, pa.Array]:
    patients = world.patients
    number = patients.number[order]
    transition = world.today_is + 1 + (patients.person[order] * 7) % 30
    enrolled = people.chronic_care[order] + 2 * people.monitored[order]
    return {
        "acuity": pa.array(patients.acuity[order]),
        "needs": take_lists([[code] if code else [] for code in NEEDS], parts(number).need),
        "programs": take_lists(((), ("CCM",), ("RPM",), ("CCM", "RPM")), enrolled),
        "insurances": _insurances(parts(number)),
        "household_id": _households(world, order),
        "panel_weight": pa.array(patients.weight[order]),
        "visits_per_month": pa.array(patients.visits[order]),
        "minutes_per_visit": pa.array(patients.minutes[order]),
        "requested_provider_id": take(world.provider_ids, people.requested[order]),
        "transition_until": dates(transition, patients.in_transition[order]),
        "tenure_months": pa.array(people.tenure[order]),
    }


def _insurances(plans: PatientClass) -> pa.Array:
    names = [plan[0] for plan in PLANS]
    pairs = [[first] if second is None else [first, second] for first in names for second in (None, *names)]
    return take_lists(pairs, plans.first * (len(PLANS) + 1) + plans.second + 1)


def _households(world: World, order: Ints) -> pa.Array:
    """Ids of households of two or more, null for the others."""
    household, count = world.patients.household, world.patients.count
    members = np.bincount(household, minlength=count)
    numbered = np.cumsum(members > 1) - 1
    shared = np.where(members[household] > 1, numbered[household], -1)
    return take(ids("H", int((members > 1).sum())), shared[order])
