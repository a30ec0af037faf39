"""The units, reinforcement streams and air wings that a scenario's tables describe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.state.parameters import Parameters
from sim.state.stable_ids import stable_ids
from sim.theatre.theatre import Theatre

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

FOREVER = 2**30


@dataclass(frozen=True, eq=False)
class Roster:
    """Every unit that can exist in a run, U in all.

    Attributes
    ----------
    names : tuple of str
        ``<formation id>/<number>``.
    ids : uint64 array, shape ``[U]``
    kind, faction, place : int64 arrays, shape ``[U]``
        Indices; the place is where the unit starts or is raised.
    static, headquarters : bool arrays, shape ``[U]``
        Whether it stays where it is; whether its leader is the headquarters' own.
    arrives_day : int64 array, shape ``[U]``
        Day index on which the unit enters; ``FOREVER`` for one that only a reinforcement
        stream can raise.
    strength : int64 array, shape ``[R, U]``
        Fighters on arrival; 0 for units that a stream raises.
    leaders : int64 array, shape ``[U]``
    arrival : int64 array, shape ``[U]``
        Index of the reinforcement stream that raises the unit, -1 for none.
    """

    names: tuple[str, ...]
    ids: NDArray[np.uint64]
    kind: Int64
    faction: Int64
    place: Int64
    static: NDArray[np.bool_]
    headquarters: NDArray[np.bool_]
    arrives_day: Int64
    strength: Int64
    leaders: Int64
    arrival: Int64


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Reinforcement streams, S in all.

    Attributes
    ----------
    ids : uint64 array, shape ``[S]``
    kind, faction, place : int64 arrays, shape ``[S]``
    rate_per_day, limit_fighters : float64 arrays, shape ``[R, S]``
    unit_fighters, first_day, last_day : int64 arrays, shape ``[S]``
    after_joining : bool array, shape ``[S]``
        Whether the stream runs only once the kind has joined the fight.
    through : int64 array, shape ``[S]``
        Place that the stream comes through, -1 for none.
    children_permille : int64 array, shape ``[S]``
        Share of children in the stream, -1 where the kind's parameter says it.
    """

    ids: NDArray[np.uint64]
    kind: Int64
    faction: Int64
    place: Int64
    rate_per_day: Float64
    limit_fighters: Float64
    unit_fighters: Int64
    first_day: Int64
    last_day: Int64
    after_joining: NDArray[np.bool_]
    through: Int64
    children_permille: Int64


@dataclass(frozen=True, eq=False)
class AirWings:
    """Air wings, W in all.

    Attributes
    ----------
    ids : uint64 array, shape ``[W]``
    faction, first_day, last_day : int64 arrays, shape ``[W]``
    strikes_per_day : float64 array, shape ``[R, W]``
    supports : bool array, shape ``[W, F]``
        Factions whose requests the wing serves.
    effect_permille : int64 array, shape ``[W]``
        Dead of a strike over those of the standard strike, in thousandths.
    """

    ids: NDArray[np.uint64]
    faction: Int64
    strikes_per_day: Float64
    supports: NDArray[np.bool_]
    effect_permille: Int64
    first_day: Int64
    last_day: Int64


def split_evenly(total: Int64, parts: int) -> Int64:
    """Split ``total[R]`` fighters into ``[R, parts]`` whole numbers that differ by one at most."""
    edges = total[:, None] * np.arange(parts + 1, dtype=np.int64)[None, :] // parts
    return np.diff(edges, axis=1)


