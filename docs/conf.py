"""How the pages of this folder become a site: ``make docs``, into ``build/docs``.

The pages are read on the code's host too, so they are plain Markdown with relative links.
Files beside this folder that belong to the site (``SHOWN``) have a page here that links to
them; on the site their text stands in its place.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

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
    "sphinx.ext.autosummary",
    "sphinx.ext.doctest",
    "sphinx.ext.viewcode",
]
exclude_patterns = ["gallery/README.*"]
suppress_warnings = ["toc.not_readable", "myst.xref_missing"]  # until every page is there

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # as the code's host makes them

autodoc_member_order = "bysource"
autosummary_generate = False
numpydoc_show_class_members = False
nitpicky = True

html_theme = "furo"
html_title = f"formcheck {release}"
html_show_sphinx = False
html_copy_source = False

SHOWN = {
    "README.md": "readme.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changes.md",
    "SECURITY.md": "security.md",
}
"""Files of the project's top that are pages of the site, and the pages that they are."""

LINK = re.compile(r"\]\((?![a-z]+:|#)(?P<path>[^)#\s]+)(?P<anchor>#[^)\s]*)?\)")


def on_the_site(text: str, folder: Path) -> str:
    """Turn the relative links of a page that lies in ``folder`` into the site's."""

    def turned(link: re.Match[str]) -> str:
        file = os.path.normpath(folder / link["path"])
        if Path(file).is_dir():
            file = os.path.join(file, "README.md")  # noqa: PTH118
        shown = SHOWN.get(os.path.relpath(file, ROOT))
        path = shown or os.path.relpath(file, HERE)
        return f"]({path}{link['anchor'] or ''})"

    return LINK.sub(turned, text)


def read_page(_app: Sphinx, name: str, text: list[str]) -> None:
    """Give a page's text as the site shows it."""
    for file, page in SHOWN.items():
        if page == f"{name}.md":
            text[0] = on_the_site((ROOT / file).read_text("utf-8"), ROOT)
            return
    if "/" not in name:
        text[0] = on_the_site(text[0], HERE)


def setup(app: Sphinx) -> None:
    """Have every page read by us first."""
    app.connect("source-read", read_page)
