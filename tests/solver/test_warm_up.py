"""What is compiled before the clock starts is all that a run needs."""

import json
import subprocess
import sys

SAME = """
import json
from data.compiled import FUNCTIONS
from solver.narrow import narrowed
from solver.params import Params
from solver.solve import solve
from solver.warm_up import warm_up
from tests.solver.instances import TIGHT, instance

def known():
    return {str(each): {str(one) for one in each.signatures} for each in FUNCTIONS}

warm_up()
before = known()
for members, work in ((2000, 0.5), (300, 2.0)):
    solve(instance(members, TIGHT, 1), Params(seconds=600, work=work))
after = known()
print(json.dumps({each: sorted(after[each] - before[each]) for each in after if after[each] != before[each]}))
"""


def test_nothing_is_compiled_during_a_run_that_was_not_compiled_before_it():
    said = subprocess.run([sys.executable, "-c", SAME], capture_output=True, text=True, check=True)
    assert json.loads(said.stdout) == {}, "let warm_up() call these too"


CANCELLED = """
from solver.params import Params
from solver.solve import solve
from tests.solver.instances import TYPICAL, instance
import os, time
heard, begin = [], time.monotonic()
result = solve(instance(300, TYPICAL, 1), Params(seconds=60, cancelled=lambda: len(heard) > 0),
               on_progress=lambda moment: heard.append(moment.phase))
print(heard[0], result.termination, time.monotonic() - begin < 5.0, flush=True)
os._exit(0)
"""


def test_compiling_is_told_and_whoever_cancels_need_not_wait_for_it(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    said = subprocess.run([sys.executable, "-c", CANCELLED], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["compile", "cancelled", "True"]
