"""Write docs/cues.md from the cues themselves: ``python docs/make_cues.py``.

A test holds the page to what ``formcheck cues`` says, so run this after changing a
cue, its limits or its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from formcheck.cues import load_limits
from formcheck.cues.judging import guidance, words
from formcheck.cues.judging.explain import SIGMA, Explanation, explain, grouped, standpoint_in_words
from formcheck.cues.judging.views import VIEWS

PAGE = Path(__file__).with_name("cues.md")
HEAD = """\
# The cues

Made from the code, `limits.toml`, `views.toml` and the words by
`python docs/make_cues.py`; the same as `formcheck cues` and `formcheck cues ID` say. The
evidence is in [evidence.md](evidence.md).
"""


def page() -> str:
    """Give the page's text."""
    return "\n".join([HEAD, f"{SIGMA}\n", *_views(), *_cues(), *_unseen(), *_deadlifts()])


def _views() -> Iterator[str]:
    yield "## Where the camera stands\n"
    yield "| camera | cues | elsewhere we say |\n|---|---|---|"
    for one in VIEWS.values():
        where = f"{standpoint_in_words(one)}{' (lifts on one leg)' if one.one_leg else ''}"
        cues = ", ".join(f"[`{cue}`](#{cue})" for cue in one.cues)
        said = dict.fromkeys(
            words.not_seen(why, view="…")[0] for why in (one.nearly, one.why) if why
        )
        yield f"| {where} | {cues} | {' '.join(said)} |"
    yield ""


def _cues() -> Iterator[str]:
    limits = load_limits()
    for heading, cues in grouped(limits).items():
        yield f"## {heading}\n"
        yield "| cue | what it asks |\n|---|---|"
        for cue in cues:
            yield f"| [`{cue}`](#{cue}) | {words.texts()[cue]['question']} |"
        yield ""
        for cue in cues:
            yield from _explained(explain(cue, limits))


def _explained(about: Explanation) -> Iterator[str]:
    yield f"### {about.id}\n"
    yield f"**{about.title}.**\n"
    for name, paragraphs in about.rows.items():
        if len(paragraphs) == 1:
            yield f"- {name}: {paragraphs[0]}"
        else:
            yield f"- {name}:"
            yield from (f"  - {paragraph}" for paragraph in paragraphs)
    yield ""


def _unseen() -> Iterator[str]:
    yield f"## {guidance.UNSEEN_TITLE}\n"
    yield "| | no camera sees | advice |\n|---|---|---|"
    for one in guidance.unseen():
        yield f"| {one.title} | {one.what} | {one.advice} |"
    yield ""


def _deadlifts() -> Iterator[str]:
    yield "## Whether to deadlift\n"
    yield f"{guidance.deadlifts('deadlift')}\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
