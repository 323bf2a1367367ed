"""What a good plan is: named terms in one currency, declared as data."""

from dataclasses import dataclass, field
from typing import Literal

TermName = Literal[
    "unassigned",
    "standing_violation",
    "overload",
    "rules",
    "target",
    "continuity",
    "opening",
    "travel",
    "balance",
    "preference",
]

Movable = Literal["unassigned", "displaced", "everyone"]


@dataclass(frozen=True)
class Term:
    """One term: `weight` points for each unit.

    | name | one unit is |
    |---|---|
    | unassigned | one patient without a provider, times (1 + by_acuity * (acuity - 1)) |
    | standing_violation | one patient who stays with a provider against a hard rule, for want of another |
    | overload | 1 % of a summed limit's maximum above it (only where it is exceeded today already) |
    | rules | one point of soft-rule penalty |
    | target | 1 % of a limit's maximum above its soft target (of the target, where there is no maximum) |
    | continuity | one move away from an active provider, times (1 + by_acuity * (acuity - 1)) and
      (1 + by_tenure * years with that provider, five at most), times `transition` in an open transition |
    | opening | one new (provider, key) pair of a distinct limit |
    | travel | one mile |
    | balance | one patient's panel weight at 100 % utilization compared with 0 % (convex in between) |
    | preference | one patient who asked for somebody and gets somebody else |
    """

    name: TermName
    weight: int
    by_acuity: float = 0.0
    by_tenure: float = 0.0
    transition: float = 1.0


@dataclass(frozen=True)
class Objective:
    """A preset. `tiers` lists groups of term names, most important first; one group means weighted.

    `movable` says who may be moved: patients without a provider, those and the patients of providers
    who leave (`displaced`), or everyone in scope. `max_moves` is a budget on moves away from active
    providers (None: no budget).
    """

    name: str
    title: str
    terms: tuple[Term, ...]
    movable: Movable = "everyone"
    tiers: tuple[tuple[TermName, ...], ...] = ()
    max_moves: int | None = None
    about: str = field(default="")

    def weight(self, name: TermName) -> int:
        """Points of a term, 0 where the preset does not have it."""
        return next((term.weight for term in self.terms if term.name == name), 0)

    def term(self, name: TermName) -> Term:
        """The term, with weight 0 where the preset does not have it."""
        return next((term for term in self.terms if term.name == name), Term(name, 0))

    @property
    def groups(self) -> tuple[tuple[TermName, ...], ...]:
        """The tiers; one group of all terms where none are declared."""
        return self.tiers or (tuple(term.name for term in self.terms),)
