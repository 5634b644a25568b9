"""A clip is drawn as planned: same seed same picture, the lifter where the truth says."""

import importlib

import av
import numpy as np
import pytest

from formcheck.errors import BadRequest, OutputError
from formcheck.synth import read_truth, render, truth_path
from formcheck.synth.spec import parse_spec

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


def need_extra():
    for part in ("anny", "pyvista"):
        if importlib.util.find_spec(part) is None:
            pytest.skip(f"the extra [synth] isn't installed: {part} is missing")


def decoded(path):
    with av.open(str(path)) as film:
        return np.array([f.to_ndarray(format="rgb24") for f in film.decode(video=0)])


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    need_extra()
    path = tmp_path_factory.mktemp("synth") / "small.mp4"
    seen = []
    truth = render(parse_spec(SMALL), path, progress=lambda done, whole: seen.append((done, whole)))
    return path, truth, seen


def test_film_has_a_picture_for_each_truth(clip):
    """As many frames as truths, of the size asked for; progress ends at the whole."""
    path, truth, seen = clip
    pictures = decoded(path)
    assert pictures.shape == (len(truth.time_s), 320, 180, 3)
    assert seen[-1] == (len(truth.time_s), len(truth.time_s))
    assert len(read_truth(truth_path(path))["time_s"]) == len(truth.time_s)


def test_lifter_is_where_the_truth_says(clip):
    """At the shoulder's pixel the shirt's blue is seen, in every frame."""
    path, truth, _ = clip
    for picture, (x, y) in zip(decoded(path), truth.joints_px["right_shoulder"], strict=True):
        red, _, blue = picture[round(y), round(x)].astype(int)
        assert blue > red + 25


def test_same_spec_same_pictures(clip, tmp_path):
    """Drawn again, and by two processes, the film is the same to the byte."""
    path, _, _ = clip
    again = tmp_path / "small.mp4"
    render(parse_spec(SMALL), again, jobs=2)
    np.testing.assert_array_equal(decoded(again), decoded(path))


def test_camera_inside_the_lifter_is_refused(tmp_path):
    """A camera that would stand in the barbell's way is refused by name, nothing is written."""
    need_extra()
    text = SMALL + "distance_m = 1.2\n"
    text = text.replace("yaw_deg = -18", "yaw_deg = 0")
    with pytest.raises(BadRequest, match=r"camera\.distance_m = 1\.2 puts the camera"):
        render(parse_spec(text), tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_impossible_weight_is_refused(tmp_path, monkeypatch):
    """A body of 150 kg at 1.50 m is beyond the model: the message gives the range."""
    need_extra()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    text = SMALL + "[body]\nheight_m = 1.5\nweight_kg = 150\n"
    with pytest.raises(BadRequest, match=r"body\.weight_kg = 150: the body model reaches \d+ to"):
        render(parse_spec(text), tmp_path / "a.mp4")


def test_unwritable_film(tmp_path):
    """A folder's name that is a file gives an output error."""
    need_extra()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        render(parse_spec(SMALL), tmp_path / "file" / "a.mp4")


def test_missing_extra_names_the_command(tmp_path, monkeypatch):
    """Without the extra the message says what to install."""
    real = importlib.import_module

    def without(name, *rest):
        if name in ("pyvista", "anny"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest)

    monkeypatch.setattr(importlib, "import_module", without)
    with pytest.raises(BadRequest, match=r"pyvista is missing\): pip install formcheck\[synth\]"):
        render(parse_spec(SMALL), tmp_path / "a.mp4")
