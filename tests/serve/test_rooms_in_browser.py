"""Inbox, clients, compare and set-up as a browser shows them.

Skipped where there is no Chromium.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from formcheck.batch.job import job_id
from formcheck.serve.kept.limits import limits_here
from formcheck.serve.kept.links import make_link
from formcheck.serve.kept.people import client_named
from tests.history.made_history import made_sets
from tests.serve.conftest import Asking
from tests.serve.serving import serving
from tests.serve.test_compare import twice
from tests.serve.test_inbox import HOSTILE, due, failed

PHONE, DESK = (390, 844), (1280, 900)
MOST_WAIT_MS = 15_000
MARKED = "own.value.slice(own.selectionStart, own.selectionEnd)"
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; })"


@contextmanager
def opened(browser: Browser, size: tuple[int, int] = DESK, scheme: str = "light") -> Iterator[Page]:
    """A window in which whatever the console complains of is an error, but a missing film."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    complaints: list[str] = []
    page = context.new_page()
    page.set_default_timeout(MOST_WAIT_MS)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    yield page
    context.close()
    assert [one for one in complaints if "404" not in one and "400" not in one] == []


def test_the_inbox_goes_by_keys_and_hears_what_is_judged(empty: Asking, browser: Browser) -> None:
    """j, k, a, o and ?; a film being judged shows how far it is, and its set comes by itself."""
    store = empty.desk.store
    anas = [replace(one, content=f"{at:064}") for at, one in enumerate(made_sets("Ana", 4))]
    store.add_sets([*anas, failed("Cleo")])
    waiting = due(empty, "Bea")
    job = job_id("Bea", waiting.content)
    with serving(empty.desk) as port, opened(browser) as page:
        address = f"http://127.0.0.1:{port}"
        page.goto(address)
        here = page.locator("#cards > .set.here")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(here).to_contain_text("Cleo")
        page.keyboard.press("j")
        second = here.get_attribute("data-set")
        page.keyboard.press("a")
        expect(page.locator(f'.set[data-set="{second}"]')).to_contain_text("Done")
        expect(page.locator(".tabs a").nth(1)).to_contain_text("4")
        assert here.get_attribute("data-set") != second
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")

        bar = page.locator(f'[data-job="{job}"] progress')
        expect(bar).to_be_hidden()
        empty.desk.bell.ring({"event": "share", "id": job, "share": 0.25})
        expect(bar).to_have_attribute("value", "25")
        store.add_sets(made_sets("Zoë", 1))
        empty.desk.bell.ring({"event": "set", "id": job})
        expect(page.locator("#cards")).to_contain_text("Zoë")
        way = here.locator("a.open").get_attribute("href")
        page.keyboard.press("o")
        page.wait_for_url(f"{address}{way}")


def test_limits_are_mended_where_they_are_wrong(empty: Asking, browser: Browser) -> None:
    """A standard limit is taken over, broken, refused at its line, mended and kept."""
    with serving(empty.desk) as port, opened(browser, PHONE) as page:
        address = f"http://127.0.0.1:{port}"
        page.goto(f"{address}/setup")
        page.get_by_text("The standard beside yours").click()
        page.get_by_label("Find a cue").fill("hip_drive")
        page.locator('[data-take="hip_drive.any"]').click()
        own = page.locator("#own")
        assert own.input_value().startswith("[hip_drive.any]\nwatch = ")
        good = "[hip_drive.any]\nwatch = 14.0\nfault = 20.0\n"
        own.fill(good.replace("20.0", "nothing"))
        page.get_by_role("button", name="Keep, and judge again").click()
        expect(page.get_by_role("alert")).to_contain_text("Line 3.")
        page.wait_for_function(f"{MARKED} === 'fault = nothing'")
        own.fill(good)
        page.get_by_role("button", name="Keep, and judge again").click()
        expect(page.locator(".well")).to_contain_text("The limits are kept.")
        expect(page.locator("tr.own")).to_contain_text("14°")
        told = page.locator("#rescore-told")
        until_s = time.monotonic() + MOST_WAIT_MS / 1000
        while told.inner_text() != "2 of 4" and time.monotonic() < until_s:
            for event in ("plan", "set", "set"):  # until the page listens
                empty.desk.bell.ring({"event": event, "id": "x", "todo": 4})
            page.wait_for_timeout(100)
        expect(told).to_have_text("2 of 4")
    assert limits_here(empty.desk.out, empty.desk.store).text == good


def test_axe_finds_nothing_and_nothing_is_too_wide(judged: Asking, browser: Browser) -> None:
    """Every room, on a desk in the dark and on a phone by day."""
    store = judged.desk.store
    store.add_sets([*made_sets("Ana", 12), *made_sets(HOSTILE, 3), failed("Cleo")])
    due(judged, "Maximiliana-Alexandrowna-von-und-zu-Hohenzollern-Sigmaringen-Wittgenstein")
    a, b = twice(judged)
    ana = client_named(store, "Ana")
    make_link(store, ana, shows_results=True)
    ways = ("/", "/clients", f"/clients/{ana.id}", f"/compare?a={a}&b={b}", "/compare", "/setup")
    with serving(judged.desk) as port:
        address = f"http://127.0.0.1:{port}"
        for size, scheme, asked in ((DESK, "dark", ways), (PHONE, "light", ways[:4])):
            with opened(browser, size, scheme) as page:
                for way in asked:
                    page.goto(address + way)
                    page.evaluate(UNFOLD)
                    found = Axe().run(page)
                    assert found.violations_count == 0, f"{way}: {found.generate_report()}"
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= size[0], f"{way} is {wide} px wide"
