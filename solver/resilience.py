"""What happens if a provider leaves, for each one (N-1), worst first."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from solver.build import Planning
from solver.clock import Clock
from solver.loss import LEAST_SECONDS, Loss, Losses, Today, priced, today_of
from solver.params import Params, never
from solver.problem import Int32
from solver.remote import Bench, is_remote, workshop
from solver.solve import silent
from solver.warm_up import ready

CHUNKS_A_WORKER = 4
"""Several chunks for each worker, so that none waits long for the others at the end."""

PRICING = 0.15
"""Most of the time that goes to the prices from which the bounds begin."""

STARTING = 10.0
"""Seconds that processes may take in any case; as many again as the time limit before they count as lost."""


@dataclass(frozen=True)
class _Chunk:
    """Rows of providers that one worker loses in turn, each within `each` (but for the cancel switch)."""

    providers: tuple[int, ...]
    each: Params


def resilience(
    planning: Planning,
    flow: Int32,
    params: Params | None = None,
    executor: Executor | None = None,
    providers: Sequence[int] | None = None,
) -> tuple[Loss, ...]:
    """Lose every provider in turn who has patients under `flow` (or each of the rows `providers`).

    The worst loss comes first: most patients left, then the highest price. `params` are for all of it: the
    small problems share the time (a work limit is each one's own); `executor` (of threads, processes or
    machines) solves `params.workers` of them side by side. Once cancelled, those that are done come back.
    Patients whom the planning does not let move are not looked at: build it with an objective that moves
    everyone.
    """
    members = np.bincount(planning.problem.provider, flow, planning.problem.providers)
    chosen = np.flatnonzero(members).tolist() if providers is None else list(providers)
    given = params or Params(gap=0.001)
    ready(given, silent, executor)
    clock = Clock(given, silent)
    pricing = clock.within(PRICING)
    today = priced(today_of(planning, flow), lambda _: pricing.stopped() is not None)
    share = clock.seconds_left * given.workers / max(len(chosen), 1)
    each = replace(given, seconds=max(share, LEAST_SECONDS), workers=1, cancelled=never)
    size = max(1, ceil(len(chosen) / (CHUNKS_A_WORKER * given.workers)))
    chunks = [_Chunk(tuple(chosen[at : at + size]), each) for at in range(0, len(chosen), size)]
    losses = [loss for chunk in _lost(today, chunks, clock, executor) for loss in chunk]
    return tuple(sorted(losses, key=lambda each: (-each.left, -each.price, each.provider_id)))


def _lost(
    today: Today, chunks: Sequence[_Chunk], clock: Clock, executor: Executor | None
) -> list[list[Loss]]:
    """The losses of every chunk; where no answer came in time, they are computed here."""

    def here(chunk: _Chunk) -> list[Loss]:
        return _lose(Losses(today), chunk, clock.cancelled)

    if executor is None:
        return list(map(here, chunks))
    if not is_remote(executor):
        return list(executor.map(here, chunks))
    with workshop(today, executor, clock, patience=STARTING + clock.params.seconds) as shop:
        answers = shop.run(_lose_there, chunks)
    return [here(chunk) if answer is None else answer for chunk, answer in zip(chunks, answers, strict=True)]


def _lose_there(bench: Bench[Today], chunk: _Chunk) -> list[Loss]:
    """In the worker."""
    return _lose(Losses(bench.shared), chunk, bench.cancelled)


def _lose(losses: Losses, chunk: _Chunk, cancelled: Callable[[], bool]) -> list[Loss]:
    done: list[Loss] = []
    for provider in chunk.providers:
        loss = losses.of(provider, replace(chunk.each, cancelled=cancelled))
        if cancelled():  # what was cut short says nothing
            break
        done.append(loss)
    return done
