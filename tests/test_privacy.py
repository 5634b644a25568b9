"""Nothing leaves the machine: the pose engine's reports are kept in."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import textwrap
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck.privacy import BLOCKED_PROXY, native_chatter_held, quiet_mediapipe

ROOT = Path(__file__).parents[1]

LANDMARKER_RUN = """
    import sys, time
    import numpy as np
    from formcheck.privacy import quiet_mediapipe
    mediapipe = quiet_mediapipe()
    vision = mediapipe.tasks.vision
    options = vision.PoseLandmarkerOptions(
        base_options=mediapipe.tasks.BaseOptions(model_asset_path=sys.argv[1]),
        running_mode=vision.RunningMode.VIDEO,
        output_segmentation_masks=True,
    )
    picture = np.zeros((64, 48, 3), np.uint8)
    def watch(landmarker):
        for frame in range(5):
            image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
            landmarker.detect_for_video(image, 33 * frame)
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        watch(landmarker)
    left_open = vision.PoseLandmarker.create_from_options(options)
    watch(left_open)
    del left_open
    at_exit = vision.PoseLandmarker.create_from_options(options)
    watch(at_exit)
    time.sleep(1)
"""


def outside_addresses(
    code: str, *arguments: str, folder: Path, **environment: str
) -> tuple[list[str], str]:
    """Run Python code under strace; return the system calls that reach out, and stderr.

    Reaching out is a connect to, or a datagram for, any internet address but
    loopback; a name look-up is such a datagram.
    """
    if not shutil.which("strace"):
        pytest.skip("strace isn't installed: sudo apt-get install -y strace")
    trace = folder / "trace.txt"
    strace = [
        "strace",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-e",
        "trace=network",
        "-s",
        "64",
        "-o",
        str(trace),
    ]
    done = subprocess.run(
        [*strace, sys.executable, "-c", textwrap.dedent(code), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    calls = trace.read_text().splitlines()
    reaching = re.compile(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET6?,")
    loopback = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"')
    return [call for call in calls if reaching.search(call) and not loopback.search(call)], (
        done.stderr
    )


def test_the_trace_sees_what_reaches_out(tmp_path: Path) -> None:
    """The check itself sees a datagram socket aimed elsewhere, and not one at home.

    Connecting a datagram socket sends nothing; 192.0.2.1 is reserved for examples.
    """
    code = """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("{}", 53))
    """
    assert len(outside_addresses(code.format("192.0.2.1"), folder=tmp_path)[0]) == 1
    assert outside_addresses(code.format("127.0.0.1"), folder=tmp_path)[0] == []


@pytest.mark.parametrize("exceptions", ["", "*", "googleapis.com"])
def test_a_landmarker_contacts_nobody(model_path: Path, tmp_path: Path, exceptions: str) -> None:
    """Opening, using, closing, dropping and leaving a landmarker reaches no address.

    A report would go out at each close. The user's own proxy exceptions, which
    would let it past a proxy, make no difference.
    """
    reaching, stderr = outside_addresses(
        LANDMARKER_RUN,
        str(model_path),
        folder=tmp_path,
        no_proxy=exceptions,
        NO_PROXY=exceptions,
    )
    assert reaching == []
    assert stderr == ""


@pytest.mark.usefixtures("nothing_kept")
def test_a_whole_analysis_contacts_nobody(model_path: Path, tmp_path: Path) -> None:
    """The command, from the film to the written report, reaches no address."""
    pytest.importorskip("formcheck.cli")
    clips = sorted((ROOT / "sample_videos").glob("*.mp4"), key=lambda clip: clip.stat().st_size)
    if not clips:
        pytest.skip("no clip in sample_videos")
    out = tmp_path / "out"
    reaching, _ = outside_addresses(
        "import sys; from formcheck.cli import main; main(sys.argv[1:])",
        *("analyze", str(clips[0]), "--out", str(out)),
        folder=tmp_path,
        FORMCHECK_MODEL=str(model_path),
        no_proxy="*",
    )
    assert (out / "report.html").exists()
    assert reaching == []


def native_proxies() -> dict[str, str]:
    """The proxy settings of the C environment, as a child inherits it."""
    listed = subprocess.run(["env", "-0"], capture_output=True, text=True, check=True).stdout
    variables = (entry.partition("=") for entry in listed.split("\0"))
    return {name: value for name, _, value in variables if name.lower().endswith("_proxy")}


def open_landmarker(model_path: Path) -> Any:
    mediapipe = quiet_mediapipe()
    vision = mediapipe.tasks.vision
    return vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=mediapipe.tasks.BaseOptions(model_asset_path=str(model_path))
        )
    )


def test_the_users_proxy_comes_back(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard is up while any landmarker is open; Python sees the user's proxy all along."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    before = native_proxies()

    first, second = open_landmarker(model_path), open_landmarker(model_path)
    first.close()
    first.close()
    guarded = native_proxies()
    assert guarded["https_proxy"] == BLOCKED_PROXY
    assert "no_proxy" not in guarded
    assert urllib.request.getproxies()["https"] == "http://proxy.example:3128"

    del second
    gc.collect()
    assert native_proxies() == before


def test_a_failed_start_lowers_the_guard(tmp_path: Path) -> None:
    """A model that doesn't load leaves the environment as it was."""
    broken = tmp_path / "broken.task"
    broken.write_bytes(b"not a model")
    before = native_proxies()
    with pytest.raises(RuntimeError):
        open_landmarker(broken)
    assert native_proxies() == before


