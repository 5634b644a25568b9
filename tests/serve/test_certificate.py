"""The desk's own https: trusted by who trusts its authority, renewed, good for little else."""

from __future__ import annotations

import datetime
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import trustme
from cryptography import x509

from formcheck.errors import BadRequest
from formcheck.serve.certificate import SERVER_DAYS, Certificate, certificate, kept_authority
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.network import own_addresses, own_names
from formcheck.serve.reach import need_a_good_way, reach
from tests.serve.serving import serving

NAMES = ("192.168.1.5", "gym.local")
NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def cert_of(made: Certificate) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.server.read_bytes())


@contextmanager
def served(desk_folder: Path, made: Certificate) -> Iterator[int]:
    """Serve a desk by https on a free port of this machine."""
    choices = Choices(address="https://127.0.0.1", works=False)
    with (
        open_desk(desk_folder, choices) as desk,
        serving(desk, ssl_certfile=made.server) as port,
    ):
        yield port


def test_who_trusts_the_authority_is_let_in(tmp_path: Path) -> None:
    """By name and by address; who doesn't is warned; the session's cookie is for https alone."""
    made = certificate(tmp_path, NAMES)
    with served(tmp_path, made) as port:
        trusting = ssl.create_default_context(cafile=str(made.authority))
        with httpx2.Client(verify=trusting) as client:
            for host in ("127.0.0.1", "localhost"):
                answer = client.get(f"https://{host}:{port}/ca", headers={"Accept": "text/html"})
                assert made.fingerprint in answer.text
                assert "secure" in answer.headers["set-cookie"].lower()
            loaded = client.get(f"https://127.0.0.1:{port}/ca/formcheck-desk.crt").content
            known = kept_authority(tmp_path)
            assert known == x509.load_der_x509_certificate(loaded)
        with httpx2.Client() as stranger, pytest.raises(httpx2.ConnectError):
            stranger.get(f"https://127.0.0.1:{port}/ca")


def test_the_authority_vouches_for_this_network_alone(tmp_path: Path) -> None:
    """Not even with its key could another site be passed off as that one."""
    made = certificate(tmp_path, NAMES)
    key = (made.authority.parent / "ca.key").read_bytes()
    false = trustme.CA.from_pem(made.authority.read_bytes(), key).issue_cert("bank.example")
    context = ssl.create_default_context(cafile=str(made.authority))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    false.configure_cert(server)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree"):
        shake_hands(context, server, "bank.example")


def shake_hands(client: ssl.SSLContext, server: ssl.SSLContext, name: str) -> None:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname=name),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for _ in range(6):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_a_good_certificate_stays_and_an_old_one_is_made_anew(tmp_path: Path) -> None:
    """Phones that trust the authority go on trusting: it is the same through the renewals."""
    first = certificate(tmp_path, NAMES, NOW)
    before = cert_of(first)
    again = certificate(tmp_path, NAMES[:1], NOW + datetime.timedelta(days=200))
    assert cert_of(again) == before
    later = certificate(tmp_path, NAMES, NOW + datetime.timedelta(days=SERVER_DAYS - 30))
    assert cert_of(later) != before
    assert later.fingerprint == first.fingerprint
    moved = certificate(tmp_path, ("10.1.2.3",), NOW)
    said = cert_of(moved).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "10.1.2.3" in [str(one) for one in said.get_values_for_type(x509.IPAddress)]
    ten_years = certificate(tmp_path, NAMES, NOW + datetime.timedelta(days=3640))
    assert ten_years.fingerprint != first.fingerprint


def test_keys_are_the_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine can read them."""
    made = certificate(tmp_path, NAMES)
    for file in (made.server, made.authority.parent / "ca.key"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.authority.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("host", "lan", "address", "word"),
    [
        ("0.0.0.0", False, None, "--lan"),
        ("192.168.1.5", False, None, "--address"),
        ("127.0.0.1", False, "http://desk.example", "https"),
        ("127.0.0.1", False, "https://desk.example/here", "without a path"),
        ("127.0.0.1", True, "https://desk.example", "two ways"),
    ],
)
def test_nobody_else_is_let_in_by_plain_http(
    host: str, lan: bool, address: str | None, word: str
) -> None:
    """What would be, is refused with what to do instead."""
    with pytest.raises(BadRequest, match=word):
        need_a_good_way(host, lan=lan, address=address)


def test_how_it_is_reached(tmp_path: Path) -> None:
    """Alone without a password; a proxy's address and a network's by https and with one."""
    alone = reach(tmp_path, "127.0.0.1", 8765, lan=False, address=None)
    assert (alone.address, alone.asks_password) == ("http://127.0.0.1:8765", False)
    proxied = reach(tmp_path, "0.0.0.0", 8765, lan=False, address="https://desk.example/")
    assert (proxied.address, proxied.asks_password) == ("https://desk.example", True)
    assert proxied.certificate is None
    network = reach(tmp_path, "0.0.0.0", 8765, lan=True, address=None)
    assert network.asks_password
    assert network.certificate is not None
    assert {*own_addresses(), *own_names()} == set(network.hosts)
