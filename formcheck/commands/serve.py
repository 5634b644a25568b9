"""``formcheck serve``: the coach's desk in a browser, on this machine."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import click

from formcheck.commands.terminal import terminal
from formcheck.errors import BadRequest

PORT = 8765
ANY = frozenset({"0.0.0.0", "::", ""})


@click.command()
@click.option(
    "--data",
    default="formcheck-desk",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for films, results and history; a batch's --out serves as well.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True)
@click.option(
    "--lan", is_flag=True, help="Let phones in the same network in, by https; asks for a password."
)
@click.option("--database", metavar="URL", help="The history, such as postgresql+psycopg://….")
@click.option("--films", default="", metavar="URL", help="Keep films in a bucket: s3://….")
@click.option("--scheduler", metavar="URL", help="Judge on a dask cluster: tcp://host:8786.")
@click.option("--workers", type=click.IntRange(min=1), help="Sets at once.")
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@click.option("--no-work", is_flag=True, help="Judge nothing here; another server does.")
def serve(
    data: Path,
    host: str,
    port: int,
    lan: bool,
    database: str | None,
    films: str,
    scheduler: str | None,
    workers: int | None,
    no_browser: bool,
    no_work: bool,
) -> None:
    """Open the desk: clients send films by a link, you look, decide and answer.

    All of it stays on this machine, in --data. Ctrl-C ends it; what was begun goes on at
    the next start.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an extra: said plainly where it is missing

        from formcheck.serve.app import create_app  # noqa: PLC0415
        from formcheck.serve.desk import Choices, open_desk  # noqa: PLC0415
    except ImportError as missing:
        raise BadRequest(
            f"the desk needs {missing.name}, which isn't installed. Install it with: "
            "pip install 'formcheck[serve]'"
        ) from missing
    if lan:
        host = "0.0.0.0"
    with _bound(host, port) as listening:
        port = listening.getsockname()[1]
        shown = "127.0.0.1" if host in ANY else host
        address = f"http://{shown}:{port}"
        choices = Choices(
            address=address,
            asks_password=not _is_loopback(host),
            films=films,
            works=not no_work,
            workers=workers,
            scheduler=scheduler,
        )
        with open_desk(data, choices, database) as desk:
            app = create_app(desk)
            config = uvicorn.Config(
                app,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=3,
            )
            server = uvicorn.Server(config)
            _say_where(address, data)
            if not no_browser:
                threading.Timer(0.5, webbrowser.open, (address,)).start()
            with contextlib.suppress(KeyboardInterrupt):
                server.run(sockets=[listening])


def _say_where(address: str, data: Path) -> None:
    console = terminal(stderr=True)
    console.print(f"The desk is open at {address}", soft_wrap=True)
    console.print(f"Everything is kept in {data}. Ctrl-C closes it.", soft_wrap=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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
