"""All results of one analysis into one folder, together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from formcheck.data import Part
from formcheck.files import SEAL, is_hidden, output_error
from formcheck.report.record import Analysis, write_csv, write_json
from formcheck.seal import results_stage, take_away
from formcheck.video.span import WHOLE_FILM, Span

if TYPE_CHECKING:
    from formcheck.report.annotate import Touch

ANALYSIS_JSON = "analysis.json"
REPS_CSV = "reps.csv"
REPORT_HTML = "report.html"
ANNOTATED_MP4 = "annotated.mp4"
POSES_NPZ = "poses.npz"  # written by the caller, see ``also`` below
CLIP_MP4 = "clip.mp4"  # likewise, where it is asked for
RESULTS = (ANALYSIS_JSON, REPS_CSV, REPORT_HTML, ANNOTATED_MP4, POSES_NPZ)

SET_FOLDER = "set-"
"""Before the number of a set, in the folder of a film that holds several."""


def result_names(*, film: bool, video: bool, html: bool) -> list[str]:
    """Name the files that ``write_results`` will write, and its caller with ``also``."""
    wanted = {ANNOTATED_MP4: film and video, REPORT_HTML: html}
    return [ANALYSIS_JSON, REPS_CSV, POSES_NPZ, *(name for name, is_on in wanted.items() if is_on)]


def write_results(
    analysis: Analysis,
    out: Path,
    film: Path | None = None,
    *,
    video: bool = True,
    html: bool = True,
    span: Span = WHOLE_FILM,
    rotate_deg: int | None = None,
    progress: Callable[[float], None] | None = None,
    also: Callable[[Path], None] | None = None,
    touch: Touch | None = None,
    pictures: bool = False,
    film_at: str = "",
) -> tuple[Path, ...]:
    """Write data, report and annotated video; the film is read once, if at all.

    Parameters
    ----------
    analysis
        What to write.
    out
        The folder; made if missing. Earlier results in it are replaced, or
        taken away, when the new ones are all whole; other files stay.
    film
        The recording that was analysed; None when only poses were: then there
        is no annotated video, and the report has charts but no pictures.
    video, html
        Whether to write ``annotated.mp4`` and ``report.html``.
    span, rotate_deg
        As they were for the analysis.
    progress
        Called with the time in seconds of each frame drawn.
    also
        Called with the folder where unfinished results lie, to add more files.
    touch
        Changes each picture before anything is drawn on it or kept.
    pictures
        Whether to keep a picture of the best and of the worst repetition, and of the set.
    film_at
        Address of the recording from the report, to play where no video is drawn.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    OutputError
        The folder can't be written, the disk is full, or a file that formcheck
        didn't write is in the way. Earlier results stay.
    """
    if not (html or pictures or (video and film is not None)):
        return _write_data(analysis, out, film, also)
    from formcheck.report import annotate, rep_pictures  # noqa: PLC0415 - data do without
    from formcheck.report.html import write_html  # noqa: PLC0415

    if rotate_deg is None and any(one.code == "turned" for one in analysis.cautions):
        rotate_deg = analysis.source.rotation_deg
    with results_stage(out, keep=_film_in(out, film)) as stage:
        write_json(analysis, stage / ANALYSIS_JSON)
        write_csv(analysis, stage / REPS_CSV)
        drawn = annotate.Drawn()
        annotated = stage / ANNOTATED_MP4 if video and film is not None else None
        stills_at = annotate.wanted_stills(analysis) if html else ()
        stills_at += rep_pictures.picture_times(analysis) if pictures else ()
        if film is not None and (annotated is not None or stills_at):
            drawn = annotate.draw_video(
                analysis,
                film,
                annotated,
                stills_at,
                span=_span_of(analysis, span),
                rotate_deg=rotate_deg,
                progress=progress,
                touch=touch,
            )
        if html:
            write_html(analysis, stage / REPORT_HTML, annotated, drawn, film_at)
        if pictures:
            rep_pictures.write_pictures(analysis, drawn.stills, stage)
        if also is not None:
            also(stage)
        names = [path.name for path in stage.iterdir()]
    return _written(out, names)


def _write_data(
    analysis: Analysis, out: Path, film: Path | None, also: Callable[[Path], None] | None
) -> tuple[Path, ...]:
    """Write what needs no drawing."""
    with results_stage(out, keep=_film_in(out, film)) as stage:
        write_json(analysis, stage / ANALYSIS_JSON)
        write_csv(analysis, stage / REPS_CSV)
        if also is not None:
            also(stage)
        names = [path.name for path in stage.iterdir()]
    return _written(out, names)


def _film_in(out: Path, film: Path | None) -> Collection[str]:
    """The film itself may lie in the folder, an earlier run's: it stays."""
    return {film.name} if film is not None and film.parent.resolve() == out.resolve() else ()


def _written(out: Path, names: list[str]) -> tuple[Path, ...]:
    return tuple(out / name for name in sorted(names + ([] if is_hidden(out) else [SEAL])))


def set_folder(out: Path, part: Part) -> Path:
    """Where a set's results go: the folder itself, or one inside it for each of several."""
    return out if part.of == 1 else out / f"{SET_FOLDER}{part.number}"


def remove_others(out: Path, of: int, keep: Path) -> None:
    """Take away what an earlier run wrote of this film when it found other sets in it.

    Parameters
    ----------
    out
        The film's folder of results.
    of
        How many sets it holds now.
    keep
        The recording: it stays, wherever it is.

    Raises
    ------
    OutputError
        The folder can't be changed.
    """
    now = {str(number) for number in range(1, of + 1)} if of > 1 else set()
    others = [
        one for one in out.glob(f"{SET_FOLDER}*") if one.name.removeprefix(SET_FOLDER) not in now
    ]
    try:
        for folder in [*others, out] if of > 1 else others:
            take_away(folder, RESULTS, keep)
    except OSError as problem:
        raise output_error(out, problem) from problem


def _span_of(analysis: Analysis, span: Span) -> Span:
    """What of the film is drawn: the part that was judged, where it was cut out."""
    if analysis.track.part is None:
        return span
    part, rate_hz = analysis.part, analysis.source.frame_rate_hz
    last_s = 0.5 / rate_hz if rate_hz > 0 else 0.0  # the last picture is part of it
    return Span(max(part.start_s, 0.0), part.end_s + last_s)
