"""The real labelled clips, where they are on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.clips import Row, row_of
from benchmarks.manifest import FOLDER_VARIABLE, Clip, read_manifest
from benchmarks.manifest import real_data as find_real_data
from benchmarks.pose_cache import poses_of


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder, wherever it came from."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.real)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder that holds ``real_videos`` and ``real_poses``."""
    folder = find_real_data()
    if folder is None:
        pytest.skip(f"the labelled clips aren't here: set {FOLDER_VARIABLE} to their folder")
    return folder


@pytest.fixture(scope="session")
def clips(real_data: Path) -> dict[str, Clip]:
    """The labelled clips by name without suffix."""
    return read_manifest(real_data)


@pytest.fixture(scope="session")
def judged(
    request: pytest.FixtureRequest, clips: dict[str, Clip], model_path: Path
) -> Callable[[str], Row]:
    """Judge a clip by name; all that the chosen tests name are watched together first."""
    named = {_name(item) for item in request.session.items if "judged" in _fixtures(item)}
    kept = poses_of([clips[name].path for name in sorted(named & clips.keys())])
    rows: dict[str, Row] = {}

    def judge(name: str) -> Row:
        path = clips[name].path
        if name not in rows:
            if path not in kept:
                kept.update(poses_of([path]))
            rows[name] = row_of(clips[name], kept[path])
        return rows[name]

    return judge


def _fixtures(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])


def _name(item: pytest.Item) -> str:
    """The clip a test is given by its parameter ``name``."""
    return str(getattr(getattr(item, "callspec", None), "params", {}).get("name", ""))
