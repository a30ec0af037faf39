"""What a brief knows of one day of a run: plain numbers, names and dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Losses:
    """The dead of a faction, in truth and as the monitor reported them, and leaders lost."""

    killed: int
    reported: int
    reported_children: int
    leaders: int
    headquarters: int


@dataclass(frozen=True)
class CitySiege:
    """The siege of a city, as far as it is known on the day.

    ``districts`` is the number of the city's districts; ``held`` counts those held, by faction,
    most first; ``share`` is the share of the built-up area; ``standing`` and ``contested`` name
    the districts in which the attacker stands, and in which hostile sides stand.
    """

    city: str
    attacker: str
    around: bool
    districts: int
    held: dict[str, int]
    share: dict[str, float]
    standing: tuple[str, ...]
    contested: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    last_district: str | None
    losses: dict[str, Losses]
    car_bombs: int
    foot_bombers: int
    air_strikes: int

    @property
    def goes_on(self) -> bool:
        """Whether the siege has begun and is not over."""
        return self.first_day is not None and self.last_day is None


@dataclass(frozen=True)
class Change:
    """Places that came from one faction to another, net, in the last days; None is nobody."""

    taker: str | None
    loser: str | None
    places: tuple[str, ...]
    day: date


@dataclass(frozen=True)
class SupplyLine:
    """A supply line on the day; ``since`` is the first day of the present spell, if known."""

    label: str
    faction: str
    is_open: bool
    since: date | None
    lost: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True)
class Claims:
    """What the media of a faction published in the last days; True where the run bears it out."""

    faction: str
    killed: dict[str, int]
    captured: dict[str, bool]
    cleared: dict[str, bool]


@dataclass(frozen=True)
class Situation:
    """The situation on one day of a run; factions and places by their names."""

    day: date
    start: date
    recent_from: date
    city_of: dict[str, str]
    sieges: tuple[CitySiege, ...]
    changes: tuple[Change, ...]
    there_and_back: tuple[tuple[str, str | None], ...]
    places: int
    held: dict[str, int]
    held_at_start: dict[str, int]
    first_rank: dict[str, tuple[str, ...]]
    fighting: tuple[str, ...]
    losses: dict[str, Losses]
    recent_losses: dict[str, Losses]
    air_strikes: dict[str, tuple[int, int]]
    territory_km2: dict[str, float] = field(default_factory=dict)
    lines: tuple[SupplyLine, ...] = ()
    supply: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    claims: tuple[Claims, ...] = ()

    @property
    def recent_days(self) -> int:
        """Days between ``recent_from`` and the day of the brief, the latter included."""
        return (self.day - self.recent_from).days
