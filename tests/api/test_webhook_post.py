"""One request to somebody else's machine, over real sockets, whatever that machine does."""

import datetime
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from ipaddress import ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.webhooks.address import AddressError
from api.webhooks.outgoing import Outgoing
from api.webhooks.post import UnreachableError, post
from tests.api.receiver import HERE, receiving
from tests.api.served import free_port


@contextmanager
def behaving(behave):
    """A machine that does this with its first connection; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            with listening.accept()[0] as connection:
                connection.settimeout(1)
                try:
                    behave(connection)
                except OSError:
                    return  # the other side has had enough

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_what_is_sent_arrives_and_the_status_comes_back():
    with receiving() as receiver:
        receiver.answer, receiver.headers = lambda _: 503, {"Retry-After": "120"}
        answer = post(receiver.url, {"webhook-id": "msg_1"}, b'{"a":1}', HERE)
        assert (answer.status, answer.retry_after) == (503, 120.0)
        ((headers, body),) = receiver.requests
        assert body == b'{"a":1}'
        assert (headers["webhook-id"], headers["Content-Type"]) == ("msg_1", "application/json")
        assert headers["User-Agent"].startswith("panelwise/")


@pytest.mark.parametrize(
    ("told", "seconds"), [("soon", 0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0), ("-5", 0), ("9" * 30, 86400)]
)
def test_what_a_receiver_says_about_its_patience_is_bounded(told, seconds):
    with receiving() as receiver:
        receiver.headers = {"Retry-After": told}
        assert post(receiver.url, {}, b"{}", HERE).retry_after == seconds


def test_a_redirect_is_not_followed():
    with receiving() as receiver, receiving() as elsewhere:
        receiver.answer, receiver.headers = lambda _: 307, {"Location": elsewhere.url}
        assert post(receiver.url, {}, b"{}", HERE).status == 307
        assert elsewhere.requests == []


def test_this_machine_is_not_called_unless_its_network_was_allowed():
    with receiving() as receiver:
        for outgoing in (Outgoing(plain_http=True), Outgoing(networks=HERE.networks)):
            with pytest.raises(AddressError):
                post(receiver.url, {}, b"{}", outgoing)
        with pytest.raises(AddressError):
            post(receiver.url.replace("127.0.0.1", "localhost"), {}, b"{}", Outgoing(plain_http=True))
        assert receiver.requests == []


def drips(connection):
    connection.recv(65536)
    for letter in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000:
        connection.sendall(bytes([letter]))
        time.sleep(0.05)


def continues(connection):
    connection.recv(65536)
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def silent(connection):
    connection.recv(65536)
    time.sleep(0.6)


@pytest.mark.parametrize("behave", [drips, continues, silent])
def test_a_machine_that_takes_its_time_is_left_when_the_time_is_up(behave):
    with behaving(behave) as place:
        began = time.monotonic()
        with pytest.raises(UnreachableError, match=r"^it did not answer in time$"):
            post(f"http://{place}/", {}, b"{}", HERE, seconds=0.4)
        assert time.monotonic() - began < 2


def floods(connection):
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Flood: " + b"y" * 60000 + b"\r\n")


def talks_nonsense(connection):
    connection.recv(65536)
    connection.sendall(b"\x00\xff" * 1000)


def hangs_up(connection):
    connection.recv(65536)


@pytest.mark.parametrize("behave", [floods, talks_nonsense, hangs_up])
def test_nonsense_is_no_answer(behave):
    with behaving(behave) as place, pytest.raises(UnreachableError):
        post(f"http://{place}/", {}, b"{}", HERE, seconds=5)


def test_an_endless_body_is_not_read():
    def endless(connection):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"y" * 65536)

    with behaving(endless) as place:
        assert post(f"http://{place}/", {}, b"{}", HERE, seconds=5).status == 200


def test_where_nobody_listens_is_told_without_the_address():
    with pytest.raises(UnreachableError, match=r"^no connection: Connection refused$"):
        post(f"http://127.0.0.1:{free_port()}/token", {}, b"{}", HERE)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for `localhost`, in files, by an authority of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_the_certificate_must_be_trusted_and_of_the_name_that_was_called(certificate, monkeypatch):
    here = Outgoing(networks=(*HERE.networks, ip_network("::1/128")))
    with receiving() as receiver:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        receiver.socket = context.wrap_socket(
            receiver.socket, server_side=True, do_handshake_on_connect=False
        )
        safe = f"https://localhost:{receiver.server_port}/"
        with pytest.raises(UnreachableError, match="no safe connection"):
            post(safe, {}, b"{}", here)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert post(safe, {}, b"{}", here).status == 204
        with pytest.raises(UnreachableError, match="no safe connection"):
            post(safe.replace("localhost", "127.0.0.1"), {}, b"{}", here)
        assert len(receiver.requests) == 1
