"""The commands, each in its own file; ``cli.py`` puts them together."""
