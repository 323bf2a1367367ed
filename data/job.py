"""A job: work that takes long, kept as a row so that nothing is lost when a process dies."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from data.errors import DataError

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
JOB_STATES: tuple[JobState, ...] = get_args(JobState)
FINAL: tuple[JobState, ...] = ("succeeded", "failed", "cancelled")
"""States that a job never leaves."""


class FencedError(DataError):
    """Another attempt has taken this job over, or it has ended: what this one found is not written."""


@dataclass(frozen=True)
class JobProgress:
    """How far a job is. `percent` of its time or of its gap, whichever is further; points as in plans."""

    phase: str = "queued"
    percent: float = 0.0
    value: float | None = None
    bound: float | None = None
    gap: float | None = None


@dataclass(frozen=True)
class Job:
    """One job.

    `request` is JSON text that the kind of job understands, `attempt` the number of times it was started.
    `beat` counts up while an attempt lives; `version` counts every change. `plan_id` is what it made, and
    `error` JSON text of why it failed.
    """

    job_id: str
    kind: str
    actor: str
    request: str
    created_at: datetime
    changed_at: datetime
    state: JobState = "queued"
    attempt: int = 0
    beat: int = 0
    version: int = 0
    cancel: bool = False
    progress: JobProgress = JobProgress()
    plan_id: str = ""
    error: str = ""

    @property
    def notice(self) -> tuple[str, str]:
        """Topic and JSON body of the message that it failed: ids and the code of the error, no names."""
        about = {"job_id": self.job_id, "kind": self.kind, "attempts": self.attempt}
        return "job.failed", json.dumps({**about, "code": self.code})

    @property
    def code(self) -> str:
        """Code of the error; empty where there is none."""
        try:
            told = json.loads(self.error)
        except ValueError:
            return ""
        return str(told.get("code", "")) if isinstance(told, dict) else ""

    @property
    def final(self) -> bool:
        """Whether it has ended."""
        return self.state in FINAL
