"""Every route and every role: who may do what, and that nobody sees what is not theirs."""

import re

import pytest

from api.access import GRANTS, ROLES, AcceptanceError, Principal
from api.access_store import GuardedStore
from api.app import ROUTERS
from api.authentication import Authentication
from api.jobs.kinds import plan_id_of
from api.settings import Settings
from api.wiring import put_in_force
from api.workflow.reports import REPORTS
from data.scope import Scope
from data.store import Commit
from tests.api.matrix import ANYBODY, FOREIGN, ROUTES, WAIVER_OF, furnish, job_of, keys, pw
from tests.api.service import DAY, NOON, client_of, filled_store
from tests.data import samples

CONFINED = tuple(role for role in ROLES if role != "customer_admin")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A service over the furnished store, with a waiver in each practice besides."""
    path = tmp_path_factory.mktemp("shared") / "panelwise.db"
    store = filled_store(path)
    furnish(store)
    store.close()
    for practice in ("PR1", "PR2"):
        name = f"of-{practice.lower()}"
        text = WAIVER_OF.format(name=name, patient={"PR1": "A1", "PR2": "B1"}[practice])
        put_in_force(Settings(path, "eve"), {f"{name}.yaml": text})
    with client_of(path, Authentication(keys={each.sha256: each for each in keys()})) as client:
        yield client


def ask(client, route, role, practice="", outside=False):
    method = route.split()[0]
    _, url, sent, foreign = ROUTES[route]
    if outside:
        url, sent = foreign
    headers = {"Authorization": f"Bearer {pw(role, practice)}"}
    return client.request(method, url, headers=headers, **sent)


def test_every_route_of_the_service_is_in_the_matrix(shared):
    paths = shared.get("/openapi.json").json()["paths"]
    assert set(ROUTES) == {f"{method.upper()} {path}" for path in paths for method in paths[path]}


def test_no_route_is_left_out_of_the_description_and_so_of_the_matrix(shared):
    declared = {
        f"{method} {route.path}"
        for each in ROUTERS
        for route in each.router.routes
        for method in route.methods - {"HEAD"}
    }
    assert declared == set(ROUTES)
    beside = [route.path for route in shared.app.routes if hasattr(route, "path")]
    assert beside == ["/openapi.json"]


@pytest.mark.parametrize("route", ROUTES)
def test_only_roles_with_the_permission_are_let_through(shared, route):
    permission = ROUTES[route][0]
    for role in ROLES:
        status = ask(shared, route, role).status_code
        if permission is ANYBODY or role in GRANTS[permission]:
            assert status not in (401, 403), role
            assert status < 500
        else:
            assert status == 403, role


@pytest.mark.parametrize("route", [route for route in ROUTES if ROUTES[route][0] is not ANYBODY])
def test_nobody_is_let_in_without_credentials(shared, route):
    method, _ = route.split()
    _, url, sent, _ = ROUTES[route]
    assert shared.request(method, url, **sent).status_code == 401


@pytest.mark.parametrize("route", [route for route in ROUTES if ROUTES[route][3]])
def test_what_is_out_of_scope_is_not_there(shared, route):
    for role in CONFINED:
        allowed = role in GRANTS[ROUTES[route][0]]
        assert ask(shared, route, role, "PR1", outside=True).status_code == (404 if allowed else 403), role
        if allowed:  # the other practice's own people do find it
            assert ask(shared, route, role, "PR2", outside=True).status_code != 404, role


@pytest.mark.parametrize("route", [route for route in ROUTES if route != "GET /tables"])
def test_no_answer_names_anything_out_of_scope(shared, route):
    for role in CONFINED:
        answer = ask(shared, route, role, "PR1")
        assert not re.findall(FOREIGN, answer.text), role


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_names_anything_out_of_scope_in_any_format(shared, name):
    headers = {"Authorization": f"Bearer {pw('viewer', 'PR1')}"}
    for kind in ("json", "csv"):
        asked = {"format": kind, "days": 3650, "limit": 1000}
        answer = shared.get(f"/reports/{name}", params=asked, headers=headers)
        assert answer.status_code == 200
        assert not re.findall(FOREIGN, answer.text)


def test_no_list_names_anything_out_of_scope_as_a_file_either(shared):
    headers = {"Authorization": f"Bearer {pw('viewer', 'PR1')}"}
    urls = ("/tables/patients", "/tables/assignments", "/gaps/patients", "/capacities", "/findings", "/plans")
    for url in (*urls, "/plans/plan-PR1/moves", "/rules/audit", "/consents", "/rejections", "/jobs"):
        answer = shared.get(url, params={"format": "csv"}, headers=headers)
        assert answer.headers["content-type"].startswith("text/csv"), url
        assert not re.findall(FOREIGN, answer.text), url


def test_findings_of_others_and_of_nobody_are_left_out(shared):
    headers = {"Authorization": f"Bearer {pw('viewer', 'PR1')}"}
    for url in ("/findings", "/findings/runs/1"):
        rows = shared.get(url, headers=headers).json()["items"]
        assert [(row["patient_id"], row["provider_id"]) for row in rows] == [("A1", "P1")]
    assert shared.get("/findings", headers={"Authorization": f"Bearer {pw('viewer')}"}).json()["total"] == 5


def test_counts_are_of_what_is_in_sight(shared):
    seen = ask(shared, "GET /status", "viewer", "PR1").json()
    assert (seen["rows"]["patients"], seen["rows"]["providers"], len(seen["slots"])) == (3, 1, 1)
    assert seen["slots"][0]["population"] == 3
    assert {each["header"]["scope"]["practices"][0] for each in seen["plans"]} == {"PR1"}


def test_loads_of_providers_out_of_sight_are_left_out_of_plans(shared):
    for url in ("/plans/plan-PR1/loads", "/plans/plan-PR1/export?format=json"):
        headers = {"Authorization": f"Bearer {pw('viewer', 'PR1')}"}
        text = shared.get(url, headers=headers).text
        assert '"P1"' in text
        assert '"P2"' not in text


@pytest.mark.parametrize(
    "query", ["filter=patient_id:eq:B1", "filter=practice_id:eq:PR2", "sort=-patient_id", "limit=1000"]
)
def test_filters_and_orders_do_not_reach_further(shared, query):
    headers = {"Authorization": f"Bearer {pw('viewer', 'PR1')}"}
    page = shared.get(f"/tables/patients?{query}", headers=headers).json()
    assert {row["patient_id"] for row in page["items"]} <= {"A1", "A2", "A3"}
    assert page["total"] <= 3


def test_a_plan_out_of_scope_cannot_be_told_from_one_that_is_not_there(shared):
    headers = {"Authorization": f"Bearer {pw('viewer', 'PR1')}"}
    there, nowhere = (
        shared.get(f"/plans/{name}", headers=headers).json() for name in ("plan-PR2", "plan-ZZZ")
    )
    assert there["title"].replace("plan-PR2", "plan-ZZZ") == nowhere["title"]
    assert shared.get("/plans/plan-P", headers=headers).status_code == 200  # begins one that is in sight


def test_a_proposal_of_somebody_confined_keeps_to_their_practices(shared):
    made = ask(shared, "POST /proposals", "planner", "PR1").json()
    assert made["wish"]["scope"]["practices"] == ["PR1"]


def test_patients_are_not_given_to_providers_of_others_by_somebody_confined(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    given = samples.open_statement("A3", "P2")
    plan = samples.plan_of("plan-out", given, scope=Scope(practices=("PR1",)), as_of=DAY)
    store.save_plan(plan, "ready", NOON)
    entries = samples.entries_of(store, plan)
    confined = GuardedStore(store, Principal("ann", frozenset({"practice_admin"}), frozenset({"PR1"})))
    wanted = Commit("plan-out", entries, store.revision(), "ann", NOON)
    with pytest.raises(AcceptanceError, match=r"providers of others \(P2\)"):
        confined.commit(wanted)
    assert store.record("plan-out").state == "ready"
    both = Principal("bea", frozenset({"practice_admin"}), frozenset({"PR1", "PR2"}))
    assert GuardedStore(store, both).commit(wanted).inserted == 1
    store.close()


def test_an_agency_opens_its_practices(tmp_path):
    store = filled_store(tmp_path / "panelwise.db")
    principal = Principal("ann", frozenset({"viewer"}), agencies=frozenset({"AG2"}))
    sight = GuardedStore(store, principal).sight(DAY)
    assert sight.practices == {"PR2"}
    assert sight.rows("patients")["patient_id"].to_pylist() == ["B1", "B2", "B3"]
    assert sight.rows("assignments")["patient_id"].to_pylist() == ["B1", "B3"]
    assert sight.rows("licenses")["provider_id"].to_pylist() == ["P2"]
    store.close()


def test_the_plan_of_a_job_is_one_however_often_it_is_tried():
    assert plan_id_of(job_of("PR1")) == plan_id_of(job_of("PR1")) == "rebalance-PR1"
