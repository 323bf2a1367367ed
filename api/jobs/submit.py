"""Queue a proposal."""

import hashlib
import secrets
from datetime import date, datetime

from api.access_jobs import GuardedJobs
from api.access_sight import Sight
from api.errors import RequestError
from api.jobs.wish import ProposalWish, packed, settled, unpacked
from api.workflow.decide import Rulebook
from data.job import Job

KIND = "propose"


def submit(
    jobs: GuardedJobs,
    sight: Sight,
    wish: ProposalWish,
    rulebook: Rulebook,
    at: datetime,
    today: date,
    idempotency_key: str = "",
) -> Job:
    """Queue what is wished for; the same idempotency key of the same actor is one job.

    RequestError for what could never be carried out, and for a key that was used for another wish.
    """
    jobs.principal.require("propose")
    final = settled(wish, sight, rulebook, today)
    actor = jobs.principal.actor
    name = _of_key(actor, idempotency_key) if idempotency_key else secrets.token_hex(8)
    job = Job(f"job-{name}", KIND, actor, packed(final, jobs.principal), at, at)
    kept = jobs.add(job)
    if unpacked(kept)[0] != final:
        raise RequestError(
            (f"idempotency key {idempotency_key!r} was used for another proposal; take a new one",)
        )
    return kept


def plan_id_of(job: Job) -> str:
    """The plan that a job makes: one, however often it is tried."""
    wish, _ = unpacked(job)
    return f"{wish.preset.replace('_', '-')}-{job.job_id.removeprefix('job-')[:10]}"


def _of_key(actor: str, key: str) -> str:
    return hashlib.sha256(f"{actor}\0{key}".encode()).hexdigest()[:16]
