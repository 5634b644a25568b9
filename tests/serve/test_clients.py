"""Clients: their links, notes and numbers, and how everything of them is deleted."""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from formcheck.batch.keep import alone
from formcheck.batch.pages import write_pages
from formcheck.errors import OutputError
from formcheck.history.desk_schema import MarkRow, MessageRow
from formcheck.poses.cache import cache_folder
from formcheck.serve import forget
from formcheck.serve.forget import finish_deletions
from formcheck.serve.kept.decisions import Decision, decide
from formcheck.serve.kept.deletions import going
from formcheck.serve.kept.links import link_of_token, links_of
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named, the_lone_coach
from formcheck.serve.kept.uploads import add_upload, new_upload_id, uploads_of
from tests.history.made_history import made_sets
from tests.serve.conftest import PAGE, Asking


def text_of(desk: Asking, way: str) -> str:
    answer = desk.browser.get(way, headers=PAGE)
    assert answer.status_code == 200
    return answer.text


def test_a_client_is_added_once(empty: Asking) -> None:
    """The same name leads to the same client; none, or a long one, to none."""
    said = {"csrf": empty.csrf, "name": "  Ana\tMaría\n "}
    first = empty.browser.post("/clients", data=said)
    assert first.status_code == 303
    assert (
        empty.browser.post("/clients", data=said).headers["location"] == first.headers["location"]
    )
    assert list(empty.desk.store.clients()) == ["Ana María"]
    assert empty.browser.post("/clients", data=said | {"name": " \t"}).status_code == 400
    assert empty.browser.post("/clients", data=said | {"name": "x" * 500}).status_code == 422
    assert "Ana María" in text_of(empty, "/clients?q=MARIA")
    assert "Nobody is called so." in text_of(empty, "/clients?q=bea")


def test_a_link_is_shown_changed_and_revoked(empty: Asking) -> None:
    """Its address works for this client alone, until it is revoked."""
    store, secret = empty.desk.store, empty.desk.secret
    ana, bea = client_named(store, "Ana"), client_named(store, "Bea")
    way = f"/clients/{ana.id}"
    empty.browser.post(f"{way}/links", data={"csrf": empty.csrf, "shows": "true"})
    text = text_of(empty, way)
    token = re.search(r'value="http://127.0.0.1:8765/c/([^"]+)"', text)
    assert token is not None
    assert "<svg" in text
    link = link_of_token(store, secret, token[1])
    assert link is not None
    assert (link.client, link.shows_results) == (ana, True)
    to_link = f"{way}/links/{link.id}"
    empty.browser.post(to_link, data={"csrf": empty.csrf, "todo": "shows"})
    assert not links_of(store, ana.id)[0].shows_results
    wrong = f"/clients/{bea.id}/links/{link.id}"
    odd = empty.browser.post(wrong, data={"csrf": empty.csrf, "todo": "revoke"})
    assert odd.status_code == 404
    empty.browser.post(to_link, data={"csrf": empty.csrf, "todo": "revoke"})
    assert link_of_token(store, secret, token[1]) is None
    assert token[1] not in text_of(empty, way)


def test_a_clients_page_has_form_load_and_cues(empty: Asking) -> None:
    """Charts, cue by cue, notes; no style stands in the page."""
    empty.desk.store.add_sets(made_sets("Ana", 24))
    way = f"/clients/{client_named(empty.desk.store, 'Ana').id}"
    empty.browser.post(f"{way}/note", data={"csrf": empty.csrf, "text": "left knee\r\n<b>old</b>"})
    text = text_of(empty, way)
    assert "Cue by cue" in text
    assert "left knee\n&lt;b&gt;old" in text
    assert 'class="chart' in text
    assert "style=" not in text.replace("stylesheet", "")
    assert empty.browser.get("/clients/999", headers=PAGE).status_code == 404


