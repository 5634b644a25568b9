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
    (
        "which lift it is (`reps/naming.toml`)",
        "films of both columns and rendered lifters, by a recipe that leaves sources out; what it "
        "asks was chosen with those left-out answers in view; see docs/naming.md",
    ),
    (
        "other movements, who has put the weight down (`reps/others.py`, `carry.py`, `alike.py`)",
        "films of both columns, all in view",
    ),
    (
        "what is taken for the back, repetitions unlike the others, depth's factor",
        "rendered lifters, and looks at films of both columns",
    ),
)
"""What isn't made by a recipe: by hand, as the sources in those files say."""


SHIPPED = (
    "Figures are of the numbers as shipped. The films of the first column came when those of the "
    "first rows below had been chosen; what was changed since, and the last row, looked at both "
    "folders."
)
TRIED = (
    " In the column that says so a recipe set these lines anew for each source, from all others: "
    "by the fewest errors, where the shipped ones are set by hand among the readings. Where it is "
    "far below, either the hand knows more than the recipe or it has fitted these very films; only "
    "films from elsewhere tell which."
)
NOT_TRIED = (
    " `--left-out` adds a column with those lines set anew for each source, from all others."
)


def tuned_on(*, tried: bool) -> str:
    """Say what the figures are worth; ``tried``: a column has sources left out."""
    every = kept.lines()
    lines = [line for name in every.__struct_fields__[1:] for line in getattr(every, name).values()]
    readings = sum(line.left_out.readings for line in lines)
    wrong = sum(line.left_out.wrong for line in lines)
    rows = [
        *CHOSEN,
        (
            "what a movement is (`signals/lines.toml`)",
            f"{len(lines)} lines between labelled groups, read on {every.recipe.clips} "
            f"({every.recipe.date}); chosen without a source and tried on it they err in "
            f"{wrong} of {readings} readings",
        ),
    ]
    told = SHIPPED + (TRIED if tried else NOT_TRIED)
    return f"""\
## What was chosen on what

{told}

{table(("numbers", "chosen on"), rows)}"""
