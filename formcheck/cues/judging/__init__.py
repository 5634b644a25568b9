"""What every cue stands on and is judged by: no file here is a cue, and none imports one.

``seen`` the set as cues read it · ``base`` what a cue is, and the one decision rule ·
``feet``, ``frontal``, ``pace`` what several cues measure with · ``limits``, ``words``,
``guidance`` the numbers and sentences of the ``.toml`` files · ``judge``, ``score``,
``summary`` verdicts of repetitions and sets · ``measures`` numbers that nothing judges ·
``sides``, ``training``, ``tempo_plan`` what a coach's lists say · ``explain``,
``otherwise`` a cue and a verdict in words.
"""
