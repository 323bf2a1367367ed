"""Signatures as the Standard Webhooks specification has them (symmetric): HMAC-SHA256 under a secret."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"
"""How secrets begin, so that they are found when they leak."""

BYTES = 32
"""Of a secret; the specification asks for 24 to 64."""


def new_secret() -> bytes:
    """A secret that nobody has."""
    return secrets.token_bytes(BYTES)


def shown(secret: bytes) -> str:
    """A secret as its receiver keeps it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(webhook_id: str, at: datetime, body: bytes, *keys: bytes) -> dict[str, str]:
    """Headers that prove who sent a body, and when: a receiver refuses what is too old.

    One signature for each secret, with spaces between: one that the receiver can verify is enough for it.
    """
    stamp = str(int(at.timestamp()))
    signed = f"{webhook_id}.{stamp}.".encode() + body
    signatures = [hmac.new(key, signed, hashlib.sha256).digest() for key in keys]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in signatures),
    }
