"""What this machine has of what formcheck needs, and the command that mends the rest."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from formcheck.cores import usable_cores
from formcheck.errors import FormcheckError
from formcheck.offline import can_leave
from formcheck.poses import model

OLDEST_PYTHON = (3, 11)

# Distribution -> module. Every run-time dependency of pyproject.toml; a test compares.
DEPENDENCIES = {
    "ai-edge-litert": "ai_edge_litert.interpreter",
    "av": "av",
    "click": "click",
    "flatbuffers": "flatbuffers",
    "jinja2": "jinja2",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "opencv-contrib-python-headless": "cv2",
    "openpyxl": "openpyxl",
    "pillow": "PIL",
    "psutil": "psutil",
    "pygame-ce": "pygame",
    "sqlalchemy": "sqlalchemy",
    "alembic": "alembic",
    "cv2-enumerate-cameras": "cv2_enumerate_cameras",
    "platformdirs": "platformdirs",
    "rich": "rich",
    "filelock": "filelock",
    "msgspec": "msgspec",
    "scipy": "scipy",
}

# Extra -> what it is for. Every extra of pyproject.toml; a test compares.
EXTRAS = {
    "voice": "spoken cues in live",
    "export": "the history as Parquet",
    "frame": "an analysis as a pandas table",
    "postgres": "a history in PostgreSQL",
    "cluster": "a batch on several machines",
    "synth": "rendered lifters",
    "mediapipe": "the reference pose engine",
    "notebooks": "the notebooks, and what runs them",
    "serve": "the coach's desk in a browser",
    "s3": "the desk's films in a bucket",
}

# They all install the same cv2 folder; the last one installed overwrites the others. Only
# mediapipe's beside ours is the same but for windows, which we don't open with it.
OPENCV_DISTRIBUTIONS = (
    "opencv-contrib-python-headless",
    "opencv-contrib-python",
    "opencv-python",
    "opencv-python-headless",
)

# Shared library -> its package, by package manager. mediapipe and its OpenCV load them.
SYSTEM_LIBRARIES = {
    "libEGL.so.1": {"apt-get": "libegl1", "dnf": "libglvnd-egl", "pacman": "libglvnd"},
    "libGLESv2.so.2": {"apt-get": "libgles2", "dnf": "libglvnd-gles", "pacman": "libglvnd"},
    "libGL.so.1": {"apt-get": "libgl1", "dnf": "libglvnd-glx", "pacman": "libglvnd"},
}
INSTALL_COMMANDS = {
    "apt-get": "sudo apt-get install -y",
    "dnf": "sudo dnf install -y",
    "pacman": "sudo pacman -S --noconfirm",
}

DECODERS = ("h264", "hevc", "vp9", "mpeg4")
ENCODER = "libx264"

# A 1080p recording takes about 0.7 GB, half of it the engine's libraries.
ENOUGH_MEMORY_GB = 2.0


@dataclass(frozen=True)
class Check:
    """One thing that formcheck needs.

    ``found`` says what is there, ``mend`` is the command (or the advice) that
    puts it right; empty when ``ok``. What is ``optional`` may be missing.
    """

    name: str
    ok: bool
    found: str
    mend: str = ""
    optional: bool = False


def examine() -> list[Check]:
    """Look at everything formcheck needs. Changes nothing, uses no network."""
    return [
        check_python(),
        *check_libraries(),
        *(check_dependency(name, module) for name, module in DEPENDENCIES.items()),
        check_one_opencv(),
        check_codecs(),
        check_model(),
        check_cache(model.cache_folder()),
        check_machine(),
        check_offline(),
        *(check_extra(name) for name in EXTRAS),
    ]


def check_offline() -> Check:
    """Check that films of strangers can be decoded in a process without network."""
    if can_leave():
        return Check("films of strangers", True, "decoded by a process without network")
    found = "decoded by a process of their own, which could reach the network"
    mend = "Linux where unprivileged user namespaces are allowed"
    return Check("films of strangers", False, found, mend, optional=True)


def check_python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    """Check that Python is new enough."""
    oldest = ".".join(map(str, OLDEST_PYTHON))
    found = ".".join(map(str, version))
    ok = version >= OLDEST_PYTHON
    return Check("Python", ok, found, "" if ok else f"install Python {oldest} or newer")


def check_libraries(
    loads: Callable[[str], bool] | None = None,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
    installed: Callable[[str], bool] | None = None,
) -> list[Check]:
    """Check that what mediapipe needs of the system loads, where mediapipe is installed.

    Other systems than Linux bring theirs.
    """
    if platform != "linux" or not (installed or _is_installed)("mediapipe"):
        return []
    loads = loads or _loads
    missing = [library for library in SYSTEM_LIBRARIES if not loads(library)]
    mend = _install_command(missing, which)
    return [
        Check(
            library,
            library not in missing,
            *(("missing", mend) if library in missing else ("loads",)),
        )
        for library in SYSTEM_LIBRARIES
    ]


def check_dependency(name: str, module: str) -> Check:
    """Check that a Python package is installed, new enough and imports."""
    requirement = _requirement(name)
    mend = _pip(f"install '{requirement}'")
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check(name, ok=False, found="missing", mend=mend)
    oldest = re.search(r">=\s*([\d.]+)", requirement)
    if oldest and _numbers(version) < _numbers(oldest[1]):
        return Check(name, ok=False, found=f"{version}, too old", mend=mend)
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # it would greet on stdout
    try:
        importlib.import_module(module)
    except (ImportError, OSError) as error:
        again = _pip(f"install --force-reinstall '{requirement}'")
        return Check(name, ok=False, found=f"{version}, doesn't load: {error}", mend=again)
    return Check(name, ok=True, found=version)


def check_extra(name: str, installed: Callable[[str], bool] | None = None) -> Check:
    """Check whether an extra's packages are installed; formcheck does without, but for that."""
    installed = installed or _is_installed
    wanted = _extras().get(name, ())
    missing = [one for one in wanted if not installed(re.split(r"[^\w.-]", one)[0])]
    found = EXTRAS[name] if wanted and not missing else f"not installed: {EXTRAS[name]}"
    mend = _pip(f"install {' '.join(repr(one) for one in missing)}") if missing else ""
    return Check(f"[{name}]", not missing and bool(wanted), found, mend, optional=True)


