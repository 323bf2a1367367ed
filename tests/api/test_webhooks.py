"""Webhooks as an administrator has them: over HTTP and on the command line."""

import json

import pytest

from api.access import ConfinedError, ForbiddenError, Principal
from api.access_store import GuardedStore
from api.access_webhooks import GuardedWebhooks
from api.cli import run
from api.errors import RequestError
from api.webhooks.send import Sender
from api.webhooks.subscribe import TOPICS, subscribe
from api.wiring import webhooks_of
from data.review import Consent
from tests.api.matrix import plan_of
from tests.api.receiver import HERE, KEY, receiving, verified
from tests.api.service import NOON, assert_problem, client_of, filled_store

URL = "https://example.org/hook"


@pytest.fixture
def keyed(monkeypatch):
    monkeypatch.setenv("PANELWISE_SECRET_KEY", KEY)


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "panelwise.db"
    filled_store(path).close()
    return path


def test_a_webhook_is_made_paused_resumed_and_removed(keyed, service):
    made = service.post("/webhooks", json={"url": URL, "topics": ["plan.committed"]})
    assert made.status_code == 201
    told = made.json()
    assert told.pop("secret").startswith("whsec_")
    where = made.headers["location"]
    assert service.get(where).json() == told
    assert service.get("/webhooks").json() == [told]
    assert (told["url"], told["topics"], told["paused"]) == (URL, ["plan.committed"], False)
    assert service.post(f"{where}/pause").json()["paused"] is True
    assert service.post(f"{where}/resume").json()["paused"] is False
    assert service.delete(where).status_code == 204
    assert service.get("/webhooks").json() == []
    assert_problem(service.get(where), 404, "NOT_FOUND")
    actions = [row["action"] for row in service.get("/audit").json()["items"]][:4]
    assert actions == ["unsubscribe", "resume webhook", "pause webhook", "subscribe"]


def test_the_secret_is_shown_once_and_kept_sealed(keyed, service, place):
    secret = service.post("/webhooks", json={"url": URL}).json()["secret"]
    for url in ("/webhooks", "/deliveries", "/audit"):
        answer = service.get(url).text
        assert secret not in answer
        assert "sealed" not in answer


def test_while_secrets_are_exchanged_either_verifies_what_is_sent(keyed, service):
    with receiving() as receiver:
        with_networks = {"PANELWISE_WEBHOOK_HTTP": "yes", "PANELWISE_WEBHOOK_NETWORKS": "127.0.0.0/8"}
        with pytest.MonkeyPatch.context() as environment:
            for name, value in with_networks.items():
                environment.setenv(name, value)
            made = service.post("/webhooks", json={"url": receiver.url}).json()
        where, office = f"/webhooks/{made['subscription_id']}", service.app.state.office
        old = made["secret"]

        def sent(number):
            plan = f"waits-{number}"
            office.store.save_plan(plan_of("PR1").renamed(plan_id=plan), "ready", NOON)
            office.store.ask_consents([Consent(plan, "approval", ("large",), "ann", NOON)], "ann", NOON)
            Sender(webhooks_of(office.store), HERE, lambda: NOON).send()
            return receiver.requests[-1]

        moment = NOON.timestamp()
        assert json.loads(sent(1)[1])["type"] == "plan.waiting"
        rotated = service.post(f"{where}/rotate").json()
        new = rotated["secret"]
        assert (rotated["rotating"], new != old) == (True, True)
        both = sent(2)
        assert all(verified(each, *both, moment) for each in (old, new))
        assert service.post(f"{where}/retire").json()["rotating"] is False
        last = sent(3)
        assert [verified(each, *last, moment) for each in (old, new)] == [False, True]
        assert_problem(service.post("/webhooks/none/rotate"), 404, "NOT_FOUND")
    actions = {row["action"] for row in service.get("/audit").json()["items"]}
    assert {"rotate secret", "retire secret"} <= actions


def test_everything_that_is_wrong_with_a_webhook_is_told_at_once(keyed, service):
    body = {"url": "http://127.0.0.1/", "topics": ["plan.committed", "nonsense"]}
    problem = assert_problem(service.post("/webhooks", json=body), 422, "REQUEST")
    assert len(problem["details"]) == 2 + 1  # scheme, number, topic


def test_without_a_key_for_secrets_there_are_no_webhooks(service):
    problem = assert_problem(service.post("/webhooks", json={"url": URL}), 422, "REQUEST")
    assert "PANELWISE_SECRET_KEY" in problem["details"][0]


