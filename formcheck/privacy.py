"""Keeps the pose engine's usage reports inside this machine.

mediapipe from 0.10.30 on reports its own use to its maker: a minute after a
landmarker opens and again when it closes, from a native thread, with no option to
turn it off. Its HTTP client asks the C environment for a proxy each time it is
about to send. So while a landmarker is open, and only then, that environment
names a proxy of a kind that doesn't exist, on a loopback port where nobody
listens, and no exceptions to it: the client gives up before it looks up a name or
opens a connection (``tests/test_privacy.py`` traces this).

The values go in with ``os.putenv``, past ``os.environ``: Python code of this
process (our model download, the caller's own requests) keeps the user's proxy.

mediapipe is imported here and nowhere else.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

# No client knows this kind of proxy; one that took it for HTTP would still only
# reach the discard port of this machine.
BLOCKED_PROXY = "blocked://127.0.0.1:9"

# What the engine's HTTP client asks for, in its order. The exceptions come first:
# a user's "no_proxy=*" would let the report out.
_EXCEPTIONS = ("no_proxy", "NO_PROXY")
_PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy")

# Warnings of the engine to its own makers, on file descriptor 2, past Python and
# past every log level: glog lines, TFLite's delegate notice, the notice before both.
_CHATTER = re.compile(
    rb"^(?:[IWE]\d{4} \d\d:\d\d:.*"
    rb"|INFO: Created TensorFlow Lite .*"
    rb"|WARNING: (?:All log messages before|Logging before InitGoogle|Read-only tensor).*"
    rb")\n",
    re.MULTILINE,
)

# Re-entrant: the garbage collector may close a landmarker while we hold it.
_environment_lock = threading.RLock()
_stderr_lock = threading.Lock()
_open_landmarkers = 0


def quiet_mediapipe() -> ModuleType:
    """Import mediapipe so that its landmarkers neither report nor chatter.

    Every ``PoseLandmarker`` made in this process afterwards, by whatever name it
    is reached, keeps the guard up from before it opens until it has closed.

    Returns
    -------
    module
        ``mediapipe`` itself, with ``mediapipe.tasks`` loaded.
    """
    mediapipe = importlib.import_module("mediapipe")
    vision = importlib.import_module("mediapipe.tasks.python.vision")
    with _environment_lock:
        _guard(vision.PoseLandmarker)
    return mediapipe


@contextmanager
def native_chatter_held() -> Iterator[None]:
    """Hold back what reaches stderr in the block; then pass on all but the chatter.

    If the block fails everything is passed on, the chatter may say why. Inside
    another thread's block this does nothing: stderr is held already.
    """
    if not _stderr_lock.acquire(blocking=False):
        yield
        return
    try:
        with tempfile.TemporaryFile() as held:
            if sys.stderr is not None:
                sys.stderr.flush()
            stderr = os.dup(2)
            os.dup2(held.fileno(), 2)
            passed_on = re.compile(rb"(?!)")
            try:
                yield
                passed_on = _CHATTER
            finally:
                os.dup2(stderr, 2)
                os.close(stderr)
                held.seek(0)
                os.write(2, passed_on.sub(b"", held.read()))
    finally:
        _stderr_lock.release()


def _guard(landmarker: Any) -> None:
    """Raise the guard when a landmarker of this class opens, lower it when closed."""
    if getattr(landmarker, "formcheck_guarded", False):
        return
    landmarker.create_from_options = staticmethod(_opening(landmarker.create_from_options))
    landmarker.detect = _quiet_until_found(landmarker.detect)
    landmarker.detect_for_video = _quiet_until_found(landmarker.detect_for_video)
    landmarker.close = _closing(landmarker.close)
    landmarker.formcheck_guarded = True


def _opening(create: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(create)
    def create_from_options(*args: Any, **options: Any) -> Any:
        _raise_guard()
        try:
            with native_chatter_held():
                landmarker = create(*args, **options)
        except BaseException:
            _lower_guard()
            raise
        landmarker.formcheck_open = True
        return landmarker

    return create_from_options


def _quiet_until_found(detect: Callable[..., Any]) -> Callable[..., Any]:
    """Hold the chatter of the first person a landmarker finds; later ones are quiet."""

    @functools.wraps(detect)
    def quiet_detect(self: Any, *args: Any, **options: Any) -> Any:
        if getattr(self, "formcheck_settled", False):
            return detect(self, *args, **options)
        with native_chatter_held():
            result = detect(self, *args, **options)
        self.formcheck_settled = bool(result.pose_landmarks)
        return result

    return quiet_detect


def _closing(close: Callable[[Any], None]) -> Callable[[Any], None]:
    @functools.wraps(close)
    def guarded_close(self: Any) -> None:
        try:
            close(self)
        finally:
            if getattr(self, "formcheck_open", False):
                self.formcheck_open = False
                _lower_guard()

    return guarded_close


def _raise_guard() -> None:
    global _open_landmarkers  # noqa: PLW0603 - the environment is one for the process
    with _environment_lock:
        _open_landmarkers += 1
        for name in _EXCEPTIONS:
            os.unsetenv(name)
        for name in _PROXIES:
            os.putenv(name, BLOCKED_PROXY)


def _lower_guard() -> None:
    global _open_landmarkers  # noqa: PLW0603
    with _environment_lock:
        _open_landmarkers -= 1
        if _open_landmarkers:
            return
        for name in (*_EXCEPTIONS, *_PROXIES):
            if name in os.environ:
                os.putenv(name, os.environ[name])
            else:
                os.unsetenv(name)
