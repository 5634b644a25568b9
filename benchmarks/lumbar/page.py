"""The text of ``lumbar.toml``: what was learned, from what, and how well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.accuracy.specs import Clip
from benchmarks.lumbar.ridge import DEEP_WEIGHT, PENALTY
from formcheck.signals.lumbar import Model

if TYPE_CHECKING:
    from benchmarks.lumbar.run import Score


def parameters(
    learned: Mapping[str, Any],
    scores: Mapping[str, Score],
    clips: Sequence[Clip],
    date: dt.date,
) -> str:
    """Write everything as TOML."""
    seeds = [clip.spec.seed for clip in clips]
    lines = [
        "# What signals/lumbar.py learned. Written by `python -m benchmarks lumbar`;",
        "# change nothing by hand. A feature's part of the flexion, in degrees, is",
        "# weight * (feature - middle) / spread.",
        "",
        "[recipe]",
        f"date = {date.isoformat()}",
        f'clips = "{len(clips)} rendered clips, seeds {min(seeds)} to {max(seeds)}"',
        f"bodies = {_names({clip.body for clip in clips})}",
        f"clothes = {_names({clip.clothes for clip in clips})}",
        f"lifts = {_names({clip.spec.lift for clip in clips})}",
        f'method = "ridge, penalty {PENALTY:g}; each clip counts alike, '
        f'its deepest frames {DEEP_WEIGHT:g} times"',
        "",
        "# Degrees; deepest: where the trunk leans furthest. From the side, 15 degrees at most.",
    ]
    for name, score in scores.items():
        values = ", ".join(f"{key} = {value:g}" for key, value in vars(score).items())
        lines += [f"[tested.{name}]", *values.split(", "), ""]
    lines += ["[view]", f"sigma_per_yaw = {learned['sigma_per_yaw']:.3f}", "", "[turn]"]
    lines += [f"{key} = {value:.3f}" for key, value in learned["turn"].items()]
    for name in ("here", "from_standing"):
        lines += ["", *_rule(name, learned[name])]
    return "\n".join(lines) + "\n"


def _names(names: set[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in sorted(names)) + "]"


def _rule(name: str, model: Model) -> list[str]:
    lines = [
        f"[{name}]",
        f"constant = {model.constant:.3f}",
        f"upright_deg = {model.upright_deg:.2f}",
        f"leaning_deg = {model.leaning_deg:.2f}",
        "inverse = [",
        *("  [" + ", ".join(f"{value:.3f}" for value in row) + "]," for row in model.inverse),
        "]",
        "",
        f"[{name}.features]",
    ]
    width = max(map(len, model.names))
    rows = zip(model.names, model.middle, model.spread, model.weight, strict=True)
    return lines + [
        f"{key:{width}} = {{ middle = {middle:.5f}, spread = {spread:.5f}, weight = {weight:.3f} }}"
        for key, middle, spread, weight in rows
    ]
