"""Draw the README's picture from a sample clip: ``python docs/make_picture.py``.

Left a frame of the annotated video, right what the report says, in its words.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from formcheck.data import Finding
from formcheck.errors import NotAVideo
from formcheck.pipeline import analyze
from formcheck.report import wording
from formcheck.report.annotate import draw_video
from formcheck.report.lettering import Colour, Line, Picture, label, paste, wrap
from formcheck.report.overlay import COLOURS
from formcheck.report.record import Analysis
from formcheck.video import read_video

ROOT = Path(__file__).parent.parent
PICTURE = Path(__file__).parent / "images" / "overview.webp"
CLIPS = ("deadlift_rounded", "deadlift_good")
HEIGHT_PX, CARD_PX, MARGIN_PX = 900, 940, 44
MOST_CUES = 6  # what fits on the card
PAPER: Colour = (22, 27, 34)
DIM: Colour = (170, 178, 189)


def frame(clip: Path, analysis: Analysis, at_s: float) -> Picture:
    """Give the frame of the annotated video at a time, ``HEIGHT_PX`` high."""
    with TemporaryDirectory() as folder:
        film_path = Path(folder) / "annotated.mp4"
        zero_s = draw_video(analysis, clip, film_path).zero_s
        with read_video(film_path) as film:
            for one in film.frames():
                if one.time_s + zero_s >= at_s:
                    picture = Image.fromarray(np.ascontiguousarray(one.rgb))
                    width = round(picture.width * HEIGHT_PX / picture.height)
                    return np.asarray(picture.resize((width, HEIGHT_PX), Image.Resampling.LANCZOS))
    raise NotAVideo(f"{clip}: it has no frame at {at_s:.1f} s")


class _Card:
    """A dark page that is written on from the top."""

    def __init__(self) -> None:
        self.rgb = np.full((HEIGHT_PX, CARD_PX, 3), PAPER, np.uint8)
        self._y = MARGIN_PX

    def write(self, text: str, size_px: int, colour: Colour = (240, 242, 245)) -> None:
        """Write a paragraph, bold from 30 pixels on."""
        bold = size_px >= 30
        for line in wrap(text, size_px, CARD_PX - 2 * MARGIN_PX, bold=bold, most_lines=4):
            self._paste(Line(line, size_px, bold, colour), MARGIN_PX)
            self._y += round(size_px * 1.35)
        self._y += size_px // 2

    def finding(self, title: str, one: Finding) -> None:
        """Write a cue with its verdict and number."""
        symbol, word = wording.SYMBOLS[one.verdict], wording.WORDS[one.verdict]
        cells = (
            (f"{symbol} {word}", MARGIN_PX, COLOURS[one.verdict]),
            (title, MARGIN_PX + 250, (240, 242, 245)),
            (wording.amount(one), MARGIN_PX + 600, DIM),
        )
        for text, left, colour in cells:
            if text:
                self._paste(Line(text, 30, left == MARGIN_PX, colour), left)
        self._y += 60

    def _paste(self, line: Line, left: int) -> None:
        paste(self.rgb, label((line,), opacity=0.0), left - line.size_px // 2, self._y)


def card(analysis: Analysis) -> Picture:
    """Write what the report says first: headline, cues, one thing to work on."""
    page = _Card()
    page.write(analysis.summary.headline, 36)
    page.write(wording.tally(analysis), 28, DIM)
    judged = [f for f in analysis.summary.findings.values() if f.verdict != "cannot_judge"]
    judged.sort(key=lambda f: wording.WORST_FIRST.index(f.verdict))
    for finding in judged[:MOST_CUES]:
        page.finding(analysis.cues[finding.cue].title, finding)
    page.write("", 20)
    page.write(analysis.summary.praise, 28, DIM)
    page.write(f"Work on: {analysis.summary.main_advice}", 30)
    return page.rgb


def main(clip: Path) -> None:
    """Analyse ``clip`` and write the picture."""
    analysis = analyze(clip)
    main_cue = analysis.summary.main_cue
    rep = analysis.reps[len(analysis.reps) // 2]
    at_s = rep.findings[main_cue].at_s if main_cue else rep.rep.bottom_s
    rgb = np.concatenate([frame(clip, analysis, at_s), card(analysis)], axis=1)
    PICTURE.parent.mkdir(exist_ok=True)
    Image.fromarray(rgb).save(PICTURE, quality=82, method=6)
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    found = (ROOT / "sample_videos" / f"{name}.mp4" for name in CLIPS)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else next(path for path in found if path.exists()))
