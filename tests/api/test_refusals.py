"""Refusals that say what to do: overlaps, keys used before, a database that is away."""

import pytest
from fastapi.testclient import TestClient

from api.access import Principal
from api.access_store import GuardedStore
from api.app import build_app
from api.errors import AWAY, failure_of
from api.jobs.children import launcher
from api.settings import Settings
from api.wiring import jobs_of, texts_in_force
from data.errors import KeyReusedError, PlanStateError
from data.scope import Scope
from data.sql.postgres.engine import address_of, engine_of
from data.sql.postgres.server import Server
from data.sql.store import SqlStore
from data.store import Commit
from tests.api.service import DAY, NOON, assert_problem, client_of, filled_store
from tests.data import samples

NOBODY_LISTENS = "postgresql://ann:secret@127.0.0.1:1/panelwise"


def kept(store, plan_id, *given, practice="PR1"):
    """A ready plan of these statements."""
    plan = samples.plan_of(plan_id, *given, scope=Scope(practices=(practice,)), as_of=DAY)
    store.save_plan(plan, "ready", NOON)
    return plan


def test_rows_that_would_overlap_at_commit_are_a_conflict_that_names_them(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    kept(store, "blind", samples.open_statement("A1", "P1"))  # A1 has P1 since January, without an end
    store.close()
    with client_of(tmp_path / "panelwise.db") as client:
        body = assert_problem(client.post("/plans/blind/commit"), 409, "OVERLAP")
        assert body["details"] == ["patient A1 (primary, physician): P1 from 2026-01-01"]
        assert client.get("/plans/blind").json()["state"] == "ready"


def test_a_database_that_is_away_is_told_with_when_to_try_again():
    settings = Settings(NOBODY_LISTENS, "ann")
    url = address_of(NOBODY_LISTENS)
    app = build_app(
        settings,
        lambda: SqlStore(Server(url, engine_of(url, read_only=False))),
        lambda: texts_in_force(settings),
        jobs_of,
        launcher(settings),
        workers=0,
    )
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        for path in ("/status", "/jobs", "/readyz", "/plans"):
            answer = client.get(path)
            assert "nobody listens there" in assert_problem(answer, 503, "UNAVAILABLE")["title"]
            assert "secret" not in answer.text
            assert answer.headers["retry-after"] == "5"


def test_a_pool_without_a_free_connection_is_a_database_that_is_away(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    store.engine.pool._timeout = 0.05
    held = [store.engine.connect() for _ in range(15)]  # five of the pool, ten beyond it
    with pytest.raises(Exception, match="too many requests wait") as refused:
        store.revision()
    for each in held:
        each.close()
    failure = failure_of(refused.value)
    assert failure is not None
    assert (failure.code, failure.exit_code) == ("UNAVAILABLE", AWAY)
    store.close()


def test_an_idempotency_key_of_somebody_else_reveals_nothing(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    first = kept(store, "plan-B", samples.open_statement("B2", "P2"), practice="PR2")
    other = kept(store, "plan-A", samples.open_statement("A3", "P1"))
    bob, ann = (
        GuardedStore(store, Principal(name, frozenset({"practice_admin"}), frozenset({practice})))
        for name, practice in (("bob", "PR2"), ("ann", "PR1"))
    )

    def commit(of, plan, actor, key):
        return of.commit(
            Commit(
                plan.plan_id,
                samples.entries_of(store, plan),
                store.revision(),
                actor,
                NOON,
                idempotency_key=key,
            )
        )

    assert not commit(bob, first, "bob", "plan-B").repeated
    # the key (a plan's id is the usual one) says nothing to ann about what bob did with it
    assert not commit(ann, other, "ann", "plan-B").repeated
    with pytest.raises(KeyReusedError, match="another plan than again") as refused:
        commit(ann, kept(store, "again", samples.open_statement("A3", "P1")), "ann", "plan-B")
    assert "plan-A" not in str(refused.value)
    with pytest.raises(PlanStateError):
        commit(ann, other, "ann", "another key")
    store.close()


def test_a_key_used_for_another_plan_is_a_conflict(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    kept(store, "one", samples.open_statement("A3", "P1"))
    kept(store, "two", samples.open_statement("B2", "P2"), practice="PR2")
    store.close()
    with client_of(tmp_path / "panelwise.db") as client:
        key = {"Idempotency-Key": "k"}
        assert client.post("/plans/one/commit", headers=key).status_code == 200
        assert client.post("/plans/one/commit", headers=key).json()["repeated"] is True
        assert_problem(client.post("/plans/two/commit", headers=key), 409, "KEY_REUSED")
        assert client.get("/plans/two").json()["state"] == "ready"
