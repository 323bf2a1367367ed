"""Webhooks in memory: the same behavior as `data.sql.webhooks`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from threading import RLock

from data.errors import NotFoundError
from data.refusals import moment
from data.store import Store
from data.webhook import DELIVERY_STATES, Delivery, DeliveryState, Subscription, wanted_by


class MemoryWebhooks:
    """A `WebhookStore` beside a store in memory, whose outbox it empties."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._subscriptions: dict[str, Subscription] = {}
        self._deliveries: dict[int, Delivery] = {}
        self._made = 0
        self._lock = RLock()

    def add_subscription(self, subscription: Subscription) -> None:
        """See `WebhookStore.add_subscription`."""
        with self._lock:
            while self.spread(subscription.created_at):
                pass
            created = moment(subscription.created_at)
            self._subscriptions[subscription.subscription_id] = replace(subscription, created_at=created)

    def subscription(self, subscription_id: str) -> Subscription:
        """See `WebhookStore.subscription`."""
        found = self._subscriptions.get(subscription_id)
        if found is None:
            raise no_subscription(subscription_id)
        return found

    def subscriptions(self) -> list[Subscription]:
        """See `WebhookStore.subscriptions`."""
        return sorted(self._subscriptions.values(), key=lambda each: (each.created_at, each.subscription_id))

    def pause_subscription(self, subscription_id: str, paused: bool) -> Subscription:
        """See `WebhookStore.pause_subscription`."""
        with self._lock:
            return self._keep(replace(self.subscription(subscription_id), paused=paused))

    def rotate_secret(self, subscription_id: str, sealed_secret: str) -> Subscription:
        """See `WebhookStore.rotate_secret`."""
        with self._lock:
            return self._keep(self.subscription(subscription_id).rotated(sealed_secret))

    def retire_secret(self, subscription_id: str) -> Subscription:
        """See `WebhookStore.retire_secret`."""
        with self._lock:
            return self._keep(replace(self.subscription(subscription_id), former_secret=""))

    def remove_subscription(self, subscription_id: str) -> None:
        """See `WebhookStore.remove_subscription`."""
        with self._lock:
            del self._subscriptions[self.subscription(subscription_id).subscription_id]
            for each in list(self._deliveries.values()):
                if each.subscription_id == subscription_id:
                    del self._deliveries[each.delivery_id]

    def spread(self, at: datetime, most: int = 1000) -> int:
        """See `WebhookStore.spread`."""
        at = moment(at)
        with self._lock:
            waiting = {number: (topic, body) for number, topic, body in self._store.outbox(most)}
            topics = [(number, topic) for number, (topic, _) in waiting.items()]
            for name, number in wanted_by(topics, self.subscriptions()):
                self._made += 1
                topic, body = waiting[number]
                self._put(Delivery(self._made, name, number, topic, body, at, at, at))
            self._store.mark_sent(waiting, at)
            return len(waiting)

    def claim(self, at: datetime, until: datetime, most: int = 100) -> list[Delivery]:
        """See `WebhookStore.claim`."""
        with self._lock:
            due = [each for each in self._deliveries.values() if self._is_due(each, at)]
            due.sort(key=lambda each: (each.next_at, each.delivery_id))
            return [
                self._put(
                    replace(
                        each,
                        next_at=moment(until),
                        changed_at=moment(at),
                        attempts=each.attempts + 1,
                        version=each.version + 1,
                    )
                )
                for each in due[:most]
            ]

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
        with self._lock:
            found = self._deliveries.get(delivery.delivery_id)
            if found is None or found.version != delivery.version:
                return False
            self._put(
                replace(
                    found,
                    state=state,
                    changed_at=moment(at),
                    next_at=moment(next_at or at),
                    version=found.version + 1,
                    status=status,
                    error=error,
                )
            )
            return True

    def delivery(self, delivery_id: int) -> Delivery:
        """See `WebhookStore.delivery`."""
        found = self._deliveries.get(delivery_id)
        if found is None:
            raise no_delivery(delivery_id)
        return found

    def deliveries(self, state: DeliveryState | None = None, limit: int = 50) -> list[Delivery]:
        """See `WebhookStore.deliveries`."""
        found = [each for each in self._deliveries.values() if state in (None, each.state)]
        return sorted(found, key=lambda each: -each.delivery_id)[:limit]

    def counts(self) -> Mapping[DeliveryState, int]:
        """See `WebhookStore.counts`."""
        states = [each.state for each in self._deliveries.values()]
        return {state: states.count(state) for state in DELIVERY_STATES}

    def resend(self, delivery_id: int, at: datetime) -> Delivery:
        """See `WebhookStore.resend`."""
        with self._lock:
            found = self.delivery(delivery_id)
            return found if found.state != "dead" else self._put(revived(found, at))

    def forget(self, before: datetime) -> int:
        """See `WebhookStore.forget`."""
        with self._lock:
            old = [
                each.delivery_id
                for each in self._deliveries.values()
                if each.state == "delivered" and each.changed_at < moment(before)
            ]
            for each in old:
                del self._deliveries[each]
            return len(old)

    def _keep(self, subscription: Subscription) -> Subscription:
        self._subscriptions[subscription.subscription_id] = subscription
        return subscription

    def _is_due(self, delivery: Delivery, at: datetime) -> bool:
        going = not self._subscriptions[delivery.subscription_id].paused
        return going and delivery.state == "waiting" and delivery.next_at <= moment(at)

    def _put(self, delivery: Delivery) -> Delivery:
        self._deliveries[delivery.delivery_id] = delivery
        return delivery


def revived(delivery: Delivery, at: datetime) -> Delivery:
    """A dead delivery as it waits again."""
    now = moment(at)
    return replace(
        delivery, state="waiting", attempts=0, version=delivery.version + 1, next_at=now, changed_at=now
    )


def no_subscription(subscription_id: str) -> NotFoundError:
    """The refusal of an id that nobody has."""
    return NotFoundError(f"no webhook {subscription_id!r}")


def no_delivery(delivery_id: int) -> NotFoundError:
    """The refusal of a number that no delivery has."""
    return NotFoundError(f"no delivery {delivery_id}")
