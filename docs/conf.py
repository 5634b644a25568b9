"""How the pages of this folder become a site: ``make docs``, into ``build/docs``.

The pages are read on the code's host too, so they are plain Markdown with relative links.
Files beside this folder that belong to the site (``SHOWN``) have a page here that links to
them; on the site their text stands in its place.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from formcheck.version import version as running

HERE = Path(__file__).parent
ROOT = HERE.parent

project = "formcheck"
author = "the formcheck authors"
project_copyright = "the formcheck authors, Apache-2.0"
release = version = running()

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx_gallery.gen_gallery",
]
exclude_patterns = ["gallery"]  # what is shown of it is made

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # as the code's host makes them

autodoc_member_order = "bysource"
autodoc_type_aliases = {one: one for one in ("BoolArray", "FloatArray", "Picture", "Parts")}
autodoc_typehints_format = "short"
numpydoc_show_class_members = False
python_maximum_signature_line_length = 72
python_use_unqualified_type_names = True

nitpicky = True
nitpick_ignore = [("py:class", "formcheck.reps.cycles.Cycle")]  # spares a stage work, no more
nitpick_ignore_regex = [("py:.*", r"(?!formcheck\.).*")]  # others' names: nothing is online

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "gallery_shown",
    "within_subsection_order": "FileNameSortKey",
    "download_all_examples": False,
    "capture_repr": (),
    "image_srcset": ["2x"],
    "min_reported_time": 3600,
    "reference_url": {"formcheck": None},
    "run_stale_examples": True,  # the library may have changed
    "show_signature": False,
    "write_computation_times": False,
}

html_theme = "furo"
html_title = f"formcheck {release}"
html_show_sphinx = False
html_copy_source = False

SHOWN = {
    "README.md": "readme.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "SECURITY.md": "security.md",
    "sample_videos/README.md": "samples.md",
    "changes.d/README.md": "change_notes.md",
}
"""Files beside this folder that are pages of the site, and the pages that they are."""

LINK = re.compile(r"\]\((?![a-z]+:|#)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def on_the_site(text: str, folder: Path, shown_in: Path) -> str:
    """Turn the relative links of a text that lies in ``folder`` into those of a page."""

    def turned(link: re.Match[str]) -> str:
        file = Path(os.path.normpath(folder / link["path"]))
        if file.is_dir():  # what is in it stands in its README, or in that of a folder above
            papers = (one / "README.md" for one in (file, *file.parents))
            file = next(one for one in papers if one.exists())
        page = SHOWN.get(os.path.relpath(file, ROOT))
        path = os.path.relpath(HERE / page if page else file, shown_in)
        return f"]({path}{link['anchor'] or ''})"

    return LINK.sub(turned, text)


def read_page(_app: Sphinx, name: str, text: list[str]) -> None:
    """Give a page's text as the site shows it."""
    folder = (HERE / name).parent
    for file, page in SHOWN.items():
        if page == f"{name}.md":
            text[0], folder = (ROOT / file).read_text("utf-8"), (ROOT / file).parent
    text[0] = on_the_site(text[0], folder, (HERE / name).parent)


COLUMNS = re.compile(r"(?P<names>[a-z]\w*(?:, \w+)*) {2,}(?=\S)")
SHAPE = re.compile(r"(?P<shape>\S.*?) {2,}(?P<text>\S.*)")
DRAWN = ("|", "├", "└", "│")


def typeset(_app: Sphinx, _what: str, _name: str, _of: Any, _how: Any, lines: list[str]) -> None:
    """Set the columns and drawings of our docstrings, which are written to be read as text."""
    paragraphs = "\n".join(lines).split("\n\n")
    lines[:] = [*"\n\n".join(map(_paragraph, paragraphs)).splitlines(), ""]


def _paragraph(text: str) -> str:
    lines = text.splitlines()
    if any(line.startswith(DRAWN) for line in lines):
        return "::\n\n" + "\n".join(f"   {line}" for line in lines)
    first = COLUMNS.match(text)
    if first is None:
        return text
    rows: list[list[str]] = []
    for line in lines:
        names, said = line[: first.end()].strip(), line[first.end() :].strip()
        if not names:
            rows[-1].append(said)
            continue
        shaped = SHAPE.fullmatch(said)
        shape, said = shaped.groups() if shaped else ("", said)
        rows.append([f"``{names.replace(', ', '``, ``')}``{shape and f' : {shape}'}", said])
    return "\n".join("\n    ".join(row) for row in rows)


LONG_TYPES = {
    r"TypeAliasForwardRef\('(\w+)'\)": r"\1",
    r"~?numpy\.ndarray\[.*?, ~?numpy\.dtype\[(.*?)\]\]": r"NDArray[\1]",
    r"^\(\*args, \*\*kwargs\)$": "",  # a protocol isn't made
}
"""How Sphinx writes types, and how the code does."""


def shorten(
    _app: Sphinx, _what: str, _name: str, _of: Any, _how: Any, said: str | None, gives: str | None
) -> tuple[str | None, str | None]:
    """Write types in signatures as the code has them."""
    for long, short in LONG_TYPES.items():
        said = said and re.sub(long, short, said)
        gives = gives and re.sub(long, short, gives)
    return said, gives


def setup(app: Sphinx) -> None:
    """Have pages and docstrings read by us first."""
    app.connect("source-read", read_page)
    app.connect("autodoc-process-docstring", typeset, priority=100)
    app.connect("autodoc-process-signature", shorten)
