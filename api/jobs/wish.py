"""What a job is asked for, as JSON; a proposal first of all."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.access import Principal
from api.access_store import GuardedStore
from api.errors import RequestError
from api.workflow.decide import Rulebook
from api.workflow.propose import Request
from data.scenario import Capacity, Closure, Departure, Leave, Merger, Scenario
from data.scope import Scope
from data.slot import Slot
from data.snapshot import Snapshot
from data.visit import ExistingVisits
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


@dataclass(frozen=True)
class Ground:
    """What a wish is settled on: the store as the principal has it, the rules, and today."""

    store: GuardedStore
    rulebook: Rulebook
    today: date


class Wish(_Model):
    """What every job has: a day, a slot, whose patients it is about, how long and how hard to search."""

    as_of: Day = None
    level: str = "primary"
    role: str = "physician"
    scope: WishedScope = WishedScope()
    seconds: Annotated[float, Field(gt=0, le=MOST_SECONDS, description="time limit of the search")] = 60.0
    gap: Annotated[float, Field(ge=0, le=1, description="stop when proven this close to the best")] = 0.001
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    workers: Annotated[int, Field(ge=1, le=64)] = 1

    @property
    def plan_name(self) -> str:
        """How the ids of plans begin that the job makes."""
        return "plan"

    def slot(self) -> Slot:
        """The slot; RequestError where the level is none."""
        try:
            return Slot(self.level, self.role)
        except ValueError as error:
            raise RequestError((str(error),)) from None

    def day(self) -> date:
        """The day of a settled wish."""
        assert self.as_of is not None
        return self.as_of

    def patients(self) -> Scope:
        """Whose patients it is about."""
        return Scope(**self.scope.model_dump())

    def settled(self, ground: Ground) -> Self:
        """The wish with its day filled in and its scope within sight.

        RequestError and NotFoundError for what could never be carried out, before anything is queued.
        """
        self.slot()
        as_of = self.as_of or ground.today
        sight = ground.store.sight(as_of)
        scope = sight.confine(self.patients())
        problems = [*scope.unknown(sight.snapshot), *self.problems(ground, sight.snapshot)]
        if problems:
            raise RequestError(tuple(problems))
        return self.model_copy(update={"as_of": as_of, "scope": WishedScope(**asdict(scope))})

    def problems(self, ground: Ground, snapshot: Snapshot) -> list[str]:  # noqa: ARG002  for wishes with more in them
        """What else is wrong with it."""
        return []


class ProposalWish(Wish):
    """A proposal: preset, slot, who may change, what is assumed, and how long to search."""

    preset: str = "rebalance"
    effective_on: Annotated[
        date | None, Field(description="first day of the plan; `as_of` where missing")
    ] = None
    scenario: WishedScenario = WishedScenario()
    review_on: Annotated[
        date | None, Field(description="what it assigns is temporary, to be reviewed by this day")
    ] = None
    existing_visits: Annotated[
        Literal["keep", "move", "move_after"],
        Field(description="visits that are scheduled with the former provider"),
    ] = "keep"
    visits_after: Annotated[
        date | None, Field(description="first day of visits that move, with move_after")
    ] = None
    max_moves: Annotated[int | None, Field(ge=0, le=10**9, description="at most so many moves")] = None
    work: Annotated[float | None, Field(gt=0, le=MOST_SECONDS, description="deterministic limit")] = None

    @property
    def plan_name(self) -> str:
        """See `Wish.plan_name`."""
        return self.preset.replace("_", "-")

    def settled(self, ground: Ground) -> Self:
        """See `Wish.settled`; the plan begins on the day it is made where nothing else is said."""
        final = super().settled(ground)
        return final.model_copy(update={"effective_on": final.effective_on or final.as_of})

    def problems(self, ground: Ground, snapshot: Snapshot) -> list[str]:
        """See `Wish.problems`."""
        problems = scenario_of(self.scenario).problems(snapshot)
        if (self.existing_visits == "move_after") != (self.visits_after is not None):
            problems.append("visits_after: give a day with existing_visits move_after, and only with it")
        return problems + unknown_preset(self.preset, ground.rulebook)


def unknown_preset(preset: str, rulebook: Rulebook) -> list[str]:
    """A sentence where there is no such preset."""
    if preset in rulebook.objectives:
        return []
    return [f"no preset {preset!r}; choose one of {', '.join(sorted(rulebook.objectives))}"]


def scenario_of(given: WishedScenario) -> Scenario:
    """The scenario that was wished for."""
    return Scenario(given.departures, given.leaves, given.closures, given.mergers, given.capacities)


def request_of(wish: Wish, preset: str, actor: str, params: Params, plan_id: str = "") -> Request:
    """The request of a settled wish of any kind, for a plan that begins on its day."""
    return Request(
        preset=preset,
        as_of=wish.day(),
        effective_on=wish.day(),
        actor=actor,
        slot=wish.slot(),
        scope=wish.patients(),
        params=params,
        plan_id=plan_id,
    )


def proposal_of(wish: ProposalWish, actor: str, plan_id: str, params: Params) -> Request:
    """The request of a settled wish for a proposal."""
    assert wish.effective_on is not None
    return replace(
        request_of(wish, wish.preset, actor, params, plan_id),
        effective_on=wish.effective_on,
        scenario=scenario_of(wish.scenario),
        max_moves=wish.max_moves,
        review_on=wish.review_on,
        existing_visits=ExistingVisits(wish.existing_visits, wish.visits_after),
    )


def packed(wish: Wish, principal: Principal) -> str:
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
