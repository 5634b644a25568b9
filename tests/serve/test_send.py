"""What a client sees at their link, without script: the form, and how films stand."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sqlalchemy import insert

from formcheck.batch.job import job_id
from formcheck.history.desk_schema import MessageRow
from formcheck.poses.engine import Detection
from formcheck.report.where_to_film import drawing
from formcheck.serve import film_form, glancing
from formcheck.serve.desk import open_desk
from formcheck.serve.glance import GOOD_SIDE, NOBODY, UNKNOWN, UNSURE, Glance, look
from formcheck.serve.glancing import MOST_BYTES, MOST_PICTURES
from formcheck.serve.kept.links import make_link, revoke_link
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named, the_lone_coach
from formcheck.serve.routes import send
from tests.serve.conftest import FILM, PAGE, Asking, asked
from tests.serve.test_tus import link_to, of

STATIC = Path("formcheck/serve/static")


def pictures(film: Path, count: int = MOST_PICTURES) -> list[bytes]:
    """JPEGs of a film, as a browser draws them: from 3 s on, a second apart, 640 px."""
    found: list[bytes] = []
    with av.open(str(film)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= 3.0 + 0.9 * len(found):
                image = Image.fromarray(frame.to_ndarray(format="rgb24"))
                image.thumbnail((640, 640))
                packed = io.BytesIO()
                image.save(packed, "JPEG", quality=80)
                found.append(packed.getvalue())
            if len(found) == count:
                break
    return found


def test_a_form_brings_a_film_without_script(empty: Asking) -> None:
    """Streamed to where it stays; then the page says that it is here."""
    way = link_to(empty.desk, "Anna")
    page = empty.browser.get(way, headers=PAGE)
    assert "Hello <bdi>Anna</bdi>" in page.text
    assert "Put the phone three metres to your side" in page.text
    said = {"lift": "romanian_deadlift", "load_kg": "60", "target_reps": "8", "notes": "a\nb"}
    film = FILM.read_bytes()
    files = [("film", ("", b"")), ("film", ("../../IMG 2.MOV", film))]
    answer = empty.browser.post(way, data=said, files=files, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{way}?sent=1#sent")
    (one,) = of(empty.desk, "Anna")
    assert one.content == hashlib.sha256(film).hexdigest()
    assert (one.file, one.path.suffix, one.size) == ("IMG 2.MOV", ".mov", len(film))
    assert (one.said.lift, one.said.load_kg, one.said.notes) == ("romanian_deadlift", 60.0, "a\nb")
    text = empty.browser.get(f"{way}?sent=1", headers=PAGE).text
    assert "It is here.</strong>" in text
    assert "IMG 2.MOV" in text
    assert "Romanian deadlift, 60 kg, 8 reps" in text


def test_a_form_that_cant_be_taken_is_answered_in_words(empty: Asking) -> None:
    """No film, no number, a list of films, another's form; nothing of it stays."""
    way, film = link_to(empty.desk, "Anna"), FILM.read_bytes()
    for files, said, status, words in (
        ({"film": ("", b"")}, {}, 400, "No film came with it"),
        ({"film": ("a.mp4", film)}, {"load_kg": "heavy"}, 400, "The load: give a number"),
        ({"film": ("a.mp4", film)}, {"notes": "x" * 50_000}, 413, "more text"),
        ({"film": ("a.mp4", b"#EXTM3U\n")}, {}, 415, "points to others"),
    ):
        answer = empty.browser.post(way, data=said, files=files, headers=PAGE)
        assert (answer.status_code, words in answer.text) == (status, True)
    cut = b'--x\r\nContent-Disposition: form-data; name="film"; filename="a.mp4"\r\n\r\n' + film
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    assert empty.browser.post(way, content=cut, headers=PAGE | form).status_code == 400
    assert empty.browser.post(way, content=b"film=x", headers=PAGE).status_code == 400
    assert of(empty.desk, "Anna") == []
    assert not list(empty.desk.uploads.glob("*/*"))


def test_a_form_may_not_be_larger_than_a_film(empty: Asking, tmp_path: Path) -> None:
    """Refused by its length, and while it comes where none was said."""
    choices = replace(empty.desk.choices, upload_mb=1)
    with open_desk(tmp_path / "small", choices) as desk, asked(desk) as browser:
        way, film = link_to(desk, "Anna"), FILM.read_bytes() * 3
        answer = browser.post(way, files={"film": ("a.mp4", film)}, headers=PAGE)
        assert (answer.status_code, "larger than 1 MB" in answer.text) == (413, True)

        def parts() -> Iterator[bytes]:
            yield b'--x\r\nContent-Disposition: form-data; name="film"; filename="a.mp4"\r\n\r\n'
            for _ in range(3):
                yield FILM.read_bytes()

        form = {"Content-Type": "multipart/form-data; boundary=x"}
        assert browser.post(way, content=parts(), headers=PAGE | form).status_code == 413
        assert not list(desk.uploads.glob("*/*"))


def test_whoever_has_no_link_sees_nothing(empty: Asking) -> None:
    """Revoked, made up, or another desk's: the same answer."""
    desk = empty.desk
    link = make_link(desk.store, client_named(desk.store, "Anna"), shows_results=True)
    way = f"/c/{link.token(desk.secret)}"
    assert empty.browser.get(way).status_code == 200
    revoke_link(desk.store, link.id)
    for no_way in (way, "/c/x", f"{way}x"):
        for asks in ("", "/sent"):
            assert empty.browser.get(no_way + asks).status_code == 404
        for tells in ("", "/look", "/files"):
            assert empty.browser.post(no_way + tells).status_code == 404


