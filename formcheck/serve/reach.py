"""From where the desk can be reached, and what follows for it: https, password, names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from formcheck.errors import BadRequest
from formcheck.serve.certificate import Certificate, certificate
from formcheck.serve.network import is_loopback, own_addresses, own_names

ANY = "0.0.0.0"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Reach:
    """How browsers come to the desk.

    address        what they are told
    hosts          names and addresses by which it may be called besides
    asks_password  whether coaches sign in: wherever another machine can ask
    certificate    its own https; None without, or where a proxy does it
    others         further addresses of this machine, should the first lead nowhere
    """

    address: str
    hosts: tuple[str, ...] = ()
    asks_password: bool = False
    certificate: Certificate | None = None
    others: tuple[str, ...] = ()


def need_a_good_way(host: str, *, lan: bool, address: str | None) -> None:
    """Refuse what would let other machines in by plain http.

    Raises
    ------
    BadRequest
        It would, or ``address`` isn't one.
    """
    if address is not None:
        parts = urlsplit(address)
        bare = not parts.path.strip("/") and not parts.query and not parts.fragment
        if lan:
            raise BadRequest("--lan and --address are two ways in: give one of them.")
        if parts.scheme != "https" or not parts.hostname or not bare or parts.username:
            raise BadRequest(
                f"--address {address}: give the desk's https address without a path, such as "
                "https://desk.example: the one that a proxy in front of it answers."
            )
    elif not lan and not is_loopback(host):
        raise BadRequest(
            f"--host {host} lets other machines in by plain http: passwords and films would be "
            "readable on the way, and no phone gives a page its camera without https. Use --lan "
            "for phones in your network, or --address https://desk.example if a proxy in front "
            "of the desk does https."
        )


def reach(out: Path, host: str, port: int, *, lan: bool, address: str | None) -> Reach:
    """Say how the desk that listens there is reached; with ``lan`` it gets its certificate.

    Raises
    ------
    OutputError
        The certificate can't be kept.
    """
    if address is not None:
        return Reach(address.rstrip("/"), (host,), asks_password=True)
    if not lan:
        shown = f"[{host}]" if ":" in host else host
        return Reach(f"http://{shown}:{port}")
    addresses = own_addresses() if host == ANY else (host,)
    names = own_names()
    ways = [f"https://{one}:{port}" for one in (*addresses, *names[-1:], LOOPBACK)]
    return Reach(
        ways[0],
        (*addresses, *names),
        asks_password=True,
        certificate=certificate(out, (*addresses, *names)),
        others=tuple(ways[1:-1]),
    )
