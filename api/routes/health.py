"""Whether the service is alive, and whether it can work."""

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.routes.desk import Office
from api.routes.problems import HttpError

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """The store can be read, and its guards are in place."""

    status: Literal["ok"] = "ok"
    revision: int


@router.get("/healthz")
def alive() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/readyz")
def ready(request: Request) -> Ready:
    """The store answers and the guards of the history are in place; 503 otherwise."""
    office: Office = request.app.state.office
    guards: list[str] = getattr(office.store, "missing_guards", list)()
    if guards:
        raise HttpError(503, f"the store lacks the guards {', '.join(guards)}; migrate it again")
    return Ready(revision=office.store.revision())
