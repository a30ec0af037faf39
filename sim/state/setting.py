"""What does not change during a run: the theatre, names, ids, streams and parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.state.dated import (
    STANCES,
    access_agreements,
    stances_and_truces,
    theatres_by_day,
    withdrawals,
)
from sim.state.parameters import Parameters
from sim.state.picking import bit_sets
from sim.state.rolls import AirWings, Arrivals, Roster, air_wings_of, arrivals_of, roster_of
from sim.state.stable_ids import stable_id, stable_ids
from sim.state.streams import Streams
from sim.theatre.terms import MOVEMENT_FACTOR_OF_CLASS, TERRAINS
from sim.theatre.theatre import Theatre

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Derived = TypeVar("Derived")


@dataclass(frozen=True, eq=False)
class Setting:
    """One scenario made ready for a batch of R replicates; read-only.

    Attributes
    ----------
    scenario : Scenario
    theatre : Theatre
    streams : Streams
        The random numbers of this seed and these replicates.
    replicates : int64 array, shape ``[R]``
        Replicate numbers.
    parameters : Parameters
        The value of every parameter in each replicate.
    roster : Roster
        The units: names, ids, kinds, where they start.
    arrivals : Arrivals
        Reinforcement streams that raise units during the run.
    air_wings : AirWings
    factions, kinds : tuple of str
    kind_faction : int64 array, shape ``[K]``
    place_ids, kind_ids, city_ids, faction_ids : uint64 arrays
        Stable ids; ``city_ids`` is by place (a place outside any city stands for itself).
        ``faction_ids`` is the id of the faction's first kind, so that luck does not hang on the
        label that a faction carries.
    group_ids : dict of str to uint64
        Ids of groups of people, ``adults`` and ``children``.
    stance : int64 array, shape ``[F, F]``
        -1 hostile, 0 neutral, 1 allied, at the start.
    controller : int64 array, shape ``[P]``
        Faction that holds each place at the start, -1 for none.
    sources : bool array, shape ``[F, P]``
        Places where a faction's goods come from; all places for a faction of which
        ``supply.csv`` says nothing.
    near : bool array, shape ``[P, N]``
        Neighbour slots close enough to exchange fire across.
    beside, beside_near : int64 arrays, shape ``[P, N]``
        Neighbours by any road and by those, ``P`` where there are no more.
    joined, joined_near : uint64 arrays, shape ``[P, P / 64 rounded up]``
        The same as sets of bits, for ``any_beside``.
    route_cost_m : int64 array, shape ``[P, N]``
        Metres of good road that the road in each slot costs a march.
    stance_events : tuple of (day, a, b, stance)
        What dated events make of how two factions stand to each other, truces included.
    truce_events : tuple of (day, a, b, begins)
        Days on which a truce between two factions begins or ends.
    access_events : tuple of (day, factions, share)
        Days on which an access agreement binds factions to let aid through.
    withdrawals : tuple of (day, kinds, places)
        Days on which kinds of unit give places up.
    theatre_from : dict of int to Theatre
        The theatre from a day on, for days on which routes are opened or closed.
    home_of : int64 array, shape ``[P]``
        Faction whose community lives in a place, -1 for none.
    days : int
        Days from start to end, both included.
    """

    scenario: Scenario
    theatre: Theatre
    streams: Streams
    replicates: NDArray[np.int64]
    parameters: Parameters
    roster: Roster
    arrivals: Arrivals
    air_wings: AirWings
    factions: tuple[str, ...]
    kinds: tuple[str, ...]
    kind_faction: NDArray[np.int64]
    place_ids: NDArray[np.uint64]
    kind_ids: NDArray[np.uint64]
    city_ids: NDArray[np.uint64]
    faction_ids: NDArray[np.uint64]
    group_ids: dict[str, np.uint64]
    stance: NDArray[np.int64]
    controller: NDArray[np.int64]
    sources: NDArray[np.bool_]
    near: NDArray[np.bool_]
    beside: NDArray[np.int64]
    beside_near: NDArray[np.int64]
    joined: NDArray[np.uint64]
    joined_near: NDArray[np.uint64]
    route_cost_m: NDArray[np.int64]
    stance_events: tuple[tuple[int, int, int, int], ...]
    truce_events: tuple[tuple[int, int, int, bool], ...]
    access_events: tuple[tuple[int, tuple[int, ...], float], ...]
    withdrawals: tuple[tuple[int, tuple[int, ...], tuple[int, ...]], ...]
    home_of: NDArray[np.int64]
    days: int
    theatre_from: dict[int, Theatre] = field(default_factory=dict)

    @cached_property
    def has_units(self) -> NDArray[np.bool_]:
        """Whether each faction can have a unit in this scenario, bool ``[F]``."""
        return np.isin(np.arange(len(self.factions)), self.roster.faction)

    @cached_property
    def first_cell_of_unit(self) -> NDArray[np.int64]:
        """Flat index of place 0 in an array ``[R, F, P]`` for each unit's row and faction.

        int64 ``[R, U]``; with the unit's place added it is the unit's own cell.
        """
        row = np.arange(len(self.replicates), dtype=np.int64)[:, None]
        return (row * len(self.factions) + self.roster.faction) * self.theatre.P

    @cached_property
    def _by_unit(self) -> dict[str, NDArray[np.float64]]:
        return {}

    def by_unit(self, name: str) -> NDArray[np.float64]:
        """Return a parameter of kinds for each unit, read-only float64 ``[R, U]``, kept."""
        if name not in self._by_unit:
            self._by_unit[name] = self.parameters.by_kind(name).take(self.roster.kind, axis=1)
            self._by_unit[name].setflags(write=False)
        return self._by_unit[name]

    @cached_property
    def cover(self) -> NDArray[np.float64]:
        """Multiplier of the losses of defenders by terrain and stronghold, float64 ``[R, P]``."""
        value = self.parameters
        by_terrain = [value.column(f"combat.cover_{name}") for name in TERRAINS]
        cover = np.concatenate(by_terrain, axis=1).take(self.theatre.terrain, axis=1)
        stronghold = value.column("combat.cover_stronghold")
        return np.where(self.theatre.stronghold, cover * stronghold, cover)

    def derived(self, work_out: Callable[[Setting], Derived]) -> Derived:
        """Return what a rule works out from the setting alone; it does so once in a run."""
        if work_out not in self._derived:
            self._derived[work_out] = work_out(self)
        value: Derived = self._derived[work_out]
        return value

    @cached_property
    def _derived(self) -> dict[Callable[[Setting], Any], Any]:
        return {}

    @cached_property
    def units_of_kind(self) -> tuple[NDArray[np.int64], ...]:
        """Indices of the units of each kind, int64 ``[M]`` each."""
        return tuple(np.flatnonzero(self.roster.kind == kind) for kind in range(len(self.kinds)))

    @cached_property
    def runs_of_kind(self) -> tuple[tuple[slice, ...], ...]:
        """The units of each kind as runs that follow one another: slices copy faster than lists."""
        runs = []
        for units in self.units_of_kind:
            parts = np.split(units, np.flatnonzero(np.diff(units) != 1) + 1)
            runs.append(tuple(slice(int(p[0]), int(p[-1]) + 1) for p in parts if len(p)))
        return tuple(runs)

    @cached_property
    def air_reach(self) -> NDArray[np.bool_]:
        """Neighbour slots close enough for strikes that a unit asks for, bool ``[P, N]``."""
        reach_m = 1000 * float(self.parameters.column("air.target_reach_km")[0, 0])
        theatre = self.theatre
        return self.near | ((theatre.neighbour >= 0) & (theatre.neighbour_m <= reach_m))

    @cached_property
    def first_cell_of_row(self) -> NDArray[np.int64]:
        """Flat index of place 0 in an array ``[R, P]`` for each row, int64 ``[R, 1]``."""
        return np.arange(len(self.replicates), dtype=np.int64)[:, None] * self.theatre.P

    @cached_property
    def worked_out(self) -> dict[tuple, NDArray]:
        """What has been worked out from this setting alone, to be looked up on later days.

        A day's result never depends on what is found here: it could as well be worked out anew.
        """
        return {}

    @property
    def start(self) -> date:
        """Date of day 0."""
        return self.scenario.start

    def day_of(self, when: date) -> int:
        """Return the day index of a date."""
        return (when - self.start).days


def prepare(
    scenario: Scenario,
    *,
    seed: int,
    replicates: ArrayLike,
    parameters: Mapping[str, ArrayLike] | None = None,
) -> Setting:
    """Make a scenario ready to run.

    Parameters
    ----------
    scenario : Scenario
    seed : int
    replicates : array_like of int, shape ``[R]``
        Replicate numbers.
    parameters : mapping of parameter id to float or float array ``[R]``, optional
        Values that differ from the scenario's own.

    Raises
    ------
    ValueError
        If a parameter is unknown, not finite or of the wrong length.
    """
    numbers = np.atleast_1d(np.asarray(replicates, dtype=np.int64))
    theatre = Theatre.build(scenario.places, scenario.routes)
    values = Parameters.of(scenario, len(numbers), parameters or {})
    factions = tuple(scenario.factions)
    kinds = tuple(scenario.kinds)
    place_ids = stable_ids("place", theatre.names)
    roster = roster_of(scenario, theatre, values)
    stance_events, truce_events = stances_and_truces(scenario)
    return Setting(
        scenario=scenario,
        theatre=theatre,
        streams=Streams(seed, numbers),
        replicates=numbers,
        parameters=values,
        roster=roster,
        arrivals=arrivals_of(scenario, theatre, values, roster),
        air_wings=air_wings_of(scenario, values),
        factions=factions,
        kinds=kinds,
        kind_faction=np.array(
            [factions.index(kind.faction) for kind in scenario.kinds.values()], dtype=np.int64
        ),
        place_ids=place_ids,
        kind_ids=stable_ids("kind", kinds),
        city_ids=_city_ids(theatre, place_ids),
        faction_ids=_faction_ids(scenario, factions),
        group_ids={name: np.uint64(stable_id("group", name)) for name in ("adults", "children")},
        stance=_stances(scenario, factions),
        controller=_controllers(scenario, theatre, factions),
        sources=_sources(scenario, theatre, factions),
        stance_events=stance_events,
        truce_events=truce_events,
        access_events=access_agreements(scenario),
        withdrawals=withdrawals(scenario, theatre),
        theatre_from=theatres_by_day(scenario),
        home_of=_homes(scenario, factions),
        days=(scenario.end - scenario.start).days + 1,
        **_of_roads(theatre, values),
    )


def setting_of_day(setting: Setting, day: int) -> Setting:
    """Return a setting with the routes that are open from a day on; itself on most days."""
    theatre = setting.theatre_from.get(day)
    if theatre is None:
        return setting
    return replace(setting, theatre=theatre, **_of_roads(theatre, setting.parameters))


def _of_roads(theatre: Theatre, values: Parameters) -> dict[str, Any]:
    """Return what a setting holds of the open routes."""
    near = _near(theatre, values)
    return {
        "near": near,
        "beside": np.where(theatre.neighbour >= 0, theatre.neighbour, theatre.P),
        "beside_near": np.where(near, theatre.neighbour, theatre.P),
        "joined": _joined(theatre, theatre.neighbour >= 0),
        "joined_near": _joined(theatre, near),
        "route_cost_m": _route_costs(theatre),
    }


def _city_ids(theatre: Theatre, place_ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    if not theatre.city_names:
        return place_ids
    city_ids = stable_ids("city", theatre.city_names)
    return np.where(theatre.city >= 0, city_ids[theatre.city], place_ids)


def _faction_ids(scenario: Scenario, factions: tuple[str, ...]) -> NDArray[np.uint64]:
    first = {kind.faction: name for name, kind in reversed(scenario.kinds.items())}
    return stable_ids("kind", [first.get(name, name) for name in factions])


def _stances(scenario: Scenario, factions: tuple[str, ...]) -> NDArray[np.int64]:
    stance = np.eye(len(factions), dtype=np.int64)
    for relation in scenario.relations:
        a, b = factions.index(relation.a), factions.index(relation.b)
        stance[a, b] = stance[b, a] = STANCES[relation.stance]
    return stance


def _controllers(
    scenario: Scenario, theatre: Theatre, factions: tuple[str, ...]
) -> NDArray[np.int64]:
    controller = np.full(theatre.P, -1, dtype=np.int64)
    for row in scenario.control:
        if row.controller:
            controller[theatre.index(row.place)] = factions.index(row.controller)
    return controller


def _sources(scenario: Scenario, theatre: Theatre, factions: tuple[str, ...]) -> NDArray[np.bool_]:
    sources = np.zeros((len(factions), theatre.P), dtype=np.bool_)
    for row in scenario.supply:
        if row.what == "oil":  # income: nothing is issued there
            continue
        sources[factions.index(row.faction), theatre.index(row.place)] = True
    # Of a faction without a row nothing is known: its goods are everywhere, and nobody starves.
    sources[~sources.any(axis=1)] = True
    return sources


def _near(theatre: Theatre, values: Parameters) -> NDArray[np.bool_]:
    reach_m = 1000 * float(values.column("combat.contact_reach_km")[0, 0])
    return (theatre.neighbour >= 0) & (theatre.neighbour_m <= reach_m)


def _joined(theatre: Theatre, slots: NDArray[np.bool_]) -> NDArray[np.uint64]:
    joined = np.zeros((theatre.P, theatre.P), dtype=np.bool_)
    place, slot = np.nonzero(slots)
    joined[place, theatre.neighbour[place, slot]] = True
    return bit_sets(joined)


def _route_costs(theatre: Theatre) -> NDArray[np.int64]:
    pace = np.append(MOVEMENT_FACTOR_OF_CLASS, 1.0)  # class -1 is the padding of a slot
    return np.rint(theatre.neighbour_m / pace[theatre.neighbour_class]).astype(np.int64)


def _homes(scenario: Scenario, factions: tuple[str, ...]) -> NDArray[np.int64]:
    homes = [factions.index(row.home_of) if row.home_of else -1 for row in scenario.places]
    return np.array(homes, dtype=np.int64)
