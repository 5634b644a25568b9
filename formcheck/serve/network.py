"""By which names and addresses other devices of the same network find this machine."""

from __future__ import annotations

import ipaddress
import socket

import psutil

SEEMING = ("docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "utun", "tun", "tap")
"""What interfaces are called behind which there is no phone: containers, tunnels."""


def own_addresses() -> tuple[str, ...]:
    """Give this machine's IPv4 addresses in its networks, the likeliest for a phone first."""
    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    found = sorted(
        (name.lower().startswith(SEEMING), name, one.address)
        for name, addresses in psutil.net_if_addrs().items()
        for one in addresses
        if name in up and one.family == socket.AF_INET and _reaches_out(one.address)
    )
    return tuple(address for _, _, address in found)


def own_names() -> tuple[str, ...]:
    """Give this machine's names: as the network's name server and as Bonjour know it."""
    name = socket.gethostname().lower().rstrip(".")
    first = name.split(".")[0]
    names = (name, f"{first}.local") if _is_name(first) else ()
    return tuple(dict.fromkeys(one for one in names if _is_name(one) and one != "localhost"))


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can ask there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _reaches_out(address: str) -> bool:
    known = ipaddress.ip_address(address)
    return not (known.is_loopback or known.is_link_local or known.is_unspecified)


def _is_name(name: str) -> bool:
    parts = name.split(".")
    return all(part and part.replace("-", "").isalnum() and part.isascii() for part in parts)
