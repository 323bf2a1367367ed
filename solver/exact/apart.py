"""HiGHS in a process of its own, which can be ended at once: HiGHS cannot be interrupted from outside.

The process is made anew for each call (it takes a second or two) and never outlives it: it ends where the
pipe that asks it ends, so also when its caller is killed. It is a plain interpreter that imports this module
alone: `multiprocessing` would run the caller's script again.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from contextlib import suppress
from dataclasses import replace
from typing import cast

from solver.exact.highs import Answer, Effort, solve_here
from solver.exact.model import Float, MixedIntegerProgram
from solver.orphan import end_at_end_of

POLL = 0.2
"""Seconds between two looks at the cancel switch."""

STARTING = 1.0
"""Seconds of the time limit that starting the process takes."""

GRACE = 1.5
"""Seconds that a call may take beyond its time limit before the process is ended: HiGHS may be late."""

CHILD = "import sys; sys.path[:] = sys.argv[1:]; from solver.exact.apart import main; main()"


class NoProcessError(RuntimeError):
    """No process could be started, or it ended without an answer."""


def solve_apart(
    program: MixedIntegerProgram, start: Float | None, effort: Effort, watch: Callable[[], bool]
) -> Answer | None:
    """The program's answer; None when `watch`, asked a few times a second, said stop or time ran out.

    Raises NoProcessError.
    """
    command = [sys.executable, "-c", CHILD, *sys.path]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError as failure:
        raise NoProcessError(str(failure)) from failure
    with process, ThreadPoolExecutor(1) as reader:
        try:
            shortened = replace(effort, seconds=max(effort.seconds - STARTING, 0.1))
            asked = pickle.dumps((program, start, shortened))
            answer = reader.submit(_said, process, asked)
            said = _awaited(answer, effort.seconds + GRACE, watch)
        finally:
            process.kill()
    if said is None:
        return None
    if not said:
        raise NoProcessError(f"the process ended with {process.returncode} and no answer")
    return cast(Answer, pickle.loads(said))


def _said(process: "subprocess.Popen[bytes]", asked: bytes) -> bytes:
    """What the process answers; what asks it stays open, so that its end means the end of this process."""
    assert process.stdin is not None  # both are pipes
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # it died: the answer is empty
        process.stdin.write(asked)
        process.stdin.flush()
    return process.stdout.read()


def _awaited(answer: "Future[bytes]", seconds: float, watch: Callable[[], bool]) -> bytes | None:
    """What the process says; None where it is no longer wanted."""
    waited = 0.0
    while waited < seconds:
        try:
            return answer.result(POLL)
        except NotYetError:
            waited += POLL
        if watch():
            return None
    return None


def main() -> None:
    """What the process does: a pickled program in, a pickled answer out; nothing else is printed there."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    program, start, effort = pickle.load(sys.stdin.buffer)
    end_at_end_of(sys.stdin.buffer)
    with out:
        out.write(pickle.dumps(solve_here(program, start, effort)))
