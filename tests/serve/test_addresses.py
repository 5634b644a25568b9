"""No page asks for any address but the desk's, and the desk asks for none."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Request

from formcheck.serve.app import create_app
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.doors import COOKIE, session_for
from tests.serve.walk import Gym, Way, open_gym, ways

ROOT = Path(__file__).parents[2]
PHONE = {"width": 390, "height": 844}
ENDS_WITHIN_S = 20.0
REACHES = re.compile(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET6?,")
LOADS_A_FILE = (
    *("film", "annotated.mp4", "export.zip", "poses.json", ".crt", "{name}", "{mark_id}"),
    "/live/picture",
)
"""What isn't a page, and a window would keep as a file."""


@contextlib.contextmanager
def served(out: Path, trace: Path | None) -> Iterator[str]:
    """A real server over a data folder, traced if it can be; gives its address."""
    run = [sys.executable, "-c", "from formcheck.cli import main; main()"]
    words = ["serve", "--data", str(out), "--port", "0", "--no-browser", "--no-work"]
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", str(trace)]
    with subprocess.Popen(
        [*(strace if trace else []), *run, *words],
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as server:
        try:
            assert server.stderr is not None
            for line in server.stderr:
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found:
                    yield found[0]
                    break
            else:
                pytest.fail("the desk didn't open")
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.communicate(timeout=ENDS_WITHIN_S)


def pages(gym: Gym) -> list[str]:
    """Every address that a window may open: a coach's and a client's."""
    found: list[Way] = [
        way
        for way in ways(create_app(gym.desk))
        if way.method == "GET" and not way.path.endswith(LOADS_A_FILE)
    ]
    return list(dict.fromkeys(way.address(gym.anna.named) for way in found))


def test_no_page_and_no_server_asks_elsewhere(
    judged_copy: Path, browser: Browser, tmp_path: Path
) -> None:
    """Every page in a real browser: what it asks for, and what the server reaches for."""
    with open_desk(judged_copy, Choices(works=False, asks_password=False)) as desk:
        gym = open_gym(desk)
        cookie = gym.cookie(session_for(gym.coach))
        all_pages = [one for one in pages(gym) if one != "/events"]
    trace = tmp_path / "trace" if shutil.which("strace") else None
    asked: list[str] = []
    seen: set[str] = set()

    def note(request: Request) -> None:
        asked.append(request.url)

    with served(judged_copy, trace) as address:
        context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
        context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
        context.on("request", note)
        page = context.new_page()
        for way in all_pages:
            page.goto(address + way, wait_until="load")
            seen.add(urlsplit(page.url).path)
        context.close()
    assert "/" in seen  # the cookie let us in
    own = urlsplit(address).netloc
    foreign = {
        url
        for url in asked
        if urlsplit(url).scheme not in {"data", "blob", "about"} and urlsplit(url).netloc != own
    }
    assert foreign == set()
    assert len(asked) > len(all_pages)  # their styles and scripts too
    if trace is not None and trace.exists():
        calls = trace.read_text().splitlines()
        loopback = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "::1"')
        assert [one for one in calls if REACHES.search(one) and not loopback.search(one)] == []