def test_only_those_who_provision_everything_have_webhooks(place):
    store = filled_store(place.with_name("other.db"))

    def seen_by(**who):
        guarded = GuardedStore(store, Principal("eve", **who))
        return GuardedWebhooks(webhooks_of(store), guarded)

    with pytest.raises(ForbiddenError):
        seen_by(roles=frozenset({"manager", "auditor", "practice_admin"}), everywhere=True).subscriptions()
    with pytest.raises(ForbiddenError):
        subscribe(seen_by(roles=frozenset({"planner"})), URL, (), HERE, NOON)
    with pytest.raises(ConfinedError):
        seen_by(roles=frozenset({"customer_admin"}), acting="AG1").subscriptions()
    assert seen_by(roles=frozenset({"customer_admin"})).subscriptions() == []
    store.close()


def committed(service):
    """A plan that fills both gaps, committed."""
    job = service.post("/proposals", json={"preset": "fill_gaps"}).json()["job_id"]
    with service.stream("GET", f"/jobs/{job}/events") as stream:
        for _ in stream.iter_lines():
            pass
    plan_id = service.get(f"/jobs/{job}").json()["plan_id"]
    assert service.post(f"/plans/{plan_id}/commit").status_code == 200
    return plan_id


def test_a_commit_is_told_with_ids_and_counts_and_no_names(keyed, place, monkeypatch):
    with receiving() as receiver:
        monkeypatch.setenv("PANELWISE_WEBHOOK_HTTP", "yes")
        monkeypatch.setenv("PANELWISE_WEBHOOK_NETWORKS", "127.0.0.0/8")
        with client_of(place, workers=1) as service:
            secret = service.post("/webhooks", json={"url": receiver.url}).json()["secret"]
            plan_id = committed(service)
            store = service.app.state.office.store
            delivered = Sender(webhooks_of(store), HERE).send().delivered
            page = service.get("/deliveries?state=delivered&sort=delivery_id").json()
        told = {(body["type"], body["data"].get("provider_id")): body["data"] for body in receiver.bodies()}
        assert all(verified(secret, *each) for each in receiver.requests)
        assert all(body["type"] in TOPICS for body in receiver.bodies())
        gained = {key[1]: data["gained"] for key, data in told.items() if key[1]}
        assert sum(gained.values()) == 2
        assert len(receiver.requests) == delivered == 1 + len(gained) == page["total"]
        plan = told["plan.committed", None]
        assert (plan["plan_id"], plan["assigned"], plan["moved"]) == (plan_id, 2, 0)
        sent = [each["webhook-id"] for each, _ in receiver.requests]
        assert len(set(sent)) == delivered


def test_a_delivery_that_was_given_up_is_found_and_sent_again(keyed, place):
    with receiving() as receiver, client_of(place, workers=1) as service:
        receiver.answer = lambda _: 410
        store = service.app.state.office.store
        guarded = GuardedWebhooks(
            webhooks_of(store), GuardedStore(store, Principal("ann", frozenset({"customer_admin"})))
        )
        subscribe(guarded, receiver.url, ["plan.committed"], HERE, NOON)
        committed(service)
        sender = Sender(webhooks_of(store), HERE)
        assert sender.send().dead == 1
        (dead,) = service.get("/deliveries?state=dead").json()["items"]
        number = dead["delivery_id"]
        assert service.get(f"/deliveries/{number}").json()["error"] == "it answered 410"
        receiver.answer = lambda _: 200
        again = service.post(f"/deliveries/{number}/resend")
        assert (again.status_code, again.json()["state"]) == (202, "waiting")
        assert sender.send().delivered == 1
        assert_problem(service.get("/deliveries/999"), 404, "NOT_FOUND")


def test_the_command_line_has_webhooks_too(keyed, place, monkeypatch, capsys):
    def panelwise(*arguments, code=0, at=place):
        assert run(["webhooks", *arguments, "--db", str(at)]) == code
        return capsys.readouterr().out

    monkeypatch.setenv("PANELWISE_WEBHOOK_HTTP", "yes")
    monkeypatch.setenv("PANELWISE_WEBHOOK_NETWORKS", "127.0.0.0/8")
    with receiving() as receiver:
        made = json.loads(panelwise("add", receiver.url, "--topic", "plan.committed", "--json"))
        name = made["subscription_id"]
        assert name in panelwise("list")
        assert "secret" not in panelwise("list", "--json")
        panelwise("pause", name)
        assert json.loads(panelwise("list", "--json"))["webhooks"][0]["paused"] is True
        panelwise("resume", name)
        assert json.loads(panelwise("send", "--json"))["delivered"] == 0
        assert json.loads(panelwise("deliveries", "--dead", "--json")) == []
        panelwise("resend", "1", code=1)
        panelwise("remove", name)
        assert "No webhooks" in panelwise("list")
        panelwise("remove", "wh-none", code=1)
        panelwise("list", code=2, at=place.with_name("none.db"))


def test_unknown_topics_are_refused():
    class Anybody:
        actor = "ann"

        def require(self):
            """Everybody may."""

    with pytest.raises(RequestError, match="no topic 'x'"):
        subscribe(Anybody(), URL, ["x"], HERE, NOON)
