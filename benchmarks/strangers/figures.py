"""What is asked of the films, and how well they answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.strangers.answers import Film
from benchmarks.strangers.shares import (
    Calibration,
    Ranking,
    Share,
    calibration,
    ranking,
    share,
)
from formcheck.reps.lifts import LIFTS

ROUNDING = "lumbar_rounding"


@dataclass(frozen=True)
class Question:
    """A yes or no that is asked of films.

    asks  for people
    goal  the share that is wanted, None for none
    told  whether it is so; None where a film isn't asked
    """

    asks: str
    goal: float | None
    told: Callable[[Film], bool | None]


def _misses(film: Film) -> int:
    """By how many repetitions the count is off."""
    return min(abs(film.reps - right) for right in film.label.counts)


def is_counted(film: Film) -> bool | None:
    """The count is right, of films with a lift of ours."""
    return _misses(film) == 0 if film.label.is_lift else None


def _nearly_counted(film: Film) -> bool | None:
    return _misses(film) <= 1 if film.label.is_lift else None


def _if_sure(told: Callable[[Film], bool | None]) -> Callable[[Film], bool | None]:
    return lambda film: told(film) if film.label.is_sure else None


def _asked_name(film: Film) -> bool:
    """There is a lift to name: not where only poses are kept, or no repetition is there."""
    label = film.label
    return label.is_lift and label.group != "tables" and (film.reps > 0 or 0 not in label.counts)


def is_named(film: Film) -> bool | None:
    """The name is right; no name is wrong."""
    return film.is_named if _asked_name(film) else None


def is_among(film: Film) -> bool | None:
    """The name, or one of the two that are given, is right."""
    return bool(set(film.candidates) & set(film.label.names)) if _asked_name(film) else None


def is_kin(film: Film) -> bool | None:
    """The family is right, of films that were given a name."""
    if not _asked_name(film) or not film.lift:
        return None
    return family(film.lift) == film.label.family


def family(lift: str) -> str:
    """The family of a name; "squat" and "hinge" are their own."""
    return LIFTS[lift].family if lift in LIFTS else lift


def is_refused(film: Film) -> bool | None:
    """Nothing is counted, of films without a lift of ours."""
    return None if film.label.is_lift else film.reps == 0


def _has_answer(film: Film) -> bool | None:
    return film.reps > 0 if _asked_name(film) else None


def _has_score(film: Film) -> bool | None:
    if not _asked_name(film):
        return None
    return film.main is not None and film.main["set"]["score"] is not None


QUESTIONS = (
    Question("repetitions exact, sure counts", 0.95, _if_sure(is_counted)),
    Question("repetitions exact, all", 0.95, is_counted),
    Question("off by one at most, sure counts", 0.99, _if_sure(_nearly_counted)),
    Question("off by one at most, all", 0.99, _nearly_counted),
    Question("anything counted, where there is a lift", None, _has_answer),
    Question("lift named exactly", 0.85, is_named),
    Question("named, or one of the named two", 0.95, is_among),
    Question("hinge or squat right, where named", 0.99, is_kin),
    Question("other movements not counted", 1.0, is_refused),
    Question("films with a score", None, _has_score),
)


def answer(films: Iterable[Film], question: Question) -> Share:
    """How many of the films that are asked say yes."""
    told = [(film.label.source, question.told(film)) for film in films]
    return share((source, int(one), 1) for source, one in told if one is not None)


def is_held(film: Film, cue: str) -> bool:
    """A fault of this cue is a false one: nobody saw one, and nobody named the cue."""
    seen = film.label.seen
    faultless = seen.called in {"correct", "clean", "unstated"} and not seen.faults | seen.either
    return film.label.is_lift and faultless and cue not in seen.named


def called(films: Iterable[Film], *verdicts: str, unstated: bool) -> dict[str, Share]:
    """Judged repetitions without a fault that are called so, by cue.

    ``unstated`` takes the films of which nothing is said and nothing was noted, else
    those that are called correct or in which no fault was seen.
    """
    cases: dict[str, list[tuple[str, int, int]]] = {}
    for film in films:
        if (film.label.seen.called == "unstated") != unstated:
            continue
        for cue, verdict in film.verdicts:
            if verdict != "cannot_judge" and is_held(film, cue):
                one = (film.label.source, int(verdict in verdicts), 1)
                cases.setdefault(cue, []).append(one)
    return {cue: share(cases[cue]) for cue in sorted(cases)}


def false_faults(films: Iterable[Film], *, unstated: bool) -> dict[str, Share]:
    """Judged repetitions without a fault that are called one, by cue; see ``called``."""
    return called(films, "fault", unstated=unstated)


def faults_said(film: Film) -> list[str]:
    """Cues with a fault in a repetition that nobody saw one in."""
    cues = {cue for cue, verdict in film.verdicts if verdict == "fault" and is_held(film, cue)}
    return sorted(cues)


def faults_missed(film: Film) -> list[str]:
    """Cues of labelled faults that are nowhere called a fault or to watch.

    Where one of two is labelled, either counts. "cannot judge" isn't a miss of the verdict
    but of the film, and is missed all the same.
    """
    seen = film.label.seen
    found = {cue for cue, verdict in film.verdicts if verdict in {"fault", "watch"}}
    missed = sorted(seen.faults - found)
    if seen.either and not seen.either & found:
        missed.append(" or ".join(sorted(seen.either)))
    return missed if film.label.is_lift and 0 not in film.label.counts else []


@dataclass(frozen=True)
class Wrong:
    """One thing that went wrong with a film.

    kind   "count", "name", "family", "counted" (another movement), "false fault", "missed", or
           "unjudged": a labelled fault of which nothing could be said
    words  what, for people
    cue    whose fault, where it is one
    """

    kind: str
    words: str
    cue: str = ""


def wrongs(film: Film) -> list[Wrong]:
    """All that went wrong with a film."""
    label, out = film.label, []
    if is_refused(film) is False:
        return [Wrong("counted", f"{film.reps} of {film.lift} counted, of another movement")]
    if is_counted(film) is False:
        sure = "" if label.is_sure else " (not sure)"
        right = "-".join(map(str, label.counts))
        why = f": {film.problem}" if film.problem else ""
        out.append(Wrong("count", f"{film.reps} counted, {right} labelled{sure}{why}"))
    if is_named(film) is False and film.lift:
        kind = "name" if is_kin(film) else "family"
        other = " or ".join(film.candidates[1:])
        near = f" (or {other})" if other else ""
        right = " or ".join(label.names)
        words = f"{film.lift} {film.confidence:.2f}{near}, labelled {right}"
        out.append(Wrong(kind, words))
    for cue in faults_said(film):
        said = [verdict for one, verdict in film.verdicts if one == cue]
        judged = sum(verdict != "cannot_judge" for verdict in said)
        words = f"{cue} a fault in {said.count('fault')} of {judged} judged"
        out.append(Wrong("false fault", words, cue))
    for cue in faults_missed(film) if film.reps else ():
        first = cue.split(" or ", maxsplit=1)[0]
        verdicts = {verdict for one, verdict in film.verdicts if one in cue.split(" or ")}
        judged = bool(verdicts - {"cannot_judge"})
        words = f"{cue} labelled, {'not found' if judged else 'not judged'}"
        out += [Wrong("missed" if judged else "unjudged", words, first)]
    return out


def found_faults(films: Iterable[Film]) -> dict[str, tuple[Share, Share]]:
    """By cue, of the films with a labelled fault: called a fault, or to watch; judged at all."""
    cases: dict[str, list[tuple[str, bool, bool]]] = {}
    for film in films:
        seen = film.label.seen
        told = list(film.verdicts)
        groups = [(cue,) for cue in seen.faults] + (
            [tuple(sorted(seen.either))] if seen.either else []
        )
        for cues in groups if film.label.is_lift else ():
            said = {verdict for cue, verdict in told if cue in cues}
            one = (
                film.label.source,
                bool(said & {"fault", "watch"}),
                bool(said - {"cannot_judge"}),
            )
            cases.setdefault(" or ".join(cues), []).append(one)
    return {
        cue: (
            share((source, int(found), 1) for source, found, _ in cases[cue]),
            share((source, int(judged), 1) for source, _, judged in cases[cue]),
        )
        for cue in sorted(cases)
    }


def rounding(films: Iterable[Film]) -> Ranking:
    """How well the line of the back tells rounded from flat hinges: the sets' medians."""
    cases = []
    for film in films:
        seen, values = film.label.seen, film.values(ROUNDING)
        rounded = ROUNDING in seen.faults | seen.either
        asked = rounded or (seen.flat and ROUNDING not in seen.doubts)
        if film.label.family == "hinge" and asked and values:
            cases.append((film.label.source, median(values), rounded))
    return ranking(cases)


def confidence(films: Iterable[Film]) -> Calibration:
    """How well the confidence in a name says how often it is right."""
    named = [film for film in films if _asked_name(film) and film.lift]
    return calibration([(one.label.source, one.confidence, one.is_named) for one in named])


@dataclass(frozen=True)
class Judged:
    """How much is judged of one kind of film: films, their median share, those with a score."""

    films: int
    share: float
    scores: int


def judged_shares(films: Iterable[Film]) -> dict[tuple[str, str], Judged]:
    """By family and view: the median of the sets' judged shares; 0 where nothing is."""
    kinds: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    for film in films:
        if _asked_name(film):
            said = film.main["set"] if film.main else {"judged_share": 0.0, "score": None}
            one = (float(said["judged_share"] or 0.0), said["score"] is not None)
            kinds.setdefault((film.label.family, film.label.view), []).append(one)
    return {
        kind: Judged(len(own), median(one for one, _ in own), sum(has for _, has in own))
        for kind, own in sorted(kinds.items())
    }


def sources_of(films: Sequence[Film]) -> list[str]:
    """The films' sources, in their order."""
    return list(dict.fromkeys(film.label.source for film in films))
