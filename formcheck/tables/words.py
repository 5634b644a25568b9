"""The words that people use in their tables, from ``words.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def words() -> Mapping[str, Any]:
    """What ``words.toml`` holds."""
    return tomllib.loads((resources.files(__package__) / "words.toml").read_text("utf-8"))


def spoken(text: str) -> tuple[str, ...]:
    """Split a text into its words without capitals, accents and signs; "%" is a word."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)  # loadKg
    plain = unicodedata.normalize("NFKD", parted.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(re.findall(r"%|[^\W_]+", plain))


@cache
def listed(table: str) -> Mapping[tuple[str, ...], str]:
    """Give a table of ``words.toml`` the other way round: what is said -> what it means."""
    return {spoken(one): meant for meant, said in words()[table].items() for one in said}


def says_nothing(text: str) -> bool:
    """Whether a cell with this text is as good as empty."""
    return text.strip().casefold() in words()["none"]["words"]
