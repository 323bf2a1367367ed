"""Every kind of job, by what it is asked for; `api.jobs.work` carries them out."""

import json

from api.access import Principal
from api.jobs.inquiry import (
    ExplanationWish,
    FindingsWish,
    RebaseWish,
    ResilienceWish,
    RulesWish,
    TradeoffWish,
)
from api.jobs.routine import ActivateWish, FixGapsWish
from api.jobs.wish import ProposalWish, Wish
from data.job import Job

WISHES: dict[str, type[Wish]] = {
    "propose": ProposalWish,
    "rebase": RebaseWish,
    "tradeoff": TradeoffWish,
    "explain": ExplanationWish,
    "resilience": ResilienceWish,
    "findings": FindingsWish,
    "rules": RulesWish,
    "fix_gaps": FixGapsWish,
    "activate": ActivateWish,
}


def kind_of(wish: Wish) -> str:
    """Name of the kind that such a wish asks for."""
    return next(name for name, form in WISHES.items() if form is type(wish))


def unpacked(job: Job) -> tuple[Wish, Principal]:
    """Wish and principal of a job."""
    told = json.loads(job.request)
    who = told["principal"]
    principal = Principal(
        who["actor"],
        frozenset(who["roles"]),
        frozenset(who["practices"]),
        frozenset(who["agencies"]),
        who["everywhere"],
        who.get("acting", ""),  # jobs of older versions do not say
    )
    return WISHES[job.kind].model_validate(told["wish"]), principal


def plan_id_of(job: Job) -> str:
    """The plan that a job makes: one, however often it is tried."""
    wish, _ = unpacked(job)
    return f"{wish.plan_name}-{job.job_id.removeprefix('job-')[:10]}"
