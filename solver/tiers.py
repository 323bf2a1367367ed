"""Which tier of a planning's problem a term of the objective is in."""

from data.objective import TermName
from solver.build import Planning

JOIN = " + "


def tier_of(planning: Planning, term: TermName) -> int:
    """Number of the tier that charges the term, -1 where none does."""
    tiers = planning.problem.tiers
    if len(tiers) == 1:
        return 0
    return next((number for number, costs in enumerate(tiers) if term in costs.name.split(JOIN)), -1)
