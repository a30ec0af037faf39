"""Tidy tables of one recorded run: dicts of equally long columns, by name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.columns import (
    COLUMNS,
    COUNT_COLUMNS,
    MOVEMENTS,
    UNIT_NUMBERS,
    WEAPON_COLUMNS,
    Table,
    day_columns,
    names_of,
)
from sim.engine.event_table import event_table
from sim.engine.history_table import history_table
from sim.engine.record import RunRecord
from sim.engine.report_table import report_table
from sim.outcomes.history import LEDGER, History
from sim.state.dated import stances_and_truces


def run_tables(record: RunRecord) -> dict[str, Table]:
    """Return all tables of a run.

    Parameters
    ----------
    record : RunRecord

    Returns
    -------
    dict of str to dict of str to array
        By table, then by column as in :data:`COLUMNS`.
    """
    history = record.history
    tables = {
        "daily": daily_table(record),
        "places": place_table(record),
        "units": unit_table(record),
        "engagements": engagement_table(history),
        "events": event_table(record),
        "reports": report_table(record),
        "history": history_table(history),
    }
    return {
        name: {column: table[column] for column in columns}
        for name, columns in COLUMNS.items()
        for table in [tables[name]]
    }


def daily_table(record: RunRecord) -> Table:
    """Return one row a day and faction: what it holds, its fighters, dead and weapons."""
    history = record.history
    shape = (history.days, len(history.factions))
    day, faction = (index.ravel() for index in np.indices(shape))
    held = history.controller[:, 0, None, :] == np.arange(shape[1])[:, None]
    counts = {name: _by_faction(history, field) for name, field in COUNT_COLUMNS.items()}
    ledger = history.ledger[:, 0]
    by_day = {
        "districts_held": np.count_nonzero(held & (history.city >= 0), axis=2),
        "places_held": np.count_nonzero(held, axis=2),
        "built_area_km2": np.where(held, history.area_km2, 0.0).sum(axis=2),
        **_land(record),
        "strength_fighters": _by_faction(history, "strength"),
        "wounded_fighters": _wounded(record),
        **counts,
        "killed_total_fighters": counts["killed_fighters"].cumsum(axis=0),
        "reported_killed_total_fighters": counts["reported_killed_fighters"].cumsum(axis=0),
        "air_strikes_total": counts["air_strikes"].cumsum(axis=0),
        "car_bombs_total": counts["car_bombs"].cumsum(axis=0),
        **{column: ledger[:, :, LEDGER.index(name)] for column, name in MOVEMENTS.items()},
    }
    return {
        **day_columns(history, day),
        "faction": names_of(faction, history.factions),
        **{name: values.ravel() for name, values in by_day.items()},
    }


def _land(record: RunRecord) -> dict[str, NDArray[Any]]:
    """Return territory held and length of the front of each faction by day, ``[D, F]``.

    None where the record brings no territory.
    """
    history, territory = record.history, record.territory
    factions = len(history.factions)
    if territory is None:
        nothing = np.full((history.days, factions), None, dtype=object)
        return {"territory_km2": nothing, "front_km": nothing}
    controller = history.controller[:, 0]
    hostile = _hostile_by_day(record)
    front = np.zeros((history.days, factions))
    for faction in range(factions):
        own = np.zeros_like(hostile)
        own[:, faction] = hostile[:, faction]
        own[:, :, faction] = hostile[:, :, faction]
        front[:, faction] = territory.front_km(controller, own)
    return {"territory_km2": territory.area_held_km2(controller, factions), "front_km": front}


def _hostile_by_day(record: RunRecord) -> NDArray[np.bool_]:
    """Return which factions are hostile on each day, truces heeded, bool ``[D, F, F]``."""
    history = record.history
    hostile = np.repeat(history.hostile_at_start[None], history.days, axis=0)
    changes = stances_and_truces(record.scenario)[0] if record.scenario.events else ()
    for day, a, b, stance in changes:
        hostile[day:, a, b] = hostile[day:, b, a] = stance < 0
    return hostile


def _by_faction(history: History, field: str) -> NDArray[np.int64]:
    counts: NDArray[np.int32] = getattr(history, field)
    return counts[:, 0].sum(axis=2, dtype=np.int64)


def _wounded(record: RunRecord) -> NDArray[np.int64]:
    """Return the wounded of each faction at the end of each day, int64 ``[D, F]``."""
    history = record.history
    factions = len(history.factions)
    shape = (history.days, factions)
    if not record.unit_names:
        return np.zeros(shape, np.int64)
    side = np.array([history.factions.index(name) for name in record.unit_factions])
    key = np.arange(history.days)[:, None] * factions + side
    wounded = record.unit_days["wounded"].astype(np.float64)  # exact: whole numbers
    total = np.bincount(key.ravel(), wounded.ravel(), minlength=history.days * factions)
    return total.astype(np.int64).reshape(shape)


def contested_by_day(record: RunRecord) -> NDArray[np.bool_]:
    """Return where hostile factions stand at the end of a day, truces heeded, bool ``[D, P]``."""
    present = record.history.strength[:, 0] > 0
    enemies = np.any(present[:, None] & _hostile_by_day(record)[..., None], axis=2)
    contested: NDArray[np.bool_] = np.any(present & enemies, axis=1)
    return contested


def place_table(record: RunRecord) -> Table:
    """Return one row a day and place: who holds it, and what went on there."""
    history = record.history
    day, place = (index.ravel() for index in np.indices((history.days, len(history.places))))
    columns = {
        "contested": contested_by_day(record),
        "engaged": history.engaged[:, 0],
        "strength_fighters": history.strength[:, 0].sum(axis=1, dtype=np.int64),
        "killed_fighters": history.killed[:, 0].sum(axis=1, dtype=np.int64),
        **{
            name: getattr(history, name)[:, 0].sum(axis=1, dtype=np.int64)
            for name in WEAPON_COLUMNS
        },
    }
    return {
        **day_columns(history, day),
        "place": names_of(place, history.places),
        "city": names_of(history.city[place], history.cities),
        "controller": names_of(history.controller[:, 0].ravel(), history.factions),
        **{name: values.ravel() for name, values in columns.items()},
    }


def unit_table(record: RunRecord) -> Table:
    """Return one row a day and active unit."""
    history, days = record.history, record.unit_days
    active = days.get("active", np.zeros((history.days, 0), np.bool_)).astype(np.bool_)
    day, unit = np.nonzero(active)
    nobody = np.zeros(active.shape, np.int64)

    def of(name: str) -> NDArray[Any]:
        return days.get(name, nobody)[day, unit]

    posture = of("posture")
    if posture.dtype.kind in "iu" and record.postures:
        posture = names_of(posture, record.postures)
    return {
        **day_columns(history, day),
        "unit": names_of(unit, record.unit_names),
        "kind": names_of(unit, record.unit_kinds),
        "faction": names_of(unit, record.unit_factions),
        "place": names_of(of("place"), history.places),
        "next_place": names_of(of("next_place"), history.places),
        **{column: of(name).astype(np.int64) for column, name in UNIT_NUMBERS.items()},
        "posture": np.array([str(word) for word in posture.tolist()], dtype=object),
    }


def engagement_table(history: History) -> Table:
    """Return one row a day, place with an engagement and faction that stood or lost there."""
    involved = (history.strength[:, 0] > 0) | (history.killed[:, 0] > 0)
    for weapon in WEAPON_COLUMNS:
        involved = involved | (getattr(history, weapon)[:, 0] > 0)
    by_place = (involved & history.engaged[:, 0, None, :]).transpose(0, 2, 1)
    day, place, faction = np.nonzero(by_place)
    return {
        **day_columns(history, day),
        "place": names_of(place, history.places),
        "city": names_of(history.city[place], history.cities),
        "faction": names_of(faction, history.factions),
        "strength_fighters": history.strength[day, 0, faction, place].astype(np.int64),
        **{
            column: getattr(history, field)[day, 0, faction, place].astype(np.int64)
            for column, field in COUNT_COLUMNS.items()
        },
    }
