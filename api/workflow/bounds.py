"""Figures that a plan may not exceed without a person's word."""

from collections.abc import Sequence
from typing import Protocol

from data.plan import Plan


class Bounds(Protocol):
    """What policies have in common; None is no bound."""

    @property
    def most_changes(self) -> int | None:
        """Patients assigned or moved."""

    @property
    def most_moves(self) -> int | None:
        """Moves away from a provider at work."""

    @property
    def most_left(self) -> int | None:
        """Patients left without a provider."""

    @property
    def most_review(self) -> int | None:
        """Patients to review."""

    @property
    def reasons(self) -> Sequence[str] | None:
        """The only reasons of moves."""


def exceeded(bounds: Bounds, plan: Plan) -> list[str]:
    """What of the plan is beyond the bounds, in words."""
    counts = plan.header.counts
    figures = (
        ("changes", counts.assign + counts.move, bounds.most_changes),
        ("moves away from a provider at work", counts.move, bounds.most_moves),
        ("patients left without a provider", counts.left, bounds.most_left),
        ("patients to review", counts.review, bounds.most_review),
    )
    said = [
        f"{found:,} {what}, {most:,} allowed"
        for what, found, most in figures
        if most is not None and found > most
    ]
    if bounds.reasons is not None:
        other = sorted(set(plan["moves"]["reason_code"].to_pylist()) - set(bounds.reasons))
        said += [f"moves for the reason {each}" for each in other]
    return said
