"""Webhooks in the database of the store, by plain SQL that every dialect has."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data.memory_webhooks import no_delivery, no_subscription, revived
from data.refusals import moment
from data.sql.database import Database
from data.sql.moments import from_micros, micros
from data.sql.schema import DELIVERIES, OUTBOX, WEBHOOKS
from data.sql.transactions import reading, writing
from data.webhook import DELIVERY_STATES, Delivery, DeliveryState, Subscription, wanted_by

HOOK, SENT = WEBHOOKS.c, DELIVERIES.c

WHOLE = sa.select(DELIVERIES, OUTBOX.c.topic, OUTBOX.c.body, OUTBOX.c.recorded_at).join_from(
    DELIVERIES, OUTBOX, SENT.message_id == OUTBOX.c.message_id
)


class SqlWebhooks:
    """A `WebhookStore` in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_subscription(self, subscription: Subscription) -> None:
        """See `WebhookStore.add_subscription`."""
        created = micros(subscription.created_at)
        cells = {
            "subscription_id": subscription.subscription_id,
            "url": subscription.url,
            "topics": json.dumps(subscription.topics),
            "sealed_secret": subscription.sealed_secret,
            "created_at": created,
            "created_by": subscription.created_by,
            "paused": subscription.paused,
        }
        with writing(self._database) as connection:
            while _spread(connection, created, 1000):
                pass
            connection.execute(sa.insert(WEBHOOKS).values(cells))

    def subscription(self, subscription_id: str) -> Subscription:
        """See `WebhookStore.subscription`."""
        with reading(self._database) as connection:
            return _subscription(connection, subscription_id)

    def subscriptions(self) -> list[Subscription]:
        """See `WebhookStore.subscriptions`."""
        with reading(self._database) as connection:
            return _subscriptions(connection)

    def pause_subscription(self, subscription_id: str, paused: bool) -> Subscription:
        """See `WebhookStore.pause_subscription`."""
        return self._changed(subscription_id, lambda found: replace(found, paused=paused))

    def rotate_secret(self, subscription_id: str, sealed_secret: str) -> Subscription:
        """See `WebhookStore.rotate_secret`."""
        return self._changed(subscription_id, lambda found: found.rotated(sealed_secret))

    def retire_secret(self, subscription_id: str) -> Subscription:
        """See `WebhookStore.retire_secret`."""
        return self._changed(subscription_id, lambda found: replace(found, former_secret=""))

    def _changed(self, subscription_id: str, change: Callable[[Subscription], Subscription]) -> Subscription:
        with writing(self._database) as connection:
            found = change(_subscription(connection, subscription_id))
            same = HOOK.subscription_id == subscription_id
            names = ("paused", "sealed_secret", "former_secret")
            values = {name: getattr(found, name) for name in names}
            connection.execute(sa.update(WEBHOOKS).where(same).values(values))
            return found

    def remove_subscription(self, subscription_id: str) -> None:
        """See `WebhookStore.remove_subscription`."""
        with writing(self._database) as connection:
            _subscription(connection, subscription_id)
            connection.execute(sa.delete(DELIVERIES).where(SENT.subscription_id == subscription_id))
            connection.execute(sa.delete(WEBHOOKS).where(HOOK.subscription_id == subscription_id))

    def spread(self, at: datetime, most: int = 1000) -> int:
        """See `WebhookStore.spread`."""
        with reading(self._database) as connection:  # mostly there is nothing: no lock is taken for that
            if connection.execute(_waiting(1)).first() is None:
                return 0
        with writing(self._database) as connection:
            return _spread(connection, micros(at), most)

    def claim(self, at: datetime, until: datetime, most: int = 100) -> list[Delivery]:
        """See `WebhookStore.claim`."""
        due = _due(micros(at), most)
        with reading(self._database) as connection:  # as in `spread`
            if connection.execute(due.limit(1)).first() is None:
                return []
        with writing(self._database) as connection:
            found = [_delivery(row) for row in connection.execute(due)]
            claimed = [
                replace(
                    each,
                    next_at=moment(until),
                    changed_at=moment(at),
                    attempts=each.attempts + 1,
                    version=each.version + 1,
                )
                for each in found
            ]
            for each in claimed:
                _put(connection, each)
        return claimed

    def conclude(
        self,
        delivery: Delivery,
        state: DeliveryState,
        at: datetime,
        next_at: datetime | None = None,
        status: int = 0,
        error: str = "",
    ) -> bool:
        """See `WebhookStore.conclude`."""
        after = replace(
            delivery,
            state=state,
            changed_at=moment(at),
            next_at=moment(next_at or at),
            version=delivery.version + 1,
            status=status,
            error=error,
        )
        with writing(self._database) as connection:
            return _put(connection, after)

    def delivery(self, delivery_id: int) -> Delivery:
        """See `WebhookStore.delivery`."""
        with reading(self._database) as connection:
            return _one(connection, delivery_id)

    def deliveries(self, state: DeliveryState | None = None, limit: int = 50) -> list[Delivery]:
        """See `WebhookStore.deliveries`."""
        wanted = WHOLE if state is None else WHOLE.where(SENT.state == state)
        with reading(self._database) as connection:
            rows = connection.execute(wanted.order_by(SENT.delivery_id.desc()).limit(limit))
            return [_delivery(row) for row in rows]

    def counts(self) -> Mapping[DeliveryState, int]:
        """See `WebhookStore.counts`."""
        counted = sa.select(SENT.state, sa.func.count()).group_by(SENT.state)
        with reading(self._database) as connection:
            found = {row[0]: row[1] for row in connection.execute(counted)}
        return {state: found.get(state, 0) for state in DELIVERY_STATES}

    def resend(self, delivery_id: int, at: datetime) -> Delivery:
        """See `WebhookStore.resend`."""
        with writing(self._database) as connection:
            found = _one(connection, delivery_id)
            if found.state != "dead":
                return found
            again = revived(found, at)
            _put(connection, again)
            return again

    def forget(self, before: datetime) -> int:
        """See `WebhookStore.forget`."""
        old = sa.and_(SENT.state == "delivered", SENT.changed_at < micros(before))
        with writing(self._database) as connection:
            return connection.execute(sa.delete(DELIVERIES).where(old)).rowcount


