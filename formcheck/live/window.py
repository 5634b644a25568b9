"""The window on the screen, and its keys."""

from __future__ import annotations

import ctypes
import os
import sys
from types import TracebackType
from typing import Literal, Self

import cv2

from formcheck.errors import BadRequest
from formcheck.report.lettering import Picture

NAME = "formcheck"
NO_WINDOW = (
    "no window can be opened here (no screen, or none that answers). "
    "Use --no-window to get the events as JSON lines."
)
SCREENS = {"DISPLAY", "WAYLAND_DISPLAY"}
_ESCAPE = 27

LARGEST_PX = (1280, 720)
"""The window opens no larger, so that it fits a laptop's screen; it can be drawn larger."""

Key = Literal["quit", "mirror", "end_set", ""]


class Window:
    """An OpenCV window; a context manager. Used from the main thread only.

    Raises
    ------
    BadRequest
        There is no screen to open it on.
    """

    def __init__(self) -> None:
        # Without a screen Qt would end the whole program.
        if sys.platform == "linux" and not _has_screen():
            raise BadRequest(NO_WINDOW)
        try:
            cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        except cv2.error as problem:
            raise BadRequest(NO_WINDOW) from problem
        self._size = (0, 0)
        self._full = False

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
        return self.keys()

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


def _has_screen() -> bool:
    """Whether a screen answers; asked of X itself, as Qt would: it takes a millisecond."""
    if not SCREENS & os.environ.keys():
        return False
    if not cv2.currentUIFramework().startswith("QT"):
        return True
    try:
        xcb = ctypes.CDLL("libxcb.so.1")  # Qt's own way to the screen
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    for call in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        call.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    answers = bool(xcb.xcb_connection_has_error(connection) == 0)
    if not answers:
        xcb.xcb_disconnect(connection)
    # A good one stays open as long as the program: a screen of its own (Xvfb) begins
    # anew when its last client leaves, which here would be just before Qt comes.
    return answers
