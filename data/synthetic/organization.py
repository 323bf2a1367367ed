"""Tables of organizations, plans and places."""

import numpy as np
import pyarrow as pa

from data.synthetic.arrow import build, dates, ids, joined, lists_of, take, take_lists
from data.synthetic.insurance import PLANS
from data.synthetic.names import FACILITY_KIND, SITE, SITE_END
from data.synthetic.places import CREDENTIALS, TYPES
from data.synthetic.world import World

PROGRAMS = (("CCM", "Chronic Care Management"), ("RPM", "Remote Patient Monitoring"))


def organization_tables(world: World, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Agencies, programs, practices, insurances, facilities and groups."""
    return {
        "agencies": _agencies(world, rng),
        "programs": build(
            "programs",
            len(PROGRAMS),
            {"program_id": pa.array([i for i, _ in PROGRAMS]), "name": pa.array([n for _, n in PROGRAMS])},
        ),
        "practices": _practices(world, rng),
        "insurances": _insurances(world, rng),
        "facilities": _facilities(world, rng),
        "groups": _groups(world),
    }


def _site_names(count: int, ending: str, rng: np.random.Generator) -> pa.Array:
    first, second = rng.integers(0, len(SITE), count), rng.integers(0, len(SITE_END), count)
    return joined(take(SITE, first), pa.scalar(" "), take(SITE_END, second), pa.scalar(ending))


def _agencies(world: World, rng: np.random.Generator) -> pa.Table:
    count = world.practices.agencies
    return build(
        "agencies", count, {"agency_id": world.agency_ids, "name": _site_names(count, " Health", rng)}
    )


def _practices(world: World, rng: np.random.Generator) -> pa.Table:
    count = len(world.practices.metro)
    return build(
        "practices",
        count,
        {
            "practice_id": world.practice_ids,
            "name": _site_names(count, " Practice", rng),
            "agency_id": take(world.agency_ids, world.practices.agency),
            "programs": take_lists((("CCM",), ("CCM", "RPM")), rng.integers(0, 2, count)),
        },
    )


def _insurances(world: World, rng: np.random.Generator) -> pa.Table:
    return build(
        "insurances",
        len(PLANS),
        {
            "insurance_id": pa.array([plan[0] for plan in PLANS]),
            "name": pa.array([plan[1] for plan in PLANS]),
            "payer": pa.array([plan[2] for plan in PLANS]),
            "reviewed_on": dates(world.today_is - rng.integers(10, 420, len(PLANS))),
        },
    )


def _facilities(world: World, rng: np.random.Generator) -> pa.Table:
    places, zips, count = world.places, world.metros.zips, world.places.facilities
    where, kind = places.zip[:count], places.kind[:count]
    first, second = rng.integers(0, len(SITE), count), rng.integers(0, len(SITE_END), count)
    name = joined(
        take(SITE, first), pa.scalar(" "), take(SITE_END, second), pa.scalar(" "), take(FACILITY_KIND, kind)
    )
    return build(
        "facilities",
        count,
        {
            "facility_id": world.facility_ids,
            "name": name,
            "type": take(TYPES, kind),
            "practice_id": take(world.practice_ids, world.practices.of_place[:count]),
            "region": take(zips.regions, places.region[:count]),
            "city": take(zips.city, where),
            "state": take(zips.state, where),
            "zip": take(zips.code, where),
            "latitude": pa.array(places.latitude[:count]),
            "longitude": pa.array(places.longitude[:count]),
            "required_credentials": lists_of(places.needed[:count], CREDENTIALS),
            "opens_on": dates(world.today_is - rng.integers(3000, 12000, count)),
        },
    )


def _groups(world: World) -> pa.Table:
    """One pool for every practice with two or more physicians who work, at one of its clinics if any."""
    providers, practices, places = world.providers, world.practices, world.places
    count = len(practices.metro)
    members = np.zeros((count, providers.count), dtype=np.bool_)
    working = np.flatnonzero(providers.available)
    members[practices.of_provider[working], working] = True
    clinics = np.flatnonzero(places.kind == TYPES.index("clinic"))
    office = np.full(count, -1)
    office[practices.of_place[clinics]] = clinics
    kept = np.flatnonzero(members.sum(axis=1) >= 2)
    return build(
        "groups",
        len(kept),
        {
            "group_id": ids("G", len(kept)),
            "name": joined(take(world.practice_ids, kept), pa.scalar(" primary care")),
            "facility_id": take(world.facility_ids, office[kept]),
            "specialty": pa.repeat(pa.scalar("207Q00000X"), len(kept)),
            "members": lists_of(members[kept], world.provider_ids),
        },
    )
