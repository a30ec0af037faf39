"""Reading one folder: a scenario, or an overlay that changes its base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.scenario.faults import Faults, listed
from sim.scenario.raw import Origin, RawRow
from sim.scenario.reading import is_there, read_table, read_toml
from sim.scenario.rows import columns
from sim.scenario.tables import (
    AMOUNTS,
    CSV_TABLES,
    NAMED_TABLES,
    OUTCOMES_FILE,
    POSTERIOR_ABOUT_FILE,
    POSTERIOR_FILE,
    PREDICTIVE_FILE,
    SCENARIO_FILE,
    TABLES,
    Table,
)

HEADER = ("title", "question", "start", "end")
HEADER_TABLES = ("civilians",)
EDITS = ("add", "replace", "remove")
_SECTIONS = (*HEADER, *HEADER_TABLES, *NAMED_TABLES, "relations")
_FILES = (
    SCENARIO_FILE,
    OUTCOMES_FILE,
    *(table.file for table in CSV_TABLES),
    POSTERIOR_FILE,
    POSTERIOR_ABOUT_FILE,
    PREDICTIVE_FILE,
)


@dataclass
class Layer:
    """What one folder says.

    Attributes
    ----------
    folder, shown
        The folder, and what stands before a file's name in faults.
    header
        Title, question, start, end: an overlay may leave out the dates.
    base
        Name of the base, or None.
    values
        Values by dotted name, of the overlay's table `set`.
    tables
        Rows by table. Those of an overlay's CSV tables have a cell `edit`; those of TOML files
        add or replace.
    broken
        Tables that could not be read.
    """

    folder: Path
    shown: str
    header: RawRow
    base: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, list[RawRow]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def referred(self) -> set[str]:
        """Return the ids of parameters that rows of this folder refer to."""
        found = {
            (row.text(column) or "").partition("*")[2].strip() or row.text(column)
            for table, column in AMOUNTS
            for row in self.tables[table]
        }
        return {name for name in found if name}


def read_layer(folder: Path, shown: str, faults: Faults) -> Layer:
    """Read all files of a folder, whatever is wrong with some of them."""
    file = shown + SCENARIO_FILE
    layer = Layer(folder, shown, RawRow({}, Origin(file)))
    layer.tables = {name: [] for name in TABLES}
    if not is_there(folder, SCENARIO_FILE):
        faults.add(file, "the file is missing", allowed="a TOML file that names title and question")
        content = None
    else:
        content = read_toml(folder, SCENARIO_FILE, file, faults)
    if content is None:
        layer.broken |= {"header", *NAMED_TABLES, "relations"}
    else:
        _read_scenario(content, layer, file, faults)
    _read_outcomes(layer, faults)
    for table in CSV_TABLES:
        _read_csv(layer, table, faults)
    _unknown_files(layer, faults)
    return layer


def _read_scenario(content: dict[str, Any], layer: Layer, file: str, faults: Faults) -> None:
    overlay = "base" in content
    sections = (*_SECTIONS, "base", "set") if overlay else (*_SECTIONS, "base")
    for name in content:
        if name not in sections:
            near = faults.nearest(name, sections)
            faults.add(file, f"unknown key{near}", found=name, allowed=listed(sections, 99))
    cells = {name: content[name] for name in (*HEADER, *HEADER_TABLES) if name in content}
    layer.header = RawRow(cells, Origin(file))
    if overlay:
        _read_base(content["base"], layer, file, faults)
        for name in ("title", "question"):
            if name not in content:
                faults.add(file, "is missing", field=name, allowed="a text of the overlay's own")
        values = content.get("set", {})
        if isinstance(values, dict):
            layer.values = dict(_flat(values))
        else:
            faults.add(file, "not a table", field="set", found=values, allowed="names and values")
    for name in NAMED_TABLES:
        layer.tables[name] = named_rows(content.get(name, {}), name, file, faults)
    layer.tables["relations"] = listed_rows(content.get("relations", []), "relations", file, faults)
    _unknown_columns(layer, (*NAMED_TABLES, "relations"), faults)


def _read_base(base: Any, layer: Layer, file: str, faults: Faults) -> None:
    if isinstance(base, str):
        layer.base = base
        return
    layer.broken.add("base")
    faults.add(file, "not a text", field="base", found=base, allowed="the name of a scenario")


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return nested tables as dotted names; very deep ones stay values."""
    flat: list[tuple[str, Any]] = []
    for name, value in values.items():
        if isinstance(value, dict) and prefix.count(".") < 4:
            flat += _flat(value, f"{prefix}{name}.")
        else:
            flat.append((prefix + name, value))
    return flat


