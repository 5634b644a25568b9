"""A recorded film: upright RGB pictures with the times at which they were taken.

The first picture of the stream is time zero. Pictures come one by one, so that
memory stays flat however long the film is; each call of ``Film.frames`` reads
from the start again.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from numpy.typing import NDArray

from formcheck.data import Caution, Pace, Source
from formcheck.errors import BadRequest, NotAVideo, TooShort
from formcheck.video import geometry, tone
from formcheck.video import pace as paces
from formcheck.video.cautions import MADE_UP, cautions_of
from formcheck.video.clock import Sampler, StreamClock, Tally
from formcheck.video.container import open_container, picture_stream, pictures, stamps_s
from formcheck.video.orientation import Orientation, of_frame
from formcheck.video.span import TIME_TOLERANCE_S, WHOLE_FILM, Span, stretches

SEEK_MARGIN_S = 1.0  # keyframes are found by decoding time, which runs ahead of display
WHOLE_FROM_S = 0.7
"""So long before a part that is wanted every picture is decoded: the decoder is a few ahead.
Before that those which no other needs, half of many films, are passed over."""
USUAL_RATE_HZ = 30.0
HD_HEIGHT_PX = 720  # untagged films from this height on use BT.709 colours, as players assume
_UNTAGGED = 2  # AVCOL_SPC_UNSPECIFIED

_Timed = Generator[tuple[float, VideoFrame], None, None]


@dataclass(frozen=True)
class Frame:
    """One picture.

    ``index`` counts the pictures of the span, those left out by sampling too;
    ``time_s`` is seconds since the film's first picture; ``rgb`` is (H, W, 3)
    uint8, upright, C-contiguous and the caller's own.
    """

    index: int
    time_s: float
    rgb: NDArray[np.uint8]


class Film:
    """A film opened for reading; make it with ``read_video`` and use it in a ``with``."""

    def __init__(
        self,
        path: Path,
        span: Span,
        rotate_deg: int | None,
        max_side_px: int | None,
        slowed: float | None,
    ) -> None:
        paces.need_factor(slowed)
        self.path = path
        self.span = span
        self._slowed = slowed
        self._places: dict[tuple[int, int], geometry.Place] = {}
        self._passes: WeakSet[Generator[Frame, None, None]] = WeakSet()
        self._tally = Tally()
        self._turn_given = rotate_deg is not None
        self._geometry: geometry.Geometry
        self._inspect(rotate_deg, max_side_px)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; passes under way end."""
        for one_pass in list(self._passes):
            one_pass.close()

    @property
    def scale(self) -> float:
        """Delivered pixels per pixel of the full-size upright picture; at most 1."""
        return self._geometry.scale

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the delivered pictures in pixels."""
        return self._geometry.size

    @property
    def turn_given(self) -> bool:
        """Whether the caller said how the picture is to be turned."""
        return self._turn_given

    @property
    def asked(self) -> dict[str, float | list[int] | None]:
        """What decides what the pictures are, beside the file; as it was asked, before a turn."""
        return {
            "start_s": self.span.start_s,
            "end_s": self.span.end_s,
            "rotate_deg": self._geometry.orientation.clockwise_deg if self._turn_given else None,
            "size": list(self.size),
            "slowed": self._slowed,
        }

    def turn(self, clockwise_deg: int) -> None:
        """Turn the pictures of later passes by so much more, a multiple of 90."""
        self._geometry = self._geometry.turned(clockwise_deg)

    @property
    def expected_s(self) -> float:
        """How long the span should be by the file's header; NaN when it doesn't say.

        For progress bars: ``source.duration_s`` is what was really read.
        """
        end_s = self._header_s if self.span.end_s is None else self.span.end_s
        return max(min(end_s, self._header_s) - self.span.start_s, 0.0)

    @property
    def source(self) -> Source:
        """Describe the film, with frames and duration as the latest pass has read them."""
        tally = self._tally
        width, height = self._geometry.full_size
        rate_hz = tally.rate_hz if tally.rate_hz > 0 else self._header_hz
        return Source(
            file=self.path.name,
            sha256=self._sha256,
            width=width,
            height=height,
            rotation_deg=self._geometry.orientation.clockwise_deg,
            duration_s=tally.last_s - tally.first_s + 1 / rate_hz if tally.frames else 0.0,
            frames=tally.frames,
            frame_rate_hz=rate_hz,
            variable_rate=tally.variable_rate,
            sampled_hz=tally.sampled_hz,
        )

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What limits the recording, as far as the latest pass has seen it."""
        header_s = self._header_s if self.span.end_s is None else math.nan
        found = cautions_of(self._tally, header_s, self._hdr)
        given = self._slowed is not None
        return found + paces.pace_cautions(self._pace, self._usual_hz, given=given)

    @property
    def pace(self) -> Pace:
        """How fast the film plays, and whether its times can be trusted after the latest pass."""
        tally = self._tally
        if self._pace.doubt:
            return self._pace
        if tally.repairs > MADE_UP * tally.frames:
            return Pace(self._pace.slowed, "times_made_up")
        if tally.damaged > MADE_UP * (tally.frames + tally.damaged):
            return Pace(self._pace.slowed, "film_damaged")
        return self._pace

    def frames(self, every_s: float | None = None) -> Iterator[Frame]:
        """Read the span's pictures from its start.

        Parameters
        ----------
        every_s
            Deliver at most one picture for each step of so many seconds; None
            for all of them.
        """
        if every_s is not None and not every_s > 0:
            raise BadRequest(f"every_s={every_s:g}: give a positive number of seconds.")
        tally = self._tally = Tally()
        one_pass = self._deliver(Sampler(every_s), tally)
        self._passes.add(one_pass)
        return one_pass

    def frames_near(self, times_s: Iterable[float], reach_s: float) -> Iterator[Frame]:
        """Read only pictures within reach of some moments, in order, as ``frames`` gives them.

        What lies between them is passed over, where the file can be read from its middle.
        ``index`` counts what is delivered.
        """
        one_pass = self._deliver_near(stretches(times_s, reach_s, self.span))
        self._passes.add(one_pass)
        return one_pass

    def _deliver_near(self, parts: Sequence[Span]) -> Generator[Frame, None, None]:
        shrink, colour = VideoReformatter(), VideoReformatter()
        index = 0
        for part in parts:
            with closing(self._pictures_of(part, Tally(), hurry=True)) as timed:
                for time_s, picture in timed:
                    yield Frame(index, time_s, self._upright_rgb(picture, shrink, colour))
                    index += 1

    def _deliver(self, sampler: Sampler, tally: Tally) -> Generator[Frame, None, None]:
        shrink, colour = VideoReformatter(), VideoReformatter()
        with closing(self._span_pictures(tally)) as timed:
            for time_s, picture in timed:
                tally.read(time_s)
                if sampler.wants(time_s):
                    tally.deliver(time_s)
                    rgb = self._upright_rgb(picture, shrink, colour)
                    yield Frame(tally.frames - 1, time_s, rgb)
        tally.finished = True

    def _upright_rgb(
        self, picture: VideoFrame, shrink: VideoReformatter, colour: VideoReformatter
    ) -> NDArray[np.uint8]:
        onto = self._geometry.stored_size
        place = self._place(picture)
        width, height = onto if place is None else place.size
        if width < picture.width and picture.format.name.startswith("yuv420p"):
            # swscale is twice as fast shrinking in YUV first, then changing colours unscaled
            full_range = picture.format.name == "yuvj420p"
            picture = shrink.reformat(
                picture,
                width,
                height,
                picture.format.name if full_range else "yuv420p",
                interpolation=Interpolation.AREA,
            )
        stored = colour.reformat(
            picture,
            width,
            height,
            "rgb24",
            src_colorspace=Colorspace.ITU709 if self._untagged_hd else None,
            interpolation=Interpolation.AREA if width < picture.width else Interpolation.BILINEAR,
            dst_color_range=ColorRange.JPEG,
        ).to_ndarray()
        whole = np.asarray(stored, np.uint8)
        if place is not None:
            whole = place.put(whole, onto)
        rgb = self._geometry.orientation.upright(whole)
        return rgb if self._table is None else tone.apply_table(rgb, self._table)

    def _place(self, picture: VideoFrame) -> geometry.Place | None:
        """Where a picture goes whose size isn't the first one's; None for that size."""
        size = picture.width, picture.height
        if size == self._stored_size:
            return None
        if size not in self._places:
            rgb = np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)
            self._places[size] = geometry.place(rgb, self._geometry)
        return self._places[size]

    def _span_pictures(self, tally: Tally) -> _Timed:
        return self._pictures_of(self.span, tally)

    def _pictures_of(self, span: Span, tally: Tally, *, hurry: bool = False) -> _Timed:
        """Decode a span: seek before its start, drop what comes too early.

        In a ``hurry`` what is dropped isn't all decoded.
        """
        whole_from_s = span.start_s - WHOLE_FROM_S if hurry else -math.inf
        for seek_s in self._seek_places(span):
            found_start = seek_s == 0.0
            with closing(self._timed(seek_s, tally, whole_from_s)) as timed:
                for time_s, picture in timed:
                    if time_s < span.start_s - TIME_TOLERANCE_S:
                        found_start = True
                    elif not found_start:
                        break  # the seek went too far: pictures may be missing
                    elif span.is_past(time_s):
                        return
                    else:
                        yield time_s, picture
            if found_start:
                return
            tally.damaged = tally.repairs = tally.leaps = 0
            tally.broke_off = tally.smeared = False

    def _seek_places(self, span: Span) -> tuple[float, ...]:
        before_s = span.start_s - SEEK_MARGIN_S
        if self._zero_pts is None or before_s <= 0:
            return (0.0,)
        return (before_s, 0.0)

    def _timed(self, seek_s: float, tally: Tally, whole_from_s: float) -> _Timed:
        with open_container(self.path) as container:
            stream = picture_stream(container, self.path)
            clock = self._clock(stream)
            if seek_s > 0 and stream.time_base:
                offset = (self._zero_pts or 0) + int(seek_s / stream.time_base)
                try:
                    container.seek(offset, stream=stream)
                except OSError:  # no index: the caller reads from the beginning
                    return
            if seek_s < whole_from_s:
                stream.codec_context.skip_frame = "NONREF"
            with closing(pictures(container, stream, self.path, tally)) as decoded:
                for time_s, picture in clock.timed(decoded):
                    if time_s >= whole_from_s:
                        stream.codec_context.skip_frame = "DEFAULT"
                    tally.repairs, tally.leaps = clock.repairs, clock.leaps
                    yield time_s, picture
            tally.repairs, tally.leaps = clock.repairs, clock.leaps

    def _clock(self, stream: VideoStream) -> StreamClock:
        assert stream.time_base is not None
        return StreamClock(self._zero_pts, stream.time_base, 1 / self._header_hz)

    def _inspect(self, rotate_deg: int | None, max_side_px: int | None) -> None:
        """Read the header and the first pictures, so that what is wrong shows at once."""
        with open_container(self.path) as container:
            stream = picture_stream(container, self.path)
            first = self._first_picture(container, stream)
            self._zero_pts = first.pts
            self._header_hz = float(stream.average_rate or stream.guessed_rate or USUAL_RATE_HZ)
            self._header_s = _header_s(container, stream)
            aspect = float(stream.sample_aspect_ratio or 1)
            tags = {**container.metadata, **stream.metadata}
        turn = of_frame(first) if rotate_deg is None else _given_turn(rotate_deg)
        self._stored_size = first.width, first.height
        self._geometry = geometry.plan(first.width, first.height, aspect, turn, max_side_px)
        self._usual_hz = self._rate_of_stamps() if paces.needs_rate(tags) else self._header_hz
        self._pace = paces.pace_of(tags, self._usual_hz, self._slowed)
        self._untagged_hd = first.colorspace == _UNTAGGED and first.height >= HD_HEIGHT_PX
        self._hdr = tone.hdr_name(first)
        self._table = tone.pq_to_ordinary() if self._hdr == tone.PQ else None
        self._check_span()

    def _rate_of_stamps(self) -> float:
        """The usual rate by the times of the first packets; a header gives the mean."""
        with open_container(self.path) as container:
            stream = picture_stream(container, self.path)
            stamps = stamps_s(container, stream)
        return paces.usual_rate_hz(stamps)

    def _first_picture(self, container: InputContainer, stream: VideoStream) -> VideoFrame:
        for picture in pictures(container, stream, self.path, Tally()):
            return picture
        raise NotAVideo(
            f"{self.path}: no picture in it can be decoded: it is empty, damaged or "
            "copy-protected. Copy it from the phone once more, or export it as H.264."
        )

    def _check_span(self) -> None:
        found = 0
        with closing(self._span_pictures(Tally())) as timed:
            for _ in timed:
                found += 1
                if found == 2:
                    return
        if self.span == WHOLE_FILM:
            raise TooShort(
                f"{self.path}: there is a single picture in it, and nothing moves in that. "
                "Film the whole set as a video."
            )
        ends = f" The video ends at {self._header_s:.1f} s." if self._header_s > 0 else ""
        until = "the end" if self.span.end_s is None else f"{self.span.end_s:g} s"
        raise BadRequest(
            f"{self.path}: from {self.span.start_s:g} s to {until} there is nothing to watch."
            f"{ends} Choose other --start and --end."
        )

    @cached_property
    def _sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def read_video(
    path: Path,
    *,
    span: Span = WHOLE_FILM,
    rotate_deg: int | None = None,
    max_side_px: int | None = 960,
    slowed: float | None = None,
) -> Film:
    """Open a film and check at once that it can be used.

    Parameters
    ----------
    path
        A video file: .mp4, .mov, .mkv, .webm, .avi; H.264, HEVC, VP9, AV1, MPEG-4.
    span
        The part to read.
    rotate_deg
        Clockwise turn that makes the picture upright (a multiple of 90), in
        place of what the file says, mirroring included; None to follow the file.
    max_side_px
        Larger pictures are made smaller so that the longer side is this; None
        for full size.
    slowed
        How many times slower than life the film plays, in place of what its tags
        say; its own times stay as they are. None to follow the file.

    Raises
    ------
    BadRequest
        No such file, a folder, no right to read; an impossible span, turn or factor.
    NotAVideo
        No decodable picture: empty, text, only sound, cut off, protected.
    TooShort
        A single picture.

    Examples
    --------
    >>> from pathlib import Path
    >>> import formcheck
    >>> with formcheck.read_video(Path("sample_videos/deadlift_good.mp4")) as film:
    ...     first = next(film.frames())
    >>> first.time_s, first.rgb.shape
    (0.0, (960, 540, 3))
    """
    return Film(Path(path), span, rotate_deg, max_side_px, slowed)


def _given_turn(rotate_deg: int) -> Orientation:
    if rotate_deg % 90:
        raise BadRequest(f"--rotate {rotate_deg}: give 0, 90, 180 or 270 (clockwise).")
    return Orientation(rotate_deg % 360)


def _header_s(container: InputContainer, stream: VideoStream) -> float:
    """How long the film is by its own account, NaN when it doesn't say."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    tag = stream.metadata.get("DURATION", "")  # Matroska: "00:00:09.700000000"
    parts = tag.split(":")
    if len(parts) == 3:
        try:
            return int(parts[0]) * 3600 + int(parts[1]) * 60 + float(parts[2])
        except ValueError:
            pass
    if container.duration and len(container.streams) == 1:  # otherwise it may be the sound's
        return container.duration / 1e6
    return math.nan
