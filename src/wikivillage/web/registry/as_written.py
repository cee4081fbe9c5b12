"""The values of a village file in the words in which it writes them: ``30000 meal/year``, not ``3.4246 meal/h``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose

from wikivillage.base.units import Quantity, UnitError, read_quantity, same_dimension, write_number
from wikivillage.model.yaml_source import Mapping as Node
from wikivillage.model.yaml_source import Text, parse

Written = Mapping[str, str]
"""The values of a file by the keys that lead to them, from the section on, with dots between."""
ROUNDING = 1e-9
DIGITS = 6
"""How many digits are written of an amount that was kept in another unit."""


def read_written(text: str, name: str) -> Written:
    """All values of a file as they are written. Raises ProblemError where it is no YAML."""
    return dict(_leaves(parse(text, name), ""))


def _leaves(node: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Text):
        yield key, node.text
    elif isinstance(node, Node):
        for word, value in node.values.items():
            yield from _leaves(value, f"{key}.{word}" if key else word)


def in_words_of_file(before: str, after: str, written: str | None) -> tuple[str, str]:
    """An amount before and after as the new file writes it, if it writes the same as ``after``; else as they are kept.

    What was before is told in the unit of what is written, so that the two can be compared.
    """
    new, said = _amount(after), _amount(written or "")
    if written is None or new is None or said is None or said.unit == "1" or not _is_same(new, said):
        return before, after
    old = _amount(before)
    if old is None or old.unit == said.unit or not same_dimension(old.unit, said.unit):
        return before, written
    return f"{write_number(float(f'{old.to(said.unit):.{DIGITS}g}'))} {said.unit}", written


def _is_same(one: Quantity, other: Quantity) -> bool:
    if not same_dimension(one.unit, other.unit):
        return False
    return isclose(one.to(other.unit), float(other.number), rel_tol=ROUNDING, abs_tol=ROUNDING)


def _amount(text: str) -> Quantity | None:
    try:
        return read_quantity(text)
    except UnitError:
        return None
