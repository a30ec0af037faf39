"""A scenario as read, before its values are checked: rows of cells that know their origin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.faults import Faults


@dataclass(frozen=True)
class Origin:
    """Where a row comes from: file, line (None in TOML) and, in TOML, the table's dotted name."""

    file: str
    row: int | None = None
    prefix: str = ""


@dataclass(frozen=True)
class RawRow:
    """Cells of a row by column; blank cells are left out.

    Attributes
    ----------
    cells
        Values by column.
    origin
        Where the row stands.
    inherited
        Where the cells stand that an overlay took over from its base.
    absent
        Obligatory columns that the whole table lacks: reported once, not for each row.
    """

    cells: Mapping[str, Any]
    origin: Origin
    inherited: Mapping[str, Origin] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()

    def fault(
        self, faults: Faults, column: str, message: str, allowed: str = "", found: object = None
    ) -> None:
        """Note a fault of a column of this row; without `found`, what stands in the cell."""
        origin = self.inherited.get(column, self.origin)
        faults.add(
            origin.file,
            message,
            row=origin.row,
            field=(origin.prefix + column).rstrip("."),
            found=self.cells.get(column) if found is None else found,
            allowed=allowed,
        )

    def text(self, column: str) -> str | None:
        """Return a cell that holds text, else None."""
        value = self.cells.get(column)
        return value if isinstance(value, str) else None


@dataclass
class RawScenario:
    """All rows of a scenario.

    Attributes
    ----------
    name
        Name of the folder.
    header
        Title, question, start and end.
    tables
        Rows by table (see `sim.scenario.tables`).
    broken
        Tables that could not be read, so that nothing can be said of references to them.
    referred
        Parameter ids that some row, also one that an overlay has removed, refers to.
    """

    name: str
    header: RawRow
    tables: dict[str, list[RawRow]]
    broken: set[str] = field(default_factory=set)
    referred: set[str] = field(default_factory=set)
