"""One upload: a film, whose it is, and what is known of the set."""

from __future__ import annotations

import datetime
import math
import unicodedata
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    """A film to judge.

    client       the true name, "" when none is known
    file         its name as the client or the manifest gives it
    path         where it is
    lift, tempo  "" when nothing was said; lift may be "auto"
    """

    client: str
    file: str
    path: Path
    lift: str = ""
    load_kg: float = math.nan
    target_reps: int | None = None
    tempo: str = ""
    date: datetime.date | None = None
    side: str = ""
    notes: str = ""


def client_name(text: str) -> str:
    """Give a client's name in one form, however the machine it came from writes accents."""
    return unicodedata.normalize("NFC", text).strip()
