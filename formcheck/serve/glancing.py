"""The child that glances at a film's first pictures: offline, bounded in time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence

from formcheck.batch.pool import ONE_THREAD
from formcheck.serve.glance import LENGTH_BYTES, UNKNOWN, Glance

PROGRAM = "formcheck.serve.glance"
MOST_PICTURES = 8
MOST_BYTES = 300_000
"""Of one picture: 640 px at the browser's quality take 30 to 90 kB."""

ENDS_WITHIN_S = 30.0
"""It takes 3 s, most of it to load the engine; 10 on a machine that judges meanwhile."""

MEMORY_MB = 900
AT_ONCE = 2
"""Children at a time; whoever comes then isn't made to wait, but told nothing."""

_FREE = threading.BoundedSemaphore(AT_ONCE)


def glance(pictures: Sequence[bytes]) -> Glance:
    """Look at a film's first pictures; says that it can't be said where anything goes wrong."""
    if not _FREE.acquire(blocking=False):
        return UNKNOWN
    try:
        return _asked(pictures)
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return UNKNOWN
    finally:
        _FREE.release()


def _asked(pictures: Sequence[bytes]) -> Glance:
    told = b"".join(len(one).to_bytes(LENGTH_BYTES) + one for one in pictures)
    with tempfile.TemporaryFile() as nobody_reads:
        done = subprocess.run(
            [sys.executable, "-m", "formcheck.offline", PROGRAM, str(MEMORY_MB)],
            input=told,
            stdout=subprocess.PIPE,
            stderr=nobody_reads,
            timeout=ENDS_WITHIN_S,
            check=True,
            env=os.environ | ONE_THREAD,
            start_new_session=True,
        )
    return Glance(**json.loads(done.stdout))
