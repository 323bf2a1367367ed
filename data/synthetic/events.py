"""Tables of assignments, visits and pins."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data.snapshot import empty_table
from data.synthetic.arrow import build, dates, ids, take
from data.synthetic.people import People
from data.synthetic.world import World

MANAGED_UP_TO = 50_000
"""Larger populations have no care managers' assignments: they would only repeat the physicians' case."""

VISITED = 0.05
MOST_VISITS = 100_000
PINNED = 0.001
TEMPORARY = 0.01
COVERED = 0.6
REASONS = ("onboarding", "facility default did not suit", "family asked", "previous provider left")

Ints = npt.NDArray[np.int64]


def event_tables(
    world: World, people: People, default_months: Ints, absences: pa.Table, rng: np.random.Generator
) -> dict[str, pa.Table]:
    """Assignments that stand today, scheduled visits, pins and bans."""
    parts = [
        _coverage(world, absences, rng),
        _facility_defaults(world, default_months, rng),
        _patient_rows(world, people, rng),
    ]
    return {
        "assignments": pa.concat_tables(parts).combine_chunks(),
        "visits": _visits(world, rng),
        "pins": _pins(world, rng),
    }


def _coverage(world: World, absences: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Somebody of the same metro stands in for most vacations."""
    planned = absences.filter(pc.equal(absences["reason"], "vacation"))
    away = pc.index_in(planned["provider_id"], value_set=world.provider_ids)
    away = away.to_numpy(zero_copy_only=False).astype(np.int64)
    colleague = _colleagues(world, away, rng)
    kept = np.flatnonzero((colleague >= 0) & (rng.random(len(away)) < COVERED))
    if len(kept) == 0:
        return empty_table("assignments")
    planned = planned.take(pa.array(kept)).combine_chunks()
    return build(
        "assignments",
        len(kept),
        {
            "kind": pa.repeat(pa.scalar("coverage"), len(kept)),
            "covers_provider_id": planned["provider_id"].combine_chunks(),
            "provider_id": take(world.provider_ids, colleague[kept]),
            "starts_on": planned["starts_on"].combine_chunks(),
            "ends_on": planned["ends_on"].combine_chunks(),
            "reason": pa.repeat(pa.scalar("vacation"), len(kept)),
        },
    )


def _colleagues(world: World, who: Ints, rng: np.random.Generator) -> Ints:
    """For each provider another available one of the same metro, -1 where there is none."""
    providers = world.providers
    colleague = np.full(len(who), -1)
    for index, provider in enumerate(who):
        same = providers.available & (providers.metro == providers.metro[provider])
        same[provider] = False
        if same.any():
            colleague[index] = rng.choice(np.flatnonzero(same))
    return colleague


def _facility_defaults(world: World, months: Ints, rng: np.random.Generator) -> pa.Table:
    default = world.today.default
    kept = np.flatnonzero(default >= 0)
    starts = world.today_is - months[kept] * 31 - rng.integers(1, 30, len(kept))
    return build(
        "assignments",
        len(kept),
        {
            "kind": pa.repeat(pa.scalar("facility"), len(kept)),
            "facility_id": take(world.facility_ids, kept),
            "provider_id": take(world.provider_ids, default[kept]),
            "starts_on": dates(starts),
            "reason": pa.repeat(pa.scalar("facility default"), len(kept)),
        },
    )


def _patient_rows(world: World, people: People, rng: np.random.Generator) -> pa.Table:
    """Explicit rows: patients without or against a default, and those with a care manager."""
    order, today = world.order, world.today
    explicit = np.flatnonzero((today.standing >= 0)[order] & ~today.follows[order])
    manager = _care_managers(world, people, rng)[order]
    managed = np.flatnonzero(manager >= 0)
    row = np.concatenate([managed, explicit])
    physician = np.repeat((0, 1), (len(managed), len(explicit)))
    by_key = np.lexsort((physician, row))
    row, physician = row[by_key], physician[by_key]
    count = len(row)
    months = np.where(physician == 1, people.tenure[order][row], rng.integers(1, 30, count))
    temporary = (rng.random(count) < TEMPORARY) & (physician == 1)
    review = world.today_is + rng.integers(10, 90, count)
    return build(
        "assignments",
        count,
        {
            "kind": pa.repeat(pa.scalar("patient"), count),
            "patient_id": take(world.patient_ids, row),
            "role": take(("care_manager", "physician"), physician),
            "provider_id": take(
                world.provider_ids, np.where(physician == 1, today.standing[order][row], manager[row])
            ),
            "starts_on": dates(world.today_is - months * 31 - rng.integers(0, 31, count)),
            "temporary": pa.array(temporary),
            "review_on": dates(review, temporary),
            "reason": take(REASONS, rng.integers(0, len(REASONS), count)),
        },
    )


def _care_managers(world: World, people: People, rng: np.random.Generator) -> Ints:
    """A care manager of the metro for patients in chronic care (place order), -1 for the others."""
    manager = np.full(world.patients.count, -1)
    if world.patients.count > MANAGED_UP_TO:
        return manager
    managers = np.flatnonzero(world.providers.care_manager & ~world.providers.physician)
    for metro in range(world.metros.count):
        here = managers[world.providers.metro[managers] == metro]
        here = here if len(here) else managers
        cared = np.flatnonzero(people.chronic_care & (world.places.metro[world.patients.place] == metro))
        manager[cared] = rng.choice(here, len(cared))
    return manager[world.patients.household] if len(managers) else manager


def _visits(world: World, rng: np.random.Generator) -> pa.Table:
    """Scheduled visits of the next four weeks with today's providers."""
    patients, order = world.patients, world.order
    count = min(MOST_VISITS, round(patients.count * VISITED))
    chosen = np.sort(rng.choice(patients.count, count, replace=False))
    chosen = chosen[world.today.standing[order[chosen]] >= 0]
    where = order[chosen]
    facility = np.where(patients.place[where] < world.places.facilities, patients.place[where], -1)
    return build(
        "visits",
        len(chosen),
        {
            "visit_id": ids("V", len(chosen)),
            "patient_id": take(world.patient_ids, chosen),
            "provider_id": take(world.provider_ids, world.today.standing[where]),
            "facility_id": take(world.facility_ids, facility),
            "on": dates(world.today_is + rng.integers(1, 29, len(chosen))),
            "minutes": pa.array(patients.minutes[where]),
        },
    )


def _pins(world: World, rng: np.random.Generator) -> pa.Table:
    """A few pins to the planted provider, a few bans of another one nearby; one row a patient."""
    order, planted, standing = world.order, world.planted, world.today.standing
    count = min(max(2, round(world.patients.count * PINNED)), world.patients.count // 4)
    chosen = np.sort(rng.choice(world.patients.count, 2 * count, replace=False))
    where = order[chosen]
    pinned = (np.arange(len(chosen)) % 2 == 0) & (standing[where] == planted[where])
    other = world.candidates.provider[
        world.patients.place[where], rng.integers(0, min(8, world.candidates.provider.shape[1]), len(where))
    ]
    provider = np.where(pinned, planted[where], other)
    sound = pinned | ((other != planted[where]) & (other != standing[where]))
    kind, reason = pinned[sound].astype(np.int64), rng.integers(0, 2, int(sound.sum()))
    return build(
        "pins",
        int(sound.sum()),
        {
            "patient_id": take(world.patient_ids, chosen[sound]),
            "provider_id": take(world.provider_ids, provider[sound]),
            "kind": take(("ban", "pin"), kind),
            "reason": take(
                ("earlier complaint", "conflict of interest", "family asked", "care team asked"),
                reason + 2 * kind,
            ),
        },
    )
