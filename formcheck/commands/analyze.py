"""``formcheck analyze``: a recorded set goes in, its results come out."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from formcheck.commands.engine import engine_option, sampling_option
from formcheck.commands.outlets import print_json
from formcheck.commands.plate import plate_option
from formcheck.commands.safety_notice import show_once
from formcheck.commands.terminal import Bar, progress_on, terminal
from formcheck.errors import BadRequest
from formcheck.files import output_error
from formcheck.pipeline import POSE_FILES, Request, analyze_sets
from formcheck.poses.saved import save_poses
from formcheck.report import record
from formcheck.report.record import Analysis
from formcheck.report.terminal import print_table
from formcheck.report.write import (
    ANNOTATED_MP4,
    CLIP_MP4,
    POSES_NPZ,
    remove_others,
    result_names,
    set_folder,
    write_results,
)
from formcheck.reps.lifts import LIFTS
from formcheck.seal import need_room
from formcheck.several import longest
from formcheck.timings import forget, stage, told
from formcheck.video.span import Span

LIFT_NAMES = ["auto", *LIFTS]


@click.command()
@click.argument("source", metavar="VIDEO|POSES", type=click.Path(path_type=Path))
@click.option(
    "--lift",
    default="auto",
    metavar="NAME",
    show_default=True,
    help=f"The lift: {', '.join(LIFT_NAMES)}.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results. [default: the video's name with -formcheck]",
)
@click.option(
    "--limits", type=click.Path(path_type=Path), help="Your own limits file (see: formcheck cues)."
)
@click.option("--no-video", is_flag=True, help="Don't write annotated.mp4.")
@click.option(
    "--clip", is_flag=True, help="Write clip.mp4: the rep that matters, ten seconds to send."
)
@click.option("--no-html", is_flag=True, help="Don't write report.html.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the analysis; write files only with --out."
)
@click.option("--start", "start_s", type=float, default=0.0, help="Begin at this second.")
@click.option("--end", "end_s", type=float, help="Stop at this second.")
@click.option(
    "--rotate",
    "rotate_deg",
    type=click.Choice(["0", "90", "180", "270"]),
    help="Turn the picture clockwise, whatever the file says.",
)
@click.option(
    "--slow-motion",
    type=float,
    metavar="4",
    help="The film plays so many times slower than life (0.5: twice as fast), whatever it says.",
)
@plate_option
@engine_option
@sampling_option
@click.option("--lifter", type=click.IntRange(min=1), help="Judge this person, from the left.")
@click.option(
    "--set",
    "set_number",
    type=click.IntRange(min=1),
    help="Of several sets in the film, judge this one. [default: each by itself]",
)
@click.option(
    "--tempo",
    metavar="3-1-3",
    help="The tempo you were to keep: seconds of lowering, pause at the bottom, lifting.",
)
@click.option("--no-cache", is_flag=True, help="Watch the film, also where its poses are kept.")
@click.option("--timings", is_flag=True, help="Say where the time went, when all is done.")
@click.option(
    "--quiet", is_flag=True, help="No progress, no first-run note (or set FORMCHECK_QUIET)."
)
def analyze(
    source: Path,
    lift: str,
    out: Path | None,
    limits: Path | None,
    no_video: bool,
    clip: bool,
    no_html: bool,
    as_json: bool,
    start_s: float,
    end_s: float | None,
    rotate_deg: str | None,
    slow_motion: float | None,
    plate_m: float | None,
    engine: str,
    sampling: str,
    lifter: int | None,
    set_number: int | None,
    tempo: str | None,
    no_cache: bool,
    timings: bool,
    quiet: bool,
) -> None:
    """Judge a recorded set: a video, or poses saved from one (.npz, .trc).

    Several sets in one film are found by scene, rest and lift; each is judged by itself,
    into a folder of its own (set-1, set-2 ...). --json prints one: that of --set, else the
    one of most repetitions, with a warning that names the others.
    """
    errors = terminal(stderr=True)
    if not (as_json or quiet):
        show_once(errors)
    turn = None if rotate_deg is None else int(rotate_deg)
    request = Request(
        lift,
        limits,
        Span(start_s, end_s),
        turn,
        lifter,
        engine=engine,
        sampling=sampling,
        tempo=tempo,
        slow_motion=slow_motion,
        set_number=set_number,
        plate_m=plate_m,
        cached=not no_cache,
    )
    film = None if source.suffix.lower() in POSE_FILES else source
    if clip and (film is None or (out is None and as_json)):
        raise BadRequest(
            "--clip: a clip is cut from a film into a folder: name the film, with --json --out too."
        )
    if out is None and not as_json:
        out = Path(f"{source.stem}-formcheck")
    if out is not None:
        _need_place(out, source)
        names = result_names(film=film is not None, video=not no_video, html=not no_html)
        need_room(out, [*names, *([CLIP_MP4] * clip)])
    forget()
    with progress_on(errors, quiet=quiet) as bar:
        judged = analyze_sets(
            source,
            request,
            progress=bar.watching,
            fetching=bar.fetching if errors.is_terminal and not quiet else None,
        )
        written: list[Path] = []
        if out is not None:
            for analysis in judged:
                folder = set_folder(out, analysis.part)
                written += _write(
                    analysis,
                    folder,
                    film,
                    request,
                    bar,
                    video=not no_video,
                    clip=clip,
                    html=not no_html,
                )
            if len(judged) == judged[0].part.of:
                remove_others(out, len(judged), source)
    _show(judged, written, errors, as_json=as_json)
    if timings:
        film_s = sum(one.part.end_s - one.part.start_s for one in judged)
        errors.print("\n".join(told(film_s)), highlight=False)


@stage("draw and write")
def _write(
    analysis: Analysis,
    folder: Path,
    film: Path | None,
    request: Request,
    bar: Bar,
    *,
    video: bool,
    clip: bool,
    html: bool,
) -> tuple[Path, ...]:
    part = analysis.part
    bar.start("Drawing", part.end_s - part.start_s)

    def also(stage: Path) -> None:
        save_poses(analysis.track, stage / POSES_NPZ)
        if clip and film is not None:
            _write_clip(analysis, film, stage / CLIP_MP4, bar)

    return write_results(
        analysis,
        folder,
        film,
        video=video,
        html=html,
        span=request.span,
        rotate_deg=request.rotate_deg,
        progress=lambda at_s: bar.done(at_s - part.start_s),
        also=also,
    )


def _write_clip(analysis: Analysis, film: Path, path: Path, bar: Bar) -> None:
    from formcheck.report.clip import write_clip  # noqa: PLC0415 - data do without drawing
    from formcheck.report.reel import film_of  # noqa: PLC0415

    bar.start("Cutting the clip", 1.0)
    write_clip(analysis, film_of(film, analysis), path, bar.done)


def _need_place(out: Path, source: Path) -> None:
    """Tell before the long work, not after it, that results can't be written there.

    Raises
    ------
    OutputError
        A file is in the way, or the folder isn't ours to write in.
    BadRequest
        The annotated video would take the place of the film itself.
    """
    near = out
    try:
        while not near.exists() and near != near.parent:
            near = near.parent
        if not near.is_dir():
            raise output_error(out, OSError(errno.ENOTDIR, ""))
        if not os.access(near, os.W_OK | os.X_OK):
            raise output_error(out, OSError(errno.EACCES, ""))
        taken = out / ANNOTATED_MP4
        if source.exists() and taken.exists() and taken.samefile(source):
            raise BadRequest(
                f"{source}: the annotated video would be written over this film. "
                "Choose another folder with --out."
            )
    except OSError as problem:
        raise output_error(out, problem) from problem


def _show(
    judged: Sequence[Analysis], written: Sequence[Path], errors: Console, *, as_json: bool
) -> None:
    if as_json:
        shown = longest(judged)
        print_json(shown.to_dict())
        for caution in shown.cautions:
            errors.print(f"! {caution.message} {caution.how_to_fix}".rstrip(), style="yellow")
    else:
        for analysis in judged:
            print_table(analysis, terminal())
    reports = [path for path in written if path.suffix == ".html"]
    clips = [path for path in written if path.name == CLIP_MP4]
    for path in [*(reports or written[:1]), *clips]:
        errors.print(f"Results: {record.printable(str(path))}", soft_wrap=True)
