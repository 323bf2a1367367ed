"""Queue a job."""

import hashlib
import secrets
from datetime import date, datetime

from api.access_jobs import GuardedJobs
from api.access_store import GuardedStore
from api.jobs.kinds import kind_of, unpacked
from api.jobs.wish import Ground, Wish, packed
from api.workflow.decide import Rulebook
from data.errors import KeyReusedError
from data.job import Job


def submit(
    jobs: GuardedJobs,
    store: GuardedStore,
    wish: Wish,
    rulebook: Rulebook,
    at: datetime,
    today: date,
    idempotency_key: str = "",
) -> Job:
    """Queue what is wished for; the same idempotency key of the same actor is one job.

    RequestError for what could never be carried out, KeyReusedError where the key was used for another wish.
    """
    jobs.principal.require("propose")
    final = wish.settled(Ground(store, rulebook, today))
    actor = jobs.principal.actor
    name = _of_key(actor, idempotency_key) if idempotency_key else secrets.token_hex(8)
    job = Job(f"job-{name}", kind_of(wish), actor, packed(final, jobs.principal), at, at)
    kept = jobs.add(job)
    if kept.kind != job.kind or unpacked(kept)[0] != final:
        raise KeyReusedError("this idempotency key was used for something else; take a new one")
    return kept


def _of_key(actor: str, key: str) -> str:
    return hashlib.sha256(f"{actor}\0{key}".encode()).hexdigest()[:16]
