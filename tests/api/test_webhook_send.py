"""Messages reach those who subscribed, over real sockets, at least once and marked so that once is enough."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.errors import RequestError
from api.webhooks.outgoing import Outgoing
from api.webhooks.send import MOST_ATTEMPTS, Round, Sender, delay
from api.webhooks.signature import headers, shown
from data.memory import MemoryStore
from data.memory_webhooks import MemoryWebhooks
from data.sql.opening import open_store
from data.sql.webhooks import SqlWebhooks
from data.webhook import Subscription
from tests.api.receiver import HERE, KEY, receiving, verified
from tests.api.served import environment, free_port
from tests.data.conftest import KINDS
from tests.data.samples import NOON, moved, small_tables

SECRET = b"0123456789abcdef0123456789abcdef"


class Post:
    """A store with messages, its webhooks, and a clock that stands until it is moved."""

    def __init__(self, store, hooks):
        self.store, self.hooks, self.at = store, hooks, NOON
        store.import_tables(small_tables(), "ann", NOON)
        self.sender = Sender(hooks, HERE, lambda: self.at, chance=lambda: 0.5)

    def subscribe(self, url, name="s1", *topics):
        self.hooks.add_subscription(Subscription(name, url, topics, HERE.sealed(SECRET), self.at, "ann"))

    def say(self, *bodies, plan="plan-1", patient="A1"):
        notices = tuple(("panel", json.dumps(body)) for body in bodies)
        self.store.commit(moved(self.store, plan, patient, notices=notices))

    def later(self, **time):
        self.at += timedelta(**time)
        return self.sender.send()


@pytest.fixture(params=["memory", *KINDS])
def post(request, places):
    if request.param == "memory":
        store = MemoryStore()
        yield Post(store, MemoryWebhooks(store))
        return
    with places.lent(request.param) as place:
        store = open_store(place, NOON)
        yield Post(store, SqlWebhooks(store.database))
        store.close()


@pytest.fixture
def quick(tmp_path):
    store = open_store(tmp_path / "panelwise.db", NOON)
    yield Post(store, SqlWebhooks(store.database))
    store.close()


def test_a_message_arrives_once_signed_for_whoever_has_the_secret(post):
    with receiving() as receiver:
        post.subscribe(receiver.url)
        post.say({"n": 1}, {"n": 2})
        assert post.sender.send() == Round(spread=2, delivered=2)
        assert post.sender.send() == Round()
        for (sent, body), number in zip(receiver.requests, (1, 2), strict=True):
            told = json.loads(body)
            assert (told["type"], told["timestamp"], told["data"]) == (
                "panel",
                NOON.isoformat(),
                {"n": number},
            )
            assert verified(shown(SECRET), sent, body, now=NOON.timestamp())
            assert not verified(shown(SECRET), sent, body + b" ", now=NOON.timestamp())
            assert not verified(shown(b"another"), sent, body, now=NOON.timestamp())
            assert not verified(shown(SECRET), sent, body, now=NOON.timestamp() + 3600)
        assert len({sent["webhook-id"] for sent, _ in receiver.requests}) == 2


def test_the_signature_is_that_of_the_specification():
    """The example of the specification's own libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', secret)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_fails_is_tried_again_later_with_the_same_id(post):
    with receiving() as receiver:
        receiver.answer = lambda number: 500 if number < 3 else 200
        post.subscribe(receiver.url)
        post.say({"n": 1})
        assert post.sender.send() == Round(spread=1, waiting=1)
        assert post.later(seconds=4) == Round()  # 5 s after the first, 20 s after the second
        assert post.later(seconds=1) == Round(waiting=1)
        assert post.later(seconds=19) == Round()
        assert post.later(seconds=1) == Round(delivered=1)
        assert len({sent["webhook-id"] for sent, _ in receiver.requests}) == 1
        assert len({body for _, body in receiver.requests}) == 1


def test_in_the_end_a_delivery_is_dead_and_a_person_may_send_it_again(post):
    with receiving() as receiver:
        receiver.answer = lambda _: 500
        post.subscribe(receiver.url)
        post.say({"n": 1})
        post.sender.send()
        for _ in range(MOST_ATTEMPTS - 2):
            assert post.later(days=1) == Round(waiting=1)
        assert post.later(days=1) == Round(dead=1)
        assert post.later(days=1) == Round()
        (dead,) = post.hooks.deliveries("dead")
        assert (dead.attempts, dead.status, dead.error) == (MOST_ATTEMPTS, 500, "it answered 500")
        receiver.answer = lambda _: 200
        post.hooks.resend(dead.delivery_id, post.at)
        assert post.sender.send() == Round(delivered=1)
        assert len({sent["webhook-id"] for sent, _ in receiver.requests}) == 1


def test_a_receiver_that_is_gone_for_good_is_not_tried_again(quick):
    with receiving() as receiver:
        receiver.answer = lambda _: 410
        quick.subscribe(receiver.url)
        quick.say({"n": 1})
        assert quick.sender.send() == Round(spread=1, dead=1)


def test_a_receiver_that_asks_for_patience_gets_it(quick):
    with receiving() as receiver:
        receiver.answer, receiver.headers = lambda _: 429, {"Retry-After": "600"}
        quick.subscribe(receiver.url)
        quick.say({"n": 1})
        quick.sender.send()
        assert quick.hooks.deliveries()[0].next_at == NOON + timedelta(seconds=600)


