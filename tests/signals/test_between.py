"""Masks now and then, and looks now and then, of a lifter who is known in every picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck import cues
from formcheck.data import BoolArray, PoseTrack
from formcheck.pipeline import Request, judge_poses
from formcheck.signals import compute_signals
from formcheck.signals.between import APART_S, FEW_MASKS, MASKS_DEG, laid_between, with_masks
from formcheck.signals.repair import unswap
from formcheck.signals.sampling import unsampled_deg
from formcheck.signals.uncertainty import noise_deg
from tests.skeleton import skeleton

LIFTER = skeleton(
    "romanian_deadlift", reps=2, lumbar_deg=20.0, rest_s=1.5, start_pad_s=1.5, end_pad_s=1.5
)
KNEE = 25


def masked_at(track: PoseTrack, own: BoolArray) -> PoseTrack:
    """The track with masks in some frames alone."""
    assert track.on_body is not None and track.outline_px is not None
    return replace(
        track,
        on_body=np.where(own[:, None], track.on_body, np.nan),
        outline_px=np.where(own[:, None, None, None], track.outline_px, np.nan),
    )


def every(track: PoseTrack, pictures: int) -> BoolArray:
    return np.asarray(np.arange(len(track.time_s)) % pictures == 0)


def looked_at(track: PoseTrack, looked: BoolArray) -> PoseTrack:
    """The track as of an engine that looked at some frames alone, as ``poses`` gives it."""
    marked = masked_at(replace(track, looked=looked), looked)
    return replace(
        marked,
        landmarks_px=laid_between(marked, track.landmarks_px),
        visibility=laid_between(marked, track.visibility),
        world_m=laid_between(marked, track.world_m),
    )


def test_the_back_is_laid_onto_the_pictures_own_trunk() -> None:
    """It moves with hips and shoulders: the outline is the true one within a pixel or two."""
    track = LIFTER.track
    found = with_masks(masked_at(track, every(track, 3)))
    assert found.outline_px is not None and track.outline_px is not None
    off = np.linalg.norm(found.outline_px - track.outline_px, axis=-1)[:-3]
    trunk_px = np.linalg.norm(track.landmarks_px[0, 11, :2] - track.landmarks_px[0, 23, :2])
    assert np.nanpercentile(off, 95) < 0.01 * trunk_px
    assert np.isnan(off).mean() == pytest.approx(np.isnan(track.outline_px[:-3]).mean(), abs=0.01)


def test_what_a_mask_of_two_covers_is_covered_between_them() -> None:
    """A joint counts as in the open only where both say so."""
    track = LIFTER.track
    assert track.on_body is not None
    on_body = np.ones_like(track.on_body)
    on_body[30, KNEE] = 0.2
    found = with_masks(masked_at(replace(track, on_body=on_body), every(track, 3))).on_body
    assert found is not None
    assert (found[27:35, KNEE] < 0.5).tolist() == [False, *[True] * 5, False, False]


def test_nothing_is_laid_across_a_hole_a_cut_or_a_long_time() -> None:
    """No edge, and no word that a joint is in the open."""
    track, count = LIFTER.track, len(LIFTER.track.time_s)
    far = with_masks(masked_at(track, every(track, 12)))
    assert far.outline_px is not None and far.on_body is not None
    assert np.isnan(far.outline_px[13:24]).all()
    near = np.abs(track.time_s[:60, None] - track.time_s[:120:12]).min(axis=1) <= APART_S
    assert (far.on_body[:60].max(axis=1) > 0.0).tolist() == near.tolist()
    cut = replace(track, stretch=(np.arange(count) >= 31).astype(int))
    found = with_masks(masked_at(cut, every(track, 3)))
    assert found.outline_px is not None
    assert np.isnan(found.outline_px[[31, 32]]).all()
    assert np.isfinite(found.outline_px[[28, 29]]).any()
    lost = track.landmarks_px.copy()
    lost[31] = np.nan
    found = with_masks(masked_at(replace(track, landmarks_px=lost), every(track, 3)))
    assert found.outline_px is not None
    assert np.isnan(found.outline_px[[31, 32]]).all()


def test_every_mask_of_its_own_changes_nothing_and_none_at_all_is_no_picture() -> None:
    """The track as it is, or without outline."""
    track = LIFTER.track
    assert with_masks(track) is track
    none = with_masks(masked_at(track, np.zeros(len(track.time_s), dtype=bool)))
    assert none.on_body is None and none.outline_px is None


def test_few_masks_are_in_the_backs_sigma() -> None:
    """And in that of nothing else; its turn is read as before within that."""
    whole = compute_signals(LIFTER.track).angles_deg
    few = compute_signals(masked_at(LIFTER.track, every(LIFTER.track, 3))).angles_deg
    turn, other = few["back_turn"], whole["back_turn"]
    assert (turn.parts[FEW_MASKS] == MASKS_DEG).all()
    assert not other.parts[FEW_MASKS].any()
    assert np.nanpercentile(np.abs(turn.value - other.value), 90) < MASKS_DEG
    np.testing.assert_array_equal(few["knee"].value, whole["knee"].value)


def test_noise_is_that_of_true_looks() -> None:
    """What lies between two looks is smooth by itself, and makes no angle surer."""
    dice = np.random.default_rng(3)
    time_s = np.arange(300) / 30
    looked = np.arange(300) % 3 == 0
    raw = dice.normal(0.0, 2.0, 300)
    raw[~looked] = 0.0
    smooth = {"knee": np.zeros(300)}
    counted = noise_deg(time_s, {"knee": raw}, smooth, looked)["knee"]
    fooled = noise_deg(time_s, {"knee": raw}, smooth)["knee"]
    assert np.median(counted) == pytest.approx(2.0, rel=0.15)
    assert np.median(fooled) < 0.7 * np.median(counted)


def test_what_an_angle_passes_between_two_looks_is_in_its_sigma() -> None:
    """Where looks are rare, and by the steps between them, not between frames."""
    time_s = np.arange(90) / 30
    looked = (np.arange(90) % 3 == 0) | (time_s > 1.5)
    error = unsampled_deg(time_s, 100.0 * time_s, looked)
    assert error[5:40] == pytest.approx(0.5 * 10.0 / np.sqrt(12.0))
    assert not error[50:].any()
    every_look = np.ones(90, dtype=bool)
    assert not unsampled_deg(time_s, 100.0 * time_s, every_look).any()


def test_sides_that_were_exchanged_in_one_look_are_put_right_around_it() -> None:
    """Halfway between right and wrong there is neither."""
    track = LIFTER.track
    wrong = track.landmarks_px.copy()
    swapped = slice(36, 40)
    wrong[swapped, 25], wrong[swapped, 26] = (
        track.landmarks_px[swapped, 26],
        track.landmarks_px[swapped, 25],
    )
    assert unswap(wrong[..., :2], track.visibility)[0].shape == (len(wrong), 33, 2)
    few = looked_at(replace(track, landmarks_px=wrong), every(track, 3))
    found, whole = compute_signals(few), compute_signals(track)
    knee = found.angles_deg["knee"].value - whole.angles_deg["knee"].value
    assert np.nanmax(np.abs(knee[30:45])) < 6.0


def test_looks_now_and_then_while_all_is_still_judge_the_same() -> None:
    """The same repetitions, lift and verdicts as with a look at every picture."""
    track = LIFTER.track
    moving = np.zeros(len(track.time_s), dtype=bool)
    for rep in LIFTER.reps:
        moving |= (track.time_s > rep.start_s - 0.4) & (track.time_s < rep.end_s + 0.4)
    few = looked_at(track, moving | every(track, 3))
    assert few.looked is not None and not few.looked.all()
    limits = cues.load_limits(None)
    said = [judge_poses(one, Request(), limits) for one in (track, few)]
    assert said[0].lift.name == said[1].lift.name
    assert len(said[0].reps) == len(said[1].reps) == 2
    verdicts = [
        [{cue: one.verdict for cue, one in rep.findings.items()} for rep in each.reps]
        for each in said
    ]
    assert verdicts[0] == verdicts[1]
