"""A stage written as a mixed integer program, in sparse arrays.

Columns: flow of every arc, members left out of every class, one switch for every pair that is not open
anyway, one amount (of load, or of open pairs) above every threshold. Rows, in this order: every member once;
summed limits; an arc only where its pair is open; room for pairs; amounts above thresholds; ceilings.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.problem import NO_LIMIT, Bool, Costs, Excess, Int32, Int64, Problem
from solver.stage import Stage
from solver.verify import left_out, load_of, newly_open, pairs_of

Float = npt.NDArray[np.float64]
Bounds = Float | Int32 | Int64


@dataclass(frozen=True)
class Above:
    """Columns from `start`: the amount of one excess above its threshold at each of `providers`.

    `of_pairs`: of open pairs of a distinct limit, not of a load.
    """

    excess: Excess
    providers: Int64
    start: int
    of_pairs: bool


@dataclass(frozen=True)
class MixedIntegerProgram:
    """min cost x + offset, lower <= x <= upper, row_lower <= A x <= row_upper; A as sorted triplets.

    `cost` is divided by `unit`, so that the numbers stay small.
    """

    lower: Float
    upper: Float
    cost: Float
    integer: Bool
    offset: int
    unit: int
    row_lower: Float
    row_upper: Float
    row: Int64
    column: Int64
    coefficient: Float


class ModelBuilder:
    """Lays out the columns of a stage and adds one family of rows after the other.

    `most[a]` is an upper bound on the flow of every arc (reduced costs may have fixed some at 0).
    """

    def __init__(self, stage: Stage, most: Int32) -> None:
        self.stage = stage
        self.problem = stage.problem
        self.most = most
        self.arcs = np.flatnonzero(most > 0)
        self.flow_column = np.full(self.problem.arcs, -1, np.int64)
        self.flow_column[self.arcs] = np.arange(len(self.arcs))
        self.out_start = len(self.arcs)
        self.columns = self.out_start + self.problem.classes
        self.pair_column = tuple(self._pair_columns(d) for d in range(len(self.problem.distinct)))
        self.above: list[Above] = []
        self._excess_columns()
        self._rows: list[tuple[Int64, Int64, Float]] = []
        self._row_lower: list[Float] = []
        self._row_upper: list[Float] = []
        self._row_count = 0

    def build(self) -> MixedIntegerProgram:
        """The whole program: each family of rows in turn."""
        self._every_member_once()
        self._summed_limits()
        self._arcs_need_open_pairs()
        self._room_for_pairs()
        self._amounts_above()
        self._ceilings()
        cost, offset = self._expression(self.stage.costs)
        unit = _common_divisor(cost)
        rows = [np.concatenate(each) for each in zip(*self._rows, strict=True)]
        order = np.lexsort((rows[1], rows[0]))
        return MixedIntegerProgram(
            lower=np.zeros(self.columns),
            upper=self._upper(),
            cost=cost / unit,
            integer=np.arange(self.columns) < (self.above[0].start if self.above else self.columns),
            offset=offset,
            unit=unit,
            row_lower=np.concatenate(self._row_lower),
            row_upper=np.concatenate(self._row_upper),
            row=rows[0][order].astype(np.int64),
            column=rows[1][order].astype(np.int64),
            coefficient=rows[2][order],
        )

    def columns_of(self, flow: Int32) -> Float:
        """The column values of a flow: a complete start for the engine."""
        values = np.zeros(self.columns)
        values[: self.out_start] = flow[self.arcs]
        values[self.out_start : self.out_start + self.problem.classes] = left_out(self.problem, flow)
        for distinct, columns in zip(self.problem.distinct, self.pair_column, strict=True):
            opened = newly_open(distinct, flow) & (columns >= 0)
            values[columns[opened]] = 1.0
        for each in self.above:
            number = each.excess.resource
            if each.of_pairs:
                load = pairs_of(self.problem.distinct[number], flow)
            else:
                load = load_of(self.problem, self.problem.summed[number].use, flow.astype(np.int64))
            above = np.maximum(load - each.excess.threshold, 0)[each.providers]
            values[each.start : each.start + len(above)] = above
        return values

    def flow_of(self, values: Float) -> Int32:
        """The flow that column values stand for."""
        flow = np.zeros(self.problem.arcs, np.int32)
        flow[self.arcs] = np.rint(values[: self.out_start]).astype(np.int32)
        return flow

    def _pair_columns(self, d: int) -> Int64:
        distinct = self.problem.distinct[d]
        columns = np.full(len(distinct.pair_provider), -1, np.int64)
        used = np.unique(distinct.pair[self.arcs])
        used = used[used >= 0]
        used = used[~distinct.pair_open[used]]
        columns[used] = self.columns + np.arange(len(used))
        self.columns += len(used)
        return columns

    def _excess_columns(self) -> None:
        present = np.unique(self.problem.provider[self.arcs].astype(np.int64))
        for costs in (self.stage.costs, *(each.costs for each in self.stage.ceilings)):
            for excess in costs.excess:
                self._add_above(excess, present, of_pairs=False)
            for excess in costs.crowding:
                distinct, columns = self.problem.distinct[excess.resource], self.pair_column[excess.resource]
                opening = np.unique(distinct.pair_provider[columns >= 0].astype(np.int64))
                self._add_above(excess, opening, of_pairs=True)

    def _add_above(self, excess: Excess, present: Int64, of_pairs: bool) -> None:
        priced = (excess.slope > 0) & (excess.threshold < NO_LIMIT)
        providers = present[priced[present]]
        self.above.append(Above(excess, providers, self.columns, of_pairs))
        self.columns += len(providers)

    def _upper(self) -> Float:
        upper = np.full(self.columns, np.inf)
        upper[: self.out_start] = self.most[self.arcs]
        upper[self.out_start : self.out_start + self.problem.classes] = self.problem.count
        for columns in self.pair_column:
            upper[columns[columns >= 0]] = 1.0
        return upper

    def _expression(self, costs: Costs) -> tuple[Float, int]:
        """Coefficients of `costs` on the columns, and its constant."""
        terms = np.zeros(self.columns)
        terms[: self.out_start] = costs.arc[self.arcs]
        terms[self.out_start : self.out_start + self.problem.classes] = costs.unassigned
        for opening, columns in zip(costs.opening, self.pair_column, strict=True):
            terms[columns[columns >= 0]] = opening[columns >= 0]
        offset = costs.constant
        nothing = np.zeros(self.problem.providers, np.int64)
        charged = [(nothing, each) for each in costs.excess]
        charged += [(self.problem.distinct[each.resource].held, each) for each in costs.crowding]
        for standing, excess in charged:
            own = next(each for each in self.above if each.excess is excess)
            terms[own.start : own.start + len(own.providers)] = excess.slope[own.providers]
            absent = np.ones(self.problem.providers, np.bool_)
            absent[own.providers] = False
            offset += int(excess.slope[absent] @ np.maximum(standing - excess.threshold, 0)[absent])
        return terms, int(offset)

    def _add(self, row: Int64, column: Int64, coefficient: Float, lower: Bounds, upper: Bounds) -> None:
        """Rows numbered from 0 within the family; rows without entries that hold by themselves are kept."""
        self._rows.append((row + self._row_count, column, coefficient.astype(np.float64)))
        self._row_lower.append(lower.astype(np.float64))
        self._row_upper.append(upper.astype(np.float64))
        self._row_count += len(lower)

    def _every_member_once(self) -> None:
        classes = np.arange(self.problem.classes)
        row = np.concatenate([self.problem.class_of_arc[self.arcs], classes])
        column = np.concatenate([np.arange(self.out_start), self.out_start + classes])
        count = self.problem.count.astype(np.float64)
        self._add(row.astype(np.int64), column, np.ones(len(row)), count, count)

    def _summed_limits(self) -> None:
        provider = self.problem.provider[self.arcs]
        for resource in self.problem.summed:
            use = resource.use[self.arcs]
            limited = (resource.capacity < NO_LIMIT) & (
                np.bincount(provider, use, self.problem.providers) > 0
            )
            number = np.cumsum(limited) - 1
            kept = limited[provider] & (use > 0)
            unit = max(int(np.gcd.reduce(use[kept])), 1) if kept.any() else 1
            upper = resource.capacity[limited] // unit
            self._add(
                number[provider[kept]],
                np.flatnonzero(kept),
                use[kept] / unit,
                np.full(len(upper), -np.inf),
                upper,
            )

    def _arcs_need_open_pairs(self) -> None:
        for distinct, columns in zip(self.problem.distinct, self.pair_column, strict=True):
            pair = distinct.pair[self.arcs]
            switched = (
                np.flatnonzero((pair >= 0) & (columns[pair] >= 0)) if len(columns) else np.empty(0, int)
            )
            number = np.arange(len(switched))
            most = self.most[self.arcs[switched]].astype(np.float64)
            self._add(
                np.concatenate([number, number]),
                np.concatenate([switched, columns[pair[switched]]]),
                np.concatenate([np.ones(len(switched)), -most]),
                np.full(len(switched), -np.inf),
                np.zeros(len(switched)),
            )

    def _room_for_pairs(self) -> None:
        for distinct, columns in zip(self.problem.distinct, self.pair_column, strict=True):
            pairs = np.flatnonzero(columns >= 0)
            provider = distinct.pair_provider[pairs]
            tight = np.bincount(provider, minlength=self.problem.providers) > distinct.room
            number = np.cumsum(tight) - 1
            kept = tight[provider]
            upper = distinct.room[tight]
            self._add(
                number[provider[kept]],
                columns[pairs[kept]],
                np.ones(int(kept.sum())),
                np.full(len(upper), -np.inf),
                upper,
            )

    def _amounts_above(self) -> None:
        """Load - amount <= threshold; open pairs - amount <= threshold less those that are open anyway."""
        for each in self.above:
            if each.of_pairs:
                distinct = self.problem.distinct[each.excess.resource]
                columns = self.pair_column[each.excess.resource]
                column = columns[columns >= 0]
                provider, use = distinct.pair_provider[columns >= 0], np.ones(len(column))
                threshold = each.excess.threshold - distinct.held
            else:
                column, provider = np.arange(self.out_start), self.problem.provider[self.arcs]
                use = self.problem.summed[each.excess.resource].use[self.arcs].astype(np.float64)
                threshold = each.excess.threshold
            number = np.full(self.problem.providers, -1, np.int64)
            number[each.providers] = np.arange(len(each.providers))
            kept = np.flatnonzero((number[provider] >= 0) & (use > 0))
            self._add(
                np.concatenate([number[provider[kept]], number[each.providers]]),
                np.concatenate([column[kept], each.start + number[each.providers]]),
                np.concatenate([use[kept], np.full(len(each.providers), -1.0)]),
                np.full(len(each.providers), -np.inf),
                threshold[each.providers],
            )

    def _ceilings(self) -> None:
        for ceiling in self.stage.ceilings:
            terms, offset = self._expression(ceiling.costs)
            unit = _common_divisor(terms)
            column = np.flatnonzero(terms)
            self._add(
                np.zeros(len(column), np.int64),
                column,
                terms[column] / unit,
                np.array([-np.inf]),
                np.array([(ceiling.most - offset) // unit]),
            )


def most_flow(problem: Problem) -> Int32:
    """The most members each arc can carry: those of its class whose use fits each capacity."""
    most = problem.count[problem.class_of_arc].astype(np.int64)
    for resource in problem.summed:
        uses = resource.use > 0
        fits = resource.capacity[problem.provider[uses]] // resource.use[uses]
        most[uses] = np.minimum(most[uses], fits)
    for distinct in problem.distinct:
        if len(distinct.pair_provider) == 0:
            continue
        shut = (distinct.room == 0)[problem.provider] & (distinct.pair >= 0)
        most[shut & ~distinct.pair_open[distinct.pair]] = 0
    return most.astype(np.int32)


def _common_divisor(terms: Float) -> int:
    """Greatest common divisor of integer coefficients; 1 where they are too large to tell."""
    used = terms[terms != 0]
    if len(used) == 0 or used.max(initial=0) > 2**53:
        return 1
    return int(np.gcd.reduce(used.astype(np.int64)))
