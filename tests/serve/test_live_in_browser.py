"""A phone's page films a rendered clip: Chromium's fake camera plays it, the desk judges it.

Told must be what the live stages tell of the same clip when every picture is analysed. A
busy machine analyses fewer: then a verdict may be "cannot judge" instead, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from benchmarks.live_match import play
from benchmarks.pose_cache import poses_of
from formcheck.live.events import LiveEvent
from formcheck.pipeline import Request
from formcheck.poses.saved import load_poses
from formcheck.serve.desk import Choices, Desk, open_desk
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import uploads_of
from tests.chromium import chromium
from tests.serve.serving import serving

CLIP = Path(__file__).parents[2] / "sample_videos" / "deadlift_hips_first.mp4"
CLIP_S = 11.4
PHONE, SIDEWAYS, SCREEN = (390, 844), (844, 390), (1920, 1080)
HEIGHT_PX = 640
MOST_S = 150.0
LEAD_S, TAIL_S = 1.0, 2.0
"""Its first and last picture stand so long, for it is played again and again: the set is ended
in the last one's time."""

SLOWED = 2
"""The camera's time goes slower, for the page too: a busy machine comes along."""

ENOUGH_HZ = 24.0
"""With so many pictures a second, on the camera's clock, most is judged."""

LISTEN = """
const own = HTMLVideoElement.prototype.requestVideoFrameCallback;
HTMLVideoElement.prototype.requestVideoFrameCallback = function (next) {
  const slowed = (now, about) => next(now / SLOWED, {captureTime: about.captureTime / SLOWED});
  return own.call(this, slowed);
};
window.looked = [];
window.told = [];
window.begun = window.ended = null;
const fromItsStart = async () => {
  const video = document.getElementById("video");
  video.srcObject.getTracks().forEach((track) => track.stop());
  video.srcObject = await navigator.mediaDevices.getUserMedia({video: {resizeMode: "none"}});
  await video.play();
  window.begun = Infinity;
};
const looked = (time_s) => {
  window.looked.push(time_s);
  if (window.begun !== null) window.begun = Math.min(window.begun, time_s);
  if (window.ended !== null || window.begun === null || time_s - window.begun < OVER_S) return;
  window.ended = time_s;
  document.getElementById("end-set").click();
};
document.addEventListener("formcheck-live", (event) => {
  if (event.detail.event === "ready") fromItsStart();
  if (event.detail.event === "looked") looked(event.detail.time_s);
  else window.told.push(event.detail);
});
""".replace("SLOWED", str(SLOWED)).replace("OVER_S", str(LEAD_S + CLIP_S + TAIL_S / 2))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The clip as Chromium's fake camera takes it: plain pictures, slowed."""
    path = tmp_path_factory.mktemp("film") / "clip.y4m"
    with av.open(str(CLIP)) as clip, path.open("wb") as out:
        video = clip.streams.video[0]
        width = round(video.width * HEIGHT_PX / video.height / 2) * 2
        pictures = [
            one.reformat(width, HEIGHT_PX, "yuv420p").to_ndarray().tobytes()
            for one in clip.decode(video)
        ]
        rate_hz = video.average_rate
        assert rate_hz is not None
        lead, tail = (round(time_s * rate_hz) for time_s in (LEAD_S, TAIL_S))
        rate = rate_hz / SLOWED
        rate_said = f"F{rate.numerator}:{rate.denominator}"
        out.write(f"YUV4MPEG2 W{width} H{HEIGHT_PX} {rate_said} Ip A1:1 C420jpeg\n".encode())
        for one in [*pictures[:1] * lead, *pictures, *pictures[-1:] * tail]:
            out.write(b"FRAME\n" + one)
    yield path
    path.unlink()


@pytest.fixture(scope="module")
def browser(film: Path) -> Iterator[Browser]:
    fake = ("use-fake-device-for-media-stream", "use-fake-ui-for-media-stream")
    switches = [*(f"--{one}" for one in fake), f"--use-file-for-fake-video-capture={film}"]
    with chromium(*switches) as browser:
        yield browser


@contextmanager
def served(folder: Path) -> Iterator[tuple[Desk, str]]:
    """A desk that listens on a free port of this machine; nobody judges uploads there."""
    choices = Choices(asks_password=False, works=False)
    with (
        open_desk(folder, choices) as desk,
        serving(desk, ws="websockets-sansio", timeout_graceful_shutdown=5) as port,
    ):
        yield desk, f"http://127.0.0.1:{port}"


def opened(browser: Browser, size: tuple[int, int], address: str) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.add_init_script(LISTEN)
    page.goto(address)
    return page


def told(page: Page, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "(kind) => window.told.filter((one) => one.event === kind)", kind
    )
    return found


def wait_for(page: Page, kind: str, number: int = 1) -> list[dict[str, Any]]:
    page.wait_for_function(
        "([kind, number]) => window.told.filter((one) => one.event === kind).length >= number",
        arg=[kind, number],
        timeout=MOST_S * 1000,
    )
    return told(page, kind)


def rate_hz(page: Page) -> float:
    """How many pictures a second were analysed, on the camera's clock."""
    times_s: list[float] = page.evaluate("window.looked")
    return (len(times_s) - 1) / (times_s[-1] - times_s[0])


def complaints(page: Page) -> list[Any]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def of(events: list[LiveEvent], kind: str) -> list[dict[str, Any]]:
    return [one.to_dict() for one in events if one.kind == kind]


def test_a_filmed_clip_is_told_as_the_live_stages_tell_it(
    browser: Browser, tmp_path: Path, model_path: Path
) -> None:
    """Count, lift, verdicts; the big screen counts too; the set is kept when it is asked for."""
    kept = poses_of([CLIP])[CLIP]
    full = play([load_poses(Path(kept.poses))], Request())
    wanted, (end,) = of(full, "rep"), of(full, "set_end")
    with served(tmp_path / "desk") as (desk, address):
        screen = opened(browser, SCREEN, f"{address}/live/screen")
        page = opened(browser, PHONE, f"{address}/live")
        assert complaints(page) == []
        page.get_by_role("button", name="Start the camera").click()
        wait_for(page, "ready")
        (summed,), reps = wait_for(page, "set_end"), told(page, "rep")
        assert (summed["reps"], summed["lift"]) == (end["reps"], end["lift"])
        both = [
            (was["cues"][cue]["verdict"], one["verdict"])
            for now, was in zip(reps, wanted, strict=True)
            for cue, one in now["cues"].items()
        ]
        assert [one for one in both if len({*one} - {"cannot_judge"}) == 2] == []
        if rate_hz(page) >= ENOUGH_HZ:
            assert sum(was == now for was, now in both) >= 0.8 * len(both)
        screen.wait_for_function(
            "() => document.getElementById('words').dataset.where === 'summary'"
        )
        assert screen.locator("#beside").inner_text() == f"{end['reps']} reps"
        page.get_by_role("button", name="Keep this set").click()
        page.get_by_label("Whose set").fill("Anna")
        page.get_by_role("button", name="Keep it").click()
        wait_for(page, "kept")
        (upload,) = uploads_of(desk.store, client_named(desk.store, "Anna").id)
        with av.open(str(upload.path)) as film:
            assert film.streams.video[0].height == HEIGHT_PX
        page.set_viewport_size({"width": SIDEWAYS[0], "height": SIDEWAYS[1]})
        assert complaints(page) == []
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Start the camera").wait_for()
        assert complaints(screen) == []