def _much(desk: Asking) -> None:
    """Give Anna one of everything, and Bea the same film."""
    store, out = desk.desk.store, desk.desk.out
    anna, bea = client_named(store, "Anna"), client_named(store, "Bea")
    one = uploads_of(store, anna.id)[0]
    add_upload(
        store,
        replace(one, id=new_upload_id(), client_id=bea.id, client="Bea", due=False),
    )
    coach = the_lone_coach(store)
    decide(store, Decision(anna.id, one.content, coach.id, "lift", said="deadlift", why="Annas"))
    common = {"client_id": anna.id, "content": one.content, "coach_id": coach.id}
    mark = {"made_at": now(), "at_s": 1.0, "kind": "text", "shape": [], "text": "Annas", "file": ""}
    letter = {"written_at": now(), "sent_at": now(), "text": "Hi Anna"}
    with store.writing() as connection:
        connection.execute(insert(MarkRow).values(**common, **mark))
        connection.execute(insert(MessageRow).values(**common, **letter))
    way = f"/clients/{anna.id}"
    desk.browser.post(f"{way}/links", data={"csrf": desk.csrf})
    desk.browser.post(f"{way}/note", data={"csrf": desk.csrf, "text": "Anna's knee"})
    link = links_of(store, anna.id)[0]
    for folder in (out / "notes" / anna.folder, out / "uploads" / str(link.id)):
        folder.mkdir(parents=True)
        (folder / "part").write_bytes(b"Anna")
    write_pages(store, out)
    store.copy()


def _tells(out: Path, *things: bytes) -> list[str]:
    """Files under a folder whose name or content has any of these in it."""
    return [
        str(path.relative_to(out))
        for path in out.rglob("*")
        if any(one in str(path.relative_to(out)).encode() for one in things)
        or (path.is_file() and any(one in path.read_bytes() for one in things))
    ]


def _delete(desk: Asking, typed: str) -> str:
    anna = client_named(desk.desk.store, "Anna")
    said = {"csrf": desk.csrf, "typed": typed}
    return desk.browser.post(f"/clients/{anna.id}/delete", data=said).headers["location"]


def test_the_name_has_to_be_typed(judged: Asking) -> None:
    """Any other deletes nothing."""
    assert "told=wrong" in _delete(judged, "anna b")
    assert "Anna" in judged.desk.store.clients()


def test_nothing_of_a_client_is_left(judged: Asking, nothing_kept: Path) -> None:
    """No file says the name, nor what was in the film; neither do SQLite's free pages or copies."""
    _much(judged)
    out = judged.desk.out
    content = uploads_of(judged.desk.store, client_named(judged.desk.store, "Bea").id)[0].content
    said = {"csrf": judged.csrf, "typed": "Bea"}
    bea = client_named(judged.desk.store, "Bea").id
    judged.browser.post(f"/clients/{bea}/delete", data=said)
    assert judged.desk.films.path(content) is not None  # Anna sent it too
    assert _tells(out, b"Bea") == []
    cache_folder().mkdir(parents=True)
    kept = next((out / "clients").glob("*/*/poses.npz"))
    shutil.copyfile(kept, cache_folder() / f"{'a' * 32}-{'b' * 32}.npz")
    assert _delete(judged, "Anna") == "/clients?gone=1"
    assert _tells(out, b"Anna", content.encode()) == []
    assert list(cache_folder().iterdir()) == []
    assert list((out / "clients").iterdir()) == []
    assert len(list((out / "formcheck-copies").iterdir())) == 1
    assert "Anna" not in text_of(judged, "/clients")


@pytest.mark.parametrize("step", ["_delete_files", "_delete_rows", "_sweep"])
def test_a_kill_in_the_middle_is_finished(
    judged: Asking, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Until then nobody sees the client; the next start, or the judging process, goes on."""
    _much(judged)
    anna = client_named(judged.desk.store, "Anna")

    def killed(*_: object) -> None:
        raise OutputError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(forget, step, killed)
        _delete(judged, "Anna")
        assert going(judged.desk.store)
        assert judged.browser.get(f"/clients/{anna.id}", headers=PAGE).status_code == 404
        assert "Anna" not in text_of(judged, "/") + text_of(judged, "/clients")
    assert finish_deletions(judged.desk.out, judged.desk.store, judged.desk.films) == 1
    assert _tells(judged.desk.out, b"Anna") == []
    assert going(judged.desk.store) == []


def test_deleting_waits_for_what_is_being_judged(judged: Asking) -> None:
    """A set on its way into the folder isn't left behind there."""
    with alone(judged.desk.out):
        _delete(judged, "Anna")
        assert going(judged.desk.store)
    finish_deletions(judged.desk.out, judged.desk.store, judged.desk.films)
    assert _tells(judged.desk.out, b"Anna") == []


def test_the_history_is_whole_afterwards(judged: Asking) -> None:
    """Others' sets stay."""
    judged.desk.store.add_sets(made_sets("Cleo", 5))
    _delete(judged, "Anna")
    assert len(judged.desk.store.sets("Cleo")) == 5
    file = judged.desk.store.file
    assert file is not None
    assert sqlite3.connect(file).execute("PRAGMA integrity_check").fetchone() == ("ok",)
