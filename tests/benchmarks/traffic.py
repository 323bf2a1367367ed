"""Reads at a fixed rate, sent by a process of its own: `python -m tests.benchmarks.traffic URL NAMES`.

Open loop: a request is due at its moment whether or not those before it were answered, and its latency
counts from that moment, so that a server that stalls is not spared the requests that it kept waiting.
"""

import asyncio
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx2

Names = Mapping[str, Sequence[str]]
"""Ids to ask for, by table."""

MIX: dict[str, tuple[int, Callable[[Names, random.Random], str]]] = {
    "patient": (20, lambda names, draw: f"/tables/patients/{draw.choice(names['patients'])}"),
    "history": (10, lambda names, draw: f"/history?patient={draw.choice(names['patients'])}"),
    "candidates": (10, lambda names, draw: f"/candidates?patient={draw.choice(names['patients'])}"),
    "capacity": (15, lambda names, draw: f"/providers/{draw.choice(names['providers'])}/capacity"),
    "page": (10, lambda _, draw: f"/tables/patients?limit=50&after={draw.choice(AFTER)}"),
    "filtered": (5, lambda names, draw: _filtered(draw.choice(names["practices"]))),
    "sorted": (5, lambda _, draw: f"/tables/patients?limit=50&sort={draw.choice(SORTED)}"),
    "gaps": (5, lambda names, draw: f"/gaps?practice={draw.choice(names['practices'])}"),
    "gap list": (5, lambda *_: "/gaps/patients?limit=50"),
    "capacities": (5, lambda *_: "/capacities?limit=50&sort=-used"),
    "status": (5, lambda *_: "/status"),
    "plans": (5, lambda *_: "/plans?limit=50"),
}
"""Share (of 100) and address of each kind of read, without the day."""

AFTER = ("", "WyJBMDI1MDAwMCJd", "WyJBMDc1MDAwMCJd")
"""Cursors: from the beginning, after A0250000, after A0750000."""

SORTED = ("name", "-acuity", "birth_date")


def _filtered(practice: str) -> str:
    return f"/tables/patients?limit=50&filter=practice_id:eq:{practice}&filter=acuity:ge:3"


def drawn(names: Names, count: int, seed: int) -> list[tuple[str, str]]:
    """Kinds and addresses of requests, mixed at random."""
    draw = random.Random(seed)
    kinds = draw.choices(list(MIX), [share for share, _ in MIX.values()], k=count)
    return [(kind, MIX[kind][1](names, draw)) for kind in kinds]


async def send(url: str, requests: Sequence[tuple[str, str]], rate: float, as_of: str) -> dict[str, object]:
    """Milliseconds of every request by kind, and how many were not answered with 200."""
    taken: dict[str, list[float]] = defaultdict(list)
    failed = 0
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx2.AsyncClient(base_url=url, limits=limits, timeout=120) as client:

        async def ask(kind: str, address: str, due: float) -> None:
            nonlocal failed
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            try:
                answered = await client.get(f"{address}{'&' if '?' in address else '?'}as_of={as_of}")
                failed += answered.status_code != 200
            except httpx2.HTTPError:
                failed += 1
            taken[kind].append((time.perf_counter() - due) * 1000)

        begin = time.perf_counter() + 0.1
        await asyncio.gather(
            *(ask(kind, address, begin + at / rate) for at, (kind, address) in enumerate(requests))
        )
    return {"milliseconds": taken, "failed": failed}


def main(url: str, file: str) -> None:
    """Send what the file describes and write what was measured beside it."""
    given = json.loads(Path(file).read_text())
    requests = drawn(given["names"], given["count"], given["seed"])
    found = asyncio.run(send(url, requests, given["rate"], given["as_of"]))
    Path(file).with_suffix(".measured").write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
