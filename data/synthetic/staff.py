"""Tables of providers and of what they may do."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.synthetic.arrow import build, dates, joined, known_numbers, lists_of, take, take_lists
from data.synthetic.capacity import FACILITIES, HOURS, PANEL, VISITS
from data.synthetic.insurance import NEEDS, PLANS
from data.synthetic.names import FIRST, LAST
from data.synthetic.places import CREDENTIALS
from data.synthetic.providers import (
    ENDS_SOON,
    LEFT,
    NOT_APPROVED,
    ON_LEAVE_NOW,
    PANEL_STATUS,
    WORKS,
)
from data.synthetic.world import World

SPECIALTIES = ("207Q00000X", "207R00000X", *NEEDS[1:])
ROLES = (("physician",), ("care_manager",), ("care_manager", "physician"))
LANGUAGES = (("en",), ("en", "es"), ("en", "zh"), ("en", "pt"), ("en", "ht"), ("en", "vi"))
LANGUAGE_SHARE = (0.68, 0.17, 0.04, 0.04, 0.03, 0.04)
CARE_MANAGER_PANEL = 600.0
SAFE_DAYS = 45
"""What is in force stays so for at least this long, so that a plan for a later day finds it in force too."""

LEAVES_WITHIN_DAYS = 14

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def staff_tables(world: World, months: Ints, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Providers (`months` in service), licenses, credentials, participations, absences."""
    return {
        "providers": _providers(world, months, rng),
        "licenses": _licenses(world, rng),
        "credentials": _credentials(world, rng),
        "participations": _participations(world, rng),
        "absences": _absences(world, rng),
    }


def _providers(world: World, months: Ints, rng: np.random.Generator) -> pa.Table:
    providers, zips, count = world.providers, world.metros.zips, world.providers.count
    physician, fate = providers.physician, providers.fate
    first, last = rng.integers(0, len(FIRST), count), rng.integers(0, len(LAST), count)
    ends = world.today_is + rng.integers(1, LEAVES_WITHIN_DAYS + 1, count)
    ends = np.where(fate == LEFT, world.today_is - rng.integers(1, 21, count), ends)
    role = np.where(physician, np.where(providers.care_manager, 2, 0), 1)
    columns = {
        "provider_id": world.provider_ids,
        "name": joined(take(("", "Dr. "), physician.astype(np.int64)), _full_names(first, last)),
        "roles": take_lists(ROLES, role),
        "specialties": _specialties(world, rng),
        "practice_id": take(world.practice_ids, world.practices.of_provider),
        "agency_id": take(world.agency_ids, world.practices.agency[world.practices.of_provider]),
        "active": pa.array(fate != LEFT),
        "approved": pa.array(fate != NOT_APPROVED),
        "panel_status": take(PANEL_STATUS, providers.panel),
        "starts_on": dates(world.today_is - months * 31 - rng.integers(1, 30, count)),
        "ends_on": dates(ends, np.isin(fate, (ENDS_SOON, LEFT))),
        "regions": lists_of(providers.covers & ~providers.everywhere[:, None], zips.regions),
        "languages": take_lists(LANGUAGES, rng.choice(len(LANGUAGES), count, p=LANGUAGE_SHARE)),
        "city": take(zips.city, providers.zip),
        "state": take(zips.state, providers.zip),
        "zip": take(zips.code, providers.zip),
        "latitude": pa.array(providers.latitude),
        "longitude": pa.array(providers.longitude),
        "max_miles": known_numbers(providers.max_miles, physician),
    }
    return build("providers", count, columns | _capacities(world))


def _full_names(first: Ints, last: Ints) -> pa.Array:
    return joined(take(FIRST, first), pa.scalar(" "), take(LAST, last))


def _capacities(world: World) -> dict[str, pa.Array]:
    physician, maximum = world.providers.physician, world.maximum
    manager_panel = CARE_MANAGER_PANEL * world.providers.share
    new = world.new_patients
    return {
        "max_panel": pa.array(np.where(physician, maximum[PANEL], manager_panel)),
        "max_daily_visits": known_numbers(maximum[VISITS], physician),
        "max_weekly_hours": known_numbers(maximum[HOURS], physician),
        "max_facilities": known_numbers(maximum[FACILITIES].astype(np.int64), physician),
        "max_new_patients": known_numbers(new, physician & (new >= 0)),
    }


