"""What people install: built once, looked into, and tried where nothing else is installed."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Mapping
from email import message_from_bytes
from email.message import Message
from importlib import metadata
from pathlib import Path

import pytest

import formcheck
from formcheck.version import VERSION

ROOT = Path(__file__).parents[1]
FILM = ROOT / "sample_videos" / "squat_good.mp4"
POSES = ROOT / "tests" / "frozen" / "004" / "poses.npz"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MOST_S = 300
"""A guard against hanging; no step takes a tenth of it on a quiet machine."""

PAPERS = {
    *("CHANGELOG.md", "CITATION.cff", "LICENSE", "PKG-INFO", "README.md", "SECURITY.md"),
    *(".gitignore", "constraints.txt", "pyproject.toml"),
}
"""What the source distribution holds beside the package and the models' list."""

TRIED = {
    "cluster": "import distributed, formcheck.batch.cluster",
    "export": "import pyarrow.parquet, formcheck.commands.export",
    "frame": "import pandas, formcheck; print(formcheck.analyze({poses!r}).to_frame().shape)",
    "postgres": "import sqlalchemy as sa; sa.create_engine('postgresql+psycopg://nobody@nowhere/x')",
    "s3": "import fsspec; fsspec.filesystem('s3', anon=True)",
    "serve": "import uvicorn, formcheck.serve.app, formcheck.serve.certificate",
    "voice": "import pyttsx3, formcheck.live.voice",  # sounddevice asks for the system's PortAudio
}
"""Extra -> what only works with what it brings."""

LEFT_OUT = {
    "mediapipe": "brings a second OpenCV; tried beside LiteRT in tests/poses",
    "notebooks": "tried by running them",
    "synth": "torch, 200 MB and more; tried in tests/synth",
}


def run(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a program with an environment that knows nothing of this checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        timeout=MOST_S,
        env=kept | more,
        cwd=Path(sys.executable).anchor,
        check=False,
    )


def module(name: str, *words: str | Path) -> str:
    """Run one of the developers' tools; gives what it printed."""
    done = run(sys.executable, "-m", name, *words)
    assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


