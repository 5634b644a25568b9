"""Tidy folder names for whatever a client or a file is called."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

LONGEST = 40
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"})
NO_CLIENT = "unnamed"

# Windows takes none of these as a name, with whatever ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def tidy(name: str) -> str:
    """Keep of a name what any file system takes: letters without accents, digits, "-", "_"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-")[:LONGEST].rstrip("-")
    return "" if _RESERVED.fullmatch(kept) else kept


def is_tidy(folder: str) -> bool:
    """Whether it is a plain name, as ``tidy`` and ``client_folder`` give them."""
    return re.fullmatch(r"[A-Za-z0-9_-]+", folder) is not None


def client_folder(name: str, folders: Mapping[str, str]) -> str:
    """Give a client's folder: the one they have, else a new one that nobody has.

    Parameters
    ----------
    name
        The client's true name.
    folders
        Every known client's folder, by name.
    """
    if name in folders:
        return folders[name]
    # File systems that ignore capitals would make one folder of "Anna" and "anna".
    taken = {folder.casefold() for folder in folders.values()}
    folder = tidy(name) or (NO_CLIENT if not name else "client")
    if folder.casefold() in taken or (name and folder in {NO_CLIENT, "client"}):
        folder = f"{folder}-{_mark(name)}"
    return folder


def set_folder(file: str, content: str) -> str:
    """Give a set's folder inside its client's; the same for the same film."""
    stem = file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or file
    return f"{tidy(stem) or 'set'}-{_mark(content)}"


def printable(name: str) -> str:
    """Write a name as text that any database and page takes: bytes that are none as ``\\xff``."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text.replace("\x00", "\\x00")


def searchable(name: str) -> str:
    """Write a name as people type it in a hurry: no capitals, no accents, words with a space."""
    plain = unicodedata.normalize("NFKD", name.casefold()).translate(_LETTERS)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[^\W_]+", plain))


def one_line(text: str) -> str:
    """Write a name on one line, with nothing in it that moves a cursor or won't paste."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
