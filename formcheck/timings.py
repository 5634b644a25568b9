"""Where a run's time goes, stage by stage, for ``analyze --timings``."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

WHOLE = ("watch", "judge", "draw and write")
"""Stages of a run, one after another. The others are parts of them, which go on beside
each other in threads of their own: of these only the clock tells something."""


_spent_s: dict[str, tuple[float, float]] = {}
"""Seconds by the clock and of the processor, all threads', by stage."""
_lock = threading.Lock()


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count the time of what is done inside towards ``name``."""
    clock_s, cpu_s = time.perf_counter(), time.process_time()
    try:
        yield
    finally:
        clock_s, cpu_s = time.perf_counter() - clock_s, time.process_time() - cpu_s
        with _lock:
            before = _spent_s.get(name, (0.0, 0.0))
            _spent_s[name] = before[0] + clock_s, before[1] + cpu_s


def forget() -> None:
    """Begin anew."""
    with _lock:
        _spent_s.clear()


def told(film_s: float) -> list[str]:
    """Lines of a table: each stage with its time, also as a share of the film's; then parts.

    Parameters
    ----------
    film_s
        Seconds of film that were analysed.
    """
    with _lock:
        spent_s = dict(_spent_s)
    lines = [f"{'Where the time went':26}{'clock':>9}{'CPU':>10}{'clock × film':>15}"]
    for name in (one for one in WHOLE if one in spent_s):
        clock_s, cpu_s = spent_s.pop(name)
        share = f"{clock_s / film_s:15.3f}" if film_s > 0 else ""
        lines.append(f"{name:26}{clock_s:7.2f} s{cpu_s:8.2f} s{share}")
    if spent_s:
        lines.append("of it, beside each other:")
    for name, (clock_s, _) in sorted(spent_s.items(), key=lambda one: -one[1][0]):
        lines.append(f"  {name:24}{clock_s:7.2f} s")
    return lines
