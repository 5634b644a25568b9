"""Ask the X screen itself whether it answers, and whether our window shows anything.

Qt ends the program when no screen answers, and now and then its first window stays
black for good (seen without a window manager, in up to 3 of 13 starts). Neither can be
asked of Qt itself, so we ask the library that it uses.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, Self

_ALL_PLANES, _Z_PIXMAP = 0xFFFFFFFF, 2
_Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


class X11:
    """A connection to the screen of this session; ``open`` makes one.

    It stays as long as the program: a screen of its own (Xvfb) begins anew when its
    last client leaves, which would be just before Qt comes.
    """

    def __init__(self, library: Any, display: int) -> None:
        self._x, self._display = library, display
        # A window may be gone when it is asked for; by default that ends the program.
        self._ignore = _Handler(lambda _display, _problem: 0)
        self._x.XSetErrorHandler(self._ignore)

    @classmethod
    def open(cls) -> Self | None:
        """Connect; None where no screen answers."""
        try:
            library = ctypes.CDLL("libX11.so.6")
        except OSError:
            return None
        window, pointer, number = ctypes.c_ulong, ctypes.c_void_p, ctypes.c_int
        size = ctypes.c_uint
        for name, gives, takes in (
            ("XOpenDisplay", pointer, [ctypes.c_char_p]),
            ("XDefaultRootWindow", window, [pointer]),
            ("XDefaultScreen", number, [pointer]),
            ("XDisplayWidth", number, [pointer, number]),
            ("XDisplayHeight", number, [pointer, number]),
            ("XQueryTree", number, [pointer, window, *[pointer] * 4]),
            ("XFetchName", number, [pointer, window, pointer]),
            ("XGetImage", pointer, [pointer, window, *[number] * 2, *[size] * 2, window, number]),
            ("XGetPixel", window, [pointer, number, number]),
            ("XDestroyImage", number, [pointer]),
            ("XFree", number, [pointer]),
        ):
            call = getattr(library, name)
            call.restype, call.argtypes = gives, takes
        display = library.XOpenDisplay(None)
        return cls(library, display) if display else None

    def size(self) -> tuple[int, int]:
        """Width and height of the screen, in pixels."""
        screen = self._x.XDefaultScreen(self._display)
        ways = (self._x.XDisplayWidth, self._x.XDisplayHeight)
        width, height = (int(way(self._display, screen)) for way in ways)
        return width, height

    def is_black(self, title: str, at_px: tuple[int, int]) -> bool:
        """Whether the window of that title is on the screen and black at a point of it."""
        for window in self._windows(self._x.XDefaultRootWindow(self._display)):
            if self._title(window) == title:
                image = self._x.XGetImage(
                    self._display, window, *at_px, 1, 1, _ALL_PLANES, _Z_PIXMAP
                )
                if not image:
                    return False  # not on the screen yet, or partly outside of it
                pixel = self._x.XGetPixel(image, 0, 0) & 0xFFFFFF
                self._x.XDestroyImage(image)
                return bool(pixel == 0)
        return False

    def _windows(self, parent: int) -> Iterator[int]:
        """All windows below one; a window manager puts ours into one of its own."""
        root, above = ctypes.c_ulong(), ctypes.c_ulong()
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        places = (ctypes.byref(one) for one in (root, above, children, count))
        if not self._x.XQueryTree(self._display, parent, *places) or not children:
            return
        found = children[: count.value]
        self._x.XFree(children)
        for window in found:
            yield window
            yield from self._windows(window)

    def _title(self, window: int) -> str:
        name = ctypes.c_char_p()
        if not self._x.XFetchName(self._display, window, ctypes.byref(name)) or not name:
            return ""
        title = (name.value or b"").decode("utf-8", "replace")
        self._x.XFree(name)
        return title
