"""What the tidy tests look at: the project's own files, read once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("src", "tests", "benchmarks")
PAPERS = ("villages", "docs", ".ci")
AT_THE_TOP = ("*.md", "*.toml", "*.txt", "Makefile", ".editorconfig", ".gitignore")
BINARY = {".png", ".parquet", ".ico", ".mo"}


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file below some folders of the project, in order; all code when none is named."""
    return tuple(sorted(path for folder in folders or CODE for path in (ROOT / folder).rglob("*.py")))


@cache
def text_files() -> tuple[Path, ...]:
    """Every text file of the project that is kept under version control."""
    below = [path for folder in (*CODE, *PAPERS) for path in (ROOT / folder).rglob("*")]
    top = [path for pattern in AT_THE_TOP for path in ROOT.glob(pattern)]
    return tuple(sorted(path for path in (*below, *top) if path.is_file() and _is_text(path)))


def _is_text(path: Path) -> bool:
    return path.suffix not in BINARY and not is_made(path)


def is_made(path: Path) -> bool:
    """Whether a tool made this file: caches and what installing leaves behind."""
    parts = path.relative_to(ROOT).parts
    return any(part.endswith(("_cache", "__pycache__", ".egg-info")) for part in parts)


@cache
def text_of(path: Path) -> str:
    """The text of a file."""
    return path.read_text("utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text_of(path), str(path))


def name_of(path: Path) -> str:
    """The path of a file inside the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Every function of a module with its dotted name, ``Class.method`` or ``outer.inner``."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield prefix + child.name, child
            named = isinstance(child, Function | ast.ClassDef)
            yield from walk(child, f"{prefix}{child.name}." if named else prefix)

    yield from walk(tree, "")


def assert_none(found: Iterable[str]) -> None:
    """Fail with one line for each thing that was found."""
    lines = list(found)
    assert not lines, "\n".join(["", *lines])
