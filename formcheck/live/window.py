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

LARGEST_PX = (1280, 720)
"""The window opens no larger, so that it fits a laptop's screen; it can be drawn larger."""

FLAGS = cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL

CHECKS, CHECK_EVERY_S = 3, 0.7
"""So often the window is looked at after its opening: is it black? One that has shown a
picture goes on showing them."""

BLACK = 16

Key = Literal["quit", "mirror", "end_set", ""]


class Window:
    """An OpenCV window; a context manager. Used from the main thread only.

    Raises
    ------
    BadRequest
        There is no screen to open it on.
    """

    def __init__(self) -> None:
        self._screen = None
        if sys.platform == "linux":
            if cv2.currentUIFramework().startswith("QT"):
                # Without a screen Qt would end the whole program.
                self._screen = X11.open()
            if self._screen is None and not _opens_without_x11():
                raise BadRequest(NO_WINDOW)
        try:
            cv2.namedWindow(NAME, FLAGS)
        except cv2.error as problem:
            raise BadRequest(NO_WINDOW) from problem
        self._size = (0, 0)
        self._full = False
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

    def show(self, rgb: Picture) -> Key:
        """Show a picture and give the key that was pressed, if any."""
        size = (rgb.shape[1], rgb.shape[0])
        if size != self._size:
            self._size = size
            scale = min(1.0, *(most / side for most, side in zip(LARGEST_PX, size, strict=True)))
            cv2.resizeWindow(NAME, *(round(scale * side) for side in size))
        cv2.imshow(NAME, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
        key = self.keys()
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
            cv2.namedWindow(NAME, FLAGS)
            self._size = (0, 0)

    def keys(self) -> Key:
        """Give the key that was pressed; "quit" as well when the window was closed."""
        key = cv2.waitKey(1) & 0xFF
        if key in (ord("q"), _ESCAPE) or cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1:
            return "quit"
        if key == ord("m"):
            return "mirror"
        if key == ord("f"):
            self._full = not self._full
            mode = cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL
            cv2.setWindowProperty(NAME, cv2.WND_PROP_FULLSCREEN, mode)
        return "end_set" if key == ord(" ") else ""


def _opens_without_x11() -> bool:
    """Whether OpenCV was built with something else than Qt, and there is a screen for it."""
    return not cv2.currentUIFramework().startswith("QT") and bool(SCREENS & os.environ.keys())
