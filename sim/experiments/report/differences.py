"""What one resolved scenario says otherwise than another, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TEXTS = frozenset({"name", "title", "question"})
# Columns that tell the rows of a table apart, where there is no id.
_KEYS = ("id", "name", "place", "date", "event", "a", "b", "faction", "kind")
_ROW = "the row"


@dataclass(frozen=True)
class Difference:
    """A value that differs: the table, the row, the column, and both values; None for none."""

    table: str
    row: str
    column: str
    base: Any
    other: Any


def differences(base: Mapping[str, Any], other: Mapping[str, Any]) -> list[Difference]:
    """Return what differs between two resolved scenarios, but for what they ask.

    A row that only one of them has counts as one difference.
    """
    found: list[Difference] = []
    for table in dict.fromkeys([*base, *other]):
        if table in _TEXTS or base.get(table) == other.get(table):
            continue
        first, second = base.get(table), other.get(table)
        if isinstance(first, list | dict) or isinstance(second, list | dict):
            found += _of_tables(table, _rows(first), _rows(second))
        else:
            found.append(Difference("scenario", "", table, first, second))
    return found


def _of_tables(
    table: str, base: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[Difference]:
    for row in dict.fromkeys([*base, *other]):
        first, second = base.get(row), other.get(row)
        if first == second:
            continue
        if first is None or second is None:
            here, there = ("" if each is None else _ROW for each in (first, second))
            yield Difference(table, row, "", here, there)
        elif not (isinstance(first, dict) and isinstance(second, dict)):
            yield Difference(table, row, "", first, second)
        else:
            for column in dict.fromkeys([*first, *second]):
                if first.get(column) != second.get(column):
                    yield Difference(table, row, column, first.get(column), second.get(column))


def _rows(table: Any) -> dict[str, Any]:
    """Return the rows of a table by what tells them apart."""
    if isinstance(table, dict):
        return {str(name): row for name, row in table.items()}
    if not isinstance(table, list):
        return {}
    found: dict[str, Any] = {}
    for row in table:
        own = row if isinstance(row, dict) else {"id": row}
        keys = ("id",) if "id" in own else _KEYS
        name = ", ".join(str(own[key]) for key in keys if key in own)
        number = 2
        unique = name
        while unique in found:  # rows that say the same of themselves
            unique, number = f"{name} ({number})", number + 1
        found[unique] = row
    return found
