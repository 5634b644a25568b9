"""The pages say what is so: commands, links, sections, words, the picture."""

from __future__ import annotations

import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import pytest
from PIL import Image

from formcheck import errors
from formcheck.cli import main
from formcheck.cues.judging.limits import load_limits
from tests.command_tree import children

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FOR_LIFTERS = [
    ROOT / "README.md",
    *(
        ROOT / "docs" / f"{name}.md"
        for name in (
            *("install", "film_your_lift", "reading_the_report", "trust", "limits"),
            *("how-it-works", "cues", "commands"),
        )
    ),
]
EVIDENCE = (ROOT / "docs" / "evidence.md").read_text("utf-8")
NEVER_SAID = ("safe", "danger", "diagnos", "injur", "damage", "legal depth", "harm")
LARGEST_PICTURE_BYTES = 250_000
LARGEST_SCREENSHOT_BYTES = 200_000
ONE_SCREEN_LINES = 70

_by_name = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def _command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words call, and what is left of them."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and words[0] in children(command):
        command, words = children(command)[words[0]], words[1:]
    return command, words


def _lines_of_code(page: Path) -> list[str]:
    text = page.read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    inline = re.findall(r"`(formcheck [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [line for block in blocks for line in block.splitlines()] + inline


@_by_name
def test_commands_and_options_of_the_pages_exist(page: Path) -> None:
    """Every `formcheck ...` on a page calls a command we have, with options it has."""
    for line in _lines_of_code(page):
        words = shlex.split(line, comments=True)
        if words[:1] != ["formcheck"] or words[1:2] == ["..."]:
            continue
        command, rest = _command(words[1:])
        assert not isinstance(command, click.Group) or not rest, f"{page.name}: {line}"
        known = {name for option in command.params for name in option.opts}
        used = {word for word in rest if word.startswith("--")}
        assert used <= known, f"{page.name}: {line}"


def _by_hand() -> str:
    """The upper part of the page of commands."""
    mark = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))["MARK"]
    above, found, _ = (ROOT / "docs" / "commands.md").read_text("utf-8").partition(mark)
    assert found
    return above


def test_commands_page_says_what_every_command_is_for() -> None:
    """No command is left out of the table above the generated help."""

    def names(group: click.Group, so_far: str) -> Iterator[str]:
        for name, command in children(group).items():
            if isinstance(command, click.Group):
                yield from names(command, f"{so_far} {name}")
            else:
                yield f"{so_far} {name}"

    text = " ".join(_by_hand().split())
    missing = [name for name in names(main, "formcheck") if f"`{name}" not in text]
    assert missing == []


def test_options_of_the_table_are_those_of_its_command() -> None:
    """An option named in a command's row is one of that command's, or of another named there."""
    for row in re.findall(r"^\| `formcheck .*$", _by_hand(), flags=re.MULTILINE):
        named = [line.split() for line in re.findall(r"`formcheck ([^`]+)`", row)]
        known = {opt for words in named for one in _command(words)[0].params for opt in one.opts}
        assert set(re.findall(r"(--[\w-]+)", row)) <= known, row


def test_readme_is_one_screen() -> None:
    """What doesn't fit has a page in docs."""
    assert len(README.splitlines()) <= ONE_SCREEN_LINES


def _linked(page: Path) -> list[Path]:
    """The files that a page links to, or lists for the site."""
    text = page.read_text("utf-8")
    names = re.findall(r"\]\(([^)#\s]+)", text)
    for listed in re.findall(r"^```\{toctree\}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        names += [f"{one}.md" for one in listed.splitlines() if one and one[0] != ":"]
    return [(page.parent / one).resolve() for one in names if "://" not in one]


def test_every_page_is_reached_from_the_readme_or_the_sites_index() -> None:
    """Whoever begins there comes everywhere by links."""
    index = ROOT / "docs" / "index.md"
    found, to_look = {index}, [ROOT / "README.md", index]
    while to_look:
        page = to_look.pop()
        if page.is_file() and page.suffix == ".md":
            new = set(_linked(page)) - found
            found |= new
            to_look += new
    assert {page.resolve() for page in PAGES} <= found | {ROOT / "README.md"}


def test_every_extra_is_explained() -> None:
    """docs/install.md says what each brings."""
    page = (ROOT / "docs" / "install.md").read_text("utf-8").partition("## Extras")[2]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    told = set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE))
    assert project["optional-dependencies"].keys() - told == set()


