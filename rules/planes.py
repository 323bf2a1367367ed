"""Truth of conditions for whole populations, as planes of true and false bits.

A pair whose bit is in neither plane is an error. Planes combine as CEL's logic does: `false && error`
is false, `true || error` is true, whatever the order.
"""

from abc import ABC, abstractmethod
from typing import NamedTuple, TypeVar

import numpy as np
from scipy import sparse

from rules.bits import Bool, Words, distinct_rows, lookup, pack, words_for
from rules.clauses import Clause, Quantifier, Travel
from rules.coding import Coded, Int32, combined, first_rows, one_code
from rules.environment import LISTED
from rules.grid import Grid, Population
from rules.places import NOWHERE, taken
from rules.reads import PATIENT_PLACE
from rules.travel import Bound, Reach

CHUNK = 4096
"""Classes of patients that are worked on at once."""

STORED_BYTES = 64_000_000
"""Most bytes for which a combined condition is kept in place of being computed again."""


class Planes(NamedTuple):
    """True and false bits, one row for each class."""

    true: Words
    false: Words


class Truth(NamedTuple):
    """Truth of pairs; neither is an error."""

    true: Bool
    false: Bool


class PlaneSource(ABC):
    """Something that is true or false of all pairs, alike for patients with the same code."""

    coded: Coded

    @abstractmethod
    def planes(self, classes: Int32) -> Planes:
        """Planes of some classes."""


class Node(PlaneSource):
    """A condition over all pairs, which can also be asked about single ones."""

    @abstractmethod
    def pairs(self, patients: Int32, providers: Int32) -> Truth:
        """Truth of pairs, elementwise."""


class StoredNode(Node):
    """Planes of every class, kept."""

    def __init__(self, coded: Coded, planes: Planes) -> None:
        self.coded = coded
        self._planes = planes

    @property
    def nbytes(self) -> int:
        """Bytes of the planes."""
        return self._planes.true.nbytes + self._planes.false.nbytes

    def planes(self, classes: Int32) -> Planes:
        """Planes of some classes."""
        return Planes(self._planes.true[classes], self._planes.false[classes])

    def pairs(self, patients: Int32, providers: Int32) -> Truth:
        """Truth of pairs, elementwise."""
        rows = self.coded.code[patients]
        return Truth(*(lookup(plane, rows, providers) for plane in self._planes))


class ReachNode(Node):
    """Distance compared with a bound, computed where it is asked for."""

    def __init__(self, coded: Coded, reach: Reach) -> None:
        self.coded = coded
        self._reach = reach

    def planes(self, classes: Int32) -> Planes:
        """Planes of some classes."""
        return Planes(*self._reach.planes(classes))

    def pairs(self, patients: Int32, providers: Int32) -> Truth:
        """Truth of pairs, elementwise."""
        holds, failed = self._reach.pairs(self.coded.code[patients], providers)
        return Truth(holds & ~failed, ~holds & ~failed)


class NotNode(Node):
    """The opposite of a condition."""

    def __init__(self, part: Node) -> None:
        self.coded = part.coded
        self._part = part

    def planes(self, classes: Int32) -> Planes:
        """Planes of some classes."""
        true, false = self._part.planes(classes)
        return Planes(false, true)

    def pairs(self, patients: Int32, providers: Int32) -> Truth:
        """Truth of pairs, elementwise."""
        true, false = self._part.pairs(patients, providers)
        return Truth(false, true)


class JoinedNode(Node):
    """Two conditions joined by and or or."""

    def __init__(self, operation: str, left: Node, right: Node) -> None:
        self.coded = combined([left.coded, right.coded], len(left.coded.code))
        self._is_and = operation == "and"
        self._parts = (left, right)
        self._classes = tuple(part.coded.code[self.coded.first] for part in self._parts)

    def planes(self, classes: Int32) -> Planes:
        """Planes of some classes."""
        left, right = (part.planes(of[classes]) for part, of in zip(self._parts, self._classes, strict=True))
        if self._is_and:
            return Planes(left.true & right.true, left.false | right.false)
        return Planes(left.true | right.true, left.false & right.false)

    def pairs(self, patients: Int32, providers: Int32) -> Truth:
        """Truth of pairs, elementwise."""
        left, right = (part.pairs(patients, providers) for part in self._parts)
        return _joined(self._is_and, left, right)


def condition_node(population: Population, clause: Clause) -> Node:
    """The condition of a clause over a population."""
    if clause.operation == "not":
        return NotNode(condition_node(population, clause.parts[0]))
    if clause.operation in ("and", "or"):
        left, right = (condition_node(population, part) for part in clause.parts)
        return _ready(population, JoinedNode(clause.operation, left, right))
    if clause.travel is not None and clause.travel.comparison:
        return _ready(population, _reach_node(population, clause.travel))
    return population.kept(("node", clause.text), clause.reads, lambda: _leaf_node(population, clause))


def _ready(population: Population, node: Node) -> Node:
    return stored(node, len(population.providers)) if population.stores else node


def _leaf_node(population: Population, clause: Clause) -> StoredNode:
    if clause.quantifier is not None:
        return _quantified_node(population, clause, clause.quantifier)
    return _grid_node(population.grid(clause.text, clause.reads, "i1"))


S = TypeVar("S", bound=PlaneSource)


