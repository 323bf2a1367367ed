"""Answers as JSON: dates as text, missing and infinite numbers as null."""

import hashlib
import json
from collections.abc import Mapping

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.terminal.screen import plain


def answer(payload: object, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The payload with a status and headers."""
    body = payload.model_dump(mode="json") if isinstance(payload, BaseModel) else plain(payload)
    return JSONResponse(body, status, dict(headers or {}))


def tag_of(payload: object) -> str:
    """ETag of what an answer says."""
    text = json.dumps(plain(payload), sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
