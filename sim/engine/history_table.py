"""The daily record of a run as one long table, and back: what outcomes of any day are read from.

One row a number: ``what`` is the name of an array of the :class:`~sim.outcomes.history.History`,
``faction``, ``place`` and ``line`` say where in it. Counts by faction and place are zero where
there is no row. The controllers, and where there was fighting, are in the table of places already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.columns import MOVEMENTS, Table, day_columns, names_of
from sim.engine.folders import ResultsError
from sim.outcomes.history import EXTRAS, History, empty_history
from sim.state.ledger import COUNTS, LEDGER

if TYPE_CHECKING:
    from sim.engine.loading import Run
    from sim.scenario.schema import Scenario

# Axes of the arrays after day and replicate. Those after the counts are not in every history.
AXES: dict[str, tuple[str, ...]] = {
    "strength": ("faction", "place"),
    **dict.fromkeys(COUNTS, ("faction", "place")),
    "supply_index": ("faction",),
    "lines_open": ("line",),
    "residents": ("place",),
    "displaced": ("place",),
    "in_need": ("place",),
    "reached": ("place",),
    "civilians_killed": ("place",),
}

TABLE = "history"


def recorded_arrays(history: History) -> Iterator[tuple[str, tuple[str, ...], NDArray[Any]]]:
    """Yield name, axes and values of the arrays that a history has."""
    for name, axes in AXES.items():
        values = getattr(history, name, None)
        if values is not None:
            yield name, axes, values


def names_on_axes(history: History) -> dict[str, tuple[str, ...]]:
    """Return the names along each axis."""
    lines = history.lines or ()
    return {"faction": history.factions, "place": history.places, "line": lines}


def history_table(history: History) -> Table:
    """Return the record of a run; zeros of counts by faction and place are left out."""
    names = names_on_axes(history)
    parts: list[dict[str, NDArray[Any]]] = []
    for name, axes, values in recorded_arrays(history):
        everything = len(axes) == 1  # so that zeros are told from what was not recorded
        day, *where = np.nonzero(np.ones_like(values[:, 0]) if everything else values[:, 0])
        nobody = np.full(len(day), -1)
        at = {axis: dict(zip(axes, where, strict=True)).get(axis, nobody) for axis in names}
        number = values[:, 0][(day, *where)].astype(np.int64)
        parts.append({"day": day, "number": number, "what": np.full(len(day), name), **at})
    day = np.concatenate([part["day"] for part in parts])
    return {
        **day_columns(history, day),
        "what": np.concatenate([part["what"].astype(object) for part in parts]),
        **{
            axis: names_of(np.concatenate([part[axis] for part in parts]), names[axis])
            for axis in names
        },
        "number": np.concatenate([part["number"] for part in parts]),
    }


def history_of(run: Run, scenario: Scenario) -> History:
    """Return the history of a run that was read from its folder.

    Parameters
    ----------
    run : Run
    scenario : Scenario
        The run's own, as ``Scenario.from_resolved(run.scenario)`` gives it.

    Raises
    ------
    ResultsError
        If the run was written without its record, or its tables do not fit its scenario.
    """
    if TABLE not in run.tables:
        raise ResultsError(
            f"The run in {str(run.folder)!r} was written without the table {TABLE!r} of its daily "
            "record; make it anew to read outcomes of other days from it."
        )
    try:
        return _filled(run, scenario)
    except (KeyError, ValueError, IndexError):
        raise ResultsError(
            f"The tables in {str(run.folder)!r} do not fit the scenario that lies beside them."
        ) from None


def _filled(run: Run, scenario: Scenario) -> History:
    history = _empty(run, scenario)
    days, places = history.days, len(history.places)
    table = run.tables["places"]
    history.controller[:, 0] = _codes(table, "controller", history.factions).reshape(days, places)
    history.engaged[:, 0] = np.reshape(table["engaged"].to_numpy(), (days, places))
    daily = run.tables["daily"]
    for column, name in [*MOVEMENTS.items(), ("killed_fighters", "killed")]:
        moved = daily[column].to_numpy().reshape(days, len(history.factions))
        history.ledger[:, 0, :, LEDGER.index(name)] = moved
    _fill(history, run.tables[TABLE], tuple(getattr(scenario, "supply_lines", ())))
    return history


def _empty(run: Run, scenario: Scenario) -> History:
    from sim.theatre.theatre import Theatre

    theatre = Theatre.build(scenario.places, scenario.routes)
    factions = tuple(scenario.factions)
    hostile = [[scenario.stance(a, b) == "hostile" for b in factions] for a in factions]
    holder = {row.place: row.controller for row in scenario.control}
    before = [factions.index(h) if (h := holder.get(p)) else -1 for p in theatre.names]
    return empty_history(
        start=scenario.start,
        days=run.info["days"],
        places=theatre.names,
        factions=factions,
        city=theatre.city,
        cities=theatre.city_names,
        area_km2=theatre.area_m2 / 1e6,
        hostile_at_start=np.array(hostile, np.bool_),
        initial_controller=np.array([before], np.int8),
    )


def _fill(history: History, table: Any, supply_lines: tuple[Any, ...]) -> None:
    import pyarrow.compute as pc

    history.lines = tuple(line.id for line in supply_lines) or None
    names = names_on_axes(history)
    for what in pc.unique(table["what"]).to_pylist():
        if what not in AXES:
            continue
        rows = table.filter(pc.equal(table["what"], what))
        axes = AXES[what]
        values = getattr(history, what)
        if values is None:
            shape = (history.days, 1, *(len(names[axis]) for axis in axes))
            values = np.zeros(shape, EXTRAS[what])
            setattr(history, what, values)
        where = [_codes(rows, axis, names[axis]) for axis in axes]
        values[(rows["day"].to_numpy(), 0, *where)] = rows["number"].to_numpy()


def _codes(table: Any, column: str, names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return a column of names as indices, -1 for none; KeyError for an unknown name."""
    code: dict[str | None, int] = {name: number for number, name in enumerate(names)}
    code[None] = -1
    return np.array([code[name] for name in table[column].to_pylist()], np.int64)
