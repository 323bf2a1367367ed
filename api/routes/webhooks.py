"""Webhooks: who hears of what happens here, and what is on its way to them. For administrators only."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from api.access_webhooks import GuardedWebhooks
from api.routes.answer import answer
from api.routes.desk import AtDesk, Desk
from api.routes.paging import AsPage, Listed, page_of
from api.webhooks.outgoing import outgoing_of
from api.webhooks.subscribe import TOPICS, rotate, subscribe
from api.wiring import webhooks_of
from data.webhook import Delivery, DeliveryState, Subscription

router = APIRouter(tags=["webhooks"])

HookId = Annotated[str, Path(description="id of the webhook")]
Number = Annotated[int, Path(ge=1, lt=2**63, description="number of the delivery")]

LISTED = pa.schema(
    [
        *((name, pa.int64()) for name in ("delivery_id", "message_id", "attempts", "status")),
        *((name, pa.string()) for name in ("subscription_id", "topic", "state", "error")),
        *((name, pa.timestamp("us", "UTC")) for name in ("recorded_at", "next_at", "changed_at")),
    ]
)

MOST = 100_000
"""Deliveries that a list reaches back to."""


class WebhookWish(BaseModel):
    """An address to be called, and the topics of which it wants to hear; none stands for all of them."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=2000, examples=["https://example.org/hook"])]
    topics: Annotated[list[str], Field(max_length=100, description=", ".join(TOPICS))] = []


class WebhookView(BaseModel):
    """One webhook. `topics` is empty where it hears of all."""

    subscription_id: str
    url: str
    topics: list[str]
    created_at: datetime
    created_by: str
    paused: bool
    rotating: Annotated[bool, Field(description="whether a former secret still signs, too")]


class NewWebhook(WebhookView):
    """A webhook with a new secret, which is not shown again."""

    secret: str


class DeliveryView(BaseModel):
    """One message on its way. `status` is what the receiver answered last, 0 where nothing."""

    delivery_id: int
    subscription_id: str
    webhook_id: str
    message_id: int
    topic: str
    state: DeliveryState
    attempts: int
    status: int
    error: str
    recorded_at: datetime
    next_at: datetime
    changed_at: datetime


@router.get("/webhooks", response_model=list[WebhookView])
def list_webhooks(desk: AtDesk) -> JSONResponse:
    """All webhooks, the oldest first."""
    return answer([_shown(each) for each in _hooks(desk).subscriptions()])


@router.post("/webhooks", status_code=201, response_model=NewWebhook)
def add_webhook(desk: AtDesk, wish: WebhookWish) -> JSONResponse:
    """Subscribe an address to what happens from now on; keep the secret, with which messages are verified."""
    made, secret = subscribe(_hooks(desk), wish.url, wish.topics, outgoing_of(), desk.now())
    place = {"Location": f"/webhooks/{made.subscription_id}"}
    return answer(_shown(made) | {"secret": secret}, 201, place)


@router.get("/webhooks/{webhook_id}", response_model=WebhookView)
def get_webhook(desk: AtDesk, webhook_id: HookId) -> JSONResponse:
    """One webhook."""
    return answer(_shown(_hooks(desk).subscription(webhook_id)))


@router.post("/webhooks/{webhook_id}/pause", response_model=WebhookView)
def pause_webhook(desk: AtDesk, webhook_id: HookId) -> JSONResponse:
    """Send nothing to it; its messages are kept until it is resumed."""
    return answer(_shown(_hooks(desk).pause(webhook_id, True, desk.now())))


@router.post("/webhooks/{webhook_id}/resume", response_model=WebhookView)
def resume_webhook(desk: AtDesk, webhook_id: HookId) -> JSONResponse:
    """Send again, first of all what was kept."""
    return answer(_shown(_hooks(desk).pause(webhook_id, False, desk.now())))


@router.post("/webhooks/{webhook_id}/rotate", response_model=NewWebhook)
def rotate_secret(desk: AtDesk, webhook_id: HookId) -> JSONResponse:
    """Another secret; messages are signed with the former one, too, until it is retired."""
    made, secret = rotate(_hooks(desk), webhook_id, outgoing_of(), desk.now())
    return answer(_shown(made) | {"secret": secret})


@router.post("/webhooks/{webhook_id}/retire", response_model=WebhookView)
def retire_secret(desk: AtDesk, webhook_id: HookId) -> JSONResponse:
    """Sign with the newest secret alone."""
    return answer(_shown(_hooks(desk).retire(webhook_id, desk.now())))


@router.delete("/webhooks/{webhook_id}", status_code=204)
def remove_webhook(desk: AtDesk, webhook_id: HookId) -> Response:
    """Remove a webhook with its secret and all that is on its way to it."""
    _hooks(desk).remove(webhook_id, desk.now())
    return Response(status_code=204)


@router.get("/deliveries")
def list_deliveries(
    desk: AtDesk,
    asked: AsPage,
    state: Annotated[DeliveryState | None, Query(description="only these; dead ones were given up")] = None,
) -> Listed:
    """What is or was on its way to webhooks, the newest first."""
    rows = [
        {name: getattr(each, name) for name in LISTED.names} for each in _hooks(desk).deliveries(state, MOST)
    ]
    return page_of(pa.Table.from_pylist(rows, schema=LISTED), ("-delivery_id",), asked)


@router.get("/deliveries/{delivery_id}", response_model=DeliveryView)
def get_delivery(desk: AtDesk, delivery_id: Number) -> JSONResponse:
    """One delivery."""
    return answer(_told(_hooks(desk).delivery(delivery_id)))


@router.post("/deliveries/{delivery_id}/resend", status_code=202, response_model=DeliveryView)
def resend_delivery(desk: AtDesk, delivery_id: Number) -> JSONResponse:
    """Try a dead delivery again, from the beginning; any other stays as it is."""
    return answer(_told(_hooks(desk).resend(delivery_id, desk.now())), 202)


def _hooks(desk: Desk) -> GuardedWebhooks:
    return GuardedWebhooks(webhooks_of(desk.office.store), desk.store)


def _shown(subscription: Subscription) -> dict[str, Any]:
    """Everything but the secrets."""
    told = {name: value for name, value in asdict(subscription).items() if name in WebhookView.model_fields}
    return told | {"rotating": bool(subscription.former_secret)}


def _told(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in DeliveryView.model_fields}
