"""Somebody who keeps reading a store until told to stop: `python -m tests.benchmarks.reader PLACE PATIENTS`.

Ends when its input does, and writes the milliseconds of every read to its output: of the history of one
patient, and of the same with its trace in the audit log.
"""

import json
import sys
import threading
import time
from datetime import UTC, datetime
from itertools import cycle

from data.sql.opening import open_store

PAUSE_SECONDS = 0.01

AT = datetime(2026, 11, 1, 12, tzinfo=UTC)


def main(place: str, *patients: str) -> None:
    """Read the patients one after the other, until the input ends."""
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    store = open_store(place, AT)
    taken: dict[str, list[float]] = {"read": [], "traced read": []}
    for patient, traced in zip(cycle(patients), cycle((False, True))):
        watch = time.perf_counter()
        if traced:
            store.note(AT, "reader", "read", f"history {patient}")
        store.history([patient])
        taken["traced read" if traced else "read"].append((time.perf_counter() - watch) * 1000)
        if ended.wait(PAUSE_SECONDS):
            break
    store.close()
    json.dump(taken, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
