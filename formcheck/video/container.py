"""Opening a file as a film: what can go wrong before the first picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from formcheck.errors import BadRequest, NotAVideo
from formcheck.video.clock import Tally

# Playlists and text formats could make the decoder open other files or the
# network, and a film of a person must cause neither: only these are read.
FORMATS = (
    "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,h264,hevc,m4v,mjpeg,ivf,nut,ogg,gif,obu,"
    "wav,mp3,aac,flac"  # sound: opened to say that there is no picture in it
)
_OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
_PROTECTED_TAGS = ("encv", "drmi")
_EXPECTED = "formcheck reads .mp4, .mov, .mkv, .webm and .avi videos"


def open_container(path: Path) -> InputContainer:
    """Open a file for reading.

    Raises
    ------
    BadRequest
        The path is missing, a folder, or can't be read.
    NotAVideo
        The file is empty or no film.
    """
    if path.is_dir():
        raise BadRequest(f"{path}: this is a folder, not a video. Name one file in it.")
    try:
        size_bytes = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError:
        raise BadRequest(f"{path}: no such file. Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadRequest(f"{path}: can't be read ({reason}).") from None
    if size_bytes == 0:
        raise NotAVideo(f"{path}: the file is empty. Copy it from the phone once more.")
    try:
        return av.open(f"file:{path}", "r", options=_OPTIONS, metadata_errors="ignore")
    except (av.FFmpegError, OSError, ValueError):
        if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free") and not _has_index(path):
            raise NotAVideo(
                f"{path}: the recording is cut off: the index at its end is missing, so no "
                "picture can be read. Copy it from the phone once more."
            ) from None
        raise NotAVideo(f"{path}: this is not a video we can read. {_EXPECTED}.") from None


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


def pictures(container: InputContainer, stream: VideoStream, tally: Tally) -> Iterator[VideoFrame]:
    """Decode what can be decoded, in presentation order.

    Damaged pictures are left out and counted; a file that breaks off ends the
    iteration and sets ``tally.broke_off``.
    """
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except (av.FFmpegError, OSError):
            tally.broke_off = True
            yield from _decoded(stream, None, tally)
            return
        tally.broke_off |= bool(packet.size) and packet.is_corrupt
        yield from _decoded(stream, packet, tally)


def _decoded(
    stream: VideoStream, packet: av.Packet[VideoStream] | None, tally: Tally
) -> Iterator[VideoFrame]:
    try:
        frames = stream.decode(packet)
    except (av.FFmpegError, OSError):
        tally.damaged += packet is not None
        return
    for frame in frames:
        if frame.is_corrupt:
            tally.damaged += 1
        else:
            yield frame


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
