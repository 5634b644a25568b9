"""The angles against time: where each was judged, its σ, the repetitions, what was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.data import FloatArray, Series
from formcheck.report import judged, wording
from formcheck.report.plot import (
    Frame,
    Label,
    Note,
    Plot,
    Stretch,
    area,
    line,
    number,
    rules,
    runs,
    simplified,
    spanned,
    ticks,
)
from formcheck.report.record import Analysis

_AROUND_REPS_S = 1.0
SIZE_PX = (100_000, 120)
"""In so large a drawing the lines are true: wider than any zoom, so that heights are right,
which the script reads off them."""

BAND_PX = (100_000, 50)
"""The same of the band's edges, which nobody reads as finely."""

_MOST_ACROSS, _MOST_UP = 8, 4


@dataclass(frozen=True)
class Quantity:
    """An angle worth a chart: its name in ``Signals``, title and explanation.

    ``cues`` are marked in it where they aren't good. It is drawn where one of them is
    judged, or one that is read off it ``also``.
    """

    name: str
    title: str
    explained: str
    cues: tuple[str, ...]
    also: tuple[str, ...] = ()


QUANTITIES = (
    Quantity(
        "trunk",
        "Trunk lean",
        "0° is upright, more is further forward.",
        ("hip_drive", "ribs_over_hips"),
        ("trunk_lean", "hinge_pattern", "range_of_motion"),
    ),
    Quantity(
        "back_turn",
        "Back line",
        "How much the line of the back turns between hips and shoulders, near your furthest "
        "lean, where it is judged. Around 0° is flat, more is rounder.",
        ("lumbar_rounding", "rounding_drift"),
    ),
    Quantity(
        "hip",
        "Hip bend",
        "Angle between trunk and thigh. 0° is standing straight.",
        ("depth", "lockout", "hinge_pattern", "range_of_motion", "swing_timing"),
    ),
    Quantity(
        "knee",
        "Knee bend",
        "0° is a straight leg.",
        ("knees_track",),
        ("hip_drive", "lockout", "hinge_pattern", "depth"),
    ),
    Quantity(
        "neck",
        "Head against trunk",
        "More than standing is chin down, less is looking up.",
        ("neutral_head",),
    ),
    Quantity("elbow", "Elbow", "180° is a straight arm.", ("arms_straight",)),
)


@dataclass(frozen=True)
class Chart:
    """One angle against time."""

    quantity: Quantity
    plot: Plot


def draw_charts(analysis: Analysis) -> list[Chart]:
    """Draw a chart for every angle that was seen and matters for this set."""
    window = shown_window(analysis)
    if len(analysis.signals.time_s[window]) < 2:
        return []
    shown = shown_angles(analysis)
    return [
        Chart(quantity, _plot(analysis, quantity, shown[quantity.name], window))
        for quantity in QUANTITIES
        if quantity.name in shown and np.isfinite(shown[quantity.name].value[window]).any()
    ]


def shown_angles(analysis: Analysis) -> dict[str, Series]:
    """The angles as they are charted, by name: NaN where no cue judged what they show.

    Of a set without a cue there is nothing to refuse: all is shown.
    """
    found = {}
    asked = any(one.findings for one in analysis.reps)
    for quantity in QUANTITIES:
        angle = analysis.signals.angles_deg.get(quantity.name)
        if angle is None:
            continue
        if asked:
            frames = judged.on_which_frames(analysis, (*quantity.cues, *quantity.also))
            if quantity.name == "back_turn":
                frames = judged.back(analysis)
            angle = Series(np.where(frames, angle.value, np.nan), angle.parts)
        found[quantity.name] = angle
    return found


def shown_window(analysis: Analysis) -> slice:
    """Give the analysed frames from just before the first rep to just after the last."""
    time_s = analysis.signals.time_s
    if not analysis.reps:
        return slice(0, len(time_s))
    first_s = min(one.rep.start_s for one in analysis.reps) - _AROUND_REPS_S
    last_s = max(one.rep.end_s for one in analysis.reps) + _AROUND_REPS_S
    first, last = np.searchsorted(time_s, [first_s, last_s])
    return slice(int(first), max(int(last), int(first) + 2))


def _plot(analysis: Analysis, quantity: Quantity, angle: Series, window: slice) -> Plot:
    time_s = analysis.signals.time_s[window]
    value, sigma = angle.value[window], angle.sigma[window]
    edges = np.concatenate([value - sigma, value, value + sigma])
    frame = Frame(float(time_s[0]), float(time_s[-1]), *spanned(edges[np.isfinite(edges)]))
    up = [
        Label(at, f"{at:.0f}°".replace("-", "−"))
        for at in ticks(frame.low, frame.high, _MOST_UP, 1.0)
    ]
    reps = [one.rep for one in analysis.reps]
    return Plot(
        frame=frame,
        shapes="".join(
            [
                *(_shade(rep.start_s, rep.end_s, frame) for rep in reps),
                rules(frame, up),
                _band(time_s, value, sigma, frame),
                *(
                    line(simplified(np.stack([time_s[run], value[run]], axis=1), frame, SIZE_PX))
                    for run in runs(np.isfinite(value))
                ),
            ]
        ),
        across=[
            Label(at, f"{number(at)} s") for at in ticks(frame.left, frame.right, _MOST_ACROSS)
        ],
        up=up,
        above=[Stretch(rep.start_s, rep.end_s, str(rep.index)) for rep in reps],
        notes=_found(analysis, quantity, time_s, value),
    )


def _shade(start_s: float, end_s: float, frame: Frame) -> str:
    return (
        f'<rect class="rep" x="{number(start_s)}" width="{number(end_s - start_s)}" '
        f'y="{number(frame.low)}" height="{number(frame.tall)}"/>'
    )


def _band(time_s: FloatArray, value: FloatArray, sigma: FloatArray, frame: Frame) -> str:
    bands = []
    for run in runs(np.isfinite(value) & np.isfinite(sigma)):
        above, below = (
            simplified(
                np.stack([time_s[run], value[run] + way * sigma[run]], axis=1), frame, BAND_PX
            )
            for way in (1, -1)
        )
        bands.append(area(np.concatenate([above, below[::-1]]), "band"))
    return "".join(bands)


def _found(
    analysis: Analysis, quantity: Quantity, time_s: FloatArray, value: FloatArray
) -> list[Note]:
    """What isn't good and is read off this angle, at its moment."""
    notes = []
    for one in analysis.reps:
        for cue, finding in one.findings.items():
            if cue not in quantity.cues or finding.verdict not in ("watch", "fault"):
                continue
            at = float(np.interp(finding.at_s, time_s, value, left=np.nan, right=np.nan))
            if np.isfinite(at):
                title = wording.cue_title(cue, analysis.cues.get(cue))
                says = f"Rep {one.rep.index}, {title}: {wording.WORDS[finding.verdict]}"
                symbol = wording.SYMBOLS[finding.verdict]
                notes.append(Note(finding.at_s, at, symbol, f"sym {finding.verdict}", says))
    return notes
