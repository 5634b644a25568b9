"""The inbox: what needs a look first, found again by filters, and patched as it is judged."""

from __future__ import annotations

import datetime
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.batch.job import job_id
from formcheck.history.stored import StoredSet
from formcheck.serve.kept.inbox import A_PAGE, Wanted, inbox
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import Said, Upload, add_upload, new_upload_id
from tests.history.made_history import made_set, made_sets
from tests.serve.conftest import PAGE, Asking

HOSTILE = "<script>alert('x')</script> \u202e\"quoted\" 💪 ليلى"


def failed(client: str) -> StoredSet:
    return StoredSet(
        key=f"{client}-failed",
        client=client,
        content="f" * 64,
        file="clip.mov",
        date=datetime.date(2026, 1, 1),
        state="failed",
        error="NotAVideo",
        message="clip.mov: the file holds no decodable picture.",
    )


def due(desk: Asking, client: str, content: str = "d" * 64) -> Upload:
    whose = client_named(desk.desk.store, client)
    one = Upload(
        id=new_upload_id(),
        client_id=whose.id,
        client=client,
        content=content,
        file="VID 1.mp4",
        path=Path("VID 1.mp4"),
        size=1,
        received_at=now(),
        said=Said(load_kg=70.0, target_reps=5),
    )
    add_upload(desk.desk.store, one)
    return one


def page(desk: Asking, way: str = "/") -> str:
    answer = desk.browser.get(way, headers=PAGE)
    assert answer.status_code == 200
    return answer.text


def cards(text: str) -> list[str]:
    return re.findall(r'<li class="card set[^"]*" data-set="([^"]+)"', text)


def test_an_empty_desk_says_what_to_do(empty: Asking) -> None:
    """Nothing came in yet: the way to a first client."""
    assert "No films yet." in page(empty)


def test_what_needs_a_look_comes_first(empty: Asking) -> None:
    """What couldn't be read, faults, what is worth watching, the rest; what was looked at last."""
    empty.desk.store.add_sets([*made_sets("Ana", 30), *made_sets("Bea", 30), failed("Cleo")])
    weights = [one.weight for one in inbox(empty.desk.store, Wanted()).cards]
    assert weights == sorted(weights, reverse=True)
    first = inbox(empty.desk.store, Wanted()).cards[0]
    assert (first.client, first.why) == ("Cleo", "couldn't be read")
    assert "The file holds no decodable picture." in page(empty)


