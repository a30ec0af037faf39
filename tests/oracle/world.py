"""One replicate of a scenario on a day, as plain objects."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sim.state.ledger import COUNTS, LEDGER
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import FULL, NEVER
from sim.theatre.roads import INFINITE_M as NO_ROAD_M
from tests.oracle.build import kinds_of, places_of, streams_of, units_of, wings_of
from tests.oracle.posts import posts_of
from tests.oracle.stores import Line, depots_of, incomes_of, lines_of, workshops_of

if TYPE_CHECKING:
    from tests.oracle.civilians import Civilians

HOSTILE, NEUTRAL, ALLIED = -1, 0, 1

__all__ = ["ALLIED", "HOSTILE", "NEUTRAL", "NO_ROAD_M", "World", "own_id"]


class World:
    """One replicate on a day.

    Attributes
    ----------
    tally : dict of str to list ``[faction][place]``
    ledger : dict of str to list ``[faction]``
    passable, supplied : lists ``[faction][place]``
    road_m : list ``[faction][place][place]``
    happened : Counter
        How often each mechanism has been at work since the start, for tests to look at.
    """

    def __init__(self, setting: Setting) -> None:
        if len(setting.replicates) != 1:
            raise ValueError("the oracle runs one replicate")
        self.setting = setting
        self.day = 0
        self.factions = len(setting.factions)
        self.faction_ids = [int(number) for number in setting.faction_ids]
        self.sources = [set(np.flatnonzero(row).tolist()) for row in setting.sources]
        self.stance = setting.stance.tolist()
        self.truces: set[frozenset[int]] = set()
        self.access_agreed = [0] * self.factions  # thousandths
        self.places = places_of(setting)
        self.units = units_of(setting)
        self._parameters: dict[str, float] = {}
        self.kinds = kinds_of(setting, self.units)
        for kind in self.kinds:
            kind.car_bombs = round(self.of_kind(kind.number, "car_bombs_at_start"))
            kind.stock = round(FULL * self.of_kind(kind.number, "stock_at_start"))
        self.streams = streams_of(setting, self.units)
        self.wings = wings_of(setting)
        self.free_road_m = setting.theatre.free_road_m.tolist()
        self.direct_m = setting.theatre.direct_m.tolist()
        everywhere = range(len(self.places))
        self.passable: list[list[bool]] = [[] for _ in range(self.factions)]
        self.supplied = [[False for _ in everywhere] for _ in range(self.factions)]
        self.road_m = [[[0] * len(self.places) for _ in everywhere] for _ in range(self.factions)]
        self.depots, self.incomes = depots_of(setting), incomes_of(setting)
        self.lines, self.workshops = lines_of(setting), workshops_of(setting)
        self.supply_index = [FULL] * self.factions if self.depots else None
        self.lines_open = [self.is_open(line) for line in self.lines] or None
        self.interdicted: list[int] | None = None
        self.workshop_out_until = [NEVER] * len(self.workshops) or None
        self.posts = posts_of(setting)
        self.people: Civilians | None = None
        self.civilians_killed: list[int] | None = None
        self.unseen = self.zeros()
        self.unseen_children = self.zeros()
        self.tally: dict[str, list[list[int]]] = {}
        self.ledger: dict[str, list[int]] = {}
        self.happened: Counter[str] = Counter()

    def zeros(self) -> list[list[int]]:
        """Return a table ``[faction][place]`` of zeros."""
        return [[0] * len(self.places) for _ in range(self.factions)]

    def begin_day(self) -> None:
        """Clear what belongs to one day only."""
        self.tally = {name: self.zeros() for name in COUNTS}
        self.ledger = {name: [0] * self.factions for name in LEDGER}
        for unit in self.units:
            unit.leader_lost = unit.surprised = False
        for place in self.places:
            place.engaged = False
        if self.setting.scenario.civilians.simulate:
            self.civilians_killed = [0] * len(self.places)
        if any(row.deep_share != 0.0 for row in self.setting.scenario.air):
            self.interdicted = [0] * self.factions

    def value(self, name: str) -> float:
        """Return a parameter by its full id."""
        if name not in self._parameters:
            self._parameters[name] = float(self.setting.parameters.column(name)[0, 0])
        return self._parameters[name]

    def of_kind(self, kind: int, name: str) -> float:
        """Return ``<kind>.name`` or else ``any_kind.name``."""
        key = f"{kind} {name}"
        if key not in self._parameters:
            values = self.setting.parameters.of_kind(self.setting.kinds[kind], name)
            self._parameters[key] = float(values[0])
        return self._parameters[key]

    def draw(self, stream: str, number: int, day: int | None = None) -> float:
        """Draw a number in (0, 1) that belongs to a stream, a day (today) and an id."""
        ids = np.array([number], dtype=np.uint64)
        when = self.day if day is None else day
        return float(self.setting.streams.uniform(stream, when, ids)[0, 0])

    def stance_to_holder(self, faction: int, place: int) -> int:
        """Return how a faction stands to who holds a place; nobody counts as neutral."""
        holder = self.places[place].controller
        return NEUTRAL if holder is None else self.stance[faction][holder]

    def enemy_holds(self, faction: int, place: int) -> bool:
        return self.stance_to_holder(faction, place) == HOSTILE

    def friend_holds(self, faction: int, place: int) -> bool:
        """Return whether a faction or an ally of it holds a place."""
        return self.stance_to_holder(faction, place) == ALLIED

    def is_open(self, line: Line) -> bool:
        return all(self.friend_holds(line.faction, place) for place in line.places)

    def bars(self, faction: int, place: int) -> bool:
        """Return whether a place is closed to a faction: an enemy holds it, or there is a truce."""
        holder = self.places[place].controller
        return self.enemy_holds(faction, place) or frozenset({faction, holder}) in self.truces

    def hostile(self, a: int, b: int) -> bool:
        return self.stance[a][b] == HOSTILE


def own_id(prefix: str, name: str, number: int) -> int:
    """Return the id of something (a unit, a place) in one of the parts that it plays."""
    return number ^ stable_id(prefix, name)
