"""The window on the screen, and its keys.

SDL opens it, which pygame's wheel brings for every system: it needs no package of the
system's, finds the screen's own library when it looks for a screen, and is loaded only
then. Of pygame nothing but the display is used: no sound device is opened.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

from formcheck.errors import BadRequest
from formcheck.report.lettering import Picture

if TYPE_CHECKING:
    import pygame

NAME = "formcheck live"
NO_WINDOW = (
    "no window can be opened here (no screen, or none that answers). "
    "Use --no-window to get the events as JSON lines."
)
NO_PYGAME = (
    "the window needs pygame-ce, which isn't there or lies under another pygame. Mend it with: "
    "pip uninstall -y pygame pygame-ce && pip install pygame-ce, "
    "or use --no-window to get the events as JSON lines."
)
SCREENS = {"DISPLAY": "x11", "WAYLAND_DISPLAY": "wayland"}
"""On Linux one of these names the screen, to which that driver of SDL's finds the way.
Without any it would draw on a server's console."""

OPENS_PX = (1280, 720)
"""The window opens so large, so that it fits a laptop's screen; it can be drawn larger."""

LEAST_PX = 240
"""What is drawn has at least so many pixels on each side, however small the window is."""

ICON, ICON_PX = Path(__file__).parents[1] / "serve" / "static" / "icon.svg", (64, 64)

_DRIVER = "SDL_VIDEODRIVER"
_ASKED = {
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",  # stdout is ours
    "SDL_NO_SIGNAL_HANDLERS": "1",  # Ctrl-C and SIGTERM are too
    "SDL_APP_NAME": "formcheck",
    "SDL_VIDEO_X11_WMCLASS": "formcheck",
    "SDL_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR": "0",  # that is for games
    "SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS": "0",  # a full screen is read while another is worked at
    "SDL_WINDOWS_DPI_SCALING": "1",  # as sharp as the screen, where that is scaled
}
_ASKED_ON_X = {
    "SDL_FRAMEBUFFER_ACCELERATION": "0",  # through shared memory: a tenth of the work by OpenGL
}
"""What SDL and pygame ask of the environment when they are loaded; what the user set stays."""

Key = Literal["quit", "mirror", "end_set", ""]


class Window:
    """A window; a context manager. Used from the main thread only.

    The screen stays lit while it is open.

    Parameters
    ----------
    full_screen
        Fill the screen from the beginning.

    Raises
    ------
    BadRequest
        There is no screen to open it on, or no pygame-ce.
    """

    def __init__(self, *, full_screen: bool = False) -> None:
        self._sdl, self._full = _load(), False
        try:
            self._sdl.display.init()
            self._window = self._sdl.Window(NAME, OPENS_PX, resizable=True, allow_high_dpi=True)
            self._window.get_surface()
        except self._sdl.error as problem:
            self._sdl.display.quit()
            raise BadRequest(NO_WINDOW) from problem
        with suppress(self._sdl.error):  # one that was built without such pictures
            self._window.set_icon(self._sdl.image.load_sized_svg(str(ICON), ICON_PX))
        self._sdl.key.stop_text_input()  # keys, not letters that are put together from several
        self._before: tuple[tuple[int, int], tuple[int, int]] = OPENS_PX, self._window.position
        if full_screen:
            self._set_full(full=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._window.destroy()
        self._sdl.display.quit()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of what it can show, in pixels of the screen."""
        width, height = self._window.get_surface().get_size()
        return max(width, LEAST_PX), max(height, LEAST_PX)

    def show(self, rgb: Picture) -> Key:
        """Show a picture, drawn for ``size``, and give the key that was pressed, if any."""
        surface, (height, width) = self._window.get_surface(), rgb.shape[:2]
        picture = self._sdl.image.frombuffer(np.ascontiguousarray(rgb), (width, height), "RGB")
        if picture.get_size() != surface.get_size():  # smaller than that, or just drawn larger
            picture = self._sdl.transform.smoothscale(picture, surface.get_size())
        surface.blit(picture, (0, 0))
        self._window.flip()
        return self.keys()

    def keys(self) -> Key:
        """Give the key that was pressed; "quit" as well when the window was closed.

        Esc leaves the full screen first. A second key waits for the next call.
        """
        while event := self._sdl.event.poll():
            key = self._key(event)
            if key:
                return key
        return ""

    def _key(self, event: pygame.event.Event) -> Key:
        if event.type in (self._sdl.WINDOWCLOSE, self._sdl.QUIT):
            return "quit"
        if event.type == self._sdl.WINDOWEXPOSED:
            self._window.flip()  # what lay on it is gone
        if event.type != self._sdl.KEYDOWN:
            return ""
        if event.key == self._sdl.K_f or (event.key == self._sdl.K_ESCAPE and self._full):
            self._set_full(full=not self._full)
            return ""
        keys: dict[int, Key] = {
            self._sdl.K_q: "quit",
            self._sdl.K_ESCAPE: "quit",
            self._sdl.K_m: "mirror",
            self._sdl.K_SPACE: "end_set",
        }
        return keys.get(event.key, "")

    def _set_full(self, *, full: bool) -> None:
        """Fill the screen, or leave it as the window was before.

        On an X screen without a window manager nobody does that for us.
        """
        display = self._sdl.display
        alone = display.get_driver() == "x11" and not _is_managed()
        self._full = full
        if full:
            self._before = self._window.size, self._window.position
            if alone:
                self._window.size, self._window.position = display.get_desktop_sizes()[0], (0, 0)
            self._window.set_fullscreen(desktop=True)
        else:
            self._window.set_windowed()
            if alone:
                self._window.size, self._window.position = self._before


def _is_managed() -> bool:
    """Whether somebody manages the windows of the X screen, as far as its library tells."""
    try:
        x = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True
    pointer, number = ctypes.c_void_p, ctypes.c_ulong
    x.XOpenDisplay.restype = pointer
    x.XDefaultScreen.argtypes = x.XCloseDisplay.argtypes = [pointer]
    x.XInternAtom.restype, x.XInternAtom.argtypes = number, [pointer, ctypes.c_char_p, ctypes.c_int]
    x.XGetSelectionOwner.restype, x.XGetSelectionOwner.argtypes = number, [pointer, number]
    screen = x.XOpenDisplay(None)
    if not screen:
        return True
    manager = x.XInternAtom(screen, f"WM_S{x.XDefaultScreen(screen)}".encode(), 0)
    owner = x.XGetSelectionOwner(screen, manager)
    x.XCloseDisplay(screen)
    return bool(owner)


def _load() -> ModuleType:
    """Load pygame without a word, and with nothing but what a window needs."""
    asked = dict(_ASKED)
    if sys.platform == "linux":
        named = (driver for name, driver in SCREENS.items() if os.environ.get(name))
        asked[_DRIVER] = os.environ.get(_DRIVER) or ",".join(named)
        if not asked[_DRIVER]:
            raise BadRequest(NO_WINDOW)
        if asked[_DRIVER].startswith("x11"):
            asked |= _ASKED_ON_X
    for name, value in asked.items():
        os.environ.setdefault(name, value)
    try:
        found = import_module("pygame")
    except ImportError as problem:
        raise BadRequest(NO_PYGAME) from problem
    if not getattr(found, "IS_CE", False):  # the older pygame has the same name, and no Window
        raise BadRequest(NO_PYGAME)
    return found
