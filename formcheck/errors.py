"""Everything that can go wrong for a user, as one tree.

FormcheckError              exit code
├── BadRequest              2   an argument, spec, limits or poses file is wrong
├── VideoError              3   the file can't be used
│   ├── NotAVideo           3   no decodable picture in it
│   ├── TooShort            3   one frame or none: nothing moves
│   └── CameraLost          3   a camera gives no pictures
├── ModelMissing            4   the pose model isn't there and can't be fetched
├── NothingToJudge          5   the picture holds nothing to judge
│   ├── NoLifter            5   nobody found, or nobody long enough
│   └── NoReps              5   somebody, but no repetition
└── OutputError             6   the results can't be written (no permission, disk full)

A message says what happened, to which file or frame, and what to do, in that
order. The command line prints it on one line and leaves with the exit code;
130 means interrupted by Ctrl-C.
"""


class FormcheckError(Exception):
    """A problem the user can understand and mend.

    Examples
    --------
    >>> import formcheck
    >>> try:
    ...     formcheck.analyze("no_such_film.mp4")
    ... except formcheck.FormcheckError as problem:
    ...     print(problem.exit_code, problem)
    2 no_such_film.mp4: no such file. Check the name and the folder.
    """

    exit_code = 1


class BadRequest(FormcheckError):
    """An argument, spec, limits or poses file is wrong."""

    exit_code = 2


class VideoError(FormcheckError):
    """The file can't be used as a video."""

    exit_code = 3


class NotAVideo(VideoError):
    """No decodable picture in the file."""


class TooShort(VideoError):
    """One frame or none: nothing moves in it."""


class CameraLost(VideoError):
    """A camera can't be opened or gives no more pictures."""


class ModelMissing(FormcheckError):
    """The pose model isn't there and can't be fetched."""

    exit_code = 4


class NothingToJudge(FormcheckError):
    """The picture holds nothing to judge."""

    exit_code = 5


class NoLifter(NothingToJudge):
    """Nobody was found, or nobody for long enough."""


class NoReps(NothingToJudge):
    """Somebody was found, but no repetition of a lift we know."""


class OutputError(FormcheckError):
    """The results can't be written."""

    exit_code = 6
