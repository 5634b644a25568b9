"""Inputs made to hurt: none brings formcheck down, or to another confident answer."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

INPUTS, WITH_ENGINE, SEED = 300, 4, 20261129
MOST_S = 300  # 90 on two quiet cores


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each input needs a child of its own")
def test_hostile_inputs_come_out_right() -> None:
    """Films, poses, limits, analyses, lists, histories: no traceback, signal or hang, at most
    a gigabyte, and the undamaged clip's verdicts or none.
    """
    command = [sys.executable, "-m", "benchmarks.hostile", "--seed", str(SEED)]
    done = subprocess.run(
        [*command, "--inputs", str(INPUTS), "--engine", str(WITH_ENGINE)],
        capture_output=True,
        text=True,
        timeout=MOST_S,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
