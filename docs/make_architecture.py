"""Draw the picture of docs/architecture.md: ``python docs/make_architecture.py``.

The order is the import contract's (``pyproject.toml``), what travels is what the stages'
functions are annotated with, a stage's words are its docstring's first line and the parts of
σ are those of a sample set, so the picture changes when the code does, and a test notices.
"""

from __future__ import annotations

import inspect
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import formcheck
from formcheck.pipeline import judge_poses
from formcheck.reps.recognise import SURE

ROOT = Path(__file__).parent.parent
PICTURE = Path(__file__).parent / "images" / "architecture.svg"
SAMPLE = ROOT / "sample_videos" / "poses" / "deadlift_good.npz"

WIDTH, MARGIN, INSIDE = 480, 12, 12
"""As wide as leaves the letters legible on a phone."""

TEXT_PX, LINE_PX, ARROW_PX, CHIP_PX = 14, 19, 44, 26
LETTER = 0.51
"""How wide a letter is, as a share of its height, on average; wide enough for any sans serif."""

STAGES: tuple[Callable[..., Any], ...] = (
    formcheck.read_video,
    formcheck.estimate_poses,
    formcheck.compute_signals,
    formcheck.cut_set,
    formcheck.judge,
)
"""The function of each stage; ``report`` follows, and takes what ``judge_poses`` makes."""

CARRIED = {
    "Film": "upright pictures, each with its time",
    "PoseTrack": "33 joints, the body's outline, the bar",
    "Signals": "angles with σ, the view, the back's line",
    "MeasuredSet": "the signals, the lift, its repetitions",
    "Analysis": "every finding, with what it stands on",
}
"""What the records are, in words."""

STYLE = (
    "<style>svg{color:#1d232b;background:#fff}.box{fill:#f1f4f8;stroke:#aab4c0}"
    ".sigma{fill:#fff3d6}.chip{fill:none;stroke:#aab4c0}.line{stroke:#5b6673;fill:none}"
    "text{font:14px system-ui,sans-serif;fill:currentColor}.b{font-weight:600}"
    ".m{font-family:ui-monospace,monospace}.q{opacity:.75}"
    "@media(prefers-color-scheme:dark){svg{color:#e8ebef;background:#161b22}"
    ".box{fill:#212832;stroke:#4b5664}.sigma{fill:#3b3116}.chip{stroke:#4b5664}"
    ".line{stroke:#9aa5b1}}</style>"
)

DESCRIBED = (
    "Six stages from top to bottom, video, poses, signals, reps, cues, report, with what travels "
    "between them and what each adds to the uncertainty; above them what calls them, below what "
    "all of them stand on."
)


