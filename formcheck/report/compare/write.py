"""A comparison into one folder, together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from formcheck.errors import OutputError
from formcheck.files import SEAL, is_hidden
from formcheck.report.compare.sets import Comparison
from formcheck.report.write import CLIP_MP4
from formcheck.seal import read_seal, results_stage

if TYPE_CHECKING:
    from formcheck.report.compare.film import Part

COMPARE_HTML = "compare.html"
COMPARE_MP4 = "compare.mp4"
OURS = (COMPARE_HTML, COMPARE_MP4, CLIP_MP4)


def need_own_folder(out: Path) -> None:
    """The folder holds no results of an analysis: a comparison would take their place.

    Raises
    ------
    OutputError
        It does.
    """
    sealed = read_seal(out)
    if sealed is not None and {*sealed.files} - {*OURS}:
        raise OutputError(
            f"{out}: the results of an analysis are in it, and a comparison is kept apart from "
            "them. Choose another folder with --out."
        )


def write_comparison(
    found: Comparison,
    said: tuple[Mapping[str, Any], Mapping[str, Any]],
    out: Path,
    parts: tuple[Part, Part] | None = None,
    *,
    video: bool = False,
    clip: bool = False,
    progress: Callable[[float, float], None] | None = None,
) -> tuple[Path, ...]:
    """Write the page, and the films that are asked for.

    Parameters
    ----------
    found
        What to show.
    said
        Both sets as ``analysis.json`` has them.
    out
        The folder; made if missing. An earlier comparison in it is replaced.
    parts
        Both sets with their films; needed for films.
    video, clip
        Whether to write ``compare.mp4`` and ``clip.mp4``.
    progress
        Called with the seconds of a film drawn and those there are.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    OutputError
        The folder can't be written. What was there stays.
    """
    from formcheck.report.compare.page import write_page  # noqa: PLC0415 - tables do without

    need_own_folder(out)
    with results_stage(out) as stage:
        film = stage / COMPARE_MP4 if video and parts is not None else None
        if parts is not None:
            from formcheck.report.compare.film import draw_film  # noqa: PLC0415

            if film is not None:
                draw_film(parts, found, film, progress)
            if clip:
                draw_film(parts, found, stage / CLIP_MP4, progress, only_main=True)
        write_page(found, said, stage / COMPARE_HTML, film)
        names = sorted(path.name for path in stage.iterdir())
    names += [] if is_hidden(out) else [SEAL]
    return tuple(out / name for name in sorted(names))
