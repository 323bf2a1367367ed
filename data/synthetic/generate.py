"""Draws a population: a snapshot as it stands today, and the good assignment that is hidden in it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from data.snapshot import Snapshot
from data.synthetic.arrow import ids, take
from data.synthetic.candidates import find_candidates
from data.synthetic.capacity import Tightness, draw_maxima, draw_new_patients, used
from data.synthetic.events import event_tables
from data.synthetic.insurance import class_acceptance, draw_acceptance, draw_market
from data.synthetic.metros import draw_metros
from data.synthetic.organization import organization_tables
from data.synthetic.patients import draw_patients
from data.synthetic.people import draw_people, patient_table
from data.synthetic.places import draw_places
from data.synthetic.plant import plant
from data.synthetic.providers import draw_providers
from data.synthetic.relief import relieve
from data.synthetic.staff import staff_tables
from data.synthetic.today import draw_today
from data.synthetic.world import World, draw_practices

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Generated:
    """What was drawn. `planted` (patient_id, provider_id; sorted) assigns every patient within every
    core rule and limit although the providers who leave take nobody, so a feasible plan exists.
    """

    snapshot: Snapshot
    planted: pa.Table


def generate(patients: int, seed: int, as_of: date, tightness: Tightness = "typical") -> Generated:
    """A believable population of that many patients, a function of its arguments alone.

    In `typical` the planted assignment uses 85 to 90 % of the capacities, and which limit binds differs
    by provider; in `tight` it uses 97 % of the visits and of the facility places. ValueError for fewer
    than 10 patients, too few to have households, defaults and departures.
    """
    if patients < 10:
        raise ValueError(f"{patients} patients are too few to generate; ask for 10 or more")
    rng = np.random.default_rng(seed)
    world = _draw_world(patients, (as_of - EPOCH).days, tightness, rng)
    months = rng.integers(6, 240, world.providers.count)
    default_months = np.minimum(rng.integers(3, 60, world.places.facilities), months[world.today.default])
    people = draw_people(world, months, default_months, rng)
    tables = organization_tables(world, rng) | staff_tables(world, months, rng)
    tables["patients"] = patient_table(world, people, rng)
    tables |= event_tables(world, people, default_months, tables["absences"], rng)
    planted = pa.table(
        {
            "patient_id": world.patient_ids,
            "provider_id": take(world.provider_ids, world.planted[world.order]),
        }
    )
    return Generated(Snapshot(as_of, tables), planted)


def _draw_world(patients: int, today_is: int, tightness: Tightness, rng: np.random.Generator) -> World:
    """Places and providers, then patients, the planted assignment, today's, and the capacities."""
    metros = draw_metros(patients, rng)
    places = draw_places(patients, metros, rng)
    providers = draw_providers(patients, metros, rng)
    market = draw_market(len(metros.states), rng)
    accepted = draw_acceptance(providers.state, market, rng)
    crowd = draw_patients(places, metros, market, rng)
    candidates = find_candidates(places, providers)
    planted = plant(crowd.place, crowd.number, places, providers, candidates, accepted)
    accepts = class_acceptance(accepted, providers.meets)
    today = draw_today(crowd, places, providers, candidates, planted, accepts, rng)
    maximum = draw_maxima(used(crowd, places, providers, planted), providers, tightness, rng)
    today = relieve(today, crowd, places, providers, planted, maximum, rng)
    newcomers = np.bincount(planted[today.standing != planted], minlength=providers.count)
    practices = draw_practices(patients, metros, places, providers, rng)
    return World(
        today_is,
        metros,
        places,
        providers,
        accepted,
        crowd,
        candidates,
        planted,
        today,
        maximum,
        draw_new_patients(newcomers, rng),
        practices,
        ids("P", providers.count),
        ids("A", patients, 7),
        ids("F", places.facilities),
        ids("PR", len(practices.metro)),
        ids("AG", practices.agencies),
    )