def layers() -> list[list[str]]:
    """The import contract's layers, from those that import to those that are imported."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    contracts = tools["importlinter"]["contracts"]
    said = next(one["layers"] for one in contracts if one["type"] == "layers")
    return [row.split(" | ") for row in said]


def sigma_of() -> dict[str, str]:
    """Where uncertainty enters, by stage."""
    motion = formcheck.compute_signals(formcheck.load_poses(SAMPLE))
    parts = ", ".join(motion.angles_deg["trunk"].parts)
    return {
        "video": "A clock that isn't life's: seconds aren't judged.",
        "poses": "A joint that isn't found is NaN; the bar's place has a σ.",
        "signals": f"Every angle gets its σ, of named parts: {parts}.",
        "reps": f"Sure of the lift below {SURE:g}: both names are said. Cut or hidden: counted, "
        "not judged.",
        "cues": "A fault has to clear its limit by σ; where σ leaves it open the answer is "
        "“can't judge”.",
        "report": "Every number with its ±, its limit and the limit's source.",
    }


def carried() -> list[str]:
    """What goes from each stage to the next, as its function is annotated."""
    made = [inspect.signature(one).return_annotation for one in STAGES[:-1]]
    return [*made, inspect.signature(judge_poses).return_annotation]


class _Page:
    """A drawing that grows downwards."""

    def __init__(self) -> None:
        self.y = MARGIN
        self._drawn: list[str] = []

    def text(self, said: str, x: int = MARGIN, kind: str = "") -> None:
        """Write a paragraph, wrapped to the page."""
        room = int((WIDTH - MARGIN - x) / (TEXT_PX * LETTER))
        for line in textwrap.wrap(said, room):
            self.y += LINE_PX
            self._write(line, x, self.y - 5, kind)

    def _write(self, said: str, x: float, y: float, kind: str, *, middle: bool = False) -> None:
        of = f' class="{kind}"' if kind else ""
        anchor = ' text-anchor="middle"' if middle else ""
        self._drawn.append(f'<text{of}{anchor} x="{x:g}" y="{y:g}">{escape(said)}</text>')

    def chips(self, rows: list[list[str]]) -> None:
        """Name modules in boxes; a row each, those of one layer side by side."""
        x = float(MARGIN)
        for at, row in enumerate(rows):
            said = " | ".join(row)
            wide = len(said) * TEXT_PX * 0.61 + 14
            before = 18 if at else 0
            if x + before + wide > WIDTH - MARGIN:
                x, self.y = float(MARGIN), self.y + CHIP_PX + 6
            if at:
                between = before / 2 if x > MARGIN else 4
                self._write("›", x + between, self.y + 18, "q", middle=True)
            x += before if at else 0
            self._drawn.append(
                f'<rect class="chip" x="{x:g}" y="{self.y}" width="{wide:.0f}" '
                f'height="{CHIP_PX}" rx="6"/>'
            )
            self._write(said, x + wide / 2, self.y + 18, "m", middle=True)
            x += wide
        self.y += CHIP_PX

    def stage(self, name: str, said: str, sigma: str) -> None:
        """A stage: its name, what it does, and what it adds to the uncertainty."""
        at, top = len(self._drawn), self.y
        self.y += 4
        self.text(f"{name}/", MARGIN + INSIDE, "b m")
        self.text(said, MARGIN + INSIDE)
        self.y += 6
        between = self.y
        self.text(f"σ: {sigma}", MARGIN + INSIDE)
        self.y += 6
        wide = WIDTH - 2 * MARGIN
        self._drawn[at:at] = [
            f'<rect class="box" x="{MARGIN}" y="{top}" width="{wide}" height="{self.y - top}" '
            'rx="8"/>',
            f'<rect class="sigma" x="{MARGIN + 1}" y="{between}" width="{wide - 2}" '
            f'height="{self.y - between - 1}" rx="7"/>',
        ]

    def arrow(self, name: str = "", said: str = "") -> None:
        """An arrow down, with what goes along it."""
        x, end = MARGIN + 30, self.y + ARROW_PX - 4
        self._drawn.append(
            f'<path class="line" stroke-width="2" d="M{x} {self.y + 4}V{end}m-5 -7l5 7l5 -7"/>'
        )
        self._write(name, x + 18, self.y + 27, "b m")
        self._write(said, x + 24 + len(name) * TEXT_PX * 0.61, self.y + 27, "q")
        self.y += ARROW_PX

    def svg(self) -> str:
        """The whole."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.y + MARGIN}" '
            f'role="img" aria-label="{escape(DESCRIBED)}">{STYLE}{"".join(self._drawn)}</svg>\n'
        )


def _stages() -> Iterator[tuple[str, str]]:
    """Name each stage in order, with its docstring's first line."""
    for one in [*STAGES, formcheck.Analysis]:
        name = one.__module__.split(".")[1]
        said = inspect.getdoc(import_module(f"formcheck.{name}")) or ""
        yield name, said.partition("\n")[0].replace("``", "")


def drawing() -> str:
    """Give the picture as SVG text."""
    rows, stages = layers(), dict(_stages())
    order = [row[0] for row in reversed(rows) if row[0] in stages]
    if order != list(stages):
        raise SystemExit(f"the contract has {order}, the stages are {list(stages)}")
    above = rows[: rows.index([order[-1]])]
    below = rows[rows.index([order[0]]) + 1 :]
    sigma, page = sigma_of(), _Page()
    page.text("What calls the stages; each may use those after it", kind="b")
    page.y += 6
    page.chips(above)
    page.arrow("", "a film, saved poses, or a camera")
    for at, (name, said) in enumerate(stages.items()):
        page.stage(name, said, sigma[name])
        if at < len(carried()):
            record = carried()[at]
            page.arrow(record, CARRIED[record])
    page.y += 18
    page.text("What all of them stand on", kind="b")
    page.y += 6
    page.chips(below)
    return page.svg()


def main() -> None:
    """Write it."""
    PICTURE.write_text(drawing(), encoding="utf-8", newline="\n")
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.1f} kB")


if __name__ == "__main__":
    main()
