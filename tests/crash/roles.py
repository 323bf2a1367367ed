"""What the processes of the crash test do; each is forked from one that has imported everything."""

import itertools
import os
import random
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from api.app import build_app
from api.client import Client, ServiceError
from api.engine import engine
from api.jobs.children import Children
from api.jobs.run import run_job
from api.jobs.running import runner_of
from api.settings import Settings
from api.webhooks.send import Sender
from api.wiring import jobs_of, opened_plainly, plain_store, rulebook, texts_in_force, webhooks_of
from data.errors import DataError
from data.job import FencedError
from tests.api.receiver import HERE
from tests.api.service import DAY
from tests.crash.forks import Nursery

EPOCH = datetime(2026, 12, 1, 13, tzinfo=UTC)
BEGAN = time.monotonic()
SILENCE = 8.0
"""Seconds until a silent attempt is replaced: as the service does it, only sooner."""

AWAY = (OSError, HTTPException)
CLIENTS = ("PR1", "PR2", "PR1", "PR2")
"""The practice of each client: two and two want the same patients."""


@dataclass(frozen=True)
class Scene:
    """Where everybody meets: the store, a folder for notes, the service's port."""

    settings: Settings
    folder: Path
    port: int
    port_of_receiver: int = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def stopped(self):
        return (self.folder / "stop").exists()

    def note(self, name, *words):
        """A line in a file of its own, which is there when the call returns."""
        with (self.folder / name).open("a") as file:
            print(*words, file=file, flush=True)

    def notes(self, name):
        file = self.folder / name
        return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


def clock_of(seed):
    """A clock that goes, and is wrong by up to two hours: no process can rely on those of others."""
    wrong = timedelta(seconds=random.Random(seed).uniform(-7200, 7200))
    return lambda: EPOCH + wrong + timedelta(seconds=time.monotonic() - BEGAN)


def serve(scene, seed):
    """The service, without searches of its own."""
    import uvicorn

    app = build_app(
        scene.settings,
        lambda: plain_store(scene.settings),
        lambda: texts_in_force(scene.settings),
        jobs_of,
        lambda *_: None,
        0,
        now=clock_of(seed),
        today=lambda: DAY,
    )
    uvicorn.run(app, host="127.0.0.1", port=scene.port, log_level="critical", access_log=False)


def work(scene, seed):
    """A worker, as `panelwise worker` has it, whose attempts are forked instead of started anew."""
    now = clock_of(seed)
    nursery = Nursery(lambda *job: attempt_of(scene, seed, *job))
    with opened_plainly(scene.settings) as store:
        runner_of(store, Children(jobs_of(store), nursery.launch, now, silence=SILENCE)).start()
        while True:
            time.sleep(60)


def attempt_of(scene, seed, job_id, attempt):
    """What `python -m api.jobs.run` does."""
    (scene.folder / "attempts" / str(os.getpid())).write_text(f"{job_id} {attempt}")
    settings = scene.settings
    with opened_plainly(settings) as store:
        try:
            run_job(job_id, attempt, store, jobs_of(store), rulebook(settings), engine, clock_of(seed))
        except FencedError:
            return 1
    return 0


def deliver(scene, seed):
    """The sender of messages. Its clock goes right, and a hundred times as fast: leases and delays pass."""
    chance = random.Random(seed)
    with opened_plainly(scene.settings) as store:
        sender = Sender(webhooks_of(store), HERE, fast_clock, chance=chance.random)
        while True:
            with suppress(DataError):
                sender.send()
            time.sleep(0.05)


def fast_clock():
    return EPOCH + timedelta(seconds=100 * (time.monotonic() - BEGAN))


def receive(scene, seed):
    """Somebody else's machine: notes what arrives before it says so, and fails now and then."""
    chance = random.Random(seed)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            scene.note("received", self.headers["webhook-id"], body.decode())
            self.send_response(204 if chance.random() < 0.8 else 500)
            self.end_headers()

        def log_message(self, *_):
            pass

    HTTPServer(("127.0.0.1", scene.port_of_receiver), Handler).serve_forever()


def use(scene, number):
    """A client: fills the gaps of its practice and takes it back, again and again, whatever dies meanwhile.

    Everything that it was promised is noted: accepted jobs, receipts.
    """
    client, practice, name = Client(scene.url), CLIENTS[number], f"client-{number}"
    for turn in itertools.count():
        if scene.stopped:
            scene.note(name, "ended")
            return
        key = f"{name}-{turn}"
        wish = {"preset": "fill_gaps", "as_of": DAY, "effective_on": DAY, "scope": {"practices": [practice]}}
        job_id = again(lambda: client.propose(key, **wish, seconds=5)).job_id  # noqa: B023  called at once
        scene.note(name, "accepted", job_id)
        job = ended(client, job_id)
        scene.note(name, job.state, job_id, job.plan_id or "-")
        if job.state == "succeeded" and committed(scene, name, client, job.plan_id):
            with suppress(ServiceError):
                committed(scene, name, client, again(lambda: client.revert(job.plan_id)))  # noqa: B023


def committed(scene, name, client, plan_id):
    """Commit a plan and note the receipt; whether it was."""
    try:
        receipt = again(lambda: client.commit(plan_id))
    except ServiceError as error:
        if error.status != 409:
            raise
        scene.note(name, "refused", plan_id, error.code)
        return False
    repeated = again(lambda: client.commit(plan_id))
    assert repeated.repeated, "the same commit again is no other commit"
    scene.note(name, "receipt", plan_id, receipt.revision, repeated.revision)
    return True


def ended(client, job_id):
    until = time.monotonic() + 240
    while time.monotonic() < until:
        job = again(lambda: client.job(job_id))
        if job.state in ("succeeded", "failed", "cancelled"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"job {job_id} hangs: {job}")


def again(ask):
    """An answer at last: nobody listens, the connection breaks or the service is not ready meanwhile."""
    until = time.monotonic() + 180
    while True:
        try:
            return ask()
        except ServiceError as error:
            if error.status != 503 or time.monotonic() > until:
                raise
        except AWAY:
            if time.monotonic() > until:
                raise
        time.sleep(0.05)
