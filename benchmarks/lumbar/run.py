"""Learn the lower back's flexion: draw, watch, fit, test on strangers, write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress

from benchmarks.accuracy.specs import Clip
from benchmarks.lumbar import ridge
from benchmarks.lumbar.films import draw, film_path
from benchmarks.lumbar.page import parameters
from benchmarks.lumbar.ridge import Sample
from benchmarks.lumbar.specs import learning_set, strangers_set
from benchmarks.pose_cache import poses_of
from formcheck.data import FloatArray, Signals
from formcheck.files import whole
from formcheck.poses.saved import load_poses
from formcheck.signals import compute_signals, lumbar
from formcheck.signals.lumbar import FROM_STANDING, HERE, SIDE_DEG, Model
from formcheck.synth import read_truth, truth_path

NEAR_DEEPEST_DEG = 12.0  # as cues.lumbar_rounding
PARAMETERS = Path(lumbar.__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Watched:
    """A clip with what was measured of it and what is true."""

    clip: Clip
    motion: Signals
    truth: dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """One rule, the clips it was learned from and its errors there, each body left out."""

    model: Model
    samples: Sequence[Sample]
    errors: dict[str, FloatArray]


@dataclass(frozen=True)
class Score:
    """How far off: over ``clips`` clips.

    deepest_deg   mean absolute error where the trunk leans furthest
    frames_deg    over all frames of the repetitions
    bias_deg      mean error where the trunk leans furthest
    within_sigma  share of frames whose error is no larger than the stated σ
    """

    clips: int
    deepest_deg: float
    frames_deg: float
    bias_deg: float
    within_sigma: float


def run(console: Console, *, fresh: bool = False, out: Path = PARAMETERS) -> dict[str, Any]:
    """Learn, test and write ``lumbar.toml``."""
    learning, strangers = learning_set(), strangers_set()
    with Progress(console=console, transient=True) as progress:
        every = [*learning, *strangers]
        task = progress.add_task("Drawing the clips", total=len(every))
        draw(every, fresh=fresh, tell=lambda _: progress.advance(task))
        task = progress.add_task("Watching the clips", total=len(every))
        kept = poses_of(map(film_path, every), tell=lambda *_: progress.advance(task))
    with _nothing_learned():
        seen = {clip.name: _watched(clip, kept[film_path(clip)].poses) for clip in every}
    known = [seen[clip.name] for clip in learning]
    unknown = [seen[clip.name] for clip in strangers]
    here = _learn(known, HERE, _here)
    beside = _learn(known, FROM_STANDING, _beside)
    learned: dict[str, Any] = {
        "sigma_per_yaw": _per_yaw(here),
        "turn": _turn(here),
        "here": here.model,
        "from_standing": beside.model,
    }
    scores = {
        "bodies_left_out": _left_out(here, beside),
        "strangers": _strangers(unknown, learned, ("fitted", "tshirt")),
        "strangers_in_a_hoodie": _strangers(unknown, learned, ("hoodie",)),
    }
    text = parameters(learned, scores, learning, dt.datetime.now(tz=dt.UTC).date())
    with whole(out) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    for name, score in scores.items():
        console.print(f"{name.replace('_', ' ')}: {score}")
    console.print(f"What was learned: {out.name}")
    return {name: vars(score) for name, score in scores.items()}


@contextmanager
def _nothing_learned() -> Iterator[None]:
    """Measure without what was learned before: its features may be others."""
    before = lumbar.learned
    blank = {
        names: Model(names, zeros, zeros + 1, zeros, 0.0, np.eye(len(names)), 0.0, 0.0)
        for names in (HERE, FROM_STANDING)
        for zeros in (np.zeros(len(names)),)
    }
    nothing = lumbar.Learned(blank[HERE], blank[FROM_STANDING], 0.0, 0.0, 0.0, np.inf)
    lumbar.learned = lambda: nothing  # type: ignore[assignment]
    try:
        yield
    finally:
        lumbar.learned = before


def _watched(clip: Clip, poses: str) -> Watched:
    return Watched(
        clip, compute_signals(load_poses(Path(poses))), read_truth(truth_path(film_path(clip)))
    )


def _here(motion: Signals) -> FloatArray | None:
    return lumbar.here(motion.back.reading)


def _beside(motion: Signals) -> FloatArray | None:
    upright = lumbar.standing(motion.angles_deg["hip"].value, motion.back.hip_depth)
    return lumbar.from_standing(motion.back.reading, upright)


def _samples(
    seen: Iterable[Watched], features_of: Callable[[Signals], FloatArray | None]
) -> list[Sample]:
    """The frames of the repetitions; clips without the features are left out."""
    found = []
    for one in seen:
        features = features_of(one.motion)
        if features is None or not np.isfinite(features).all(axis=1).any():
            continue
        at = one.motion.time_s
        true = {
            name: np.interp(at, one.truth["time_s"], one.truth["angles_deg"][name])
            for name in ("trunk", "lumbar_flexion")
        }
        inside, deep = (np.zeros(at.shape, dtype=bool) for _ in range(2))
        for rep in one.truth["reps"]:
            window = (at >= rep["start_s"]) & (at <= rep["end_s"])
            inside |= window
            deep |= window & (true["trunk"] >= true["trunk"][window].max() - NEAR_DEEPEST_DEG)
        found.append(
            Sample(
                one.clip.name,
                one.clip.body,
                one.clip.clothes,
                one.clip.spec.camera.yaw_deg,
                features[inside],
                true["lumbar_flexion"][inside],
                one.motion.back.reading.lean_deg[inside],
                deep[inside],
                one.motion.angles_deg["back_turn"].value[inside],
            )
        )
    return found


def _learn(
    seen: list[Watched],
    names: tuple[str, ...],
    features_of: Callable[[Signals], FloatArray | None],
) -> Rule:
    samples = _samples(seen, features_of)
    errors = ridge.left_out(samples, names)
    upright, leaning = ridge.spreads(samples, errors, SIDE_DEG)
    model = replace(ridge.fit(samples, names), upright_deg=upright, leaning_deg=leaning)
    return Rule(model, samples, errors)


def _per_yaw(rule: Rule) -> float:
    """Degrees of σ per degree of yaw beyond the side that make the rest of the clips honest."""
    wanted = []
    for one in rule.samples:
        beyond = abs(one.yaw) - SIDE_DEG
        if beyond > 0:
            error, _ = rule.errors[one.name]
            usual = rule.model.sigma_deg(one.features, 0.0)
            more = np.sqrt(np.maximum(error**2 - usual**2, 0.0)) / beyond
            wanted.append(more[np.isfinite(more)])
    every = np.concatenate(wanted) if wanted else np.zeros(1)
    return float(np.quantile(every, ridge.HONEST))


def _turn(rule: Rule) -> dict[str, float]:
    """What W goes with an estimate, where the trunk leans furthest, bodies left out."""
    rows = []
    for one in rule.samples:
        flexion = ridge.at_the_deepest(rule.errors[one.name][0] + one.flexion, one)
        rows.append((flexion, ridge.at_the_deepest(one.turn, one)))
    flexion, turn = (values for values in np.array(rows)[np.isfinite(rows).all(axis=1)].T)
    slope, constant = np.polyfit(flexion, turn, 1)
    rest = turn - slope * flexion - constant
    spread = 1.4826 * float(np.median(np.abs(rest - np.median(rest))))
    return {"slope": float(slope), "constant": float(constant), "spread_deg": spread}


def _left_out(here: Rule, beside: Rule) -> Score:
    """The clips learned from, each body by a rule that never saw it; from the side."""
    better = {one.name: (one, beside) for one in beside.samples}
    rows = []
    for one in here.samples:
        sample, rule = better.get(one.name, (one, here))
        if abs(sample.yaw) <= SIDE_DEG:
            error, strange = rule.errors[one.name]
            sigma = rule.model.sigma_deg(sample.features, 0.0)
            sigma *= strange / rule.model.strangeness(sample.features)
            rows.append((sample, error, sigma))
    return _score(rows)


def _strangers(seen: list[Watched], learned: dict[str, Any], clothes: tuple[str, ...]) -> Score:
    """Bodies that nothing was learned from, from the side."""
    wanted = [
        one
        for one in seen
        if one.clip.clothes in clothes and abs(one.clip.spec.camera.yaw_deg) <= SIDE_DEG
    ]
    better = {one.name: one for one in _samples(wanted, _beside)}
    rows = []
    for one in _samples(wanted, _here):
        sample = better.get(one.name, one)
        model = learned["from_standing" if one.name in better else "here"]
        error = model.flexion_deg(sample.features) - sample.flexion
        rows.append((sample, error, model.sigma_deg(sample.features, 0.0)))
    return _score(rows)


def _score(rows: list[tuple[Sample, FloatArray, FloatArray]]) -> Score:
    deepest = np.array([ridge.at_the_deepest(error, one) for one, error, _ in rows])
    errors = np.concatenate([error for _, error, _ in rows])
    sigmas = np.concatenate([sigma for _, _, sigma in rows])
    known = np.isfinite(errors) & np.isfinite(sigmas)
    return Score(
        clips=len(rows),
        deepest_deg=round(float(np.nanmean(np.abs(deepest))), 1),
        frames_deg=round(float(np.mean(np.abs(errors[known]))), 1),
        bias_deg=round(float(np.nanmean(deepest)), 1),
        within_sigma=round(float(np.mean(np.abs(errors[known]) <= sigmas[known])), 2),
    )
