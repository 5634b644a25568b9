"""Opening a file as a film: what can go wrong before the first picture."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from formcheck.errors import NotAVideo
from formcheck.intake import open_regular
from formcheck.video.clock import Tally

# Playlists and text formats could make the decoder open other files or the
# network, and a film of a person must cause neither: only these are read.
FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,h264,hevc,m4v,mjpeg,ivf,nut,ogg,gif,obu,"
    "wav,mp3,aac,flac"  # sound: opened to say that there is no picture in it
)
_OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
MOST_PIXELS = 8192 * 8192
"""8K is half of it. A header can claim any size, and one picture of 20 000 × 20 000
takes gigabytes before anything else could be looked at; 25 kB of GIF are enough."""

_DECODER = {"max_pixels": str(MOST_PIXELS), "err_detect": "explode"}
"""Pictures may grow midway as well: the decoder refuses those before it makes room. And
it says so where what a picture is drawn onto is missing, in place of making it up: of
132 real films none lost a picture by it."""

MOST_BETWEEN = 16  # pictures that wait for a later one to be drawn: H.264 and HEVC allow as many
ENOUGH_STAMPS = 300  # packets that tell a film's rate: ten seconds
_TRANSPORT = "mpegts"
_NO_MORE = (av.FFmpegError, OSError, IndexError)
_PROTECTED_TAGS = ("encv", "drmi")
_EXPECTED = "formcheck reads .mp4, .mov, .mkv, .webm and .avi videos"


def open_container(path: Path) -> InputContainer:
    """Open a file for reading.

    Raises
    ------
    BadRequest
        The path is missing, can't be read, or is no file: a folder, a pipe, a device.
    NotAVideo
        The file is empty or no film, or claims pictures of a size that no camera has.
    """
    with open_regular(path) as file:
        head = file.read(12)
    if not head:
        raise NotAVideo(f"{path}: the file is empty. Copy it from the phone once more.")
    try:
        container = av.open(f"file:{path}", "r", options=_OPTIONS, metadata_errors="ignore")
    except (av.FFmpegError, OSError, ValueError):
        if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free") and not _has_index(path):
            raise NotAVideo(
                f"{path}: the recording is cut off: the index at its end is missing, so no "
                "picture can be read. Copy it from the phone once more."
            ) from None
        raise NotAVideo(f"{path}: this is not a video we can read. {_EXPECTED}.") from None
    try:
        _need_usual_size(container, path)
    except NotAVideo:
        container.close()
        raise
    return container


def _need_usual_size(container: InputContainer, path: Path) -> None:
    """No stream claims pictures larger than any camera's; no decoder will make them.

    Raises
    ------
    NotAVideo
        One does.
    """
    for stream in container.streams.video:
        if stream.codec_context is None:
            continue
        if stream.width * stream.height > MOST_PIXELS:
            raise NotAVideo(
                f"{path}: its pictures claim to be {stream.width} × {stream.height}, "
                "larger than any camera's. Copy it from the phone once more."
            )
        stream.codec_context.options = _DECODER


def picture_stream(container: InputContainer, path: Path) -> VideoStream:
    """Choose the film among the streams; a cover picture doesn't count.

    Raises
    ------
    NotAVideo
        There is only sound, or the film is copy-protected or of an unknown codec.
    """
    films = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    if not films:
        kind = "only sound" if container.streams.audio else "no picture"
        raise NotAVideo(f"{path}: there is {kind} in this file. Choose the video of the lift.")
    stream = max(films, key=lambda s: s.width * s.height if s.codec_context else 0)
    if stream.codec_context is None or stream.codec_context.codec_tag in _PROTECTED_TAGS:
        raise NotAVideo(
            f"{path}: the film is copy-protected (encrypted) or in a codec unknown here. "
            "Use your own recording, exported as H.264 (“most compatible”)."
        )
    stream.thread_type = "AUTO"
    return stream


def pictures(
    container: InputContainer, stream: VideoStream, path: Path, tally: Tally
) -> Generator[VideoFrame, None, None]:
    """Decode what can be decoded, in presentation order.

    A damaged picture is left out and counted, and with it those that are drawn onto it:
    a picture says only what has changed, so damage moves on with the lifter until a
    picture that stands by itself, and reaches back to those between it and the one
    before. A file that breaks off ends the iteration and sets ``tally.broke_off``. Where
    a joined transport stream goes on under other ids, its next parts follow.
    """
    between: list[VideoFrame] = []
    for picture in _every(container, stream, path, tally):
        tally.smeared = picture.is_corrupt or (tally.smeared and not picture.key_frame)
        if tally.smeared:
            tally.damaged += 1 + len(between)
            between.clear()
            continue
        between.append(picture)
        if picture.pict_type != PictureType.B or len(between) > MOST_BETWEEN:
            yield from between
            between.clear()
    if not tally.smeared:
        yield from between


def _every(
    container: InputContainer, stream: VideoStream, path: Path, tally: Tally, *, from_byte: int = 0
) -> Generator[VideoFrame, None, None]:
    """Decode all pictures, the damaged ones as well.

    ``from_byte`` is where in the file the container begins.
    """
    parts = _one_after_the_other(container, stream, path, from_byte)
    packets = cast("Iterator[av.Packet[VideoStream]]", container.demux(*parts))
    read_to = 0
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except IndexError:  # PyAV: a packet of a stream that wasn't there at the beginning
            yield from _decoded(stream, None, tally)
            if read_to > 0:
                yield from _next_part(path, from_byte + read_to, tally)
            return
        except (av.FFmpegError, OSError):
            tally.broke_off = True
            yield from _decoded(stream, None, tally)
            return
        read_to = max(read_to, (packet.pos or 0) + packet.size)
        if packet.stream is not stream and packet.size:
            yield from _decoded(stream, None, tally)
            stream = packet.stream
        if packet.size:  # a joint looks like a break; what comes after it shows that it isn't
            tally.broke_off = packet.is_corrupt
        if packet.stream is stream:
            yield from _decoded(stream, packet, tally)


def _one_after_the_other(
    container: InputContainer, stream: VideoStream, path: Path, from_byte: int
) -> list[VideoStream]:
    """The stream, and those of a joined transport stream that begin where it has ended.

    Programs that run beside it are other films.
    """
    films = container.streams.video
    if container.format.name != _TRANSPORT or len(films) == 1:
        return [stream]
    spans: dict[int, tuple[int, int]] = {}
    with _opened_from(path, from_byte) as again, contextlib.suppress(*_NO_MORE):
        for packet in again.demux(video=list(range(len(films)))):
            if packet.size and packet.pos is not None:
                first, _ = spans.get(packet.stream.index, (packet.pos, 0))
                spans[packet.stream.index] = first, packet.pos
    chosen, ended = [stream], spans.get(stream.index, (0, 0))[1]
    for film in sorted(films, key=lambda one: spans.get(one.index, (0, 0))):
        first, last = spans.get(film.index, (0, 0))
        if first > ended:
            chosen.append(film)
            ended = last
    return chosen


def _next_part(path: Path, from_byte: int, tally: Tally) -> Iterator[VideoFrame]:
    """Read on after a joint, from the byte where the part before ended."""
    with (
        contextlib.suppress(av.FFmpegError, OSError),  # nothing more: the film ends here
        _opened_from(path, from_byte) as container,
    ):
        if container.streams.video:
            stream = container.streams.video[0]
            yield from _every(container, stream, path, tally, from_byte=from_byte)


@contextlib.contextmanager
def _opened_from(path: Path, from_byte: int) -> Iterator[InputContainer]:
    """Open a transport stream from some byte on."""
    with (
        path.open("rb") as raw,
        av.open(
            _Rest(raw, from_byte), "r", format=_TRANSPORT, metadata_errors="ignore"
        ) as container,
    ):
        yield container


class _Rest(io.RawIOBase):
    """A file from some byte on."""

    def __init__(self, file: BinaryIO, from_byte: int) -> None:
        self._file, self._from = file, from_byte
        file.seek(from_byte)

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether one can go to a place in it: yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read so many bytes."""
        return self._file.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, counted from where the rest begins."""
        if whence == io.SEEK_SET:
            offset = max(offset, 0) + self._from
        return self._file.seek(offset, whence) - self._from

    def tell(self) -> int:
        """Give the place, counted from where the rest begins."""
        return self._file.tell() - self._from


def stamps_s(container: InputContainer, stream: VideoStream) -> list[float]:
    """Presentation times of the first packets, in seconds, in the order of the file."""
    stamps: list[float] = []
    assert stream.time_base is not None
    with contextlib.suppress(*_NO_MORE):
        for packet in container.demux(stream):
            if packet.pts is not None:
                stamps.append(float(packet.pts * stream.time_base))
            if len(stamps) >= ENOUGH_STAMPS:
                break
    return stamps


def _decoded(
    stream: VideoStream, packet: av.Packet[VideoStream] | None, tally: Tally
) -> Iterator[VideoFrame]:
    try:
        yield from stream.decode(packet)
    except (av.FFmpegError, OSError):
        if packet is not None:
            tally.damaged += 1
            tally.smeared = True


def _has_index(path: Path) -> bool:
    """Whether an MP4 or MOV has its ``moov`` box; without it nothing can be read."""
    return any(kind == b"moov" for kind, _ in boxes(path))


def boxes(path: Path) -> Iterator[tuple[bytes, int]]:
    """List the top-level boxes of an MP4 or MOV: their kind and the byte after them."""
    end = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at + 8 <= end:
            file.seek(at)
            head = file.read(16)
            size = int.from_bytes(head[:4])
            if size == 1:
                size = int.from_bytes(head[8:16])
            elif size == 0:
                size = end - at
            if size < 8:
                return
            at += size
            yield head[4:8], at
