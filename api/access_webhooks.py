"""Webhooks as one principal has them: whoever provisions everything, and nobody else."""

from collections.abc import Mapping
from datetime import datetime

from api.access_store import GuardedStore
from data.webhook import Delivery, DeliveryState, Subscription
from data.webhook_store import WebhookStore


class GuardedWebhooks:
    """What a person does with a `WebhookStore`; every change leaves its trace in the audit log."""

    def __init__(self, hooks: WebhookStore, store: GuardedStore) -> None:
        self._hooks = hooks
        self._store = store

    @property
    def actor(self) -> str:
        """Name in the audit log."""
        return self._store.principal.actor

    def require(self) -> None:
        """ForbiddenError for whoever may not; messages are about all practices."""
        self._store.principal.require("provision")
        self._store.principal.require_everywhere()

    def add(self, subscription: Subscription) -> None:
        """See `WebhookStore.add_subscription`."""
        self.require()
        self._hooks.add_subscription(subscription)
        self._note(subscription.created_at, "subscribe", subscription.subscription_id)

    def subscription(self, subscription_id: str) -> Subscription:
        """See `WebhookStore.subscription`."""
        self.require()
        return self._hooks.subscription(subscription_id)

    def subscriptions(self) -> list[Subscription]:
        """See `WebhookStore.subscriptions`."""
        self.require()
        return self._hooks.subscriptions()

    def pause(self, subscription_id: str, paused: bool, at: datetime) -> Subscription:
        """See `WebhookStore.pause_subscription`."""
        self.require()
        found = self._hooks.pause_subscription(subscription_id, paused)
        self._note(at, "pause webhook" if paused else "resume webhook", subscription_id)
        return found

    def rotate(self, subscription_id: str, sealed_secret: str, at: datetime) -> Subscription:
        """See `WebhookStore.rotate_secret`."""
        self.require()
        found = self._hooks.rotate_secret(subscription_id, sealed_secret)
        self._note(at, "rotate secret", subscription_id)
        return found

    def retire(self, subscription_id: str, at: datetime) -> Subscription:
        """See `WebhookStore.retire_secret`."""
        self.require()
        found = self._hooks.retire_secret(subscription_id)
        self._note(at, "retire secret", subscription_id)
        return found

    def remove(self, subscription_id: str, at: datetime) -> None:
        """See `WebhookStore.remove_subscription`."""
        self.require()
        self._hooks.remove_subscription(subscription_id)
        self._note(at, "unsubscribe", subscription_id)

    def delivery(self, delivery_id: int) -> Delivery:
        """See `WebhookStore.delivery`."""
        self.require()
        return self._hooks.delivery(delivery_id)

    def deliveries(self, state: DeliveryState | None = None, limit: int = 1000) -> list[Delivery]:
        """See `WebhookStore.deliveries`."""
        self.require()
        return self._hooks.deliveries(state, limit)

    def counts(self) -> Mapping[DeliveryState, int]:
        """See `WebhookStore.counts`."""
        self.require()
        return self._hooks.counts()

    def resend(self, delivery_id: int, at: datetime) -> Delivery:
        """See `WebhookStore.resend`."""
        self.require()
        found = self._hooks.resend(delivery_id, at)
        self._note(at, "send again", f"delivery {delivery_id}")
        return found

    def _note(self, at: datetime, action: str, subject: str) -> None:
        self._store.note(at, self.actor, action, subject)
