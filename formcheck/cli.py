"""The command line: a thin caller of the library.

Results go to stdout, everything else to stderr. Exit codes: see ``errors.py``.
"""

from __future__ import annotations

import errno
import json
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from formcheck import cues as cue_stage
from formcheck import doctor as doctors
from formcheck.cues import words
from formcheck.cues.limits import ANY_LIFT, Limit, Limits, load_limits
from formcheck.errors import BadRequest, FormcheckError, OutputError
from formcheck.files import output_error
from formcheck.pipeline import POSE_FILES, Analysis, Request
from formcheck.pipeline import analyze as run_analysis
from formcheck.poses import model as models_stage
from formcheck.poses.saved import save_poses
from formcheck.report import record
from formcheck.report.terminal import print_table
from formcheck.report.write import ANNOTATED_MP4, write_results
from formcheck.reps.lifts import LIFTS
from formcheck.video import Span

INTERRUPTED = 130
LIFT_NAMES = ["auto", *LIFTS]


class _Group(click.Group):
    """Turns a problem the user can mend into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FormcheckError as problem:
            _complain(str(problem))
            ctx.exit(problem.exit_code)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as problem:
            command = problem.ctx.command_path if problem.ctx else "formcheck"
            _complain(f"{problem.format_message()} See: {command} --help")
            ctx.exit(BadRequest.exit_code)
        except OSError as problem:
            if problem.errno == errno.EPIPE:  # whoever read our output has gone
                raise
            where = f"{problem.filename}: " if problem.filename else ""
            _complain(f"{where}{problem.strerror or problem}.")
            ctx.exit(OutputError.exit_code)
        except KeyboardInterrupt:
            _complain("interrupted; nothing was left half written.")
            ctx.exit(INTERRUPTED)


def _complain(message: str) -> None:
    """Say it on one line, whatever signs a file's name may hold."""
    plain = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in message
    )
    click.echo(f"formcheck: {plain}", err=True)


