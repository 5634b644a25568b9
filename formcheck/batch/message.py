"""A message to a client, ready to paste: one praise, one thing, and what to send again.

The words are those of the set's own summary (``cues/advice.toml``) inside the frames
of ``messages.toml``.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from importlib.resources import files
from typing import Any

from formcheck.batch.job import MEMORY_LIMIT, TIME_LIMIT, WORKER_DIED
from formcheck.cues.judging import words
from formcheck.data import Verdict
from formcheck.history.names import one_line
from formcheck.history.stored import StoredSet
from formcheck.history.trend import load_of, score_of
from formcheck.reps.lifts import LIFTS

WELL_DONE = "Well done: "
OPTION = "--"
"""What names an option of ours is for the coach, not for the client."""

SEE_MORE = "To see more next time: "
LONGEST_NAME = 60
LONGEST_INITIALS = 3
"""JP and AJB are greeted as they are, ANNA as Anna."""

MOST_FILES = 3
OURS = frozenset({TIME_LIMIT, MEMORY_LIMIT, WORKER_DIED})
"""Trouble that sending the film once more wouldn't mend."""

SOUNDS_AGAINST = {"hip_drive": "hinge_pattern"}
"""Praise that is true but jars beside this trouble: "your hips do the folding" where they
rise first."""

_ORDER = {"fault": 2, "watch": 1}


@functools.cache
def texts() -> dict[str, Any]:
    """Everything in ``messages.toml``."""
    return tomllib.loads(files("formcheck.batch").joinpath("messages.toml").read_text("utf-8"))


def message(
    name: str,
    sets: Sequence[StoredSet],
    main: Mapping[str, Verdict],
    amiss: Mapping[str, Collection[str]] | None = None,
) -> str:
    """Write to a client about what came in: the newest day of what is new, with all its sets.

    The thing to work on is a fault before what is worth watching, what most sets show
    before the rest, then that of the heaviest. A file that couldn't be used has a sentence
    of its own at the end. When nothing is new, the newest day is spoken of.

    Parameters
    ----------
    name
        As the coach calls the client; "" when nobody knows.
    sets
        The client's, at least one, in any order.
    main
        The verdict of a set's main cue, by content.
    amiss
        The cues that each set shows a fault or something to watch in, by content.
    """
    new = [one for one in sets if not one.looked] or sets
    judged = [one for one in new if one.summary is not None]
    day = max(one.date for one in judged or new)
    judged = [one for one in judged if one.date == day]
    came = {one.analysed_at.date() for one in judged}
    told = _files(
        [
            one
            for one in new
            if one.summary is None and (one.date >= day or one.analysed_at.date() in came)
        ]
    )
    if judged:
        one = max(judged, key=lambda one: _weight(one, judged, main))
        told = [*_praise(name, one, judged, amiss or {}), _thing(one, judged, main), *told]
    else:
        told = [texts()["praise"]["video"].format(name=_greeted(name)), *told]
    return " ".join(told)


def _praise(
    name: str,
    one: StoredSet,
    judged: Sequence[StoredSet],
    amiss: Mapping[str, Collection[str]],
) -> list[str]:
    """One true praise, of ``one`` if there is any: not what a set of that lift shows amiss."""
    table, greeted = texts()["praise"], _greeted(name)
    for other in (one, *judged):
        of_lift = [each for each in judged if each.lift == other.lift]
        cues = {cue for each in of_lift for cue in amiss.get(each.content, ())}
        cues |= {SOUNDS_AGAINST[cue] for cue in cues & SOUNDS_AGAINST.keys()}
        untrue = {words.praise(cue) for cue in cues & words.texts().keys()}
        assert other.summary is not None  # so they were chosen
        praise = _inner(other.summary.praise, WELL_DONE)
        if praise and praise not in untrue:
            return [table["known"].format(name=greeted, lift=_lifts(other), praise=praise)]
    return [table["unknown"].format(name=greeted, lift=_lifts(one))]


def _thing(one: StoredSet, judged: Sequence[StoredSet], main: Mapping[str, Verdict]) -> str:
    assert one.summary is not None  # so they were chosen
    advice, table = one.summary.main_advice, texts()["thing"]
    said = _inner(advice, SEE_MORE)
    thing = "; ".join(part for part in said.split("; ") if OPTION not in part)
    if not thing:
        return str(table["which_lift" if "--lift" in said else "again"])
    if advice.startswith(SEE_MORE):
        return str(table["see_more"].format(thing=thing))
    if one.summary.main_cue is None:
        return str(table["go_on"].format(thing=thing))
    return str(table["work"].format(thing=thing, where=_where(one, judged, main)))


