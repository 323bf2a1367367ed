"""What happens if a provider leaves, for each one (N-1), worst first."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from solver.build import Planning
from solver.clock import Clock
from solver.loss import LEAST_SECONDS, Loss, Losses, Lost
from solver.params import Params, never
from solver.problem import Int32
from solver.remote import Bench, is_remote, workshop
from solver.solve import silent
from solver.today import Today, priced, today_of
from solver.warm_up import ready

CHUNKS_A_WORKER = 4
"""Several chunks for each worker, so that none waits long for the others at the end."""

PRICING = 0.15
"""Most of the time that goes to the prices from which the bounds begin."""

FIRST_SHARE, AGAIN_SECONDS = 0.7, 0.8
"""Share of the time for a first look at every loss; the rest is for those farthest from their bound, at
least so long for each."""

CLOSE, MOST_WEIGHT = 0.03, 4.0
"""A gap that is looked at again for the least time, and how many times that the largest gaps may take."""

STARTING = 10.0
"""Seconds that processes may take in any case; as many again as the time limit before they count as lost."""


@dataclass(frozen=True)
class _Task:
    """The row of a provider to lose, the seconds for it, and what is known of the loss."""

    provider: int
    seconds: float
    former: Lost | None = None


@dataclass(frozen=True)
class _Chunk:
    """What one worker does in turn; `params` but for the seconds and the cancel switch."""

    tasks: tuple[_Task, ...]
    params: Params


Lose = Callable[[Sequence[_Chunk]], list[list[Lost]]]


def resilience(
    planning: Planning,
    flow: Int32,
    params: Params | None = None,
    executor: Executor | None = None,
    providers: Sequence[int] | None = None,
) -> tuple[Loss, ...]:
    """Lose every provider in turn who has patients under `flow` (or each of the rows `providers`).

    The worst loss comes first: most patients left, then the highest price. `params` are for all of it: the
    small problems share the time, those whose outcome is farthest from its bound a second time (a work limit
    is each one's own, and there is no second time); `executor` (of threads, processes or machines) solves
    `params.workers` of them side by side. Once cancelled, those that are done come back. Patients whom the
    planning does not let move are not looked at: build it with an objective that moves everyone. Under
    strict tiers no loss has a bound.
    """
    members = np.bincount(planning.problem.provider, flow, planning.problem.providers)
    chosen = np.flatnonzero(members).tolist() if providers is None else list(providers)
    given = params or Params(gap=0.001)
    ready(given, silent, executor)
    clock = Clock(given, silent)
    pricing = clock.within(PRICING)
    today = priced(today_of(planning, flow), lambda _: pricing.stopped() is not None)
    known: dict[int, Lost] = {}
    with _losing(today, clock, executor) as lose:
        share = clock.seconds_left * given.workers / max(len(chosen), 1)
        share *= FIRST_SHARE if given.work is None else 1.0
        _look(lose, given, [_Task(each, max(share, LEAST_SECONDS)) for each in chosen], known)
        if given.work is None and not clock.cancelled():
            _look(lose, given, _again(known, given.gap, clock.seconds_left * given.workers), known)
    losses = [lost.loss for lost in known.values()]
    return tuple(sorted(losses, key=lambda each: (-each.left, -each.price, each.provider_id)))


def _look(lose: Lose, given: Params, tasks: Sequence[_Task], known: dict[int, Lost]) -> None:
    """Lose each and note what comes of it; neighbors go to different chunks."""
    params = replace(given, workers=1, cancelled=never)
    chunks = min(len(tasks), CHUNKS_A_WORKER * given.workers)
    parts = [_Chunk(tuple(tasks[number::chunks]), params) for number in range(chunks)]
    for part, found in zip(parts, lose(parts), strict=True):
        known |= {task.provider: lost for task, lost in zip(part.tasks, found, strict=False)}


def _again(known: dict[int, Lost], gap: float, seconds: float) -> list[_Task]:
    """Losses worth another look within so many seconds: the larger the gap, the sooner and the longer."""
    gaps = {row: lost.loss.gap or 0.0 for row, lost in known.items() if lost.wide}
    order = sorted((row for row in gaps if gaps[row] > gap), key=lambda row: (-gaps[row], row))
    weights = np.clip([gaps[row] / CLOSE for row in order], 1.0, MOST_WEIGHT)
    while len(weights) and seconds / weights.sum() < AGAIN_SECONDS:
        weights = weights[:-1]
    each = seconds * weights / max(weights.sum(), 1.0)
    return [_Task(row, own, known[row]) for row, own in zip(order, each.tolist(), strict=False)]


@contextmanager
def _losing(today: Today, clock: Clock, executor: Executor | None) -> Iterator[Lose]:
    """What computes the losses of every chunk; where no answer comes in time, they are computed here."""

    def here(chunk: _Chunk) -> list[Lost]:
        return _lose(Losses(today), chunk, clock.cancelled)

    if executor is None:
        yield lambda chunks: list(map(here, chunks))
    elif not is_remote(executor):
        yield lambda chunks: list(executor.map(here, chunks))
    else:
        with workshop(today, executor, clock, patience=STARTING + clock.params.seconds) as shop:

            def there(chunks: Sequence[_Chunk]) -> list[list[Lost]]:
                answers = shop.run(_lose_there, chunks)
                return [here(c) if a is None else a for c, a in zip(chunks, answers, strict=True)]

            yield there


def _lose_there(bench: Bench[Today], chunk: _Chunk) -> list[Lost]:
    """In the worker."""
    return _lose(Losses(bench.shared), chunk, bench.cancelled)


def _lose(losses: Losses, chunk: _Chunk, cancelled: Callable[[], bool]) -> list[Lost]:
    done: list[Lost] = []
    for task in chunk.tasks:
        params = replace(chunk.params, seconds=task.seconds, cancelled=cancelled)
        lost = losses.of(task.provider, params, task.former)
        if cancelled():  # what was cut short says nothing
            break
        done.append(lost)
    return done
