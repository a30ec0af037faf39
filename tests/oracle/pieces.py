"""What moves, holds and is held: units, places, kinds and their groups, streams and air wings.

Places, factions and kinds are told apart by their position in the scenario's tables. ``None``
stands for "nobody", "nowhere" and "never".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.state.state import FULL, GROUPS, HOLD, IDLE


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
    home_of: int | None

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
    entered_day: dict[int, int] = field(default_factory=dict)  # by city
    pocket_day: dict[int, int] = field(default_factory=dict)
    stock: int = FULL
    given_up: set[int] = field(default_factory=set)


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
    through: int | None = None
    children_permille: int | None = None
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
