"""Give each input to a child of its own, with bounds on time and memory."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hostile.doors import DOORS, Door, Input, Smeared, Wrong, whole
from formcheck.errors import FormcheckError

MOST_CPU_S, MOST_WALL_S = 30, 60
MOST_ADDRESSES = 8 * 2**30
"""Of a child: what asks for more is refused, and that is a traceback."""

MOST_MB = 1000.0
BARS = ("traceback", "signal", "hang", "memory", "wrong")
"""What no input may come to."""


@dataclass(frozen=True)
class Outcome:
    """What an input came to ("answer", "refused", "smeared", one of ``BARS``), and took."""

    one: Input
    what: str
    said: str
    cpu_s: float
    mb: float


def inputs(count: int, seed: int, engine: int) -> list[tuple[Input, Door]]:
    """Give so many inputs, each kind's share of them, and some for the pose engine."""
    out: list[tuple[Input, Door]] = [
        (Input("whole", number, seed), whole) for number in range(engine)
    ]
    for kind, (door, share) in DOORS.items():
        out += [(Input(kind, number, seed), door) for number in range(round(share * count))]
    return out


def outcomes(
    every: list[tuple[Input, Door]], material: Path, scratch: Path, workers: int
) -> Iterator[Outcome]:
    """Run all inputs, so many at once."""
    waiting = list(reversed(every))
    running: dict[int, tuple[Input, Path, float]] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            one, door = waiting.pop()
            place = scratch / f"{one.kind}-{one.number}"
            running[_started(one, door, material, place)] = (one, place, time.monotonic())
        done = _ended(running)
        if done is None:
            time.sleep(0.002)
            continue
        number, status, used = done
        one, place, begun_s = running.pop(number)
        yield _outcome(one, place, status, used, time.monotonic() - begun_s)
        shutil.rmtree(place, ignore_errors=True)


def in_child(work: Callable[[], None]) -> int:
    """Do something in a child; gives its exit status."""
    number = os.fork()
    if number == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(number, 0)[1]


def _started(one: Input, door: Door, material: Path, place: Path) -> int:
    place.mkdir()
    number = os.fork()
    if number:
        return number
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S + 5))
        if door is not whole:
            resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
        (place / "said").write_text(json.dumps(_tried(one, door, material, place)))
    finally:
        os._exit(0)


def _tried(one: Input, door: Door, material: Path, place: Path) -> tuple[str, str]:
    scratch = place / "files"
    scratch.mkdir()
    try:
        door(one, material, scratch)
    except FormcheckError as problem:
        said = str(problem)
        return ("refused", said) if "\n" not in said else ("traceback", f"two lines: {said}")
    except (Wrong, Smeared) as problem:
        return type(problem).__name__.lower(), str(problem)
    except BaseException:
        return "traceback", traceback.format_exc()
    return "answer", ""


def _ended(
    running: dict[int, tuple[Input, Path, float]],
) -> tuple[int, int, resource.struct_rusage] | None:
    for number, (_, _, begun_s) in running.items():
        if time.monotonic() - begun_s > MOST_WALL_S:
            os.kill(number, signal.SIGKILL)
        found, status, used = os.wait4(number, os.WNOHANG)
        if found:
            return found, status, used
    return None


def _outcome(
    one: Input, place: Path, status: int, used: resource.struct_rusage, wall_s: float
) -> Outcome:
    cpu_s, mb = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    if os.WIFSIGNALED(status):
        late = cpu_s >= MOST_CPU_S or wall_s > MOST_WALL_S
        return Outcome(one, "hang" if late else "signal", str(os.WTERMSIG(status)), cpu_s, mb)
    try:
        what, said = json.loads((place / "said").read_text())
    except (OSError, ValueError):
        return Outcome(one, "signal", "it ended without a word", cpu_s, mb)
    return Outcome(one, "memory" if mb > MOST_MB else what, said, cpu_s, mb)


def show(found: list[Outcome]) -> bool:
    """Print the table, and each input that missed a bar; gives whether none did."""
    columns = ("answer", "refused", "smeared", *BARS)
    print(f"{'kind':10}{'inputs':>8}", *(f"{name:>10}" for name in columns), "   s, MB at most")
    for kind in dict.fromkeys(one.one.kind for one in found):
        own = [one for one in found if one.one.kind == kind]
        count = Counter(one.what for one in own)
        most = f"{max(one.cpu_s for one in own):8.1f}{max(one.mb for one in own):8.0f}"
        print(f"{kind:10}{len(own):8}", *(f"{count[name]:10}" for name in columns), most)
    missed = [one for one in found if one.what in BARS]
    for one in missed:
        print(f"\n{one.one.kind} {one.one.number}: {one.what}: {one.said.strip()}", file=sys.stderr)
    return not missed
