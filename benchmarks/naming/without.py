"""The lift named by what is learned without one source, for a benchmark of all answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module

from benchmarks.lines.labelled import Measured
from benchmarks.naming.films import of_film, skeletons
from benchmarks.naming.learn import learn
from formcheck.reps.naming import Naming, naming


def naming_without(seen: Sequence[Measured]) -> Callable[[str], AbstractContextManager[None]]:
    """The questions of ``naming.toml``, learned from these films and skeletons but one source's."""
    sets = [one for one in map(of_film, seen) if one is not None] + skeletons()
    # Not "from formcheck.reps import ...": the package has a function of the same name.
    user = import_module("formcheck.reps.recognise")
    shipped = naming()

    @contextmanager
    def without(source: str) -> Iterator[None]:
        questions = learn([one for one in sets if one.source != source])
        learned = Naming(shipped.recipe, questions, shipped.sharpness)
        user.naming = lambda: learned  # type: ignore[attr-defined]
        try:
            yield
        finally:
            user.naming = naming  # type: ignore[attr-defined]

    return without
