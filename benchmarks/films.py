"""Films of the length that a measurement needs, made from short ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
from av.packet import Packet

from benchmarks.manifest import real_data

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"

HD_READY_30_HZ = "bas_rdl.mp4"  # 1280x720, repetitions from the first second on, as in all
FULL_HD_30_HZ = "apt_squat.mp4"  # 1080x1920
FULL_HD_60_HZ = "seb_deadlift.mp4"  # 1920x1080


def films(*names: str) -> list[Path]:
    """Give these real clips, or our rendered samples where there are none."""
    folder = real_data()
    if folder is not None:
        return [next(folder.glob(f"real_videos*/{name}")) for name in names]
    return sorted(SAMPLES.glob("*.mp4"))[: len(names)]


def repeated(source: Path, seconds: float, target: Path) -> Path:
    """Write ``source`` again and again, or its first part, as a film of ``seconds``.

    The coded pictures are copied, so the film costs as much to decode as its
    source does.
    """
    with av.open(source) as film, av.open(target, "w") as out:
        stream = film.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in film.demux(stream) if packet.pts is not None]
        for packet in _endlessly(packets):
            assert packet.pts is not None
            assert packet.time_base is not None
            if float(packet.pts * packet.time_base) >= seconds:
                break
            packet.stream = copy
            out.mux(packet)
    return target


def _endlessly(packets: list[Packet[Any]]) -> Iterator[Packet[Any]]:
    times = sorted(packet.pts for packet in packets if packet.pts is not None)
    length = times[-1] - times[0] + (times[-1] - times[0]) // max(len(times) - 1, 1)
    turn = 0
    while True:
        for packet in packets:
            again = Packet(bytes(packet))
            again.time_base, again.is_keyframe = packet.time_base, packet.is_keyframe
            again.pts = (packet.pts or 0) - times[0] + turn * length
            again.dts = (packet.dts or 0) - times[0] + turn * length
            yield again
        turn += 1
