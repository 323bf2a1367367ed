"""What jobs of the timetable are asked for."""

from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from api.jobs.wish import Ground, Wish, WishedScope, unknown_preset
from api.workflow.policy import Policy
from data.slot import Slot
from data.snapshot import Snapshot


class FixGapsWish(Wish):
    """Close gaps as a policy allows, in its slots and practices; what it does not allow waits as a plan."""

    policy: Policy
    time_zone: Annotated[str, Field(description="of the policy's hours")] = "UTC"

    @property
    def plan_name(self) -> str:
        """See `Wish.plan_name`."""
        return self.policy.preset.replace("_", "-")

    def settled(self, ground: Ground) -> Self:
        """See `Wish.settled`; NotFoundError for practices of the policy out of sight."""
        own = self.model_copy(update={"scope": WishedScope(practices=self.policy.practices)})
        final = Wish.settled(own, ground)
        return final.model_copy(update={"seconds": self.policy.longest})

    def problems(self, ground: Ground, snapshot: Snapshot) -> list[str]:  # noqa: ARG002
        """See `Wish.problems`."""
        problems = unknown_preset(self.policy.preset, ground.rulebook)
        for each in self.policy.slots:
            try:
                Slot(each.level, each.role)
            except ValueError as error:
                problems.append(str(error))
        try:
            ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            problems.append(f"no time zone {self.time_zone!r} is known here; for example America/New_York")
        return problems


class ActivateWish(Wish):
    """Look again at plans whose day has come, and let previews expire that nobody committed in time."""
