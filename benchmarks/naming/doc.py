"""The page that says how well the lift is named: ``docs/naming.md``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.naming.page import Answer, figures, interval
from formcheck.reps.lifts import LIFTS

HEAD = """\
# Which lift it is

Written by `python -m benchmarks naming`. Each film is named by questions that were learned
without any film of its source (who filmed or published it), so the figures are those to
expect of films of people that nobody here has seen. "Exact" is the first name; "holds the
right one" counts a pair of names, said where the first is less than 0.8 sure, as right if
either is; "family" is hinge, squat or split squat. In brackets 95 % intervals, of the films
as if each were of another source: with several of one source they are wider.

"""
BEFORE = {"exact": 0.753, "holds_right": 0.753, "family": 0.979, "sure_and_right": 0.713}
BEFORE_ERROR = 0.253
"""What the tree of lines chosen by hand read on the same films, which it was chosen on."""

ROWS = (
    ("exact", "exact"),
    ("holds_right", "holds the right one"),
    ("family", "family"),
    ("sure_and_right", "right where one name is said"),
)
SEED, DRAWS = 0, 2000


def doc(answers: Sequence[Answer]) -> str:
    """The page as Markdown."""
    every = figures(answers)
    sets = every["sets"]
    sure = round(sets * (1 - every["unsure"]))
    lines = [
        HEAD + f"{sets:.0f} films of {every['sources']:.0f} sources:",
        "",
        "| | now, sources left out | drawn over sources | before, lines set by hand |",
        "|---|---|---|---|",
    ]
    for name, words in ROWS:
        of = sure if name == "sure_and_right" else sets
        low, high = _over_sources(answers, name)
        now = interval(every[name], of)
        lines.append(f"| {words} | {now} | {low:.2f}–{high:.2f} | {BEFORE[name]:.2f} |")
    error = f"{every['calibration_error']:.2f}"
    lines += [
        f"| the confidence's expected error | {error} | | {BEFORE_ERROR:.2f} |",
        f"| films with two names | {every['unsure']:.2f} | | 0 |",
        "",
        "| labelled | films | sources | exact | holds the right one | family |",
        "|---|---|---|---|---|---|",
        *map(_row, _by_lift(answers)),
    ]
    return "\n".join(lines) + "\n"


def _by_lift(answers: Sequence[Answer]) -> list[tuple[str, list[Answer]]]:
    kinds: dict[str, list[Answer]] = {}
    for one in answers:
        label = " or ".join(LIFTS[name].title for name in one.named.right)
        kinds.setdefault(label, []).append(one)
    return sorted(kinds.items(), key=lambda kind: -len(kind[1]))


def _row(kind: tuple[str, list[Answer]]) -> str:
    label, own = kind
    counts = (
        len(own),
        len({one.named.source for one in own}),
        sum(one.is_exact for one in own),
        sum(one.holds_right for one in own),
        sum(one.is_kin for one in own),
    )
    return f"| {label} | {' | '.join(map(str, counts))} |"


def _over_sources(answers: Sequence[Answer], name: str) -> tuple[float, float]:
    """The middle 95 % of a share when whole sources are drawn again and again."""
    sources = sorted({one.named.source for one in answers})
    own = {source: [one for one in answers if one.named.source == source] for source in sources}
    draw = np.random.default_rng(SEED)
    shares = []
    for _ in range(DRAWS):
        drawn = draw.choice(sources, len(sources))
        shares.append(figures([one for source in drawn for one in own[source]])[name])
    low, high = np.nanpercentile(shares, [2.5, 97.5])
    return float(low), float(high)
