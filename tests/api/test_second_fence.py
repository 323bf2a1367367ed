"""Row-level security behind the service: the application's own filter is broken on purpose; nothing leaks.

`Careless` principals are taken by every filter of the application for somebody who sees everything; the
database is told who they really are. What holds here, holds by the database alone.
"""

import re

import pytest

from api.access import ROLES, Principal
from api.access_jobs import GuardedJobs
from api.access_store import GuardedStore
from api.authentication import Authentication
from api.engine import engine
from api.jobs.wish import ProposalWish, WishedScope, packed
from api.settings import Settings
from api.wiring import jobs_of, rulebook
from api.workflow.propose import Request, propose
from data.errors import DataError, NotFoundError
from data.job import Job
from data.scope import Scope
from data.sql.opening import open_store
from data.store import Commit
from solver.params import Params
from tests.api.matrix import FOREIGN, ROUTES, furnish, keys, plan_of, pw
from tests.api.service import DAY, NOON, client_of, filled_store
from tests.data import samples
from tests.data.conftest import server  # noqa: F401  fixture
from tests.data.sql.look import dump

OTHERS = {"P2", "P3", "B1", "B2", "B3"}


WHOLE = (
    "GET /tables",  # the names of the tables
    "GET /rules/versions/{name}",  # one text, of files too: only for those who see everything
)
"""Routes whose answers are no rows of anybody, so that the database has nothing to say about them."""


class Careless(Principal):
    """Somebody of PR1 to whom the application denies nothing."""

    @property
    def confined(self):
        return False


class CarelessAuthentication(Authentication):
    """Whoever asks is a careless planner, committer and auditor of practice PR1."""

    def identify(self, _request, _today):
        return of_one(Careless)


HONEST = Authentication(keys={each.sha256: each for each in keys()})


def of_one(kind):
    everything = frozenset(ROLES) - {"customer_admin"}
    return kind("uma", everything, frozenset({"PR1"}))


@pytest.fixture(scope="module")
def template(server):  # noqa: F811  the fixture
    """Name of a database with a plan and a job in each of two practices."""
    server.application("service")
    place = server.database(template="empty")
    store = filled_store(place)
    furnish(store)
    store.close()
    return place.partition("@/")[2].partition("?")[0]


@pytest.fixture
def owned(server, template):  # noqa: F811  the fixture
    """Address of a copy, as the owner of its tables has it."""
    return server.database(template)


@pytest.fixture
def store(owned):
    """The same as the service's login has it."""
    opened = open_store(owned.replace("owner@", "service@"), NOON)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def served(server, template):  # noqa: F811  the fixture
    return server.database(template)


@pytest.fixture(scope="module")
def client(served):
    # the key is never looked at: it only turns local mode off
    with client_of(served.replace("owner@", "service@"), CarelessAuthentication(keys={"": None})) as found:
        yield found


@pytest.fixture(scope="module")
def unfenced(tmp_path_factory):
    """The same service over SQLite, where the application's own filter stands alone."""
    path = tmp_path_factory.mktemp("unfenced") / "panelwise.db"
    store = filled_store(path)
    furnish(store)
    store.close()
    with client_of(path, HONEST) as found:
        yield found


@pytest.fixture(scope="module")
def fenced(served):
    with client_of(served.replace("owner@", "service@"), HONEST) as found:
        yield found


def ask(client, route, address):
    url, sent = address
    return client.request(route.split()[0], url, **sent)


@pytest.mark.parametrize("route", [each for each in ROUTES if each.startswith("GET") and each not in WHOLE])
def test_no_answer_names_anything_out_of_scope(client, route):
    answer = ask(client, route, ROUTES[route][1:3])
    assert answer.status_code < 500, answer.text
    assert not re.findall(FOREIGN, answer.text)


@pytest.mark.parametrize("route", [each for each in ROUTES if ROUTES[each][3]])
def test_no_guessed_id_is_found_and_nothing_is_written(client, served, route):
    before = dump(served)
    assert ask(client, route, ROUTES[route][3]).status_code in (403, 404, 422)
    after = dump(served)
    assert {name for name in after if after[name] != before[name]} <= {"audit"}


@pytest.mark.parametrize("route", [each for each in ROUTES if each.startswith("GET")])
def test_the_fence_takes_nothing_from_anybody_who_may_see_it(fenced, unfenced, route):
    """The two fences agree: every answer is the same with and without the second one."""
    for role, practice in (("practice_admin", "PR1"), ("manager", "")):
        headers = {"Authorization": f"Bearer {pw(role, practice)}"}
        url, sent = ROUTES[route][1:3]
        one, other = (client.get(url, headers=headers, **sent) for client in (fenced, unfenced))
        assert one.status_code == other.status_code, (role, one.text, other.text)
        if route not in TOLD_APART and one.headers["content-type"] in JSON:
            assert shape(one.json()) == shape(other.json()), role


JSON = ("application/json", "application/problem+json")

TOLD_APART = ("GET /audit", "GET /status", "GET /readyz")
"""Answers that tell of what this very test asked, or of the schema's making."""


def shape(answer):
    """The answer without numbers and moments, which differ from store to store."""
    if isinstance(answer, dict):
        return {name: shape(each) for name, each in answer.items()}
    if isinstance(answer, list):
        return [shape(each) for each in answer]
    return type(answer).__name__ if isinstance(answer, float | str) and len(str(answer)) > 12 else answer