def _console(*, stderr: bool = False) -> Console:
    """A terminal that prints names and words as they are: no markup, no emoji codes."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(record.version(), prog_name="formcheck")
def main() -> None:
    """Watch a person lift and tell them, rep by rep, how the lift went.

    Nothing leaves this machine. General education, not medical advice.

    \b
    Exit codes: 0 done, 2 usage, 3 the file isn't a usable video, 4 no pose
    model, 5 nothing to judge, 6 results can't be written, 130 interrupted.
    """


@main.command()
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
@click.option("--lifter", type=click.IntRange(min=1), help="Judge this person, from the left.")
@click.option("--model", default="full", show_default=True, help="Pose model: full, lite, heavy.")
@click.option(
    "--tempo",
    metavar="3-1-3",
    help="The tempo you were to keep: seconds of lowering, pause at the bottom, lifting.",
)
def analyze(
    source: Path,
    lift: str,
    out: Path | None,
    limits: Path | None,
    no_video: bool,
    no_html: bool,
    as_json: bool,
    start_s: float,
    end_s: float | None,
    rotate_deg: str | None,
    lifter: int | None,
    model: str,
    tempo: str | None,
) -> None:
    """Judge a recorded set: a video, or poses saved from one (.npz, .trc)."""
    errors = _console(stderr=True)
    span = Span(start_s, end_s)
    turn = None if rotate_deg is None else int(rotate_deg)
    request = Request(lift, limits, span, turn, lifter, model, tempo)
    film = None if source.suffix.lower() in POSE_FILES else source
    if out is None and not as_json:
        out = Path(f"{source.stem}-formcheck")
    if out is not None:
        _need_place(out, source)
    with _progress(errors) as bar:
        analysis = run_analysis(
            source,
            request,
            progress=bar.watching,
            fetching=bar.fetching if errors.is_terminal else None,
        )
        written: tuple[Path, ...] = ()
        if out is not None:
            bar.start("Drawing", analysis.source.duration_s)
            written = write_results(
                analysis,
                out,
                film,
                video=not no_video,
                html=not no_html,
                span=span,
                rotate_deg=turn,
                progress=lambda at_s: bar.done(at_s - start_s),
                also=lambda stage: save_poses(analysis.track, stage / "poses.npz"),
            )
    _show(analysis, written, errors, as_json=as_json)


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


def _show(analysis: Analysis, written: tuple[Path, ...], errors: Console, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(analysis.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
        for caution in analysis.cautions:
            errors.print(f"! {caution.message} {caution.how_to_fix}".rstrip(), style="yellow")
    else:
        print_table(analysis, _console())
    if written:
        best = next((path for path in written if path.suffix == ".html"), written[0])
        errors.print(f"Results: {record.printable(str(best))}", soft_wrap=True)


@main.command()
@click.argument("cue", required=False, metavar="[ID]")
@click.option("--limits", type=click.Path(path_type=Path), help="Show them with your own limits.")
def cues(cue: str | None, limits: Path | None) -> None:
    """List the cues, or explain one with its numbers and sources."""
    table = load_limits(limits)
    console = _console()
    if cue is None:
        listing = Table(box=None, pad_edge=False)
        listing.add_column("Cue")
        listing.add_column("What it asks")
        for one in cue_stage.CUES:
            listing.add_row(one, words.texts()[one]["question"])
        console.print(listing)
        console.print("\nHow one is measured, its limits and their sources: formcheck cues ID")
        return
    if cue not in cue_stage.CUES:
        raise BadRequest(f"no cue {cue!r}. Known: {', '.join(cue_stage.CUES)}.")
    console.print(_explained(cue, table))


def _explained(cue: str, limits: Limits) -> Table:
    """All that is to know about a cue, as a table of two columns."""
    about, known = words.info(cue, ANY_LIFT, limits), cue_stage.CUES[cue]
    table = Table(box=None, pad_edge=False, show_header=False, width=80)
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    table.add_row("Cue", f"{about.title} ({cue})")
    table.add_row("Asks", about.question)
    table.add_row("Measures", f"{about.quantity}.")
    for (name, lift), limit in limits.table.items():
        if name == cue:
            named = (
                ""
                if lift == ANY_LIFT
                else f"For the {LIFTS[lift].title if lift in LIFTS else lift}: "
            )
            table.add_row("Limits" if lift == ANY_LIFT else "", named + _limits_in_words(limit))
            table.add_row("", f"Source: {limit.source}.")
    table.add_row("Lifts", ", ".join(name for name in LIFTS if name in known.lifts))
    table.add_row("Views", ", ".join(sorted(known.views, reverse=True)))
    table.add_row("Articles", ", ".join(about.articles))
    return table


def _limits_in_words(limit: Limit) -> str:
    side = "above" if limit.fault > limit.watch else "below"
    unit = "°" if limit.unit == "deg" else f" {limit.unit}"
    watch, fault = f"{side} {limit.watch:g}{unit}", f"{side} {limit.fault:g}{unit}"
    if limit.most == "watch":
        return f"watch {watch}. Never a fault, as the evidence is weak."
    return f"watch {watch}; fault {fault} by more than its own uncertainty (σ)."


@main.command()
def schema() -> None:
    """Print the JSON Schema of analysis.json."""
    click.echo(json.dumps(record.schema(), indent=1, ensure_ascii=False))


@main.command()
def doctor() -> None:
    """Find what is missing on this machine, and what mends it."""
    console = _console()
    checks = doctors.examine()
    for check in checks:
        console.print(f"{'ok  ' if check.ok else 'MISSING'}  {check.name}: {check.found}")
        if not check.ok and check.mend:
            console.print(f"         mend it with: {check.mend}", soft_wrap=True)
    if not all(check.ok for check in checks):
        raise SystemExit(1)


@main.group()
def models() -> None:
    """List, fetch and verify the pose models."""


@models.command("list")
def list_models() -> None:
    """Show which models there are and which are on this machine."""
    for state in models_stage.list_models():
        here = "here" if state.whole else ("damaged" if state.present else "not here")
        click.echo(f"{state.source.name:6} {here:9} {state.path}")


@models.command("fetch")
@click.argument("name", default=models_stage.DEFAULT_MODEL)
def fetch_model(name: str) -> None:
    """Fetch a model (full, lite or heavy) and check it."""
    errors = _console(stderr=True)
    with _progress(errors) as bar:
        path = models_stage.fetch(name, bar.fetching if errors.is_terminal else None)
    click.echo(path)


@models.command("verify")
@click.argument("name", default=models_stage.DEFAULT_MODEL)
def verify_model(name: str) -> None:
    """Check that a model on this machine is undamaged."""
    click.echo(f"{models_stage.verify(name)}: undamaged")


@main.command()
@click.argument("spec", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The film, an .mp4.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    help="How many processes draw. [default: one for each core]",
)
@click.option("--seed", type=click.IntRange(0, 2**31), help="Instead of the spec's own.")
def synth(spec: Path, out: Path, jobs: int, seed: int | None) -> None:
    """Render a lifter of known angles, with the truth beside the film.

    Needs: pip install 'formcheck[synth]'. A SPEC is a small TOML file;
    sample_videos/specs has some.
    """
    from formcheck.synth import load_spec, render, truth_path  # noqa: PLC0415 - an extra

    wanted = load_spec(spec)
    if seed is not None:
        wanted = replace(wanted, seed=seed)
    if out.suffix.lower() != ".mp4":
        raise BadRequest(f"{out}: the film is an .mp4. Give --out a name that ends so.")
    errors = _console(stderr=True)
    with _progress(errors) as bar:
        bar.start("Preparing the body", None)
        render(wanted, out, jobs=jobs, progress=bar.rendering)
    for path in (out, truth_path(out)):
        click.echo(record.printable(str(path)))


class _Bar:
    """One progress line that changes its task as the work goes on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Starting", total=None)
        self._what = ""

    def start(self, what: str, total: float | None) -> None:
        known = total if total is not None and math.isfinite(total) and total > 0 else None
        self._what = what
        self._progress.reset(self._task, total=known, description=what)

    def done(self, amount: float) -> None:
        self._progress.update(self._task, completed=amount)

    def watching(self, done_s: float, total_s: float) -> None:
        self._advance("Watching", done_s, total_s)

    def rendering(self, frames: int, total: int) -> None:
        self._advance("Rendering", frames, total)

    def _advance(self, what: str, done: float, total: float) -> None:
        if self._what != what:
            self.start(what, total)
        self.done(done)

    def fetching(self, what: str, share: float | None) -> None:
        total = None if share is None else 1.0
        self._progress.update(self._task, description=what, completed=share or 0.0, total=total)


@contextmanager
def _progress(console: Console) -> Iterator[_Bar]:
    """A bar with the time left; on anything but a terminal, nothing."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as progress:
        yield _Bar(progress)


if __name__ == "__main__":
    sys.exit(main())
