"""The coach's pages: complete, offline, quick, and nothing in a name becomes markup."""

from __future__ import annotations

import csv
import datetime
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.batch import pages
from formcheck.batch.overview import Line, lines
from formcheck.batch.pages import client_page, write_pages
from formcheck.cues.judging.limits import load_limits
from formcheck.history.store import Store, open_store, sqlite_url
from formcheck.history.stored import StoredSet
from formcheck.report.rep_pictures import best_and_worst, picture_name
from tests.history.made_history import FIRST_DAY, made_set, made_sets
from tests.report.test_html import Page

NASTY = "<img src=x onerror=alert(1)>\"'\n</script><b>💪 \u2028& =1+1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(sqlite_url(tmp_path / "h.sqlite")) as opened:
        yield opened


def failed(
    client: str = "Ana", file: str = "x.mp4", message: str = "x.mp4: no picture in it."
) -> StoredSet:
    return StoredSet(
        key="k", client=client, content=f"file:{file}", file=file, date=FIRST_DAY,
        state="failed", error="NotAVideo", message=message,
        analysed_at=datetime.datetime(2024, 1, 2),
    )  # fmt: skip


def one_set(client: str = "Ana", number: int = 0, reps: int = 3, **more: Any) -> StoredSet:
    one = made_set(client, number, number, "deadlift", 0.0, random.Random(5), reps)
    return replace(one, **more)


