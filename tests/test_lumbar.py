"""The training of the back line's estimate: `python -m benchmarks lumbar`."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.lumbar import ridge
from benchmarks.lumbar.ridge import Sample
from benchmarks.lumbar.specs import STRANGERS, learning_set, strangers_set

NAMES = ("bow", "lean_deg")
TRUE = np.array([200.0, 0.5])


def sample(body: str, seed: int, own_deg: float) -> Sample:
    """Forty frames of a body whose flexion is a straight line, but for its own offset."""
    rng = np.random.default_rng(seed)
    features = np.column_stack([rng.normal(0.05, 0.02, 40), rng.uniform(20.0, 70.0, 40)])
    features[3] = np.nan
    flexion = np.nan_to_num(features) @ TRUE + own_deg
    deep = np.arange(40) > 20
    return Sample(
        f"{body}-{seed}", body, "tshirt", 0.0, features, flexion, features[:, 1], deep, flexion
    )


SAMPLES = [sample(body, seed, 0.0) for seed, body in enumerate("aabbcc")]


def test_a_straight_line_is_learned() -> None:
    """The rule reads the line it learned from within 3°, whose values spread over 30°."""
    model = ridge.fit(SAMPLES, NAMES)
    error = model.flexion_deg(SAMPLES[0].features) - SAMPLES[0].flexion
    assert np.nanmax(np.abs(error)) < 3.0


def test_a_body_apart_is_left_out_of_its_own_rule() -> None:
    """A body 20° off the others shows that whole error when it is left out."""
    apart = [*SAMPLES, sample("apart", 9, 20.0)]
    errors = ridge.left_out(apart, NAMES)
    assert np.nanmedian(errors["apart-9"][0]) == pytest.approx(-20.0, abs=2.0)


def test_sigma_holds_two_thirds_of_the_errors() -> None:
    """Of the errors it is taken from, 68 % are no larger, upright and leaning."""
    errors = ridge.left_out(SAMPLES, NAMES)
    upright, leaning = ridge.spreads(SAMPLES, errors, 15.0)
    for sigma, inside in ((upright, (0, 30)), (leaning, (50, 90))):
        ratios = np.concatenate(
            [
                (np.abs(errors[one.name][0]) / errors[one.name][1])[
                    (one.lean > inside[0]) & (one.lean < inside[1])
                ]
                for one in SAMPLES
            ]
        )
        assert np.mean(ratios <= sigma) == pytest.approx(0.68, abs=0.03)


def test_strangers_are_strangers() -> None:
    """No body and no seed of the test is among those learned from; names are unique."""
    learning, strangers = learning_set(), strangers_set()
    assert {clip.body for clip in learning}.isdisjoint(STRANGERS)
    assert "hoodie" not in {clip.clothes for clip in learning}
    assert {clip.body for clip in strangers} == set(STRANGERS)
    seeds = [clip.spec.seed for clip in [*learning, *strangers]]
    names = [clip.name for clip in [*learning, *strangers]]
    assert len(set(seeds)) == len(seeds)
    assert len(set(names)) == len(names)


def test_the_sets_are_fixed() -> None:
    """Made twice they are the same, clip by clip."""
    assert learning_set() == learning_set()
