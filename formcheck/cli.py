"""The command line: a thin caller of the library.

Results go to stdout, everything else to stderr. Exit codes: see ``errors.py``.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
from formcheck.cues.limits import ANY_LIFT, load_limits
from formcheck.errors import BadRequest, FormcheckError
from formcheck.pipeline import POSE_FILES, Analysis, Request
from formcheck.pipeline import analyze as run_analysis
from formcheck.poses import model as models_stage
from formcheck.poses.saved import save_poses
from formcheck.report import record
from formcheck.report.terminal import print_table
from formcheck.report.write import write_results
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
            click.echo(f"formcheck: {record.printable(str(problem))}", err=True)
            ctx.exit(problem.exit_code)
        except KeyboardInterrupt:
            click.echo("formcheck: interrupted; nothing was left half written.", err=True)
            ctx.exit(INTERRUPTED)


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
) -> None:
    """Judge a recorded set: a video, or poses saved from one (.npz, .trc)."""
    errors = Console(stderr=True)
    span = Span(start_s, end_s)
    turn = None if rotate_deg is None else int(rotate_deg)
    request = Request(lift, limits, span, turn, lifter, model)
    film = None if source.suffix.lower() in POSE_FILES else source
    with _progress(errors) as bar:
        analysis = run_analysis(source, request, progress=bar.watching, fetching=bar.fetching)
        if out is None and not as_json:
            out = Path(f"{source.stem}-formcheck")
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
                progress=bar.drawing,
                also=lambda stage: save_poses(analysis.track, stage / "poses.npz"),
            )
    _show(analysis, written, errors, as_json=as_json)


def _show(analysis: Analysis, written: tuple[Path, ...], errors: Console, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(analysis.to_dict(), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        print_table(analysis, Console())
    for caution in analysis.cautions:
        errors.print(f"! {caution.message} {caution.how_to_fix}".rstrip(), style="yellow")
    if written:
        best = next((path for path in written if path.suffix == ".html"), written[0])
        errors.print(f"Results: {best}", soft_wrap=True, highlight=False)


@main.command()
@click.argument("cue", required=False, metavar="[ID]")
@click.option("--limits", type=click.Path(path_type=Path), help="Show them with your own limits.")
def cues(cue: str | None, limits: Path | None) -> None:
    """List the cues, or explain one with its numbers and sources."""
    table = load_limits(limits)
    console = Console()
    if cue is None:
        listing = Table(box=None, pad_edge=False)
        for column in ("cue", "what is asked"):
            listing.add_column(column)
        for one in cue_stage.CUES:
            listing.add_row(one, words.texts()[one]["question"])
        console.print(listing)
        console.print("\nExplain one with: formcheck cues ID")
        return
    if cue not in cue_stage.CUES:
        raise BadRequest(f"no cue {cue!r}. Known: {', '.join(cue_stage.CUES)}.")
    about = words.info(cue, ANY_LIFT, table)
    console.print(f"[bold]{about.title}[/bold]  ({cue})\n{about.question}\n")
    console.print(f"Measured: {about.quantity}.")
    for (name, lift), limit in table.table.items():
        if name == cue:
            most = "" if limit.most == "fault" else "  (never more than watch)"
            console.print(
                f"{'every lift' if lift == ANY_LIFT else lift}: watch past {limit.watch:g}, "
                f"fault past {limit.fault:g} {limit.unit}{most}\n  Source: {limit.source}."
            )
    lifts = ", ".join(sorted(cue_stage.CUES[cue].lifts))
    console.print(f"\nLifts: {lifts}.\nViews: {', '.join(sorted(cue_stage.CUES[cue].views))}.")
    console.print(f"Articles: {', '.join(about.articles)}.")


@main.command()
def schema() -> None:
    """Print the JSON Schema of analysis.json."""
    click.echo(json.dumps(record.schema(), indent=1, ensure_ascii=False))


@main.command()
def doctor() -> None:
    """Find what is missing on this machine, and what mends it."""
    console = Console()
    checks = doctors.examine()
    for check in checks:
        console.print(f"{'ok  ' if check.ok else 'MISSING'}  {check.name}: {check.found}")
        if not check.ok and check.mend:
            console.print(f"         mend it with: {check.mend}", soft_wrap=True, highlight=False)
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
    with _progress(Console(stderr=True)) as bar:
        path = models_stage.fetch(name, bar.fetching)
    click.echo(path)


@models.command("verify")
@click.argument("name", default=models_stage.DEFAULT_MODEL)
def verify_model(name: str) -> None:
    """Check that a model on this machine is undamaged."""
    click.echo(f"{models_stage.verify(name)}: undamaged")


class _Bar:
    """One progress line that changes its task as the work goes on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("Starting", total=None)

    def start(self, what: str, total: float | None) -> None:
        known = total if total is not None and math.isfinite(total) and total > 0 else None
        self._progress.reset(self._task, total=known, description=what)

    def watching(self, done_s: float, total_s: float) -> None:
        if self._progress.tasks[0].description != "Watching":
            self.start("Watching", total_s)
        self._progress.update(self._task, completed=done_s)

    def drawing(self, done_s: float) -> None:
        self._progress.update(self._task, completed=done_s)

    def fetching(self, what: str, share: float | None) -> None:
        total = None if share is None else 1.0
        self._progress.update(self._task, description=what, completed=share or 0.0, total=total)


@contextmanager
def _progress(console: Console) -> Iterator[_Bar]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress)


if __name__ == "__main__":
    sys.exit(main())
