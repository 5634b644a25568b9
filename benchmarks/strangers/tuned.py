"""Which numbers of ours were chosen on which films, so that no figure is taken for more."""

from __future__ import annotations

from benchmarks.repeat.page import table
from formcheck.signals import lines as kept

CHOSEN = (
    (
        "limits of the cues (`cues/limits.toml`)",
        "our choice and the literature; several moved until sets called correct passed, on the "
        "sources of the second column and on labelled squats without film",
    ),
    (
        "lines of the back, σ, hidden joints, views",
        "rendered lifters, and looks at films of the second column",
    ),
    (
        "flexion of the lower back (`signals/lumbar.toml`)",
        "rendered lifters, with bodies left out; see docs/accuracy.md",
    ),
)
"""What isn't made by a recipe: by hand, as the sources in those files say."""


def tuned_on() -> str:
    """Say what the figures of shipped numbers are worth."""
    every = kept.lines()
    lines = [line for name in every.__struct_fields__[1:] for line in getattr(every, name).values()]
    tried = sum(line.left_out.readings for line in lines)
    wrong = sum(line.left_out.wrong for line in lines)
    rows = [
        *CHOSEN,
        (
            "what a movement is (`signals/lines.toml`)",
            f"{len(lines)} lines between labelled groups, read on {every.recipe.clips} "
            f"({every.recipe.date}); chosen without a source and tried on it they err in "
            f"{wrong} of {tried} readings",
        ),
    ]
    return f"""\
## What was chosen on what

All figures above are of the numbers as shipped. No film of the first column was looked at when
those of the first rows were chosen; lines of the last row were read on both folders.

{table(("numbers", "chosen on"), rows)}"""