def test_make_targets_of_the_pages_exist() -> None:
    """`make demo` and the rest are in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))
        assert named <= targets, page.name


def test_commands_page_is_what_help_says() -> None:
    """docs/commands.md is made from --help; run python docs/make_commands.py after a change."""
    made = runpy.run_path(str(ROOT / "docs" / "make_commands.py"))
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == made["page"]()


def test_cues_page_is_what_the_cues_say() -> None:
    """docs/cues.md is made from the cues; run python docs/make_cues.py after a change."""
    made = runpy.run_path(str(ROOT / "docs" / "make_cues.py"))
    assert (ROOT / "docs" / "cues.md").read_text("utf-8") == made["page"]()


def _anchors(page: Path) -> set[str]:
    """Names that a heading gets when the page is shown on the web."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


@_by_name
def test_links_lead_somewhere(page: Path) -> None:
    """Links to files, and to headings in them, resolve."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in _anchors(file), f"{page.name}: {target}"


CITING = [
    *PAGES,
    *(
        path
        for path in sorted((ROOT / "formcheck").rglob("*"))
        if path.suffix in {".py", ".toml", ".md", ".j2"}
    ),
]
"""Code, limits, words and pages: what cites sections of the evidence."""

ROW = r"§1\.4,?\s+row (\d+)"


def _rows() -> dict[str, set[float]]:
    """The rows of §1.4 with the numbers of their limits."""
    table = EVIDENCE.partition("### §1.4")[2].partition("## §2")[0]
    cells = re.findall(r"^\| (\d+) \|[^|]*\|[^|]*\|([^|]*)\|", table, flags=re.MULTILINE)
    return {row: _numbers(limits) for row, limits in cells}


def _numbers(text: str) -> set[float]:
    return {float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}


def _wrongly_cited(text: str) -> set[str]:
    """Sections and rows that a text cites and the evidence doesn't have."""
    headings = set(re.findall(r"^#+ §(\d(?:\.\d)?) ", EVIDENCE, flags=re.MULTILINE))
    cited = {one for one in re.findall(r"§(\d+(?:\.\d+)*)", text) if one.count(".") < 2}
    rows = set(re.findall(ROW, text))
    return (cited - headings) | {f"1.4 row {row}" for row in rows - _rows().keys()}


def test_sections_and_rows_that_are_cited_exist() -> None:
    """Every §n, §n.n and "§1.4 row n" in code, limits, words and pages is in
    docs/evidence.md; §n.n.n is a book's.
    """
    texts = {path: path.read_text("utf-8") for path in CITING}
    for suffix in (".py", ".toml", ".md"):
        assert any("§1.4" in text for path, text in texts.items() if path.suffix == suffix)
    wrong = {path.name: _wrongly_cited(text) for path, text in texts.items()}
    assert {name: sections for name, sections in wrong.items() if sections} == {}


def test_a_row_that_does_not_exist_is_noticed() -> None:
    """A line's end between the section and the row hides nothing."""
    assert _wrongly_cited("evidence §1.4 row 26, §2.3") == set()
    assert _wrongly_cited("§1.4, row 27") == _wrongly_cited("§1.4\nrow 27") == {"1.4 row 27"}
    assert _wrongly_cited("§9") == {"9"}


def _over_source(entry: str) -> str:
    """The comment over an entry's source in limits.toml, which names the evidence."""
    text = (ROOT / "formcheck" / "cues" / "limits.toml").read_text("utf-8")
    part = text.partition(f"[{entry}]\n")[2].partition("\n[")[0]
    return " ".join(line for line in part.split("\n") if line.startswith("#"))


