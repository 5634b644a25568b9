"""Learn ``naming.toml``, with what it does on sources left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.lines.labelled import RENDERED, each_here
from benchmarks.naming.doc import doc
from benchmarks.naming.films import SKELETON, Named, of_film, rendered, skeletons
from benchmarks.naming.learn import groups, learn
from benchmarks.naming.page import Answer, by_source, figures, interval, page, sharper, sharpness_of
from formcheck.files import whole
from formcheck.reps import naming as kept
from formcheck.reps.naming import Naming, Recipe

PARAMETERS = Path(kept.__file__).with_suffix(".toml")
METHOD = (
    "a tree of multinomial logistic questions, ridge held; films of one source count together "
    "as the root of their number; left out: whole sources in turn"
)


def run(console: Console, *, pages: Path, out: Path = PARAMETERS) -> dict[str, Any] | None:
    """Write ``naming.toml`` and the page anew; None where the labelled clips aren't here."""
    seen = each_here(console, of_film)
    if seen is None:
        return None
    sets = [one for one in seen if one is not None] + [*rendered(), *skeletons()]
    text, answers = learned(sets)
    with whole(out) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    with whole(pages / "naming.md") as unfinished:
        unfinished.write_text(doc(answers), encoding="utf-8")
    console.print(table(answers))
    return {"answers": [_answer(one) for one in answers]}


def learned(sets: Sequence[Named]) -> tuple[str, list[Answer]]:
    """The text of ``naming.toml``, and what each film is called when its source is left out."""
    blunt = tried(sets)
    sharpness = sharpness_of(blunt)
    answers = [sharper(one, sharpness) for one in blunt]
    filmed = [one for one in sets if one.source not in (RENDERED, SKELETON)]
    recipe = Recipe(
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        films=f"{len(filmed)} films of {len({one.source for one in filmed})} sources, "
        f"{sum(one.source == RENDERED for one in sets)} rendered lifters and "
        f"{sum(one.source == SKELETON for one in sets)} skeletons",
        method=METHOD,
        left_out=figures(answers),
    )
    return page(recipe, learn(sets), sharpness), answers


def tried(sets: Sequence[Named]) -> list[Answer]:
    """Learn without each source in turn, and name its films; rendered lifters aren't asked."""
    answers = []
    for own in groups(sets):
        source = own[0].source
        if source == RENDERED:
            continue
        others = [one for one in sets if one.source != source]
        model = Naming(Recipe("", "", "", {}), learn(others))
        answers += [Answer(one, model.chances(one.facts)) for one in own if one.right]
    return answers


def table(answers: Sequence[Answer]) -> Table:
    """How the names do, all together and by source."""
    shown = Table(title="Which lift, each source left out", box=None, pad_edge=False)
    for column in ("source", "sets", "exact", "holds the right one", "family"):
        shown.add_column(column, overflow="fold")
    for source, *counts in by_source(answers):
        shown.add_row(source, *map(str, counts))
    every = figures(answers)
    shown.add_row(
        f"all {every['sources']:.0f}",
        f"{every['sets']:.0f}",
        *(interval(every[name], every["sets"]) for name in ("exact", "holds_right", "family")),
    )
    shown.caption = "  ".join(f"{name} {value:.3g}" for name, value in every.items())
    return shown


def _answer(one: Answer) -> Mapping[str, Any]:
    return {
        "film": one.named.film,
        "right": list(one.named.right),
        "named": one.names[0],
        "confidence": one.confidence,
        "candidates": one.names if len(one.names) > 1 else [],
    }
