"""Live: the camera of a phone or laptop, judged here while its owner lifts."""

from __future__ import annotations

import asyncio
import hmac
import json
import math
import struct
from contextlib import suppress
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

import anyio
import segno
from fastapi import APIRouter, Depends, HTTPException, Request, Response, WebSocket
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect, WebSocketState

from formcheck.cues import parse_tempo
from formcheck.errors import BadRequest, FormcheckError
from formcheck.report.wording import lift_title
from formcheck.reps.lifts import LIFTS
from formcheck.serve.certificate import fingerprint, kept_authority
from formcheck.serve.desk import Desk
from formcheck.serve.doors import NotSignedIn, TheCoach, TheDesk, desk_of, need_coach, session_of
from formcheck.serve.kept.people import Coach
from formcheck.serve.live_keeping import keep_film, live_orders, new_film
from formcheck.serve.live_room import LiveProcess, Room
from formcheck.serve.live_session import END_SET, KEEP, PICTURE
from formcheck.serve.pages import page

STAMP = struct.Struct("<d")
"""Before each picture: when it was taken, seconds since the page's camera began."""

JPEG = b"\xff\xd8\xff"
LARGEST_BYTES = 2 << 20
HELLO_WITHIN_S = 10.0
MOST_SECONDS = 86400.0
ENDS_WITHIN_S, KEPT_WITHIN_S = 5.0, 120.0

REFUSED, BUSY = 1008, 4409

router = APIRouter()


class Hello(BaseModel):
    """What a page says first: its token, its own name, and what is going to be lifted."""

    model_config = ConfigDict(extra="forbid")
    csrf: str = Field(max_length=200)
    camera: str = Field(pattern=r"^[0-9a-f]{8,64}$")
    lift: str = Field("auto", max_length=40)
    tempo: str = Field("", max_length=20)
    instead: bool = False


class Wish(BaseModel):
    """What a page asks for while it films."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
    do: str = Field(pattern="^(end_set|keep|stop)$")
    client: str = Field("", max_length=100)
    load_kg: float | None = Field(None, ge=0, le=1000)


def room_of(connection: HTTPConnection) -> Room:
    """Give the desk's one room."""
    state = connection.app.state
    if not hasattr(state, "room"):
        state.room = Room()
    return cast(Room, state.room)


TheRoom = Annotated[Room, Depends(room_of)]


@router.get("/live", include_in_schema=False)
def live(request: Request, desk: TheDesk, coach: TheCoach) -> Response:
    """Show the page of the camera."""
    lifts = [(name, lift_title(name)) for name in LIFTS]
    return page(
        request,
        "live.html.j2",
        coach=coach,
        lifts=lifts,
        clients=sorted(desk.store.clients()),
        address=f"{desk.choices.address}/live",
        qr=_qr(f"{desk.choices.address}/live") if desk.choices.asks_password else "",
    )


@router.get("/live/screen", include_in_schema=False)
def screen(request: Request, desk: TheDesk, coach: TheCoach) -> Response:
    """Show what is said large, on another device."""
    shown = _qr(f"{desk.choices.address}/live") if desk.choices.asks_password else ""
    return page(request, "live_screen.html.j2", coach=coach, qr=shown)


@router.get("/live/state")
def state(room: TheRoom, coach: TheCoach) -> dict[str, Any]:  # noqa: ARG001
    """Give what there is to show at this moment."""
    return room.state()


@router.get("/live/picture", response_class=Response)
def picture(room: TheRoom, coach: TheCoach) -> Response:  # noqa: ARG001
    """Give the camera's latest picture; 204 while nobody films."""
    if not room.picture:
        return Response(status_code=204)
    return Response(room.picture, media_type="image/jpeg")


@router.get("/ca", include_in_schema=False)
def authority_page(request: Request, desk: TheDesk) -> Response:
    """Say how a phone comes to trust this desk."""
    known = kept_authority(desk.out)
    if known is None:
        raise HTTPException(404, "This desk has no certificate of its own.")
    return page(request, "authority.html.j2", fingerprint=fingerprint(known))


@router.get("/ca/formcheck-desk.crt", include_in_schema=False)
def authority(desk: TheDesk) -> Response:
    """Give the authority that vouches for this desk, to be installed on a phone."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    known = kept_authority(desk.out)
    if known is None:
        raise HTTPException(404, "This desk has no certificate of its own.")
    return Response(
        known.public_bytes(Encoding.DER),
        media_type="application/x-x509-ca-cert",
        headers={"Content-Disposition": 'attachment; filename="formcheck-desk.crt"'},
    )


def _qr(address: str) -> str:
    return str(segno.make(address, micro=False).svg_data_uri(border=3, light="#fff"))


# ------------------------------------------------------------ the camera


@router.websocket("/live/camera")
async def camera(socket: WebSocket) -> None:
    """Take pictures in, and tell what is seen."""
    coach = await run_in_threadpool(_coach_at_our_page, socket)
    if coach is None:
        await socket.close(REFUSED)
        return
    await socket.accept()
    with suppress(WebSocketDisconnect):
        hello = await _hello(socket)
        if hello is not None:
            await _film(socket, coach, hello)
    if socket.application_state == WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close()


def _coach_at_our_page(socket: WebSocket) -> Coach | None:
    """Give the coach whose page asks, of this very desk: any site may open a socket here."""
    origin = urlsplit(socket.headers.get("origin", ""))
    ours = {socket.headers.get("host"), urlsplit(desk_of(socket).choices.address).netloc}
    if not origin.netloc or origin.netloc not in ours:
        return None
    try:
        return need_coach(socket)
    except NotSignedIn:
        return None


async def _hello(socket: WebSocket) -> Hello | None:
    """What the page says first; None where it isn't as it should be, and the page knows why."""
    say = "This page is too old. Load it anew, and try again."
    try:
        said = await asyncio.wait_for(socket.receive_text(), HELLO_WITHIN_S)
        hello = Hello.model_validate_json(said)
        if hmac.compare_digest(hello.csrf.encode(), session_of(socket).csrf.encode()):
            if hello.tempo:
                parse_tempo(hello.tempo)
            if hello.lift == "auto" or hello.lift in LIFTS:
                return hello
            say = "No lift is called so."
    except (ValidationError, KeyError, TimeoutError):
        pass
    except BadRequest as problem:
        say = str(problem)
    await socket.send_json({"event": "refused", "say": say})
    await socket.close(REFUSED)
    return None


