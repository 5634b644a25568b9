"""What a live session takes from the desk, and what it leaves there if it is asked to."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from formcheck.batch.own_limits import kept_limits
from formcheck.files import output_error
from formcheck.serve.desk import Desk
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import Said, Upload, add_upload, new_upload_id
from formcheck.serve.live_session import Orders

LIVE = "live"
"""Its folder among what comes in: what a kill leaves there the next start clears away."""


def live_orders(desk: Desk, lift: str, tempo: str) -> Orders:
    """Say what is asked of a session: the desk's options, with the coach's own limits."""
    options = kept_limits(desk.out, []).put_into(desk.choices.options)
    return Orders(lift, tempo, asdict(options))


def new_film(desk: Desk) -> Path:
    """Name a file for a set that is to be kept.

    Raises
    ------
    OutputError
        Nothing can be written there.
    """
    folder = desk.uploads / LIVE
    try:
        folder.mkdir(exist_ok=True)
    except OSError as problem:
        raise output_error(folder, problem, "--data") from problem
    return folder / f"{new_upload_id()}.mp4"


def keep_film(
    desk: Desk, film: str, client: str, *, lift: str, tempo: str, load_kg: float
) -> Upload:
    """Take the film of a live set in as an upload of a client's, who is added if new.

    Raises
    ------
    FormcheckError
        It can't be kept.
    """
    name = f"Live {now():%Y-%m-%d %H.%M}.mp4"
    content, path = desk.films.put(Path(film), name)
    whose = client_named(desk.store, client)
    one = Upload(
        id=new_upload_id(),
        client_id=whose.id,
        client=whose.name,
        content=content,
        file=name,
        path=path,
        size=path.stat().st_size,
        received_at=now(),
        said=Said(lift=lift, tempo=tempo, load_kg=load_kg),
    )
    add_upload(desk.store, one)
    desk.queue.nudge()
    return one
