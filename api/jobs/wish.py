"""What a proposal asks for, as JSON."""

import json
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.access import Principal
from api.access_sight import Sight
from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.propose import Request
from data.job import Job
from data.scenario import Capacity, Closure, Departure, Leave, Merger, Scenario
from data.scope import Scope
from data.slot import Slot
from solver.params import Params

MOST_SECONDS = 24 * 3600
Ids = Annotated[tuple[str, ...], Field(max_length=10_000)]
Day = Annotated[date | None, Field(description="today where missing")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WishedScope(_Model):
    """Filters that must all hold; an empty one lets everybody pass."""

    practices: Ids = ()
    facilities: Ids = ()
    regions: Ids = ()
    states: Ids = ()
    providers: Ids = ()
    patients: Ids = ()


class WishedScenario(_Model):
    """What is assumed to be different from today."""

    departures: tuple[Departure, ...] = ()
    leaves: tuple[Leave, ...] = ()
    closures: tuple[Closure, ...] = ()
    mergers: tuple[Merger, ...] = ()
    capacities: tuple[Capacity, ...] = ()


class ProposalWish(_Model):
    """A proposal: preset, slot, who may change, what is assumed, and how long to search."""

    preset: str = "rebalance"
    as_of: Day = None
    effective_on: Annotated[
        date | None, Field(description="first day of the plan; `as_of` where missing")
    ] = None
    level: str = "primary"
    role: str = "physician"
    scope: WishedScope = WishedScope()
    scenario: WishedScenario = WishedScenario()
    review_on: Annotated[
        date | None, Field(description="what it assigns is temporary, to be reviewed by this day")
    ] = None
    max_moves: Annotated[int | None, Field(ge=0, le=10**9, description="at most so many moves")] = None
    seconds: Annotated[float, Field(gt=0, le=MOST_SECONDS, description="time limit of the search")] = 60.0
    work: Annotated[float | None, Field(gt=0, le=MOST_SECONDS, description="deterministic limit")] = None
    gap: Annotated[float, Field(ge=0, le=1, description="stop when proven this close to the best")] = 0.001
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    workers: Annotated[int, Field(ge=1, le=64)] = 1

    def slot(self) -> Slot:
        """The slot; RequestError where the level is none."""
        try:
            return Slot(self.level, self.role)
        except ValueError as error:
            raise RequestError((str(error),)) from None


def settled(wish: ProposalWish, sight: Sight, rulebook: Rulebook, today: date) -> ProposalWish:
    """The wish with its days filled in and its scope within sight.

    RequestError and NotFoundError for what could never be carried out, before anything is queued.
    """
    as_of = wish.as_of or today
    wish.slot()
    scope = sight.confine(Scope(**wish.scope.model_dump()))
    problems = scope.unknown(sight.snapshot) + scenario_of(wish).problems(sight.snapshot)
    if wish.preset not in rulebook.objectives:
        known = ", ".join(sorted(rulebook.objectives))
        problems.append(f"no preset {wish.preset!r}; choose one of {known}")
    if problems:
        raise RequestError(tuple(problems))
    return wish.model_copy(
        update={
            "as_of": as_of,
            "effective_on": wish.effective_on or as_of,
            "scope": WishedScope(**asdict(scope)),
        }
    )


def scenario_of(wish: ProposalWish) -> Scenario:
    """The scenario of a wish."""
    given = wish.scenario
    return Scenario(given.departures, given.leaves, given.closures, given.mergers, given.capacities)


def request_of(wish: ProposalWish, actor: str, plan_id: str, params: Params) -> Request:
    """The request of a settled wish."""
    assert wish.as_of is not None
    assert wish.effective_on is not None
    return Request(
        preset=wish.preset,
        as_of=wish.as_of,
        effective_on=wish.effective_on,
        actor=actor,
        slot=wish.slot(),
        scope=Scope(**wish.scope.model_dump()),
        scenario=scenario_of(wish),
        params=params,
        max_moves=wish.max_moves,
        plan_id=plan_id,
        review_on=wish.review_on,
    )


def packed(wish: ProposalWish, principal: Principal) -> str:
    """Wish and principal as the text that a job keeps."""
    who: dict[str, Any] = {
        "actor": principal.actor,
        "roles": sorted(principal.roles),
        "practices": sorted(principal.practices),
        "agencies": sorted(principal.agencies),
        "everywhere": principal.everywhere,
        "acting": principal.acting,
    }
    return json.dumps({"wish": wish.model_dump(mode="json"), "principal": who})


def unpacked(job: Job) -> tuple[ProposalWish, Principal]:
    """Wish and principal of a job."""
    told = json.loads(job.request)
    who = told["principal"]
    sets = {name: frozenset(who[name]) for name in ("roles", "practices", "agencies")}
    acting = who.get("acting", "")  # jobs of older versions do not say
    principal = Principal(who["actor"], everywhere=who["everywhere"], acting=acting, **sets)
    return ProposalWish.model_validate(told["wish"]), principal
