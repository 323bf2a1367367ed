"""The components of a tier shared out among workers: threads of this process, or processes anywhere."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from solver.bound.lagrangian import Multipliers
from solver.clock import Clock
from solver.component import Component
from solver.params import Params, never
from solver.part import Part
from solver.problem import Int32
from solver.remote import UNKNOWN, Bench, is_remote, workshop
from solver.result import Phase
from solver.side_by_side import balanced, run_side_by_side
from solver.watch import Tally, Watch

CONSTRUCTION = 0.4
"""Share of its time that a worker may take for first flows, over all its components."""

Relay = Callable[[Phase, int | None, int | None], None]


@dataclass(frozen=True)
class Piece:
    """A component and where it begins: `flow` keeps everything, `hint` may not and is worth repairing."""

    part: Part
    flow: Int32
    hint: Int32 | None

    @property
    def size(self) -> float:
        """What its share of time and work is measured by."""
        return 1.0 + self.part.stage.problem.arcs


@dataclass(frozen=True)
class Found:
    """What a component came to: the best flow, a valid bound, and the prices behind it (None: too early)."""

    flow: Int32
    bound: int
    prices: Multipliers | None


@dataclass(frozen=True)
class _Task:
    """What one worker does: components by number, within limits of its own (but for the seconds)."""

    numbers: tuple[int, ...]
    params: Params


@dataclass(frozen=True)
class _Answer:
    """What each of a task's components came to, and the units of work that all took."""

    found: tuple[Found, ...]
    spent: float


def work(
    pieces: Sequence[Piece], clock: Clock, tally: Tally, executor: Executor | None
) -> list[Found | None]:
    """What every piece comes to; None where a worker elsewhere did not answer before the end.

    Threads and processes come to the same where a work limit decides: each worker has its own share of it.
    """
    groups = balanced([each.size for each in pieces], clock.params.workers)
    total = sum(each.size for each in pieces)
    shares = [clock.within(1.0, sum(pieces[each].size for each in group) / total) for group in groups]
    answers: Sequence[_Answer | None]
    if executor is not None and is_remote(executor):
        answers = _elsewhere(pieces, groups, shares, clock, tally, executor)
    elif len(groups) == 1:
        answers = [_through(pieces, groups[0], shares[0], tally.relay_of)]
    else:
        answers = _in_threads(pieces, groups, shares, clock, tally, executor)
    found: dict[int, Found] = {}
    for group, answer in zip(groups, answers, strict=True):
        if answer is not None:
            clock.spend(answer.spent)
            found |= zip(group, answer.found, strict=True)
    return [found.get(number) for number in range(len(pieces))]


def _through(
    pieces: Sequence[Piece], numbers: Sequence[int], clock: Clock, relay_of: Callable[[int], Relay]
) -> _Answer:
    """Every component gets a first flow before any is improved.

    The smallest come first: what they leave over goes to the larger ones.
    """
    threads = max(1, clock.params.workers // len(pieces))
    components = [
        Component(piece.part.stage, piece.flow, piece.hint, threads) for piece in (pieces[n] for n in numbers)
    ]
    watches = [Watch(clock, relay_of(number)) for number in numbers]
    for step, share in ((Component.construct, CONSTRUCTION), (Component.refine, 1.0)):
        during = clock.within(share)
        left = sum(pieces[number].size for number in numbers)
        for number, component, watch in reversed(list(zip(numbers, components, watches, strict=True))):
            watch.clock = during.within(pieces[number].size / left)
            left -= pieces[number].size
            step(component, watch)
            during.spend(watch.clock.spent)
        clock.spend(during.spent)
    return _Answer(tuple(_found(*each) for each in zip(components, watches, strict=True)), clock.spent)


def _found(component: Component, watch: Watch) -> Found:
    assert watch.bound is not None  # both are told before anything else
    assert watch.value is not None
    prices = None if component.bound is None else component.bound.multipliers
    return Found(component.flow, min(watch.bound, watch.value), prices)


def _in_threads(
    pieces: Sequence[Piece],
    groups: Sequence[Sequence[int]],
    shares: Sequence[Clock],
    clock: Clock,
    tally: Tally,
    executor: Executor | None,
) -> list[_Answer]:
    answers: dict[int, _Answer] = {}

    def task(number: int, own: Clock) -> Callable[[], None]:
        def run() -> None:
            answers[number] = _through(pieces, groups[number], own, tally.noting)

        return run

    def listen() -> None:
        clock.cancelled()
        tally.tell()

    run_side_by_side([task(n, share.apart()) for n, share in enumerate(shares)], executor, listen)
    return [answers[number] for number in range(len(groups))]


def _elsewhere(
    pieces: Sequence[Piece],
    groups: Sequence[Sequence[int]],
    shares: Sequence[Clock],
    clock: Clock,
    tally: Tally,
    executor: Executor,
) -> list[_Answer | None]:
    with workshop(list(pieces), executor, clock, len(pieces)) as shop:

        def listen() -> None:
            for number, (value, bound) in enumerate(shop.board.tolist()):
                if bound != UNKNOWN:
                    tally.phase = "improve"
                    tally.note(number, None if value == UNKNOWN else value, bound)
            tally.tell()

        limits = [replace(clock.params, work=each.work_left, cancelled=never) for each in shares]
        tasks = [_Task(tuple(group), own) for group, own in zip(groups, limits, strict=True)]
        return shop.run(_work, tasks, listen)


def _work(bench: Bench[list[Piece]], task: _Task) -> _Answer:
    """In the worker."""
    limits = replace(task.params, seconds=bench.seconds, cancelled=bench.cancelled)

    def relay_of(number: int) -> Relay:
        def relay(_: Phase, value: int | None, bound: int | None) -> None:
            bench.board[number] = [UNKNOWN if each is None else each for each in (value, bound)]

        return relay

    return _through(bench.shared, task.numbers, Clock(limits, lambda _: None), relay_of)