def _where(one: StoredSet, judged: Sequence[StoredSet], main: Mapping[str, Verdict]) -> str:
    """In which of the day's sets the thing was seen; "" when there is but one."""
    if len(judged) == 1:
        return ""
    table, seen = texts()["where"], _alike(one, judged, main)
    if seen > 1:
        return str(table["some_of"].format(seen=seen, sets=len(judged)))
    load = load_of(one)
    weight = table["load"].format(load=f"{load:g}") if load > 0 else ""
    lift = LIFTS[one.lift].title if one.lift in LIFTS else "lift"
    return str(table["one_of"].format(sets=len(judged), lift=lift, load=weight))


def _alike(one: StoredSet, judged: Sequence[StoredSet], main: Mapping[str, Verdict]) -> int:
    """How many of the sets have the same main cue, and that no better."""
    return sum(
        _cue(other) == _cue(one)
        and _ORDER.get(main.get(other.content, "good"), 0)
        >= _ORDER.get(main.get(one.content, "good"), 0)
        for other in judged
    )


def _weight(
    one: StoredSet, judged: Sequence[StoredSet], main: Mapping[str, Verdict]
) -> tuple[float, ...]:
    load, score = load_of(one), score_of(one)
    return (
        _ORDER.get(main.get(one.content, "good"), 0),
        _alike(one, judged, main) if _cue(one) else 0,
        -1.0 if math.isnan(load) else load,
        -100.0 if math.isnan(score) else -score,
    )


def _cue(one: StoredSet) -> str | None:
    return None if one.summary is None else one.summary.main_cue


def _files(unused: Sequence[StoredSet]) -> list[str]:
    """A sentence on the files that couldn't be opened, one on those that show no lift."""
    found: dict[str, list[str]] = {}
    for one in unused:
        kind = "ours" if one.state == "failed" and one.error in OURS else one.state
        found.setdefault(kind, []).append(_cut(one.file.replace("\\", "/").rpartition("/")[2]))
    return [
        texts()["file"][kind].format(files=_listed(names), it="it" if len(names) == 1 else "them")
        for kind in ("failed", "not_a_lift", "ours")
        if (names := found.get(kind))
    ]


def _listed(names: Sequence[str]) -> str:
    some = list(names) if len(names) <= MOST_FILES else [*names[: MOST_FILES - 1]]
    if len(some) < len(names):
        some.append(f"{len(names) - len(some)} more")
    return some[0] if len(some) == 1 else f"{', '.join(some[:-1])} and {some[-1]}"


def _lifts(one: StoredSet) -> str:
    return f"{LIFTS[one.lift].title}s" if one.lift in LIFTS else "lifts"


def _greeted(name: str) -> str:
    first = first_name(name)
    return f" {first}" if first else ""


def first_name(name: str) -> str:
    """Give the name that a person is greeted by: the first, of "Last, First" the second.

    An initial is no name to greet by: then all of it stays. Letters that are all small, or
    all capitals, become as names are written.
    """
    last, comma, first = one_line(name.replace("_", " ")).partition(", ")
    parts = (first if comma and first.strip() else last).split()
    parts = [part for part in parts if any(sign.isalpha() for sign in part)]
    if not parts:
        return _cut(one_line(name))
    is_initial = len(parts[0].rstrip(".")) == 1 and parts[0].isascii()
    called = " ".join(parts) if is_initial else parts[0]
    if called.islower() or (called.isupper() and len(called) > LONGEST_INITIALS):
        called = called.title()
    return _cut(called)


def _cut(name: str) -> str:
    """A name on one line; control signs in it would not paste."""
    tidy = one_line(name)
    return tidy if len(tidy) <= LONGEST_NAME else tidy[: LONGEST_NAME - 1].rstrip() + "…"


def _inner(text: str, start: str) -> str:
    """The first sentence without its opening words and full stop, as the end of another."""
    sentence = text.removeprefix(start).split(". ", maxsplit=1)[0].strip().rstrip(".")
    return sentence[:1].lower() + sentence[1:]
