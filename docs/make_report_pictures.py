"""Draw the pictures of docs/reading_the_report.md: ``python docs/make_report_pictures.py``.

A sample clip is analysed as anybody would, and two are compared; the pages that come out are
opened in the Chromium of this machine, and their parts are pictured.
"""

from __future__ import annotations

import shutil
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
WIDE_PX, HIGH_PX, SCALE = 900, 1400, 1.5
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


def run(*words: str | Path) -> None:
    """Run a command of formcheck's."""
    CliRunner().invoke(formcheck, [str(word) for word in words], catch_exceptions=False)


def picture(page: Page, chosen: str, name: str) -> None:
    """Write what a part of a page looks like."""
    part = page.locator(chosen).first
    part.scroll_into_view_if_needed()
    file = IMAGES / f"report_{name}.webp"
    shot = file.with_suffix(".png")
    part.screenshot(path=shot)
    with Image.open(shot) as image:
        highest = round(HIGHEST_PX.get(name, HIGH_PX) * SCALE)
        cut = image.convert("RGB").crop((0, 0, image.width, min(image.height, highest)))
    shot.unlink()
    cut.save(file, quality=QUALITY, method=6)
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Analyse, compare and picture."""
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        out = Path(name)
        run("analyze", CLIP, "--out", out / "set", "--lift", "deadlift", "--quiet")
        run("analyze", OTHER, "--out", out / "other", "--lift", "deadlift", "--quiet")
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