def data_of(page: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found is not None
    data = json.loads(found[1])
    return data, [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]


def test_all_pages_are_there(store: Store, tmp_path: Path) -> None:
    """A table of all, a page a client, scores and messages; every set is in the table once."""
    store.add_sets([*made_sets("Ana", 9), *made_sets("Bea", 6)])
    assert write_pages(store, tmp_path) == tmp_path / "index.html"
    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert found == [
        *("clients/Ana.html", "clients/Bea.html", "h.sqlite", "index.html"),
        *("messages.txt", "scores.csv"),
    ]
    _, rows = data_of((tmp_path / "index.html").read_text("utf-8"))
    assert len(rows) == 15
    assert (tmp_path / "messages.txt").read_text("utf-8").startswith("Ana\n")


@pytest.mark.parametrize("which", ["index.html", "clients/*.html"])
def test_names_stay_text(store: Store, tmp_path: Path, which: str) -> None:
    """A name with tags, quotes, line breaks and emoji is shown, not run, in HTML and in data."""
    store.add_sets([one_set(NASTY, file=NASTY), failed(NASTY, NASTY, f"{NASTY}: empty")])
    write_pages(store, tmp_path)
    text = next(tmp_path.glob(which)).read_text("utf-8")
    page = Page(text)
    assert page.crossed == []
    assert page.open == []
    assert page.find("img", src="x") == []
    assert text.count("</script>") == text.count("<script")
    data, rows = data_of(text)
    assert data["clients"][0][0] == NASTY
    assert {row["file"] for row in rows} == {NASTY}
    assert NASTY in "".join(page.text)


@pytest.mark.parametrize("which", ["index.html", "clients/Ana.html"])
def test_nothing_is_loaded_from_anywhere(store: Store, tmp_path: Path, which: str) -> None:
    """No address of a network is in a page, and its policy forbids requests."""
    store.add_sets(made_sets("Ana", 12))
    write_pages(store, tmp_path)
    text = (tmp_path / which).read_text("utf-8")
    assert "default-src 'none'" in text
    page = Page(text)
    for tag, attributes in page.tags:
        for name in ("src", "href", "action"):
            value = attributes.get(name, "#")
            assert "//" not in value or value.startswith("data:"), (tag, name, value[:60])


def test_a_failed_file_is_a_row_with_its_reason(store: Store, tmp_path: Path) -> None:
    """What couldn't be read stands first, with why."""
    store.add_sets([one_set(), failed()])
    write_pages(store, tmp_path)
    _, rows = data_of((tmp_path / "index.html").read_text("utf-8"))
    assert (rows[0]["state"], rows[0]["problem"]) == ("failed", "x.mp4: no picture in it.")


def test_reports_are_linked_where_they_are(store: Store, tmp_path: Path) -> None:
    """A set's report is linked from both pages, by its own way there; none without a file."""
    store.add_sets([one_set(number=1, folder="Ana/a b"), one_set(number=2, folder="Ana/none")])
    (tmp_path / "Ana" / "a b").mkdir(parents=True)
    (tmp_path / "Ana" / "a b" / "report.html").touch()
    write_pages(store, tmp_path)
    links = {}
    for name in ("index.html", "clients/Ana.html"):
        _, rows = data_of((tmp_path / name).read_text("utf-8"))
        links[name] = {row["report"] for row in rows}
    assert links["index.html"] == {"Ana/a%20b/report.html", ""}
    assert links["clients/Ana.html"] == {"../Ana/a%20b/report.html", ""}


def test_a_client_page_shows_form_load_cues_and_advice(store: Store, tmp_path: Path) -> None:
    """Trend, advice on the load, charts, cue rows, and the message stand on the page."""
    store.add_sets(made_sets("Ana", 30))
    text = client_page(store, "Ana", tmp_path)
    shown = " ".join("".join(Page(text).text).split())
    for needed in (
        "ready to paste",
        "Hi Ana, well done",
        "points",
        "ext time",
        "Chest up with hips",
    ):
        assert needed in shown, needed
    assert text.count("<svg viewBox") == 6  # three lifts, form and load
    assert text.count('class="spark"') > 9


def test_best_and_worst_rep_stand_side_by_side(store: Store, tmp_path: Path) -> None:
    """The best and the worst repetition of the latest sessions, each with its picture."""
    one = one_set(number=3, reps=6, folder="Ana/3")
    pair = best_and_worst(one.reps)
    assert pair is not None
    (tmp_path / "Ana" / "3").mkdir(parents=True)
    for rep in pair:
        (tmp_path / "Ana" / "3" / picture_name(rep.rep.index)).write_bytes(b"jpeg")
    store.add_set(one)
    page = Page(client_page(store, "Ana", tmp_path))
    alts = [a["alt"] for a in page.find("img", src="data:image/jpeg;base64,anBlZw==")]
    assert [alt.split(",")[0] for alt in alts] == [
        f"Best: the lowest point of rep {pair[0].rep.index}",
        f"Most to work on: the lowest point of rep {pair[1].rep.index}",
    ]


def test_left_stands_against_right(store: Store, tmp_path: Path) -> None:
    """The newest left and right set of a one-sided lift are compared; one side alone isn't."""
    left = one_set(number=1, reps=5, lift="split_squat", side="left")
    store.add_set(left)
    assert "left against right" not in client_page(store, "Ana", tmp_path)
    store.add_set(one_set(number=2, reps=5, lift="split_squat", side="right"))
    text = client_page(store, "Ana", tmp_path)
    assert "left against right" in text
    assert "Range of the knee" in text
    assert "<b>" not in text[text.index('class="sides"') : text.index("What is in bold")]


def test_a_page_is_written_again_only_when_its_sets_change(store: Store, tmp_path: Path) -> None:
    """A new set of one client leaves the other client's page as it is."""
    store.add_sets([*made_sets("Ana", 3), *made_sets("Bea", 3)])
    write_pages(store, tmp_path)
    before = {
        name: (tmp_path / "clients" / name).stat().st_mtime_ns for name in ("Ana.html", "Bea.html")
    }
    store.add_set(one_set("Ana", 1000, date=FIRST_DAY + datetime.timedelta(weeks=1)))
    write_pages(store, tmp_path)
    after = {name: (tmp_path / "clients" / name).stat().st_mtime_ns for name in before}
    assert after["Bea.html"] == before["Bea.html"]
    assert after["Ana.html"] != before["Ana.html"]


def test_scores_cannot_start_a_formula(store: Store, tmp_path: Path) -> None:
    """A name or file that a spreadsheet would run is led by a quote; a number stays one."""
    store.add_sets([one_set("=HYPERLINK(1)", file="@x.mp4"), failed("+1", "-2.mp4", "=3")])
    write_pages(store, tmp_path)
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["client"] for row in rows} == {"'=HYPERLINK(1)", "'+1"}
    assert {row["file"] for row in rows} == {"'@x.mp4", "'-2.mp4"}
    judged = next(row for row in rows if row["state"] == "analysed")
    assert float(judged["score"]) > 0


