"""Draw films, watch them as they are and changed, compare, and write ``docs/repeat.md``."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks.lines.labelled import kind_of
from benchmarks.manifest import FOLDER_VARIABLE, Clip, read_manifest, read_strangers, real_data
from benchmarks.pose_cache import Viewing, code_sha256, watched
from benchmarks.repeat import changes
from benchmarks.repeat.answers import Answer, answer_of, as_filmed
from benchmarks.repeat.changes import CHANGES, EVERY_CHANGE, SHORTCUTS, Change, opened
from benchmarks.repeat.compare import Compared, Pair, compare, spreads, tally
from benchmarks.repeat.page import Drawn, Run, page, share, shortcuts_page
from formcheck.files import whole
from formcheck.version import version
from formcheck.video import writer


@dataclass(frozen=True)
class Wanted:
    """What to run.

    films    how many films, drawn by the seed, each of another kind as far as there are; None
             for all
    changes  names of the changes; none for all
    most_s   only films that are no longer, or None
    out      folder of the page
    """

    films: int | None = None
    changes: tuple[str, ...] = ()
    seed: int = 0
    most_s: float | None = None
    fresh: bool = False
    out: Path = Path("docs")

    @property
    def names(self) -> tuple[str, ...]:
        """The changes, in the order of the table."""
        if not self.changes:
            return tuple(CHANGES)
        return tuple(name for name in EVERY_CHANGE if name in self.changes)

    @property
    def looks(self) -> tuple[str, ...]:
        """The changes to watch: those, and what they are compared with."""
        compared = (EVERY_CHANGE[name].against for name in self.names)
        return tuple(dict.fromkeys(["", *compared, *self.names]))

    @property
    def command(self) -> str:
        """How it was asked for."""
        parts = ["python -m benchmarks repeat"]
        parts += [f"--films {self.films} --seed {self.seed}"] if self.films else []
        parts += [f"--seconds {self.most_s:g}"] if self.most_s else []
        parts += [f"--changes {','.join(self.names)}"] if self.changes else []
        return " ".join(parts)


def run(console: Console, wanted: Wanted) -> dict[str, Any] | None:
    """Compare, print the tables and write the page; None where the films aren't here."""
    folder = real_data()
    if folder is None:
        console.print(f"repeat: skipped, the real films aren't here: set {FOLDER_VARIABLE}.")
        return None
    every = [*read_manifest(folder).values(), *read_strangers(folder).values()]
    clips = drawn(every, wanted)
    compared = compare_all(clips, console, wanted)
    said = Run(
        command=wanted.command,
        there=len(every),
        films=[_without_name(number, clip, compared) for number, clip in enumerate(clips)],
        date=dt.datetime.now(tz=dt.UTC).date(),
        version=version(),
    )
    console.print(_changed_table(clips, compared))
    shortcuts = not set(wanted.names) - set(SHORTCUTS)
    path = wanted.out / ("shortcuts.md" if shortcuts else "repeat.md")
    text = shortcuts_page(said, compared) if shortcuts else page(said, compared)
    with whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    console.print(f"The page: {path}")
    return {
        "films": [clip.name for clip in clips],
        "compared": [_numbers(one) for one in compared],
        "spreads": [asdict(one) for one in spreads(compared)],
    }


def drawn(clips: Iterable[Clip], wanted: Wanted) -> list[Clip]:
    """Draw films by the seed: one of each kind (lift, view) in turn."""
    short = [one for one in clips if wanted.most_s is None or one.duration_s <= wanted.most_s]
    if wanted.films is None:
        return short
    kinds: dict[tuple[str, str], list[Clip]] = defaultdict(list)
    for clip in short:
        kinds[kind_of(clip.exercise), _view(clip)].append(clip)
    dice = random.Random(wanted.seed)
    order = sorted(kinds)
    dice.shuffle(order)
    for kind in order:
        dice.shuffle(kinds[kind])
    turns = max(map(len, kinds.values()), default=0)
    dealt = [
        kinds[kind][turn] for turn in range(turns) for kind in order if turn < len(kinds[kind])
    ]
    return dealt[: wanted.films]


