"""Rounds: what is due is judged at once, and a batch's pages follow when there is time."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from formcheck.batch.job import Options
from formcheck.batch.keep import DUE, STAGING
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.settings import RETENTION_DAYS, keep_setting
from formcheck.serve.kept.uploads import add_upload, due_uploads, new_upload_id, uploads_of
from formcheck.serve.rounds import Orders, Rounds
from tests.serve.conftest import Asking


def rounds_of(desk: Asking, told: list[dict[str, Any]]) -> Rounds:
    url = f"sqlite:///{desk.desk.store.file}"
    orders = Orders(str(desk.desk.out), url, 1, None, asdict(Options()))
    return Rounds(orders, desk.desk.store, told.append)


def test_pages_follow_when_nothing_is_due(judged: Asking) -> None:
    """Not after every round: where there are thousands of sets they cost seconds."""
    store, out = judged.desk.store, judged.desk.out
    anna = client_named(store, "Anna")
    one = uploads_of(store, anna.id)[0]
    broken = out / "broken.mp4"
    broken.write_bytes(b"no film at all")
    again = replace(
        one, id=new_upload_id(), content="b" * 64, file="odd.mp4", path=broken, due=True
    )
    add_upload(store, again)
    told: list[dict[str, Any]] = []
    rounds = rounds_of(judged, told)
    before = (out / "index.html").read_text("utf-8")
    assert rounds.look()
    assert not rounds.look()
    assert due_uploads(store, 9) == []
    assert (out / STAGING / DUE).exists()
    assert (out / "index.html").read_text("utf-8") == before
    rounds.settle()
    assert "odd.mp4" in (out / "index.html").read_text("utf-8")
    (out / STAGING / DUE).touch()
    rounds.settle()
    assert (out / STAGING / DUE).exists()  # it was a moment ago


def test_a_film_waits_no_longer_than_itself(judged: Asking) -> None:
    """It isn't due any more when its set is told, whatever else the round still does."""
    store = judged.desk.store
    one = uploads_of(store, client_named(store, "Anna").id)[0]
    add_upload(store, replace(one, id=new_upload_id(), client_id=client_named(store, "Bea").id))
    due_then: list[str] = []
    rounds = rounds_of(judged, [])

    def tell(said: dict[str, Any]) -> None:
        if said["event"] == "set":
            due_then.append(" ".join(one.client for one in due_uploads(store, 9)))

    rounds._tell = tell  # what a page would find then
    with store.writing() as connection:
        connection.exec_driver_sql("update uploads set due = 1")
    rounds.look()
    assert due_then == ["Anna"]  # of whom there was nothing new to tell
    assert due_uploads(store, 9) == []


def test_tidying_does_what_is_left(judged: Asking) -> None:
    """Without anything to do it does nothing; odd settings don't stop it."""
    keep_setting(judged.desk.store, RETENTION_DAYS, -5)
    rounds_of(judged, []).tidy()
    assert len(judged.desk.store.sets()) == 1
