"""A gym's server: compose.yaml starts commands that we have; what only judges, judges."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from formcheck.commands.serve import serve
from formcheck.history.store import DATABASE, open_store, sqlite_url
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import Said, ask_again, due_uploads, uploads_of

ROOT = Path(__file__).parents[2]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
WITHIN_S = 90.0


@pytest.mark.parametrize("name", ["web", "worker"])
def test_compose_starts_commands_that_we_have(name: str) -> None:
    """Every option is one of serve's; both have the same folder and database."""
    said = [re.sub(r"\$\{[^}]*\}", "https://x", word) for word in SERVICES[name]["command"]]
    assert said[0] == "serve"
    asked = serve.make_context("serve", said[1:], help_option_names=["-h", "--help"]).params
    assert str(asked["data"]) == "/data"
    assert asked["database"].startswith("postgresql+psycopg://formcheck:")
    assert asked["no_work"] is (name == "web")
    assert asked["no_web"] is (name == "worker")


def test_the_container_is_built_of_what_is_there() -> None:
    """What it copies lies here, and what it begins with is a command."""
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY")]
    assert all((ROOT / name).exists() for names in copied for name in names)
    (begins,) = [line for line in lines if line.startswith("CMD")]
    words = yaml.safe_load(begins.removeprefix("CMD"))
    assert words[0] == "serve"
    serve.make_context("serve", words[1:], help_option_names=["-h", "--help"])


def test_without_pages_what_is_due_is_judged(judged_copy: Path) -> None:
    """Another program serves them; this one judges, and ends with Ctrl-C."""
    with open_store(sqlite_url(judged_copy / DATABASE)) as store:
        anna = client_named(store, "Anna")
        one = uploads_of(store, anna.id)[0]
        ask_again(store, one, Said(lift="romanian_deadlift"))
        run = [sys.executable, "-c", "from formcheck.cli import main; main()", "serve", "--no-web"]
        with subprocess.Popen(
            [*run, "--data", str(judged_copy)],
            cwd=ROOT,
            env=os.environ | {"COLUMNS": "200"},
            stderr=subprocess.PIPE,
            text=True,
        ) as worker:
            until_s = time.monotonic() + WITHIN_S
            while due_uploads(store, 9) and time.monotonic() < until_s:
                time.sleep(0.2)
            worker.send_signal(signal.SIGINT)
            _, said = worker.communicate(timeout=WITHIN_S)
        assert worker.returncode == 0, said
        assert "Anna: IMG 1.MP4: Romanian deadlift" in said
        assert {one.lift for one in store.sets("Anna")} == {"romanian_deadlift"}


def test_nothing_to_do_is_said() -> None:
    """Neither pages nor judging."""
    run = [sys.executable, "-c", "from formcheck.cli import main; main()", "serve"]
    ended = subprocess.run(
        [*run, "--no-web", "--no-work"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert "nothing would be done" in ended.stderr
