"""Draw the pictures of docs/reading_the_report.md: ``python docs/make_report_pictures.py``.

A sample clip is analysed as anybody would, and two are compared; the pages that come out are
opened in the Chromium of this machine, and their parts are pictured.
"""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from formcheck.cli import main as formcheck

ROOT = Path(__file__).parent.parent
IMAGES = Path(__file__).parent / "images"
CLIP, OTHER = (
    ROOT / "sample_videos" / f"{name}.mp4" for name in ("deadlift_hips_first", "deadlift_good")
)
WIDE_PX, HIGH_PX, MARGIN_PX, SCALE = 900, 1400, 16, 1.5
QUALITY = 80

PARTS = {
    "headline": "header.verdict",
    "glance": "section[aria-labelledby=glance]",
    "not_good": "section[aria-labelledby=to-work-on]",
    "reps": "#reps",
    "bar": "details[aria-labelledby=bar-way]",
    "angles": "#angles",
    "unjudged": "#unjudged",
}
"""Parts of the report by the name of their picture."""

HIGHEST_PX = {"angles": 520}
"""Where the beginning of a part tells enough."""

SAID = ("--lift", "deadlift", "--plate-m", "0.30", "--quiet")
"""What the samples' specs say of them."""


def run(*words: str | Path) -> None:
    """Run a command of formcheck's."""
    CliRunner().invoke(formcheck, [str(word) for word in words], catch_exceptions=False)


def picture(page: Page, chosen: str, name: str) -> None:
    """Write what a part of a page looks like."""
    part = page.locator(chosen).first
    box = part.bounding_box()
    assert box is not None
    high = min(box["height"], HIGHEST_PX.get(name, HIGH_PX))
    shot = page.screenshot(
        full_page=True,
        clip={
            "x": max(box["x"] - MARGIN_PX, 0),
            "y": max(box["y"] - MARGIN_PX, 0),
            "width": min(box["width"] + 2 * MARGIN_PX, WIDE_PX),
            "height": high + 2 * MARGIN_PX,
        },
    )
    file = IMAGES / f"report_{name}.webp"
    with Image.open(BytesIO(shot)) as image:
        image.convert("RGB").save(file, quality=QUALITY, method=6)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Analyse, compare and picture."""
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        out = Path(name)
        run("analyze", CLIP, "--out", out / "set", *SAID)
        run("analyze", OTHER, "--out", out / "other", *SAID)
        names = ("--names", "before", "today")
        run("compare", out / "set", out / "other", *names, "--out", out / "both", "--quiet")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(
            viewport={"width": WIDE_PX, "height": HIGH_PX}, device_scale_factor=SCALE
        )
        page.goto((out / "set" / "report.html").as_uri())
        page.evaluate("document.querySelectorAll('details.fold').forEach(one => one.open = true)")
        page.wait_for_timeout(500)
        for part, chosen in PARTS.items():
            picture(page, chosen, part)
        page.goto((out / "both" / "compare.html").as_uri())
        picture(page, "main", "compare")


if __name__ == "__main__":
    main()
