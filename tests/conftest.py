"""What many tests share: the pose model and hypothesis' settings."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from formcheck.errors import ModelMissing
from formcheck.poses.cache import FOLDER_VARIABLE
from formcheck.poses.model import ensure_model
from formcheck.signals.numeric import load_scipy
from tests.chromium import chromium
from tests.postgres import postgres_server

# No deadline: the machines that run this are small and shared.
settings.register_profile("desk", deadline=None)
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
load_scipy()  # the tests judge thousands of sets
settings.load_profile("ci" if os.environ.get("CI") else "desk")


class _WholeFiles(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """A file's tests stay in one process, which makes its fixtures once; the real clips' too."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", maxsplit=1)[0]
        return "tests/real" if file.startswith("tests/real/") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Share the tests out among processes."""
    return _WholeFiles(config, log)


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The pose model's file, fetched if it isn't in the user's cache yet."""
    try:
        return ensure_model()
    except ModelMissing as reason:
        pytest.skip(f"no pose model: {reason}")


@pytest.fixture(scope="session", autouse=True)
def shared_poses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test touches the user's cache of poses; who watches the same film shares one of ours."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # that of the whole run
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FOLDER_VARIABLE, str(base / "shared-poses"))
        yield


@pytest.fixture
def nothing_kept(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own, empty: films are watched."""
    folder = tmp_path_factory.mktemp("own") / "poses"
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    with postgres_server() as url:
        if url is None:
            pytest.skip("no PostgreSQL on this machine: sudo apt-get install -y postgresql")
        yield url


@pytest.fixture
def hangup_tells() -> Iterator[None]:
    """Let SIGHUP reach the programs that a test starts: under nohup they wouldn't hear it."""
    hangup = getattr(signal, "SIGHUP", None)
    if hangup is None:
        yield
        return
    before = signal.signal(hangup, signal.SIG_DFL)
    yield
    signal.signal(hangup, before)
