"""A run as the browser replays it: who holds what and who stands where, day by day, as bytes.

:func:`record_run` is the work of one process of the pool: it simulates, and hands back what the
browser draws together with the whole record, packed, so that briefs (:mod:`sim.app.day_sheets`)
and the run folder (:mod:`sim.app.downloads`) need no second simulation.
"""

from __future__ import annotations

import hashlib
import json
import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.app.words import outcome_cells, told_events
from sim.engine.posterior import PosteriorChoice, posterior_of
from sim.engine.record import RunRecord
from sim.engine.run import run_campaign
from sim.engine.sources import scenario_of
from sim.engine.tables import contested_by_day, daily_table
from sim.outcomes.compute import compute_outcomes, outcomes_json
from sim.outcomes.history import History

if TYPE_CHECKING:
    import os
    from datetime import date

    from sim.scenario.schema import Scenario

MOST_STRENGTH = 32767
"""Fighters of a unit above which a recording shows this number: it keeps 16 bits a unit and day."""

WEAPONS = ("air_strikes", "car_bombs", "foot_bombers")
"""Arrays of the history that flash on the map, in the order of their codes."""

# Column of the daily table, what people read, and its unit.
SERIES = {
    "reported_killed": ("reported_killed_total_fighters", "Dead, as the monitor reports", "dead"),
    "killed": ("killed_total_fighters", "Dead", "dead"),
    "strength": ("strength_fighters", "Fighters fit to fight", "fighters"),
    "districts_held": ("districts_held", "Districts held", "districts"),
    "places_held": ("places_held", "Places held", "places"),
    "territory_km2": ("territory_km2", "Territory", "km²"),
    "air_strikes": ("air_strikes_total", "Air strikes", "strikes"),
    "car_bombs": ("car_bombs_total", "Car bombs", "car bombs"),
}


class Recorded(NamedTuple):
    """What a recorded run leaves: what the browser draws, and the whole record, packed."""

    recording: dict[str, Any]
    packed: bytes


