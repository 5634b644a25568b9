"""``make mutants``: change one number or switch off one mechanism, and see whether a test notices.

Numbers are the module-level names in capitals of ``signals/``, ``reps/`` and ``cues/``, found
by reading the source; mechanisms are the functions listed in ``mutants.toml`` with what they
become. A number is made half as large again, then smaller by the same factor; it survives
where no test notices either. Each try is a forked child that imports formcheck anew, the one
change made while its module is compiled, so that defaults and ``from … import`` have it too.
The test that noticed a change last time is asked first.
"""

from __future__ import annotations

import ast
import importlib
import importlib.machinery
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import tomllib
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any

import click

ROOT = Path(__file__).parent.parent
FOLDERS = ("signals", "reps", "cues")
#: What a number is multiplied by; the second only where nobody noticed the first.
FACTORS = (1.5, 1 / 1.5)
#: Examples of each property test without a number of its own: a mutant is tried often.
EXAMPLES = 5
#: The longest that a child may take: a mutant that never ends is noticed.
LONGEST_CPU_S, LONGEST_S = 120, 900
#: What is shown of a child that ended before its first test, in characters.
LAST_WORDS = 200
#: Which test noticed a mutant last time, by its label.
REMEMBERED = ROOT / "build" / "mutants.json"


@dataclass(frozen=True)
class Mutant:
    """One change: of ``name`` in ``module`` (dotted), to ``becomes`` where it is a function."""

    module: str
    name: str
    becomes: str | None = None

    @property
    def label(self) -> str:
        """Its name in the table and for ``--only``: ``reps.cycles.LEAST_RISE``."""
        return f"{self.module.removeprefix('formcheck.')}.{self.name}"

    def tests(self, *, wide: bool) -> list[str]:
        """The tests that are asked: the module's own or the folder's; ``wide``: all of them."""
        _, folder, *_, file = self.module.split(".")
        own = ROOT / "tests" / folder / f"test_{file}.py"
        folders = [str(ROOT / "tests" / one) for one in FOLDERS[FOLDERS.index(folder) :]]
        if wide:
            return [str(own)] * own.exists() + folders
        # A cue's file is all about it; what else is there stands on many.
        return [str(own)] if own.exists() and folder == "cues" else folders[:1]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: ``by`` is the test that noticed, None where it survives."""

    mutant: Mutant
    by: str | None
    took_s: float


def changed(value: Any, factor: float) -> Any:
    """Multiply a number, or every number of a tuple or a table, and keep the type."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return max(round(value * factor), value + 1) if factor > 1 else int(value * factor)
        case float():
            return value * factor
        case tuple():
            return tuple(changed(one, factor) for one in value)
        case dict():
            return {key: changed(one, factor) for key, one in value.items()}
    return value


def mutated(tree: ast.Module, mutant: Mutant, factor: float) -> ast.Module:
    """Return the module's source with the one change in it."""
    for place, node in enumerate(tree.body):
        if mutant.becomes is not None:
            if isinstance(node, ast.FunctionDef) and node.name == mutant.name:
                node.body = ast.parse(mutant.becomes).body
        elif mutant.name in assigned(node):
            line = (
                f"{mutant.name} = __import__('benchmarks.mutants').mutants"
                f".changed({mutant.name}, {factor!r})"
            )
            tree.body.insert(place + 1, ast.parse(line).body[0])
            break
    return ast.fix_missing_locations(tree)


def assigned(node: ast.stmt) -> list[str]:
    """Return the names in capitals that a statement gives a value."""
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    parts = [one for target in targets for one in getattr(target, "elts", [target])]
    return [one.id for one in parts if isinstance(one, ast.Name) and one.id.isupper()]


def every() -> list[Mutant]:
    """List the mutants that aren't excused: each folder's numbers, then its mechanisms."""
    listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / "formcheck" / folder).rglob("[!_]*.py")):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            values = vars(importlib.import_module(module))
            names = [n for node in ast.parse(path.read_text("utf-8")).body for n in assigned(node)]
            found += [
                Mutant(module, name)
                for name in names
                if any(changed(values[name], factor) != values[name] for factor in FACTORS)
            ]
    for label, becomes in listed["mechanisms"].items():
        module, _, name = f"formcheck.{label}".rpartition(".")
        if not callable(vars(importlib.import_module(module)).get(name)):
            sys.exit(f"mutants.toml: {label} isn't a function")
        found.append(Mutant(module, name, becomes))
    strangers = set(listed["excused"]) - {mutant.label for mutant in found}
    if strangers:
        sys.exit(f"mutants.toml excuses what isn't there: {', '.join(sorted(strangers))}")
    return [mutant for mutant in found if mutant.label not in listed["excused"]]


class Noticed:
    """A pytest plugin that writes down the first test that fails; ``first`` is run first."""

    def __init__(self, to: Path, first: str | None) -> None:
        self.to, self.first = to, first

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Put one test before the others."""
        items.sort(key=lambda item: item.nodeid != self.first)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Keep a failing test's name."""
        if report.failed:
            self.to.write_text(report.nodeid)


