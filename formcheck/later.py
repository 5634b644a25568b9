"""What a package offers, loaded when somebody asks for it.

``import formcheck`` and ``formcheck --help`` shouldn't wait for decoders and networks.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping


def later(package: str, offered: Mapping[str, str]) -> Callable[[str], object]:
    """Make a package's ``__getattr__``: of each name it offers, the module that has it."""

    def load(name: str) -> object:
        if name not in offered:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found: object = getattr(importlib.import_module(offered[name]), name)
        setattr(sys.modules[package], name, found)
        return found

    return load