def test_the_guard_changes_no_result(model_path: Path) -> None:
    """A guarded landmarker still answers; nobody is found in a black picture."""
    mediapipe = quiet_mediapipe()
    picture = np.zeros((64, 48, 3), np.uint8)
    with open_landmarker(model_path) as landmarker:
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture)
        assert landmarker.detect(image).pose_landmarks == []


CHATTER = "W0000 00:00:1795364477.432419   19530 manager.cc:121] Feedback manager requires\n"


def test_only_the_chatter_is_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    """Text of others that reaches stderr meanwhile is passed on, the engine's is not."""
    with native_chatter_held():
        os.write(2, b"INFO: Created TensorFlow Lite XNNPACK delegate for CPU.\n")
        os.write(2, b"a warning of someone else\n" + CHATTER.encode())
    assert capfd.readouterr().err == "a warning of someone else\n"


def test_chatter_before_a_failure_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    """When the engine fails, what it wrote is shown: it may say why."""
    with pytest.raises(RuntimeError), native_chatter_held():
        os.write(2, CHATTER.encode())
        raise RuntimeError
    assert capfd.readouterr().err == CHATTER


def test_mediapipe_is_imported_in_one_place() -> None:
    """No module but privacy.py imports mediapipe, so none can forget the guard."""
    imports = re.compile(r"^\s*(?:import|from)\s+mediapipe\b", re.MULTILINE)
    importers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("formcheck", "benchmarks", "notebooks")
        for path in (ROOT / folder).rglob("*.py")
        if imports.search(path.read_text(encoding="utf-8"))
        or 'import_module("mediapipe")' in path.read_text(encoding="utf-8")
    ]
    assert importers == ["formcheck/privacy.py"]


CLIENT_CALLS = ("connect", "getaddrinfo", "gethostbyname", "sendto", "sendmsg")
"""Functions of the system without which nothing is opened, looked up or sent."""


def client_calls_of(library: Path) -> set[str]:
    """Those that a shared library asks the system for: they stand in its table of names."""
    names = library.read_bytes()
    return {one for one in CLIENT_CALLS if b"\0" + one.encode() + b"\0" in names}


def libraries_of(module: str) -> list[Path]:
    """The shared libraries of an installed package."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        pytest.skip(f"{module} isn't installed")
    return sorted(Path(spec.origin).parent.rglob("*.so*"))


@pytest.mark.skipif(sys.platform != "linux", reason="the table of names is read as Linux has it")
def test_litert_holds_no_network_client() -> None:
    """None of the engine's libraries asks for what opens a connection; PyAV's and the
    interpreter's own do, so the check sees it.
    """
    beside = libraries_of("av")[0].parent.parent / "av.libs"
    sockets = importlib.util.find_spec("_socket")
    others = [*beside.glob("libavformat*"), *(Path(one.origin or "") for one in [sockets] if one)]
    assert any("connect" in client_calls_of(one) for one in others if one.is_file())
    libraries = libraries_of("ai_edge_litert")
    assert libraries
    found = {one.name: client_calls_of(one) for one in libraries}
    assert {name: calls for name, calls in found.items() if calls} == {}