def roster_of(scenario: Scenario, theatre: Theatre, values: Parameters) -> Roster:
    """List the units of formations and of reinforcement streams, in the order of the tables."""
    kinds = tuple(scenario.kinds)
    factions = tuple(scenario.factions)
    rows: list[tuple[str, int, int, bool, bool, int, int, int]] = []
    strengths = []
    for formation in scenario.units:
        day = 0 if formation.arrives is None else (formation.arrives - scenario.start).days
        total = np.rint(values.amount(formation.fighters)[:, 0]).astype(np.int64)
        strengths.append(split_evenly(total, formation.units))
        rows += [
            (
                f"{formation.id}/{number:02d}",
                kinds.index(formation.kind),
                theatre.index(formation.place),
                formation.static,
                formation.headquarters,
                day,
                formation.leaders,
                -1,
            )
            for number in range(1, formation.units + 1)
        ]
    replicates = len(values.column("combat.reference_strength"))
    for number_of_stream, stream in enumerate(scenario.reinforcements):
        strengths.append(np.zeros((replicates, stream.slots), dtype=np.int64))
        rows += [
            (
                f"{stream.id}/{number:02d}",
                kinds.index(stream.kind),
                theatre.index(stream.place),
                False,
                False,
                FOREVER,
                stream.leaders,
                number_of_stream,
            )
            for number in range(1, stream.slots + 1)
        ]
    names, kind, place, static, headquarters, day_, leaders, arrival = (
        zip(*rows, strict=True) if rows else ((),) * 8
    )
    kind_faction = [factions.index(row.faction) for row in scenario.kinds.values()]
    return Roster(
        names=tuple(names),
        ids=stable_ids("unit", names),
        kind=np.array(kind, dtype=np.int64),
        faction=np.array([kind_faction[k] for k in kind], dtype=np.int64),
        place=np.array(place, dtype=np.int64),
        static=np.array(static, dtype=np.bool_),
        headquarters=np.array(headquarters, dtype=np.bool_),
        arrives_day=np.array(day_, dtype=np.int64),
        strength=np.concatenate(strengths, axis=1)
        if strengths
        else np.zeros((replicates, 0), np.int64),
        leaders=np.array(leaders, dtype=np.int64),
        arrival=np.array(arrival, dtype=np.int64),
    )


def arrivals_of(
    scenario: Scenario, theatre: Theatre, values: Parameters, roster: Roster
) -> Arrivals:
    """List the reinforcement streams."""
    kinds = tuple(scenario.kinds)
    factions = tuple(scenario.factions)
    rows = scenario.reinforcements
    kind = np.array([kinds.index(row.kind) for row in rows], dtype=np.int64)
    kind_faction = np.array(
        [factions.index(row.faction) for row in scenario.kinds.values()], dtype=np.int64
    )
    replicates = roster.strength.shape[0]
    return Arrivals(
        ids=stable_ids("reinforcement", [row.id for row in rows]),
        kind=kind,
        faction=kind_faction[kind],
        place=np.array([theatre.index(row.place) for row in rows], dtype=np.int64),
        rate_per_day=_columns([row.fighters_per_day for row in rows], values, replicates),
        limit_fighters=_columns(
            [FOREVER if row.limit_fighters is None else row.limit_fighters for row in rows],
            values,
            replicates,
        ),
        unit_fighters=np.array([row.unit_fighters for row in rows], dtype=np.int64),
        first_day=_days([row.from_ for row in rows], scenario, -FOREVER),
        last_day=_days([row.until for row in rows], scenario, FOREVER),
        after_joining=np.array([row.when == "joined" for row in rows], dtype=np.bool_),
        through=np.array(
            [-1 if row.through is None else theatre.index(row.through) for row in rows],
            dtype=np.int64,
        ),
        children_permille=np.array(
            [-1 if row.children is None else round(1000 * row.children) for row in rows],
            dtype=np.int64,
        ),
    )


def air_wings_of(scenario: Scenario, values: Parameters) -> AirWings:
    """List the air wings."""
    factions = tuple(scenario.factions)
    rows = scenario.air
    supports = np.zeros((len(rows), len(factions)), dtype=np.bool_)
    for wing, row in enumerate(rows):
        supports[wing, [factions.index(name) for name in row.supports]] = True
    replicates = len(values.column("combat.reference_strength"))
    return AirWings(
        ids=stable_ids("air wing", [row.id for row in rows]),
        faction=np.array([factions.index(row.faction) for row in rows], dtype=np.int64),
        strikes_per_day=_columns([row.strikes_per_day for row in rows], values, replicates),
        supports=supports,
        effect_permille=np.array([round(1000 * row.effect) for row in rows], dtype=np.int64),
        first_day=_days([row.from_ for row in rows], scenario, -FOREVER),
        last_day=_days([row.until for row in rows], scenario, FOREVER),
    )


def _columns(cells: list[float | str], values: Parameters, replicates: int) -> Float64:
    if not cells:
        return np.zeros((replicates, 0))
    return np.concatenate([values.amount(cell) for cell in cells], axis=1)


def _days(dates: list, scenario: Scenario, default: int) -> Int64:
    return np.array(
        [default if when is None else (when - scenario.start).days for when in dates],
        dtype=np.int64,
    )
