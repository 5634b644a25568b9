"""A message to a client, ready to paste: two sentences, one praise, one thing.

The words are those of the set's own summary (``cues/advice.toml``) inside the frames
of ``messages.toml``.
"""

from __future__ import annotations

import functools
import math
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from formcheck.cues.judging import words
from formcheck.data import Verdict
from formcheck.history.names import one_line
from formcheck.history.stored import StoredSet
from formcheck.history.trend import load_of, score_of
from formcheck.reps.lifts import LIFTS

WELL_DONE = "Well done: "
SEE_MORE = "To see more next time: "
LONGEST_NAME = 60


@functools.cache
def texts() -> dict[str, Any]:
    """Everything in ``messages.toml``."""
    return tomllib.loads(files("formcheck.batch").joinpath("messages.toml").read_text("utf-8"))


def message(name: str, sets: Sequence[StoredSet], main: Mapping[str, Verdict]) -> str:
    """Write to a client about their newest session.

    Of its sets the one with a fault is spoken of before one that is worth watching,
    and the heavier before the lighter.

    Parameters
    ----------
    name
        As the coach calls the client; "" when nobody knows.
    sets
        The client's, at least one, in any order.
    main
        The verdict of a set's main cue, by content.
    """
    newest = max(one.date for one in sets)
    judged = [one for one in sets if one.date == newest and one.summary is not None]
    if not judged:
        seen = any(one.date == newest and one.state == "not_a_lift" for one in sets)
        return _joined(name, "video", "", texts()["thing"]["again" if seen else "send_again"])
    one = max(judged, key=lambda one: _weight(one, main))
    assert one.summary is not None  # so they were chosen
    praise = _praise(one, judged, main)
    advice = one.summary.main_advice
    kind = "see_more" if advice.startswith(SEE_MORE) else "work"
    thing = _inner(advice, SEE_MORE)
    if not thing:
        return _joined(name, _lifts(one), praise, texts()["thing"]["again"])
    return _joined(name, _lifts(one), praise, texts()["thing"][kind].format(thing=thing))


def _praise(one: StoredSet, judged: Sequence[StoredSet], main: Mapping[str, Verdict]) -> str:
    """What a set is praised for; not what another set of that lift and day shows a fault in."""
    of_lift = [one, *(other for other in judged if other.lift == one.lift and other is not one)]
    summaries = [(other.content, other.summary) for other in of_lift if other.summary is not None]
    amiss = {
        words.praise(summary.main_cue)
        for content, summary in summaries
        if summary.main_cue is not None and main.get(content) in ("watch", "fault")
    }
    praises = (_inner(summary.praise, WELL_DONE) for _, summary in summaries)
    return next((praise for praise in praises if praise and praise not in amiss), "")


def _weight(one: StoredSet, main: Mapping[str, Verdict]) -> tuple[int, float, float]:
    order = {"fault": 2, "watch": 1}
    load, score = load_of(one), score_of(one)
    return (
        order.get(main.get(one.content, "good"), 0),
        -1.0 if math.isnan(load) else load,
        -100.0 if math.isnan(score) else -score,
    )


def _joined(name: str, lifts: str, praise: str, second: str) -> str:
    table = texts()
    first = table["praise"]["known" if praise else "unknown"].format(
        name=_called(name), lift=lifts, praise=praise
    )
    return f"{first} {second}"


def _lifts(one: StoredSet) -> str:
    return f"{LIFTS[one.lift].title}s" if one.lift in LIFTS else "lifts"


def _called(name: str) -> str:
    """The name on one line with its comma; control signs in it would not paste."""
    tidy = one_line(name)
    if len(tidy) > LONGEST_NAME:
        tidy = tidy[: LONGEST_NAME - 1].rstrip() + "…"
    return f", {tidy}" if tidy else ""


def _inner(text: str, start: str) -> str:
    """The first sentence without its opening words and full stop, as the end of another."""
    sentence = text.removeprefix(start).split(". ", maxsplit=1)[0].strip().rstrip(".")
    return sentence[:1].lower() + sentence[1:]
