"""Secrets: the desk's key, signed tokens, and passwords that are kept as argon2 hashes."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from filelock import FileLock
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from formcheck.errors import OutputError
from formcheck.files import whole

SECRET_FILE = ".formcheck-secret"
SECRET_BYTES = 32
NONCE_BYTES = 16
"""128 bits: nobody guesses a link."""

_HASHER = PasswordHasher()


def desk_secret(out: Path) -> bytes:
    """Give the key that signs links and sessions of a data folder, made at first.

    Only the owner may read it. Whoever deletes it ends every session and every link.

    Raises
    ------
    OutputError
        It can't be kept, or what is kept is no key.
    """
    file = out / SECRET_FILE
    with FileLock(out / f"{SECRET_FILE}.lock"):  # two servers over one folder have one key
        if not file.exists():
            write_secret(file, secrets.token_bytes(SECRET_BYTES))
        found = file.read_bytes()
    if len(found) < SECRET_BYTES:  # anybody could sign with an empty one
        raise OutputError(
            f"{file}: it is cut off. Take it from your copy of the folder; or delete it, then "
            "every client needs a new link."
        )
    return found


def write_secret(file: Path, secret: bytes) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    with whole(file) as unfinished:
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(secret)
        os.chmod(unfinished, 0o600)  # noqa: PTH101 - before it gets its name


def new_nonce() -> str:
    """Give a name nobody can guess."""
    return secrets.token_hex(NONCE_BYTES)


def sign(secret: bytes, kind: str, said: Any) -> str:
    """Sign a small value for a purpose, such as "link"."""
    return URLSafeSerializer(secret, salt=f"formcheck.{kind}").dumps(said)


def signed(secret: bytes, kind: str, token: str) -> Any | None:
    """Give what was signed; None when it isn't ours."""
    try:
        return URLSafeSerializer(secret, salt=f"formcheck.{kind}").loads(token)
    except BadData:
        return None


def sign_dated(secret: bytes, kind: str, said: Any) -> str:
    """Sign a small value together with the moment."""
    return URLSafeTimedSerializer(secret, salt=f"formcheck.{kind}").dumps(said)


def signed_lately(secret: bytes, kind: str, token: str, max_age_s: float) -> Any | None:
    """Give what was signed so lately; None when it isn't ours, or older."""
    try:
        return URLSafeTimedSerializer(secret, salt=f"formcheck.{kind}").loads(
            token, max_age=int(max_age_s)
        )
    except BadData:
        return None


def hash_password(password: str) -> str:
    """Give the argon2id hash of a password."""
    return _HASHER.hash(password)


def is_password(password: str, hashed: str) -> bool:
    """Whether a password is the one that was hashed."""
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