@pytest.mark.parametrize("key", sorted(load_limits().table), ids="-".join)
def test_limits_say_where_they_are_from_and_what_moved_them(key: tuple[str, str]) -> None:
    """What a source says of a row is in that row; limits that aren't the row's say that
    they were moved, from which, and why.
    """
    limit = load_limits().table[key]
    row = re.search(ROW, _over_source(".".join(key)))
    if row is None:
        return
    there, ours = _rows()[row[1]], {limit.watch, limit.fault}
    moved = re.search(r"moved from ([\d.]+) and ([\d.]+).* (?:until|as|for) ", limit.source)
    if moved and key != ("depth", "any"):  # of depth the row has one number, both ways
        assert {float(moved[1]), float(moved[2])} <= there
        assert not ours <= there
    elif not moved and not ours <= there:
        assert "sigma" in limit.source, "neither the row's limits nor why they aren't"
        assert _numbers(limit.source) & there


def test_articles_cited_by_the_cues_are_listed() -> None:
    """The numbers of articles in the words of the cues are explained in §0 of the evidence."""
    advice = tomllib.loads((ROOT / "formcheck" / "cues" / "advice.toml").read_text("utf-8"))
    cited = {article for cue in advice.values() for article in cue.get("articles", [])}
    section = EVIDENCE.partition("## §0")[2].partition("## §1")[0]
    assert cited <= set(re.findall(r"^\| (\d{3}) \|", section, flags=re.MULTILINE))


@pytest.mark.parametrize("page", FOR_LIFTERS, ids=lambda page: page.name)
def test_pages_for_lifters_promise_and_predict_nothing(page: Path) -> None:
    """No word of safety, harm or medicine where people read what formcheck is."""
    text = re.sub(r"`[^`\n]+`", "", page.read_text("utf-8").lower())  # names of files and commands
    assert [word for word in NEVER_SAID if re.search(rf"\b{word}", text)] == []


@_by_name
def test_pages_name_no_place_of_ours(page: Path) -> None:
    """No path of the machine a page was written on."""
    assert re.findall(r"(?<![\w.])/(?:work|root|home|tmp)\b", page.read_text("utf-8")) == []


def test_picture_opens_the_readme_and_is_small() -> None:
    """The README opens with a picture that is there and loads quickly."""
    opening = "\n".join(takewhile(lambda line: not line.startswith("## "), README.splitlines()))
    found = re.search(r"!\[[^\]]{20,}\]\(([^)]+)\)", opening)
    assert found, "the README opens with a picture, described in words"
    picture = ROOT / found[1]
    assert picture.stat().st_size < LARGEST_PICTURE_BYTES
    with Image.open(picture) as image:
        assert image.width >= 1000


def test_pictures_of_the_report_are_small_and_shown() -> None:
    """Each that python docs/make_report_pictures.py makes is on the page, and no other."""
    made = runpy.run_path(str(ROOT / "docs" / "make_report_pictures.py"))
    shown = re.findall(r"images/(report_\w+)\.webp", _page("reading_the_report"))
    assert sorted(shown) == sorted(f"report_{name}" for name in (*made["PARTS"], "compare"))
    for name in shown:
        size_bytes = (ROOT / "docs" / "images" / f"{name}.webp").stat().st_size
        assert size_bytes < LARGEST_SCREENSHOT_BYTES, name


def _page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text("utf-8")


def test_limits_file_of_the_page_is_taken(tmp_path: Path) -> None:
    """The coach's file in docs/limits.md is one that formcheck reads."""
    (block,) = re.findall(r"```toml\n(.*?)```", _page("limits"), flags=re.DOTALL)
    path = tmp_path / "club.toml"
    path.write_text(block, "utf-8")
    assert load_limits(path).of("lumbar_rounding", "deadlift").fault == 20.0
    assert load_limits(path).changed == ("lumbar_rounding.deadlift",)


def test_exit_codes_of_the_page_are_those_of_the_errors() -> None:
    """Each code an error leaves with is in the table of docs/commands.md."""
    codes = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.FormcheckError)
    }
    table = _by_hand().partition("## Exit codes")[2]
    assert codes <= {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}


def test_library_lines_run(
    model_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python of docs/library.md runs as it stands, with a line for each repetition."""
    (block,) = re.findall(r"```python\n(.*?)```", _page("library"), flags=re.DOTALL)
    monkeypatch.chdir(ROOT)
    found: dict[str, Any] = {}
    exec(compile(block, "library.md", "exec"), found)
    assert len(capsys.readouterr().out.splitlines()) == 1 + len(found["record"]["reps"])
