"""The one door: what isn't a file, is too large or of the wrong type is refused in a line."""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formcheck import intake
from formcheck.cues import load_limits
from formcheck.errors import BadRequest, FormcheckError
from formcheck.pipeline import Request, judge_poses
from formcheck.poses.saved import load_poses, save_poses
from formcheck.poses.trc import load_trc
from formcheck.reconsider import read_kept
from formcheck.report.record import write_json
from formcheck.tables.table import read_table
from formcheck.video import read_video
from tests.skeleton import skeleton

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
needs_devices = pytest.mark.skipif(sys.platform == "win32", reason="no /dev here")

READERS: dict[str, Callable[[Path], object]] = {
    "film": read_video,
    "poses": load_poses,
    "trc": load_trc,
    "limits": load_limits,
    "analysis": read_kept,
    "list": lambda path: read_table(path, ["file"], ["file"]),
}


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """An analysis.json as it is written."""
    path = tmp_path_factory.mktemp("kept") / "analysis.json"
    track = skeleton("deadlift", reps=2).track
    write_json(judge_poses(track, Request(), load_limits()), path)
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def refused(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(FormcheckError) as caught:
        read(path)
    message = str(caught.value)
    assert path.name in message
    assert "\n" not in message
    return message


@needs_pipes
@pytest.mark.parametrize("kind", READERS)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    """Nobody writes to a named pipe: it is told to be one, for each kind of file."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert "a pipe or a device" in refused(READERS[kind], path)


@needs_devices
@pytest.mark.parametrize("kind", READERS)
def test_a_device_without_end_is_refused(kind: str) -> None:
    """/dev/zero would fill the memory."""
    assert "a pipe or a device" in refused(READERS[kind], Path("/dev/zero"))


@pytest.mark.parametrize("kind", READERS)
def test_folders_and_absent_files_are_named(tmp_path: Path, kind: str) -> None:
    """A folder and a name that isn't there: one line with the name."""
    refused(READERS[kind], tmp_path)
    refused(READERS[kind], tmp_path / "absent")


@pytest.mark.parametrize("kind", ["poses", "trc", "limits", "analysis", "list"])
def test_files_without_end_are_refused_before_they_are_read(tmp_path: Path, kind: str) -> None:
    """A terabyte of nothing: its size is looked at first."""
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(10**12)
    assert "larger than" in refused(READERS[kind], path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    """Arrays that we don't know stay packed; known ones are asked for their shape first."""
    good = tmp_path / "poses.npz"
    save_poses(skeleton("deadlift", reps=1).track, good)
    with (
        zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("unknown.npy", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(bytes(1_000_000))
    assert load_poses(good).time_s.size
    large = tmp_path / "large.npz"
    np.savez_compressed(large, time_s=np.zeros(30_000_000), landmarks_px=np.zeros((2, 33, 3)))
    assert "30000000 frames" in refused(load_poses, large)


def put(*path: str | int, value: object) -> Callable[[Any], None]:
    def change(said: Any) -> None:
        for part in path[:-1]:
            said = said[part]
        if value is KeyError:
            del said[path[-1]]
        else:
            said[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("limits", value=KeyError), "missing: limits"),
        (put("source", value=KeyError), "missing: source"),
        (put("source", "file", value=3), "source.file: expected text, got a whole number"),
        (put("source", "rotation_deg", value="x"), "source.rotation_deg: expected a whole number"),
        (put("reps", value={}), "reps: expected a list, got named values"),
        (put("reps", 1, "index", value=None), r"reps[1].index: expected a whole number"),
        (put("reps", 0, "start_s", value=None), r"reps[0].start_s: expected a number, got nothing"),
        (put("reps", 0, "cues", "lockout", value=[]), "cues[...]: expected named values"),
        (put("reps", 0, "cues", "lockout", "verdict", value="fine"), "'fine'"),
        (put("set", "cues", value=7), "set.cues: expected named values"),
        (put("lift", "name", value="snatch"), "the lift 'snatch' isn't known"),
        (put("view", "yaw_deg", value=1e300), "view.yaw_deg"),
        (put("limits_changed", value=[{"cue": "depth"}]), "limits_changed[0]: missing"),
        (put("tempo", value=3), "tempo: expected text"),
    ],
)
def test_an_edited_analysis_is_refused_by_its_place(
    tmp_path: Path, analysis: dict[str, Any], change: Callable[[Any], None], said: str
) -> None:
    """What is missing or of another type is named, with what was expected."""
    edited = json.loads(json.dumps(analysis))
    change(edited)
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(edited), encoding="utf-8")
    message = refused(read_kept, path)
    assert said in message.replace("object ", "")
    assert "Analyse the film again" in message or "isn't known" in message


def test_an_analysis_with_more_in_it_is_read(tmp_path: Path, analysis: dict[str, Any]) -> None:
    """A later version may say more; a byte order mark changes nothing."""
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps({**analysis, "later": {"a": [1]}}), encoding="utf-8-sig")
    assert read_kept(path).said["later"] == {"a": [1]}


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_value_anywhere_in_an_analysis_is_read_or_refused(
    tmp_path: Path, analysis: dict[str, Any], data: st.DataObject
) -> None:
    """Whatever stands at whatever place: it is read, or refused in a line."""
    edited = json.loads(json.dumps(analysis))
    place, above = edited, None
    for _ in range(data.draw(st.integers(1, 5))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        above, key = place, data.draw(st.sampled_from(keys))
        place = above[key]
        if not isinstance(place, dict | list):
            break
    if above is not None:
        above[key] = data.draw(NESTED)
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(edited), encoding="utf-8")
    try:
        read_kept(path)
    except BadRequest as problem:
        assert "\n" not in str(problem)


@given(text=st.text(max_size=200) | st.text("[]{}.=\"'#a1\n", max_size=300))
def test_any_text_is_toml_or_refused(text: str) -> None:
    """No text brings the reader down."""
    try:
        intake.toml(text)
    except ValueError as problem:
        assert str(problem)


@given(data=st.binary(max_size=100))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """No bytes bring the reader down."""
    try:
        text, _ = intake.decoded(data)
    except BadRequest:
        return
    assert isinstance(text, str)
