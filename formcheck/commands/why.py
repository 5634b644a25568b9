"""``formcheck why``: how one verdict came about, in words and as a picture."""

from __future__ import annotations

from pathlib import Path

import click
import cv2
from rich.table import Table

from formcheck.commands.terminal import terminal
from formcheck.errors import BadRequest, FormcheckError
from formcheck.files import whole
from formcheck.reconsider import THE_SET, Kept, find_film, frame_at, read_kept, reconsider
from formcheck.report import record
from formcheck.report.lettering import Picture
from formcheck.report.placing import without_band
from formcheck.report.why import Why, draw, rows, title
from formcheck.report.write import ANNOTATED_MP4

WIDTH = 100


@click.command()
@click.argument("analysis", type=click.Path(path_type=Path))
@click.argument("rep")
@click.argument("cue")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The picture, a .png. [default: why-REP-CUE.png beside the analysis]",
)
@click.option(
    "--video",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The film, if neither it nor annotated.mp4 is beside the analysis, above it or here.",
)
def why(analysis: Path, rep: str, cue: str, out: Path | None, video: Path | None) -> None:
    """Show how one verdict came about, so that you can disagree with it.

    ANALYSIS is an analysis.json or its folder, with poses.npz beside it; REP is a
    repetition's number or "set"; CUE is the id of a cue. Prints points, arithmetic,
    uncertainty and limits, and draws them on the frame of that moment.
    """
    kept = read_kept(analysis)
    told = reconsider(kept, _number(rep), cue)
    out = out or kept.folder / f"why-{rep}-{cue}.png"
    if out.suffix.lower() != ".png":
        raise BadRequest(f"{out}: the picture is a .png. Give --out a name that ends so.")
    frame, scale = _frame(kept, told, video)
    _write(draw(told, frame, scale), out)
    _print(told)
    errors = terminal(stderr=True)
    if frame is None:
        name = record.printable(kept.said["source"]["file"])
        errors.print(
            f"Neither {name} nor {ANNOTATED_MP4} is beside the analysis, so there is no frame: "
            "show it with --video.",
            soft_wrap=True,
        )
    errors.print(f"Picture: {record.printable(str(out))}", soft_wrap=True)


def _number(rep: str) -> int | None:
    """The repetition's number, None for the set."""
    if rep == THE_SET:
        return None
    if not rep.isdecimal():
        raise BadRequest(f"{rep!r} is no repetition. Give its number, or {THE_SET!r}.")
    return int(rep)


def taken_by_batch(folder: Path) -> tuple[Path, ...]:
    """Where a batch took the film of these results from, if one made them."""
    from formcheck.batch.note import read_finished  # noqa: PLC0415 - most sets aren't a batch's

    finished = read_finished(folder)
    return () if finished is None else (Path(finished[0].source),)


def _frame(kept: Kept, told: Why, video: Path | None) -> tuple[Picture | None, float]:
    """The picture of the moment: of the film, else of the annotated one; with its scale."""
    film = video or find_film(kept, *taken_by_batch(kept.folder))
    if film is not None:
        return frame_at(film, told.shown_s, kept.said["source"]["rotation_deg"])
    drawn = kept.folder / ANNOTATED_MP4
    begins_s = float(told.signals.time_s[0])  # its own clock starts with the first picture
    try:
        frame, _ = frame_at(drawn, max(told.shown_s - begins_s, 0.0), 0)
    except FormcheckError:  # not there, or not whole
        return None, 1.0
    return without_band(frame, told.size), frame.shape[1] / told.size[0]


def _write(picture: Picture, out: Path) -> None:
    _, png = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    with whole(out) as unfinished:
        unfinished.write_bytes(png.tobytes())


def _print(told: Why) -> None:
    console = terminal()
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.width = min(console.width, WIDTH)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for heading, paragraphs in rows(told).items():
        for number, paragraph in enumerate(paragraphs):
            table.add_row("" if number else heading, paragraph)
    console.print(title(told), style="bold")
    console.print(table)