# ---------------------------------------------------------------- what is built


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, the wheel made from it, and in ``direct`` that of the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build = ("--no-isolation", "--outdir")
    module("build", *build, folder, ROOT)
    module("build", "--wheel", *build, folder / "direct", ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def sdist(dist: Path) -> Path:
    (found,) = dist.glob("*.tar.gz")
    return found


@pytest.fixture(scope="module")
def said(wheel: Path) -> Message:
    """The wheel's metadata, which an index shows."""
    with zipfile.ZipFile(wheel) as archive:
        return message_from_bytes(archive.read(f"formcheck-{VERSION}.dist-info/METADATA"))


def in_wheel(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def in_sdist(path: Path) -> dict[str, bytes]:
    """Names below the one folder that it holds."""
    found = {}
    with tarfile.open(path) as archive:
        for member in archive.getmembers():
            file = archive.extractfile(member)
            if file is not None:
                found[member.name.removeprefix(f"formcheck-{VERSION}/")] = file.read()
    return found


def in_git() -> set[str]:
    """What git knows of the package; a file that lies about in it isn't ours to hand out."""
    listed = run("git", "-C", ROOT, "ls-files", "-z", "--cached", "formcheck")
    if listed.returncode != 0:
        pytest.skip("this isn't a checkout of git")
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    """Code, templates, limits, migrations as git has them; the list of models; the licence."""
    papers = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    noted = {f"formcheck-{VERSION}.dist-info/{name}" for name in papers}
    assert set(in_wheel(wheel)) == in_git() | {"formcheck/poses/models.toml"} | noted
    assert "formcheck/py.typed" in in_git()


def test_the_source_holds_what_makes_the_wheel_and_its_papers(sdist: Path) -> None:
    """No tests, films, pages or what a run leaves."""
    assert set(in_sdist(sdist)) == in_git() | {"models/models.toml"} | PAPERS


def test_the_source_makes_the_same_wheel(wheel: Path, dist: Path) -> None:
    """From the source distribution or from the checkout: byte for byte the same."""
    assert wheel.read_bytes() == (dist / "direct" / wheel.name).read_bytes()


def test_nothing_names_the_machine_it_was_made_on(wheel: Path, sdist: Path) -> None:
    """No folder of who built it, in no file."""
    own = [f"{place}/".encode() for place in {Path.home(), ROOT} if len(place.parts) > 1]
    for name, content in (in_wheel(wheel) | in_sdist(sdist)).items():
        assert not any(place in content for place in own), name


def test_the_checkers_have_no_word_against_it(dist: Path, wheel: Path) -> None:
    """twine reads the description as an index does; check-wheel-contents knows usual slips."""
    assert "WARNING" not in module("twine", "check", "--strict", *dist.glob("formcheck-*"))
    assert module("check_wheel_contents", wheel).strip().endswith("OK")


def test_the_record_has_every_file(wheel: Path) -> None:
    """With its checksum and size, but for its own line."""
    held = in_wheel(wheel)
    record = held[f"formcheck-{VERSION}.dist-info/RECORD"].decode()
    rows = {name: (digest, size) for name, digest, size in csv.reader(record.splitlines())}
    assert rows.keys() == held.keys()
    assert all(int(size) == len(held[name]) for name, (digest, size) in rows.items() if digest)


def test_its_metadata_are_ours(said: Message) -> None:
    """Version, licence and Pythons as they are said elsewhere; no address that isn't there."""
    assert (said["Name"], said["Version"]) == ("formcheck", VERSION)
    assert said["License-Expression"] == "Apache-2.0"
    assert said["Requires-Python"] == PROJECT["project"]["requires-python"]
    assert said["Description-Content-Type"] == "text/markdown"
    extras = set(said.get_all("Provides-Extra", []))
    assert TRIED.keys() <= extras <= TRIED.keys() | LEFT_OUT.keys()
    assert all("https://" in url for url in said.get_all("Project-URL", []))


def test_the_description_leads_nowhere_that_is_not_there(said: Message) -> None:
    """An index shows the README alone: links and pictures are whole addresses, or words."""
    text = str(said.get_payload())
    assert text.startswith("# formcheck")
    targets = re.findall(r"\]\(([^)\s]*)\)|(?:src|href)=[\"']([^\"']*)", text)
    assert [one for pair in targets for one in pair if one and not one.startswith("https://")] == []
    assert re.findall(r"\n{4,}", text) == []
    readme = (ROOT / "README.md").read_text("utf-8")
    assert ("pipx install formcheck" in text) == ("## First report" in readme)


def test_every_change_has_its_place() -> None:
    """The newest section of CHANGELOG.md is this version's; what waits is a file each."""
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    sections = re.findall(r"^## \[(\S+)\] - \d{4}-\d\d-\d\d$", changes, flags=re.MULTILINE)
    assert sections[0] == VERSION
    assert len(sections) == len(re.findall("^## ", changes, flags=re.MULTILINE))
    assert changes.index("<!-- towncrier release notes start -->") < changes.index(f"[{VERSION}]")


def test_the_next_section_can_be_made() -> None:
    """Every file of changes.d has a name that towncrier knows, of one of our kinds."""
    drafted = module("towncrier", "build", "--draft", "--version", "99.0", "--dir", ROOT)
    assert "## [99.0]" in drafted
    kinds = "|".join(kind["directory"] for kind in PROJECT["tool"]["towncrier"]["type"])
    for file in set((ROOT / "changes.d").iterdir()) - {ROOT / "changes.d" / "README.md"}:
        assert file.name == "template.md" or re.fullmatch(rf"[a-z0-9-]+\.({kinds})\.md", file.name)


def test_a_change_becomes_a_bullet_of_its_kind(tmp_path: Path) -> None:
    """The sections look as those before them; a name that says no kind is refused."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    folder = tmp_path / "changes.d"
    folder.mkdir()
    template = (ROOT / "changes.d" / "template.md").read_bytes()
    (folder / "template.md").write_bytes(template)
    (folder / "late-count.fixed.md").write_text("A late count.\n", "utf-8")
    (folder / "sled.added.md").write_text("A lift, `sled`,\nand its words.\n", "utf-8")
    draft = ("build", "--draft", "--version", "9.1.0", "--date", "2031-02-03", "--dir", tmp_path)
    done = run(sys.executable, "-m", "towncrier", *draft)
    assert done.stdout.rstrip() == (
        "## [9.1.0] - 2031-02-03\n\n"
        "### Added\n- A lift, `sled`,\n  and its words.\n\n"
        "### Fixed\n- A late count."
    )
    (folder / "sled.better.md").write_text("No kind.\n", "utf-8")
    refused = run(sys.executable, "-m", "towncrier", *draft)
    assert refused.returncode != 0
    assert "sled.better.md" in refused.stderr


# ---------------------------------------------------------------- installed


def pip(*words: str | Path) -> subprocess.CompletedProcess[str]:
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
    return run(sys.executable, "-m", "pip", *words, *quiet)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where no package index can be asked."""
    folder = tmp_path_factory.mktemp("asked")
    asked = pip("download", "--no-deps", "--dest", folder, f"click=={metadata.version('click')}")
    if asked.returncode != 0:
        pytest.skip(f"no package index here: {asked.stderr.strip().splitlines()[-1]}")


class Installed:
    """An environment of its own that holds formcheck and what that asked for."""

    def __init__(self, folder: Path, asked: str) -> None:
        module("venv", "--without-pip", folder)
        self.bin = folder / ("Scripts" if sys.platform == "win32" else "bin")
        self.python = self.bin / "python"
        self.add(asked)

    def add(self, asked: str) -> None:
        """Install more, in the versions that the tests ran with."""
        words = ("install", "--no-compile", "--constraint", ROOT / "constraints.txt", asked)
        done = pip("--python", self.python, *words)
        assert done.returncode == 0, done.stderr

    def formcheck(self, *words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        return run(self.bin / "formcheck", *words, **more)

    def code(self, text: str) -> subprocess.CompletedProcess[str]:
        return run(self.python, "-c", text)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, wheel: Path, index: None) -> Installed:
    """The wheel without extras."""
    return Installed(tmp_path_factory.mktemp("plain") / "env", str(wheel))


@pytest.fixture(scope="module")
def full(plain: Installed, wheel: Path, lacking: Mapping[str, str]) -> Installed:
    """The same environment with the extras that are tried, after what it lacked was asked."""
    assert lacking
    plain.add(f"formcheck[{','.join(TRIED)}] @ {wheel.as_uri()}")
    return plain


@pytest.fixture(scope="module")
def lacking(plain: Installed) -> Mapping[str, str]:
    """What commands say whose extra isn't there."""
    asked = {"serve": ("serve", "--no-browser", "--port", "0")}
    return {extra: plain.formcheck(*words).stderr for extra, words in asked.items()}


def test_it_says_its_version_and_what_it_judges(plain: Installed) -> None:
    """The command is there, and the tables beside the code are."""
    assert plain.formcheck("--version").stdout == f"formcheck, version {VERSION}\n"
    listed = plain.formcheck("cues")
    assert listed.returncode == 0, listed.stderr
    assert "lumbar_rounding" in listed.stdout


def test_the_doctor_finds_nothing_missing(plain: Installed, model_path: Path) -> None:
    """A plain installation is whole: every package there and new enough, and the model listed."""
    checked = plain.formcheck("doctor", FORMCHECK_MODEL=str(model_path))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_it_judges_as_the_checkout_does(plain: Installed, tmp_path: Path) -> None:
    """Saved poses get the same answer to the last digit, and a report of templates and styles."""
    done = plain.formcheck("analyze", POSES, "--out", tmp_path / "set", "--json", "--quiet")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(json.dumps(formcheck.analyze(POSES).to_dict()))
    assert "<polyline" in (tmp_path / "set" / "report.html").read_text("utf-8")


def test_it_watches_a_film(plain: Installed, model_path: Path, tmp_path: Path) -> None:
    """The pose engine, the decoder and what keeps poses need nothing that isn't asked for."""
    words = ("analyze", FILM, "--end", "4", "--no-video", "--out", tmp_path / "set", "--quiet")
    own = {"FORMCHECK_MODEL": str(model_path), "FORMCHECK_CACHE": str(tmp_path / "kept")}
    done = plain.formcheck(*words, **own)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "set" / "analysis.json").read_text("utf-8"))["reps"]


