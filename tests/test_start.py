"""A command starts at once: what it doesn't need isn't loaded."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import click
import pytest

import formcheck
from formcheck import poses, signals, video
from formcheck.cli import COMMANDS, main
from formcheck.poses.saved import save_poses
from tests.skeleton import skeleton

HEAVY = ("scipy", "matplotlib", "mediapipe", "cv2", "av", "sqlalchemy", "jinja2", "rich", "numpy")

RUN = "from formcheck.cli import main; main({words!r}, standalone_mode=False)"


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that a fresh interpreter has loaded after running this."""
    ask = "import sys; print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{ask}"], capture_output=True, text=True, check=True
    )
    return {*ran.stdout.rpartition("LOADED")[2].split()} & {*HEAVY}


@pytest.mark.parametrize("code", ["import formcheck", "import formcheck.cli"])
def test_importing_us_loads_no_library(code: str) -> None:
    """Who imports formcheck waits for nothing that wasn't asked for."""
    assert loaded_by(code) == set()


def test_help_loads_no_library() -> None:
    """The list of commands is printed without loading one of them."""
    words = "import contextlib\nwith contextlib.suppress(SystemExit):\n    "
    assert loaded_by(words + RUN.format(words=["--help"])) == set()


def test_the_cues_are_listed_without_decoders_and_networks() -> None:
    """What is judged can be told without what judges: no film, network or drawing is near."""
    loaded = loaded_by(RUN.format(words=["cues"]))
    assert not loaded & {"matplotlib", "mediapipe", "cv2", "av", "sqlalchemy", "jinja2"}


def test_saved_poses_are_judged_without_decoders_and_drawing(tmp_path: Path) -> None:
    """Where data alone are asked of poses, nothing that reads films or draws is loaded."""
    poses_npz = tmp_path / "poses.npz"
    save_poses(skeleton("deadlift").track, poses_npz)
    loaded = loaded_by(RUN.format(words=["analyze", str(poses_npz), "--json", "--quiet"]))
    assert not loaded & {"matplotlib", "mediapipe", "cv2", "av", "sqlalchemy", "jinja2"}


def test_a_report_is_drawn_without_matplotlib(tmp_path: Path) -> None:
    """Neither the report with its charts, nor a batch's pages, nor captions load it."""
    poses_npz = tmp_path / "poses.npz"
    save_poses(skeleton("deadlift").track, poses_npz)
    asked = RUN.format(words=["analyze", str(poses_npz), "--out", str(tmp_path / "o"), "--quiet"])
    more = "import formcheck.batch.pages\nfrom formcheck.report import lettering"
    caption = "lettering.label((lettering.Line('5 ± 1°', 20),))"
    assert "matplotlib" not in loaded_by(f"{more}\n{caption}\n{asked}")
    assert "<polyline" in (tmp_path / "o" / "report.html").read_text("utf-8")


def test_sets_are_compared_without_decoders_and_drawing(tmp_path: Path) -> None:
    """Two sets that were analysed are compared by their poses: no film is near."""
    poses_npz = tmp_path / "poses.npz"
    save_poses(skeleton("deadlift").track, poses_npz)
    loaded = loaded_by(RUN.format(words=["compare", str(poses_npz), str(poses_npz), "--json"]))
    assert not loaded & {"matplotlib", "mediapipe", "cv2", "av", "sqlalchemy", "jinja2"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    """The line in the list is the first sentence of the command's own help."""
    where, said = COMMANDS[name]
    module, function = where.split(":")
    command = getattr(importlib.import_module(module), function)
    assert isinstance(command, click.Command)
    assert (command.help or "").split("\n\n")[0].replace("\n", " ") == said
    assert not (command.hidden or command.short_help or command.deprecated)


def test_a_list_of_commands_is_as_click_makes_it() -> None:
    """As if all of them had been loaded, in a terminal of any width."""
    for width in (40, 60, 80, 120):
        context = click.Context(main, info_name="formcheck", terminal_width=width)
        loaded = {name: main.get_command(context, name) for name in main.list_commands(context)}
        whole = click.Group("whole", commands={k: v for k, v in loaded.items() if v is not None})
        ours, theirs = context.make_formatter(), context.make_formatter()
        main.format_commands(context, ours)
        whole.format_commands(context, theirs)
        assert ours.getvalue() == theirs.getvalue()


@pytest.mark.parametrize("package", [formcheck, poses, signals, video])
def test_what_a_package_offers_is_there(package: ModuleType) -> None:
    """Every name that a package offers can be asked for, and no other."""
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing
