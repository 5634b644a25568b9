"""Wait for new uploads, and leave alone what is still being copied."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from formcheck.batch.entry import Entry

LOOK_EVERY_S = 5.0
SETTLED_S = 10.0
"""A file whose size and time haven't changed for so long is whole: copies over a network
write more often than that."""

Signature = tuple[int, int]


def new_uploads(
    look: Callable[[], Sequence[Entry]],
    *,
    every_s: float = LOOK_EVERY_S,
    settled_s: float = SETTLED_S,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[list[Entry]]:
    """Give the uploads that are whole, each time that there are others than before.

    Parameters
    ----------
    look
        Finds all uploads there are.
    every_s
        Seconds between two looks.
    settled_s
        Seconds for which a file must have stayed as it is.
    sleep, clock
        In place of the machine's own time.
    """
    since: dict[Entry, tuple[Signature, float]] = {}
    given: frozenset[tuple[Entry, Signature]] | None = None
    while True:
        now_s = clock()
        seen = {entry: _signature(entry) for entry in look()}
        since = {
            entry: since[entry]
            if entry in since and since[entry][0] == signature
            else (signature, now_s - _age_s(signature))
            for entry, signature in seen.items()
        }
        whole = [entry for entry, (_, from_s) in since.items() if now_s - from_s >= settled_s]
        present = frozenset((entry, seen[entry]) for entry in whole)
        if present != given:
            given = present
            yield whole
        else:
            sleep(every_s)


def _signature(entry: Entry) -> Signature:
    try:
        state = entry.path.stat()
    except (OSError, ValueError):
        return (-1, 0)
    return (state.st_size, state.st_mtime_ns)


def _age_s(signature: Signature) -> float:
    """How long ago the file was written to, by its own time; 0 when that is to come."""
    return max(0.0, time.time() - signature[1] / 1e9)
