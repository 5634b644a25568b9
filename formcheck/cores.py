"""How many of the machine's cores are ours."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Cores that this process may run on; at least one."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
