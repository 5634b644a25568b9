"""Which formcheck this is: the one place that says so; ``pyproject.toml`` reads it here."""

VERSION = "0.2.0"


def version() -> str:
    """Give the version of the code that runs, whatever an installation of it was called."""
    return VERSION
