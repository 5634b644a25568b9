"""The ``formcheck.analysis/1`` form: what is in an ``analysis.json``, field by field.

The one description of it: it is written field by field from these types, read back
against them, and ``formcheck schema`` prints their JSON Schema. Times are seconds of the
source. What stands under ``extra_json_schema`` is promised of films that we read; poses
of others may say otherwise of theirs, and are read back all the same.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from formcheck.data import Facing, Verdict, ViewName

SCHEMA_ID = "formcheck.analysis/1"

MOST_NUMBER = 1e9
"""Seconds, degrees, pixels: nothing that we write comes near."""

MOST_REPS = 10_000

Count = Annotated[int, Meta(ge=0, le=int(MOST_NUMBER))]
From1 = Annotated[int, Meta(ge=1, le=int(MOST_NUMBER))]
Moment = Annotated[float, Meta(ge=0, le=MOST_NUMBER)]
Number = Annotated[float, Meta(ge=-MOST_NUMBER, le=MOST_NUMBER)] | None
"""Not known is null, as all that follow."""

Positive = Annotated[Number, Meta(extra_json_schema={"minimum": 0})]
Share = Annotated[Number, Meta(extra_json_schema={"minimum": 0, "maximum": 1})]
Score = Annotated[Number, Meta(extra_json_schema={"minimum": 0, "maximum": 100})]
Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]


class FormFinding(Struct, kw_only=True):
    """What one cue says.

    When fault_limit is larger than watch_limit a larger value is worse, otherwise a
    smaller one is.
    """

    verdict: Annotated[Verdict, Meta(description="The verdict.")]
    value: Annotated[Number, Meta(description="The measured value, in `unit`.")]
    unit: Annotated[
        str, Meta(description="Unit of value, sigma and limits; empty for a plain number.")
    ]
    sigma: Annotated[Positive, Meta(description="Standard deviation of the value, in `unit`.")]
    watch_limit: Annotated[Number, Meta(description="From here on it is worth watching.")]
    fault_limit: Annotated[Number, Meta(description="From here on it is a fault.")]
    at_s: Annotated[Number, Meta(description="The moment the value was taken, in seconds.")]
    reason: Annotated[str, Meta(description="Why this verdict, in a sentence.")]
    advice: Annotated[str, Meta(description="What to try; may be empty.")]


class FormPhases(Struct, kw_only=True):
    """Durations of a repetition's parts."""

    eccentric_s: Annotated[Number, Meta(description="Lowering, in seconds.")]
    pause_s: Annotated[Number, Meta(description="Stillness at the bottom, in seconds.")]
    concentric_s: Annotated[Number, Meta(description="Rising, in seconds.")]


class FormRep(Struct, kw_only=True):
    """One repetition. A deadlift starts at the bottom, a squat at the top."""

    index: Annotated[From1, Meta(description="Number of the repetition, from 1.")]
    start_s: Annotated[Moment, Meta(description="Start, in seconds.")]
    bottom_s: Annotated[Number, Meta(description="Lowest point, in seconds.")]
    top_s: Annotated[Number, Meta(description="Standing point, in seconds.")]
    end_s: Annotated[Moment, Meta(description="End, in seconds.")]
    complete: Annotated[
        bool, Meta(description="False when the recording begins or ends inside it.")
    ]
    phases: Annotated[FormPhases, Meta(description="Durations.")]
    measures: Annotated[
        dict[Name, Number],
        Meta(description="Measured quantities by name; the unit is in the name."),
    ]
    score: Annotated[
        Score,
        Meta(description="0 to 100; null when less than half of the cues could be judged."),
    ]
    cues: Annotated[
        dict[Name, FormFinding], Meta(description="Findings about this repetition, by cue id.")
    ]


class FormRemedy(Struct, kw_only=True):
    """What to change when filming next time."""

    how: Annotated[str, Meta(description="In words; the advice of findings that aren't judged.")]
    unlocks: Annotated[
        Share,
        Meta(description="How much of what counts isn't judged for want of it, by weight."),
    ]


class FormSet(Struct, kw_only=True):
    """The set as a whole."""

    headline: Annotated[str, Meta(description="The verdict in one sentence.")]
    praise: Annotated[str, Meta(description="One true good thing; may be empty.")]
    main_advice: Annotated[str, Meta(description="The one thing to work on; may be empty.")]
    main_cue: Annotated[str | None, Meta(description="Cue id the main advice is about.")]
    main_reason: Annotated[
        str,
        Meta(description="Why that cue comes first, in a sentence; empty when there is none."),
    ] = ""
    score: Annotated[Score, Meta(description="0 to 100; null when too little could be judged.")]
    score_reason: Annotated[
        str, Meta(description="The score explained in a sentence, or why there is none.")
    ] = ""
    judged_share: Annotated[
        Share,
        Meta(description="How much of what counts is judged, by weight, of what applies."),
    ]
    remedies: Annotated[
        list[FormRemedy],
        Meta(description="What would let more be judged, the one that unlocks most first."),
    ] = []
    cues: Annotated[dict[Name, FormFinding], Meta(description="Findings about the set, by cue id.")]


