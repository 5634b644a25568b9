"""A process that can reach no network: for films that strangers send.

``python -m formcheck.offline MODULE …`` runs a module so, where the system lets it: on Linux
in a network namespace of its own, in which there is nothing, not even this machine. It is
entered before any library is loaded, for a process with threads can't. Elsewhere, and where
it is forbidden (in some containers), the module runs as it is; its own process, and bounds on
memory, time and formats, remain. Alone, it says whether it works: ``formcheck doctor`` asks.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
"""CLONE_NEWUSER and CLONE_NEWNET of Linux's sched.h."""

CAN, CANNOT = "without network", "with network"


def leave_network() -> bool:
    """Leave every network, for good; gives whether that could be done."""
    if not sys.platform.startswith("linux"):
        return False
    user, group = os.getuid(), os.getgid()
    if _leave(NEW_NETWORK):  # who may do that needs no other way
        return True
    if not _leave(NEW_USER | NEW_NETWORK):
        return False
    with suppress(OSError):  # files still seem to be whose they are
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    return True


def _leave(what: int) -> bool:
    try:
        return int(ctypes.CDLL(None, use_errno=True).unshare(what)) == 0
    except (OSError, AttributeError):
        return False


def can_leave() -> bool:
    """Whether it works here; tried in a child."""
    command = [sys.executable, "-m", "formcheck.offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() == CAN


def main() -> None:
    """Leave the network, and be the module that is named."""
    left = leave_network()
    if len(sys.argv) < 2:
        print(CAN if left else CANNOT)
        return
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
