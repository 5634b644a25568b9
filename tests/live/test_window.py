"""The window on a screen of its own: what it shows is seen, and a black one is opened anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from formcheck.errors import BadRequest
from formcheck.live import window
from formcheck.live.window import Window
from formcheck.live.x11 import X11

GREEN = np.full((720, 1280, 3), (40, 160, 90), dtype=np.uint8)

SHOWS = """
import time, cv2, numpy as np
from formcheck.live.window import NAME, Window
from formcheck.live.x11 import X11
opened = Window()
for light in (0, 160):
    end_s = time.monotonic() + 1.5
    while time.monotonic() < end_s:
        opened.show(np.full((360, 640, 3), light, np.uint8))
    print(X11.open().is_black(NAME, (320, 180)), X11.open().is_black("none", (0, 0)))
"""


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen that nobody sees."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb here")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        monkeypatch.setenv("DISPLAY", f":{os.read(read, 16).decode().strip()}")
        yield
        server.terminate()
    os.close(read)


@pytest.mark.usefixtures("screen")
def test_a_window_that_shows_nothing_is_told_from_one_that_does() -> None:
    """Asked of the screen, not of the program that draws."""
    done = subprocess.run(
        [sys.executable, "-c", SHOWS], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == ["True False", "False False"]


@pytest.mark.skipif(sys.platform != "linux", reason="X is the screen of Linux")
@pytest.mark.parametrize("display", [":4242", "127.0.0.1:4242", "nonsense"])
def test_a_screen_that_does_not_answer_is_one_line(
    monkeypatch: pytest.MonkeyPatch, display: str
) -> None:
    """Qt would end the program."""
    if not cv2.currentUIFramework().startswith("QT"):
        pytest.skip("OpenCV has another window library here")
    monkeypatch.setenv("DISPLAY", display)
    assert X11.open() is None
    with pytest.raises(BadRequest, match="--no-window"):
        Window()


def test_a_window_that_stays_black_is_opened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, and the new one is left alone when it shows its picture."""
    calls, black = [], [True, False, False]

    class Screen:
        def is_black(self, title: str, at_px: tuple[int, int]) -> bool:
            assert (title, at_px) == (window.NAME, (640, 360))
            return black.pop(0)

    for name in ("namedWindow", "destroyWindow", "resizeWindow", "imshow"):
        monkeypatch.setattr(cv2, name, lambda *_, name=name: calls.append(name))
    monkeypatch.setattr(cv2, "getWindowImageRect", lambda _: (0, 0, 1280, 720))
    monkeypatch.setattr(cv2, "getWindowProperty", lambda *_: 1.0)
    monkeypatch.setattr(cv2, "waitKey", lambda _: -1)
    monkeypatch.setattr(window, "CHECK_EVERY_S", 0.0)
    monkeypatch.setattr(X11, "open", Screen)
    monkeypatch.setattr(cv2, "currentUIFramework", lambda: "QT")
    monkeypatch.setattr("sys.platform", "linux")
    opened = Window()
    for _ in range(9):
        assert opened.show(GREEN) == ""
    assert calls.count("namedWindow") == 2
    assert calls.count("destroyWindow") == 1
    assert calls.count("resizeWindow") == 2
    assert not black


@pytest.fixture
def without_screen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """A window that is only asked for; gives what was asked."""
    calls: list[tuple[object, ...]] = []
    for name in ("namedWindow", "resizeWindow", "moveWindow", "imshow", "setWindowProperty"):
        monkeypatch.setattr(cv2, name, lambda *given, name=name: calls.append((name, *given[1:])))
    monkeypatch.setattr(cv2, "getWindowImageRect", lambda _: (0, 0, 1280, 720))
    monkeypatch.setattr(cv2, "getWindowProperty", lambda *_: 1.0)
    monkeypatch.setattr(window, "CHECK_EVERY_S", 0.0)

    class Screen:
        def is_black(self, title: str, at_px: tuple[int, int]) -> bool:
            return False

        def size(self) -> tuple[int, int]:
            return (1920, 1080)

    monkeypatch.setattr(X11, "open", Screen)
    monkeypatch.setattr(cv2, "currentUIFramework", lambda: "QT")
    monkeypatch.setattr("sys.platform", "linux")
    return calls


def test_escape_leaves_the_full_screen_and_then_the_program(
    without_screen: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter([ord("f"), 27, 27])
    monkeypatch.setattr(cv2, "waitKey", lambda _: next(keys))
    opened = Window()
    assert [opened.keys() for _ in range(3)] == ["", "", "quit"]
    modes = [call[2] for call in without_screen if call[0] == "setWindowProperty"]
    assert modes == [cv2.WINDOW_FULLSCREEN, cv2.WINDOW_NORMAL]


def test_the_full_screen_is_an_option_and_is_filled_without_a_window_manager(
    without_screen: list[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen of its own has nobody who would make the window larger."""
    monkeypatch.setattr(cv2, "waitKey", lambda _: -1)
    opened = Window(full_screen=True)
    opened.show(GREEN)
    asked = ("setWindowProperty", cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN)
    assert asked in without_screen
    assert ("resizeWindow", 1920, 1080) in without_screen
    assert opened.size == (1280, 720)
