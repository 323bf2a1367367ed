"""What keeps webhooks: every step is one transaction, and nothing of the outbox is lost between two."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from data.webhook import Delivery, DeliveryState, Subscription


class WebhookStore(Protocol):
    """Subscriptions and deliveries."""

    def add_subscription(self, subscription: Subscription) -> None:
        """Keep a new one. It gets what comes from now on: messages that wait go to those before it."""

    def subscription(self, subscription_id: str) -> Subscription:
        """One subscription; NotFoundError where there is none."""

    def subscriptions(self) -> list[Subscription]:
        """The oldest first."""

    def pause_subscription(self, subscription_id: str, paused: bool) -> Subscription:
        """Stop sending, or go on. NotFoundError where there is none."""

    def rotate_secret(self, subscription_id: str, sealed_secret: str) -> Subscription:
        """Sign with another secret, and with the former one until it is retired; see `Subscription.rotated`.

        NotFoundError where there is none.
        """

    def retire_secret(self, subscription_id: str) -> Subscription:
        """Sign with the newest secret alone. NotFoundError where there is none."""

    def remove_subscription(self, subscription_id: str) -> None:
        """Take one away with its secret and all of its deliveries. NotFoundError where there is none."""

    def spread(self, at: datetime, most: int = 1000) -> int:
        """Turn messages of the outbox, oldest first, into a delivery for everyone who wants them.

        Both in one transaction, so that each message becomes its deliveries once. How many messages it were.
        """

    def claim(self, at: datetime, until: datetime, most: int = 100) -> list[Delivery]:
        """Take deliveries that are due, oldest first: nobody else gets them before `until`.

        Each counts one attempt more. Those of paused subscriptions are left where they are.
        """

    def conclude(
        self,
        delivery: Delivery,
        state: DeliveryState,
        at: datetime,
        next_at: datetime | None = None,
        status: int = 0,
        error: str = "",
    ) -> bool:
        """Write down how an attempt ended; False, and nothing written, where it was claimed anew since."""

    def delivery(self, delivery_id: int) -> Delivery:
        """One delivery; NotFoundError where there is none."""

    def deliveries(self, state: DeliveryState | None = None, limit: int = 50) -> list[Delivery]:
        """The newest first, of one state or of all."""

    def counts(self) -> Mapping[DeliveryState, int]:
        """How many deliveries are in each state."""

    def resend(self, delivery_id: int, at: datetime) -> Delivery:
        """Let a dead delivery wait again, its attempts forgotten; one that is not dead stays as it is."""

    def forget(self, before: datetime) -> int:
        """Remove deliveries that were delivered before a moment; how many. Dead ones stay."""
