"""What many tests share: the pose model and hypothesis' settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from formcheck.errors import ModelMissing
from formcheck.poses.model import ensure_model

# No deadline: the machines that run this are small and shared.
settings.register_profile("desk", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(scope="session")
def model_path() -> Path:
    """The pose model's file, fetched if it isn't in the user's cache yet."""
    try:
        return ensure_model()
    except ModelMissing as reason:
        pytest.skip(f"no pose model: {reason}")
