"""A clip is drawn as planned: same seed same picture, the lifter where the truth says."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.errors import BadRequest, OutputError
from formcheck.synth import read_truth, render, truth_path
from formcheck.synth.body import load_body
from formcheck.synth.clothes import SurfaceNormals, dress
from formcheck.synth.hair import strands
from formcheck.synth.motion import plan_motion
from formcheck.synth.posing import pose_lifter
from formcheck.synth.posture import Posture, Rig
from formcheck.synth.render import Stage
from formcheck.synth.skeleton import Skeleton
from formcheck.synth.spec import BodySpec, ClothesSpec, parse_spec
from formcheck.synth.truth import Truth, truth_of

SMALL = """
lift = "deadlift"
reps = 1
seed = 3
[tempo]
lead_s = 0.1
tail_s = 0.1
down_s = 0.5
up_s = 0.5
top_s = 0.1
[camera]
width = 180
height = 320
frame_rate_hz = 6
noise = 1
crf = 18
yaw_deg = -18
"""


Clip = tuple[Path, Truth, list[tuple[int, int]]]
"""Where the film lies, its truth, and what the progress was told."""


def need_extra() -> None:
    for part in ("anny", "pyvista"):
        if importlib.util.find_spec(part) is None:
            pytest.skip(f"the extra [synth] isn't installed: {part} is missing")


def decoded(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as film:
        return np.array([f.to_ndarray(format="rgb24") for f in film.decode(video=0)])


def truth_of_small() -> Truth:
    spec = parse_spec(SMALL)
    body = load_body(spec.body)
    return truth_of(spec, plan_motion(spec, body.skeleton, body.mass_kg))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    need_extra()
    path = tmp_path_factory.mktemp("synth") / "small.mp4"
    seen: list[tuple[int, int]] = []
    truth = render(parse_spec(SMALL), path, progress=lambda done, whole: seen.append((done, whole)))
    return path, truth, seen


def test_film_has_a_picture_for_each_truth(clip: Clip) -> None:
    """As many frames as truths, of the size asked for; progress ends at the whole."""
    path, truth, seen = clip
    pictures = decoded(path)
    assert pictures.shape == (len(truth.time_s), 320, 180, 3)
    assert seen[-1] == (len(truth.time_s), len(truth.time_s))
    assert len(read_truth(truth_path(path))["time_s"]) == len(truth.time_s)


def test_lifter_is_where_the_truth_says(clip: Clip) -> None:
    """At the shoulder's pixel the shirt's blue is seen, in every frame."""
    path, truth, _ = clip
    for picture, (x, y) in zip(decoded(path), truth.joints_px["right_shoulder"], strict=True):
        red, _, blue = picture[round(y), round(x)].astype(int)
        assert blue > red + 25


def test_same_spec_same_pictures(clip: Clip, tmp_path: Path) -> None:
    """Drawn again, and by two processes, the film is the same to the byte."""
    path, _, _ = clip
    again = tmp_path / "small.mp4"
    render(parse_spec(SMALL), again, jobs=2)
    np.testing.assert_array_equal(decoded(again), decoded(path))


def test_camera_inside_the_lifter_is_refused(tmp_path: Path) -> None:
    """A camera that would stand in the barbell's way is refused by name, nothing is written."""
    need_extra()
    text = SMALL + "distance_m = 1.2\n"
    text = text.replace("yaw_deg = -18", "yaw_deg = 0")
    with pytest.raises(BadRequest, match=r"line 18: camera\.distance_m = 1\.2 puts the camera"):
        render(parse_spec(text), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_camera_that_misses_the_lifter_is_refused(tmp_path: Path) -> None:
    """A long lens aimed over the lifter's head is refused by name, nothing is written."""
    need_extra()
    text = SMALL + "aim_height_m = 1.95\nfov_deg = 15\n"
    with pytest.raises(BadRequest, match=r"line 18: camera\.aim_height_m = 1\.95 .* only \d+%"):
        render(parse_spec(text), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def frames_of(text: str) -> NDArray[np.int_]:
    need_extra()
    stage = Stage(parse_spec(text))
    pictures = [stage.draw(number) for number in (0, 2, 4, 6)]
    stage.close()
    return np.array(pictures).astype(int)


def test_what_stands_in_front_hides_the_lifter() -> None:
    """A box hides the feet in every frame and leaves the head; the truth doesn't change."""
    free = frames_of(SMALL)
    hidden = frames_of(SMALL + '[scene]\noccluders = ["box", "bench"]\n')
    truth = truth_of_small()
    changed = np.abs(hidden - free).max(axis=-1) > 40
    for frame, number in enumerate((0, 2, 4, 6)):
        x, y = truth.joints_px["nose"][number]
        assert not changed[frame, round(y), round(x)]
    assert changed[:, 250:].mean() > 0.15


def test_somebody_walks_past_once() -> None:
    """Who walks past is in the picture for a moment, and gone before and after."""
    text = SMALL.replace("frame_rate_hz = 6", "frame_rate_hz = 5").replace("_s = 0.5", "_s = 3")
    spec = parse_spec(text + '[scene]\noccluders = ["passer_by"]\n')
    need_extra()
    stages = Stage(spec), Stage(parse_spec(text))
    count = round(plan_motion(spec, Skeleton.standard(), 75.0).duration_s * 5)
    share = []
    for number in range(0, count, 3):
        with_them, without = (stage.draw(number).astype(int) for stage in stages)
        share.append(float((np.abs(with_them - without).max(axis=-1) > 60).mean()))
    for stage in stages:
        stage.close()
    assert share[0] < 0.01
    assert share[-1] < 0.01
    assert max(share) > 0.1


def test_impossible_weight_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body of 150 kg at 1.50 m is beyond the model: the message gives the range."""
    need_extra()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    text = SMALL + "[body]\nheight_m = 1.5\nweight_kg = 150\n"
    message = r"line 20: body\.weight_kg = 150: the body model reaches \d+ to \d+ kg .* muscle = 0"
    with pytest.raises(BadRequest, match=message):
        render(parse_spec(text), tmp_path / "a.mp4")


def test_weight_changes_the_body() -> None:
    """60, 85 and 115 kg at 1.78 m are reached to the kilogram, each wider than the last."""
    need_extra()
    bodies = [
        load_body(BodySpec(height_m=1.78, weight_kg=kg, muscle=0.1)) for kg in (60.0, 85.0, 115.0)
    ]
    assert [b.mass_kg for b in bodies] == pytest.approx([60, 85, 115], abs=1)
    waists = []
    for body in bodies:
        navel_z = body.skeleton.head("spine04")[2]
        ring = body.vertices[
            (np.abs(body.vertices[:, 2] - navel_z) < 0.02) & (np.abs(body.vertices[:, 1]) < 0.3)
        ]
        waists.append(float(np.ptp(ring[:, 0])))
    assert waists[0] + 0.03 < waists[1] < waists[2] - 0.03


def test_hair_follows_the_head() -> None:
    """A ponytail hangs behind a standing lifter; cropped hair has no form of its own."""
    need_extra()
    who = BodySpec(hair_style="ponytail")
    body = load_body(who)
    (tail,) = strands(body, who)
    posed = pose_lifter(body.skeleton, Posture(4.0, 1.0), Rig())
    places = tail.vertices(body.skeleton, posed.pose)
    head = posed.pose.positions[body.skeleton.index("head")]
    assert (places[:, 0] < head[0]).all()
    assert np.ptp(places[:, 2]) > 0.2
    assert strands(body, BodySpec()) == ()


def test_hood_lies_on_the_upper_back() -> None:
    """A hoodie's hood makes the upper back thicker by a few centimetres, a T-shirt doesn't."""
    need_extra()
    body = load_body(BodySpec())
    normals = SurfaceNormals.of(body.faces, len(body.vertices))(body.vertices)
    rear = {}
    for top in ("tshirt", "hoodie"):
        outfit = dress(body, BodySpec(), ClothesSpec(top=top))
        shell = np.concatenate([g.draped(body.vertices, normals) for g in outfit.garments])
        neck = body.skeleton.head("neck01")
        near = (np.abs(shell[:, 2] - neck[2]) < 0.05) & (np.abs(shell[:, 1]) < 0.05)
        rear[top] = shell[near, 0].min()
    assert 0.02 < rear["tshirt"] - rear["hoodie"] < 0.09


def test_unwritable_film(tmp_path: Path) -> None:
    """A folder's name that is a file gives an output error."""
    need_extra()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        render(parse_spec(SMALL), tmp_path / "file" / "a.mp4")


def test_missing_extra_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the message says what to install."""
    real = importlib.import_module

    def without(name: str, package: str | None = None) -> ModuleType:
        if name in ("pyvista", "anny"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(BadRequest, match=r"pyvista is missing\): pip install formcheck\[synth\]"):
        render(parse_spec(SMALL), tmp_path / "a.mp4")
