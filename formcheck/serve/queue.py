"""The judging process as the server sees it: started, told of news, heard, started again."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any

from formcheck.serve.bell import Bell
from formcheck.serve.rounds import RESCORE, TIDY, Orders

ENDS_WITHIN_S = 10.0
AGAIN_AFTER_S = 2.0


class Queue:
    """What is due is in the database; this has somebody judge it. A context manager.

    ``doing`` holds the latest event of each set that is being judged, by its id;
    ``trouble`` says why nothing is judged, "" where there is none.
    """

    def __init__(self, orders: Orders, bell: Bell, *, works: bool = True) -> None:
        self._orders = orders
        self._bell = bell
        self._works = works
        self._process: subprocess.Popen[str] | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_going, daemon=True)
        self._lock = threading.Lock()
        self.doing: dict[str, dict[str, Any]] = {}
        self.trouble = ""

    def __enter__(self) -> Queue:
        if self._works:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with self._lock:
            process = self._process
        if process is not None:
            if process.stdin is not None:
                with suppress(OSError):
                    process.stdin.close()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._thread.is_alive():
            self._thread.join(ENDS_WITHIN_S)

    def nudge(self) -> None:
        """Say that something new is due."""
        self._say("look")

    def rescore(self) -> None:
        """Have every set judged again from its saved poses."""
        self._say(RESCORE)

    def tidy(self) -> None:
        """Say that something is to be deleted."""
        self._say(TIDY)

    def _say(self, thing: str) -> None:
        with self._lock:
            process = self._process
            if process is not None and process.stdin is not None:
                with suppress(OSError, ValueError):
                    process.stdin.write(f"{thing}\n")
                    process.stdin.flush()

    def _keep_going(self) -> None:
        while not self._ended.is_set():
            self._run_once()
            self.doing.clear()
            self._ended.wait(AGAIN_AFTER_S)

    def _run_once(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "formcheck.serve.rounds"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for us: we end it in order
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with self._lock:
            self._process = process
            with suppress(OSError):
                process.stdin.write(json.dumps(asdict(self._orders)) + "\n")
                process.stdin.flush()
        with process:
            if self._ended.is_set():
                process.stdin.close()
            self._hear(process.stdout)

    def _hear(self, said: IO[str]) -> None:
        for line in said:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            self._note(event)
            self._bell.ring(event)

    def _note(self, event: dict[str, Any]) -> None:
        kind, name = event.get("event"), str(event.get("id", ""))
        if kind in ("begin", "again", "share"):
            self.doing[name] = {**self.doing.get(name, {}), **event}
        elif kind == "set":
            self.doing.pop(name, None)
        elif kind == "plan":
            self.trouble = ""
        elif kind == "trouble":
            self.trouble = str(event["message"])
