"""Review in a browser: a coach's walk and the client's page, and lines on the right limb.

Skipped where there is no Chromium.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import av
import cv2
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from formcheck.poses.saved import load_poses
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.sets import results_of, set_way
from formcheck.video import read_video
from tests.serve.conftest import Asking
from tests.serve.serving import serving

PHONE = {"width": 390, "height": 844}
SERIOUS = ("serious", "critical")
SHOWN = """(at) => new Promise((done) => {
  const player = window.formcheckPlayer;
  player.addEventListener("shown", function seen() {
    if (Math.abs(player.at - at) > 0.02) return;
    player.removeEventListener("shown", seen);
    done(player.at);
  });
  player.seek(at);
})"""
PIXELS = """(points) => {
  const player = window.formcheckPlayer, { skeleton } = player.canvases;
  const scale = skeleton.width / player.lines.size[0], brush = skeleton.getContext("2d");
  return points.map((point) => {
    const [x, y] = point.map((one) => Math.round(one * scale));
    return [...brush.getImageData(x, y, 1, 1).data];
  });
}"""
DRAWN = """() => {
  const { marks } = window.formcheckPlayer.canvases;
  return marks.getContext("2d").getImageData(0, 0, marks.width, marks.height).data.some(Boolean);
}"""
PICTURE = """() => {
  const film = document.querySelector("#film"), small = document.createElement("canvas");
  small.width = 45; small.height = 80;
  const brush = small.getContext("2d");
  brush.drawImage(film, 0, 0, 45, 80);
  return [...brush.getImageData(0, 0, 45, 80).data];
}"""


def opened(browser: Browser, address: str, **looks: object) -> Page:
    """A page that is ready; what its script complains of is an error at its end."""
    page = browser.new_context(viewport=PHONE, **looks).new_page()  # type: ignore[arg-type]
    page.on("pageerror", lambda problem: pytest.fail(str(problem)))
    page.goto(address)
    page.wait_for_selector("#stage[data-ready=yes]")
    return page


def at(page: Page) -> float:
    return float(page.evaluate("window.formcheckPlayer.at"))


def need_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []


def test_a_coach_reviews_and_the_client_sees(judged: Asking, browser: Browser) -> None:
    """Frame by frame, an override with its reason, an arrow, the message; then the result."""
    anna = client_named(judged.desk.store, "Anna")
    (one,) = judged.desk.store.sets(anna.name)
    with serving(judged.desk) as port:
        address = f"http://127.0.0.1:{port}"
        page = opened(browser, address + set_way(anna.id, one.content), color_scheme="dark")
        need_accessible(page)
        times = page.evaluate("window.formcheckPlayer.lines.times_s")
        for step in (1, 2):
            page.keyboard.press(".")
            page.wait_for_function(
                "(at) => Math.abs(window.formcheckPlayer.at - at) < 0.001", arg=times[step]
            )
        page.keyboard.press("a")
        page.wait_for_selector(".finding.decided")
        override = page.locator("#f-0-hinge_pattern")
        override.locator("summary").click()
        override.locator("input[name=why]").fill("the knees go first")
        override.locator(".choose .fault").click()
        page.wait_for_selector("#f-0-hinge_pattern.decided")
        assert "One thing for next time" in page.input_value("#write textarea")
        page.click("[data-draw=arrow]")
        box = page.locator(".fit").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 30, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 90, box["y"] + 120, steps=3)
        page.mouse.up()
        page.wait_for_selector("#mark-list li")
        page.fill("#write textarea", "Sit back more.")
        page.click("button[value=send]")
        page.wait_for_selector(".sent")
        link = urlsplit(page.input_value("#link")).path
        client = opened(browser, address + link)
        need_accessible(client)
        shown = client.inner_text("main")
        for part in ("Sit back more.", "Your coach says: fault – the knees go first", "An arrow"):
            assert part in shown
        client.click(".marks .seek")
        client.wait_for_function(DRAWN)


def turned(film: Path, out: Path) -> None:
    """The same film as a phone keeps it: small, on its side, with the turn beside it."""
    with read_video(film) as read, av.open(str(out), "w") as writing:
        stream = writing.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.set_display_rotation(-90)
        for number, frame in enumerate(read.frames()):
            small = cv2.resize(frame.rgb, (180, 320), interpolation=cv2.INTER_AREA)
            lying = np.ascontiguousarray(np.rot90(small))
            picture = av.VideoFrame.from_ndarray(lying, format="rgb24")
            picture.pts = number
            writing.mux(stream.encode(picture))
        writing.mux(stream.encode())


@pytest.mark.parametrize("on_side", [False, True])
def test_lines_lie_on_the_limbs(judged: Asking, browser: Browser, on_side: bool) -> None:
    """Each joint's dot is where the poses have it, in the very picture that is shown."""
    anna = client_named(judged.desk.store, "Anna")
    (one,) = judged.desk.store.sets(anna.name, details=True)
    film = Path(one.path)
    if on_side:
        turned(film, film.with_suffix(".new.mp4"))
        film.with_suffix(".new.mp4").replace(film)
    folder = results_of(judged.desk.out, one)
    assert folder is not None
    track = load_poses(folder / "poses.npz")
    near = int(np.searchsorted(track.time_s, one.reps[1].rep.bottom_s + 0.4))
    at_s = float(track.time_s[near])
    side = 0 if one.facing == "left" else 1
    joints = [joint + side for joint in (11, 23, 25, 27)]  # a lifter's near side is their own
    with serving(judged.desk) as port:
        address = f"http://127.0.0.1:{port}"
        page = opened(browser, address + set_way(anna.id, one.content))
        assert abs(page.evaluate(SHOWN, at_s) - at_s) < 0.002
        points = [
            page.evaluate("(joint) => window.formcheckPlayer.joint(joint)", one) for one in joints
        ]
        pixels = np.array(page.evaluate(PIXELS, points))
        picture = np.array(page.evaluate(PICTURE)).reshape(80, 45, 4)[..., :3]
    away = np.hypot(*(np.array(points) - track.landmarks_px[near, joints, :2]).T)
    assert away.max() < 25  # of 1280: filtered and fitted, they part a little from the engine's
    assert (pixels == 255).all()  # white dots, nothing seen through them
    with read_video(film) as read:
        frame = next(frame for frame in read.frames() if frame.time_s > at_s - 0.01)
    true = cv2.resize(frame.rgb, (45, 80), interpolation=cv2.INTER_AREA)
    assert np.corrcoef(true.ravel(), picture.ravel())[0, 1] > 0.97