class FormChange(Struct, kw_only=True):
    """What a coach's own limits file set differently from the standard."""

    cue: Annotated[str, Meta(description="Id of the cue.")]
    lift: Annotated[str, Meta(description='Id of the lift, or "any".')]
    key: Annotated[
        Literal["watch", "fault", "most", "weight", "source"], Meta(description="What was changed.")
    ]
    value: Annotated[float | str, Meta(description="As the coach's file has it.")]
    standard: Annotated[float | str, Meta(description="As the standard limits have it.")]
    unit: Annotated[str, Meta(description="Unit of watch and fault limits of this cue.")]


class FormSource(Struct, kw_only=True):
    """The recording, or the file of saved poses, that was analysed."""

    file: Annotated[str, Meta(description="File name.")]
    sha256: Annotated[
        str,
        Meta(
            extra_json_schema={"pattern": "^([0-9a-f]{64})?$"},
            description="SHA-256 of the file, in hexadecimal; empty when there was no file.",
        ),
    ]
    width: Annotated[Count, Meta(description="Width of the upright picture, in pixels.")]
    height: Annotated[Count, Meta(description="Height of the upright picture, in pixels.")]
    rotation_deg: Annotated[
        int,
        Meta(
            ge=-360,
            le=360,
            extra_json_schema={"enum": [0, 90, 180, 270]},
            description="Clockwise turn that made the picture upright, in degrees.",
        ),
    ]
    duration_s: Annotated[Positive, Meta(description="Duration of what was read, in seconds.")]
    frames: Annotated[Count, Meta(description="Number of frames read.")]
    frame_rate_hz: Annotated[
        Positive, Meta(description="Mean rate of the frames read, per second.")
    ]
    variable_rate: Annotated[bool, Meta(description="Whether the time between frames varies.")]
    sampled_hz: Annotated[
        Positive, Meta(description="Rate at which frames were analysed, per second.")
    ]


class FormPart(Struct, kw_only=True):
    """Which set of the film this is; a film of one set is set 1 of 1."""

    set: Annotated[From1, Meta(description="Number of the set, from 1.")]
    of: Annotated[From1, Meta(description="How many sets the film holds.")]
    start_s: Annotated[
        Number, Meta(description="Where what was judged begins, in seconds of the film.")
    ]
    end_s: Annotated[
        Number, Meta(description="Where what was judged ends, in seconds of the film.")
    ]


class FormBar(Struct, kw_only=True):
    """The barbell, by its plate nearer to the camera.

    How it goes up in each repetition is among the repetition's measures, with a `_sigma`
    each: `bar_mean_m_s`, `bar_peak_m_s`, `bar_travel_m`, `bar_drift_cm`; where the plate's
    size is unknown in leg lengths, `bar_mean_legs_s`, `bar_peak_legs_s`, `bar_travel_legs`,
    `bar_drift_legs`.
    """

    kind: Annotated[Literal["plate"], Meta(description="What of the load was seen.")]
    diameter_m: Annotated[
        Positive, Meta(description="The plate's diameter in metres; null when it is unknown.")
    ]
    how: Annotated[
        Literal["given", "detected"] | None,
        Meta(description="Named by the user, or told from the leg; null when it is unknown."),
    ]
    px_per_m: Annotated[Positive, Meta(description="Pixels of a metre at the plate.")]
    px_per_m_sigma: Annotated[Positive, Meta(description="Standard deviation of px_per_m.")]
    found_share: Annotated[
        Share, Meta(description="Share of the frames in which the plate was found.")
    ]
    from_floor: Annotated[
        bool, Meta(description="Whether it stands on the floor before the first repetition.")
    ]
    speed_loss: Annotated[
        Number,
        Meta(
            description="How much slower the last way up is than the fastest, as a share of "
            "its mean speed."
        ),
    ]
    speed_loss_sigma: Annotated[Positive, Meta(description="Standard deviation of speed_loss.")]
    speed_lost: Annotated[
        bool,
        Meta(description="Whether that is more than the measurement and people's own spread make."),
    ]


class FormCandidate(Struct, kw_only=True):
    """A lift that it may be."""

    name: Annotated[str, Meta(description="Id of the lift.")]
    confidence: Annotated[Share, Meta(description="How likely it is this one.")]


class FormLift(Struct, kw_only=True):
    """Which lift it is."""

    name: Annotated[str, Meta(description="Id of the lift, as in `formcheck analyze --lift`.")]
    how: Annotated[
        Literal["given", "detected"], Meta(description="Named by the user, or recognised.")
    ]
    confidence: Annotated[Share, Meta(description="How sure the recognition is; 1 when given.")]
    candidates: Annotated[
        list[FormCandidate],
        Meta(
            description="The two likeliest lifts where it isn't sure which (below 0.8): what "
            "differs between them isn't judged. Empty where it is."
        ),
    ] = []