@pytest.mark.parametrize(
    "query", ["filter=patient_id:eq:B1", "filter=practice_id:eq:PR2", "sort=-patient_id", "limit=1000"]
)
def test_filters_and_orders_do_not_reach_further(client, query):
    page = client.get(f"/tables/patients?{query}").json()
    assert {row["patient_id"] for row in page["items"]} <= {"A1", "A2", "A3"}
    assert page["total"] <= 3


def test_counts_are_of_what_the_database_shows(client):
    seen = client.get("/status").json()
    assert (seen["rows"]["patients"], seen["rows"]["providers"], seen["slots"][0]["population"]) == (3, 1, 3)


def test_the_same_principal_without_a_fence_would_see_everything(tmp_path):
    """The filter is really off: SQLite has no second fence, and there it all leaks."""
    store = filled_store(tmp_path / "panelwise.db")
    store.save_plan(plan_of("PR2"), "ready", NOON)
    careless = GuardedStore(store, of_one(Careless))
    assert careless.sight(DAY).rows("patients").num_rows == 6
    assert careless.record("plan-PR2").state == "ready"
    store.close()


def test_plans_history_and_input_of_others_are_not_there(store):
    careless = GuardedStore(store, of_one(Careless))
    found = {each.header.plan_id for each in careless.records()}
    assert "plan-PR1" in found
    assert all(each.endswith("PR1") for each in found)
    for read in (careless.plan, careless.record, careless.rows_of_plan, careless.input_of):
        with pytest.raises(NotFoundError):
            read("plan-PR2")
    assert set(careless.history(["A1", "B1"], ["F2"])["patient_id"].to_pylist()) == {"A1"}
    believed = store.snapshot(DAY)["assignments"]["row_id"].combine_chunks()
    assert len(believed) == 4
    assert set(careless.rows(believed)["patient_id"].to_pylist()) == {"A1", "A2"}


def test_plans_of_others_are_neither_moved_nor_committed_nor_saved(store, owned):
    careless, before = GuardedStore(store, of_one(Careless)), dump(owned)
    with pytest.raises(NotFoundError):
        careless.set_state("plan-PR2", ("ready",), "rejected", "uma", NOON)
    entries = samples.entries_of(store, plan_of("PR2"))
    with pytest.raises(NotFoundError):
        careless.commit(Commit("plan-PR2", entries, store.revision(), "uma", NOON))
    with pytest.raises(DataError, match="out of scope; nothing was written"):
        careless.commit(Commit("plan-PR1", entries, store.revision(), "uma", NOON))
    with pytest.raises(DataError, match="out of scope"):
        careless.save_plan(
            samples.plan_of("mine", samples.open_statement("B2", "P2"), scope=Scope(practices=("PR2",))),
            "ready",
            NOON,
        )
    assert dump(owned) == before


def test_jobs_of_others_are_neither_seen_nor_cancelled_nor_queued(store, owned):
    careless = of_one(Careless)
    jobs = GuardedJobs(jobs_of(store), GuardedStore(store, careless).sight(DAY))
    assert [each.job_id for each in jobs.jobs()] == ["job-PR1"]
    before = dump(owned)
    for step in (jobs.job, lambda job_id: jobs.ask_cancel(job_id, NOON)):
        with pytest.raises(NotFoundError):
            step("job-PR2")
    theirs = ProposalWish(as_of=DAY, effective_on=DAY, scope=WishedScope(practices=("PR2",)))
    own = theirs.model_copy(update={"scope": WishedScope(practices=("PR1",))})
    boss = Principal("uma", frozenset({"customer_admin"}), everywhere=True)
    for wish, who in ((theirs, careless), (own, boss), (ProposalWish(as_of=DAY), careless)):
        with pytest.raises(DataError, match="out of scope; nothing was written"):
            jobs.add(Job("job-new", "propose", "uma", packed(wish, who), NOON, NOON))
    assert dump(owned) == before
    assert jobs.add(Job("job-own", "propose", "uma", packed(own, careless), NOON, NOON)).state == "queued"


def test_what_a_job_works_out_for_others_is_not_kept(store, owned):
    """The search itself sees everybody, as loads need it; its plan stays within the sight of its owner."""
    careless, book = GuardedStore(store, of_one(Careless)), rulebook(Settings("", "ann"))

    def made(plan_id, practice):
        scope, params = Scope(practices=(practice,)), Params(5)
        request = Request("fill_gaps", DAY, DAY, "uma", scope=scope, params=params, plan_id=plan_id)
        return propose(careless, request, book, NOON, engine, lambda _: None)

    before = dump(owned)
    with pytest.raises(DataError, match="out of scope"):
        made("p", "PR2")
    assert dump(owned) == before
    assert made("q", "PR1").header.counts.assign == 1
    assert careless.record("q").state == "ready"


def test_a_commit_within_sight_and_the_ids_shown_follow_the_data(store, owned):
    honest = GuardedStore(store, of_one(Principal))
    made = samples.entries_of(store, plan_of("PR1"))
    honest.commit(Commit("plan-PR1", made, store.revision(), "uma", NOON))
    assert honest.record("plan-PR1").state == "committed"
    admin = open_store(owned, NOON)
    new = samples.table("patients", {"patient_id": "A9", "practice_id": "PR1"})
    admin.import_tables({"patients": new}, "ann", NOON)
    admin.close()
    assert honest.sight(DAY).sees("patients", "A9")
