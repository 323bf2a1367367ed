"""Numbers over pairs: how much of a limit a patient uses with a provider."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from rules.bits import Bool
from rules.clauses import Clause
from rules.coding import Coded, Int32, combined, first_rows
from rules.grid import Grid, Population
from rules.places import Floats, Places, taken
from rules.planes import Node
from rules.reads import PATIENT_PLACE
from rules.travel import distance

_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


class Amount(NamedTuple):
    """Values of pairs, and where they could not be computed."""

    values: Floats
    failed: Bool


class Quantity(ABC):
    """A number for every pair; patients with the same code have the same numbers everywhere."""

    coded: Coded

    @abstractmethod
    def pairs(self, patients: Int32, providers: Int32) -> Amount:
        """The number of every pair."""


class GridQuantity(Quantity):
    """Evaluated by the engine on distinct combinations."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.coded = Coded(grid.patient, first_rows(grid.patient, len(grid.values)))

    def pairs(self, patients: Int32, providers: Int32) -> Amount:
        """The number of every pair."""
        cells = self._grid.patient[patients], self._grid.provider[providers]
        values = self._grid.values[cells]
        return Amount(values, self._grid.failed[cells] | np.isnan(values))


class TravelQuantity(Quantity):
    """Miles or minutes from the patient's place to the provider's."""

    def __init__(self, unit: str, coded: Coded, patients: Places, providers: Places) -> None:
        self.coded = coded
        self._unit, self._patients, self._providers = unit, patients, providers

    def pairs(self, patients: Int32, providers: Int32) -> Amount:
        """The number of every pair."""
        there = taken(self._patients, self.coded.code[patients])
        values = distance(self._unit, there, taken(self._providers, providers))
        return Amount(values, np.isnan(values))


class JoinedQuantity(Quantity):
    """Arithmetic on two quantities, in doubles as CEL's."""

    def __init__(self, operation: str, left: Quantity, right: Quantity) -> None:
        self.coded = combined([left.coded, right.coded], len(left.coded.code))
        self._operation, self._parts = _OPERATIONS[operation], (left, right)

    def pairs(self, patients: Int32, providers: Int32) -> Amount:
        """The number of every pair."""
        left, right = (part.pairs(patients, providers) for part in self._parts)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            values = self._operation(left.values, right.values)
        return Amount(values, left.failed | right.failed | ~np.isfinite(values))


class WhereQuantity(Quantity):
    """A quantity of the pairs for which a condition is true, 0 for those for which it is false."""

    def __init__(self, node: Node, amount: Quantity) -> None:
        self.coded = combined([node.coded, amount.coded], len(amount.coded.code))
        self._node, self._amount = node, amount

    def pairs(self, patients: Int32, providers: Int32) -> Amount:
        """The number of every pair."""
        truth, amount = self._node.pairs(patients, providers), self._amount.pairs(patients, providers)
        return Amount(np.where(truth.true, amount.values, 0.0), ~truth.false & (amount.failed | ~truth.true))


def quantity(population: Population, clause: Clause) -> Quantity:
    """The number of a clause over a population."""
    if clause.operation != "leaf":
        left, right = (quantity(population, part) for part in clause.parts)
        return JoinedQuantity(clause.operation, left, right)
    if clause.travel is not None and not clause.travel.comparison:
        patients = population.patients
        coded = patients.combinations([PATIENT_PLACE])
        there = taken(patients.places, coded.first)
        return TravelQuantity(clause.travel.unit, coded, there, population.providers.places)
    return GridQuantity(population.kept_grid(clause.text, clause.reads, "f8"))
