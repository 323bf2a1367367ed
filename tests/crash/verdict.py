"""What must be true of a store after any number of deaths."""

import json
from collections import Counter

from api.jobs.kinds import plan_id_of
from api.wiring import jobs_of, webhooks_of
from api.workflow.commit import _notices
from data.ledger import overlaps
from data.sql.opening import open_store
from tests.api.service import DAY, NOON
from tests.crash.roles import CLIENTS
from tests.data.sql.look import connected


def check(scene):
    """Assert that the store is whole and keeps all that was promised; what there is, in numbers."""
    store = open_store(scene.settings.database, NOON)
    try:
        commits = _commits(scene, store)
        jobs = _jobs(scene, store)
        messages = _messages(scene, store)
    finally:
        store.close()
    return {"commits": commits, **jobs, **messages}


def _commits(scene, store):
    with connected(str(scene.settings.database)) as connection:
        ask = connection.exec_driver_sql
        if connection.dialect.name == "sqlite":
            assert ask("PRAGMA integrity_check").all() == [("ok",)]
        revision = ask("SELECT revision FROM revision").scalar_one()
        kept = ask("SELECT revision, plan_id, superseded, inserted FROM commits ORDER BY 1").all()
        states = dict(map(tuple, ask("SELECT plan_id, state FROM plans").all()))
        made = ask("SELECT plan_id, count(*) FROM assignments WHERE plan_id IS NOT NULL GROUP BY 1").all()
        struck = ask(
            "SELECT superseded_by_plan_id, count(*) FROM assignments "
            "WHERE superseded_by_plan_id IS NOT NULL GROUP BY 1"
        ).all()
        of_commits = "topic NOT IN ('job.failed', 'plan.waiting')"
        messages = Counter(row[0] for row in ask(f"SELECT body FROM outbox WHERE {of_commits}"))
        failures = [row[0] for row in ask("SELECT body FROM outbox WHERE topic = 'job.failed'")]
        failed = [row[0] for row in ask("SELECT job_id FROM jobs WHERE state = 'failed'")]
        events = Counter(row[0] for row in ask("SELECT subject FROM audit WHERE action = 'commit'"))
    told_of = sorted(json.loads(body)["job_id"] for body in failures)
    assert told_of == sorted(failed), "one message for each job that failed"
    plans = {row[1] for row in kept}
    assert [row[0] for row in kept] == list(range(2, revision + 1)), "a revision is a commit"
    assert plans == {name for name, state in states.items() if state in ("committed", "reverted")}
    assert events == Counter(plans), "one event for each commit"
    assert dict(map(tuple, made)) == {row[1]: row[3] for row in kept if row[3]}, "no rows by halves"
    assert dict(map(tuple, struck)) == {row[1]: row[2] for row in kept if row[2]}
    told = Counter(json.dumps(json.loads(body), sort_keys=True) for body in messages.elements())
    due = Counter(
        json.dumps(json.loads(body), sort_keys=True)
        for plan in plans
        for _, body in _notices(store.plan(plan))
    )
    assert told == due, "one message for each plan and provider, none lost, none twice"
    assert due.total() >= len([row for row in kept if row[2] or row[3]]), (
        "who loses or gains patients hears it"
    )
    assert overlaps(store.snapshot(DAY)["assignments"]).num_rows == 0
    revisions = {row[1]: row[0] for row in kept}
    for number, _ in enumerate(CLIENTS):
        for word, *rest in scene.notes(f"client-{number}"):
            if word == "receipt":
                assert {int(each) for each in rest[1:]} == {revisions[rest[0]]}, "a receipt is kept"
    return len(kept)


def _messages(scene, store):
    """At least once, each under one id and with one content, whatever the receiver answered."""
    hooks = webhooks_of(store)
    deliveries = hooks.deliveries(limit=1_000_000)
    with connected(str(scene.settings.database)) as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one()
    assert {each.state for each in deliveries} <= {"delivered"}, hooks.counts()
    arrived = {}
    for line in (scene.folder / "received").read_text().splitlines():
        webhook_id, _, body = line.partition(" ")
        assert arrived.setdefault(webhook_id, body) == body, "one id is one message"
    assert set(arrived) == {each.webhook_id for each in deliveries}
    assert len(arrived) == len(deliveries) == kept, "every message of the outbox arrived"
    times = len((scene.folder / "received").read_text().splitlines())
    return {"messages": kept, "sent": times}


def _jobs(scene, store):
    jobs = {job.job_id: job for job in jobs_of(store).jobs(1_000_000)}
    accepted = {
        rest[0]
        for number, _ in enumerate(CLIENTS)
        for word, *rest in scene.notes(f"client-{number}")
        if word == "accepted"
    }
    assert accepted <= set(jobs), "an accepted job is there"
    assert all(job.final for job in jobs.values()), [job for job in jobs.values() if not job.final]
    done = [job for job in jobs.values() if job.state == "succeeded"]
    assert all(job.plan_id == plan_id_of(job) for job in done)
    proposed = [
        record.header.plan_id for record in store.records(1_000_000) if record.header.objective is not None
    ]
    assert len(proposed) == len(set(proposed))
    assert {job.plan_id for job in done} <= set(proposed), "a job that succeeded has its plan"
    lost = [job for job in jobs.values() if job.state != "succeeded"]
    for job in lost:
        assert (job.state, job.attempt, json.loads(job.error)["code"]) == ("failed", 3, "LOST"), job
    return {
        "jobs": len(jobs),
        "given up after three deaths": len(lost),
        "attempts": sum(job.attempt for job in jobs.values()),
    }
