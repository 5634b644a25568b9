"""``formcheck live``: feedback while the set is lifted."""

from __future__ import annotations

import errno
import signal
import sys
from pathlib import Path

import click

from formcheck.commands.engine import engine_option
from formcheck.commands.outlets import nobody_reads, print_json
from formcheck.commands.plate import plate_option
from formcheck.commands.safety_notice import show_once
from formcheck.commands.terminal import progress_on, terminal
from formcheck.cues import load_limits
from formcheck.errors import BadRequest
from formcheck.live.camera import Camera
from formcheck.live.events import LiveEvent
from formcheck.live.recording import Recording
from formcheck.live.session import Session
from formcheck.live.sources import find_cameras
from formcheck.live.voice import Silent, Voice
from formcheck.live.window import Window
from formcheck.pipeline import Request
from formcheck.poses.engines import engine_name, open_engine
from formcheck.poses.model import ensure_model
from formcheck.reps.lifts import LIFTS

THREADS = 2
"""Of LiteRT, while somebody waits for the answer: on two idle cores the landmark network with
its mask takes 7.6 ms in place of 14.4, for a twentieth more work."""


@click.command()
@click.option(
    "--camera",
    metavar="N|URL|FILE",
    help="A camera's number, a stream, or a film at its own pace. [default: the only camera, or 0]",
)
@click.option("--list", "list_cameras", is_flag=True, help="List the cameras of this machine.")
@click.option(
    "--lift",
    default="auto",
    metavar="NAME",
    show_default=True,
    help=f"The lift: auto, {', '.join(LIFTS)}.",
)
@click.option("--mirror", is_flag=True, help="Show the picture as a mirror does (key: m).")
@click.option("--full-screen", is_flag=True, help="Fill the screen, to read from afar (key: f).")
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the film and each set's analysis there. Nothing is kept without it.",
)
@click.option("--no-window", is_flag=True, help="Print one JSON line for each event instead.")
@click.option("--voice", is_flag=True, help="Speak the cues, with a tone for a good rep.")
@click.option("--limits", type=click.Path(path_type=Path), help="Your own limits file.")
@click.option("--tempo", metavar="3-1-3", help="The tempo you want to keep.")
@plate_option
@engine_option
def live(
    camera: str | None,
    list_cameras: bool,
    lift: str,
    mirror: bool,
    full_screen: bool,
    record: Path | None,
    no_window: bool,
    voice: bool,
    limits: Path | None,
    tempo: str | None,
    plate_m: float | None,
    engine: str,
) -> None:
    """Judge a set while you lift it, from a webcam.

    Put the phone three metres to your side, level with your hips; with a bar on your
    shoulders, one metre further ahead. A webcam goes there too. Counting starts with
    the first repetition and the set ends when you rest.
    Keys: q quits, m mirrors, f fills the screen, Esc leaves it, space ends the set.
    """
    if list_cameras:
        _print_cameras()
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does
    if not no_window:
        show_once(terminal(stderr=True))
    request = Request(lift=lift, limits=limits, tempo=tempo, plate_m=plate_m)
    table = load_limits(limits)
    engine_name(engine)  # before a window opens for one that isn't there
    speaker = Voice() if voice else Silent()
    where = camera if camera is not None else _usual_camera()
    recording = Recording(record) if record is not None else None
    window = None if no_window else Window(full_screen=full_screen)
    tell = _print_event if no_window else _print_kept
    with progress_on(terminal(stderr=True)) as bar:
        network = ensure_model(progress=bar.fetching)
    with (
        open_engine(engine, network, threads=THREADS) as following,
        speaker,
        recording if recording is not None else Silent(),
        Camera(where, listener=recording.add if recording is not None else None) as pictures,
        window if window is not None else Silent(),
    ):
        session = Session(
            pictures, following, request, table, tell, voice=speaker, recording=recording
        )
        session.run(window, mirror=mirror)


def _usual_camera() -> str:
    """The camera to take when none was named."""
    found = find_cameras()
    if not found:
        raise BadRequest(
            "no camera was found. Plug one in, or give --camera a number, URL or film."
        )
    (number, name), *others = found
    if others:
        listed = ", ".join(f"{one} ({called})" for one, called in others)
        click.echo(f"Camera {number} ({name}). Choose another with --camera: {listed}.", err=True)
    return str(number)


def _print_cameras() -> None:
    found = find_cameras()
    for number, name in found:
        click.echo(f"{number}  {name}")
    if not found:
        click.echo("No camera was found.", err=True)


def _print_event(event: LiveEvent) -> None:
    print_json(event.to_dict(), indent=None)
    if nobody_reads(sys.stdout):  # nobody would ever end the session
        raise BrokenPipeError(errno.EPIPE, "")


def _print_kept(event: LiveEvent) -> None:
    """With a window only what outlives it is printed."""
    console = terminal()
    if event.kind == "set_end":
        console.print(event.fields["headline"], soft_wrap=True)
    elif event.kind == "recorded":
        console.print(f"Kept in {event.fields['folder']}", soft_wrap=True)
        console.print(f"The whole report: {event.fields['report']}", soft_wrap=True)