class FormView(Struct, kw_only=True):
    """Where the camera stands relative to the lifter."""

    name: Annotated[ViewName, Meta(description="The view in one word.")]
    facing: Annotated[
        Facing | None,
        Meta(description="Side of the picture the lifter faces; null from the front or back."),
    ]
    yaw_deg: Annotated[
        Number, Meta(description="0 for a true side view, 90 for front or back, in degrees.")
    ]
    yaw_sigma_deg: Annotated[
        Positive, Meta(description="Standard deviation of yaw_deg, in degrees.")
    ]


class FormWarning(Struct, kw_only=True):
    """One limitation."""

    code: Annotated[str, Meta(description="Stable identifier.")]
    message: Annotated[str, Meta(description="What was seen.")]
    how_to_fix: Annotated[str, Meta(description="How to film it next time; may be empty.")]


class FormQuality(Struct, kw_only=True):
    """What the recording allows."""

    lifter_coverage: Annotated[
        Share, Meta(description="Share of the frames in which the lifter was found.")
    ]
    people_seen: Annotated[Count, Meta(description="How many people were seen.")]
    side_swaps_repaired: Annotated[
        Count, Meta(description="How often left and right were exchanged and put back.")
    ]
    warnings: Annotated[list[FormWarning], Meta(description="What limits the answer.")]


class FormPerson(Struct, kw_only=True):
    """One person who was seen."""

    index: Annotated[Count, Meta(description="Number to give to `--lifter`.")]
    chosen: Annotated[bool, Meta(description="Whether this is the lifter.")]
    box_px: Annotated[
        list[Number],
        Meta(
            min_length=4,
            max_length=4,
            description="Median box in pixels of the upright picture: left, top, right, bottom.",
        ),
    ]
    coverage: Annotated[Share, Meta(description="Share of the scouted frames this person is in.")]
    lift_score: Annotated[Number, Meta(description="How much this person moves like a lifter.")]


class FormCue(Struct, kw_only=True):
    """One cue: what it asks and measures."""

    title: Annotated[str, Meta(description="Title in a few words.")]
    question: Annotated[str, Meta(description="The question the cue answers.")]
    quantity: Annotated[str, Meta(description="What is measured.")]
    source: Annotated[str, Meta(description="Where the limits come from.")]
    articles: Annotated[list[str], Meta(description="Ids of the articles that teach the cue.")]


class FormRejected(Struct, kw_only=True):
    """One stretch of movement that was not counted."""

    start_s: Annotated[Number, Meta(description="Start, in seconds.")]
    end_s: Annotated[Number, Meta(description="End, in seconds.")]
    reason: Annotated[str, Meta(description="Why it wasn't counted.")]


class FormAnalysis(Struct, kw_only=True):
    """What formcheck says of one recorded set.

    Times are presentation times of the source in seconds; angles are degrees; a number
    that isn't known is null.
    """

    schema: Annotated[
        Literal["formcheck.analysis/1"],
        Meta(
            description="Name and version of this form. A change that breaks readers raises the "
            "number."
        ),
    ]
    formcheck_version: Annotated[
        str, Meta(description="Version of the program that wrote the file.")
    ]
    limits: Annotated[str, Meta(description="Name of the limits the verdicts were made with.")]
    limits_changed: Annotated[
        list[FormChange],
        Meta(description="What a coach's own limits file set differently from the standard."),
    ] = []
    tempo: Annotated[
        Annotated[str, Meta(pattern="^[0-9.]+-[0-9.]+-[0-9.]+$")] | None,
        Meta(
            description="The tempo that was asked for, in seconds of lowering, pause and lifting, "
            'such as "3-1-3"; null when none was.'
        ),
    ] = None
    source: Annotated[FormSource, Meta(description="What was analysed.")]
    part: Annotated[FormPart | None, Meta(description="Which set of the film this is.")] = None
    lift: Annotated[FormLift, Meta(description="Which lift it is.")]
    view: Annotated[FormView, Meta(description="Where the camera stands.")]
    quality: Annotated[FormQuality, Meta(description="What the recording allows.")]
    people: Annotated[list[FormPerson], Meta(description="Everyone who was seen.")]
    cues: Annotated[
        dict[Name, FormCue], Meta(description="What each cue asks and measures, by cue id.")
    ]
    reps: Annotated[
        list[FormRep], Meta(max_length=MOST_REPS, description="The repetitions, in order.")
    ]
    set: Annotated[FormSet, Meta(description="The set as a whole.")]
    rejected: Annotated[
        list[FormRejected], Meta(description="Stretches of movement that were not counted.")
    ]
    bar: Annotated[
        FormBar | None, Meta(description="The barbell; missing or null when none was seen.")
    ] = None


def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of ``analysis.json``: no field but the named ones."""
    made = msgspec.json.schema(FormAnalysis)
    for part in made["$defs"].values():
        if "properties" in part:
            part["description"] = inspect.cleandoc(part["description"])
            part["additionalProperties"] = False
            part["title"] = part["title"].removeprefix("Form").lower()
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:formcheck:analysis:1",
        "title": "formcheck analysis",
    }
    return about | made