def test_a_redirect_counts_as_a_failure(quick):
    with receiving() as receiver:
        receiver.answer, receiver.headers = lambda _: 302, {"Location": receiver.url}
        quick.subscribe(receiver.url)
        quick.say({"n": 1})
        assert quick.sender.send() == Round(spread=1, waiting=1)
        assert len(receiver.requests) == 1


def test_a_receiver_that_is_away_does_not_hold_up_the_others(quick):
    with receiving() as receiver:
        quick.subscribe(f"http://127.0.0.1:{free_port()}/", "away")
        quick.subscribe(receiver.url, "here")
        quick.say(*({"n": number} for number in range(20)))
        assert quick.sender.send() == Round(spread=20, delivered=20, waiting=20)
        errors = {each.error for each in quick.hooks.deliveries("waiting")}
        assert errors == {"no connection: Connection refused"}


def test_an_address_that_leads_inside_is_not_called_when_the_time_comes(quick):
    with receiving() as receiver:
        quick.subscribe(receiver.url)
        quick.say({"n": 1})
        quick.sender = replace(quick.sender, outgoing=replace(HERE, networks=()))
        assert quick.sender.send() == Round(spread=1, waiting=1)
        assert "not on the public internet" in quick.hooks.deliveries()[0].error
        assert receiver.requests == []


def test_without_the_key_nothing_is_tried_and_nothing_is_lost(quick):
    with receiving() as receiver:
        quick.subscribe(receiver.url)
        quick.say({"n": 1})
        quick.sender = replace(quick.sender, outgoing=Outgoing())
        with pytest.raises(RequestError, match="webhooks need a key"):
            quick.sender.send()
        assert quick.hooks.deliveries()[0].attempts == 0
        quick.sender = replace(quick.sender, outgoing=HERE)
        assert quick.sender.send() == Round(delivered=1)


def test_senders_at_the_same_time_send_everything_once(post):
    with receiving() as receiver:
        post.subscribe(receiver.url)
        post.say(*({"n": number} for number in range(40)))
        threads = [threading.Thread(target=post.sender.send) for _ in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert sorted(body["data"]["n"] for body in receiver.bodies()) == list(range(40))
        assert post.hooks.counts() == {"waiting": 0, "delivered": 40, "dead": 0}


def test_a_sender_that_takes_too_long_gives_back_what_it_has_not_tried(quick):
    seconds = iter([0, 0, 1, 500, 500, 500])
    with receiving() as receiver:
        quick.subscribe(receiver.url)
        quick.say({"n": 1}, {"n": 2}, {"n": 3})
        slow = replace(quick.sender, monotonic=lambda: next(seconds))
        assert slow.send() == Round(spread=3, delivered=1, waiting=2)
        assert quick.sender.send() == Round(delivered=2)


def test_pauses_grow_and_differ():
    """5, 20, 80 s ...; half a pause shorter at most, half a pause longer at most; 12 h in the end."""
    assert [delay(number, 0.5) for number in (1, 2, 3)] == [5.0, 20.0, 80.0]
    assert (delay(1, 0.0), delay(1, 1.0)) == (2.5, 7.5)
    assert delay(30, 0.5) == 12 * 3600


KILLED = """
import sys
from datetime import UTC, datetime
from api.webhooks.outgoing import outgoing_of
from api.webhooks.send import Sender
from data.sql.opening import open_store
from data.sql.webhooks import SqlWebhooks
now = datetime.fromisoformat(sys.argv[2])
store = open_store(sys.argv[1], now)
Sender(SqlWebhooks(store.database), outgoing_of(), lambda: now).send()
"""


def test_a_sender_that_is_killed_loses_nothing(post):
    """It dies (-9) in the middle of its third request: two arrived, of ten; the third may come twice."""
    if not isinstance(post.hooks, SqlWebhooks):
        pytest.skip("a store in memory dies with its process")
    reached, killed = threading.Event(), threading.Event()

    def answer(number):
        if number == 3:
            reached.set()
            killed.wait(20)
        return 200

    with receiving() as receiver:
        receiver.answer = answer
        post.subscribe(receiver.url)
        post.say(*({"n": number} for number in range(10)))
        place = str(getattr(post.store.database, "path", "")) or post.store.database.url.set(
            drivername="postgresql"
        ).render_as_string(hide_password=False)
        allowed = {"PANELWISE_SECRET_KEY": KEY, "PANELWISE_WEBHOOK_NETWORKS": "127.0.0.0/8"}
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, place, NOON.isoformat()],
            env=environment(PANELWISE_WEBHOOK_HTTP="yes", **allowed),
        )
        assert reached.wait(20)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        killed.set()
        assert post.sender.send() == Round()  # what it had claimed is still its own
        assert post.later(seconds=301).delivered == 8
        time.sleep(0.05)
        ids = [sent["webhook-id"] for sent, _ in receiver.requests]
        assert (len(ids), len(set(ids))) == (11, 10)
        assert sorted(body["data"]["n"] for body in receiver.bodies()) == sorted([*range(10), 2])