def _waiting(most: int) -> sa.Select[Any]:
    waiting = sa.select(OUTBOX.c.message_id, OUTBOX.c.topic).where(OUTBOX.c.sent_at.is_(None))
    return waiting.order_by(OUTBOX.c.message_id).limit(most)


def _spread(connection: sa.Connection, now: int, most: int) -> int:
    messages = [(row.message_id, row.topic) for row in connection.execute(_waiting(most))]
    if not messages:
        return 0
    fresh = {"next_at": now, "changed_at": now, "state": "waiting", "attempts": 0, "version": 0}
    fresh |= {"status": 0, "error": ""}
    made = [
        {"subscription_id": name, "message_id": number} | fresh
        for name, number in wanted_by(messages, _subscriptions(connection))
    ]
    if made:
        connection.execute(sa.insert(DELIVERIES).inline(), made)
    gone = OUTBOX.c.message_id <= messages[-1][0], OUTBOX.c.sent_at.is_(None)
    connection.execute(sa.update(OUTBOX).where(*gone).values(sent_at=now))
    return len(messages)


def _due(now: int, most: int) -> sa.Select[Any]:
    going = WHOLE.join(WEBHOOKS, HOOK.subscription_id == SENT.subscription_id).where(HOOK.paused.is_(False))
    due = going.where(SENT.state == "waiting", SENT.next_at <= now)
    return due.order_by(SENT.next_at, SENT.delivery_id).limit(most)


def _put(connection: sa.Connection, after: Delivery) -> bool:
    """Write a delivery as it is after its last change; False where it was changed otherwise before."""
    same = SENT.delivery_id == after.delivery_id, SENT.version == after.version - 1
    values = {
        "next_at": micros(after.next_at),
        "changed_at": micros(after.changed_at),
        "state": after.state,
        "attempts": after.attempts,
        "version": after.version,
        "status": after.status,
        "error": after.error,
    }
    return connection.execute(sa.update(DELIVERIES).where(*same).values(values)).rowcount == 1


def _subscriptions(connection: sa.Connection) -> list[Subscription]:
    rows = connection.execute(sa.select(WEBHOOKS).order_by(HOOK.created_at, HOOK.subscription_id))
    return [_read(row) for row in rows]


def _subscription(connection: sa.Connection, subscription_id: str) -> Subscription:
    wanted = sa.select(WEBHOOKS).where(HOOK.subscription_id == subscription_id)
    row = connection.execute(wanted).first()
    if row is None:
        raise no_subscription(subscription_id)
    return _read(row)


def _read(row: sa.Row[Any]) -> Subscription:
    cells = dict(row._mapping)
    topics = tuple(json.loads(cells["topics"]))
    read = {"topics": topics, "created_at": from_micros(row.created_at)}
    return Subscription(**cells | read | {"former_secret": row.former_secret or ""})


def _one(connection: sa.Connection, delivery_id: int) -> Delivery:
    row = connection.execute(WHOLE.where(SENT.delivery_id == delivery_id)).first()
    if row is None:
        raise no_delivery(delivery_id)
    return _delivery(row)


def _delivery(row: sa.Row[Any]) -> Delivery:
    cells = dict(row._mapping)
    moments = {name: from_micros(cells[name]) for name in ("recorded_at", "next_at", "changed_at")}
    return Delivery(**cells | moments)
