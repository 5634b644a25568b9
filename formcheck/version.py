"""Which formcheck is running."""

from __future__ import annotations

from functools import cache
from importlib import metadata


@cache
def version() -> str:
    """Give the version of formcheck that is running, "unknown" outside a package."""
    try:
        return metadata.version("formcheck")
    except metadata.PackageNotFoundError:
        return "unknown"
