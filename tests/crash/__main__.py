"""Kill (-9) whatever there is of the service at random moments: python -m tests.crash --kills 200.

One process imports everything and forks: the service, two workers, their searches, the sender of messages,
and four clients who work all the time. It kills any of them but the clients, and starts the dead again, as a
supervisor of processes does. In the end nobody may have been told what is not so, and everything must have
come to its end by itself.
Prints what happened as JSON; exit code 1 and the first thing that does not hold otherwise.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import adbc_driver_postgresql.dbapi  # noqa: F401  imported before the fork: each child would pay for it
import adbc_driver_sqlite.dbapi  # noqa: F401
import psycopg  # noqa: F401
import uvicorn  # noqa: F401

import data.sql.postgres.server  # noqa: F401
import solver.solve  # noqa: F401
from api.access import local_principal
from api.access_store import GuardedStore
from api.access_webhooks import GuardedWebhooks
from api.client import Client
from api.jobs.wish import ProposalWish, packed
from api.settings import Settings, database_of
from api.webhooks.subscribe import subscribe
from api.wiring import jobs_of, opened_plainly, webhooks_of
from data.job import Job
from tests.api.receiver import HERE
from tests.api.served import free_port
from tests.api.service import DAY, NOON, filled_store
from tests.crash.forks import alive
from tests.crash.roles import CLIENTS, EPOCH, Scene, again, attempt_of, deliver, receive, serve, use, work
from tests.crash.verdict import check
from tests.postgres import TestServer

LONGEST_PAUSE = 0.8
"""Seconds between two kills, at most; more where the service starts slowly (a busy machine)."""

TARGETS = ("service", "worker", "search", "search", "sender")


@dataclass
class Stage:
    """Processes by name, and how each is started again."""

    scene: Scene
    chance: random.Random
    alive: dict = field(default_factory=dict)
    kills: Counter = field(default_factory=Counter)

    def start(self, name, role, *arguments):
        pid = os.fork()
        if not pid:
            code = 1
            try:
                said = os.open(self.scene.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                for stream in (1, 2):
                    os.dup2(said, stream)
                role(self.scene, *arguments)
                code = 0
            except BaseException:
                self.scene.note("troubles", name, traceback.format_exc())
            finally:
                os._exit(code)
        self.alive[name] = (pid, role)

    def start_anew(self, name):
        """Start what died, with another clock."""
        self.start(name, self.alive[name][1], self.chance.randrange(2**31))

    def kill(self, name):
        pid, _ = self.alive[name]
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def strike(self):
        """One kill, if its target is there."""
        target = self.chance.choice(TARGETS)
        if target == "search":
            found = self.searches()
            if found:
                with suppress(ProcessLookupError):
                    os.kill(self.chance.choice(found), signal.SIGKILL)
                    self.kills[target] += 1
            return
        name = self.chance.choice(("worker-0", "worker-1")) if target == "worker" else target
        self.kill(name)
        self.kills[target] += 1
        self.start_anew(name)

    def searches(self):
        """Searches that may be killed: a third death in a row would rightly end their job."""
        found = []
        for file in sorted((self.scene.folder / "attempts").iterdir()):
            words = file.read_text().split()
            if not alive(int(file.name)):
                file.unlink(missing_ok=True)
            elif len(words) == 2 and int(words[1]) < 3:
                found.append(int(file.name))
        return found


def play(scene, kills, seconds, chance):
    """Start everybody, kill until it is enough, let the living finish."""
    stage = Stage(scene, chance)
    (scene.folder / "attempts").mkdir()
    began = time.monotonic()
    stage.start("service", serve, 0)
    again(Client(scene.url).status)
    pause = max(LONGEST_PAUSE, 3 * (time.monotonic() - began))
    stage.start("receiver", receive, 0)
    stage.start("sender", deliver, 0)
    for number in (0, 1):
        stage.start(f"worker-{number}", work, number)
    for number, _ in enumerate(CLIENTS):
        stage.start(f"client-{number}", use, number)
    until = time.monotonic() + seconds
    try:
        while stage.kills.total() < kills and time.monotonic() < until:
            time.sleep(chance.uniform(0.01, pause))
            stage.strike()
            for number, _ in enumerate(CLIENTS):
                assert alive(stage.alive[f"client-{number}"][0]), scene.notes("troubles")
        (scene.folder / "stop").touch()
        for number, _ in enumerate(CLIENTS):
            _, status = os.waitpid(stage.alive.pop(f"client-{number}")[0], 0)
            assert status == 0, (scene.folder / "troubles").read_text()
        wait_for_deliveries(scene)
    finally:
        for name in list(stage.alive):
            with suppress(ProcessLookupError, ChildProcessError):
                stage.kill(name)
        for pid in stage.searches():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return stage.kills


def warm_up():
    """Carry a job out here, so that what is compiled and imported on the way is there for all forks."""
    with tempfile.TemporaryDirectory(prefix="panelwise-crash-") as folder:
        scene = Scene(Settings(Path(folder, "panelwise.db"), "ann"), Path(folder), 0)
        (scene.folder / "attempts").mkdir()
        store = filled_store(scene.settings.database)
        jobs = jobs_of(store)
        wish = ProposalWish(preset="fill_gaps", as_of=DAY, effective_on=DAY)
        jobs.add_job(Job("job-1", "propose", "ann", packed(wish, local_principal("ann")), NOON, NOON))
        jobs.start_job("job-1", NOON)
        attempt_of(scene, 0, "job-1", 1)
        assert jobs.job("job-1").state == "succeeded", jobs.job("job-1")
        store.close()


def wait_for_deliveries(scene):
    """Until everything that was to be sent has arrived."""
    until = time.monotonic() + 120
    with opened_plainly(scene.settings) as store:
        hooks = webhooks_of(store)
        while store.outbox() or hooks.counts().get("waiting"):
            assert time.monotonic() < until, (store.outbox(), hooks.counts())
            time.sleep(0.1)


def subscribed(store, port):
    """Somebody wants every message."""
    hooks = GuardedWebhooks(webhooks_of(store), GuardedStore(store, local_principal("ann")))
    subscribe(hooks, f"http://127.0.0.1:{port}/hook", (), HERE, EPOCH)


def run(database, kills, seconds, seed):
    """The whole test on one database; its report."""
    warm_up()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="panelwise-crash-") as folder:
        place = database or str(Path(folder, "panelwise.db"))
        scene = Scene(Settings(database_of(place), "ann"), Path(folder), free_port(), free_port())
        store = filled_store(place)
        subscribed(store, scene.port_of_receiver)
        store.close()
        struck = play(scene, kills, seconds, random.Random(seed))
        found = check(scene)
    return {"seed": seed, "kills": dict(struck), **found, "seconds": round(time.monotonic() - began, 1)}


def main():
    """Read the command line, run, print."""
    asked = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seconds", type=float, default=1200, help="stop killing after so long")
    asked.add_argument("--seed", type=int, default=5)
    asked.add_argument(
        "--database", default="sqlite", help="sqlite, postgres (a server of its own) or an address"
    )
    given = asked.parse_args()
    running = TestServer.started() if given.database == "postgres" else None
    try:
        named = "" if given.database == "sqlite" else given.database
        place = running.database() if running else named
        print(json.dumps(run(place, given.kills, given.seconds, given.seed), indent=2))
    finally:
        if running:
            running.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
