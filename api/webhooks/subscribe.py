"""Subscribe to messages."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

from api.access_webhooks import GuardedWebhooks
from api.errors import RequestError
from api.webhooks.address import problems_of
from api.webhooks.outgoing import Outgoing
from api.webhooks.signature import new_secret, shown
from data.webhook import Subscription

TOPICS: Mapping[str, str] = {
    "plan.waiting": "a plan waits for an approval or an acceptance: whose, and for how many patients",
    "plan.committed": "a plan, or its undo, was written: its id, day, and how many it assigns and moves",
    "plan.activated": "the day of a plan has come, and it was looked at again: how many it holds back",
    "provider.panel_changed": "one digest for each provider and plan: how many patients were gained and lost",
    "job.failed": "a job came to nothing: its id, kind, attempts and the code of the error",
}
"""What can be subscribed to."""


def subscribe(
    hooks: GuardedWebhooks, url: str, topics: Collection[str], outgoing: Outgoing, at: datetime
) -> tuple[Subscription, str]:
    """Keep a subscription; it, and the secret that signs its messages, which is not shown again.

    RequestError with everything that is wrong with the address and the topics, or without a key of secrets.
    """
    hooks.require()
    problems = problems_of(url, outgoing)
    problems += [
        f"no topic {each!r}; choose among {', '.join(TOPICS)}" for each in topics if each not in TOPICS
    ]
    if problems:
        raise RequestError(tuple(problems))
    secret = new_secret()
    wanted = tuple(each for each in TOPICS if each in topics)
    name = f"wh-{secrets.token_hex(6)}"
    made = Subscription(name, url, wanted, outgoing.sealed(secret), at, hooks.actor)
    hooks.add(made)
    return made, shown(secret)


def rotate(
    hooks: GuardedWebhooks, subscription_id: str, outgoing: Outgoing, at: datetime
) -> tuple[Subscription, str]:
    """Another secret, not shown again. Messages are signed with the former one, too, until that is retired.

    RequestError without a key of secrets, NotFoundError where there is no such webhook.
    """
    hooks.require()
    secret = new_secret()
    return hooks.rotate(subscription_id, outgoing.sealed(secret), at), shown(secret)
