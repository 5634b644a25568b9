"""LiteRT beside MediaPipe, the reference: the same networks, the same people."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck import pipeline
from formcheck.data import FloatArray, PoseTrack
from formcheck.errors import BadRequest, ModelMissing
from formcheck.poses import engines as known_engines
from formcheck.poses import estimate_poses
from formcheck.poses.engine import Detection, MediaPipeEngine
from formcheck.poses.engines import FILM_THREADS, engine_name, film_threads, open_engine
from formcheck.poses.litert import SIDE, LiteRTEngine
from formcheck.poses.maker import made_by
from formcheck.poses.networks import MASK, Network, read_networks
from formcheck.poses.outline import on_body, outline
from formcheck.poses.packing import LANDMARKER_MEMBER
from formcheck.poses.rows import FRAME, fill
from formcheck.poses.saved import save_poses
from formcheck.report.record import Analysis
from formcheck.video import read_video
from formcheck.video.span import Span
from tests.test_privacy import outside_addresses

CLIP = Path(__file__).parents[2] / "sample_videos" / "deadlift_good.mp4"
ONE_REP = Span(0.0, 3.6)

BODY = slice(11, 29)
"""Shoulders to ankles."""

SAME_PLACE = 1e-3
"""Share of a leg: in one picture, both engines' landmarks (measured: .0005)."""

TRACKED, TRACKED_MOST = 0.012, 0.05
"""Shares of a leg, median and 95th percentile: joints of both through a film. MediaPipe
against itself, one picture changed by one shade: .007 and .029."""


@pytest.fixture(scope="module")
def pictures() -> list[NDArray[np.uint8]]:
    """Some pictures of a lift, a third of a second apart."""
    with read_video(CLIP) as film:
        return [one.rgb.copy() for one in islice(film.frames(), 0, 60, 10)]


@pytest.fixture(scope="module")
def engines(model_path: Path) -> Iterator[tuple[MediaPipeEngine, LiteRTEngine]]:
    """Both, open."""
    with MediaPipeEngine(model_path) as reference, LiteRTEngine(model_path) as engine:
        yield reference, engine


def leg_px(points_px: FloatArray) -> float:
    """The longer of both legs, hip to knee to ankle."""
    leg = points_px[[[23, 25, 27], [24, 26, 28]], :2]
    return float(np.hypot(*np.diff(leg, axis=1).transpose(2, 0, 1)).sum(axis=1).max())


def apart(one: Detection, other: Detection) -> FloatArray:
    """How far the landmarks are from each other, in legs, (33,)."""
    away = one.points_px[:, :2] - other.points_px[:, :2]
    return np.asarray(np.hypot(*away.T) / leg_px(one.points_px))


def is_same(legs: FloatArray) -> bool:
    """All are in the same place but one: a heat map that is just hot enough, or just not."""
    return bool(np.sort(np.abs(legs))[-2] < SAME_PLACE)


def test_the_split_networks_give_what_the_whole_gives(model_path: Path) -> None:
    """Bit for bit: nothing is changed but what runs when."""
    with zipfile.ZipFile(model_path) as bundle:
        whole = Network(bundle.read(LANDMARKER_MEMBER), 1)
    parts = read_networks(model_path)
    shades = np.random.default_rng(1).random((1, SIDE, SIDE, 3), np.float32)
    expected = whole.run(shades)
    *found, low, high = Network(parts.landmarks, 1).run(shades)
    mask = Network(parts.mask, 1).run(low, high)
    found[MASK:MASK] = mask
    assert all(map(np.array_equal, found, expected))


@pytest.mark.parametrize("content", [b"", b"PK no zip", b"\0" * 4000])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    """In one line that says what to do; so is a bundle of nonsense."""
    broken = tmp_path / "broken.task"
    broken.write_bytes(content)
    with pytest.raises(ModelMissing, match="formcheck models fetch"):
        LiteRTEngine(broken)
    with zipfile.ZipFile(broken, "w") as bundle:
        for name in ("pose_detector.tflite", LANDMARKER_MEMBER):
            bundle.writestr(name, content)
    with pytest.raises(ModelMissing, match="formcheck models fetch"):
        LiteRTEngine(broken)


