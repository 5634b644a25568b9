"""What a report shows where it isn't sure which of two lifts it is: the verdicts as each."""

from __future__ import annotations

import shlex
from typing import Any

from formcheck.report import wording
from formcheck.report.record import Analysis, printable
from formcheck.reps.lifts import LIFTS


def either(analysis: Analysis) -> list[dict[str, Any]]:
    """Give for each lift that it may be: its title, its verdicts, and what settles it.

    ``rows`` are verdict, title and value of each cue of the set that can be judged as that
    lift, the worst first; ``unjudged`` says how many can't.
    """
    return [_as(one) for one in analysis.either]


def _as(one: Analysis) -> dict[str, Any]:
    found = one.summary.findings.values()
    judged = [each for each in found if each.verdict != "cannot_judge"]
    judged.sort(key=lambda each: wording.WORST_FIRST.index(each.verdict))
    titles = {each.cue: wording.cue_title(each.cue, one.cues.get(each.cue)) for each in judged}
    file = shlex.quote(printable(one.source.file))
    return {
        "title": LIFTS[one.lift.name].title,
        "name": one.lift.name,
        "tally": wording.tally(one),
        "advice": one.summary.main_advice,
        "rows": [(each.verdict, titles[each.cue], wording.amount(each)) for each in judged],
        "unjudged": len(found) - len(judged),
        "command": f"formcheck analyze {file} --lift {one.lift.name}",
    }
