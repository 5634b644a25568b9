"""A client's page in a phone's browser: a film that arrives whole over a line that breaks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from formcheck.serve.routes import send
from tests.serve.conftest import FILM, Asking
from tests.serve.serving import Line, serving
from tests.serve.test_tus import link_to, of

Open = Callable[..., Page]
PHONE: ViewportSize = {"width": 390, "height": 844}
WAIT_MS = 20_000
MB = 1_000_000


@pytest.fixture
def line(empty: Asking) -> Iterator[Line]:
    with serving(empty.desk) as port:
        line = Line(port)
        yield line
        line.close()


@pytest.fixture
def opened(browser: Browser, line: Line) -> Iterator[Open]:
    """Open a page; whatever its script complains of is an error, and any other address."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(way: str, script: bool = True) -> Page:
        context = browser.new_context(viewport=PHONE, has_touch=True, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        home = f"http://127.0.0.1:{line.port}"
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((home, "blob:", "data:"))
                else complaints.append(asked.url)
            ),
        )
        page.goto(home + way)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def large_film(folder: Path) -> Path:
    """The sample film with room at its end, which players pass over: three parts to send."""
    path = folder / "IMG 1.mp4"
    room = 18 * MB
    path.write_bytes(FILM.read_bytes() + room.to_bytes(4) + b"free" + bytes(room - 8))
    return path


def test_a_film_arrives_once_over_a_line_that_breaks(
    empty: Asking,
    line: Line,
    opened: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Cut in the middle of a part, the page closed and opened again, the phone offline."""
    monkeypatch.setattr(send, "glance", lambda _: send.Look(sure="good", code="ready", say="Good."))
    film = large_film(tmp_path)
    page = opened(link_to(empty.desk, "Anna"))
    page.get_by_label("Choose a film").set_input_files(film)
    page.get_by_text("Good.").wait_for(timeout=WAIT_MS)
    page.locator("select[name=lift]").select_option("deadlift")
    page.get_by_label("Load").fill("82.5")
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("it goes on by itself").wait_for(timeout=WAIT_MS)
    line.cut_after(3 * MB, 10 * MB, 1)
    page.context.set_offline(False)
    page.wait_for_timeout(100)
    while line.cuts < 3:
        page.wait_for_timeout(50)

    page.reload()
    page.get_by_text("You were sending IMG 1.mp4").wait_for(timeout=WAIT_MS)
    page.get_by_label("Choose a film").set_input_files(film)
    assert page.get_by_label("Load").input_value() == "82.5"
    page.get_by_label("Load").fill("85")
    page.get_by_role("button", name="Go on from").click()
    page.get_by_text("It is here.").first.wait_for(timeout=WAIT_MS)
    page.get_by_text("deadlift, 85 kg").wait_for(timeout=WAIT_MS)
    (one,) = of(empty.desk, "Anna")
    assert one.content == hashlib.sha256(film.read_bytes()).hexdigest()
    assert (one.file, one.said.lift, one.said.load_kg) == ("IMG 1.mp4", "deadlift", 85.0)
    assert hashlib.sha256(one.path.read_bytes()).hexdigest() == one.content
    assert page.evaluate("() => localStorage.length") == 0
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    assert Axe().run(page).response["violations"] == []


def test_pausing_giving_up_and_what_is_no_film(
    empty: Asking, line: Line, opened: Open, tmp_path: Path
) -> None:
    """Pause holds it, cancel takes it away, and a list of films is refused in words."""
    page = opened(link_to(empty.desk, "Anna"))
    page.get_by_label("Choose a film").set_input_files(large_film(tmp_path))
    page.context.set_offline(True)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_text("paused").wait_for(timeout=WAIT_MS)
    page.context.set_offline(False)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Send").wait_for(timeout=WAIT_MS)
    page.get_by_role("button", name="Another film").click()
    listed = tmp_path / "list.mp4"
    listed.write_text("#EXTM3U\nhttp://127.0.0.1/a.ts\n")
    page.get_by_label("Choose a film").set_input_files(listed)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("points to others").wait_for(timeout=WAIT_MS)
    assert of(empty.desk, "Anna") == []
    assert not list(empty.desk.uploads.glob("*/*"))


def test_a_browser_without_script_sends_too(empty: Asking, line: Line, opened: Open) -> None:
    """By the form alone."""
    page = opened(link_to(empty.desk, "Anna"), False)
    page.locator("input[type=file]").last.set_input_files(FILM)
    page.locator("select[name=lift]").select_option("romanian_deadlift")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("It is here.").first.wait_for(timeout=WAIT_MS)
    (one,) = of(empty.desk, "Anna")
    assert one.content == hashlib.sha256(FILM.read_bytes()).hexdigest()
