"""What every page is made of: templates, style and script, and a film inside it.

A page opens anywhere, offline: all that it shows is in it, but a film that is too large
to send on.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

import jinja2

from formcheck.files import whole

OURS = "formcheck.report"
"""The package whose templates, style and script every page may use."""

EMBED_UP_TO_BYTES = 25_000_000
"""As large a film as a message may have."""

_BASE64_STEP_BYTES = 3 << 18  # of three bytes each, so that the parts join


def environment(*packages: str) -> jinja2.Environment:
    """Give templates, those of some packages before ours: strict, escaped, without blank lines."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(name, "templates") for name in (*packages, OURS)]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["unbroken"] = _unbroken
    return made


def asset(name: str, package: str = OURS) -> str:
    """Read a style sheet or script that lies beside a package's templates."""
    return resources.files(package).joinpath("templates", name).read_text("utf-8")


def base64_of(file: Path) -> Iterator[str]:
    """Give a file in base64 part by part."""
    with file.open("rb") as opened:
        while part := opened.read(_BASE64_STEP_BYTES):
            yield base64.b64encode(part).decode("ascii")


def write_parts(page: Iterable[str], path: Path) -> None:
    """Write a page, whole or not at all; never its text at once: a film makes it long.

    Raises
    ------
    OutputError
        The file can't be written.
    """
    with whole(path) as unfinished, unfinished.open("wb") as file:
        for part in page:
            file.write(part.encode("utf-8"))


def _unbroken(text: str) -> str:
    """Keep a number, its ± and its unit on one line."""
    return text.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}").replace(
        " %", "\N{NO-BREAK SPACE}%"
    )
