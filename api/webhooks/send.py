"""Empty the outbox: spread messages to their subscribers, and try every delivery until it arrives.

At least once: an attempt is written down after its answer, so what dies in between is sent again, under the
same `webhook-id`. Nothing is sent from inside a transaction.
"""

import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from api import clock
from api.errors import RequestError
from api.webhooks.address import AddressError
from api.webhooks.outgoing import NO_KEY, Outgoing
from api.webhooks.post import Answer, UnreachableError, post
from api.webhooks.signature import headers
from data.errors import NotFoundError
from data.webhook import Delivery, Subscription
from data.webhook_store import WebhookStore

FIRST_SECONDS, FACTOR, MOST_SECONDS = 5.0, 4.0, 12 * 3600.0
MOST_ATTEMPTS = 10
"""Tried again after 5 s, 20 s, 80 s, 5 min, 21 min, 1.4 h, 6 h, 12 h, 12 h, each 0.5 to 1.5 times as long."""

LEASE_SECONDS = 300
"""How long a sender has what it claimed, before others may take it for dead."""

ROUND_SECONDS = 120
"""After this, a sender gives back what it has not tried yet; well within the lease."""

AT_ONCE = 8
"""Receivers that are sent to at the same time."""

GONE = 410
"""The receiver says that it will never want this again."""

LOG = logging.getLogger("panelwise.webhooks")


class Post(Protocol):
    """See `api.webhooks.post.post`."""

    def __call__(self, url: str, headers: dict[str, str], body: bytes, outgoing: Outgoing) -> Answer:
        """Send a body."""


@dataclass(frozen=True)
class Round:
    """What a round did: messages spread, deliveries that arrived, that wait again, that were given up."""

    spread: int = 0
    delivered: int = 0
    waiting: int = 0
    dead: int = 0


@dataclass
class Sender:
    """Sends what waits; any number of senders may share a store.

    `chance` gives numbers from 0 to 1, so that receivers are not tried again all at the same moment. Once
    `stopped`, it ends after the requests it is in.
    """

    hooks: WebhookStore
    outgoing: Outgoing
    now: Callable[[], datetime] = clock.now
    post: Post = post
    chance: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic
    stopped: Event = field(default_factory=Event)

    def send(self) -> Round:
        """One round: everything that is due now. RequestError without a key to read secrets."""
        spread = self._spread()
        if self.hooks.subscriptions() and not self.outgoing.keys:
            raise RequestError((NO_KEY,))
        ended: list[str] = []
        end = self.monotonic() + ROUND_SECONDS
        while not self.stopped.is_set() and self.monotonic() < end:
            at = self.now()
            claimed = self.hooks.claim(at, at + timedelta(seconds=LEASE_SECONDS))
            if not claimed:
                break
            ended += self._sent(claimed, end)
        return Round(spread, *(ended.count(state) for state in ("delivered", "waiting", "dead")))

    def _spread(self) -> int:
        made = 0
        while found := self.hooks.spread(self.now()):
            made += found
        return made

    def _sent(self, claimed: list[Delivery], end: float) -> list[str]:
        """How each delivery ended; those of one receiver follow each other."""
        theirs: dict[str, list[Delivery]] = defaultdict(list)
        for each in claimed:
            theirs[each.subscription_id].append(each)
        with ThreadPoolExecutor(min(AT_ONCE, len(theirs))) as pool:
            told = pool.map(lambda some: self._to_one(some, end), theirs.values())
            return [state for some in told for state in some]

    def _to_one(self, deliveries: list[Delivery], end: float) -> list[str]:
        """Send to one receiver; where it cannot be reached, what follows is not tried either."""
        try:
            subscription = self.hooks.subscription(deliveries[0].subscription_id)
        except NotFoundError:
            return []  # removed meanwhile, and its deliveries with it
        states, silent = [], ""
        for each in deliveries:
            if self.stopped.is_set() or self.monotonic() > end:
                self.hooks.conclude(each, "waiting", self.now(), self.now(), each.status, each.error)
                states.append("waiting")
                continue
            answer = Answer(0) if silent else None
            if answer is None:
                answer, silent = self._tried(each, subscription)
            states.append(self._conclude(each, answer, silent))
        return states

    def _tried(self, delivery: Delivery, subscription: Subscription) -> tuple[Answer, str]:
        """What was answered, and why nothing was."""
        body = payload(delivery)
        try:
            sealed = filter(None, (subscription.sealed_secret, subscription.former_secret))
            keys = [self.outgoing.opened(each) for each in sealed]
            signed = headers(delivery.webhook_id, self.now(), body, *keys)
            return self.post(subscription.url, signed, body, self.outgoing), ""
        except (AddressError, UnreachableError) as error:
            return Answer(0), str(error)
        except RequestError as error:
            return Answer(0), "; ".join(error.problems)

    def _conclude(self, delivery: Delivery, answer: Answer, silent: str) -> str:
        """Write down how an attempt ended; the state that it led to."""
        at, status = self.now(), answer.status
        if 200 <= status < 300:
            self.hooks.conclude(delivery, "delivered", at, status=status)
            return "delivered"
        error = silent or f"it answered {status}"
        LOG.warning("delivery %s, attempt %s: %s", delivery.delivery_id, delivery.attempts, error)
        if status == GONE or delivery.attempts >= MOST_ATTEMPTS:
            self.hooks.conclude(delivery, "dead", at, status=status, error=error)
            return "dead"
        pause = max(delay(delivery.attempts, self.chance()), answer.retry_after)
        self.hooks.conclude(delivery, "waiting", at, at + timedelta(seconds=pause), status, error)
        return "waiting"


def delay(attempts: int, chance: float) -> float:
    """Seconds after so many attempts: exponential, and spread out by `chance` (0 to 1)."""
    return min(FIRST_SECONDS * FACTOR ** (attempts - 1), MOST_SECONDS) * (0.5 + chance)


def payload(delivery: Delivery) -> bytes:
    """The body of a message, the same at every attempt: ids and counts, never names."""
    told = {
        "type": delivery.topic,
        "timestamp": delivery.recorded_at.isoformat(),
        "data": json.loads(delivery.body),
    }
    return json.dumps(told, separators=(",", ":")).encode()
