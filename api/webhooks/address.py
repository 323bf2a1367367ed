"""Which addresses may be called: those of the public internet, and of networks that were allowed by name.

A subscriber chooses the address and this machine calls it, from inside: without a look at where it leads, it
would be a way to whatever only this machine can reach (server-side request forgery, OWASP).
"""

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from api.webhooks.outgoing import Outgoing

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]

LONGEST = 2000
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 addresses whose last four bytes are the IPv4 address that is called (NAT64, RFC 6052)."""

PORTS = {"https": 443, "http": 80}


class AddressError(Exception):
    """The address may not be called."""


def problems_of(url: str, outgoing: Outgoing) -> list[str]:
    """Everything that is wrong with an address, as far as can be said before it is looked up."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or " " in url:
        return [f"an address has at most {LONGEST} plain characters and no spaces; encode others (%20)"]
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return [f"this is no address: {error}"]
    problems = []
    if parts.scheme not in allowed_schemes(outgoing):
        problems.append("the address must begin with https:// (or set PANELWISE_WEBHOOK_HTTP=yes)")
    if not parts.hostname or port == 0:
        problems.append("the address names no host that can be called")
    if parts.username is not None or parts.password is not None:
        problems.append("leave user and password out of the address; the signature says who sends")
    if parts.fragment:
        problems.append("leave out what follows the #; it is never sent")
    literal = _literal(parts.hostname or "")
    if literal is not None and is_refused(literal, outgoing):
        problems.append(refusal(literal))
    return problems


def allowed_schemes(outgoing: Outgoing) -> tuple[str, ...]:
    """How an address may begin."""
    return ("https", "http") if outgoing.plain_http else ("https",)


def resolved(parts: SplitResult, outgoing: Outgoing, resolve: Resolve | None = None) -> tuple[str, int]:
    """Number and port to connect to; AddressError where any number of the host may not be called.

    Whoever connects must use the number: the name may lead elsewhere the next time it is looked up.
    """
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        found = list((resolve or numbers_of)(host, port))
    except OSError:
        raise AddressError("the host's name cannot be looked up") from None
    if not found:
        raise AddressError("the host has no address")
    for each in found:
        number = ip_address(each.partition("%")[0])
        if is_refused(number, outgoing):
            raise AddressError(refusal(number))
    return found[0], port


def numbers_of(host: str, port: int) -> list[str]:
    """Every number of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def is_refused(number: Address, outgoing: Outgoing) -> bool:
    """Whether a number is of no public host and of no network that was allowed."""
    for meant in _meant_by(number):
        named = any(meant in each for each in outgoing.networks if each.version == meant.version)
        if not named and (not meant.is_global or meant.is_multicast or meant.is_reserved):
            return True
    return False


def refusal(number: Address) -> str:
    """Why a number is not called, and what to do where it should be."""
    return f"{number} is not on the public internet; PANELWISE_WEBHOOK_NETWORKS can allow its network"


def _meant_by(number: Address) -> list[Address]:
    """The number, or the IPv4 number that it stands for."""
    if isinstance(number, IPv4Address):
        return [number]
    if number in TRANSLATED:
        return [IPv4Address(int(number) & 0xFFFFFFFF)]
    inside = number.ipv4_mapped or number.sixtofour
    if inside is not None:
        return [inside]
    return [number, *(number.teredo or ())]


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
