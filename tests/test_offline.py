"""Films of strangers are decoded where there is no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from formcheck.batch.job import Answer, Job
from formcheck.batch.pool import LocalPool
from formcheck.offline import can_leave
from tests.batch.uploads import good, job_of

ASKED = """
import errno, json, os, socket, sys
from pathlib import Path
said = {"module": __name__, "more": sys.argv[1:], "user": os.getuid() == {user}}
for name, family, address in (
    ("there", socket.AF_INET, ("192.0.2.1", 9)), ("here", socket.AF_INET, ("127.0.0.1", 9)),
):
    try:
        socket.socket(family, socket.SOCK_DGRAM).connect(address)
        said[name] = "reached"
    except OSError as problem:
        said[name] = errno.errorcode[problem.errno]
Path(sys.argv[1]).write_text("mine")
said["mine"] = Path(sys.argv[1]).stat().st_uid == {user}
print(json.dumps(said))
"""


@pytest.fixture(scope="module", autouse=True)
def leaving() -> None:
    if not can_leave():
        pytest.skip("no network namespaces here: formcheck doctor says so")


def test_a_process_reaches_nobody(tmp_path: Path) -> None:
    """Neither others nor this machine; its files are still its user's."""
    (tmp_path / "asked.py").write_text(ASKED.replace("{user}", str(os.getuid())))
    file = tmp_path / "file"
    done = subprocess.run(
        [sys.executable, "-m", "formcheck.offline", "asked", str(file)],
        env={**os.environ, "PYTHONPATH": f"{Path.cwd()}{os.pathsep}{tmp_path}"},
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    assert said["module"] == "__main__"
    assert said["more"] == [str(file)]
    assert (said["there"], said["here"]) == ("ENETUNREACH", "ENETUNREACH")
    assert (said["user"], said["mine"]) == (True, True)


def test_a_desks_worker_is_such_a_process(tmp_path: Path) -> None:
    """It judges as others do, in a network namespace that isn't ours; theirs is ours."""
    source = good(tmp_path / "one.npz")
    ours = Path("/proc/self/ns/net").readlink()
    with LocalPool(1, tmp_path / "staging") as pool:
        for offline in (False, True):
            seen: list[Path] = []

            def look(_: Job, what: str, __: float, seen: list[Path] = seen) -> None:
                if what == "begin":
                    seen.extend(Path(f"/proc/{pid}/ns/net") for pid in pool.pids)

            job = job_of(source, name=f"job-{offline}", offline=offline)
            answers: list[Answer] = []
            for _, answer in pool.run([job], look):
                answers.append(answer)
                where = seen[-1].readlink()
            assert [one.state for one in answers] == ["analysed"]
            assert (where == ours) is not offline
