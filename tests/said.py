"""Every message that formcheck can give a user, read from its code without running it.

A message is what stands in a call of an error of ours, of one of click's or of the desk's
answers, in a caution of a report, a finding of ``formcheck doctor`` or a movement that was
left out. What is filled in only when it is said is written ``…``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = ROOT / "formcheck"
OPEN = "…"

TEXT_AT = {
    **dict.fromkeys(("UsageError", "BadParameter", "ClickException", "BadOptionUsage"), 0),
    **{"HTTPException": 1, "_refused": 1, "Refused": 0, "NotTaken": 1},
    **{"Framing": 2, "Caution": 1, "Check": 2, "Ailment": 1, "Rejected": 2, "_rejected": 2},
    **{
        "Answer": 2,
        "_give_up": 2,
        "say": 0,
        "ValueError": 0,
        "_WayClosedError": 0,
        "wrong": 2,
        "refuse": 1,
        "complain": 0,
        "fail": 0,
    },
}
"""Which argument of a call is said; of an error of ours it is the first."""

MOST_TEXTS, MOST_DEEP = 64, 8
LEAST_LETTERS = 6
"""What has fewer of its own says nothing itself: it passes on another's words."""


@dataclass(frozen=True)
class Message:
    """One message: where it is given, by what kind of call, and its words."""

    file: str
    line: int
    kind: str
    text: str

    @property
    def letters(self) -> int:
        """How many letters are its own."""
        return len(re.findall(r"\w", self.text.replace(OPEN, "")))


@dataclass(frozen=True)
class _Module:
    """A module's tree, what its names stand for, and the names that it imports."""

    path: Path
    nodes: list[ast.AST]
    values: dict[str, ast.expr]
    functions: list[ast.FunctionDef]
    imported: dict[str, tuple[str, str]]

    def around(self, node: ast.expr) -> ast.FunctionDef | None:
        """The function, the innermost one, that a node stands in."""
        over = [
            one for one in self.functions
            if one.lineno <= node.lineno <= (one.end_lineno or one.lineno)
        ]  # fmt: skip
        return max(over, key=lambda one: one.lineno, default=None)


