"""The window on the screen, and its keys."""

from __future__ import annotations

import os
import sys
import time
from types import TracebackType
from typing import Literal, Self

import cv2

from formcheck.errors import BadRequest
from formcheck.live.x11 import X11
from formcheck.report.lettering import Picture

NAME = "formcheck live"
NO_WINDOW = (
    "no window can be opened here (no screen, or none that answers). "
    "Use --no-window to get the events as JSON lines."
)
SCREENS = {"DISPLAY", "WAYLAND_DISPLAY"}
_ESCAPE = 27

OPENS_PX = (1280, 720)
"""The window opens so large, so that it fits a laptop's screen; it can be drawn larger."""

LEAST_PX = 240
"""What is drawn has at least so many pixels on each side, however small the window is."""

FLAGS = cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL
"""What is drawn has the window's own size: there is no ratio to keep."""

CHECKS, CHECK_EVERY_S = 3, 0.7
"""So often the window is looked at after its opening: is it black? One that has shown a
picture goes on showing them."""

BLACK = 16

Key = Literal["quit", "mirror", "end_set", ""]


class Window:
    """An OpenCV window; a context manager. Used from the main thread only.

    Parameters
    ----------
    full_screen
        Fill the screen from the beginning.

    Raises
    ------
    BadRequest
        There is no screen to open it on.
    """

    def __init__(self, *, full_screen: bool = False) -> None:
        self._screen = None
        if sys.platform == "linux":
            if cv2.currentUIFramework().startswith("QT"):
                # Without a screen Qt would end the whole program.
                self._screen = X11.open()
            if self._screen is None and not _opens_without_x11():
                raise BadRequest(NO_WINDOW)
        self._full, self._full_since_s = full_screen, float("inf")
        self._size_before = OPENS_PX
        try:
            self._open()
        except cv2.error as problem:
            raise BadRequest(NO_WINDOW) from problem
        self._checks = CHECKS
        self._checked_s = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        cv2.destroyAllWindows()

    def _open(self) -> None:
        cv2.namedWindow(NAME, FLAGS)
        cv2.resizeWindow(NAME, *OPENS_PX)
        if self._full:
            self._set_full(full=True)

    def _set_full(self, *, full: bool) -> None:
        self._full, self._full_since_s, self._size_before = full, time.monotonic(), self.size
        mode = cv2.WINDOW_FULLSCREEN if full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(NAME, cv2.WND_PROP_FULLSCREEN, mode)

    def _fill_screen(self) -> None:
        """Where no window manager has filled the screen, do it ourselves."""
        self._full_since_s = float("inf")
        if self._screen is not None and self.size == self._size_before:
            cv2.moveWindow(NAME, 0, 0)
            cv2.resizeWindow(NAME, *(self._screen.size() if self._full else OPENS_PX))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what it can show, in pixels of the screen."""
        _, _, width, height = cv2.getWindowImageRect(NAME)
        return (max(width, LEAST_PX), max(height, LEAST_PX)) if width > 0 else OPENS_PX

    def show(self, rgb: Picture) -> Key:
        """Show a picture and give the key that was pressed, if any."""
        cv2.imshow(NAME, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        key = self.keys()
        if time.monotonic() - self._full_since_s >= CHECK_EVERY_S:
            self._fill_screen()
        if self._checks and time.monotonic() - self._checked_s >= CHECK_EVERY_S:
            self._mend_if_black(rgb)
        return key

    def _mend_if_black(self, rgb: Picture) -> None:
        """Open the window anew if it shows nothing: once black, it would stay so."""
        self._checks -= 1
        self._checked_s = time.monotonic()
        _, _, width, height = cv2.getWindowImageRect(NAME)
        is_dark = rgb[rgb.shape[0] // 2, rgb.shape[1] // 2].max() < BLACK
        if self._screen is None or is_dark:
            return
        if self._screen.is_black(NAME, (width // 2, height // 2)):
            cv2.destroyWindow(NAME)
            self._open()

    def keys(self) -> Key:
        """Give the key that was pressed; "quit" as well when the window was closed.

        Esc leaves the full screen first.
        """
        key = cv2.waitKey(1) & 0xFF
        if cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1:
            return "quit"
        if key == ord("f") or (key == _ESCAPE and self._full):
            self._set_full(full=not self._full)
            return ""
        if key in (ord("q"), _ESCAPE):
            return "quit"
        if key == ord("m"):
            return "mirror"
        return "end_set" if key == ord(" ") else ""


def _opens_without_x11() -> bool:
    """Whether OpenCV was built with something else than Qt, and there is a screen for it."""
    return not cv2.currentUIFramework().startswith("QT") and bool(SCREENS & os.environ.keys())
