"""The doctor finds what is missing and names the command that mends it."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from formcheck import doctor
from formcheck.poses.packing import DETECTOR_MEMBER

ROOT = Path(__file__).parents[1]


def only(*managers: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/bin/{name}" if name in managers else None


def test_everything_is_looked_at() -> None:
    """Each check has a name and a finding; a failed one, and only it, says how to mend."""
    checks = doctor.examine()
    names = [check.name for check in checks]
    assert len(set(names)) == len(names)
    assert {"Python", "ai-edge-litert", "one OpenCV", "video codecs", "pose model"} <= set(names)
    for check in checks:
        assert check.found
        assert bool(check.mend) != check.ok


def test_every_extra_is_looked_at() -> None:
    """Each extra of pyproject.toml has its line, and no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(doctor.EXTRAS) == set(project["optional-dependencies"])
    assert set(doctor.EXTRAS) <= set(doctor._extras())


def test_a_missing_extra_is_named_and_no_fault() -> None:
    """What it is for and how to get it; formcheck does without."""
    here = doctor.check_extra("voice", installed=lambda _name: True)
    gone = doctor.check_extra("voice", installed=lambda _name: False)
    assert (here.ok, here.optional, here.mend) == (True, True, "")
    assert (gone.ok, gone.optional) == (False, True)
    assert gone.found == "not installed: spoken cues in live"
    assert "pip install 'pyttsx3" in gone.mend


def test_what_the_tests_run_on_is_sound() -> None:
    """Python, packages and codecs of a proper installation pass."""
    unsound = [
        check
        for check in doctor.examine()
        if not check.ok and not check.optional and check.name != "pose model"
    ]
    assert unsound == []


def test_an_old_python_is_found() -> None:
    """Python 3.10 is too old."""
    assert not doctor.check_python((3, 10, 4)).ok
    assert doctor.check_python((3, 11, 0)).ok


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "sudo apt-get install -y libegl1 libgles2"),
        ("dnf", "sudo dnf install -y libglvnd-egl libglvnd-gles"),
        ("pacman", "sudo pacman -S --noconfirm libglvnd"),
    ],
)
def test_missing_libraries_are_mended_by_one_command(manager: str, command: str) -> None:
    """Two absent libraries fail, a present one passes; one command brings both."""
    checks = doctor.check_libraries(
        loads=lambda library: library == "libGL.so.1",
        platform="linux",
        which=only(manager),
        installed=lambda _name: True,
    )
    assert [check.mend for check in checks] == [command, command, ""]
    assert [check.ok for check in checks] == [False, False, True]


def test_other_systems_bring_their_libraries() -> None:
    """Nothing is asked of macOS or Windows."""
    assert doctor.check_libraries(loads=lambda library: False, platform="darwin") == []


def test_without_mediapipe_no_library_is_asked_for() -> None:
    """A plain installation needs nothing of the system's."""
    checks = doctor.check_libraries(
        loads=lambda _library: False, platform="linux", installed=lambda _name: False
    )
    assert checks == []


def test_a_missing_package_is_found() -> None:
    """A distribution that isn't installed fails, with the pip command."""
    check = doctor.check_dependency("no-such-distribution", "no_such_module")
    assert check == doctor.Check(
        "no-such-distribution",
        ok=False,
        found="missing",
        mend=doctor._pip("install 'no-such-distribution'"),
    )


def test_pip_is_told_in_the_environment_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its short name where that is the one meant, by its place otherwise; uv and pipx too."""
    python = str(tmp_path / "a b" / "python3")
    monkeypatch.setattr(sys, "executable", python)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda _name: python)
    assert doctor._pip("install 'x>=1'") == "python3 -m pip install 'x>=1'"
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/python3")
    assert doctor._pip("install 'x>=1'") == f"'{python}' -m pip install 'x>=1'"
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert doctor._pip("install 'x>=1'") == f"uv pip install 'x>=1' --python '{python}'"
    (tmp_path / "pipx_metadata.json").write_text("{}")
    assert doctor._pip("install 'x>=1'") == "pipx runpip formcheck install 'x>=1'"


def test_a_package_that_does_not_load_is_found() -> None:
    """A distribution that is there but whose module fails to import is not ok."""
    check = doctor.check_dependency("numpy", "no_such_module")
    assert not check.ok
    assert "doesn't load" in check.found
    assert "--force-reinstall" in check.mend


@pytest.mark.parametrize(
    ("installed", "ok"),
    [
        ({"opencv-contrib-python-headless": "5.0"}, True),
        ({"opencv-contrib-python": "5.0", "opencv-contrib-python-headless": "5.0"}, True),
        ({"opencv-contrib-python": "5.1", "opencv-contrib-python-headless": "5.0"}, False),
        ({"opencv-contrib-python": "5.0"}, False),
        ({"opencv-contrib-python-headless": "5.0", "opencv-python": "5.0"}, False),
        ({"opencv-python-headless": "5.0"}, False),
        ({}, False),
    ],
)
def test_two_opencvs_are_found(installed: dict[str, str], ok: bool) -> None:
    """Another set of OpenCV distributions than ours, with mediapipe's, is replaced by ours."""
    check = doctor.check_one_opencv(installed)
    assert check.ok == ok
    if not ok:
        assert all(name in check.mend for name in [*installed, "opencv-contrib-python-headless"])


def test_a_missing_model_is_mended_by_fetching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a model the command to run is formcheck models fetch."""
    monkeypatch.delenv("FORMCHECK_MODEL", raising=False)
    monkeypatch.setattr("formcheck.poses.model.cache_folder", lambda: tmp_path)
    assert doctor.check_model().mend == "formcheck models fetch"


def test_a_wrong_variable_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORMCHECK_MODEL naming something else than a bundle is told, not raised."""
    wrong = tmp_path / DETECTOR_MEMBER
    wrong.write_bytes(b"bare network")
    monkeypatch.setenv("FORMCHECK_MODEL", str(wrong))
    check = doctor.check_model()
    assert (check.ok, check.mend) == (False, "unset FORMCHECK_MODEL")


def test_a_cache_that_cannot_be_written_is_found(tmp_path: Path) -> None:
    """A file where the cache folder should be fails; a folder yet to be made passes."""
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert not doctor.check_cache(blocked / "models").ok
    assert doctor.check_cache(tmp_path / "not" / "yet").ok


def test_little_memory_is_found() -> None:
    """One gigabyte is too little, eight are enough."""
    assert not doctor.check_machine(memory_gb=1.0).ok
    assert doctor.check_machine(memory_gb=8.0).ok


def test_every_dependency_is_examined() -> None:
    """The doctor's list is that of the package."""
    try:
        requirements = metadata.requires("formcheck") or []
    except metadata.PackageNotFoundError:
        pytest.skip("formcheck isn't installed, only on the path")
    required = {
        re.split(r"[^\w.-]", requirement)[0]
        for requirement in requirements
        if "extra ==" not in requirement
    }
    assert set(doctor.DEPENDENCIES) == required
