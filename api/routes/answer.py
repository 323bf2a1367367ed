"""Answers as JSON: dates as text, missing and infinite numbers as null."""

from collections.abc import Mapping

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.terminal.screen import plain


def answer(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The payload with a status and headers."""
    body = payload.model_dump(mode="json") if isinstance(payload, BaseModel) else plain(payload)
    return JSONResponse(body, status, dict(headers or {}))
