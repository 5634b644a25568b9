"""``formcheck serve``: what it says, what it refuses, and that it ends in order."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock

from formcheck.cli import main
from formcheck.commands.serve import LOCK, qr_code

WAIT_S = 60


def said_of(*options: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["serve", "--no-browser", *options])
    return done.exit_code, done.output


def test_a_desk_in_the_network_says_how_to_come_in_and_ends_in_order(tmp_path: Path) -> None:
    """Address, QR code, fingerprint, the first coach's way in; SIGTERM ends it."""
    command = [sys.executable, "-m", "formcheck", "serve", "--no-browser", "--no-work", "--lan"]
    options = ["--host", "127.0.0.1", "--port", "0", "--data", str(tmp_path / "desk")]
    with subprocess.Popen(command + options, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        process.send_signal(signal.SIGTERM)
        left = process.stderr.read()
        assert process.wait(WAIT_S) == 143
    said = "".join(lines)
    assert "Traceback" not in left
    address = re.search(r"https://127\.0\.0\.1:\d+", said)
    assert address is not None
    assert f"{address[0]}/ca" in said
    assert re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", said)
    assert re.search(rf"{re.escape(address[0])}/first-start\?key=\S+", said)
    assert qr_code(address[0]).split() == [one for one in said.split() if set(one) <= set("█▀▄")]


def test_a_second_server_over_the_same_folder_is_told(tmp_path: Path) -> None:
    """Two would keep and judge the same films."""
    with FileLock(tmp_path / LOCK):
        code, said = said_of("--data", str(tmp_path), "--port", "0")
    assert code == 2
    assert "a desk is open over this folder already" in said


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """With the option that chooses another."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, said = said_of("--data", str(tmp_path / "desk"), "--port", port)
    assert code == 2
    assert "Choose another --port" in said


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--address", "http://desk.example")])
def test_no_plain_http_for_others(tmp_path: Path, options: tuple[str, str]) -> None:
    """Refused before anything is made."""
    code, said = said_of("--data", str(tmp_path / "desk"), *options)
    assert code == 2
    assert "https" in said
    assert not (tmp_path / "desk").exists()


def test_a_second_ctrl_c_breaks_nothing(tmp_path: Path) -> None:
    """Whoever presses it twice sees no traceback."""
    command = [sys.executable, "-m", "formcheck", "serve", "--no-browser", "--no-work"]
    options = ["--port", "0", "--data", str(tmp_path / "desk")]
    with subprocess.Popen(command + options, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Ctrl-C" in line:
                break
        time.sleep(1.0)  # until it answers
        process.send_signal(signal.SIGINT)
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stderr.read()
        assert process.wait(WAIT_S) in (0, 130)
