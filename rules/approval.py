"""Which plans a manager must approve before their commit, and how long previews hold, as data."""

from typing import Literal

from pydantic import Field

from rules.rule import Document, Model


class ApprovalSpec(Model):
    """A plan that exceeds any of the figures waits for approval; what is not given is not looked at.

    `presets`: only plans of these kinds (none given: all). `reasons`: moves for other reasons wait.
    `accept_across_agencies`: patients of one agency go to providers of another only when somebody there has
    accepted them, whoever commits. A preview that nobody commits expires after `expires_after_hours`, one
    that waits for others after `waits_at_most_hours`.
    """

    presets: list[str] = Field(default_factory=list)
    most_changes: int | None = Field(None, ge=0)
    most_moves: int | None = Field(None, ge=0)
    most_left: int | None = Field(None, ge=0)
    most_review: int | None = Field(None, ge=0)
    reasons: list[str] | None = None
    accept_across_agencies: bool = False
    expires_after_hours: int | None = Field(None, ge=1)
    waits_at_most_hours: int | None = Field(None, ge=1)


class ApprovalPolicy(Document):
    """A policy; a plan must meet every one."""

    kind: Literal["ApprovalPolicy"]
    spec: ApprovalSpec
