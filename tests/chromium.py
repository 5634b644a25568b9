"""A real browser to look at pages with; tests are skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright


@contextmanager
def chromium(*switches: str) -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("no Chromium on the PATH")
    with sync_playwright() as playwright:
        args = ["--no-sandbox", *switches]
        browser = playwright.chromium.launch(executable_path=found, args=args)
        yield browser
        browser.close()
