"""Work in threads while the caller's own thread keeps reporting: compiled code leaves them the processor."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait

POLL = 0.25
"""Seconds between two looks at what the threads report."""


def run_side_by_side(
    tasks: Sequence[Callable[[], None]], executor: Executor | None, listen: Callable[[], object]
) -> None:
    """Run all tasks, in `executor` (of threads) or in threads made for them, and `listen` meanwhile.

    The first exception of a task is raised again once all have ended.
    """
    if executor is None:
        with ThreadPoolExecutor(len(tasks)) as own:
            run_side_by_side(tasks, own, listen)
        return
    futures = [executor.submit(task) for task in tasks]
    running = set(futures)
    while running:
        _, running = wait(running, POLL)
        listen()
    for future in futures:
        future.result()


def balanced(sizes: Sequence[float], bins: int) -> list[list[int]]:
    """Numbers of the sizes in at most `bins` groups of about equal sum, largest first to the emptiest."""
    groups: list[list[int]] = [[] for _ in range(max(1, min(bins, len(sizes))))]
    sums = [0.0] * len(groups)
    for number in sorted(range(len(sizes)), key=lambda each: -sizes[each]):
        emptiest = min(range(len(groups)), key=lambda group: sums[group])
        groups[emptiest].append(number)
        sums[emptiest] += sizes[number]
    return groups
