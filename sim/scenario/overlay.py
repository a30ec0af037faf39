"""Laying an overlay over its base: rows added, replaced, removed by key, values set by name."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario.faults import Faults
from sim.scenario.folder import EDITS, Layer
from sim.scenario.raw import Origin, RawRow, RawScenario
from sim.scenario.tables import SCENARIO_FILE, TABLES, Table
from sim.scenario.values import cut_off, set_values


def raw_scenario(
    layers: Sequence[Layer], standard: Sequence[RawRow], name: str, faults: Faults
) -> RawScenario:
    """Return the rows of a chain of folders, the one without a base first.

    Parameters
    ----------
    layers
        The folders; each lies over those before it.
    standard
        Rows of the standard parameters, which lie below all.
    name
        Name of the scenario.
    faults
        Takes what is wrong with the edits.
    """
    root = layers[0]
    raw = RawScenario(name, root.header, {key: list(rows) for key, rows in root.tables.items()})
    raw.broken |= root.broken
    raw.referred |= root.referred()
    own = {TABLES["parameters"].key_of(row) for row in root.tables["parameters"]}
    below = [row for row in standard if TABLES["parameters"].key_of(row) not in own]
    raw.tables["parameters"] = below + raw.tables["parameters"]
    for layer in layers[1:]:
        _lay_over(raw, layer, faults)
    return raw


def _lay_over(raw: RawScenario, layer: Layer, faults: Faults) -> None:
    raw.broken |= layer.broken - {"base"}
    raw.referred |= layer.referred()
    raw.header = _over(raw.header, layer.header)
    if "end" in layer.header.cells:
        cut_off(raw)
    for table in TABLES.values():
        if table.is_csv:
            _edit(raw.tables[table.name], layer.tables[table.name], table, faults)
        else:
            _put(raw.tables[table.name], layer.tables[table.name], table, faults)
    file = layer.shown + SCENARIO_FILE
    source = f"set in the scenario {layer.folder.name}"
    set_values(raw, layer.values, Origin(file, prefix="set."), source, faults)


def _over(below: RawRow, above: RawRow) -> RawRow:
    """Return a row whose blank cells keep the values, and the origins, of the row below."""
    kept = {column: cell for column, cell in below.cells.items() if column not in above.cells}
    inherited = {column: below.inherited.get(column, below.origin) for column in kept}
    return RawRow({**kept, **above.cells}, above.origin, inherited)


def _put(below: list[RawRow], above: list[RawRow], table: Table, faults: Faults) -> None:
    """Add the rows of a TOML file, or put them in the place of those with the same key."""
    places = {table.key_of(row): number for number, row in enumerate(below)}
    seen: set[tuple[str, ...]] = set()
    for row in above:
        key = table.key_of(row)
        if key in seen:
            row.fault(faults, table.key[0], f"{table.what} stands twice", "once")
        elif key in places:
            below[places[key]] = row
        else:
            below.append(row)
        seen.add(key)


def _edit(below: list[RawRow], edits: list[RawRow], table: Table, faults: Faults) -> None:
    """Apply the rows of an overlay's CSV table, in their order, to the rows of its base."""
    rows: dict[tuple[str, ...], list[RawRow]] = {}
    for row in below:
        rows.setdefault(table.key_of(row), []).append(row)
    names = {table.key_of(row): row.text(table.key[-1]) or "" for row in below}
    for edit in edits:
        verb = edit.cells.get("edit")
        cells = {column: cell for column, cell in edit.cells.items() if column != "edit"}
        row = RawRow(cells, edit.origin, absent=edit.absent)
        key = table.key_of(row)
        allowed_verbs = ("add", "remove") if table.name == "events" else EDITS
        if verb not in allowed_verbs:
            edit.fault(faults, "edit", "unknown edit", " or ".join(allowed_verbs))
        elif verb == "add":
            if key in rows:
                message = f"{table.what} is in the base already"
                row.fault(faults, table.key[0], message, "a new one, or the edit replace")
            else:
                rows[key] = [row]
        elif key not in rows:
            near = faults.nearest(row.text(table.key[-1]), names.values())
            message = f"no such {table.what} in the base{near}"
            row.fault(faults, table.key[0], message, "a row of the base")
        elif verb == "remove":
            del rows[key]
        else:
            rows[key] = [_over(rows[key][0], row)]
    below[:] = [row for group in rows.values() for row in group]
