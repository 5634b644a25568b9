"""The desk's own certificate, so that phones of the same network reach it by https.

It is signed by an authority of this desk alone, made at the first ``--lan`` and kept in
``DIR/tls``. A phone that trusts it is warned no more. What the authority may vouch for is
written into it: addresses of private networks and names that end in ``.local``, and those
that this machine had when it was made; so not even its key could pass anybody off as
another site.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from formcheck.files import output_error, whole
from formcheck.serve.signing import write_secret

TLS = "tls"
CA_FILE, CA_KEY, SERVER_FILE = "ca.pem", "ca.key", "server.pem"
CA_DAYS = 3650
SERVER_DAYS = 397
"""Phones take no certificate of a server that is good for longer."""

RENEW_DAYS = 60
"""Before its last so many days a certificate is made anew."""

PRIVATE = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
PRIVATE_6 = ("::1/128", "fc00::/7", "fe80::/10")
LOCAL = ("local", "localhost")


@dataclass(frozen=True)
class Certificate:
    """Where the server's certificate with its key is, and the authority that phones may trust.

    ``fingerprint`` is the authority's SHA-256, as phones and browsers show it.
    """

    server: Path
    authority: Path
    fingerprint: str


def certificate(
    out: Path, names: Iterable[str], now: datetime.datetime | None = None
) -> Certificate:
    """Give the certificate for these names and addresses, made anew where it has to be.

    Raises
    ------
    OutputError
        It can't be kept in the data folder.
    """
    now = now or datetime.datetime.now(datetime.UTC)
    wanted = tuple(dict.fromkeys(("localhost", "127.0.0.1", "::1", *names)))
    folder = out / TLS
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _authority(folder, wanted, now)
        named = _vouched_for(authority, wanted)
        server = folder / SERVER_FILE
        if not _still_good(server, named, authority, now):
            _issue(server, folder, authority, named, now)
    except OSError as problem:
        raise output_error(folder, problem, "--data") from problem
    return Certificate(server, folder / CA_FILE, fingerprint(authority))


def kept_authority(out: Path) -> x509.Certificate | None:
    """Give the authority of a data folder; None where --lan was never asked for."""
    return _read(out / TLS / CA_FILE)


def fingerprint(authority: x509.Certificate) -> str:
    """Give its SHA-256 as phones write it: "AB:CD:…"."""
    return authority.fingerprint(hashes.SHA256()).hex(":").upper()


def _authority(folder: Path, names: Iterable[str], now: datetime.datetime) -> x509.Certificate:
    known = _read(folder / CA_FILE)
    if known is not None and (folder / CA_KEY).exists() and _lasts(known, now):
        return known
    key = ec.generate_private_key(ec.SECP256R1())
    made = _new_authority(key, names, now)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_secret(folder / CA_KEY, secret)
    with whole(folder / CA_FILE) as unfinished:
        unfinished.write_bytes(made.public_bytes(Encoding.PEM))
    return made


def _new_authority(
    key: ec.EllipticCurvePrivateKey, names: Iterable[str], now: datetime.datetime
) -> x509.Certificate:
    called = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "formcheck"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"formcheck desk, {now:%d %B %Y}"),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=CA_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(_may_vouch_for(names), None), critical=True)
        .sign(key, hashes.SHA256())
    )


def _may_vouch_for(names: Iterable[str]) -> list[x509.GeneralName]:
    allowed: list[x509.GeneralName] = [
        *(x509.IPAddress(ipaddress.ip_network(one)) for one in (*PRIVATE, *PRIVATE_6)),
        *(x509.DNSName(one) for one in LOCAL),
    ]
    for name in names:
        one = _general(name)
        if not _within(one, allowed):
            allowed.append(
                x509.IPAddress(ipaddress.ip_network(name))
                if isinstance(one, x509.IPAddress)
                else one
            )
    return allowed


def _vouched_for(authority: x509.Certificate, names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that an authority, made at another time, may vouch for."""
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    allowed = constraints.permitted_subtrees or []
    return tuple(one for one in names if _within(_general(one), allowed))


def _within(one: x509.GeneralName, allowed: Iterable[x509.GeneralName]) -> bool:
    """Whether a name or address is among those that the authority may vouch for."""
    if isinstance(one, x509.IPAddress):
        networks = (other.value for other in allowed if isinstance(other, x509.IPAddress))
        return any(one.value in network for network in networks)  # type: ignore[operator]
    names = (other.value for other in allowed if isinstance(other, x509.DNSName))
    return any(f".{one.value}".endswith(f".{name}") for name in names)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _issue(
    server: Path,
    folder: Path,
    authority: x509.Certificate,
    names: tuple[str, ...],
    now: datetime.datetime,
) -> None:
    pem = authority.public_bytes(Encoding.PEM)
    issued = trustme.CA.from_pem(pem, (folder / CA_KEY).read_bytes()).issue_cert(
        *names,
        organization_name="formcheck",
        organization_unit_name="desk",
        not_before=now - datetime.timedelta(days=1),
        not_after=now + datetime.timedelta(days=SERVER_DAYS),
    )
    write_secret(server, issued.private_key_and_cert_chain_pem.bytes() + pem)


def _still_good(
    server: Path, names: tuple[str, ...], authority: x509.Certificate, now: datetime.datetime
) -> bool:
    """Whether it is for all these names, from this authority, and for long enough."""
    known = _read(server)
    if known is None or not _lasts(known, now):
        return False
    try:
        known.verify_directly_issued_by(authority)
    except Exception:  # whatever is wrong with it: a new one is made
        return False
    said = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {_general(one) for one in names} <= set(said)


def _lasts(known: x509.Certificate, now: datetime.datetime) -> bool:
    return known.not_valid_after_utc - now > datetime.timedelta(days=RENEW_DAYS)


def _read(file: Path) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