def test_a_command_without_its_extra_says_how_to_get_it(lacking: Mapping[str, str]) -> None:
    """Plainly, and without a traceback."""
    for extra, text in lacking.items():
        assert f"pip install 'formcheck[{extra}]'" in " ".join(text.split())
        assert "Traceback" not in text


@pytest.mark.parametrize("extra", sorted(TRIED))
def test_an_extra_brings_what_it_needs(full: Installed, extra: str) -> None:
    """Nothing else is there to help."""
    done = full.code(TRIED[extra].format(poses=str(POSES)))
    assert done.returncode == 0, done.stderr


def test_the_desk_opens_from_the_wheel(full: Installed, tmp_path: Path) -> None:
    """Its first page, and a style that the page names, are served."""
    words = ["serve", "--no-browser", "--no-work", "--port", "0", "--data", str(tmp_path / "desk")]
    with subprocess.Popen(
        [str(full.bin / "formcheck"), *words], stderr=subprocess.PIPE, text=True, cwd=tmp_path
    ) as desk:
        try:
            assert desk.stderr is not None
            address = next(
                found[0]
                for line in desk.stderr
                if (found := re.search(r"http://127\.0\.0\.1:\d+", line))
            )
            page = urllib.request.urlopen(address, timeout=60).read().decode()
            style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page)
            assert style is not None
            assert urllib.request.urlopen(address + style[1], timeout=60).status == 200
        finally:
            desk.send_signal(signal.SIGTERM)
            desk.communicate(timeout=60)
