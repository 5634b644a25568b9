"""``python -m benchmarks.hostile``: try hostile inputs and print what they came to."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import click


@click.command()
@click.option("--inputs", "count", default=2000, show_default=True, help="How many.")
@click.option("--engine", default=40, show_default=True, help="More, with the pose engine.")
@click.option("--seed", default=1, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--only", help="One of them: its kind and number, as film:17.")
def main(count: int, engine: int, seed: int, workers: int, only: str | None) -> None:
    """Try hostile inputs, each in a child with bounds, and print what they came to."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads don't outlive a fork
    from benchmarks.hostile import material, run  # noqa: PLC0415 - after the threads are set

    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="formcheck-hostile-") as name:
        place = Path(name)
        (place / "material").mkdir()
        if run.in_child(lambda: material.make(place / "material")):
            sys.exit("the material can't be made")
        if engine and run.in_child(lambda: material.watch(place / "material")):
            sys.exit("the material can't be judged")
        every = run.inputs(count, seed, engine)
        if only is not None:
            every = [pair for pair in every if f"{pair[0].kind}:{pair[0].number}" == only]
        found = list(run.outcomes(every, place / "material", place, workers))
    right = run.show(found)
    print(f"{len(found)} inputs in {time.monotonic() - begun_s:.0f} s, seed {seed}")
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
