"""``formcheck compare``: two sets of one lift, what changed beyond its uncertainty."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formcheck.commands.outlets import print_json
from formcheck.commands.terminal import progress_on, terminal
from formcheck.cues.side_to_side import Comparison as Sides
from formcheck.cues.side_to_side import side_to_side
from formcheck.errors import BadRequest
from formcheck.reconsider import Kept, find_film
from formcheck.report.compare.form import to_dict
from formcheck.report.compare.sets import compare_sets
from formcheck.report.compare.table import print_comparison
from formcheck.report.compare.write import (
    COMPARE_HTML,
    COMPARE_MP4,
    need_own_folder,
    write_comparison,
)
from formcheck.report.record import plain, printable
from formcheck.report.wording import WORDS
from formcheck.report.write import ANALYSIS_JSON, ANNOTATED_MP4, CLIP_MP4, POSES_NPZ
from formcheck.reps import known_lift
from formcheck.seal import need_room
from formcheck.two_sets import Both, Side, two_sets

if TYPE_CHECKING:
    from formcheck.report.compare.film import Part


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--lift", metavar="NAME", help="What both are, where one was misread.")
@click.option(
    "--limits",
    type=click.Path(path_type=Path),
    help="Your own limits file, or standard. [default: those the sets were judged by]",
)
@click.option(
    "--set",
    "sets",
    type=click.IntRange(min=1),
    multiple=True,
    help="Of a source with several sets, compare this one; twice for A and for B.",
)
@click.option(
    "--names", nargs=2, metavar="A B", help='What to call them: --names "last week" today.'
)
@click.option(
    "--sides", is_flag=True, help="Of a one-sided lift: A is the left leg's set, B the right one's."
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for compare.html and films.")
@click.option("--video", is_flag=True, help="Write compare.mp4: both in step, side by side.")
@click.option("--clip", is_flag=True, help="Write clip.mp4: the pair that shows it, to send.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@click.option("--quiet", is_flag=True, help="No progress.")
def compare(
    a: Path,
    b: Path,
    lift: str | None,
    limits: Path | None,
    sets: tuple[int, ...],
    names: tuple[str, str] | None,
    sides: bool,
    out: Path | None,
    video: bool,
    clip: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Compare two sets of one lift: A and B, before and after, client and model.

    Each is a folder of results, its analysis.json, saved poses, or a film, which is
    analysed then. Both are judged by the same limits. A change is told where it is more
    than twice its own uncertainty; where it can't be told, why.
    """
    if (video or clip) and out is None:
        raise BadRequest(f"{'--video' if video else '--clip'}: say where it goes, with --out DIR.")
    lift = None if lift is None else known_lift(lift)
    errors = terminal(stderr=True)
    if out is not None:
        need_own_folder(out)
        need_room(out, [COMPARE_HTML, *([COMPARE_MP4] * video), *([CLIP_MP4] * clip)])
    with progress_on(errors, quiet=quiet) as bar:
        both = two_sets((a, b), lift, limits, sets, bar.watching)
        said = (both.a.said, both.b.said)
        by_side = side_to_side(*said, both.limits) if sides else None
        usual = ("left", "right") if sides else both.names
        found = compare_sets(*said, names or usual, both.notes)
        written: tuple[Path, ...] = ()
        if out is not None:
            parts = _parts(both, found.names) if video or clip else None
            written = write_comparison(
                found, said, out, parts, video=video, clip=clip, progress=bar.drawing
            )
    if as_json:
        told = to_dict(found, *said)
        print_json(told | ({} if by_side is None else {"sides": _as_dict(by_side)}))
    else:
        console = terminal()
        print_comparison(found, console)
        if by_side is not None:
            finding = by_side.finding
            console.print(f"\n{WORDS[finding.verdict]}: {finding.reason}", soft_wrap=True)
            if finding.advice:
                console.print(finding.advice, soft_wrap=True)
    for path in written:
        if path.suffix in {".html", ".mp4"}:
            errors.print(f"Results: {printable(str(path))}", soft_wrap=True)


def _parts(both: Both, names: tuple[str, str]) -> tuple[Part, Part]:
    """Both sets with their films.

    Raises
    ------
    BadRequest
        One has no poses, or its film isn't found.
    """
    return _part(both.a, "A", names[0]), _part(both.b, "B", names[1])


def _part(side: Side, letter: str, name: str) -> Part:
    from formcheck.report.compare.film import Part  # noqa: PLC0415 - tables do without drawing
    from formcheck.report.reel import annotated_of, film_of  # noqa: PLC0415

    if side.analysis is None:
        raise BadRequest(
            f"{letter}: {POSES_NPZ} is missing, and what is drawn of it is in there. Put it back "
            f"beside {ANALYSIS_JSON}, or leave out --video and --clip."
        )
    film = side.film or (None if side.kept is None else _kept_film(side.kept))
    if film is not None:
        return Part(side.analysis, film_of(film, side.analysis), name)
    drawn = None if side.kept is None else side.kept.folder / ANNOTATED_MP4
    if drawn is not None and drawn.is_file():
        return Part(side.analysis, annotated_of(drawn, side.analysis), name)
    raise BadRequest(
        f"{letter}: the film {printable(side.said['source']['file'])} isn't beside the analysis, "
        "above it or here. Put it there, or name the film itself in place of its results."
    )


def _kept_film(kept: Kept) -> Path | None:
    from formcheck.commands.why import taken_by_batch  # noqa: PLC0415

    return find_film(kept, *taken_by_batch(kept.folder))


def _as_dict(by_side: Sides) -> dict[str, Any]:
    rows = [dataclasses.asdict(row) for row in by_side.rows]
    return {"finding": plain(dataclasses.asdict(by_side.finding)), "rows": plain(rows)}