def test_an_empty_history_has_a_page(store: Store, tmp_path: Path) -> None:
    """No set at all is a page that says so, not a crash."""
    write_pages(store, tmp_path)
    assert "0 clients, 0 sets" in (tmp_path / "index.html").read_text("utf-8")


def test_ten_thousand_sets_are_quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table of 10 000 sets is built in far under 20 s, a client's 340 sets in a few."""
    made = list(made_sets("Ana", 340, reps=0))
    sets = [
        replace(one, client=f"Client {at}", content=f"{at}-{one.content}", summary=one.summary)
        for at in range(30)
        for one in made
    ]
    begin_s = time.process_time()
    found = lines(sets, {}, tmp_path)
    of_client: dict[str, list[Line]] = {}
    for line in found:
        of_client.setdefault(line.one.client, []).append(line)
    folders = {name: name.replace(" ", "-") for name in of_client}
    text = pages._index(found, of_client, folders, "x", load_limits())
    assert time.process_time() - begin_s < 10
    assert len(text) < 3_000_000
    with open_store(sqlite_url(tmp_path / "h.sqlite")) as store:
        store.add_sets(made_sets("Ana", 340, reps=1))
        client_page(store, "Ana", tmp_path)  # what is loaded once isn't counted
        begin_s = time.process_time()
        client_page(store, "Ana", tmp_path)
        assert time.process_time() - begin_s < 2


def test_pictures_are_those_of_best_and_worst() -> None:
    """Scores decide, then faults; alike repetitions have no best."""
    reps = one_set(reps=5).reps
    pair = best_and_worst(reps)
    assert pair is not None
    scores = np.array([one.score for one in reps])
    assert (pair[0].score, pair[1].score) == (scores.max(), scores.min())
    assert best_and_worst(reps[:1]) is None
    assert best_and_worst([reps[0], reps[0]]) is None


def test_the_script_finds_what_it_asks_for(store: Store, tmp_path: Path) -> None:
    """Every id and column that the table's script names is in the page."""
    store.add_sets(made_sets("Ana", 6))
    write_pages(store, tmp_path)
    for name in ("index.html", "clients/Ana.html"):
        text = (tmp_path / name).read_text("utf-8")
        ids = {attributes.get("id") for _, attributes in Page(text).tags}
        assert set(re.findall(r'\bby\("([\w-]+)"\)(?!\?)', text)) <= ids
        data, _ = data_of(text)
        assert set(re.findall(r"\bat\.(\w+)", text)) <= set(data["columns"])


@pytest.mark.parametrize(
    ("how", "confidence", "told"),
    [("detected", 0.6, True), ("detected", 0.8, False), ("given", 0.2, False)],
)
def test_a_lift_in_doubt_is_told(tmp_path: Path, how: str, confidence: float, told: bool) -> None:
    """The row says that it may be another lift; one that was named isn't doubted."""
    one = one_set(lift_how=how, lift_confidence=confidence)
    new, seen = (lines([replace(one, looked=at)], {}, tmp_path)[0].why for at in (False, True))
    assert (new.endswith("; which lift isn't sure"), seen == "which lift isn't sure") == (
        told,
        told,
    )