def test_both_see_the_same_in_one_picture(
    engines: tuple[MediaPipeEngine, LiteRTEngine], pictures: list[NDArray[np.uint8]]
) -> None:
    """Landmarks, depth, visibility and metres of the same people."""
    reference, engine = engines
    for rgb in pictures:
        expected, found = reference.look(rgb), engine.look(rgb)
        assert len(found) == len(expected) == 1
        assert is_same(apart(expected[0], found[0]))
        depth_px = (expected[0].points_px - found[0].points_px)[:, 2]
        assert is_same(depth_px / 3 / leg_px(expected[0].points_px))
        assert found[0].visibility == pytest.approx(expected[0].visibility, abs=2e-3)
        assert found[0].world_m == pytest.approx(expected[0].world_m, abs=2e-3)


def test_both_see_everybody(
    engines: tuple[MediaPipeEngine, LiteRTEngine], pictures: list[NDArray[np.uint8]]
) -> None:
    """Two lifters side by side, in the same order; a turned picture; nobody in the dark."""
    reference, engine = engines
    pair = np.ascontiguousarray(np.concatenate([pictures[0], pictures[0][:, ::-1]], axis=1))
    leaning = np.ascontiguousarray(np.rot90(pair[:, ::2]))
    for rgb, people in ((pair, 2), (leaning, None)):
        expected, found = reference.look(rgb), engine.look(rgb)
        assert len(found) == len(expected) == (people or len(expected))
        for one, other in zip(expected, found, strict=True):
            assert is_same(apart(one, other))
    assert engine.look(np.zeros((90, 60, 3), np.uint8)) == []


