"""Rows whose own values are valid, with their origins: what the checks across tables work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast
from unicodedata import normalize

from pydantic import ValidationError

from sim.scenario import rows
from sim.scenario.faults import Faults, listed
from sim.scenario.raw import RawRow, RawScenario
from sim.scenario.tables import TABLES, Table

RowT = TypeVar("RowT", bound=rows.Row)

_RANGE_ERRORS = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal"})


@dataclass(frozen=True)
class Checked(Generic[RowT]):
    """A valid row and the cells it came from."""

    row: RowT
    raw: RawRow


@dataclass
class Draft:
    """A scenario whose rows are valid one by one.

    Attributes
    ----------
    raw
        All rows as read, also those that are not valid.
    faults
        Takes what is wrong.
    header
        None if it is not valid.
    tables
        The valid rows by table.
    names
        By table, the first column of the key of each row, valid or not: a row with a fault of
        its own must not make each reference to it a fault too.
    """

    raw: RawScenario
    faults: Faults
    header: rows.Header | None = None
    tables: dict[str, list[Checked[Any]]] = field(default_factory=dict)
    names: dict[str, dict[str, None]] = field(default_factory=dict)

    def rows(self, name: str) -> list[Checked[Any]]:
        """Return the valid rows of a table."""
        return self.tables[name]

    def is_known(self, checked: Checked[Any], column: str, value: str | None, table: str) -> bool:
        """Return whether a row of `table` is called `value`; note a fault if none is.

        A blank value is known; so is any value where the table could not be read.
        """
        if value is None or value in self.names[table] or table in self.raw.broken:
            return value is not None and value in self.names[table]
        known = self.names[table]
        what = TABLES[table].what
        near = self.faults.nearest(value, known)
        allowed = f"a {what} of {TABLES[table].file}: {listed(known) or 'there is none'}"
        checked.raw.fault(self.faults, column, f"unknown {what}{near}", allowed, found=value)
        return False


def draft_of(raw: RawScenario, faults: Faults) -> Draft:
    """Check each row by itself and return the valid ones; faults of the others are noted."""
    draft = Draft(raw, faults)
    if "header" not in raw.broken:
        draft.header = cast(rows.Header | None, _validated(raw.header, rows.Header, faults))
    for table in TABLES.values():
        raw_rows = raw.tables[table.name]
        draft.tables[table.name] = [
            Checked(row, raw_row)
            for raw_row in raw_rows
            if (row := _validated(raw_row, table.model, faults)) is not None
        ]
        names = (raw_row.text(table.key[0]) for raw_row in raw_rows)
        draft.names[table.name] = {normalize("NFC", name): None for name in names if name}
        _duplicates(raw_rows, table, faults)
    return draft


def _validated(raw: RawRow, model: type[RowT], faults: Faults) -> RowT | None:
    try:
        return model.model_validate(dict(raw.cells))
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            column = str(item["loc"][0]) if item["loc"] else ""
            message = _message(cast(dict[str, Any], item))
            if message == "is missing" and column in raw.absent:
                continue  # the header's fault, already told
            if message == "not a known word":
                words = rows.allowed(model, column).removeprefix("one of ").split(", ")
                message += faults.nearest(raw.cells.get(column), words)
            raw.fault(faults, column, message, rows.allowed(model, column))
    return None


def _message(item: dict[str, Any]) -> str:
    """Return in a few words what pydantic found wrong."""
    kind = item["type"]
    if kind == "missing":
        return "is missing"
    if kind in _RANGE_ERRORS:
        return "out of range"
    if kind == "too_short":
        return f"too few: {item['ctx']['min_length']} at least"
    if kind == "extra_forbidden":
        return "unknown key"
    if kind == "value_error":
        return str(item["ctx"]["error"])
    return str(item["msg"]).lower()


def _duplicates(raw_rows: list[RawRow], table: Table, faults: Faults) -> None:
    """Note rows with the key of an earlier row: same places, ids, pairs of places."""
    seen: dict[tuple[str, ...], RawRow] = {}
    known = rows.columns(table.model)
    needed = [column for column in table.key if known[column]] or table.key
    for row in raw_rows:
        if any(column not in row.cells for column in needed):
            continue
        first = seen.setdefault(table.key_of(row), row)
        if first is row:
            continue
        found = " - ".join(str(row.cells[column]) for column in table.key if column in row.cells)
        message = f"{table.what} stands twice"
        if first.origin.row is not None:
            message += f", first in row {first.origin.row}"
        differs = table.name == "relations" and row.text("stance") != first.text("stance")
        if differs:
            message = f"contradicts an earlier relation, which says {first.text('stance')}"
        allowed = "each once; letter case does not tell two apart"
        row.fault(faults, table.key[0], message, allowed, found=found)