async def _film(socket: WebSocket, coach: Coach, hello: Hello) -> None:
    room, desk = room_of(socket), desk_of(socket)
    holder = await room.enter(hello.camera, coach.id, instead=hello.instead)
    if holder is None:
        since = room.state()["since"]
        await socket.send_json({"event": "busy", "since": since})
        await socket.close(BUSY)
        return
    try:
        try:
            orders = await run_in_threadpool(live_orders, desk, hello.lift, hello.tempo)
        except FormcheckError as problem:
            await socket.send_json({"event": "trouble", "say": str(problem)})
            return
        async with LiveProcess(orders) as process:
            session = Filming(socket, desk, room, process, hello)
            telling, taking, going = tasks = [
                asyncio.create_task(one)
                for one in (session.tell(), session.take(), holder.told_to_go.wait())
            ]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                taking.cancel()
                if going.done():
                    await session.say({"event": "sent_away"})
                process.end_input()
                await asyncio.wait({telling}, timeout=session.ends_within_s)
            finally:
                for one in tasks:
                    one.cancel()
                with anyio.CancelScope(shield=True):
                    await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        room.leave(holder)
        desk.bell.ring({"event": "live", "live": {"event": "over"}})


class Filming:
    """One page that films: pictures from it to the process, events from there to it."""

    def __init__(
        self, socket: WebSocket, desk: Desk, room: Room, process: LiveProcess, hello: Hello
    ) -> None:
        self._socket, self._desk, self._room = socket, desk, room
        self._process, self._hello = process, hello
        self._keeping: dict[str, Wish] = {}

    @property
    def ends_within_s(self) -> float:
        """How long the end may take: longer where a set is being kept."""
        return KEPT_WITHIN_S if self._keeping else ENDS_WITHIN_S

    async def say(self, event: dict[str, Any]) -> None:
        """Tell the page, if it still listens."""
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.send_text(json.dumps(event))

    async def tell(self) -> None:
        """Tell the page, and every screen, what happens; until the process ends."""
        async for event in self._process.events():
            if event.get("event") == "film":
                await self._keep(event)
                continue
            if self._room.note(event):
                self._desk.bell.ring({"event": "live", "live": event})
            await self.say(event)

    async def take(self) -> None:
        """Take in what the page sends, until it leaves or asks for the end."""
        while (message := await self._socket.receive())["type"] == "websocket.receive":
            if (data := message.get("bytes")) is not None:
                await self._take_picture(data)
            elif not await self._do(message.get("text") or ""):
                return

    async def _take_picture(self, data: bytes) -> None:
        """Pass a picture on; what isn't one is left out."""
        jpeg = data[STAMP.size :]
        if len(data) > LARGEST_BYTES or not jpeg.startswith(JPEG):
            return
        (time_s,) = STAMP.unpack_from(data)
        if math.isfinite(time_s) and 0 <= time_s < MOST_SECONDS:
            self._room.picture, self._room.taken_s = jpeg, time_s
            await self._process.send(PICTURE, time_s, jpeg)

    async def _do(self, said: str) -> bool:
        try:
            wish = Wish.model_validate_json(said)
        except ValidationError:
            return True
        if wish.do == "stop":
            return False
        if wish.do == "end_set":
            await self._process.send(END_SET)
        elif not wish.client.strip():
            await self.say({"event": "not_kept", "say": "Say whose set it is."})
        elif not self._keeping:
            await self._begin_keeping(wish)
        return True

    async def _begin_keeping(self, wish: Wish) -> None:
        try:
            film = await run_in_threadpool(new_film, self._desk)
        except FormcheckError as problem:
            await self.say({"event": "not_kept", "say": str(problem)})
            return
        self._keeping[str(film)] = wish
        await self._process.send(KEEP, 0.0, str(film).encode())

    async def _keep(self, event: dict[str, Any]) -> None:
        """A set has become a film: take it in as if its client had sent it."""
        wish = self._keeping.pop(str(event.get("path")), None)
        if wish is None:
            return
        say = event["problem"]
        if not say:
            try:
                lift = "" if self._hello.lift == "auto" else self._hello.lift
                await run_in_threadpool(
                    keep_film,
                    self._desk,
                    event["path"],
                    wish.client.strip(),
                    lift=lift,
                    tempo=self._hello.tempo,
                    load_kg=math.nan if wish.load_kg is None else wish.load_kg,
                )
            except FormcheckError as problem:
                say = str(problem)
        if say:
            await self.say({"event": "not_kept", "say": say})
        else:
            await self.say({"event": "kept", "client": wish.client.strip()})
