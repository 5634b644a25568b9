"""The pages as a browser shows them: accessible, offline, legible, and their charts alive.

Skipped where there is no Chromium. The film is small: what it shows is not at issue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from formcheck.batch.pages import write_pages
from formcheck.history.store import open_store, sqlite_url
from formcheck.report import html
from formcheck.report.annotate import Drawn, wanted_stills
from tests.batch.test_pages import failed, one_set
from tests.history.made_history import made_sets
from tests.report.sample import draw_lifter, sample_analysis, with_bar, write_source_video

PHONE, DESK = (390, 844), (1280, 900)
LEGIBLE_PX = 11
SIDES = ("left", "right")
REP_3_S = 5.7  # when its back is at its roundest

FILM_S = """new Promise((tell) => {
  const film = document.getElementById("player");
  if (film.seeking) film.addEventListener("seeked", () => tell(film.currentTime));
  else tell(film.currentTime);
})"""

Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with its film beside it, and a coach's pages of two clients."""
    out = tmp_path_factory.mktemp("pages")
    analysis = with_bar(sample_analysis(96, 160))
    film = write_source_video(analysis, out / "film.mp4")
    stills = {at_s: draw_lifter(analysis, int(at_s * 30)) for at_s in wanted_stills(analysis)}
    html.write_html(analysis, out / "report.html", film, Drawn(stills))
    with open_store(sqlite_url(out / "h.sqlite")) as store:
        one_sided = [one_set(number=n, lift="split_squat", side=s) for n, s in enumerate(SIDES, 50)]
        store.add_sets([*made_sets("Ana", 12), *one_sided, *made_sets("Bea", 6), failed("Bea")])
        write_pages(store, out)
    return out


@pytest.fixture
def opened(browser: Browser, folder: Path) -> Open:
    """Open a page, unfolded; whatever its script complains of, or the network, is an error."""

    @contextmanager
    def opened(name: str, size: tuple[int, int] = DESK, scheme: str = "light") -> Iterator[Page]:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            offline=True,
        )
        complaints: list[str] = []
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.goto((folder / name).as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        yield page
        context.close()
        assert complaints == []

    return opened


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [
        ("report.html", DESK, "light"),
        ("report.html", PHONE, "dark"),
        ("index.html", DESK, "light"),
        ("clients/Ana.html", PHONE, "dark"),
    ],
)
def test_axe_finds_nothing(opened: Open, name: str, size: tuple[int, int], scheme: str) -> None:
    """No rule of axe-core is broken, on a desk or a phone, in daylight or dark."""
    with opened(name, size, scheme) as page:
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []


def test_a_chart_is_one_drawing_as_wide_as_there_is_room(opened: Open) -> None:
    """On a phone the same drawing is narrower, its letters aren't smaller, nothing sticks out."""
    widths = []
    for size in (PHONE, DESK):
        with opened("report.html", size) as page:
            box = page.locator(".timed svg").first.bounding_box()
            assert box is not None
            widths.append(box["width"])
            sizes_px = page.evaluate(
                "[...document.querySelectorAll('.plot span')]"
                ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
            )
            assert min(sizes_px) >= LEGIBLE_PX
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert widths[0] < PHONE[0] < widths[1]


def test_cursor_and_film_are_at_the_same_moment(opened: Open) -> None:
    """A tap on a chart brings the film there; every chart says its number there, with its ±."""
    with opened("report.html") as page:
        trunk = page.locator(".timed").first
        box = trunk.bounding_box()
        assert box is not None
        first, _, wide, _ = map(float, _view(page).split())
        trunk.click(position={"x": (REP_3_S - first) / wide * box["width"], "y": 50})
        at_s = page.evaluate(FILM_S)
        assert at_s == pytest.approx(REP_3_S, abs=0.05)
        said = page.locator("output.readout").all_inner_texts()
        assert said[:2] == ["53 ± 3° at 0:05.7", "29 ± 3° at 0:05.7"]
        assert trunk.get_attribute("aria-valuetext") == "53 ± 3° at 0:05.7"


def _until(page: Page, true: str) -> None:
    """Wait for it without the page's own eval, which its policy forbids."""
    for _ in range(100):
        if page.evaluate(true):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never came true: {true}")


def test_show_me_loops_its_second_cut_to_the_lifter(opened: Open) -> None:
    """At a quarter of the speed, close up, until Escape gives the whole film back."""
    with opened("report.html", PHONE) as page:
        link = page.locator(".takeaway .seek")
        first, last = map(float, str(link.get_attribute("data-loop")).split())
        link.click()
        _until(page, "!player.seeking && !player.paused && player.style.transform !== ''")
        assert first - 0.1 <= page.evaluate("player.currentTime") <= last + 0.1
        assert page.evaluate("player.playbackRate") == 0.25
        page.evaluate(f"player.currentTime = {last - 0.01}")
        _until(page, f"player.currentTime < {last - 0.2}")  # it begins again
        page.keyboard.press("Escape")
        assert page.evaluate("[player.playbackRate, player.style.transform]") == [1, ""]


def test_best_and_worst_go_in_step(opened: Open) -> None:
    """Moved by its slider, both films of a pair are at the same moment of the lift."""
    with opened("report.html") as page:
        pair = page.locator(".pair").first
        pair.locator("input").evaluate(
            "(one) => { one.value = 0.9; one.dispatchEvent(new Event('input')); }"
        )
        _until(page, "document.querySelectorAll('.pair video.ready').length === 2")
        clock = json.loads(str(pair.get_attribute("data-clock")))
        seen = pair.locator("video").evaluate_all("(all) => all.map((one) => one.currentTime)")
        wanted = [np.interp(0.9, clock["clock"], clock[side]) for side in ("best", "worst")]
        assert seen == pytest.approx(wanted, abs=0.05)


def test_zoom_by_keyboard_and_by_drawing(opened: Open) -> None:
    """ "+" halves the window, "0" shows all; drawn across, a stretch fills it, labels in tenths."""
    with opened("report.html") as page:
        whole = _view(page)
        trunk = page.locator(".timed").first
        trunk.focus()
        page.keyboard.press("+")
        assert _wide_s(page) == pytest.approx(float(whole.split()[2]) / 2)
        page.keyboard.press("0")
        assert _view(page) == whole
        trunk.scroll_into_view_if_needed()
        box = trunk.bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 0.4 * box["width"], middle)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.6 * box["width"], middle, steps=4)
        page.mouse.up()
        assert _wide_s(page) == pytest.approx(0.2 * float(whole.split()[2]), rel=0.02)
        texts = page.locator(".timed .across").first.inner_text()
        assert re.search(r"\d\.5 s", texts)
        page.keyboard.press("j")  # the next repetition is out of sight: the page is turned
        first, _, wide, _ = map(float, _view(page).split())
        now = float(trunk.get_attribute("aria-valuenow") or "nan")
        assert first <= now <= first + wide


def test_on_paper_the_charts_are_there_without_their_buttons(opened: Open) -> None:
    """Printed, an opened chart is drawn as wide as the paper; what needs a hand is left out."""
    with opened("report.html") as page:
        page.emulate_media(media="print")
        assert page.locator(".timed svg").first.is_visible()
        assert not page.locator(".zoom").is_visible()


def _view(page: Page) -> str:
    return page.locator(".timed svg").first.get_attribute("viewBox") or ""


def _wide_s(page: Page) -> float:
    return float(_view(page).split()[2])