def _specialties(world: World, rng: np.random.Generator) -> pa.Array:
    providers = world.providers
    internal = rng.random(providers.count) < 0.42
    has = np.column_stack([~internal, internal, providers.meets[:, 1:]]) & providers.physician[:, None]
    return lists_of(has, SPECIALTIES)


def _in_force_until(world: World, valid: Flags, never: float, rng: np.random.Generator) -> pa.Array:
    """Expiry: well ahead where `valid` (a few never expire), today or earlier where not."""
    ahead = world.today_is + SAFE_DAYS + rng.integers(0, 1000, len(valid))
    behind = world.today_is - rng.integers(0, 400, len(valid))
    return dates(np.where(valid, ahead, behind), ~valid | (rng.random(len(valid)) >= never))


def _licenses(world: World, rng: np.random.Generator) -> pa.Table:
    providers = world.providers
    lapsed = ~providers.licensed & (rng.random(providers.licensed.shape) < 0.03)
    who, state = np.nonzero(providers.licensed | lapsed)
    kind = np.where(providers.physician, (rng.random(providers.count) < 0.15).astype(np.int64), 2)[who]
    kinds = pa.array(["MD", "DO", "RN"])
    number = pa.array(rng.integers(100_000, 999_999, len(who))).cast(pa.string())
    return build(
        "licenses",
        len(who),
        {
            "provider_id": take(world.provider_ids, who),
            "state": take(world.metros.states, state),
            "type": take(kinds, kind),
            "number": joined(take(kinds, kind), pa.scalar("-"), number),
            "expires_on": _in_force_until(world, ~lapsed[who, state], 0.05, rng),
            "compact": pa.array(kind == 2),
        },
    )


def _credentials(world: World, rng: np.random.Generator) -> pa.Table:
    holds = world.providers.holds
    lapsed = ~holds & (rng.random(holds.shape) < 0.1)
    who, credential = np.nonzero(holds | lapsed)
    return build(
        "credentials",
        len(who),
        {
            "provider_id": take(world.provider_ids, who),
            "credential": take(CREDENTIALS, credential),
            "expires_on": _in_force_until(world, ~lapsed[who, credential], 0.2, rng),
        },
    )


def _participations(world: World, rng: np.random.Generator) -> pa.Table:
    """Accepted plans in force; of the others a few have ended, begin later, or take no new patients."""
    accepted = world.accepted | ~world.providers.physician[:, None]
    trace = np.where(accepted, 0, rng.choice((0, 1, 2, 3), accepted.shape, p=(0.79, 0.08, 0.03, 0.1)))
    who, plan = np.nonzero(accepted | (trace > 0))
    state, count = trace[who, plan], len(who)
    starts = world.today_is - rng.integers(100, 3000, count)
    starts = np.where(state == 2, world.today_is + rng.integers(SAFE_DAYS, 200, count), starts)
    ends = world.today_is + rng.integers(SAFE_DAYS, 900, count)
    ends = np.where(state == 1, world.today_is - rng.integers(0, 90, count), ends)
    return build(
        "participations",
        count,
        {
            "provider_id": take(world.provider_ids, who),
            "insurance_id": take([each[0] for each in PLANS], plan),
            "starts_on": dates(starts, (state == 2) | (rng.random(count) < 0.7)),
            "ends_on": dates(ends, (state == 1) | ((state != 2) & (rng.random(count) < 0.3))),
            "accepting_new": pa.array(state != 3),
        },
    )


def _absences(world: World, rng: np.random.Generator) -> pa.Table:
    """Those on leave now, and vacations ahead."""
    providers = world.providers
    vacation = (providers.fate == WORKS) & (rng.random(providers.count) < 0.08)
    on_leave = providers.fate == ON_LEAVE_NOW
    who = np.flatnonzero(vacation | on_leave)
    leave = on_leave[who]
    starts = world.today_is + rng.integers(SAFE_DAYS, 200, len(who))
    starts = np.where(leave, world.today_is - rng.integers(5, 60, len(who)), starts)
    open_ended = leave & (rng.random(len(who)) < 0.4)
    length = np.where(leave, 150 + rng.integers(0, 90, len(who)), rng.integers(7, 22, len(who)))
    return build(
        "absences",
        len(who),
        {
            "provider_id": take(world.provider_ids, who),
            "starts_on": dates(starts),
            "ends_on": dates(starts + length, ~open_ended),
            "reason": take(("vacation", "parental leave"), leave.astype(np.int64)),
        },
    )
