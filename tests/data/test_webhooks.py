"""Every store of webhooks keeps the same promises."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from data.errors import NotFoundError
from data.memory import MemoryStore
from data.memory_webhooks import MemoryWebhooks
from data.sql.opening import open_store
from data.sql.webhooks import SqlWebhooks
from data.webhook import Subscription
from tests.data.conftest import KINDS
from tests.data.samples import NOON, moved, small_tables

SECOND = timedelta(seconds=1)
MINUTE = 60 * SECOND


@pytest.fixture(params=["memory", *KINDS])
def place(request, places) -> Iterator[tuple]:
    """A store with two messages in its outbox, and its webhooks."""
    if request.param == "memory":
        store = MemoryStore()
        yield with_messages(store), MemoryWebhooks(store)
        return
    with places.lent(request.param) as lent:
        store = open_store(lent, NOON)
        yield with_messages(store), SqlWebhooks(store.database)
        store.close()


def with_messages(store):
    store.import_tables(small_tables(), "ann", NOON)
    store.commit(moved(store, notices=(("panel", '{"n": 1}'), ("plan", '{"n": 2}'))))
    return store


def more(store, *notices):
    """Another commit with messages."""
    store.commit(moved(store, "plan-2", "A2", notices=notices))


def subscribed(hooks, name="s1", *topics, at=NOON):
    made = Subscription(name, "https://example.org/hook", topics, "sealed", at, "ann")
    hooks.add_subscription(made)
    return made


def test_a_subscription_comes_back_as_it_was_kept_and_its_secret_is_not_shown(place):
    _, hooks = place
    made = subscribed(hooks, "s1", "panel", "plan")
    assert hooks.subscription("s1") == made
    assert hooks.subscriptions() == [made]
    assert "sealed" not in repr(made)
    with pytest.raises(NotFoundError, match="no webhook 's2'"):
        hooks.subscription("s2")


def test_whoever_subscribes_later_does_not_get_what_was_said_before(place):
    store, hooks = place
    subscribed(hooks, "s1")
    more(store, ("panel", '{"n": 3}'))
    subscribed(hooks, "s2", at=NOON + SECOND)
    assert [(each.subscription_id, each.body) for each in hooks.deliveries()] == [("s1", '{"n": 3}')]
    assert store.outbox() == []


def test_a_message_becomes_one_delivery_for_each_who_wants_its_topic(place):
    store, hooks = place
    subscribed(hooks, "all")
    subscribed(hooks, "plans", "plan")
    more(store, ("panel", '{"n": 3}'), ("plan", '{"n": 4}'))
    assert (hooks.spread(NOON), hooks.spread(NOON)) == (2, 0)
    made = [(each.subscription_id, each.topic, each.body) for each in hooks.deliveries()[::-1]]
    assert made == [("all", "panel", '{"n": 3}'), ("all", "plan", '{"n": 4}'), ("plans", "plan", '{"n": 4}')]
    assert hooks.counts() == {"waiting": 3, "delivered": 0, "dead": 0}


def test_messages_that_nobody_wants_leave_the_outbox(place):
    store, hooks = place
    assert hooks.spread(NOON, most=1) == 1
    assert [body for _, _, body in store.outbox()] == ['{"n": 2}']
    assert hooks.spread(NOON) == 1
    assert (store.outbox(), hooks.deliveries()) == ([], [])


def delivering(store, hooks):
    """One delivery that waits."""
    subscribed(hooks)
    more(store, ("panel", '{"n": 3}'))
    hooks.spread(NOON)
    return hooks.deliveries()[0]


def test_a_delivery_is_claimed_by_one_at_a_time(place):
    store, hooks = place
    waiting = delivering(store, hooks)
    (claimed,) = hooks.claim(NOON, NOON + MINUTE)
    assert (claimed.attempts, claimed.next_at, claimed.webhook_id) == (
        1, NOON + MINUTE, f"msg_s1_{waiting.message_id}",
    )  # fmt: skip
    assert hooks.claim(NOON + 59 * SECOND, NOON + 2 * MINUTE) == []
    (again,) = hooks.claim(NOON + MINUTE, NOON + 2 * MINUTE)  # whoever had it is gone
    assert (again.attempts, again.webhook_id) == (2, claimed.webhook_id)
    assert not hooks.conclude(claimed, "dead", NOON)
    assert hooks.conclude(again, "delivered", NOON + MINUTE, status=204)
    assert not hooks.conclude(again, "dead", NOON)
    ended = hooks.delivery(waiting.delivery_id)
    assert (ended.state, ended.status, ended.changed_at) == ("delivered", 204, NOON + MINUTE)
    assert hooks.claim(NOON + 9 * MINUTE, NOON + 10 * MINUTE) == []


def test_an_attempt_that_failed_waits_until_it_may_be_tried_again(place):
    store, hooks = place
    delivering(store, hooks)
    (claimed,) = hooks.claim(NOON, NOON + MINUTE)
    hooks.conclude(claimed, "waiting", NOON, NOON + 5 * MINUTE, 500, "it answered 500")
    assert hooks.claim(NOON + 4 * MINUTE, NOON + 9 * MINUTE) == []
    (again,) = hooks.claim(NOON + 5 * MINUTE, NOON + 9 * MINUTE)
    assert (again.attempts, again.status, again.error) == (2, 500, "it answered 500")


def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(place):
    store, hooks = place
    subscribed(hooks)
    more(store, *(("panel", f'{{"n": {number}}}') for number in range(5)))
    hooks.spread(NOON)
    assert [each.body for each in hooks.claim(NOON, NOON + MINUTE, 2)] == ['{"n": 0}', '{"n": 1}']
    assert len(hooks.claim(NOON, NOON + MINUTE)) == 3


def test_a_paused_subscription_gathers_and_sends_nothing(place):
    store, hooks = place
    delivering(store, hooks)
    assert hooks.pause_subscription("s1", True).paused
    assert hooks.claim(NOON, NOON + MINUTE) == []
    assert not hooks.pause_subscription("s1", False).paused
    assert len(hooks.claim(NOON, NOON + MINUTE)) == 1


def test_two_secrets_are_kept_until_the_former_is_retired_and_a_lost_one_takes_the_place_of_none(place):
    _, hooks = place
    subscribed(hooks)

    def kept(found):
        assert hooks.subscription("s1") == found
        return found.sealed_secret, found.former_secret

    assert kept(hooks.rotate_secret("s1", "new")) == ("new", "sealed")
    assert kept(hooks.rotate_secret("s1", "newer")) == ("newer", "sealed")  # the receiver never saw "new"
    assert hooks.pause_subscription("s1", True).former_secret == "sealed"
    assert kept(hooks.retire_secret("s1")) == ("newer", "")
    assert kept(hooks.rotate_secret("s1", "next")) == ("next", "newer")
    for change in (lambda: hooks.rotate_secret("s2", "new"), lambda: hooks.retire_secret("s2")):
        with pytest.raises(NotFoundError, match="no webhook 's2'"):
            change()


def test_a_dead_delivery_is_sent_again_when_asked_and_no_other(place):
    store, hooks = place
    number = delivering(store, hooks).delivery_id
    (claimed,) = hooks.claim(NOON, NOON + MINUTE)
    assert hooks.resend(number, NOON + MINUTE) == claimed
    hooks.conclude(claimed, "dead", NOON, status=410, error="it answered 410")
    assert [each.delivery_id for each in hooks.deliveries("dead")] == [number]
    again = hooks.resend(number, NOON + MINUTE)
    assert (again.state, again.attempts, again.next_at) == ("waiting", 0, NOON + MINUTE)
    assert hooks.counts()["dead"] == 0
    assert hooks.claim(NOON + MINUTE, NOON + 2 * MINUTE)[0].webhook_id == claimed.webhook_id
    with pytest.raises(NotFoundError, match="no delivery 999"):
        hooks.resend(999, NOON)


def test_a_subscription_goes_with_all_that_was_on_its_way_to_it(place):
    store, hooks = place
    delivering(store, hooks)
    hooks.remove_subscription("s1")
    assert (hooks.subscriptions(), hooks.deliveries()) == ([], [])
    with pytest.raises(NotFoundError):
        hooks.remove_subscription("s1")


def test_what_was_delivered_is_forgotten_in_time_and_dead_ones_are_not(place):
    store, hooks = place
    subscribed(hooks)
    more(store, ("panel", "1"), ("panel", "2"))
    hooks.spread(NOON)
    done, dead = hooks.claim(NOON, NOON + MINUTE)
    hooks.conclude(done, "delivered", NOON)
    hooks.conclude(dead, "dead", NOON)
    assert hooks.forget(NOON) == 0
    assert hooks.forget(NOON + SECOND) == 1
    assert [each.state for each in hooks.deliveries()] == ["dead"]
