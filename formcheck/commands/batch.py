"""``formcheck batch``: a coach's folder of uploads goes in, pages and a history come out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from formcheck.batch.entry import Entry
from formcheck.batch.events import BatchEvent, TellEvent
from formcheck.batch.job import Options
from formcheck.batch.keep import alone
from formcheck.batch.own_limits import (
    STANDARD,
    OwnLimits,
    given_limits,
    keep_limits,
    kept_limits,
)
from formcheck.batch.run import Place, Run
from formcheck.batch.sources import Found, find_uploads
from formcheck.batch.watch import new_uploads
from formcheck.commands.batch_screen import Screen
from formcheck.commands.engine import engine_option, sampling_option
from formcheck.commands.outlets import Ended, nobody_reads
from formcheck.commands.plate import plate_option
from formcheck.commands.terminal import terminal
from formcheck.errors import BadRequest
from formcheck.files import output_error
from formcheck.history.names import printable
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.poses.sampling import sampling_of
from formcheck.reps.lifts import known_lift
from formcheck.signals.bar import need_plate


@click.command()
@click.argument(
    "sources", metavar="SOURCE...", nargs=-1, type=click.Path(path_type=Path), required=False
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for pages, results and history; the same each time.",
)
@click.option(
    "--database",
    metavar="URL",
    help=f"The history, such as postgresql+psycopg://….  [default: {DATABASE} in --out]",
)
@click.option(
    "--limits",
    type=click.Path(path_type=Path),
    help=f"Your own limits file; --out keeps it for later runs. '{STANDARD}' for ours again.",
)
@click.option(
    "--lift",
    default="auto",
    metavar="NAME",
    show_default=True,
    help="The lift of sets whose row names none.",
)
@plate_option
@engine_option
@sampling_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Sets at once.  [default: one for each core, as far as memory goes]",
)
@click.option(
    "--rescore", is_flag=True, help="Judge every set again from its saved poses; no film is read."
)
@click.option("--scheduler", metavar="URL", help="Do the work on a dask cluster: tcp://host:8786.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line for each event.")
@click.option("--watch", is_flag=True, help="Go on looking for new uploads until Ctrl-C.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=1),
    default=Options.timeout_s,
    show_default=True,
    help="Seconds that one set may take.",
)
@click.option(
    "--memory",
    "memory_mb",
    type=click.IntRange(min=500),
    default=Options.memory_mb,
    show_default=True,
    help="Megabytes that one set may take.",
)
@click.option("--video", is_flag=True, help="Write annotated.mp4 too; takes a third longer.")
@click.option("--no-html", is_flag=True, help="Don't write each set's report.html.")
@click.option("--no-cache", is_flag=True, help="Watch films, also where their poses are kept.")
@click.option("--blur-faces", is_flag=True, help="Blur faces in every picture that is kept.")
def batch(
    sources: tuple[Path, ...],
    out: Path,
    database: str | None,
    limits: Path | None,
    lift: str,
    plate_m: float | None,
    engine: str,
    sampling: str,
    workers: int | None,
    rescore: bool,
    scheduler: str | None,
    as_json: bool,
    watch: bool,
    timeout_s: float,
    memory_mb: int,
    video: bool,
    no_html: bool,
    no_cache: bool,
    blur_faces: bool,
) -> None:
    """Judge all your clients' uploads, and do no work twice.

    SOURCE is a folder (each sub-folder is a client), a list (CSV or Excel, with the
    columns client, file, lift, load_kg, target_reps, tempo, date, notes, side; only file
    is needed), or films. A day or a load in a film's name counts where no list says
    another. Open index.html in --out afterwards.

    Exit codes: 0 all analysed, 3 some failed or rows of a list weren't understood (they
    are named), 2 nothing to do.
    """
    _need_sense(sources, lift, rescore=rescore, watch=watch)
    need_plate(plate_m)
    sampling_of(sampling)
    given = None if limits is None else given_limits(limits)
    options = Options(
        lift=lift,
        engine=engine,
        sampling=sampling,
        plate_m=plate_m,
        html=not no_html,
        video=video,
        blur_faces=blur_faces,
        cached=not no_cache,
        timeout_s=timeout_s,
        memory_mb=memory_mb,
    )
    found = Found(()) if rescore or watch else _uploads(sources, out)
    with ExitStack() as stack:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise output_error(out, problem) from problem
        stack.enter_context(alone(out))
        store = stack.enter_context(
            open_store(database or sqlite_url(out / DATABASE), checked=True)
        )
        tell = stack.enter_context(_telling(as_json=as_json))
        own = _limits_of(out, store, given, tell)
        run = Run(Place(out, store, workers, scheduler), own.put_into(options), tell)
        run.recover()
        if rescore:
            if not run.rescore():
                raise BadRequest(f"{out}: no set with saved poses there. Leave out --rescore.")
        elif watch:
            _watch(run, sources, out, tell)
        else:
            run.note(found)
            run.judge(found.entries)
        run.end()
    raise SystemExit(run.exit_code)


def _limits_of(out: Path, store: Store, given: OwnLimits | None, tell: TellEvent) -> OwnLimits:
    """The limits of this run: those given, which the folder keeps, else those it has kept."""
    if given is not None:
        keep_limits(out, given)
        return given
    own = kept_limits(out, store.sets())
    if own.name:
        say = f"Judged by the limits that {out} keeps, {own.name}. Ours: --limits {STANDARD}"
        tell(BatchEvent("note", {"say": say}))
    return own


def _need_sense(sources: tuple[Path, ...], lift: str, *, rescore: bool, watch: bool) -> None:
    if lift != "auto":
        known_lift(lift)
    if rescore and watch:
        raise BadRequest("--rescore and --watch: one at a time, please.")
    if not sources and not rescore:
        raise BadRequest("name a SOURCE: a folder of uploads, a manifest, or films.")


def _uploads(sources: tuple[Path, ...], out: Path) -> Found:
    found = find_uploads(sources, but=out)
    if not found.entries:
        places = ", ".join(printable(str(source)) for source in sources)
        others = f" ({len(found.left_out)} other files)" if found.left_out else ""
        raise BadRequest(f"{places}: nothing to do, there is no video in it{others}.")
    return found


def _watch(run: Run, sources: tuple[Path, ...], out: Path, tell: TellEvent) -> None:
    def look() -> Sequence[Entry]:
        found = find_uploads(sources, but=out)
        run.note(found)
        return found.entries

    try:
        for entries in new_uploads(look):
            if entries:
                run.judge(entries)
            tell(BatchEvent("waiting"))
            if nobody_reads(sys.stdout):  # nobody would ever end it
                return
    except Ended:
        run.end()
        raise
    except KeyboardInterrupt:  # the way to end it
        return


@contextmanager
def _telling(*, as_json: bool) -> Iterator[TellEvent]:
    """Events as JSON lines on stdout, or a screen with the time left on stderr."""
    if as_json:
        yield _print_json
        return
    with Screen(terminal(stderr=True), terminal()) as screen:
        yield screen.tell


def _print_json(event: BatchEvent) -> None:
    click.echo(json.dumps(event.to_dict(), ensure_ascii=True, allow_nan=False))
