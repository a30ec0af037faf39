"""The columns of a run's tables, and the small functions that fill them.

Every table has the columns of :data:`COLUMNS`, in that order and of those types, whatever
happened in the run; a missing name or number is None. Rows are in the order of days, then of the
scenario's tables, so that the same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import LEDGER, History

Column = NDArray[Any]
Table = dict[str, Column]

_DAY = {"date": "date", "day": "int"}

UNIT_NUMBERS = {
    "strength_fighters": "strength",
    "wounded_fighters": "wounded",
    "readiness_permille": "readiness",
    "supply_permille": "supply",
}

WEAPON_COLUMNS = ("air_strikes", "car_bombs", "foot_bombers")

# Dead of a faction, or who used a weapon: column to field of the history.
COUNT_COLUMNS = {
    "killed_fighters": "killed",
    "children_killed_fighters": "children_killed",
    "leaders_killed": "leaders_killed",
    "reported_killed_fighters": "reported_killed",
    "reported_children_killed_fighters": "reported_children",
    **{weapon: weapon for weapon in WEAPON_COLUMNS},
}

# Movements of fighters that are not among the counts already: column to field of the ledger.
MOVEMENTS = {
    ("newly_wounded" if name == "wounded" else name) + "_fighters": name
    for name in LEDGER
    if name != "killed"
}

COLUMNS: dict[str, dict[str, str]] = {
    "daily": {
        **_DAY,
        "faction": "text",
        "districts_held": "int",
        "places_held": "int",
        "built_area_km2": "real",
        "territory_km2": "real",
        "front_km": "real",
        "strength_fighters": "int",
        "wounded_fighters": "int",
        **dict.fromkeys(COUNT_COLUMNS, "int"),
        "killed_total_fighters": "int",
        "reported_killed_total_fighters": "int",
        "air_strikes_total": "int",
        "car_bombs_total": "int",
        **dict.fromkeys(MOVEMENTS, "int"),
    },
    "places": {
        **_DAY,
        "place": "text",
        "city": "text",
        "controller": "text",
        "contested": "truth",
        "engaged": "truth",
        "strength_fighters": "int",
        "killed_fighters": "int",
        **dict.fromkeys(WEAPON_COLUMNS, "int"),
    },
    "units": {
        **_DAY,
        "unit": "text",
        "kind": "text",
        "faction": "text",
        "place": "text",
        "next_place": "text",
        **dict.fromkeys(UNIT_NUMBERS, "int"),
        "posture": "text",
    },
    "engagements": {
        **_DAY,
        "place": "text",
        "city": "text",
        "faction": "text",
        "strength_fighters": "int",
        **dict.fromkeys(COUNT_COLUMNS, "int"),
    },
    "events": {
        **_DAY,
        "event": "text",
        "place": "text",
        "faction": "text",
        "other_faction": "text",
        "detail": "text",
        "number": "real",
    },
    "reports": {
        **_DAY,
        "observer": "text",
        "about": "text",
        "place": "text",
        "what": "text",
        "number": "real",
        "words": "text",
        "true_number": "real",
    },
    "history": {
        **_DAY,
        "what": "text",
        "faction": "text",
        "place": "text",
        "line": "text",
        "number": "int",
    },
}

# Tables that folders of earlier versions lack.
OPTIONAL_TABLES = frozenset({"history"})


def names_of(indices: NDArray[Any], names: Sequence[str]) -> Column:
    """Return the names at indices, None where the index is -1, as an object array."""
    with_none = np.array([*names, None], dtype=object)
    return with_none[indices.astype(np.int64)]


def day_columns(history: History, days: NDArray[np.int64]) -> Table:
    """Return the columns ``date`` and ``day`` of rows that belong to these day indices."""
    first = np.datetime64(history.start, "D")
    return {"date": first + days.astype("timedelta64[D]"), "day": days.astype(np.int64)}


def row_day(row: Mapping[str, Any], start: date) -> int:
    """Return the day index of a row that has ``day`` or ``date``."""
    if row.get("day") is not None:
        return int(row["day"])
    on = row["date"]
    return ((date.fromisoformat(on) if isinstance(on, str) else on) - start).days


def row_columns(
    rows: Sequence[Mapping[str, Any]], history: History, columns: Sequence[str]
) -> Table:
    """Return rows that are dicts as columns, ``date`` and ``day`` from either of the two."""
    days = np.array([row_day(row, history.start) for row in rows], dtype=np.int64)
    table = day_columns(history, days)
    for name in columns[2:]:
        values = np.empty(len(rows), dtype=object)
        values[:] = [row.get(name) for row in rows]
        table[name] = values
    return table