def in_child(mutant: Mutant, factor: float, to: Path, tests: list[str], first: str | None) -> int:
    """Run the tests with the change made, in this process; return pytest's exit code."""
    import pytest  # noqa: PLC0415 - the parent has it already
    from hypothesis import HealthCheck, settings  # noqa: PLC0415

    class Loader(importlib.machinery.SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType | None:
            path = self.get_filename(fullname)
            tree = ast.parse(Path(path).read_text("utf-8"))
            return compile(mutated(tree, mutant, factor), path, "exec")

    class Finder:
        @staticmethod
        def find_spec(name: str, path: Any, target: Any = None) -> Any:
            spec = importlib.machinery.PathFinder.find_spec(name, path, target)
            if name == mutant.module and spec is not None and spec.origin is not None:
                spec.loader = Loader(name, spec.origin)
                return spec
            return None

    forget_formcheck()
    sys.meta_path.insert(0, Finder)
    settings.register_profile(
        "mutants",
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    # The parent has imported what pytest would rewrite.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*options, *tests], plugins=[Noticed(to, first)]))


def alone(mutant: Mutant, factor: float, tests: list[str], first: str | None = None) -> str | None:
    """Try one change in a child; return the test that noticed, None where all pass."""
    with TemporaryDirectory(prefix="formcheck-mutant-") as place:
        to = Path(place) / "noticed"
        child = os.fork()
        if not child:
            code = 3
            try:
                said = os.open(Path(place) / "said", os.O_WRONLY | os.O_CREAT)
                os.dup2(said, 1)
                os.dup2(said, 2)
                resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_CPU_S, LONGEST_CPU_S + 1))
                signal.alarm(LONGEST_S)
                code = in_child(mutant, factor, to, tests, first)
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            return None
        if code < 0:
            return f"ended by {signal.Signals(-code).name}"
        if to.exists():
            return to.read_text()
        return "the import: " + (Path(place) / "said").read_text().strip()[-LAST_WORDS:]


def tried(mutant: Mutant, *, wide: bool, known: Mapping[str, str]) -> Outcome:
    """Try a mutant: a number larger, then smaller where nobody noticed."""
    begun_s = time.monotonic()
    by = None
    for factor in FACTORS if mutant.becomes is None else (1.0,):
        by = by or alone(mutant, factor, mutant.tests(wide=wide), known.get(mutant.label))
    return Outcome(mutant, by, time.monotonic() - begun_s)


def outcomes(mutants: list[Mutant], workers: int, *, wide: bool) -> Iterator[Outcome]:
    """Try them, some at a time, each told as soon as it is known."""
    before = remembered()
    known = dict(before)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        for outcome in pool.imap_unordered(partial(tried, wide=wide, known=before), mutants):
            yield outcome
            if outcome.by:
                known[outcome.mutant.label] = outcome.by
                REMEMBERED.parent.mkdir(exist_ok=True)
                REMEMBERED.write_text(json.dumps(known, indent=0, sort_keys=True), "utf-8")


def remembered() -> dict[str, str]:
    """Read which test noticed each mutant last time."""
    if not REMEMBERED.exists():
        return {}
    return dict(json.loads(REMEMBERED.read_text("utf-8")))


def check_unchanged(tests: set[str]) -> None:
    """Stop where a test that noticed fails without a change too: it would notice anything."""
    nothing = Mutant("", "")
    by = alone(nothing, 1.0, sorted(tests)) if tests else None
    if by is not None:
        sys.exit(f"fails without any change: {by}")


def forget_formcheck() -> None:
    """Let this process import formcheck anew, but not what it stands on."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("formcheck", "tests"):
            del sys.modules[name]


@click.command()
@click.option("--only", help="Those whose name has this in it, as reps.cycles or LEAST_RISE.")
@click.option("--sample", type=int, help="So many of them, drawn by --seed.")
@click.option("--seed", default=1, show_default=True)
@click.option("--workers", default=2, show_default=True)
@click.option("--wide", is_flag=True, help="Ask the tests of the later folders too: slow.")
def main(only: str | None, sample: int | None, seed: int, workers: int, wide: bool) -> None:
    """Change numbers and mechanisms one at a time; exit 1 if nobody would miss one of them."""
    for module in ("pytest", "hypothesis", "hypothesis.strategies", "formcheck.cli"):
        importlib.import_module(module)  # once, for all the children
    mutants = [mutant for mutant in every() if only is None or only in mutant.label]
    if sample is not None:
        mutants = random.Random(seed).sample(mutants, min(sample, len(mutants)))
    begun_s = time.monotonic()
    survivors: list[str] = []
    noticed: set[str] = set()
    for outcome in outcomes(mutants, workers, wide=wide):
        print(
            f"{outcome.took_s:6.1f} s  {outcome.mutant.label:45} {outcome.by or 'SURVIVES'}",
            flush=True,
        )
        survivors += [outcome.mutant.label] if outcome.by is None else []
        if outcome.by and outcome.by.startswith("tests/"):
            noticed.add(outcome.by)
    check_unchanged(noticed)
    print(f"{len(mutants)} mutants in {time.monotonic() - begun_s:.0f} s", end="; ")
    print(f"nobody would miss {len(survivors)}: {', '.join(survivors) or 'none'}")
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads don't outlive a fork
    main()