def test_names_and_notes_stay_text(empty: Asking) -> None:
    """Whatever stands in them."""
    way = link_to(empty.desk, "<script>alert(1)</script> O'Neil")
    name = "\u202e<b>\"'.mp4"
    files = {"film": (name, FILM.read_bytes())}
    empty.browser.post(way, files=files, headers=PAGE)
    text = empty.browser.get(way, headers=PAGE).text
    assert "<script>alert" not in text
    assert "<b>" not in text
    assert "\u202e" not in text


def test_how_a_film_stands(judged: Asking) -> None:
    """Here, being judged, judged, looked at, answered; results where they may be seen."""
    desk, browser = judged.desk, judged.browser
    anna = client_named(desk.store, "Anna")
    closed = f"/c/{make_link(desk.store, anna, shows_results=False).token(desk.secret)}"
    opened = f"/c/{make_link(desk.store, anna, shows_results=True).token(desk.secret)}"
    (one,) = of(desk, "Anna")
    result = f"/sets/{one.content}"

    def told(way: str) -> tuple[str, list[str], bool]:
        said = browser.get(f"{way}/sent").json()
        (film,) = said["films"]
        assert f"film {film['state']}" in browser.get(way, headers=PAGE).text
        return film["state"], film["ways"], said["moving"]

    assert told(closed) == ("waiting", [], False)
    assert told(opened) == ("waiting", [opened + result], False)
    desk.queue.doing[job_id("Anna", one.content)] = {"event": "begin"}
    assert told(closed) == ("judging", [], True)
    desk.queue.doing.clear()
    (kept,) = desk.store.sets("Anna")
    desk.store.change_sets([replace(kept, looked=True)])
    assert told(closed) == ("looked", [], False)
    message = {
        "client_id": anna.id,
        "content": one.content,
        "coach_id": the_lone_coach(desk.store).id,
        "written_at": now(),
        "sent_at": now(),
        "text": "Well done.",
    }
    with desk.store.writing() as connection:
        connection.execute(insert(MessageRow).values(message))
    assert told(closed) == ("answered", [closed + result], False)
    other = link_to(desk, "Bea")
    assert browser.get(f"{other}/sent").json() == {"films": [], "moving": False}


def test_a_glance_says_what_the_first_seconds_show(empty: Asking) -> None:
    """A rendered film from the side is good."""
    way = link_to(empty.desk, "Anna")

    def looked(shown: list[bytes]) -> tuple[str, str]:
        files = [("picture", (f"{at}.jpg", data)) for at, data in enumerate(shown)]
        answer = empty.browser.post(f"{way}/look", files=files)
        assert answer.status_code == 200, answer.text
        return answer.json()["sure"], answer.json()["say"]

    assert looked(pictures(FILM)) == ("good", GOOD_SIDE)


class Nobody:
    """An engine that finds nobody."""

    def follow(self, rgb: NDArray[np.uint8]) -> Detection | None:
        return None

    def look(self, rgb: NDArray[np.uint8]) -> Sequence[Detection]:
        return ()


def test_a_glance_says_nothing_where_it_cant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too few pictures, none, no answer in time; a wall shows nobody."""
    packed = io.BytesIO()
    Image.new("RGB", (360, 640), "#999").save(packed, "JPEG")
    wall = packed.getvalue()
    assert look([wall] * 4, Nobody()) == Glance("amiss", "nobody", NOBODY)
    for too_little in ([wall] * 2, [b"no picture"] * 4, []):
        assert look(too_little, Nobody()).say == UNSURE
    monkeypatch.setattr(glancing, "ENDS_WITHIN_S", 0.01)
    assert glancing.glance([wall] * 4).say == UNSURE


def test_a_glance_takes_few_and_small_pictures(
    empty: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else."""
    monkeypatch.setattr(send, "glance", lambda _: UNKNOWN)
    way = f"{link_to(empty.desk, 'Anna')}/look"
    many = [("picture", (f"{at}.jpg", b"x")) for at in range(MOST_PICTURES + 1)]
    post = empty.browser.post
    assert post(way, files=many).status_code == 400
    assert post(way, files={"picture": ("a.jpg", bytes(MOST_BYTES + 1))}).status_code == 413
    assert post(way, files={"picture": ("a.jpg", bytes(MOST_BYTES * 20))}).status_code == 413
    assert post(way, files={"picture": ("a.jpg", b"")}).status_code == 200
    assert post(way, data={"a": "b"}).status_code == 415
    multipart = {"Content-Type": "multipart/form-data"}
    assert post(way, content=b"x", headers=multipart).status_code == 400
    assert post(way, content=json.dumps({}), headers={"Content-Length": "no"}).status_code == 411


def test_the_pages_sheet_styles_the_drawing() -> None:
    """Whose own style a page may not have; and no page of a client has any."""
    sheet = (STATIC / "send.css").read_text("utf-8")
    assert "<style" not in drawing(styled=False)
    for name in set(re.findall(r'class="([^"]+)"', drawing(styled=False))):
        for one in name.split():
            assert f".where .{one} " in sheet
    assert film_form.FILM_FIELD in Path("formcheck/serve/templates/send.html.j2").read_text("utf-8")
