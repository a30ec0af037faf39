"""One replicate of a scenario as plain objects: units, places, kinds, streams and air wings.

Places, factions and kinds are told apart by their position in the scenario's tables. ``None``
stands for "nobody", "nowhere" and "never".
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from sim.state.ledger import COUNTS, LEDGER
from sim.state.setting import Setting
from sim.state.stable_ids import stable_id
from sim.state.state import FULL, GROUPS, HOLD, IDLE
from sim.theatre.roads import INFINITE_M

HOSTILE, NEUTRAL, ALLIED = -1, 0, 1


@dataclass
class Road:
    """A road out of a place: ``cost_m`` is its length in metres of good road for a march."""

    to: int
    length_m: int
    cost_m: int
    near: bool  # short enough to exchange fire across


@dataclass
class Place:
    number: int
    id: int
    city: int | None
    city_id: int
    area_m2: int
    frontage_fighters: float
    terrain: int
    stronghold: bool
    value: float
    roads: list[Road]
    first_controller: int | None

    controller: int | None = None
    captor: int | None = None
    cleared_m2: int = 0
    engaged: bool = False
    engaged_since: int | None = None
    changed_day: int | None = None
    empty_since: int | None = None
    struck: int = 0  # thousandths of a strike

    def __post_init__(self) -> None:
        self.controller = self.first_controller

    @property
    def near_neighbours(self) -> list[int]:
        return [road.to for road in self.roads if road.near]

    @property
    def neighbours(self) -> list[int]:
        return [road.to for road in self.roads]


@dataclass
class Unit:
    name: str
    id: int
    kind: int
    faction: int
    start: int
    static: bool
    headquarters: bool
    arrives_day: int
    first_strength: int
    first_leaders: int
    stream: int | None  # the reinforcement stream that raises it

    active: bool = False
    strength: int = 0
    wounded: int = 0
    children: int = 0
    leaders: int = 0
    peak: int = 0
    place: int = -1
    next_place: int | None = None
    road_left_m: int = 0
    destination: int = -1
    posture: int = HOLD
    operation: int | None = None
    readiness: int = FULL
    supply: int = FULL
    broken_until: int | None = None
    leader_lost: bool = False
    surprised: bool = False
    air_request: int = 0
    car_bombs: int = 0
    foot_bombers: int = 0

    def __post_init__(self) -> None:
        self.place = self.destination = self.start

    @property
    def standing(self) -> bool:
        """Whether it stands in a place with someone fit to fight."""
        return self.active and self.next_place is None and self.strength > 0


@dataclass
class Group:
    """A group of units on an operation of its kind."""

    target: int | None = None
    staging: int | None = None
    phase: int = IDLE
    since: int | None = None
    fighters: int = 0
    relief: bool = False


@dataclass
class Kind:
    number: int
    name: str
    id: int
    faction: int
    decides: str
    members: list[Unit]
    car_bombs: int = 0
    away: int = 0
    groups: list[Group] = field(default_factory=lambda: [Group() for _ in range(GROUPS)])
    cut: set[int] = field(default_factory=set)
    cut_day: int | None = None
    joined_day: int | None = None
    stock: int = FULL


@dataclass
class Stream:
    """A reinforcement stream."""

    id: int
    kind: int
    faction: int
    place: int
    fighters_per_day: float
    limit_fighters: float
    unit_fighters: int
    first_day: int
    last_day: int
    after_joining: bool
    slots: list[Unit]
    pool: int = 0
    raised: int = 0


@dataclass
class AirWing:
    id: int
    faction: int
    strikes_per_day: float
    supports: set[int]
    effect_permille: int
    first_day: int
    last_day: int


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
        self.places = _places_of(setting)
        self.units = _units_of(setting)
        self._parameters: dict[str, float] = {}
        self.kinds = _kinds_of(setting, self.units)
        for kind in self.kinds:
            kind.car_bombs = round(self.of_kind(kind.number, "car_bombs_at_start"))
        self.streams = _streams_of(setting, self.units)
        self.wings = _wings_of(setting)
        self.free_road_m = setting.theatre.free_road_m.tolist()
        self.direct_m = setting.theatre.direct_m.tolist()
        everywhere = range(len(self.places))
        self.passable: list[list[bool]] = [[] for _ in range(self.factions)]
        self.supplied = [[False for _ in everywhere] for _ in range(self.factions)]
        self.road_m = [[[0] * len(self.places) for _ in everywhere] for _ in range(self.factions)]
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

    def hostile(self, a: int, b: int) -> bool:
        return self.stance[a][b] == HOSTILE


def own_id(prefix: str, name: str, number: int) -> int:
    """Return the id of something (a unit, a place) in one of the parts that it plays."""
    return number ^ stable_id(prefix, name)


def _places_of(setting: Setting) -> list[Place]:
    theatre = setting.theatre
    places = []
    for p in range(theatre.P):
        roads = [
            Road(
                to=int(theatre.neighbour[p, slot]),
                length_m=int(theatre.neighbour_m[p, slot]),
                cost_m=int(setting.route_cost_m[p, slot]),
                near=bool(setting.near[p, slot]),
            )
            for slot in range(theatre.neighbour.shape[1])
            if theatre.neighbour[p, slot] >= 0
        ]
        places.append(
            Place(
                number=p,
                id=int(setting.place_ids[p]),
                city=_none_below_zero(theatre.city[p]),
                city_id=int(setting.city_ids[p]),
                area_m2=int(theatre.area_m2[p]),
                frontage_fighters=float(theatre.frontage_fighters[p]),
                terrain=int(theatre.terrain[p]),
                stronghold=bool(theatre.stronghold[p]),
                value=float(theatre.value[p]),
                roads=roads,
                first_controller=_none_below_zero(setting.controller[p]),
            )
        )
    return places


def _units_of(setting: Setting) -> list[Unit]:
    roster = setting.roster
    return [
        Unit(
            name=roster.names[u],
            id=int(roster.ids[u]),
            kind=int(roster.kind[u]),
            faction=int(roster.faction[u]),
            start=int(roster.place[u]),
            static=bool(roster.static[u]),
            headquarters=bool(roster.headquarters[u]),
            arrives_day=int(roster.arrives_day[u]),
            first_strength=int(roster.strength[0, u]),
            first_leaders=int(roster.leaders[u]),
            stream=_none_below_zero(roster.arrival[u]),
        )
        for u in range(len(roster.names))
    ]


def _kinds_of(setting: Setting, units: list[Unit]) -> list[Kind]:
    return [
        Kind(
            number=k,
            name=name,
            id=int(setting.kind_ids[k]),
            faction=int(setting.kind_faction[k]),
            decides=setting.scenario.kinds[name].decides,
            members=[unit for unit in units if unit.kind == k],
        )
        for k, name in enumerate(setting.kinds)
    ]


def _streams_of(setting: Setting, units: list[Unit]) -> list[Stream]:
    arrivals = setting.arrivals
    return [
        Stream(
            id=int(arrivals.ids[s]),
            kind=int(arrivals.kind[s]),
            faction=int(arrivals.faction[s]),
            place=int(arrivals.place[s]),
            fighters_per_day=float(arrivals.rate_per_day[0, s]),
            limit_fighters=float(arrivals.limit_fighters[0, s]),
            unit_fighters=int(arrivals.unit_fighters[s]),
            first_day=int(arrivals.first_day[s]),
            last_day=int(arrivals.last_day[s]),
            after_joining=bool(arrivals.after_joining[s]),
            slots=[unit for unit in units if unit.stream == s],
        )
        for s in range(len(arrivals.ids))
    ]


def _wings_of(setting: Setting) -> list[AirWing]:
    wings = setting.air_wings
    return [
        AirWing(
            id=int(wings.ids[w]),
            faction=int(wings.faction[w]),
            strikes_per_day=float(wings.strikes_per_day[0, w]),
            supports=set(np.flatnonzero(wings.supports[w]).tolist()),
            effect_permille=int(wings.effect_permille[w]),
            first_day=int(wings.first_day[w]),
            last_day=int(wings.last_day[w]),
        )
        for w in range(len(wings.ids))
    ]


def _none_below_zero(number: np.int64) -> int | None:
    return None if number < 0 else int(number)


NO_ROAD_M = INFINITE_M
