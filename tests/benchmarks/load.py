"""How long reads take while many people look and a search runs, with everything stored."""

import json
import os
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

import httpx2
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.snapshot import Snapshot
from data.sql.opening import open_store
from data.synthetic import generate
from data.synthetic.providers import PATIENTS_PER_PROVIDER
from tests.benchmarks.benchmark import (
    AS_OF,
    Benchmark,
    Figures,
    Stopwatch,
    read_snapshot,
    sliced,
    write_snapshot,
)
from tests.benchmarks.snapshot import AT, fill
from tests.benchmarks.traffic import MIX, drawn
from tests.postgres import TestServer

NAMED = {"patients": 2_000, "providers": 500, "practices": 100}
"""So many different ids are asked for."""

WAIT_SECONDS = 600


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--providers", type=int, default=5_000)
    parser.add_argument("--rate", type=float, default=100.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long")
    parser.add_argument("--processes", type=int, default=1, help="that answer, as of `serve`")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--idle", action="store_true", help="without a search beside it")
    parser.add_argument("--seed", type=int, default=1)


def prepare(chosen: Namespace, directory: Path) -> None:
    """A population with so many providers, cut off after so many patients; in a file, or for a server."""
    whole = generate(max(chosen.patients, chosen.providers * PATIENTS_PER_PROVIDER), chosen.seed, AS_OF)
    snapshot = first_patients(whole.snapshot, chosen.patients)
    write_snapshot(snapshot, directory)
    if chosen.database == "sqlite":
        store = open_store(directory / "store.db", AT)
        fill(store, snapshot)
        store.close()


def first_patients(snapshot: Snapshot, count: int) -> Snapshot:
    """The first patients and what is said about them."""
    patients = sliced(snapshot.patients, count)
    ids = patients["patient_id"].combine_chunks()

    def theirs(name: str) -> pa.Table:
        named = snapshot[name]["patient_id"]
        return snapshot[name].filter(pc.or_(pc.is_null(named), pc.is_in(named, value_set=ids)))

    rest = {name: theirs(name) for name in ("assignments", "visits", "pins")}
    return snapshot.with_tables(patients=patients, **rest)


def service(chosen: Namespace, directory: Path) -> Figures:
    """The first answer of each kind, then all kinds mixed, at the rate, beside a search."""
    snapshot, watch = read_snapshot(directory), Stopwatch()
    names = names_of(snapshot, chosen.seed)
    with place(chosen, directory, snapshot) as address, served(address, chosen.processes) as (url, server):
        first = first_answers(url, names, chosen.seed)
        warm(url, names, chosen)
        job = None if chosen.idle else started(url, chosen.seconds)
        before = processor_seconds(server)
        measured = traffic(chosen, directory, url, snapshot)
        spent, peak = processor_seconds(server) - before, peak_megabytes(server)
        if job is not None:
            if httpx2.get(f"{url}/jobs/{job}").json()["state"] != "running":
                raise AssertionError("the search ended before the reads did")
            httpx2.post(f"{url}/jobs/{job}/cancel")
    found = figures(measured) | {
        "server cpu ms a request": 1000 * spent / (chosen.rate * chosen.seconds),
        "server peak_mb": peak,
    }
    return watch.figures() | found | first


def figures(measured: dict[str, object]) -> Figures:
    """Percentiles of all reads and of every kind, in milliseconds."""
    taken: dict[str, list[float]] = measured["milliseconds"]
    every = np.concatenate([np.array(each) for each in taken.values()])
    found = {"requests": len(every), "failed": float(measured["failed"])}
    for share in (50, 95, 99):
        found[f"p{share} ms"] = float(np.percentile(every, share))
    found["greatest ms"] = float(every.max())
    for kind in MIX:
        if kind in taken:
            found[f"{kind} p95 ms"] = float(np.percentile(taken[kind], 95))
    return found


def names_of(snapshot: Snapshot, seed: int) -> dict[str, list[str]]:
    """Ids that are asked for, drawn at random."""
    rng = np.random.default_rng(seed)
    found = {}
    for table, count in NAMED.items():
        ids = snapshot[table][f"{table.removesuffix('s')}_id"]
        rows = rng.choice(len(ids), min(count, len(ids)), replace=False)
        found[table] = ids.take(pa.array(rows)).to_pylist()
    return found


@contextmanager
def place(chosen: Namespace, directory: Path, snapshot: Snapshot) -> Iterator[str]:
    """Where the population is stored."""
    if chosen.database == "sqlite":
        yield str(directory / "store.db")
        return
    server = TestServer.started(Path(gettempdir()))
    try:
        server.execute("CREATE DATABASE benchmark")
        store = open_store(server.address("benchmark"), AT)
        fill(store, snapshot)
        store.close()
        yield server.address("benchmark")
    finally:
        server.stop()


@contextmanager
def served(address: str, processes: int = 1) -> Iterator[tuple[str, int]]:
    """A service over the store, as people start it: its URL and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "api", "serve", "--db", address, "--port", str(port)]
    command += ["--processes", str(processes)]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            waited(lambda: httpx2.get(f"{url}/readyz").status_code == 200)
            yield url, process.pid
        finally:
            process.terminate()


def waited(reached) -> None:
    """Until it is so; AssertionError where it never is."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            if reached():
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not reached in {WAIT_SECONDS} seconds")


def first_answers(url: str, names: dict[str, list[str]], seed: int) -> Figures:
    """Milliseconds of the first request of every kind after the start: nothing is worked out yet."""
    first = dict(reversed(drawn(names, 1000, seed)))
    found = {}
    for kind in MIX:
        watch = time.perf_counter()
        address = first[kind]
        answered = httpx2.get(f"{url}{address}{'&' if '?' in address else '?'}as_of={AS_OF}", timeout=600)
        answered.raise_for_status()
        found[f"first {kind} ms"] = (time.perf_counter() - watch) * 1000
    return found


def warm(url: str, names: dict[str, list[str]], chosen: Namespace) -> None:
    """Requests of every kind, many at once, so that every process has worked out what it keeps."""
    if chosen.processes == 1:
        return
    requests = [(f"{url}{address}", kind) for kind, address in drawn(names, 1000, chosen.seed)]
    with ThreadPoolExecutor(4 * chosen.processes) as pool:
        for kind in MIX:
            some = [f"{at}{'&' if '?' in at else '?'}as_of={AS_OF}" for at, one in requests if one == kind]
            list(
                pool.map(
                    lambda at: httpx2.get(at, timeout=600).raise_for_status(), some[: 8 * chosen.processes]
                )
            )


def started(url: str, seconds: float) -> str:
    """A search that lasts longer than the reads; its job, which has begun to run."""
    wish = {"as_of": str(AS_OF), "seconds": 3600 + seconds, "gap": 0}
    job = httpx2.post(f"{url}/proposals", json=wish, timeout=60).json()["job_id"]
    waited(lambda: httpx2.get(f"{url}/jobs/{job}").json()["progress"]["value"] is not None)
    return job


def traffic(chosen: Namespace, directory: Path, url: str, snapshot: Snapshot) -> dict[str, object]:
    """What the generator's process measured."""
    file = directory / "traffic.json"
    given = {
        "names": names_of(snapshot, chosen.seed),
        "count": int(chosen.rate * chosen.seconds),
        "rate": chosen.rate,
        "seed": chosen.seed,
        "as_of": str(AS_OF),
    }
    file.write_text(json.dumps(given))
    subprocess.run([sys.executable, "-m", "tests.benchmarks.traffic", url, str(file)], check=True)
    measured: dict[str, object] = json.loads(file.with_suffix(".measured").read_text())
    return measured


def processor_seconds(server: int) -> float:
    """What the processes of a service have used, without searches; 0 where the system does not tell."""
    found = 0.0
    for process in answering(server):
        ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
        found += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    return found


def peak_megabytes(server: int) -> float:
    """The most memory that they have held, summed; 0 where the system does not tell."""
    found = 0.0
    for process in answering(server):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        found += sum(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return found


def answering(server: int) -> list[int]:
    """The process of a service and those that it started to answer; none where the system does not tell."""
    listed = Path(f"/proc/{server}/task/{server}/children")
    if not listed.exists():
        return []
    children = [int(each) for each in listed.read_text().split()]
    return [server, *(each for each in children if b"spawn_main" in command_of(each))]


def command_of(process: int) -> bytes:
    """The command line of a process; empty where it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


BENCHMARK = Benchmark(
    about="Reads at a fixed rate (open loop, from another process) while a search over everybody runs.",
    options=options,
    prepare=prepare,
    cases={"service": service},
    targets={"service": {"p95 ms": 50, "candidates p95 ms": 100, "failed": 0}},
)
