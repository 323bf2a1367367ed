"""What other jobs than proposals are asked for: what to make of a plan, of the rules, of what stands."""

from dataclasses import asdict
from typing import Annotated, Self

from pydantic import Field

from api.errors import RequestError
from api.jobs.wish import Ground, Ids, Wish, WishedScenario, WishedScope, scenario_of, unknown_preset
from api.workflow.rule_versions import IN_FORCE
from data.plan import PlanHeader
from data.snapshot import Snapshot

PlanId = Annotated[str, Field(max_length=200, description="plan id, or its beginning")]
Preset = Annotated[str, Field(max_length=200, description="objective preset")]


Aim = Annotated[str, Field(max_length=50)]


class PlanWish(Wish):
    """Something about one plan: its day, slot and scope are the plan's."""

    plan_id: PlanId = ""
    seconds: Annotated[float, Field(ge=0.1, le=3600, description="time for solving again")] = 20.0

    def about(self, plan_id: str) -> Self:
        """The same wish about the plan that an address names; RequestError where it names another."""
        if self.plan_id not in ("", plan_id):
            raise RequestError((f"plan_id: the address names {plan_id}",))
        return self.model_copy(update={"plan_id": plan_id})

    def settled(self, ground: Ground) -> Self:
        """See `Wish.settled`; NotFoundError where the plan is not in sight."""
        header = ground.store.record(self.plan_id).header
        final = self.model_copy(
            update={
                "plan_id": header.plan_id,
                "as_of": self.as_of or ground.today,
                "level": header.slot.level,
                "role": header.slot.role,
                "scope": WishedScope(**asdict(header.scope)),
            }
        )
        final.check(ground, header)
        return final

    def check(self, ground: Ground, header: PlanHeader) -> None:
        """Refuse what else cannot be done."""


class RebaseWish(PlanWish):
    """A stale plan again, from today's data, keeping of its moves what still can be kept."""

    leaving: Annotated[Ids, Field(description="providers who leave besides")] = ()

    @property
    def plan_name(self) -> str:
        """See `Wish.plan_name`."""
        return "rebase"

    def check(self, ground: Ground, header: PlanHeader) -> None:  # noqa: ARG002
        """See `PlanWish.check`; NotFoundError for providers out of sight."""
        ground.store.sight(self.day()).require("providers", *self.leaving)


class ExplanationWish(PlanWish):
    """Why a plan is as it is, and where help would help most; or of one patient or provider of it."""

    patient: Annotated[str, Field(max_length=200, description="only this patient")] = ""
    provider: Annotated[str, Field(max_length=200, description="only this provider")] = ""
    top: Annotated[int, Field(ge=1, le=20, description="so many places, hires and licenses are tried")] = 3

    def check(self, ground: Ground, header: PlanHeader) -> None:
        """See `PlanWish.check`; NotFoundError for whom is not in sight."""
        if self.patient and self.provider:
            raise RequestError(("patient and provider exclude each other",))
        if header.objective is None:
            raise RequestError((f"plan {header.plan_id} is a revert; explain the plan that it undoes",))
        sight = ground.store.sight(self.day())
        sight.require("patients", *filter(None, [self.patient]))
        sight.require("providers", *filter(None, [self.provider]))


class ResilienceWish(PlanWish):
    """Lose every provider in turn: today, or (with a plan) once it is carried out."""

    preset: Preset = "rebalance"

    def settled(self, ground: Ground) -> Self:
        """See `Wish.settled`."""
        return super().settled(ground) if self.plan_id else Wish.settled(self, ground)

    def problems(self, ground: Ground, snapshot: Snapshot) -> list[str]:  # noqa: ARG002
        """See `Wish.problems`."""
        return unknown_preset(self.preset, ground.rulebook)


class TradeoffWish(Wish):
    """What one aim costs another: several plans between the two, each kept for review."""

    preset: Preset = "rebalance"
    x: Annotated[str, Field(max_length=50, description="first aim: moves, or a term of the objective")] = (
        "moves"
    )
    y: Annotated[str, Field(max_length=50, description="second aim: a term of the objective")] = "balance"
    points: Annotated[int, Field(ge=2, le=25, description="how many are solved")] = 7
    scenario: WishedScenario = WishedScenario()
    gap: Annotated[float, Field(ge=0, le=1, description="of every point")] = 0.0005

    @property
    def plan_name(self) -> str:
        """See `Wish.plan_name`."""
        return self.preset.replace("_", "-")

    def problems(self, ground: Ground, snapshot: Snapshot) -> list[str]:
        """See `Wish.problems`."""
        return scenario_of(self.scenario).problems(snapshot) + unknown_preset(self.preset, ground.rulebook)


class FindingsWish(Wish):
    """A run of the findings over everything, kept to be compared with the next one."""


class RulesWish(Wish):
    """What changes from one set of rules to another, on one's own data; nothing is put in force.

    `documents` (YAML by file name) are added to `new`. With `solve` seconds, a proposal is computed under
    each.
    """

    old: Annotated[str, Field(max_length=300, description="in-force, a day, plan:ID, a version")] = IN_FORCE
    new: Annotated[str, Field(max_length=300, description="the same")] = IN_FORCE
    documents: Annotated[dict[str, str], Field(max_length=200, default_factory=dict)]
    solve: Annotated[float, Field(ge=0, le=3600, description="seconds for a proposal under each")] = 0.0
    preset: Preset = "rebalance"

    def problems(self, ground: Ground, snapshot: Snapshot) -> list[str]:  # noqa: ARG002
        """See `Wish.problems`."""
        return unknown_preset(self.preset, ground.rulebook) if self.solve else []