def _view(clip: Clip) -> str:
    words = clip.view.lower()
    named = [view for view in ("side", "oblique", "front", "back") if view in words]
    return min(named, key=words.index, default="other view")


def compare_all(clips: Sequence[Clip], console: Console, wanted: Wanted) -> list[Compared]:
    """Watch the films as they are and changed, and compare the answers.

    A film with pictures enough, but not with every second of them, isn't halved.
    """
    looks = {
        (number, name): viewing(clip.path, name)
        for number, clip in enumerate(clips)
        for name in wanted.looks
    }
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Watching", total=len(looks))

        def tell(viewing: Viewing, _: object) -> None:
            what = viewing.change.split(" ")[0] or "as it is"
            progress.update(task, advance=1, description=f"Watching ({viewing.film.name}, {what})")

        kept = watched(looks.values(), fresh=wanted.fresh, tell=tell)
        task = progress.add_task("Judging", total=len(looks))
        answers = {}
        for place, look in looks.items():
            answers[place] = answer_of(kept[look])
            progress.advance(task)
    return [
        compare(
            number,
            name,
            answers[number, EVERY_CHANGE[name].against],
            as_filmed(
                answers[number, name],
                late_s=EVERY_CHANGE[name].late_s,
                mirrored=EVERY_CHANGE[name].mirrored,
            ),
        )
        for number in range(len(clips))
        for name in wanted.names
        if _is_fair(EVERY_CHANGE[name], answers[number, ""])
    ]


def _is_fair(change: Change, plain: Answer) -> bool:
    """Whether there are still pictures enough to judge by."""
    return change.every == 1 or not plain.rate_hz / change.every < plain.least_hz


def viewing(film: Path, name: str) -> Viewing:
    """One look; its poses are kept by what the change does."""
    if not name:
        return Viewing(film)
    code = code_sha256([Path(changes.__file__), Path(writer.__file__)])
    return Viewing(film, f"{name} {code}", partial(opened, name=name), EVERY_CHANGE[name].watched)


def _without_name(number: int, clip: Clip, compared: Iterable[Compared]) -> Drawn:
    reps = max((one.counts[0] for one in compared if one.film == number), default=0)
    lift = kind_of(clip.exercise)
    return Drawn("no lift" if lift in {"", "none"} else lift, _view(clip), clip.duration_s, reps)


def _changed_table(clips: Sequence[Clip], compared: Sequence[Compared]) -> Table:
    table = Table(title="What a change changed", box=None, pad_edge=False)
    for column in ("clip", "change", "kept", "reps", "verdicts that changed"):
        table.add_column(column, overflow="fold")
    for one in compared:
        other = [pair for pair in one.pairs if not pair.kept]
        if other or one.crashed or not one.same_count:
            words = ("" if one.same_lift else "LIFT ") + ("" if one.same_view else "VIEW ")
            words += f"[red]{one.crashed}[/] " if one.crashed else ""
            words += ", ".join(map(_in_words, other))
            before, after = one.counts
            reps = f"{before}" if one.same_count else f"[red]{before} → {after}[/]"
            table.add_row(clips[one.film].name, one.change, share(tally(one.pairs)), reps, words)
    return table


def _in_words(pair: Pair) -> str:
    letters = {"good": "g", "watch": "w", "fault": "f", "cannot_judge": "?", "": "–"}
    before, after = (letters[one] for one in pair.verdicts)
    words = f"{pair.cue}{'' if pair.of_set else f' {pair.at[1]}'} {before}{after}"
    return f"[red]{words}[/]" if pair.flipped else words


def _numbers(one: Compared) -> dict[str, Any]:
    out = asdict(one)
    out["pairs"] = [
        {"cue": pair.cue, "at": pair.at, "verdicts": pair.verdicts}
        for pair in one.pairs
        if not pair.kept
    ]
    return out