def _extras() -> dict[str, tuple[str, ...]]:
    """What each extra of the installed formcheck asks for."""
    try:
        requirements = metadata.requires("formcheck") or []
    except metadata.PackageNotFoundError:
        requirements = []
    found: dict[str, tuple[str, ...]] = {}
    for requirement in requirements:
        what, _, marker = requirement.partition(";")
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", marker)
        if extra:
            found[extra[1]] = (*found.get(extra[1], ()), what.strip())
    return found


def check_one_opencv(installed: Mapping[str, str] | None = None) -> Check:
    """Check that one distribution brings OpenCV, or mediapipe's and ours of one version."""
    if installed is None:
        installed = {
            name: metadata.version(name) for name in OPENCV_DISTRIBUTIONS if _is_installed(name)
        }
    found = sorted(installed)
    wanted, mediapipes = OPENCV_DISTRIBUTIONS[:2]
    if wanted in found and {*found} <= {wanted, mediapipes} and len({*installed.values()}) == 1:
        return Check("one OpenCV", ok=True, found=" and ".join(found))
    remove = _pip(f"uninstall -y {' '.join(found)}") + " && " if found else ""
    install = _pip(f"install '{_requirement(wanted)}'")
    return Check("one OpenCV", ok=False, found=" and ".join(found) or "none", mend=remove + install)


def check_codecs() -> Check:
    """Check that PyAV can read phones' recordings and write H.264."""
    mend = _pip(f"install --force-reinstall --only-binary av '{_requirement('av')}'")
    try:
        codec = importlib.import_module("av.codec").Codec
    except (ImportError, OSError) as error:
        return Check("video codecs", ok=False, found=f"PyAV doesn't load: {error}", mend=mend)
    lacking = [f"{name} decoder" for name in DECODERS if not _has_codec(codec, name, "r")]
    if not _has_codec(codec, ENCODER, "w"):
        lacking.append("H.264 encoder")
    if lacking:
        return Check("video codecs", ok=False, found=f"no {', no '.join(lacking)}", mend=mend)
    return Check("video codecs", ok=True, found=f"reads {', '.join(DECODERS)}; writes h264")


def check_model() -> Check:
    """Check that the pose model is here and undamaged."""
    mend = "formcheck models fetch"
    try:
        path = model.find_model()
    except FormcheckError as error:
        return Check(
            "pose model", ok=False, found=str(error), mend=f"unset {model.OVERRIDE_VARIABLE}"
        )
    if path is None:
        return Check("pose model", ok=False, found="missing or damaged", mend=mend)
    return Check("pose model", ok=True, found=str(path))


def check_cache(folder: Path) -> Check:
    """Check that the folder for models can be written."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as error:
        mend = f'sudo chown -R "$(id -u)" {existing}'
        return Check("cache folder", ok=False, found=f"{folder}: {error.strerror}", mend=mend)
    return Check("cache folder", ok=True, found=str(folder))


def check_machine(memory_gb: float | None = None) -> Check:
    """Check that the memory is enough; the cores are told, not judged."""
    if memory_gb is None:
        memory_gb = _memory_gb()
    cores = usable_cores()
    found = f"{cores} core{'s' * (cores > 1)}"
    if memory_gb is not None:
        found += f", {memory_gb:.1f} GB of memory"
    ok = memory_gb is None or memory_gb >= ENOUGH_MEMORY_GB
    mend = f"use a machine with {ENOUGH_MEMORY_GB:.0f} GB of memory or more"
    return Check("machine", ok, found, "" if ok else mend)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install_command(libraries: list[str], which: Callable[[str], str | None]) -> str:
    """Return the command that installs the packages of these libraries here."""
    for manager, install in INSTALL_COMMANDS.items():
        if which(manager):
            packages = dict.fromkeys(SYSTEM_LIBRARIES[library][manager] for library in libraries)
            return f"{install} {' '.join(packages)}"
    return f"install the packages that hold {' '.join(libraries)}"


def _requirement(name: str) -> str:
    """Return what the installed formcheck asks of a distribution, else its name."""
    try:
        requirements = metadata.requires("formcheck") or []
    except metadata.PackageNotFoundError:
        requirements = []
    for requirement in requirements:
        if re.match(rf"{re.escape(name)}(?![\w.-])", requirement):
            return requirement.split(";")[0].strip()
    return name


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _pip(words: str) -> str:
    """Return the command that tells pip this, in the environment that runs formcheck."""
    if (Path(sys.prefix) / "pipx_metadata.json").exists():
        return f"pipx runpip formcheck {words}"
    name = Path(sys.executable).name
    python = name if shutil.which(name) == sys.executable else shlex.quote(sys.executable)
    if importlib.util.find_spec("pip") is None:  # uv's environments have none
        return f"uv pip {words} --python {python}"
    return f"{python} -m pip {words}"


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _has_codec(codec: Callable[[str, str], object], name: str, mode: str) -> bool:
    try:
        codec(name, mode)
    except ValueError:  # PyAV's UnknownCodecError is one
        return False
    return True


def _memory_gb() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, OSError, ValueError):  # no such figure on this system
        return None
