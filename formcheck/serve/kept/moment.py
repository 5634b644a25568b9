"""The moment as the database keeps it."""

from __future__ import annotations

import datetime


def now() -> datetime.datetime:
    """Give this moment in UTC, without a zone, to the second."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
