"""The live camera's socket: who may open it, what goes in and comes out, one at a time."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from formcheck.serve import live_room
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import uploads_of
from tests.serve.conftest import ADDRESS, PAGE, Asking, asked

ORIGIN = {"origin": ADDRESS}
SOCKET = ADDRESS.replace("http", "ws") + "/live/camera"
CAMERA, OTHER = "0123456789abcdef", "fedcba9876543210"
PICTURE = cv2.imencode(".jpg", np.full((64, 36, 3), 90, np.uint8))[1].tobytes()

ECHO = """
import json, struct, sys
head = struct.Struct("<cdI")
orders = json.loads(sys.stdin.buffer.readline())
say = lambda **event: print(json.dumps(event), flush=True)
say(event="ready")
say(event="scene", time_s=0.0, where="framing", count=0, lift=orders["lift"])
while len(it := sys.stdin.buffer.read(head.size)) == head.size:
    kind, time_s, length = head.unpack(it)
    thing = sys.stdin.buffer.read(length)
    if kind == b"P":
        say(event="looked", time_s=time_s, seen=None)
    elif kind == b"E":
        say(event="set_end", time_s=1.0, reps=0)
    elif kind == b"K":
        open(thing.decode(), "wb").write(b"a film")
        say(event="film", path=thing.decode(), problem="")
say(event="end", time_s=2.0)
"""
"""Says of each picture that it was looked at, in place of a process that looks."""


@pytest.fixture(autouse=True)
def echo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_room, "PROGRAM", ("-c", ECHO))


@contextmanager
def filming(desk: Asking, **more: Any) -> Iterator[WebSocketTestSession]:
    """A page that has said what it must."""
    csrf = desk.csrf
    with desk.browser.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        socket.send_json({"csrf": csrf, "camera": CAMERA, **more})
        yield socket


def until(socket: WebSocketTestSession, kind: str) -> dict[str, Any]:
    """The next event of a kind."""
    while True:
        event = json.loads(socket.receive_text())
        if event["event"] == kind:
            return dict(event)


def stamped(time_s: float, jpeg: bytes = PICTURE) -> bytes:
    return struct.pack("<d", time_s) + jpeg


def test_pictures_go_in_and_what_is_seen_comes_out(empty: Asking) -> None:
    """With the lift that was chosen; screens get scene and picture; the end is told."""
    with filming(empty, lift="deadlift") as socket:
        assert until(socket, "scene")["lift"] == "deadlift"
        socket.send_bytes(stamped(0.25))
        assert until(socket, "looked")["time_s"] == 0.25
        state = empty.browser.get("/live/state").json()
        assert (state["live"], state["scene"]["where"]) == (True, "framing")
        assert empty.browser.get("/live/picture").content == PICTURE
        socket.send_json({"do": "end_set"})
        until(socket, "set_end")
        socket.send_json({"do": "stop"})
        until(socket, "end")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert empty.browser.get("/live/state").json()["live"] is False
    assert empty.browser.get("/live/picture").status_code == 204


def test_what_isnt_a_picture_is_left_out(empty: Asking) -> None:
    """Other bytes, times that are none, too large a one: the next good one is looked at."""
    bad = (b"", b"\0" * 4, stamped(0.1, b"GIF89a"), stamped(float("nan")), stamped(-1.0))
    with filming(empty) as socket:
        until(socket, "ready")
        for one in (*bad, stamped(0.2, PICTURE + b"\0" * (2 << 20))):
            socket.send_bytes(one)
        socket.send_text("no JSON")
        socket.send_json({"do": "dance"})
        socket.send_bytes(stamped(0.5))
        assert until(socket, "looked")["time_s"] == 0.5


@pytest.mark.parametrize("origin", ["", "https://evil.example", "http://127.0.0.1:1", "null"])
def test_another_sites_page_gets_no_socket(empty: Asking, origin: str) -> None:
    """A browser lets any site open one here, with our cookie: its origin gives it away."""
    headers = {"origin": origin} if origin else {}
    with (
        pytest.raises(WebSocketDisconnect),
        empty.browser.websocket_connect(SOCKET, headers=headers),
    ):
        pass


def test_a_stranger_gets_no_socket(tmp_path: Path) -> None:
    """Nobody has signed in: neither socket nor picture nor state."""
    choices = Choices(address=ADDRESS, works=False)
    with open_desk(tmp_path / "desk", choices) as desk, asked(desk) as browser:
        with (
            pytest.raises(WebSocketDisconnect),
            browser.websocket_connect(SOCKET, headers=ORIGIN),
        ):
            pass
        assert browser.get("/live/state").status_code == 401
        assert browser.get("/live/picture").status_code == 401
        assert browser.get("/live/screen", headers=PAGE).status_code == 303


@pytest.mark.parametrize(
    "hello",
    [
        {"csrf": "0" * 32, "camera": CAMERA},
        {"csrf": "é", "camera": CAMERA},
        {"camera": CAMERA},
        {"csrf": None, "camera": CAMERA, "lift": "juggling"},
        {"csrf": None, "camera": CAMERA, "tempo": "fast"},
        {"csrf": None, "camera": "../.."},
        {"csrf": None, "camera": CAMERA, "more": 1},
    ],
)
def test_a_hello_that_isnt_ours_is_refused(empty: Asking, hello: dict[str, Any]) -> None:
    """The session's token is asked for, and a lift and a tempo that there are."""
    if hello.get("csrf", "") is None:
        hello = hello | {"csrf": empty.csrf}
    with empty.browser.websocket_connect(SOCKET, headers=ORIGIN) as socket:
        socket.send_json(hello)
        assert until(socket, "refused")["say"]
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert empty.browser.get("/live/state").json()["live"] is False