def test_looked_at_is_kept_and_taken_back(judged: Asking) -> None:
    """A form without script; the set's own note says it too."""
    which = cards(page(judged))[0]
    said = {"csrf": judged.csrf, "which": which, "looked": "true", "back": "/?state=look"}
    answer = judged.browser.post("/inbox/looked", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?state=look")
    assert cards(page(judged, "/?state=look")) == []
    assert cards(page(judged, "/?state=done")) == [which]
    note = next((judged.desk.out / "clients").glob("*/*/set.json")).read_text("utf-8")
    assert '"looked": true' in note
    judged.browser.post("/inbox/looked", data=said | {"looked": "false"})
    assert cards(page(judged, "/?state=look")) == [which]


@pytest.mark.parametrize("which", ["", "1", "99:abc", "x:y", "1:" + "0" * 64, "9" * 30 + ":a"])
def test_a_set_that_isnt_there_is_none(judged: Asking, which: str) -> None:
    """Whatever a form says."""
    said = {"csrf": judged.csrf, "which": which, "looked": "true"}
    assert judged.browser.post("/inbox/looked", data=said).status_code in (404, 422)


def test_filters_find(empty: Asking) -> None:
    """By client whatever its accents, lift, state, note and file; LIKE's own signs are plain."""
    chance = random.Random(1)
    noted = made_set("Zoë", 7, 1, "deadlift", 0.0, chance, notes="100% tired_out")
    empty.desk.store.add_sets([*made_sets("Ana", 6), noted, failed("Ana")])
    store = empty.desk.store

    def found(**wanted: object) -> list[str]:
        return [one.client for one in inbox(store, Wanted(**wanted)).cards]  # type: ignore[arg-type]

    assert found(text="zoe") == ["Zoë"]
    assert found(text="100%") == found(text="tired_o") == ["Zoë"]
    assert found(text="%") == ["Zoë"]
    assert found(text="nobody") == []
    assert found(lift="back_squat") == ["Ana"] * 2
    assert found(state="failed") == ["Ana"]
    assert found(client_id=client_named(store, "Zoë").id) == ["Zoë"]


def test_pages_have_every_set_once(empty: Asking) -> None:
    """Fifty a page; one that is past the end is the last."""
    empty.desk.store.add_sets(made_sets("Ana", 120))
    seen = [one for at in (1, 2, 3) for one in cards(page(empty, f"/?p={at}"))]
    assert len(seen) == len(set(seen)) == 120
    assert len(cards(page(empty))) == A_PAGE
    assert cards(page(empty, "/?p=99")) == cards(page(empty, "/?p=3"))


@pytest.mark.parametrize(
    "way", ["/?p=-1", "/?p=1e9", "/?client=x&lift=y&state=z", "/?q=%ff", "/?client=" + "9" * 99]
)
def test_odd_filters_are_none(empty: Asking, way: str) -> None:
    """What makes no sense is left out."""
    empty.desk.store.add_sets(made_sets("Ana", 3))
    page(empty, way)


def test_what_is_due_is_on_its_way(empty: Asking) -> None:
    """A film that waits is a card; it says when it is being judged, and how far that is."""
    one = due(empty, "Ana")
    assert "Waiting" in page(empty)
    job = job_id("Ana", one.content)
    empty.desk.queue.doing[job] = {"event": "share", "id": job, "share": 0.5}
    text = page(empty, "/?state=waiting")
    assert f'data-job="{job}"' in text
    assert "Being judged" in text
    assert 'value="50"' in text


def test_trouble_is_told(empty: Asking) -> None:
    """Why nothing is judged stands above everything."""
    empty.desk.queue.trouble = "The disk is full."
    assert "The disk is full." in page(empty)


def test_what_people_write_stays_text(empty: Asking) -> None:
    """Names, notes and files."""
    chance = random.Random(1)
    one = made_set(HOSTILE, 1, 1, "deadlift", 0.0, chance, notes=HOSTILE, file=HOSTILE)
    empty.desk.store.add_sets([one])
    whose = client_named(empty.desk.store, HOSTILE)
    for way in ("/", "/clients", f"/clients/{whose.id}", f"/compare?client={whose.id}", "/setup"):
        assert "<script>alert" not in page(empty, way)


def test_a_picture_is_found_by_its_set(judged: Asking) -> None:
    """Kept for a day under an address that changes with the set; never a way of the browser's."""
    way = re.search(r'src="(/pictures/[^"]+)"', page(judged))
    assert way is not None
    answer = judged.browser.get(way[1])
    assert answer.headers["content-type"] == "image/jpeg"
    assert "max-age" in answer.headers["cache-control"]
    for odd in ("/pictures/1/abc", "/pictures/99/abc", "/pictures/1/..%2f..%2fsecret"):
        assert judged.browser.get(odd).status_code == 404


def test_a_card_names_no_option_of_the_command_line(empty: Asking) -> None:
    """Which lift it is is asked on the set's own page, by a button."""
    said = "5 reps of squat or goblet squat. Which one isn't sure: --lift squat settles it."
    (one,) = made_sets("Ana", 1)
    assert one.summary is not None
    unsure = replace(one, summary=replace(one.summary, headline=said, main_cue=None))
    empty.desk.store.add_sets([unsure])
    shown = page(empty)
    assert "5 reps of squat or goblet squat." in shown
    assert "--lift" not in shown