def test_the_first_mask_is_the_same_and_so_is_the_edge(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """Spread over the picture or read from the small one: a third of a pixel of it."""
    with MediaPipeEngine(model_path) as reference, LiteRTEngine(model_path) as engine:
        expected, found = reference.follow(pictures[0]), engine.follow(pictures[0])
    assert expected is not None and found is not None and found.mask is not None
    whole = found.whole_mask()
    assert whole is not None and expected.mask is not None
    assert np.mean((whole > 0.5) != (expected.mask > 0.5)) < 1e-3
    points = expected.points_px[:, :2]
    edges = outline(expected.mask, points), outline(found.mask, points, found.crop)
    cell_px = found.crop.side_px / SIDE if found.crop else 0.0
    assert np.nanpercentile(np.abs(edges[0] - edges[1]), 95) < cell_px / 3
    assert on_body(found.mask, points, found.crop) == pytest.approx(
        on_body(expected.mask, points), abs=0.05
    )


def test_a_mask_comes_only_where_it_is_asked_for(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """Every third picture; the landmarks are those that they are with every mask."""
    with LiteRTEngine(model_path) as few, LiteRTEngine(model_path) as each:
        pairs = [
            (few.follow(rgb, mask=at % 3 == 0), each.follow(rgb)) for at, rgb in enumerate(pictures)
        ]
    masks = []
    for one, other in pairs:
        assert one is not None and other is not None
        assert np.array_equal(one.points_px, other.points_px)
        masks.append(one.mask is not None)
    assert masks == [True, False, False, True, False, False]


def test_who_is_lost_is_looked_for_anew(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """After a dark picture the next finds what a fresh engine finds, visibility too."""
    with LiteRTEngine(model_path) as engine:
        first = engine.follow(pictures[0])
        engine.follow(pictures[1])
        assert engine.follow(np.zeros_like(pictures[0])) is None
        again = engine.follow(pictures[0])
    assert first is not None and again is not None
    assert np.array_equal(first.points_px, again.points_px)
    assert np.array_equal(first.visibility, again.visibility)


def test_who_is_known_is_found_in_the_picture_beside(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """As by following, from either side, and whoever is followed stays followed."""
    with LiteRTEngine(model_path) as engine, LiteRTEngine(model_path) as other:
        first, second = engine.follow(pictures[0]), engine.follow(pictures[1])
        assert first is not None and second is not None
        onward, back = engine.beside(pictures[1], first), engine.beside(pictures[0], second)
        third, expected = engine.follow(pictures[2]), None
        for rgb in pictures[:3]:
            expected = other.follow(rgb)
    assert onward is not None and np.array_equal(onward.points_px, second.points_px)
    assert onward.mask is None
    assert back is not None and np.median(apart(first, back)) < TRACKED_MOST
    assert third is not None and expected is not None
    assert np.array_equal(third.points_px, expected.points_px)


def test_who_is_followed_isnt_looked_for_anew(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """In a picture of two only the other one is; each once, in the same place."""
    pair = np.ascontiguousarray(np.concatenate([pictures[0], pictures[0][:, ::-1]], axis=1))
    with LiteRTEngine(model_path) as engine:
        known = engine.follow(pair)
        assert known is not None
        people, with_known = engine.look(pair), engine.look(pair, known)
    assert len(people) == len(with_known) == 2
    assert sum(one is known for one in with_known) == 1
    for one, other in zip(people, with_known, strict=True):
        assert np.median(apart(one, other)) < TRACKED


def test_of_two_side_by_side_the_expected_one_is_followed(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """From the first picture on, and again after somebody else was."""
    width = pictures[0].shape[1]
    both = np.hstack([pictures[0], pictures[0]])
    with LiteRTEngine(model_path) as engine:
        alone = engine.follow(pictures[0])
        assert alone is not None
        left_px = alone.box_px()
        right_px = left_px + np.array([width, 0, width, 0])
        for near_px in (right_px, left_px, right_px):
            found = engine.follow(both, near_px=near_px)
            assert found is not None
            np.testing.assert_allclose(found.box_px(), near_px, atol=0.03 * width)


def test_threads_change_nothing(model_path: Path, pictures: list[NDArray[np.uint8]]) -> None:
    """With two threads the same is found, to the last bit."""
    with LiteRTEngine(model_path) as one, LiteRTEngine(model_path, threads=2) as two:
        for rgb in pictures[:3]:
            first, second = one.follow(rgb), two.follow(rgb)
            assert first is not None and second is not None
            assert np.array_equal(first.points_px, second.points_px)
            assert np.array_equal(first.world_m, second.world_m)
            assert first.mask is not None and second.mask is not None
            assert np.array_equal(first.mask, second.mask)


def test_rest_is_passed_over_and_masks_are_few(tracks: dict[str, PoseTrack]) -> None:
    """A film of one repetition, mostly movement: the reference judges it alike, see below."""
    track = tracks["litert"]
    assert track.made_by is not None and track.made_by.rests
    assert track.on_body is not None
    masks = np.asarray(np.isfinite(track.on_body).all(axis=1))
    points = track.landmarks_px[..., :2]
    trunk = points[:, [11, 12]].mean(axis=1) - points[:, [23, 24]].mean(axis=1)
    lean_deg = np.degrees(np.arcsin(np.abs(trunk[:, 0]) / np.hypot(*trunk.T)))
    leans, upright = np.asarray(lean_deg > 33.0), np.asarray(lean_deg < 27.0)
    assert masks[upright].mean() < 0.5
    looked = np.ones_like(masks) if track.looked is None else track.looked
    assert np.diff(track.time_s[looked]).max() < 0.12
    assert not (masks & ~looked).any()
    assert masks[leans & looked].mean() > 0.95
    assert np.isfinite(track.landmarks_px).all()


@pytest.fixture(scope="module")
def tracks(model_path: Path) -> dict[str, PoseTrack]:
    """One repetition, followed by both."""
    found = {}
    for name in ("mediapipe", "litert"):
        with read_video(CLIP, span=ONE_REP) as film:
            found[name] = estimate_poses(film, engine=name)
    return found


def test_both_follow_the_same_joints(tracks: dict[str, PoseTrack]) -> None:
    """Through a film they differ by what MediaPipe differs from itself, see ``TRACKED``."""
    one, other = tracks["mediapipe"], tracks["litert"]
    away = np.hypot(*(one.landmarks_px - other.landmarks_px)[:, BODY, :2].transpose(2, 0, 1))
    legs = away / np.median([leg_px(points) for points in one.landmarks_px])
    assert np.median(legs) < TRACKED
    assert np.percentile(legs, 95) < TRACKED_MOST
    assert np.abs(one.visibility - other.visibility)[:, BODY].max() < 0.1


def test_both_judge_the_same(tracks: dict[str, PoseTrack], tmp_path: Path) -> None:
    """The same lift, the same repetitions, no verdict turned round."""
    said: list[Analysis] = []
    for name, track in tracks.items():
        save_poses(track, tmp_path / f"{name}.npz")
        said.append(pipeline.analyze(tmp_path / f"{name}.npz"))
    one, other = said
    assert other.lift.name == one.lift.name == "deadlift"
    assert len(other.reps) == len(one.reps) == 1
    verdicts = [
        {cue: found.verdict for cue, found in rep.findings.items()}
        for analysis in said
        for rep in analysis.reps
    ]
    turned = {cue: (verdicts[0][cue], verdicts[1][cue]) for cue in verdicts[0]}
    differ = {cue: pair for cue, pair in turned.items() if pair[0] != pair[1]}
    assert not any("cannot_judge" not in pair for pair in differ.values()), differ
    assert len(differ) <= 1, differ


def test_what_found_the_poses_is_noted(
    engines: tuple[MediaPipeEngine, LiteRTEngine], tracks: dict[str, PoseTrack]
) -> None:
    """By name and version; saved poses say so, and the same of the model for both."""
    for name, track in tracks.items():
        assert track.made_by is not None
        assert track.made_by.engine == engine_name(name)
    makers = [made_by(engine, (9, 9)) for engine in engines]
    assert makers[0] is not None and makers[1] is not None
    assert makers[0].model_sha256 == makers[1].model_sha256


def test_an_engine_that_isnt_there_is_said_so(
    monkeypatch: pytest.MonkeyPatch, model_path: Path
) -> None:
    """An unknown name, and an extra that wasn't installed, with what to do."""
    with pytest.raises(BadRequest, match="litert or mediapipe"):
        open_engine("openpose", model_path)
    monkeypatch.setattr(known_engines, "PACKAGES", {"litert": "no-such", "mediapipe": "nor-this"})
    with pytest.raises(BadRequest, match=r"pip install .formcheck\[mediapipe\]."):
        open_engine("mediapipe", model_path)
    with pytest.raises(BadRequest, match=r"pip install .no-such."):
        open_engine("litert", model_path)


def test_a_row_is_filled_from_the_small_mask(
    model_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """Edge and covering reach the row, in the film's pixels."""
    row = np.empty(1, dtype=FRAME)
    with LiteRTEngine(model_path) as engine:
        fill(row, 0.0, engine.follow(pictures[0]), 0.5)
    edge = row["outline_px"][0]
    assert np.isfinite(edge).any()
    assert np.nanmax(edge) > pictures[0].shape[0] / 2
    assert row["on_body"][0][[11, 12, 23, 24]].min() > 0.5


FOLLOWING = """
    import sys
    import numpy as np
    from pathlib import Path
    from formcheck.poses.engines import open_engine
    with open_engine("litert", Path(sys.argv[1]), threads=2) as engine:
        picture = np.load(sys.argv[2])
        assert engine.follow(picture) is not None
        assert engine.follow(picture) is not None
        assert engine.look(picture)
    assert "mediapipe" not in sys.modules
"""


def test_litert_opens_no_socket(
    model_path: Path, tmp_path: Path, pictures: list[NDArray[np.uint8]]
) -> None:
    """Not one of any internet family, with no guard; and MediaPipe isn't loaded."""
    np.save(tmp_path / "picture.npy", pictures[0])
    reaching, stderr = outside_addresses(
        FOLLOWING, str(model_path), str(tmp_path / "picture.npy"), folder=tmp_path
    )
    assert reaching == []
    assert stderr == ""
    assert "AF_INET" not in (tmp_path / "trace.txt").read_text()


@pytest.mark.parametrize(("asked", "threads"), [("1", 1), ("8", FILM_THREADS), ("", FILM_THREADS)])
def test_a_film_has_no_more_threads_than_it_is_told(
    asked: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Workers of a batch, one for each core, are told one."""
    monkeypatch.setattr("formcheck.poses.engines.usable_cores", lambda: 16)
    monkeypatch.setenv("OMP_NUM_THREADS", asked)
    assert film_threads() == threads
