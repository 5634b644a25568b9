"""A set by its address: client and content, which stay when it is judged anew."""

from __future__ import annotations

from pathlib import Path

from formcheck.batch.home import set_home
from formcheck.history.store import Store
from formcheck.history.stored import NUMBER, StoredSet
from formcheck.serve.kept.people import client

IN_ADDRESS = "~"
"""Stands for the sign between a film's content and its set's number, which ends an address."""


def set_way(client_id: int, content: str) -> str:
    """Give a set's address at the desk."""
    return f"/sets/{client_id}/{way_name(content)}"


def way_name(content: str) -> str:
    """Give the name of a set's content in an address."""
    return content.replace(NUMBER, IN_ADDRESS)


def content_of_way(name: str) -> str:
    """Give the content that an address names."""
    return name.replace(IN_ADDRESS, NUMBER)


def set_of(store: Store, client_id: int, content: str) -> StoredSet | None:
    """Give a set with all its findings; None where this client has no such set."""
    whose = client(store, client_id)
    if whose is None:
        return None
    found = store.sets(whose.name, contents={content}, details=True)
    return found[0] if found else None


def results_of(out: Path, one: StoredSet) -> Path | None:
    """Give the folder of a set's results; None where it has none."""
    folder = set_home(out, one.folder)
    return folder if folder is not None and folder.is_dir() else None
