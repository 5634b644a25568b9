"""Pictures of the accuracy page."""

from __future__ import annotations

from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from benchmarks.accuracy import summary
from benchmarks.accuracy.measure import ClipResult
from formcheck.files import whole
from formcheck.reps.lifts import LIFTS

SHOWN = ("trunk", "hip", "knee", "shank", "elbow", "neck_change")
TITLES = {"neck_change": "neck, from standing"}
BODIES = ("#2f5d8a", "#b4552d", "#1b7f79", "#7a5195", "#8c8f94")  # one colour for each
OURS, STATED, INK = "#2f5d8a", "#c9a227", "#30343a"
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "text.color": INK,
}


def draw_figures(results: list[ClipResult], folder: Path) -> tuple[str, ...]:
    """Draw them all into ``folder``; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        made = {
            "accuracy_yaw.webp": yaw_figure(results),
            "accuracy_back.webp": back_figure(results),
        }
    for name, figure in made.items():
        _save(figure, folder / name)
    return tuple(made)


def yaw_figure(results: list[ClipResult]) -> Figure:
    """Error of each clip against yaw, with the stated sigma."""
    figure = Figure(figsize=(9, 5.2), layout="constrained")
    for axes, quantity in zip(figure.subplots(2, 3, sharex=True).flat, SHOWN, strict=True):
        clips = [one for one in results if quantity in one.pairs]
        yaw = np.array([one.yaw_deg for one in clips])
        rmse = np.array([_rmse(one.pairs[quantity].error) for one in clips])
        sigma = np.array([_median(one.pairs[quantity].sigma) for one in clips])
        axes.scatter(
            yaw, np.minimum(rmse, 60.5), s=16, color=OURS, alpha=0.75, label="error (RMSE)"
        )
        places = sorted(set(yaw.round()))
        axes.plot(
            places,
            [np.nanmedian(np.append(sigma[yaw.round() == place], np.nan)) for place in places],
            color=STATED,
            lw=1.6,
            marker=".",
            label="stated σ",
        )
        axes.set_title(TITLES.get(quantity, quantity), loc="left", fontsize=10)
        axes.set(xlim=(-4, 94), ylim=(0, 61), xticks=range(0, 91, 15), yticks=range(0, 61, 15))
        axes.yaxis.set_major_formatter("{x:.0f}°")
        axes.xaxis.set_major_formatter("{x:.0f}°")
        axes.grid(axis="y", color="#e3e3e0", lw=0.7)
        axes.set_axisbelow(True)
    figure.axes[0].legend(frameon=False, loc="upper left")
    figure.supxlabel("yaw of the camera: 0° from the side, 90° from the front", fontsize=9)
    return figure


def back_figure(results: list[ClipResult]) -> Figure:
    """W against true lumbar flexion, from the side."""
    figure = Figure(figsize=(6.2, 4.2), layout="constrained")
    axes = figure.subplots()
    side = [
        one for one in summary.in_view(results, summary.SIDE) if LIFTS[one.clip.spec.lift].free_back
    ]
    bodies = sorted({one.clip.body for one in side})
    for body, colour in zip(bodies, cycle(BODIES)):
        backs = [back for one in side if one.clip.body == body for back in one.backs]
        lumbar, turn = [back.lumbar for back in backs], [back.turn for back in backs]
        axes.scatter(lumbar, turn, color=colour, s=22, alpha=0.8, label=body)
    fitted = summary.back_fit(results, lambda b: b.lumbar, lambda b: b.turn)
    if np.isfinite(fitted.slope):
        ends = np.array([0.0, 62.0])
        axes.plot(ends, fitted.slope * ends + fitted.offset, color=INK, lw=1)
    axes.set(xlabel="true lumbar flexion from standing", ylabel="W, the visible back's turn")
    axes.xaxis.set_major_formatter("{x:.0f}°")
    axes.yaxis.set_major_formatter("{x:.0f}°")
    axes.grid(color="#e3e3e0", lw=0.7)
    axes.set_axisbelow(True)
    axes.legend(frameon=False, title="body", alignment="left")
    return figure


def _rmse(error: np.ndarray) -> float:
    known = error[np.isfinite(error)]
    return float(np.sqrt((known**2).mean())) if known.size else float("nan")


def _median(values: np.ndarray) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _save(figure: Figure, path: Path) -> None:
    """As WebP, which is a third of a PNG."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=140, facecolor="white")
    buffer.seek(0)
    with whole(path) as unfinished:
        Image.open(buffer).convert("RGB").save(unfinished, format="WEBP", quality=85, method=6)
