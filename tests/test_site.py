"""The site: it builds without a warning, its links lead somewhere, its examples are so."""

from __future__ import annotations

import ast
import doctest
import hashlib
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

import formcheck

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
MOST_S = 300  # a guard against hanging; a quiet machine needs about 10
EXAMPLES = [
    path for path in sorted((ROOT / "formcheck").rglob("*.py")) if ">>> " in path.read_text("utf-8")
]
WITHOUT_EXAMPLE = {"estimate_poses"}  # it takes the pose engine; gallery and notebooks show it


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as ``make docs`` builds them, but for running the gallery's programs."""
    pytest.importorskip("sphinx", reason="the site needs Sphinx: pip install --group docs")
    base = tmp_path_factory.mktemp("site")
    shutil.copytree(DOCS, base / "docs", ignore=shutil.ignore_patterns("gallery_shown"))
    for beside in ROOT.iterdir():  # pages lead to files there
        if beside != DOCS:
            (base / beside.name).symlink_to(beside)
    sphinx = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*sphinx, "-D", "plot_gallery=0", str(base / "docs"), str(base / "built")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=MOST_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return base / "built"


class _Page(HTMLParser):
    """What a page leads to, what it loads by itself, and the names in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.names: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.names |= {said[name] for name in ("id", "name") if name in said}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if tag == "link" and said.get("rel") not in ("canonical", None):
            self.loads.append(said["href"])
        if "src" in said:
            self.loads.append(said["src"])


def _pages(site: Path) -> Iterator[tuple[Path, _Page]]:
    for path in sorted(site.rglob("*.html")):
        yield path, _Page(path)


def test_links_inside_the_site_lead_somewhere(site: Path) -> None:
    """Each page, file and heading that a page leads to is there."""
    pages = dict(_pages(site))
    assert len(pages) > 30
    broken = []
    for path, page in pages.items():
        for link in page.links:
            to = urlsplit(link)
            if to.scheme or to.netloc:
                continue
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            known = target in pages and (not to.fragment or to.fragment in pages[target].names)
            if not known and (to.fragment or not target.is_file()):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    """Fonts, scripts and pictures all lie beside the pages."""
    outside = {
        load for _, page in _pages(site) for load in page.loads if urlsplit(load).scheme != "data"
    }
    assert [load for load in outside if urlsplit(load).netloc] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_in_a_browser(site: Path, browser: Browser, scheme: str) -> None:
    """On a phone's width nothing hangs out, no request leaves, search finds a cue."""
    asked: list[str] = []
    with browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    ) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        for name in ("index", "architecture", "reference/analysis", "commands"):
            page.goto((site / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        page.goto(f"{(site / 'search.html').as_uri()}?q=hip_drive")
        page.wait_for_selector("#search-results li a")
    assert [one for one in asked if urlsplit(one).scheme not in ("file", "data")] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_examples_in_docstrings_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an example prints is what it says it prints, and it imports all that it needs."""
    monkeypatch.chdir(ROOT)
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    done = doctest.testmod(import_module(name), globs={})
    assert done.attempted
    assert not done.failed


def test_what_formcheck_offers_is_in_the_reference() -> None:
    """Each name of the library has its place there, and each function an example."""
    pages = "".join(path.read_text("utf-8") for path in (DOCS / "reference").glob("*.md"))
    lacking = [name for name in formcheck.__all__ if f":: formcheck.{name}\n" not in pages]
    assert lacking == []
    functions = [name for name in formcheck.__all__ if name.islower()]
    silent = {name for name in functions if ">>> " not in (getattr(formcheck, name).__doc__ or "")}
    assert silent == WITHOUT_EXAMPLE


def test_architecture_is_the_codes() -> None:
    """It is drawn from the contract; run python docs/make_architecture.py after a change."""
    made = runpy.run_path(str(DOCS / "make_architecture.py"))
    assert made["PICTURE"].read_text("utf-8") == made["drawing"]()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "sample_videos" / "poses").glob("*.npz")), ids=lambda path: path.stem
)
def test_saved_poses_are_those_of_the_clips(path: Path) -> None:
    """The poses that examples read were found in the clip of that name, as it is."""
    track = formcheck.load_poses(path)
    clip = path.parents[1] / f"{path.stem}.mp4"
    assert track.source is not None
    assert track.source.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()


@pytest.mark.parametrize("path", sorted((DOCS / "gallery").glob("plot_*.py")), ids=lambda p: p.stem)
def test_gallery_says_what_it_shows(path: Path) -> None:
    """Each program has a title, words before every picture, and one title a picture."""
    text = path.read_text("utf-8")
    title, rule = (ast.get_docstring(ast.parse(text)) or "").splitlines()[:2]
    assert set(rule) == {"="}
    assert len(rule) == len(title)
    assert text.count("# %%") >= text.count("plt.subplots")
    assert text.count("title") >= text.count("plt.subplots")
