"""``formcheck serve``: the coach's desk in a browser, on this machine."""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from filelock import FileLock, Timeout

from formcheck.commands.outlets import Ended
from formcheck.commands.terminal import terminal
from formcheck.errors import BadRequest
from formcheck.files import output_error
from formcheck.history.store import DATABASE, sqlite_url
from formcheck.report.wording import lift_title

if TYPE_CHECKING:
    from formcheck.serve.desk import Desk
    from formcheck.serve.reach import Reach

PORT = 8765
HOST = "127.0.0.1"
ANY = "0.0.0.0"
LOCK = ".formcheck-serve.lock"

LARGEST_PICTURE = 4 << 20
"""Bytes of a message that a live camera may send."""

IN_YOUR_NETWORK = """\
Phones in the same network reach it there, by https with a certificate that this desk made
for itself. A phone doesn't know it yet and warns once: go on ("Advanced", "Visit website").
To be warned no more, install the desk's authority from {address}/ca,
if the fingerprint there is this one:
{fingerprint}
Others in your network can see that a desk is here, but not what is said to it, and get in
with a coach's password or a client's link alone. Nothing is reachable from the internet."""


@click.command()
@click.option(
    "--data",
    default="formcheck-desk",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for films, results and history; a batch's --out serves as well.",
)
@click.option("--host", help=f"Address to listen on.  [default: {HOST}; with --lan all]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="Port to listen on; 0 takes any that is free.",
)
@click.option(
    "--lan", is_flag=True, help="Let phones in the same network in, by https; asks for a password."
)
@click.option(
    "--address",
    metavar="https://…",
    help="Where browsers find it, if a proxy in front of it does https; asks for a password.",
)
@click.option("--database", metavar="URL", help="The history, such as postgresql+psycopg://….")
@click.option("--films", default="", metavar="URL", help="Keep films in a bucket: s3://….")
@click.option("--scheduler", metavar="URL", help="Judge on a dask cluster: tcp://host:8786.")
@click.option("--workers", type=click.IntRange(min=1), help="Sets at once.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option("--no-work", is_flag=True, help="Judge nothing here; another program does.")
@click.option("--no-web", is_flag=True, help="Only judge what comes in; another serves the pages.")
def serve(
    data: Path,
    host: str | None,
    port: int,
    lan: bool,
    address: str | None,
    database: str | None,
    films: str,
    scheduler: str | None,
    workers: int | None,
    no_browser: bool,
    no_work: bool,
    no_web: bool,
) -> None:
    """Open the desk: clients send films by a link, you look, decide and answer.

    All of it stays on this machine, in --data. Ctrl-C ends it; what was begun goes on at
    the next start.
    """
    if no_web:
        if no_work:
            raise BadRequest("--no-web and --no-work: nothing would be done.")
        _judge_alone(data, database, workers=workers, scheduler=scheduler, films=films)
        return
    try:
        import uvicorn  # noqa: PLC0415 - an extra: said plainly where it is missing

        from formcheck.serve.app import create_app  # noqa: PLC0415
        from formcheck.serve.desk import Choices, open_desk  # noqa: PLC0415
        from formcheck.serve.reach import need_a_good_way, reach  # noqa: PLC0415
    except ImportError as missing:
        raise BadRequest(
            f"the desk needs {missing.name}, which isn't installed. Install it with: "
            "pip install 'formcheck[serve]'"
        ) from missing
    host = host or (ANY if lan else HOST)
    need_a_good_way(host, lan=lan, address=address)
    with _only_server(data, shared=no_work), _bound(host, port) as listening:
        way = reach(data, host, listening.getsockname()[1], lan=lan, address=address)
        choices = Choices(
            address=way.address,
            asks_password=way.asks_password,
            films=films,
            works=not no_work,
            workers=workers,
            scheduler=scheduler,
        )
        with open_desk(data, choices, database) as desk:
            server = uvicorn.Server(
                uvicorn.Config(
                    create_app(desk, way.hosts),
                    log_level="warning",
                    access_log=False,
                    server_header=False,
                    lifespan="off",  # ours begins and ends around it; a second Ctrl-C breaks none
                    timeout_graceful_shutdown=8,  # a live set is summed up
                    ws="websockets-sansio",
                    ws_max_size=LARGEST_PICTURE,
                    ws_per_message_deflate=False,  # pictures don't get any smaller
                    ssl_certfile=None if way.certificate is None else way.certificate.server,
                )
            )
            first = _first_start(desk)
            _say_where(way, data, first)
            if not no_browser:
                threading.Timer(0.5, webbrowser.open, (first or way.address,)).start()
            try:
                server.run(sockets=[listening])
            except Ended:  # by SIGTERM: its exit code says so
                raise
            except KeyboardInterrupt:  # the way to end it
                return


def _judge_alone(
    data: Path, database: str | None, *, workers: int | None, scheduler: str | None, films: str
) -> None:
    """Judge what comes in until Ctrl-C, and say a line for each film."""
    from formcheck.serve.rounds import Orders, judge_here  # noqa: PLC0415 - loads a batch

    console = terminal(stderr=True)

    def tell(event: dict[str, Any]) -> None:
        if event["event"] == "set":
            said = event["message"] or lift_title(event["lift"])
            console.print(f"{event['client']}: {event['file']}: {said}", soft_wrap=True)
        elif event["event"] == "trouble":
            console.print(event["message"], soft_wrap=True)

    out = data.absolute()
    database = database or sqlite_url(out / DATABASE)
    orders = Orders(str(out), database, workers, scheduler, films=films)
    with _only_server(data, shared=False):
        console.print(f"Judging what comes into {data}. Ctrl-C ends it.", soft_wrap=True)
        try:
            judge_here(orders, tell)
        except Ended:
            raise
        except KeyboardInterrupt:  # the way to end it
            return


def _first_start(desk: Desk) -> str | None:
    """Give the address by which the first coach chooses a password; None where there is one."""
    from formcheck.serve.kept.people import has_password  # noqa: PLC0415 - an extra
    from formcheck.serve.routes.sign_in import FIRST_START  # noqa: PLC0415
    from formcheck.serve.signing import sign_dated  # noqa: PLC0415

    if not desk.choices.asks_password or has_password(desk.store):
        return None
    key = sign_dated(desk.secret, FIRST_START, 1)
    return f"{desk.choices.address}/first-start?key={key}"


def _say_where(way: Reach, data: Path, first: str | None) -> None:
    console = terminal(stderr=True)
    console.print(f"The desk is open at {way.address}", soft_wrap=True, highlight=False)
    if way.certificate is not None:
        if way.others:
            console.print(f"If a phone can't open that: {', '.join(way.others)}", soft_wrap=True)
        click.echo(qr_code(way.address), err=True)
        said = IN_YOUR_NETWORK.format(address=way.address, fingerprint=way.certificate.fingerprint)
        console.print(said, soft_wrap=True, highlight=False)
    if first is not None:
        console.print("Nobody has a password yet. Choose the first coach's here, within a day:")
        console.print(first, soft_wrap=True, highlight=False)
    console.print(f"Everything is kept in {data}. Ctrl-C closes it.", soft_wrap=True)


def qr_code(address: str) -> str:
    """Draw an address as a QR code for the terminal."""
    import segno  # noqa: PLC0415 - an extra

    drawn = io.StringIO()
    segno.make(address, micro=False).terminal(drawn, compact=True, border=2)
    return drawn.getvalue()


@contextlib.contextmanager
def _only_server(data: Path, *, shared: bool) -> Iterator[None]:
    """Make sure that no other server judges and keeps what comes into the same folder.

    Raises
    ------
    BadRequest
        Another one does.
    """
    if shared:
        yield
        return
    lock = FileLock(data / LOCK)
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise BadRequest(
            f"{data}: a desk is open over this folder already. Use that one, or choose another "
            "folder with --data."
        ) from None
    except OSError as problem:
        raise output_error(data, problem, "--data") from problem
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # who comes before the server is ready waits for it
    except OSError as problem:
        listening.close()
        raise BadRequest(
            f"--host {host} --port {port}: nothing can listen there ({problem.strerror}). "
            "Choose another --port; 0 takes any that is free."
        ) from problem
    try:
        yield listening
    finally:
        listening.close()
