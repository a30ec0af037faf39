"""The record: who held what and when, strikes by place, the displaced, the dead of Kobane."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

DATA = Path(__file__).parent / "data"

SIDES = ("government", "ypg", "islamic_state", "rebels")
"""Sides of the record, in the order of the bits of a *holding*: 5 = government and Islamic State
each hold a part of the place."""

FIRST_DAY = date(2015, 1, 1)
MIDYEAR = date(2015, 6, 20)  # the second date of initial_control.csv
LAST_DAY = date(2015, 7, 29)  # the day of the article: what came later is not in the record


@dataclass(frozen=True)
class Change:
    """A place that passed from one side to another.

    Attributes
    ----------
    place : str
    earliest, latest : date
        First and last day on which it can have happened.
    loser, taker : int
        Holdings of one side each.
    confidence : str
    nth : int
        1 for the first such passage of the place between the two, 2 for the second.
    """

    place: str
    earliest: date
    latest: date
    loser: int
    taker: int
    confidence: str
    nth: int

    def is_between(self, other: Change) -> bool:
        """Tell whether another change was from the same side to the same side."""
        return (self.loser, self.taker) == (other.loser, other.taker)

    @property
    def middle(self) -> float:
        """Middle of the days on which it can have happened, as an ordinal of the calendar."""
        return (self.earliest.toordinal() + self.latest.toordinal()) / 2


@dataclass(frozen=True)
class Place:
    """A place of the record.

    Attributes
    ----------
    name : str
    stands_for : tuple of str
        Names of the scenario's places that it covers.
    january, june : int
        Holdings on 1 January and 20 June.
    changes : tuple of Change
        In order of date.
    unknown_from : date or None
        Day from which the record does not tell who holds it.
    """

    name: str
    stands_for: tuple[str, ...]
    january: int
    june: int
    changes: tuple[Change, ...]
    unknown_from: date | None = None

    @cached_property
    def _known(self) -> list[tuple[date, int]]:
        """Dates on which the holding is known, with it."""
        known = [(FIRST_DAY, self.january), (MIDYEAR, self.june)]
        known += [(change.latest, change.taker) for change in self.changes]
        for change in self.changes:
            before = change.earliest - timedelta(days=1)
            held = max((at for at in known if at[0] <= before), default=known[0])[1]
            # Of a divided place the loser holds a part: nothing new is known then.
            known.append((before, held if held & change.loser else change.loser))
        return sorted(known)

    def holding(self, day: date) -> int | None:
        """Return who held the place at the end of a day, None where the record does not tell."""
        if self.unknown_from is not None and day >= self.unknown_from:
            return None
        before = [known for known in self._known if known[0] <= day]
        after = [known for known in self._known if known[0] > day]
        if not before:
            return None
        at, holding = before[-1]
        told = at == day or not after or after[0][1] == holding
        return holding if told else None

    def last_known(self, day: date) -> int | None:
        """Return who held the place when the record last told it, None before it begins."""
        known = [holding for at, holding in self._known if at <= day]
        return known[-1] if known else None

    def changed(self, first: date, last: date) -> bool:
        """Tell whether others than on its first day came to hold the place in a span of days."""
        start = self.last_known(first)
        return any(holding != start for at, holding in self._known if first < at <= last)


@dataclass(frozen=True)
class Displaced:
    """People who had fled from Hasakeh by a date."""

    day: date
    low: int
    high: int
    detail: str


@dataclass(frozen=True)
class Dead:
    """Cumulative dead of the siege of Kobane by a date, as the monitor counted them."""

    day: date
    islamic_state: int
    allies: int
    civilians: int
    suicide_attacks: int | None


@dataclass(frozen=True)
class Strikes:
    """Coalition strikes of a day at a place of the releases."""

    day: date
    place: str
    strikes: int


def holding_of(names: str) -> int:
    """Return the holding of sides joined by ``+``.

    Raises
    ------
    ValueError
        If one of them is not a side of the record.
    """
    sides = names.split("+")
    if unknown := [name for name in sides if name not in SIDES]:
        raise ValueError(f"{unknown[0]!r} is not a side of the record: {', '.join(SIDES)}")
    return sum({1 << SIDES.index(name) for name in sides})


def side_names(holding: int) -> str:
    """Return the sides of a holding as a reader reads them."""
    names = [name.replace("_", " ") for bit, name in enumerate(SIDES) if holding >> bit & 1]
    words = {"ypg": "YPG", "islamic state": "IS"}
    return " and ".join(words.get(name, name) for name in names) or "nobody"


def recorded_places(folder: Path = DATA) -> list[Place]:
    """Return the places of the record, those left out excepted, in the order of the table."""
    notes = {row["place"]: row for row in _rows(folder / "places_of_record.csv")}
    changes = recorded_changes(folder)
    places = []
    for row in _rows(folder / "initial_control.csv"):
        name = row["place"]
        note = notes.get(name, {})
        if note.get("left_out") == "yes":
            continue
        unknown = note.get("unknown_from")
        places.append(
            Place(
                name=name,
                stands_for=tuple((note.get("stands_for") or name).split(" + ")),
                january=holding_of(row["control_2015_01_01"]),
                june=holding_of(row["control_2015_06_20"]),
                changes=tuple(change for change in changes if change.place == name),
                unknown_from=date.fromisoformat(unknown) if unknown else None,
            )
        )
    return places


def recorded_changes(folder: Path = DATA) -> list[Change]:
    """Return the changes of hands of the record, in order of date."""
    changes: list[Change] = []
    rows = sorted(_rows(folder / "control_timeline.csv"), key=lambda row: row["date"])
    for row in rows:
        loser, taker = holding_of(row["from"]), holding_of(row["to"])
        same = (row["place"], loser, taker)
        earlier = [each for each in changes if (each.place, each.loser, each.taker) == same]
        changes.append(
            Change(
                place=row["place"],
                earliest=date.fromisoformat(row["date"]),
                latest=date.fromisoformat(row["date_latest"]),
                loser=loser,
                taker=taker,
                confidence=row["confidence"],
                nth=len(earlier) + 1,
            )
        )
    return changes


def recorded_displaced(folder: Path = DATA) -> list[Displaced]:
    """Return how many people had fled from Hasakeh, by date."""
    return [
        Displaced(
            date.fromisoformat(row["date"]),
            int(row["people_low"]),
            int(row["people_high"]),
            row["detail"],
        )
        for row in _rows(folder / "displaced.csv")
    ]


def recorded_dead(folder: Path = DATA) -> list[Dead]:
    """Return the cumulative dead of the siege of Kobane, by date."""
    return [
        Dead(
            date.fromisoformat(row["date"]),
            int(row["IS_killed_cum"]),
            int(row["coalition_ally_killed_cum"]),
            int(row["civ_killed_cum"]),
            int(row["suicide_cum"]) if row["suicide_cum"] else None,
        )
        for row in _rows(folder / "kobane_casualties.csv")
    ]


def recorded_strikes(folder: Path = DATA) -> list[Strikes]:
    """Return the coalition's strikes, one row a day and place."""
    return [
        Strikes(date.fromisoformat(row["date"]), row["place"], int(row["strikes"]))
        for row in _rows(folder / "coalition_air_strikes.csv")
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