def test_a_second_camera_is_told_and_can_take_over(empty: Asking) -> None:
    """It waits for nobody: it is told since when another one films, or takes its place."""
    with filming(empty) as first:
        until(first, "ready")
        with filming(empty, camera=OTHER) as second:
            assert until(second, "busy")["since"]
        with filming(empty, camera=OTHER, instead=True) as second:
            until(first, "sent_away")
            until(second, "ready")


def test_a_page_that_comes_back_takes_its_own_place(empty: Asking) -> None:
    """Its broken connection may not have been noticed yet."""
    with filming(empty) as lost:
        until(lost, "ready")
        with filming(empty) as again:
            until(again, "ready")


def test_a_set_is_kept_only_when_asked(empty: Asking) -> None:
    """Then it is an upload like any other, of a client by name; without a name it isn't."""
    with filming(empty, lift="deadlift") as socket:
        until(socket, "ready")
        socket.send_json({"do": "keep", "client": " "})
        assert until(socket, "not_kept")["say"]
        assert empty.desk.store.clients() == {}
        socket.send_json({"do": "keep", "client": "Anna", "load_kg": 80})
        assert until(socket, "kept")["client"] == "Anna"
    anna = client_named(empty.desk.store, "Anna")
    (one,) = uploads_of(empty.desk.store, anna.id)
    assert (one.said.lift, one.said.load_kg, one.due) == ("deadlift", 80.0, True)
    assert one.path.read_bytes() == b"a film"
    assert list(empty.desk.uploads.glob("*/*")) == []


def test_the_process_ends_with_the_socket(empty: Asking) -> None:
    """A page that goes leaves nobody working."""
    with filming(empty) as socket:
        until(socket, "ready")
    until_s = time.monotonic() + 5
    while empty.browser.get("/live/state").json()["live"] and time.monotonic() < until_s:
        time.sleep(0.05)
    assert empty.browser.get("/live/state").json()["live"] is False


def test_the_pages_are_there(empty: Asking) -> None:
    """The camera's, the screen's; no authority where there is no certificate."""
    assert "Start the camera" in empty.browser.get("/live", headers=PAGE).text
    assert "Waiting for a camera" in empty.browser.get("/live/screen", headers=PAGE).text
    assert empty.browser.get("/ca", headers=PAGE).status_code == 404
