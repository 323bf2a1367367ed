"""Webhooks: who wants to hear of what happens here, and every message on its way to them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

DeliveryState = Literal["waiting", "delivered", "dead"]
DELIVERY_STATES: tuple[DeliveryState, ...] = get_args(DeliveryState)


@dataclass(frozen=True)
class Subscription:
    """An address that wants messages of some topics; no topics stands for all.

    `sealed_secret` is the secret that signs them, encrypted by whoever knows the key: storage never sees it.
    A `paused` subscription gathers its messages and sends none. While secrets are exchanged, messages carry
    the signature of `former_secret`, too; it is empty once that one is retired.
    """

    subscription_id: str
    url: str
    topics: tuple[str, ...]
    sealed_secret: str = field(repr=False)
    created_at: datetime
    created_by: str
    paused: bool = False
    former_secret: str = field(default="", repr=False)

    def rotated(self, sealed_secret: str) -> "Subscription":
        """With a new secret beside the one that receivers know.

        A new one that was lost on its way to them is exchanged again, and the former stays.
        """
        known = self.former_secret or self.sealed_secret
        return replace(self, sealed_secret=sealed_secret, former_secret=known)

    def wants(self, topic: str) -> bool:
        """Whether messages of the topic go to it."""
        return not self.topics or topic in self.topics


@dataclass(frozen=True)
class Delivery:
    """One message on its way to one subscription, tried until it is `delivered` or, too often, `dead`.

    `next_at`: not to be tried before. `attempts` so far, since it waits; `version` counts every change and
    fences senders off that another one has replaced. `status` is what the receiver answered last (0: nothing)
    and `error` why that was not good.
    """

    delivery_id: int
    subscription_id: str
    message_id: int
    topic: str
    body: str
    recorded_at: datetime
    next_at: datetime
    changed_at: datetime
    state: DeliveryState = "waiting"
    attempts: int = 0
    version: int = 0
    status: int = 0
    error: str = ""

    @property
    def webhook_id(self) -> str:
        """The same however often it is sent, so that a receiver can tell what it has had."""
        return f"msg_{self.subscription_id}_{self.message_id}"


def wanted_by(
    messages: Collection[tuple[int, str]], subscriptions: Collection[Subscription]
) -> list[tuple[str, int]]:
    """Subscription and message of every delivery that messages (id, topic) give rise to, in their order."""
    return [
        (each.subscription_id, message_id)
        for message_id, topic in messages
        for each in subscriptions
        if each.wants(topic)
    ]
