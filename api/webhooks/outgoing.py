"""What the environment allows to leave this machine, and the keys under which secrets are kept."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from api.errors import RequestError

Network = IPv4Network | IPv6Network

NO_KEY = (
    "webhooks need a key under which their secrets are kept: make one with `panelwise webhooks key` and set "
    "PANELWISE_SECRET_KEY, or PANELWISE_SECRET_KEY_FILE, for every service and worker"
)


@dataclass(frozen=True)
class Outgoing:
    """How webhooks may leave.

    `keys`: of Fernet, the first one seals, all of them open (PANELWISE_SECRET_KEY, with commas, or
    PANELWISE_SECRET_KEY_FILE). `networks`: addresses that are not of the public internet and may be called
    all the same (PANELWISE_WEBHOOK_NETWORKS, with commas). `plain_http`: whether addresses may begin with
    http:// (PANELWISE_WEBHOOK_HTTP=yes).
    """

    keys: tuple[str, ...] = field(default=(), repr=False)
    networks: tuple[Network, ...] = ()
    plain_http: bool = False

    def sealed(self, secret: bytes) -> str:
        """A secret as it is kept; RequestError without a key."""
        return self._keeper().encrypt(secret).decode()

    def opened(self, sealed: str) -> bytes:
        """The secret again; RequestError without the key that sealed it."""
        try:
            return self._keeper().decrypt(sealed)
        except InvalidToken:
            raise RequestError(("the secret was kept under a key that is not set here",)) from None

    def _keeper(self) -> MultiFernet:
        if not self.keys:
            raise RequestError((NO_KEY,))
        return MultiFernet([Fernet(each) for each in self.keys])


def outgoing_of(environment: Mapping[str, str] = os.environ) -> Outgoing:
    """What the environment says; RequestError with everything that is wrong with it."""
    problems: list[str] = []
    text = environment.get("PANELWISE_SECRET_KEY", "")
    file = environment.get("PANELWISE_SECRET_KEY_FILE")
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"PANELWISE_SECRET_KEY_FILE: {file} cannot be read: {error}")
    keys = tuple(text.replace(",", " ").split())
    for number, each in enumerate(keys, start=1):
        try:
            Fernet(each)
        except ValueError:
            problems.append(f"PANELWISE_SECRET_KEY: key {number} is none; make one: panelwise webhooks key")
    networks: list[Network] = []
    for each in environment.get("PANELWISE_WEBHOOK_NETWORKS", "").replace(",", " ").split():
        try:
            networks.append(ip_network(each))
        except ValueError as error:
            problems.append(f"PANELWISE_WEBHOOK_NETWORKS: {error}")
    if problems:
        raise RequestError(tuple(problems))
    plain = environment.get("PANELWISE_WEBHOOK_HTTP", "").lower() in ("yes", "true", "1")
    return Outgoing(keys, tuple(networks), plain)
