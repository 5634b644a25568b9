"""A desk that really listens, and a line to it that can be cut."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from formcheck.serve.app import create_app
from formcheck.serve.desk import Desk

BEGINS_WITHIN_S = 20.0


@contextmanager
def serving(desk: Desk, **options: Any) -> Iterator[int]:
    """Serve a desk in a thread, with uvicorn's options; gives its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    usual: dict[str, Any] = {
        "log_level": "error",
        "lifespan": "off",
        "timeout_graceful_shutdown": 1,
    }
    config = uvicorn.Config(create_app(desk), **usual | options)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until_s = time.monotonic() + BEGINS_WITHIN_S
    while not server.started:
        assert time.monotonic() < until_s
        time.sleep(0.01)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        desk.bell.close()
        thread.join(BEGINS_WITHIN_S)
        listening.close()


class Line:
    """Hands bytes on to a port; cut after so many, once for each number given."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut_after: list[int] = []
        self.cuts = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def cut_after(self, *most: int) -> None:
        """Cut the line when so many bytes more have gone up, then anew for the next number."""
        self._cut_after.extend(most)

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection(("127.0.0.1", self._to))
                for ends in ((here, there, True), (there, here, False)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with source, sink, suppress(OSError):
            while data := source.recv(1 << 16):
                if up and self._cut_after:
                    self._cut_after[0] -= len(data)
                    if self._cut_after[0] <= 0:
                        self._cut_after.pop(0)
                        self.cuts += 1
                        return
                sink.sendall(data)
