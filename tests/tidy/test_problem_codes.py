"""Every problem that the program can report has a test that names its code."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.sources import assert_none, functions, name_of, python_files, text_files, text_of, tree_of

EXPECTED_TEXTS = {".txt", ".md", ".yaml"}

Place = tuple[str, str]
"""A code and where it is given."""


def test_every_code_is_named_by_a_test() -> None:
    written = _written_in_tests()
    assert_none(f"{where} {code}" for code, where in _codes() if not _is_written(code, written))


def test_every_code_can_be_read_off_the_source() -> None:
    assert_none(where for code, where in _codes() if code.startswith("*"))


def _is_written(code: str, written: frozenset[str]) -> bool:
    return code in written or ("*" in code and bool(fnmatch.filter(written, code)))


def _codes() -> list[Place]:
    """The code of every call of ``Problem`` and of whatever takes a ``code`` to hand it on."""
    givers = _givers()
    return sorted({place for path in python_files("src") for place in _given(path, givers)})


def _givers() -> dict[str, int]:
    """Functions, methods and classes that take a ``code``, and its position among their arguments."""
    found = {"Problem": 0}
    for path in python_files("src"):
        for name, node in functions(tree_of(path)):
            names = [argument.arg for argument in node.args.args]
            if "code" in names:
                bound = names[0] in ("self", "cls")
                *owner, own = name.split(".")
                found[owner[-1] if own == "__init__" else own] = names.index("code") - bound
    return found


def _given(path: Path, givers: dict[str, int]) -> Iterator[Place]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and (called := _last_name(node.func)) in givers:
            place = f"{name_of(path)}:{node.lineno}"
            yield from ((code, place) for code in _readable(_argument(node, givers[called])))


def _last_name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _argument(call: ast.Call, position: int) -> ast.expr | None:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    return call.args[position] if len(call.args) > position else named.get("code")


def _readable(code: ast.expr | None) -> Iterator[str]:
    """The codes that an argument can be, ``*`` for what only running would tell; nothing for a ``code`` handed on."""
    match code:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from (*_readable(body), *_readable(other))
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
        case ast.Name(id="code") | ast.Attribute(attr="code"):
            return
        case _:
            yield "*"


def _written_in_tests() -> frozenset[str]:
    """Every string of the test code, and every word of the expected texts beside it."""
    python = (node for path in python_files("tests") for node in ast.walk(tree_of(path)))
    strings = {node.value for node in python if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    papers = (path for path in text_files() if name_of(path).startswith("tests/") and path.suffix in EXPECTED_TEXTS)
    return frozenset(strings | {word for path in papers for word in re.findall(r"[\w.]+", text_of(path))})
