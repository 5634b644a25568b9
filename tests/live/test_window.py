"""The window: on a screen of its own where there is Xvfb, else with SDL's own that nobody sees."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from formcheck.errors import BadRequest
from formcheck.live.window import OPENS_PX, Window

GREEN, RED = (40, 160, 90), (200, 30, 30)
SCREEN_PX = (1400, 900)

RUNS = """
import sys
import numpy as np
import formcheck.commands.live
print("pygame" in sys.modules)
with formcheck.commands.live.Window() as window:
    picture = np.zeros((*window.size[::-1], 3), np.uint8)
    sound = sys.modules["pygame"].mixer.get_init()
    while True:
        window.show(picture)
        if sound != "said":
            print(sound, flush=True)
            sound = "said"
"""


def filled(size: tuple[int, int], colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.full((*size[::-1], 3), colour, dtype=np.uint8)


@pytest.fixture
def unseen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    """A window on a screen that isn't there."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    with Window() as window:
        pygame.event.clear()
        yield window


def press(*keys: int) -> None:
    for key in keys:
        pygame.event.post(pygame.Event(pygame.KEYDOWN, key=key))


def test_each_key_has_its_meaning_and_none_is_lost(unseen: Window) -> None:
    """One is given a call, those that mean nothing are passed over."""
    press(pygame.K_x, pygame.K_m, pygame.K_SPACE, pygame.K_q, pygame.K_ESCAPE)
    said = [unseen.keys() for _ in range(5)]
    assert said == ["mirror", "end_set", "quit", "quit", ""]


@pytest.mark.parametrize("event", [pygame.QUIT, pygame.WINDOWCLOSE])
def test_who_closes_it_quits(unseen: Window, event: int) -> None:
    pygame.event.post(pygame.Event(event))
    assert unseen.show(filled(unseen.size, GREEN)) == "quit"


def test_escape_leaves_the_full_screen_and_then_the_program(unseen: Window) -> None:
    """And the window is as large as before."""
    press(pygame.K_f)
    assert unseen.keys() == ""
    assert unseen.size == pygame.display.get_desktop_sizes()[0] != OPENS_PX
    press(pygame.K_ESCAPE)
    assert unseen.keys() == ""
    assert unseen.size == OPENS_PX
    press(pygame.K_ESCAPE)
    assert unseen.keys() == "quit"


@pytest.mark.parametrize("drawn", [OPENS_PX, (640, 360), (300, 900)])
def test_the_picture_fills_it(unseen: Window, drawn: tuple[int, int]) -> None:
    """One that was drawn for another size too: the window was just made larger."""
    unseen.show(filled(drawn, GREEN))
    surface = unseen._window.get_surface()
    for corner in ((0, 0), (OPENS_PX[0] - 1, OPENS_PX[1] - 1)):
        assert np.allclose(surface.get_at(corner)[:3], GREEN, atol=1)  # scaling rounds down


def test_a_small_window_is_drawn_for_no_smaller_than_can_be_read(unseen: Window) -> None:
    unseen._window.size = (100, 400)
    assert unseen.size == (240, 400)
    assert unseen.show(filled(unseen.size, GREEN)) == ""


def test_what_was_covered_is_shown_again(unseen: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a new picture: the camera may have none."""
    flips: list[str] = []
    opened = SimpleNamespace(flip=lambda: flips.append("again"), destroy=unseen._window.destroy)
    monkeypatch.setattr(unseen, "_window", opened)
    pygame.event.post(pygame.Event(pygame.WINDOWEXPOSED))
    assert unseen.keys() == ""
    assert flips == ["again"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_signals_and_stdout_stay_ours_and_no_sound_is_opened(tmp_path: Path) -> None:
    """pygame is loaded when a window opens, greets nobody, and Ctrl-C is Python's."""
    silent = {"SDL_VIDEODRIVER": "dummy", "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", RUNS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | silent,
    ) as program:
        assert program.stdout is not None and program.stderr is not None
        assert [program.stdout.readline() for _ in range(2)] == ["False\n", "None\n"]
        program.send_signal(signal.SIGINT)
        said = program.stderr.read()
        assert said.rstrip().endswith("KeyboardInterrupt"), said
        assert program.stdout.read() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="X is the screen of Linux")
@pytest.mark.parametrize("display", [":4242", "127.0.0.1:4242", "nonsense"])
def test_a_screen_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch, display: str, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    with pytest.raises(BadRequest, match="--no-window"):
        Window()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("there", [None, ModuleType("pygame")])
def test_without_pygame_ce_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, there: ModuleType | None
) -> None:
    """Not there, or covered by the older pygame, which has the same folder."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    monkeypatch.setitem(sys.modules, "pygame", there)
    with pytest.raises(BadRequest, match=r"pip install pygame-ce.*--no-window"):
        Window()


Look = Callable[[int, int], tuple[int, ...]]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Look]:
    """A screen that nobody sees; gives what colour it has at a point."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb here")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "{}x{}x24".format(*SCREEN_PX)]
    with subprocess.Popen(
        [*command, "-fbdir", str(tmp_path)], pass_fds=[write], stderr=subprocess.DEVNULL
    ) as server:
        os.close(write)
        monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.setenv("DISPLAY", f":{os.read(read, 16).decode().strip()}")

        def look(x: int, y: int) -> tuple[int, ...]:
            content = (tmp_path / "Xvfb_screen0").read_bytes()  # as xwd writes it
            header = struct.unpack_from(">25I", content)
            begins = header[0] + 12 * header[19]
            at = begins + y * header[12] + 4 * x
            return tuple(content[at : at + 3][::-1])

        yield look
        server.terminate()
    os.close(read)


def test_what_is_drawn_is_on_the_screen(screen: Look) -> None:
    """In the window, and over all of the screen though nobody manages its windows."""
    corner, middle = (3, 3), (SCREEN_PX[0] // 2, SCREEN_PX[1] // 2)

    def seen(window: Window, colour: tuple[int, int, int]) -> list[bool]:
        until_s = time.monotonic() + 5.0
        while time.monotonic() < until_s and screen(*middle) != colour:
            window.show(filled(window.size, colour))
        return [screen(*at) == colour for at in (middle, corner)]

    with Window(full_screen=True) as window:
        assert window.size == SCREEN_PX
        assert seen(window, GREEN) == [True, True]
        press(pygame.K_f)
        assert window.keys() == ""
        assert window.size == OPENS_PX
        assert seen(window, RED) == [True, False]
    assert screen(*middle) not in (GREEN, RED)