def _read_outcomes(layer: Layer, faults: Faults) -> None:
    if not is_there(layer.folder, OUTCOMES_FILE):
        return
    file = layer.shown + OUTCOMES_FILE
    content = read_toml(layer.folder, OUTCOMES_FILE, file, faults)
    if content is None:
        layer.broken.add("outcomes")
        return
    for name in content:
        if name != "outcomes":
            near = faults.nearest(name, ["outcomes"])
            faults.add(file, f"unknown key{near}", found=name, allowed="[[outcomes]]")
    rows = listed_rows(content.get("outcomes", []), "outcomes", file, faults)
    layer.tables["outcomes"] = rows
    _unknown_columns(layer, ("outcomes",), faults)


def named_rows(content: Any, name: str, file: str, faults: Faults) -> list[RawRow]:
    """Return the rows of tables by name, `[factions.army]`; the name is a cell too."""
    if not isinstance(content, dict):
        faults.add(file, "not a table", field=name, found=content, allowed=f"[{name}.NAME]")
        return []
    rows = []
    for key, cells in content.items():
        if not isinstance(cells, dict):
            allowed = f"[{name}.NAME]"
            faults.add(file, "not a table", field=f"{name}.{key}", found=cells, allowed=allowed)
            continue
        origin = Origin(file, prefix=f"{name}.{key}.")
        if "name" in cells:
            RawRow(cells, origin).fault(faults, "name", "unknown key", "the table's own name")
        rows.append(RawRow({**cells, "name": key}, origin))
    return rows


def listed_rows(content: Any, name: str, file: str, faults: Faults) -> list[RawRow]:
    """Return the rows of an array of tables, `[[outcomes]]`."""
    if not isinstance(content, list):
        faults.add(file, "not an array of tables", field=name, found=content, allowed=f"[[{name}]]")
        return []
    rows = []
    for number, cells in enumerate(content, start=1):
        prefix = f"{name}[{number}]"
        if isinstance(cells, dict):
            known = {key: value for key, value in cells.items() if value is not None}
            rows.append(RawRow(known, Origin(file, prefix=prefix + ".")))
        else:
            faults.add(file, "not a table", field=prefix, found=cells, allowed=f"[[{name}]]")
    return rows


def _unknown_columns(layer: Layer, tables: tuple[str, ...], faults: Faults) -> None:
    for name in tables:
        layer.tables[name] = [
            without_unknown(row, TABLES[name], faults) for row in layer.tables[name]
        ]


def without_unknown(row: RawRow, table: Table, faults: Faults) -> RawRow:
    """Return the row with the table's own columns only; each other one is a fault."""
    known = columns(table.model)
    cells = {}
    for column, value in row.cells.items():
        if column in known:
            cells[column] = value
            continue
        near = faults.nearest(column, known)
        row.fault(faults, column, f"unknown key{near}", listed(known, 99))
    return RawRow(cells, row.origin, row.inherited, row.absent)


def _read_csv(layer: Layer, table: Table, faults: Faults) -> None:
    overlay = layer.base is not None or "base" in layer.broken
    file = layer.shown + table.file
    known = columns(table.model)
    needed = [column for column, obligatory in known.items() if obligatory]
    if not is_there(layer.folder, table.file):
        if table.obligatory and not overlay:
            layer.broken.add(table.name)
            if "header" not in layer.broken:  # else this may be an overlay, which needs no table
                allowed = f"a CSV table with the columns {listed(needed)}"
                faults.add(file, "the file is missing", allowed=allowed)
        return
    if overlay:
        known = {"edit": True, **known}
        needed = ["edit", *(column for column in table.key if known[column])]
    rows = read_table(layer.folder, table.file, file, known, needed, faults)
    if rows is None:
        layer.broken.add(table.name)
        return
    if any(row.absent & set(table.key) for row in rows):
        layer.broken.add(table.name)
    names = set(known)
    layer.tables[table.name] = [
        RawRow(
            {column: cell for column, cell in row.cells.items() if column in names},
            row.origin,
            absent=row.absent,
        )
        for row in rows
    ]


def _unknown_files(layer: Layer, faults: Faults) -> None:
    """Report tables that nobody reads, such as `route.csv`: a slip would go unnoticed."""
    try:
        names = sorted(path.name for path in layer.folder.iterdir())
    except OSError:
        return
    for name in names:
        if name.endswith((".csv", ".toml")) and not name.startswith(".") and name not in _FILES:
            near = faults.nearest(name, _FILES)
            faults.add(layer.shown + name, f"unknown file{near}", allowed=listed(_FILES, 99))
