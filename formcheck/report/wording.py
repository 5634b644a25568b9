"""Words and symbols for verdicts, numbers and lifts, the same in every output.

A verdict is never shown by colour alone: it has a symbol and a word. A number
is never shown without its uncertainty.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from formcheck.cues.judging import words
from formcheck.cues.judging.explain import change_in_words, lift_name
from formcheck.cues.judging.limits import Limit
from formcheck.cues.judging.otherwise import Edges, edges
from formcheck.data import CueInfo, Finding, JudgedRep, Verdict
from formcheck.film_time import clock
from formcheck.report.record import Analysis

SYMBOLS: Mapping[Verdict, str] = {"good": "✓", "watch": "!", "fault": "✕", "cannot_judge": "?"}
WORDS: Mapping[Verdict, str] = {
    "good": "Good",
    "watch": "Watch",
    "fault": "Fault",
    "cannot_judge": "Can't judge",
}
WORST_FIRST: tuple[Verdict, ...] = ("fault", "watch", "cannot_judge", "good")

_UNITS = {"deg": "°", "": "", "ratio": "", "%": " %", "s": " s", "m": " m"}


def lift_title(name: str) -> str:
    """Give the name of a lift for a headline: ``romanian_deadlift`` → "Romanian deadlift"."""
    return name.replace("_", " ").capitalize()


def sentence(text: str) -> str:
    """Begin a text with a capital letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def part_of_film(analysis: Analysis) -> str:
    """Which set of the film it is: "Set 2 of 3 · 0:12–0:25 of the film"; "" when it is all."""
    part = analysis.part
    if analysis.track.part is None:
        return ""
    when = f"{clock(part.start_s)}–{clock(part.end_s)} of the film"
    return when if part.of == 1 else f"Set {part.number} of {part.of} · {when}"


def number(value: float, sigma: float, unit: str, unit_cm: float | None = None) -> str:
    """Write a value with its unit, as precisely as its uncertainty allows."""
    times, unit_text = _unit(unit, unit_cm)
    return _digits(value * times, sigma * times) + unit_text


def amount(finding: Finding) -> str:
    """Write a finding's value with its uncertainty: "30 ± 2°"; empty when there is none."""
    if not math.isfinite(finding.value):
        return ""
    if not math.isfinite(finding.sigma):
        return number(finding.value, math.nan, finding.unit, finding.unit_cm)
    return with_error(finding.value, finding.sigma, finding.unit, finding.unit_cm)


def with_error(value: float, sigma: float, unit: str, unit_cm: float | None = None) -> str:
    """Write a value with its uncertainty and unit: "30 ± 2°"."""
    times, unit_text = _unit(unit, unit_cm)
    return plus_minus(value * times, sigma * times) + unit_text


def brief(finding: Finding) -> str:
    """Write it where its unit has been said: "70 ± 15 %" of "70 ± 15 % of your foot"."""
    return amount(finding).partition(" of your ")[0]


def plus_minus(value: float, sigma: float) -> str:
    """Write a number with its uncertainty, to its first digit: "0.37 ± 0.02"."""
    return f"{_digits(value, sigma)} ± {_digits(sigma, sigma)}"


def _unit(unit: str, unit_cm: float | None = None) -> tuple[float, str]:
    """Give the factor and the words for a unit: shares are read as percent."""
    if unit == "share":
        return 100.0, " %"
    times, shown = words.shown_unit(unit, unit_cm)
    return times, _UNITS.get(shown, f" {shown.replace('_', ' ')}")


def edges_of(finding: Finding) -> Edges | None:
    """Where a finding's number would get another verdict; None where that isn't known.

    These, not the limits, are what is shown: a fault and all that is weakly founded must
    clear their limit by the number's own sigma.
    """
    known = (finding.value, finding.sigma, finding.watch_limit, finding.fault_limit)
    if not all(math.isfinite(one) for one in known):
        return None
    limit = Limit(finding.watch_limit, finding.fault_limit, finding.unit, "", finding.most)
    return edges(limit, finding.sigma)


def edge(finding: Finding, at: float) -> str:
    """Write one of a finding's edges, as precisely as its number: "51°"."""
    return number(at, finding.sigma, finding.unit, finding.unit_cm)


