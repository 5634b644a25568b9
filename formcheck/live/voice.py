"""Spoken cues, and a tone for a good repetition.

pyttsx3 speaks with the system's own voices, offline. It blocks while it speaks, so
it has a thread of its own; what is said late is of no use, so a new cue takes the
place of one that still waits.
"""

from __future__ import annotations

import queue
import threading
from types import TracebackType
from typing import Any, Self

import numpy as np

from formcheck.errors import BadRequest

TONE_HZ = 880.0
TONE_S = 0.18
RATE_HZ = 44_100


class Silent:
    """No voice: what is said goes nowhere."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass

    def say(self, text: str) -> None:
        """Say nothing."""

    def tone(self) -> None:
        """Play nothing."""


class Voice(Silent):
    """Speaks; a context manager.

    Raises
    ------
    BadRequest
        The extra isn't installed, or the system has no voice.
    """

    def __init__(self) -> None:
        try:
            import pyttsx3  # noqa: PLC0415 - an extra
            import sounddevice  # noqa: PLC0415 - an extra
        except (ImportError, OSError) as missing:
            raise BadRequest(
                f"--voice needs a speech library ({missing}). "
                "Install it with: pip install 'formcheck[voice]' "
                "(on Debian also: apt install espeak-ng alsa-utils libportaudio2)"
            ) from missing
        try:
            pyttsx3.init()
        except (RuntimeError, OSError, ImportError, ValueError) as silent:
            raise BadRequest(
                f"--voice: this system has no voice to speak with ({silent}). "
                "On Debian: apt install espeak-ng"
            ) from silent
        self._speech: Any = pyttsx3
        self._sound: Any = sounddevice
        self._waiting: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, name="formcheck-voice", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.put(None)
        self._thread.join(timeout=3.0)

    def say(self, text: str) -> None:
        """Speak a text, in place of what still waits."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put(text)

    def tone(self) -> None:
        """Play a short tone."""
        time_s = np.arange(round(TONE_S * RATE_HZ)) / RATE_HZ
        swell = np.sin(np.pi * time_s / TONE_S) ** 2
        wave = (0.3 * swell * np.sin(2 * np.pi * TONE_HZ * time_s)).astype(np.float32)
        try:
            self._sound.play(wave, RATE_HZ)
        except self._sound.PortAudioError:
            return  # no loudspeaker: the screen says it all

    def _run(self) -> None:
        engine = self._speech.init()
        while (text := self._waiting.get()) is not None:
            engine.say(text)
            engine.runAndWait()
