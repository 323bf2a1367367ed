"""A process that works for another one ends with it, however that one ends.

A killed process tells nobody. But its end of every pipe is closed, on every platform, so a thread that waits
for the end of a pipe hears of it at once; engines let other threads run while they work.
"""

import os
from functools import cache
from multiprocessing import parent_process
from threading import Thread
from typing import BinaryIO

ORPHANED = 1
"""Exit code of a process whose parent is gone."""


def end_at_end_of(pipe: BinaryIO) -> None:
    """End this process, at once, where the pipe ends; nothing more may come through it."""

    def watch() -> None:
        while pipe.read(1):
            pass
        os._exit(ORPHANED)

    Thread(target=watch, name="end-with-parent", daemon=True).start()


@cache
def end_with_parent() -> None:
    """The same for a process of a pool of `multiprocessing`: its queues alone would let it wait forever.

    Does nothing in any other process, nor when called again.
    """
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(ORPHANED)

    Thread(target=watch, name="end-with-parent", daemon=True).start()
