"""A small lifter, a dark picture and a covered face are told, and widen what is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.data import PoseTrack
from formcheck.signals import compute_signals
from formcheck.signals.uncertainty import LEAST_LEG_PX, USUAL_LEG_PX, coarse_deg, dim_deg
from tests.cues.judging import judged
from tests.skeleton import skeleton


def smaller(track: PoseTrack, share: float) -> PoseTrack:
    """The same set in a film of fewer pixels."""
    width, height = track.frame_size
    return replace(
        track,
        landmarks_px=track.landmarks_px * share,
        outline_px=None if track.outline_px is None else track.outline_px * share,
        frame_size=(round(width * share), round(height * share)),
    )


def test_usual_sizes_cost_nothing() -> None:
    """From a leg of 170 pixels on; under it all the more the smaller it is."""
    assert coarse_deg("trunk", USUAL_LEG_PX) == 0.0
    trunk_deg = [coarse_deg("trunk", leg_px) for leg_px in (150.0, 75.0, 40.0)]
    assert trunk_deg == pytest.approx([0.4, 1.5, 3.1], abs=0.06)
    assert coarse_deg("knee", 40.0) > coarse_deg("thigh", 40.0) > trunk_deg[-1]


def test_the_dark_costs() -> None:
    """Nothing in usual light or where it isn't known, 4° at a grey of 20."""
    assert [dim_deg(light) for light in (None, 100.0, 45.0, 20.0)] == [0.0, 0.0, 0.0, 4.0]
    track = skeleton("back_squat").track
    lit, dark = (
        compute_signals(replace(track, light=90.0)),
        compute_signals(replace(track, light=20.0)),
    )
    assert (
        np.nanmedian(dark.angles_deg["knee"].sigma)
        > np.nanmedian(lit.angles_deg["knee"].sigma) + 1.0
    )
    assert {one.code for one in dark.cautions} - {one.code for one in lit.cautions} == {"dark"}


def test_a_small_lifter_is_told() -> None:
    """Judged, with a wider ±, and told how to film."""
    track = skeleton("back_squat").track
    share = 60.0 / compute_signals(track).body.leg_px
    signals = compute_signals(smaller(track, share))
    assert "lifter_small" in {one.code for one in signals.cautions}
    assert signals.body.looked_at_px > LEAST_LEG_PX


def test_a_tiny_lifter_isnt_judged() -> None:
    """Counted, but no cue is judged on a body of sixty pixels."""
    lifter = skeleton("back_squat", reps=3)
    share = 30.0 / compute_signals(lifter.track).body.leg_px
    small = judged(replace(lifter, track=smaller(lifter.track, share)), "back_squat")
    assert len(small.reps) == 3
    assert {said for rep in small.every_verdict() for said in rep.values()} == {"cannot_judge"}


def test_a_covered_face_tells_nothing_of_the_head() -> None:
    """Everything else is judged as before."""
    lifter = skeleton("back_squat", reps=3)
    track = replace(lifter.track, face_covered=True)
    plain = judged(lifter, "back_squat").every_verdict()[0]
    covered = judged(replace(lifter, track=track), "back_squat").every_verdict()[0]
    assert plain["neutral_head"] == "good"
    assert covered == {**plain, "neutral_head": "cannot_judge"}
