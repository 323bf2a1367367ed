"""Where wide work runs: threads of this process, processes of this machine, or a Dask cluster."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from api.errors import RequestError
from solver.orphan import end_with_parent

THREADS, PROCESSES = "threads", "processes"
ANSWER_SECONDS = 10
"""How long a cluster may take to answer."""


@contextmanager
def executor_of(name: str, workers: int | None) -> Iterator[tuple[Executor | None, int]]:
    """The executor of that name (None: threads are made as they are needed), and how many workers to use.

    `name` is threads, processes, or the address of a Dask scheduler, such as tcp://host:8786. Without
    `workers` it is one, or all of the cluster. RequestError where there is no such executor.
    """
    if name == THREADS:
        yield None, workers or 1
    elif name == PROCESSES:
        with ProcessPoolExecutor(workers or os.cpu_count(), get_context("spawn"), _undisturbed) as pool:
            yield pool, workers or 1
    elif "://" in name:
        with _cluster(name) as (executor, threads):
            yield executor, workers or threads
    else:
        raise RequestError((f"no executor {name!r}: threads, processes, or an address as tcp://HOST:8786",))


def _undisturbed() -> None:
    """In the worker: Control-C is for who gave the work out, and nobody works on once they are gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()


@contextmanager
def _cluster(address: str) -> Iterator[tuple[Executor, int]]:
    """A Dask cluster's executor and the number of its threads."""
    try:
        from distributed import Client
    except ImportError:
        raise RequestError(("a Dask cluster needs the extra: pip install 'panelwise[cluster]'",)) from None
    try:
        client = Client(address.replace("dask://", "tcp://", 1), timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError) as failure:
        raise RequestError((f"no Dask scheduler answers at {address}: {failure}",)) from failure
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise RequestError((f"the Dask cluster at {address} has no workers",))
        yield client.get_executor(pure=False), threads
