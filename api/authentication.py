"""Who asks: JSON web tokens, API keys, or the one local user of the embedded default."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

import jwt
from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from api.access import ROLES, Principal, Role, local_principal
from api.errors import RequestError
from api.routes.problems import HttpError

Algorithm = Literal["RS256", "RS384", "RS512", "ES256", "ES384", "EdDSA", "HS256", "HS384", "HS512"]

KEY_PREFIX = "pw_"
"""How API keys begin, so that they are told from tokens, and found when they leak."""

LEAST_SECRET = 32
"""Bytes of a shared secret (RFC 7518, 3.2: as many as the hash has)."""

LEEWAY_SECONDS = 30
"""How far clocks may be apart."""

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="panelwise"'}


class ApiKey(BaseModel):
    """One API key as it is kept: only the SHA-256 of it, and who it stands for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    actor: Annotated[str, Field(min_length=1)]
    roles: tuple[Role, ...]
    practices: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    everywhere: bool = False
    titles: tuple[str, ...] = ()
    expires_on: date | None = None

    def principal(self) -> Principal:
        """Whoever holds the key."""
        return Principal(
            self.actor,
            frozenset(self.roles),
            frozenset(self.practices),
            frozenset(self.agencies),
            self.everywhere,
            titles=frozenset(self.titles),
        )


@dataclass(frozen=True)
class TokenRules:
    """What a token must be signed with, and for whom it must be made."""

    key: str = field(repr=False)
    algorithm: Algorithm
    audience: str
    issuer: str


@dataclass(frozen=True)
class Authentication:
    """How callers are known. Without tokens and keys there is only the local user."""

    tokens: TokenRules | None = None
    keys: Mapping[str, ApiKey] = field(default_factory=dict)

    @property
    def local(self) -> bool:
        """Whether nobody has to say who they are."""
        return self.tokens is None and not self.keys

    def identify(self, request: Request, today: date) -> Principal:
        """The principal of a request; HttpError 401 where there is none."""
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not credential:
            raise _refused("say who you are: Authorization: Bearer TOKEN, or an API key in its place")
        if credential.startswith(KEY_PREFIX):
            return self._of_key(credential, today)
        return self._of_token(credential)

    def _of_key(self, credential: str, today: date) -> Principal:
        found = self.keys.get(digest_of(credential))
        if found is None or (found.expires_on is not None and found.expires_on <= today):
            raise _refused("this API key is not known, or it has expired")
        return found.principal()

    def _of_token(self, credential: str) -> Principal:
        rules = self.tokens
        if rules is None:
            raise _refused("tokens are not accepted here; use an API key")
        try:
            claims = jwt.decode(
                credential,
                rules.key,
                algorithms=[rules.algorithm],
                audience=rules.audience,
                issuer=rules.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "aud", "iss"]},
            )
            return _principal_of(claims)
        except (jwt.PyJWTError, ValidationError):
            raise _refused("this token is not valid here, or it has expired") from None


class _Claims(BaseModel):
    """The claims that are read; others are passed over."""

    sub: Annotated[str, Field(min_length=1)]
    roles: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    everywhere: bool = False


def _principal_of(claims: Mapping[str, object]) -> Principal:
    told = _Claims.model_validate(claims)
    roles = frozenset(role for role in ROLES if role in told.roles)  # others give no permission
    titles = frozenset(told.roles) - roles  # only rules that name them ask for these
    return Principal(
        told.sub,
        roles,
        frozenset(told.practices),
        frozenset(told.agencies),
        told.everywhere,
        titles=titles,
    )


def digest_of(key: str) -> str:
    """What is kept of an API key. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_keys(path: Path) -> tuple[ApiKey, ...]:
    """The keys of a file (a JSON list of `ApiKey`); RequestError with all that is wrong."""
    try:
        return TypeAdapter(tuple[ApiKey, ...]).validate_json(path.read_bytes())
    except OSError as error:
        raise RequestError((f"{path} cannot be read: {error.strerror}",)) from None
    except ValidationError as error:
        places = (f"{path} {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise RequestError(tuple(places)) from None


def write_keys(path: Path, keys: tuple[ApiKey, ...]) -> None:
    """Write a file of keys that only its owner can read; it is never seen half-written."""
    text = json.dumps([each.model_dump(mode="json") for each in keys], indent=2)
    draft = path.with_name(path.name + ".new")
    draft.touch(mode=0o600)
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)


def authentication_of(environment: Mapping[str, str] = os.environ) -> Authentication:
    """What the environment asks for.

    `PANELWISE_JWT_KEY` (a PEM public key or a shared secret; `PANELWISE_JWT_KEY_FILE` names a file with it),
    with `PANELWISE_JWT_ALGORITHM`, `PANELWISE_JWT_AUDIENCE` and `PANELWISE_JWT_ISSUER`;
    `PANELWISE_API_KEYS`, a file.
    RequestError with everything that is missing.
    """
    file = environment.get("PANELWISE_API_KEYS")
    keys = read_keys(Path(file)) if file else ()
    return Authentication(_token_rules(environment), {each.sha256: each for each in keys})


def _token_rules(environment: Mapping[str, str]) -> TokenRules | None:
    given = {
        name: value for name, value in environment.items() if name.startswith("PANELWISE_JWT_") and value
    }
    if not given:
        return None
    key = given.get("PANELWISE_JWT_KEY", "")
    if "PANELWISE_JWT_KEY_FILE" in given:
        key = _text(Path(given["PANELWISE_JWT_KEY_FILE"]))
    algorithm = given.get("PANELWISE_JWT_ALGORITHM", "")
    audience, issuer = (given.get(f"PANELWISE_JWT_{name}", "") for name in ("AUDIENCE", "ISSUER"))
    problems = [
        f"PANELWISE_JWT_{name} is missing"
        for name, value in (("KEY", key), ("AUDIENCE", audience), ("ISSUER", issuer))
        if not value
    ]
    if algorithm not in get_args(Algorithm):
        problems.append(f"PANELWISE_JWT_ALGORITHM must be one of {', '.join(get_args(Algorithm))}")
    if algorithm.startswith("HS") and 0 < len(key.encode()) < LEAST_SECRET:
        problems.append(f"PANELWISE_JWT_KEY is too short: a shared secret needs {LEAST_SECRET} bytes")
    if problems:
        raise RequestError(tuple(problems))
    return TokenRules(key, TypeAdapter(Algorithm).validate_python(algorithm), audience, issuer)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError((f"{path} cannot be read: {error}",)) from None


def is_loopback(host: str | None) -> bool:
    """Whether a host name means this machine."""
    if host is None:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def local_user(request: Request, actor: str) -> Principal:
    """The local user, with every right; HttpError 403 for what a page of another site makes a browser send.

    Without credentials the origin is all that tells the user's own requests from others': the host asked for
    must be this machine (DNS rebinding), and so must the page that asks (cross-site requests).
    """
    origin = request.headers.get("origin")
    if not is_loopback(request.url.hostname) or (
        origin is not None and not is_loopback(urlsplit(origin).hostname)
    ):
        raise HttpError(
            403, "the local service only answers this machine; configure authentication for others"
        )
    return local_principal(actor)


def _refused(title: str) -> HttpError:
    return HttpError(401, title, CHALLENGE)