@cache
def _modules() -> dict[str, _Module]:
    found = {}
    for path in sorted(CODE.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        nodes = list(ast.walk(tree))
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[dotted.removesuffix(".__init__")] = _Module(
            path,
            nodes,
            {
                target.id: node.value
                for node in tree.body
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            },
            [node for node in nodes if isinstance(node, ast.FunctionDef)],
            {
                one.asname or one.name: (node.module or "", one.name)
                for node in nodes
                if isinstance(node, ast.ImportFrom)
                for one in node.names
            },
        )
    return found


@cache
def errors() -> frozenset[str]:
    """The names of our errors: those of ``errors.py`` and what is made of them elsewhere."""
    names = {"FormcheckError"}
    classes = [
        node for one in _modules().values() for node in one.nodes if isinstance(node, ast.ClassDef)
    ]  # fmt: skip
    while True:
        more = {
            node.name for node in classes if {ast.unparse(base) for base in node.bases} & names
        } - names
        if not more:
            return frozenset(names)
        names |= more


@cache
def messages() -> tuple[Message, ...]:
    """All messages of the code, in its order."""
    return tuple(one for module in _modules().values() for one in _of_module(module))


def of_scripts() -> Iterator[Message]:
    """The sentences of the desk's scripts: what begins with a capital and has three words."""
    for path in sorted((CODE / "serve" / "static").rglob("*.js")):
        script = path.read_text("utf-8")
        for text in re.findall(r"[\"`]([A-Z][^\"`\n ]*(?: [^\"`\n ]+){2,})[\"`]", script):
            plain = re.sub(r"\$\{.*?\}", OPEN, text)
            yield Message(path.relative_to(ROOT).as_posix(), 0, "script", plain)


def of_framing() -> Iterator[Message]:
    """What stands beside a code in a table of where the lifter is in the live picture."""
    module = _modules()["formcheck.live.framing"]
    for node in module.nodes:
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            texts = _texts(node.elts[1], module, module.around(node))
            for text in sorted(one for one in texts if one.endswith(".")):
                yield Message("formcheck/live/framing.py", node.lineno, "Framing", text)


def _of_module(module: _Module) -> Iterator[Message]:
    at = {**dict.fromkeys(errors(), 0), **TEXT_AT}
    for node in module.nodes:
        if not isinstance(node, ast.Call):
            continue
        kind = getattr(node.func, "attr", getattr(node.func, "id", ""))
        said = _said(node, kind, at)
        if said is None:
            continue
        for text in sorted(_texts(said, module, module.around(node))):
            file = module.path.relative_to(ROOT).as_posix()
            yield Message(file, node.lineno, kind, " ".join(text.split()))


def _said(call: ast.Call, kind: str, at: dict[str, int]) -> ast.expr | None:
    """The argument of a call that is said; None where nothing is."""
    named = {one.arg: one.value for one in call.keywords}
    arguments = [*call.args, *((named["found"],) if "found" in named else ())]
    if kind not in at or not arguments:
        return None
    said = arguments[min(at[kind], len(arguments) - 1)]
    if kind == "Check":
        ok = named.get("ok", call.args[1] if len(call.args) > 1 else None)
        if isinstance(ok, ast.Constant) and ok.value is True:
            return None
        return _with(": ", call.args[0], said)
    return _with("Expected ", said) if kind == "wrong" else said


def _with(text: str, *parts: ast.expr) -> ast.expr:
    """One text of some parts: the fixed one stands before the last."""
    return ast.JoinedStr([*parts[:-1], ast.Constant(text), parts[-1]])


def _texts(
    node: ast.expr, module: _Module, inside: ast.FunctionDef | None, deep: int = 0
) -> set[str]:
    """What an expression may say."""
    if deep > MOST_DEEP:
        return {OPEN}

    def again(part: ast.expr) -> set[str]:
        return _texts(part, module, inside, deep + 1)

    match node:
        case ast.Constant(value=str(text)):
            found = {text}
        case ast.JoinedStr(values=parts):
            found = _joined([again(part) for part in parts])
        case ast.FormattedValue(value=part) if not isinstance(part, ast.Subscript):
            found = again(part)
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            found = _joined([again(left), again(right)])
        case ast.IfExp(body=body, orelse=orelse):
            found = again(body) | again(orelse)
        case ast.BoolOp(values=parts):
            found = set().union(*map(again, parts))
        case ast.Name(id=name):
            found = _named(name, module, inside, deep)
        case ast.Attribute(value=ast.Name(id=of), attr=name) if of in module.imported:
            other = _modules().get(".".join(module.imported[of]))
            value = None if other is None else other.values.get(name)
            found = {OPEN} if value is None else _texts(value, other or module, None, deep + 1)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            found = {re.sub(r"\{.*?\}", OPEN, one) for one in again(text)}
        case ast.Call(func=ast.Name(id=name)):
            found = _returned(name, module, deep)
        case _:
            found = {OPEN}
    return found


def _joined(parts: list[set[str]]) -> set[str]:
    size = 1
    for one in parts:
        size *= len(one)
    if size > MOST_TEXTS:
        parts = [one if len(one) == 1 else {OPEN} for one in parts]
    return {"".join(one) for one in product(*parts)}


def _named(name: str, module: _Module, inside: ast.FunctionDef | None, deep: int) -> set[str]:
    """What a name stands for: a value of the function, of the module or of another one."""
    local = [
        node.value
        for node in (ast.walk(inside) if inside else ())
        if isinstance(node, ast.Assign)
        and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    ]
    if local:
        return set().union(*(_texts(one, module, inside, deep + 1) for one in local))
    if name in module.values:
        return _texts(module.values[name], module, None, deep + 1)
    if name in module.imported:
        place, there = module.imported[name]
        other = _modules().get(place)
        if other is not None and there in other.values:
            return _texts(other.values[there], other, None, deep + 1)
    return {OPEN}


def _returned(name: str, module: _Module, deep: int) -> set[str]:
    """What a function of ours gives back."""
    if name in module.imported:
        place, name = module.imported[name]
        module = _modules().get(place, module)
    function = next((one for one in module.functions if one.name == name), None)
    if function is None:
        return {OPEN}
    given = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    texts = [_texts(one, module, function, deep + 1) for one in given if one is not None]
    return set().union(*texts) if texts else {OPEN}
