"""The accuracy page's section of poseaudit's figures beside ours, and the same as a table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from rich.table import Table

from benchmarks.accuracy.clinical import LARGE_DEG, Feature, Interval, Row, by_whom
from benchmarks.accuracy.page_parts import number, share, table

NAMES = {
    "trunk": "trunk",
    "hip": "hip",
    "knee": "knee",
    "lumbar_flexion": "lower back's flexion",
}
FRAMES_HEAD = [
    "angle, view",
    "clips",
    "lifters",
    "bias, ours",
    "bias, poseaudit [95 %]",
    "limits, ours",
    "limits, poseaudit",
    "limits, by lifter",
    "RMSE, ours",
    "RMSE, poseaudit",
    f"≥ {LARGE_DEG:g}°",
    "ICC(A,1)",
]
REPS_HEAD = [
    "angle, view",
    "reps",
    "peak: bias",
    "limits",
    "ICC(A,1) [95 %]",
    "range: bias",
    "limits",
    "ICC(A,1) [95 %]",
    "RMSE of a rep [95 %]",
]


LEAST_LIFTERS = 3
"""With fewer, intervals and the ICC over repetitions say nothing of lifters (our choice)."""


def section(rows: Mapping[str, Mapping[str, Row]]) -> str:
    """The page's section; "" without rows."""
    every = list(_named(rows))
    if not every:
        return ""
    apart = max(row.apart for _, row in every)
    return "\n".join(
        [
            "## As clinical papers give it",
            "",
            f"The same values through {by_whom()}, somebody else's code for the statistics of a",
            "measuring device; in degrees, measured minus true. *Limits* are the 95 % limits of",
            "agreement, bias ± 1.96 standard deviations: of all frames together, and *by lifter*",
            "with the variance between lifters and within them added (Bland and Altman 2007).",
            f"Intervals draw whole lifters where there are {LEAST_LIFTERS}; of so few they are",
            "too narrow. ICC(A,1) is the intraclass correlation for absolute agreement of single",
            "values. Over frames it is near 1 wherever the joint moves far, so that over",
            "repetitions tells more.",
            "",
            "Where both compute the same (bias, limits of all frames, RMSE) the largest",
            f"difference between poseaudit's figures and ours is {apart:.4f}°: it takes 1.95996",
            "standard deviations where Bland and Altman, and we, take 1.96.",
            "Ours has no intervals, no limits by lifter and no ICC; poseaudit has no σ, so whether",
            "the stated error is honest stands above only.",
            "",
            table(FRAMES_HEAD, [[name, *_frames(row)] for name, row in every]),
            "",
            "By repetition, each from its true start to its true end and measured throughout:",
            "*peak* is its largest angle, measured and true each in its own frame, *range* that",
            "less the smallest; *RMSE of a rep* is that of repetitions stretched to one length.",
            "Noise makes peaks and ranges larger. The lower back's flexion is estimated only while",
            "the trunk leans, so it has no whole repetition.",
            "",
            table(REPS_HEAD, [[name, *_reps(row)] for name, row in every if row.peak]),
        ]
    )


def clinical_table(rows: Mapping[str, Mapping[str, Row]]) -> Table:
    """The frames' figures for the console."""
    shown = Table(title=f"Ours beside {by_whom()}", box=None, pad_edge=False)
    for column in FRAMES_HEAD:
        shown.add_column(column, overflow="fold")
    for name, row in _named(rows):
        shown.add_row(name, *_frames(row))
    return shown


def _named(rows: Mapping[str, Mapping[str, Row]]) -> Iterator[tuple[str, Row]]:
    for quantity, views in rows.items():
        for view, row in views.items():
            yield f"{NAMES[quantity]}, {view}", row


def _frames(row: Row) -> list[str]:
    return [
        str(row.clips),
        str(row.lifters),
        _signed(row.ours.bias),
        f"{_signed(row.bias)}{_drawn(row, row.bias_interval, '+.1f')}",
        _limits((row.ours.low, row.ours.high)),
        _limits(row.limits),
        _limits(row.between),
        number(row.ours.rmse),
        number(row.rmse),
        share(row.large),
        _icc(row.icc),
    ]


def _reps(row: Row) -> list[str]:
    return [
        f"{row.reps} of {row.of_reps}",
        *_feature(row, row.peak),
        *_feature(row, row.span),
        f"{number(row.rep_rmse)}{_drawn(row, row.rep_rmse_interval, '.1f')}",
    ]


def _feature(row: Row, one: Feature | None) -> list[str]:
    if one is None:
        return ["–"] * 3
    few = row.lifters < LEAST_LIFTERS
    icc = "–" if few else f"{_icc(one.icc)}{_drawn(row, one.icc_interval, '.2f')}"
    return [_signed(one.bias), _limits(one.limits), icc]


def _signed(value: float) -> str:
    return f"{value:+.1f}" if math.isfinite(value) else "–"


def _limits(ends: Interval) -> str:
    low, high = ends
    return f"{low:+.1f} to {high:+.1f}" if math.isfinite(low + high) else "–"


def _drawn(row: Row, ends: Interval, form: str) -> str:
    """An interval that was drawn by lifter; "" where there are too few of them."""
    low, high = ends
    if row.lifters < LEAST_LIFTERS or not math.isfinite(low + high):
        return ""
    return f" [{low:{form}} to {high:{form}}]"


def _icc(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "–"
