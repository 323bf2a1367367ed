"""Which addresses a subscriber may have called."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import pytest

from api.errors import RequestError
from api.webhooks.address import AddressError, is_refused, problems_of, resolved
from api.webhooks.outgoing import Outgoing, outgoing_of
from tests.api.receiver import KEY

PLAIN = Outgoing()


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.7",
        "169.254.169.254",  # where clouds tell machines their secrets
        "100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254",  # IPv4 in IPv6's clothes
        "2002:7f00:1::", "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo, whose client is 127.0.0.1
    ],
)  # fmt: skip
def test_numbers_that_are_not_public_are_refused(number):
    assert is_refused(ip_address(number), PLAIN)


@pytest.mark.parametrize(
    "number", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_numbers_are_not(number):
    assert not is_refused(ip_address(number), PLAIN)


def test_a_network_that_is_allowed_by_name_is_called_and_no_other():
    own = Outgoing(networks=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
    assert not is_refused(ip_address("10.1.2.3"), own)
    assert not is_refused(ip_address("::ffff:10.1.2.3"), own)
    assert not is_refused(ip_address("fd00::7"), own)
    assert is_refused(ip_address("10.2.0.1"), own)
    assert is_refused(ip_address("169.254.169.254"), own)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/", "must begin with https://"),
        ("ftp://example.org/", "must begin with https://"),
        ("example.org/hook", "must begin with https://"),
        ("https:///hook", "names no host"),
        ("https://example.org:0/", "names no host"),
        ("https://example.org:99999/", "no address"),
        ("https://user:pass@example.org/", "leave user and password out"),
        ("https://example.org/#part", "what follows the #"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("https://[::1/", "no address"),
        ("https://example.org/a b", "no spaces"),
        ("https://example.org/\r\nX: y", "plain characters"),
        ("https://exämple.org/", "plain characters"),
        ("https://example.org/" + "a" * 2000, "at most 2000"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused_with_the_reason(url, said):
    assert any(said in each for each in problems_of(url, PLAIN)), problems_of(url, PLAIN)


def test_a_good_address_has_no_problems():
    assert problems_of("https://example.org:8443/hook?tenant=1", PLAIN) == []
    assert problems_of("http://example.org/hook", Outgoing(plain_http=True)) == []


def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up():
    parts = urlsplit("https://inside.example.org/")
    for numbers in (["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["fe80::1%eth0"]):
        with pytest.raises(AddressError, match="not on the public internet"):
            resolved(parts, PLAIN, lambda *_, found=numbers: found)
    assert resolved(parts, PLAIN, lambda *_: ["93.184.216.34"]) == ("93.184.216.34", 443)


def test_a_name_that_is_not_known_is_told_without_the_name():
    def unknown(*_):
        raise OSError

    with pytest.raises(AddressError, match=r"^the host's name cannot be looked up$"):
        resolved(urlsplit("https://secret-token.example.org/"), PLAIN, unknown)


def test_the_environment_says_what_is_allowed_and_everything_that_is_wrong_with_it(tmp_path):
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n")
    given = {"PANELWISE_WEBHOOK_NETWORKS": "10.0.0.0/8, fd00::/8", "PANELWISE_WEBHOOK_HTTP": "yes"}
    found = outgoing_of(given | {"PANELWISE_SECRET_KEY_FILE": str(file)})
    assert (found.keys, found.networks, found.plain_http) == (
        (KEY,), (ip_network("10.0.0.0/8"), ip_network("fd00::/8")), True,
    )  # fmt: skip
    assert outgoing_of({}) == PLAIN
    assert KEY not in repr(found)
    bad = {"PANELWISE_WEBHOOK_NETWORKS": "10.0.0.1/8", "PANELWISE_SECRET_KEY": f"{KEY},short"}
    with pytest.raises(RequestError) as caught:
        outgoing_of(bad)
    assert [each.partition(":")[0] for each in caught.value.problems] == [
        "PANELWISE_SECRET_KEY", "PANELWISE_WEBHOOK_NETWORKS",
    ]  # fmt: skip
    with pytest.raises(RequestError, match="cannot be read"):
        outgoing_of({"PANELWISE_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_a_secret_is_kept_under_the_newest_key_and_read_with_older_ones():
    newer = "nRMNaq9aCp0hgBOnXxbbSAXJy4u5pQjRrlVCbBeuvuM="
    old, rotated, other = Outgoing((KEY,)), Outgoing((newer, KEY)), Outgoing((newer,))
    sealed = old.sealed(b"secret")
    assert b"secret" not in sealed.encode()
    assert rotated.opened(sealed) == b"secret"
    assert other.opened(rotated.sealed(b"secret")) == b"secret"
    with pytest.raises(RequestError, match="under a key that is not set here"):
        other.opened(sealed)
    with pytest.raises(RequestError, match="webhooks need a key"):
        PLAIN.sealed(b"secret")
