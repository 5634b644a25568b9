"""Memory that was freed goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import sys


def give_back() -> None:
    """Return what was freed and is kept for later, where the C library can (glibc).

    After a film was watched that is a fifth of all: decoders and networks are gone, and
    what comes next asks for memory of other sizes.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL("libc.so.6").malloc_trim(0)