def record_run(
    scenario: Scenario | str | os.PathLike[str],
    *,
    seed: int,
    replicate: int = 0,
    parameters: Mapping[str, float] | None = None,
    posterior: PosteriorChoice = None,
    until: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Recorded:
    """Simulate one replicate and return its recording and its packed record.

    A pure function of its arguments, for a process of the pool.

    Parameters
    ----------
    scenario : Scenario, str or path
    seed, replicate : int
    parameters : mapping of parameter id to float, optional
        Values that differ from the scenario's own; they win over the posterior.
    posterior : bool, path or the like, optional
        As :func:`sim.engine.run.run_campaign` takes it. What should be read about it is in the
        recording's ``notes``.
    until : date, optional
        Last day to simulate.
    progress : callable, optional
        As :func:`sim.engine.run.run_campaign` takes it; what it raises ends the run.

    Raises
    ------
    ScenarioError
        If the scenario or the posterior is not sound.
    ValueError
        If a parameter is unknown, or ``until`` is not a day of the scenario.
    """
    checked = scenario_of(scenario)
    fitted = posterior_of(checked, posterior)
    record = run_campaign(
        checked,
        seed=seed,
        replicate=replicate,
        parameters=parameters,
        posterior=fitted,
        until=until,
        progress=progress,
    )
    notes = [] if fitted is None else list(fitted.notes)
    return Recorded({**recording_dict(record), "notes": notes}, pack_record(record))


def pack_record(record: RunRecord) -> bytes:
    """Return a record as bytes that :func:`unpack_record` reads.

    They travel between processes of the server and are never offered to anybody else. The arrays
    are mostly zeros: the fastest compression takes them to a twentieth.
    """
    return zlib.compress(pickle.dumps(record, protocol=pickle.HIGHEST_PROTOCOL), level=1)


def unpack_record(packed: bytes) -> RunRecord:
    """Return the record that :func:`pack_record` packed; never call it on bytes from outside."""
    record: RunRecord = pickle.loads(zlib.decompress(packed))
    return record


def recording_dict(record: RunRecord) -> dict[str, Any]:
    """Return a run as the browser replays it.

    Parameters
    ----------
    record : RunRecord

    Returns
    -------
    dict
        ``key``, ``scenario``, ``seed``, ``replicate``, ``days`` (D), ``parameters`` (those that
        differ from the scenario's); as little-endian bytes in C order ``before`` (int8 ``[P]``,
        who held each place before day 0, -1 nobody), ``control`` (int8 ``[D, P]``),
        ``contested`` and ``engaged`` (uint8 ``[D, P]``), ``lines_open`` (uint8 ``[D, L]``, empty
        without supply lines), those of :func:`unit_bytes`, ``flashes`` (int32 ``[N, 5]``: day,
        place, faction, weapon in :data:`WEAPONS`, number) and ``dead`` (int32 ``[N, 4]``: day,
        place, faction, number; in truth), both sorted by row; ``series``, ``events`` and
        ``outcomes`` as lists of dicts.

    Raises
    ------
    OutcomeError
        If the scenario asks for an outcome that cannot be measured.
    """
    history, scenario = record.history, record.scenario
    lines = history.lines_open
    measured = outcomes_json(
        scenario, compute_outcomes(scenario, history), start=history.start, replicate=0
    )
    return {
        "key": recording_key(record),
        "scenario": scenario.name,
        "seed": record.seed,
        "replicate": record.replicate,
        "days": history.days,
        "parameters": changed_parameters(record),
        "before": as_bytes(history.initial_controller[0], "i1"),
        "control": as_bytes(history.controller[:, 0], "i1"),
        "contested": as_bytes(contested_by_day(record), "u1"),
        "engaged": as_bytes(history.engaged[:, 0], "u1"),
        "lines_open": b"" if lines is None else as_bytes(lines[:, 0], "u1"),
        **unit_bytes(record),
        "flashes": as_bytes(flashes(history), "<i4"),
        "dead": as_bytes(by_place(history.killed), "<i4"),
        "series": series(record),
        "events": told_events(record),
        "outcomes": list(outcome_rows(scenario, measured)),
    }


def recording_key(record: RunRecord) -> str:
    """Return a text that is the same for the same run and another for any other."""
    about = [
        record.scenario.name,
        record.scenario.hash,
        record.seed,
        record.replicate,
        record.history.days,
        dict(record.parameters),
        {name: dict(kind) for name, kind in record.kinds.items()},
        None if record.posterior is None else dict(record.posterior),
    ]
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
    return f"{record.scenario.name}-{record.seed}-{record.replicate}-{digest[:16]}"


def changed_parameters(record: RunRecord) -> dict[str, float]:
    """Return the parameters whose values are not the scenario's own."""
    own = record.scenario.parameters
    return {
        name: float(value)
        for name, value in record.parameters.items()
        if name not in own or float(value) != float(own[name].value)
    }


def as_bytes(values: NDArray[Any], dtype: str) -> bytes:
    """Return an array as bytes of a type, in C order."""
    return np.ascontiguousarray(values, dtype=dtype).tobytes()


def unit_bytes(record: RunRecord) -> dict[str, bytes]:
    """Return where units stand and how strong they are, each int16 ``[D, U]``.

    ``unit_place`` is -1 for a unit that is not in the theatre, ``unit_next`` -1 for one that does
    not march. ``unit_strength`` never goes above :data:`MOST_STRENGTH`.
    """
    days = record.unit_days
    active = days["active"].astype(np.bool_)
    return {
        "unit_place": as_bytes(np.where(active, days["place"], -1), "<i2"),
        "unit_next": as_bytes(np.where(active, days["next_place"], -1), "<i2"),
        "unit_strength": as_bytes(
            np.where(active, np.minimum(days["strength"], MOST_STRENGTH), 0), "<i2"
        ),
    }


def by_place(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the counts above zero of ``[D, 1, F, P]`` as rows of day, place, faction, number."""
    of_place = counts[:, 0].transpose(0, 2, 1)
    where = np.argwhere(of_place)
    return np.column_stack([where, of_place[tuple(where.T)]])


def flashes(history: History) -> NDArray[np.int64]:
    """Return the weapons used as rows of day, place, faction, weapon and number, sorted."""
    parts = []
    for code, name in enumerate(WEAPONS):
        rows = by_place(getattr(history, name))
        parts.append(np.insert(rows, 3, code, axis=1))
    together = np.concatenate(parts)
    return together[np.lexsort(together.T[::-1])]


def series(record: RunRecord) -> list[dict[str, Any]]:
    """Return the numbers of each faction by day, ``values`` as float32 ``[F, D]``.

    Counts of the dead and of weapons are totals so far. Without a territory there is no series of
    land.
    """
    table = daily_table(record)
    shape = record.history.days, len(record.history.factions)
    found = []
    for name, (column, label, unit) in SERIES.items():
        if column == "territory_km2" and record.territory is None:
            continue
        values = as_bytes(table[column].reshape(shape).T, "<f4")
        found.append({"id": name, "label": label, "unit": unit, "values": values})
    return found


def outcome_rows(scenario: Scenario, measured: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the outcomes in the scenario's order: id, label, unit, reported and final value."""
    for row in scenario.outcomes:
        label, final, reported = outcome_cells(row, measured[row.id]["value"])
        texts = {"label": label, "unit": row.unit, "reported": reported, "final": final}
        yield {"id": row.id, **texts}
