"""Figures for Prometheus."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from api.access_jobs import GuardedJobs
from api.access_sight import Sight
from api.routes.desk import AtDesk, Desk
from api.telemetry.metrics import CONTENT_TYPE, Figures, Metrics
from api.wiring import webhooks_of
from api.workflow.gaps import gaps_in_sight
from data.standing import slots_in_use

router = APIRouter(tags=["health"])

RECENT = 200
"""Jobs looked at, the newest first."""


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, desk: AtDesk) -> Response:
    """Figures in the text format of Prometheus; of practices in sight, for whoever may read the audit log."""
    desk.principal.require("read_audit")
    counted: Metrics = request.app.state.metrics
    return Response(counted.text(lambda: figures_at(desk)), media_type=CONTENT_TYPE)


def figures_at(desk: Desk) -> Figures:
    """What the store says now, as far as the principal sees it."""
    office, sight = desk.office, desk.sight(None)
    confined = desk.principal.confined
    return Figures(
        at=office.now(),
        revision=sight.snapshot.revision,
        waiting=None if confined else office.store.outbox_size(),
        deliveries=None if confined else webhooks_of(office.store).counts(),
        jobs=tuple(GuardedJobs(office.jobs, sight).jobs(RECENT)),
        without=_without(desk, sight),
    )


def _without(desk: Desk, sight: Sight) -> dict[tuple[str, str, str], int]:
    """Patients without somebody at work, by level, role and practice."""
    found: dict[tuple[str, str, str], int] = {}
    for slot in slots_in_use(sight.snapshot):
        seen = gaps_in_sight(sight, slot, known=desk.office.gaps(sight.snapshot, slot)).now
        for practice, count in seen["practice_id"].value_counts().items():
            found[slot.level, slot.role, str(practice)] = int(count)
    return found