def _digits(value: float, sigma: float) -> str:
    """Write a number to the first digit of its uncertainty, at most three decimals."""
    decimals = 0
    if math.isfinite(sigma) and sigma > 0:
        decimals = min(3, max(0, math.ceil(-math.log10(sigma))))
    text = f"{value:.{decimals}f}"
    if not float(text):
        text = text.lstrip("-")
    return text.replace("-", "−")


def cue_title(cue: str, info: CueInfo | None) -> str:
    """Give a cue's name for people, made of its id where it has no words."""
    return info.title if info else lift_title(cue)


def unjudged_cues(analysis: Analysis) -> list[str]:
    """Give the cues that no repetition shows, in their order."""
    cues = dict.fromkeys(cue for one in analysis.reps for cue in one.findings)
    return [
        cue
        for cue in cues
        if all(
            one.findings[cue].verdict == "cannot_judge"
            for one in analysis.reps
            if cue in one.findings
        )
    ]


def judged_cues(analysis: Analysis) -> list[str]:
    """Give the cues that some repetition shows: those with the most to say first."""
    hidden = set(unjudged_cues(analysis))
    cues = dict.fromkeys(cue for one in analysis.reps for cue in one.findings if cue not in hidden)

    def rank(cue: str) -> tuple[int, int]:
        verdicts = [one.findings[cue].verdict for one in analysis.reps if cue in one.findings]
        return -verdicts.count("fault"), -verdicts.count("watch")

    return sorted(cues, key=rank)


def limits_changed(analysis: Analysis) -> list[str]:
    """Name what a coach's file changed of the limits for this lift, a line a cue."""
    lines: dict[tuple[str, str], list[str]] = {}
    for one in analysis.limits_changed:
        if one.key != "source" and one.lift in ("any", analysis.lift.name):
            said = change_in_words(one.key, one.value, one.standard, one.unit)
            lines.setdefault((one.cue, one.lift), []).append(said)
    return [
        f"{cue_title(cue, analysis.cues.get(cue))} ({lift_name(lift)}): {', '.join(said)}"
        for (cue, lift), said in lines.items()
    ]


def severity(finding: Finding) -> float:
    """Give how far past its limit a finding is, in steps from watch to fault.

    0 at the watch limit, 1 at the fault limit; ``-inf`` when it can't be told.
    """
    step = finding.fault_limit - finding.watch_limit
    if not (math.isfinite(step) and math.isfinite(finding.value)) or step == 0:
        return -math.inf
    return (finding.value - finding.watch_limit) / step


def sorted_findings(judged: JudgedRep) -> list[Finding]:
    """Order a rep's findings for reading: the worst verdict first, then the furthest past."""
    return sorted(
        judged.findings.values(), key=lambda f: (WORST_FIRST.index(f.verdict), -severity(f))
    )


def worst(judged: JudgedRep) -> Verdict:
    """Give the verdict a rep is marked with: its worst.

    "good" only where enough was judged to give a score: a repetition of which a tenth is
    seen isn't a good one.
    """
    verdicts = {finding.verdict for finding in judged.findings.values()}
    if verdicts & {"fault", "watch"}:
        return "fault" if "fault" in verdicts else "watch"
    return "good" if math.isfinite(judged.score) else "cannot_judge"


def tally(analysis: Analysis) -> str:
    """How many cues of the set are what: "1 thing to fix · 2 to watch · 8 good".

    Empty where nothing could be judged.
    """
    verdicts = [one.verdict for one in analysis.summary.findings.values()]
    fix, watch, good = (verdicts.count(one) for one in ("fault", "watch", "good"))
    parts = [
        f"{fix} thing{'' if fix == 1 else 's'} to fix" if fix else "",
        f"{watch} to watch" if watch else "",
        f"{good} good" if good else "",
    ]
    return " · ".join(part for part in parts if part)


def tempo(judged: JudgedRep, *, starts_low: bool) -> str:
    """Write a rep's tempo in the order it was lifted: "1.1 s up, 1.2 s down"."""
    rep = judged.rep
    up, down = f"{rep.concentric_s:.1f} s up", f"{rep.eccentric_s:.1f} s down"
    parts = [up, down] if starts_low else [down, up]
    if math.isfinite(rep.pause_s) and rep.pause_s >= 0.1:
        parts.insert(0 if starts_low else 1, f"{rep.pause_s:.1f} s pause")
    return ", ".join(part for part in parts if not part.startswith("nan"))
