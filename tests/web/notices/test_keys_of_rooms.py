"""The key of a notice counts in all of somebody's inbox: each room begins its keys with its own name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

WEB = Path("src/wikivillage/web").resolve()
ROOMS = ("bookings", "exchange")


def keys_of(source: str) -> Iterator[str]:
    """How the key of each call of ``tell`` begins, in each function; a key that is given a name, by what is named."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            named = {
                target.id: node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "tell":
                    said = {word.arg: word.value for word in call.keywords}.get("key", ast.Constant(""))
                    yield _begin(named.get(said.id, said) if isinstance(said, ast.Name) else said)


def _begin(node: ast.expr) -> str:
    if isinstance(node, ast.BoolOp):
        return _begin(node.values[-1])
    if isinstance(node, ast.JoinedStr):
        return _begin(node.values[0])
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


@pytest.mark.parametrize("room", ROOMS)
def test_every_key_begins_with_its_room(room: str) -> None:
    found = [(file.name, key) for file in (WEB / room).glob("*.py") for key in keys_of(file.read_text("utf-8"))]
    assert len(found) > 2
    assert [one for one in found if one[1] and not one[1].startswith(f"{room}-")] == []


def test_a_bare_key_is_found() -> None:
    source = """
def say(row, key):
    kept = f"bookings-{row}"
    tell(agent="a", key=f"outage-{row}")
    tell(agent="a", key=kept)
    tell(agent="a", key=row and f"{key}-1")
    tell(agent="a", key=key)
"""
    assert list(keys_of(source)) == ["outage-", "bookings-", "{key}", "key"]
