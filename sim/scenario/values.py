"""Setting single values of a scenario by dotted name: a parameter, the first or last day."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from sim.scenario import cells
from sim.scenario.faults import Faults
from sim.scenario.folder import HEADER
from sim.scenario.kinds import ANY_KIND
from sim.scenario.raw import Origin, RawRow, RawScenario

HEADER_NAMES = tuple(f"scenario.{name}" for name in HEADER)


def set_values(
    raw: RawScenario, values: Mapping[str, Any], origin: Origin, source: str, faults: Faults
) -> None:
    """Set values of a scenario as read.

    A parameter that is set is no unknown any more: its prior becomes fixed, so that no draw from
    the priors undoes it. The value must lie in the range of the prior. Where `any_kind.x` is a
    parameter, `kind.x` may be set for each kind. An earlier end cuts off what would come after
    it.

    Parameters
    ----------
    raw
        The scenario; changed in place.
    values
        Values by dotted name: a parameter's id, or `scenario.end` and the like.
    origin
        Where the values come from, for faults.
    source
        What the parameters say of their source from now on.
    faults
        Takes what is wrong.
    """
    table = raw.tables["parameters"]
    places = {row.text("id"): number for number, row in reversed(list(enumerate(table)))}
    parameters = {name: table[number] for name, number in places.items()}
    kinds = [row.text("name") for row in raw.tables["kinds"]]
    header = dict(raw.header.cells)
    inherited = {column: raw.header.inherited.get(column, raw.header.origin) for column in header}
    for name, value in values.items():
        place = RawRow({name: value}, origin)
        if name in HEADER_NAMES:
            column = name.removeprefix("scenario.")
            header[column] = value
            inherited[column] = dataclasses.replace(origin, prefix=origin.prefix + "scenario.")
            continue
        known = parameters.get(name) or _of_any_kind(name, parameters, kinds)
        if known is None:
            names = [*HEADER_NAMES, *(key for key in parameters if key)]
            names += [f"{kind}.{name.partition('.')[2]}" for kind in kinds]
            allowed = "the id of a parameter, or one of " + ", ".join(HEADER_NAMES)
            near = faults.nearest(name, [key for key in names if key != name])
            place.fault(faults, name, f"unknown name{near}", allowed, found=name)
            continue
        if _is_in_range(known, place, name, faults):
            fixed = _fixed(known, name, value, origin, source)
            if name in places:
                table[places[name]] = fixed
            else:
                table.append(fixed)
    raw.header = RawRow(header, raw.header.origin, inherited)
    if "scenario.end" in values:
        cut_off(raw)


def _of_any_kind(
    name: str, parameters: Mapping[str | None, RawRow], kinds: list[str | None]
) -> RawRow | None:
    """Return the row that `kind.x` would override, if `any_kind.x` is a parameter."""
    group, _, rest = name.partition(".")
    return parameters.get(f"{ANY_KIND}.{rest}") if group in kinds else None


def _is_in_range(known: RawRow, place: RawRow, name: str, faults: Faults) -> bool:
    """Check a value against the range of its parameter; False (and a fault) if it is outside."""
    low, high = (_number(known.cells.get(column)) for column in ("low", "high"))
    try:
        number = cells.as_number(place.cells[name])
    except ValueError as error:
        place.fault(faults, name, str(error), "a number", found=place.cells[name])
        return False
    if low is not None and high is not None and not low <= number <= high:
        allowed = f"{low:g} to {high:g}, the range of its prior"
        place.fault(faults, name, "outside the range of its prior", allowed)
        return False
    return True


def _number(cell: object) -> float | None:
    try:
        return cells.as_number(cell)
    except ValueError:
        return None


def _fixed(known: RawRow, name: str, value: object, origin: Origin, source: str) -> RawRow:
    changed = {"id": name, "value": value, "prior": "fixed", "source": source}
    kept = {column: known.inherited.get(column, known.origin) for column in known.cells}
    inherited = {column: place for column, place in kept.items() if column not in changed}
    here = dataclasses.replace(origin, prefix=f"{origin.prefix}{name}.")
    return RawRow({**known.cells, **changed}, here, inherited)


def cut_off(raw: RawScenario) -> None:
    """Remove what comes after the end of the scenario: it will not happen.

    Units that would arrive, events, sorties, and reinforcements, air and claims that would begin
    after the end go; reinforcements, air and claims that would last beyond it end with it.
    """
    end = _date(raw.header.cells.get("end"))
    if end is None:
        return
    for table, column in (
        ("units", "arrives"),
        ("events", "date"),
        ("sorties", "date"),
        ("reinforcements", "from"),
        ("air", "from"),
        ("claims", "from"),
    ):
        raw.tables[table] = [
            row
            for row in raw.tables[table]
            if (day := _date(row.cells.get(column))) is None or day <= end
        ]
    for table in ("reinforcements", "air", "claims"):
        raw.tables[table] = [_until(row, end) for row in raw.tables[table]]


def _until(row: RawRow, end: date) -> RawRow:
    day = _date(row.cells.get("until"))
    if day is None or day <= end:
        return row
    return dataclasses.replace(row, cells={**row.cells, "until": end})


def _date(cell: object) -> date | None:
    try:
        return cells.as_date(cell)
    except ValueError:
        return None