def stored(node: S, providers: int) -> "S | StoredNode":
    """The same with its planes kept where they fit, equal classes joined."""
    if node.coded.size * words_for(providers) * 16 > STORED_BYTES:
        return node
    parts = [node.planes(classes) for classes in chunks(node.coded.size)]
    width = words_for(providers)
    empty = np.zeros((0, width), np.uint64)
    true = np.concatenate([empty, *(part.true for part in parts)])
    false = np.concatenate([empty, *(part.false for part in parts)])
    group, first = distinct_rows(np.concatenate([true, false], axis=1))
    return StoredNode(_regrouped(node.coded, group, len(first)), Planes(true[first], false[first]))


def chunks(size: int) -> list[Int32]:
    """`range(size)` in pieces."""
    return [np.arange(start, min(start + CHUNK, size), dtype=np.int32) for start in range(0, size, CHUNK)]


def _regrouped(coded: Coded, group: Int32, size: int) -> Coded:
    if size == coded.size:
        return coded
    code = group[coded.code]
    return Coded(code, first_rows(code, size))


def _grid_node(grid: Grid) -> StoredNode:
    size = len(grid.values)
    coded = Coded(grid.patient, first_rows(grid.patient, size))
    holds = grid.values.astype(np.bool_)
    true, false = [], []
    for classes in chunks(size):
        valid = ~grid.failed[classes]
        true.append(pack((holds[classes] & valid)[:, grid.provider]))
        false.append(pack((~holds[classes] & valid)[:, grid.provider]))
    empty = np.zeros((0, words_for(len(grid.provider))), np.uint64)
    return StoredNode(coded, Planes(np.concatenate([empty, *true]), np.concatenate([empty, *false])))


def _reach_node(population: Population, travel: Travel) -> Node:
    patients = population.patients
    reads = [PATIENT_PLACE, *(read for read in travel.bound_reads if read.side == "patient")]
    coded = patients.combinations(reads)
    what = ("reach", travel.unit, travel.comparison, travel.bound)
    reach = population.kept(what, travel.bound_reads, lambda: _reach(population, travel, coded))
    return ReachNode(coded, reach.of(taken(patients.places, coded.first)))


def _reach(population: Population, travel: Travel, coded: Coded) -> Reach:
    """A distance compared with its bound: one for each provider, or for each code of patients."""
    providers = population.providers
    side = "patient" if any(read.side == "patient" for read in travel.bound_reads) else "provider"
    grid = population.grid(travel.bound, travel.bound_reads, "f8")
    if side == "provider":
        values, failed = grid.values[0][grid.provider], grid.failed[0][grid.provider]
    else:
        rows = grid.patient[coded.first]
        values, failed = grid.values[rows, 0], grid.failed[rows, 0]
    unknown = failed | np.isnan(values)
    bound = Bound(side, np.where(unknown, -1.0, values), unknown)
    return Reach(travel.unit, travel.comparison, NOWHERE, providers.places, bound, providers.directions)


def _quantified_node(population: Population, clause: Clause, quantifier: Quantifier) -> StoredNode:
    """`exists` or `all` over a provider's rows, put together from conditions on single rows.

    Errors are absorbed as in CEL: one true row makes `exists` true, one false row makes `all` false.
    """
    providers = population.providers
    if not len(population.patients):
        nobody = np.zeros((0, words_for(len(providers))), np.uint64)
        return StoredNode(one_code(0), Planes(nobody, nobody))
    patient = population.combinations(population.patients, clause.reads)
    rows = quantifier.rows
    count = population.snapshot[LISTED[rows.path[0]][1].name].num_rows
    grids = {leaf.text: population.row_grid(leaf) for leaf in quantifier.body.leaves()}
    parts = [Coded(each.provider, first_rows(each.provider, each.values.shape[1])) for each in grids.values()]
    joint = combined(parts, count)
    members = providers.members(rows.path[0], joint)
    true, false = [], []
    for classes in chunks(patient.size):
        truth = _body_truth(quantifier.body, grids, patient.first[classes], joint.first)
        decisive = truth.false if quantifier.is_all else truth.true
        decided = _any_member(decisive, members)
        known = decided | ~_any_member(~(truth.true | truth.false), members)
        holds = decided != quantifier.is_all
        true.append(pack(holds & known))
        false.append(pack(~holds & known))
    empty = np.zeros((0, words_for(len(providers))), np.uint64)
    node = StoredNode(patient, Planes(np.concatenate([empty, *true]), np.concatenate([empty, *false])))
    return stored(node, len(providers))


def _body_truth(body: Clause, grids: dict[str, Grid], patients: Int32, rows: Int32) -> Truth:
    """Truth of a condition on rows, for some patients and rows."""
    if body.operation == "leaf":
        grid = grids[body.text]
        cells = np.ix_(grid.patient[patients], grid.provider[rows])
        holds, valid = grid.values[cells].astype(np.bool_), ~grid.failed[cells]
        return Truth(holds & valid, ~holds & valid)
    first, *rest = (_body_truth(part, grids, patients, rows) for part in body.parts)
    if body.operation == "not":
        return Truth(first.false, first.true)
    return _joined(body.operation == "and", first, rest[0])


def _joined(is_and: bool, left: Truth, right: Truth) -> Truth:
    if is_and:
        return Truth(left.true & right.true, left.false | right.false)
    return Truth(left.true | right.true, left.false & right.false)


def _any_member(found: Bool, members: sparse.csr_matrix) -> Bool:
    """For each row of `found` and each provider: whether any of the provider's rows is found."""
    return np.asarray((members @ found.T.astype(np.float32)).T > 0)
