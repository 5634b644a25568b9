"""A PostgreSQL of the tests' own, started where its programs are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from formcheck.history.store import Store

DEBIANS = "postgresql/*/bin/"
"""Where Debian keeps what isn't on the PATH."""


def program(name: str) -> str | None:
    """Where one of its programs is; None when it isn't installed."""
    known = sorted(Path("/usr/lib").glob(DEBIANS + name), reverse=True)
    return shutil.which(name) or next((str(path) for path in known), None)


@contextmanager
def postgres_server() -> Iterator[str | None]:
    """Give its address, reached by a socket in a folder of its own; None without programs."""
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    if initdb is None or pg_ctl is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="fc-pg-", dir="/tmp"))
    user = "nobody" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=quiet, stderr=quiet)

    try:
        run(initdb, "-D", str(folder / "d"), "-A", "trust", "-U", "coach", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        run(pg_ctl, "-D", str(folder / "d"), "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://coach@/postgres?host={folder}"
        finally:
            run(pg_ctl, "-D", str(folder / "d"), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def cleared(store: Store) -> None:
    """Take everything out of it."""
    with store.writing() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
