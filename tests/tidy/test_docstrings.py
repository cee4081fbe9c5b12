"""Every module says what it is for, and every public class, function and method what it does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.tidy.sources import Function, assert_none, name_of, python_files, tree_of


def test_every_public_thing_has_a_docstring() -> None:
    assert_none(missing for path in python_files("src", "benchmarks") for missing in _undocumented(path))


def test_every_test_file_says_what_it_tests() -> None:
    trees = {name_of(path): tree_of(path) for path in python_files("tests")}
    assert_none(name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree))


def _undocumented(path: Path) -> Iterator[str]:
    tree = tree_of(path)
    if tree.body and not ast.get_docstring(tree):
        yield name_of(path)
    for name, node in _public(tree, ""):
        if not ast.get_docstring(node):
            yield f"{name_of(path)}:{node.lineno} {name}"


def _public(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.ClassDef | Function]]:
    """Classes, functions and methods without a leading underscore; what is inside a function is its own affair."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | Function) and not child.name.startswith("_"):
            if not _is_overload(child):
                yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{prefix}{child.name}.")


def _is_overload(node: ast.ClassDef | Function) -> bool:
    return any("overload" in ast.unparse(decorator) for decorator in node.decorator_list)
