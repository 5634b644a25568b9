"""Files made to have the decoder open others: each is refused, or opens itself alone.

Watched from outside, call by call; a sample says it is read although nothing was opened.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.video.films import make_film

CANARY = "canary"
"""Part of the name of every file that nobody may open."""

READ = """
import sys
from pathlib import Path
from formcheck.errors import FormcheckError
from formcheck.video import read_video
for name in sys.stdin.read().split("\\0"):
    try:
        with read_video(Path(name)) as film:
            print("read", sum(1 for _ in film.frames()), flush=True)
    except FormcheckError as problem:
        print(type(problem).__name__, flush=True)
"""

UNGUARDED = """
import sys
import av
for name in sys.stdin.read().split("\\0"):
    try:
        options = {"enable_drefs": "1", "use_absolute_path": "1", "safe": "0"}
        with av.open(name, options=options) as film:
            print("read", sum(1 for _ in film.decode(video=0)), flush=True)
    except (av.FFmpegError, OSError, IndexError) as problem:
        print(type(problem).__name__, flush=True)
"""

TEXTS = {
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{canary}\n#EXT-X-ENDLIST\n",
    "list.ffconcat": "ffconcat version 1.0\nfile {canary}\n",
    "list.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 192.0.2.1\nt=0 0\n"
    "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "list.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType='
    '"video/mp4"><Representation id="1"><BaseURL>{canary}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "list.asx": '<asx version="3.0"><entry><ref href="{canary}"/></entry></asx>',
    "list.pls": "[playlist]\nFile1={canary}\nNumberOfEntries=1\n",
    "list.xspf": "<playlist><trackList><track><location>{canary}</location></track></trackList>",
    "list.svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{canary}"/></svg>',
    "list.avs": 'AVISource("{canary}")\n',
    "list.txt": "{canary}\n",
}
NAMES = ("film.mp4", "film.film", None)
"""A playlist is recognised by what is in it: these are the names it comes under."""


def outside(path: Path, canary: Path) -> bytes:
    """A film whose pictures are said to be in another file, as QuickTime allowed it."""
    film = path.read_bytes()
    name = str(canary).encode()
    alias = bytes(10) + bytes([4]) + b"disk".ljust(27, b"\0") + bytes(12)
    alias += bytes([len(canary.name)]) + canary.name.encode().ljust(63, b"\0") + bytes(16)
    alias += struct.pack(">HH", 1, 1) + bytes(16)
    alias += struct.pack(">HH", 2, len(name)) + name + b"\0" * (len(name) % 2)
    alias += struct.pack(">HH", 0xFFFF, 0)
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    at = film.index(b"dref") - 4
    (size,) = struct.unpack(">I", film[at : at + 4])
    told = film[at + 4 : at + 16]  # dref, its version, and that there is one
    box = struct.pack(">I", 16 + len(entry)) + told + entry
    grown = len(box) - size
    changed = bytearray(film[:at] + box + film[at + size :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        where = film.rindex(kind, 0, at) - 4
        (was,) = struct.unpack(">I", film[where : where + 4])
        changed[where : where + 4] = struct.pack(">I", was + grown)
    return bytes(changed)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each by what it is; every file that it names is there, and could be read."""
    folder = tmp_path_factory.mktemp("hostile")
    film = make_film(folder / "whole.mp4", movflags="")
    canary = folder / f"{CANARY}.mp4"
    shutil.copyfile(film, canary)
    found = {"whole": film}
    for kind, text in TEXTS.items():
        for name in NAMES:
            for called in (str(canary), canary.name, f"http://127.0.0.1:9/{CANARY}.mp4"):
                path = folder / str(len(found)) / (name or kind)
                path.parent.mkdir()
                shutil.copyfile(film, path.parent / canary.name)
                path.write_text(text.replace("{canary}", called))
                found[f"{kind} as {name}, {called}"] = path
    names = (
        *(f"concat:{CANARY}.mp4|{CANARY}.mp4", f"{CANARY}%03d.jpg", f"{CANARY}*.jpg"),
        f"subfile,,start,0,end,0,,:{CANARY}.mp4",
    )
    for name in names:
        path = folder / str(len(found)) / name
        path.parent.mkdir()
        path.write_bytes(b"\xff\xd8\xff\xe0 no picture")
        shutil.copyfile(film, path.parent / f"{CANARY}001.jpg")
        found[name] = path
    track = folder / "track.mov"
    track.write_bytes(outside(film, canary))
    found["pictures elsewhere"] = track
    return found


def traced(code: str, samples: dict[str, Path], folder: Path) -> tuple[dict[str, str], list[str]]:
    """Run code over the samples; gives its answers, and calls that reach for anything else."""
    if not shutil.which("strace"):
        pytest.skip("strace isn't installed: sudo apt-get install -y strace")
    trace = folder / "trace"
    calls = "trace=open,openat,openat2,connect,sendto,readlink,execve"
    strace = ["strace", "-f", "-qq", "-s", "4096", "-e", calls, "-o", str(trace)]
    done = subprocess.run(
        [*strace, sys.executable, "-c", code],
        input="\0".join(str(path) for path in samples.values()),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    own = {f'"{path}"' for path in samples.values()} | {f'"{Path(sys.executable)}"'}
    reaching = [
        line
        for line in trace.read_text().splitlines()
        if (CANARY in line and not any(name in line for name in own))
        or re.search(r"(?:connect|sendto)\(.*AF_INET", line)
    ]
    return dict(zip(samples, done.stdout.splitlines(), strict=True)), reaching


def test_no_other_file_is_opened(samples: dict[str, Path], tmp_path: Path) -> None:
    """No playlist, script, manifest or outside track has another file or address opened."""
    answers, reaching = traced(READ, samples, tmp_path)
    assert answers.pop("whole").startswith("read ")
    assert answers.pop("pictures elsewhere")  # its own bytes at best
    assert set(answers.values()) == {"NotAVideo"}, answers
    assert reaching == []


def test_the_samples_would_have_others_opened(samples: dict[str, Path], tmp_path: Path) -> None:
    """A decoder that is told nothing follows them: list, joined list and outside track."""
    kinds = ("list.m3u8", "list.ffconcat", "pictures elsewhere")
    bad = {name: path for name, path in samples.items() if name.startswith(kinds)}
    for kind in kinds:
        these = {name: path for name, path in bad.items() if name.startswith(kind)}
        _, reaching = traced(UNGUARDED, these, tmp_path)
        assert reaching, kind
