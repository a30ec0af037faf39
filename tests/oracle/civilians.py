"""Civilians of one replicate, place by place (sim/rules/civilians, sim/rules/aid)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.state.people import NEAR_KM, People
from sim.state.state import FULL, NEVER
from tests.oracle.presence import look
from tests.oracle.world import NO_ROAD_M, World

COMPARED = (
    "residents",
    "displaced",
    "away",
    "dead",
    "unsafe_day",
    "fought_day",
    "aid_permille",
    "in_need",
    "reached",
)


@dataclass
class Home:
    """A place as its people see it."""

    population: int
    residents: int
    displaced: int = 0
    away: int = 0
    dead: int = 0
    unsafe_day: int | None = None
    fought_day: int | None = None
    aid_permille: int = 0
    in_need: int = 0
    reached: int = 0


class Civilians:
    """The people of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        population = world.setting.theatre.population.tolist()
        self.homes = [Home(people, people) for people in population]
        self.goals = [place for place, people in enumerate(population) if people > 0]
        supply = world.setting.scenario.supply
        named = {row.place for row in supply if row.what != "oil"}
        self.hubs = [
            place
            for place, name in enumerate(world.setting.theatre.names)
            if name in named or not named
        ]

    def note_roads(self) -> None:
        """Forget the ways that people knew before routes were opened or closed."""
        self.__dict__.pop("halts", None)

    @cached_property
    def halts(self) -> list[list[set[int] | None]]:
        """Places between both ends of every shortest road; None where there is no road."""
        everywhere = range(len(self.homes))
        return [[self._halts(start, goal) for goal in everywhere] for start in everywhere]

    def _halts(self, start: int, goal: int) -> set[int] | None:
        from_start_m = self.world.free_road_m[start]
        if from_start_m[goal] >= NO_ROAD_M:
            return None
        found: set[int] = set()
        here = goal
        while here != start:
            here = next(
                road.to
                for road in self.world.places[here].roads
                if from_start_m[road.to] + road.length_m == from_start_m[here]
            )
            if here != start:
                found.add(here)
        return found

    def move(self, terror: Sequence[float] = (), killed: Sequence[int] | None = None) -> None:
        """Let people die, flee and come home."""
        if killed:
            self._bury(killed)
        alarm = self._alarm(terror)
        fire = {p for p in range(len(self.homes)) if self._fought(p) or self._struck(p)}
        for place, home in enumerate(self.homes):
            if alarm[place] > 0:
                home.unsafe_day = self.world.day
            if self._fought(place):
                home.fought_day = self.world.day
        self._flee(alarm, fire)
        self._go_home()

    def _bury(self, killed: Sequence[int]) -> None:
        guests_killed = 0
        for home, number in zip(self.homes, killed, strict=True):
            everyone = home.residents + home.displaced
            dead = min(number, everyone)
            guests = dead * home.displaced // everyone if everyone else 0
            home.dead += dead
            home.residents -= dead - guests
            home.displaced -= guests
            guests_killed += guests
        for home, lost in zip(
            self.homes, in_proportion([h.away for h in self.homes], guests_killed), strict=True
        ):
            home.away -= lost

    def _fought(self, place: int) -> bool:
        return self.world.places[place].engaged

    def _struck(self, place: int) -> bool:
        return any(row[place] > 0 for row in self.world.tally["air_strikes"])

    def _alarm(self, terror: Sequence[float]) -> list[float]:
        value = self.world.value
        alarm = []
        for place in self.world.places:
            level = 0.0
            if any(self._fought(near) for near in place.near_neighbours):
                level = value("civilians.flight_beside_fight")
            if self._struck(place.number):
                level = max(level, value("civilians.flight_where_struck"))
            if place.engaged:
                level = 1.0
            fear = self._fear(place.number, terror)
            if level > 0:
                level = level * (1.0 + fear)
            else:
                level = value("civilians.flight_from_terror") * fear
            alarm.append(level)
        return alarm

    def _fear(self, place: int, terror: Sequence[float]) -> float:
        side = self.world.places[place].first_controller
        if side is None:
            return 0.0
        fighters = look(self.world).fighters
        around = [place, *self.world.places[place].near_neighbours]
        return max(
            [
                feared
                for faction, feared in enumerate(terror)
                if self.world.hostile(faction, side)
                and any(fighters[faction][there] > 0 for there in around)
            ],
            default=0.0,
        )

    def _flee(self, alarm: list[float], fire: set[int]) -> None:
        moves = []
        for place, home in enumerate(self.homes):
            if alarm[place] == 0:
                continue
            uniform = self._rounding("civilians.flight", place)
            share = self.world.value("civilians.flight_share_per_day")
            chance = min(share * alarm[place], 1.0)
            staying = int(self.world.value("civilians.staying_share") * home.population)
            from_home = int(max(home.residents - staying, 0) * chance + uniform)
            onward = int(home.displaced * chance + uniform)
            welcome = [self._welcome(place, goal, alarm, fire) for goal in self.goals]
            if from_home + onward > 0 and sum(welcome) > 0:
                moves.append((home, from_home, onward, welcome, uniform))
        arriving = [0] * len(self.homes)
        for home, from_home, onward, welcome, uniform in moves:
            for goal, number in zip(
                self.goals, shared_out(from_home + onward, welcome, uniform), strict=True
            ):
                arriving[goal] += number
            home.residents -= from_home
            home.away += from_home
            home.displaced -= onward
            self.world.happened["people fled"] += from_home
            self.world.happened["guests fled on"] += onward
        for home, number in zip(self.homes, arriving, strict=True):
            home.displaced += number

    def _rounding(self, stream: str, place: int) -> float:
        drawn = self.world.draw(stream, self.world.places[place].id)
        return min(drawn, 1.0 - 2.0**-16)

    def _welcome(self, start: int, goal: int, alarm: list[float], fire: set[int]) -> float:
        """Return how much a goal draws those who flee from a start."""
        if alarm[goal] > 0:
            return 0.0
        drawn = 0.0
        for road in self.world.places[start].roads:
            halts = self.halts[road.to][goal]
            if halts is None or fire & (halts | {road.to, goal}):
                continue
            far = 1.0 + (road.length_m + self.world.free_road_m[road.to][goal]) / (1000.0 * NEAR_KM)
            drawn = max(drawn, 1.0 / (far * far))
        home = self.homes[goal]
        drawn *= home.population * home.population / (home.population + home.displaced)
        side = self.world.places[start].first_controller
        if side is not None and self.world.bars(side, goal):
            drawn *= self.world.value("civilians.across_lines")
        return drawn

    def _go_home(self) -> None:
        back = [self._who_come_back(place) for place in range(len(self.homes))]
        everyone = sum(back)
        homeward = self._homeward
        pull = [
            float(sum(number * homeward[home][host] for home, number in enumerate(back)))
            * self.homes[host].displaced
            for host in range(len(self.homes))
        ]
        taken = shared_out(everyone, pull, 0.0) if everyone else [0] * len(back)
        taken = [min(t, home.displaced) for t, home in zip(taken, self.homes, strict=True)]
        left = [home.displaced - t for home, t in zip(self.homes, taken, strict=True)]
        more = in_proportion(left, everyone - sum(taken))
        self.world.happened["people came home"] += everyone
        for home, number, t, m in zip(self.homes, back, taken, more, strict=True):
            home.displaced -= t + m
            home.away -= number
            home.residents += number

    @cached_property
    def _homeward(self) -> list[list[int]]:
        rows = []
        for row in self.world.free_road_m:
            far = [1.0 + metres / (1000.0 * NEAR_KM) for metres in row]
            near = [1.0 / (f * f) if m < NO_ROAD_M else 0.0 for f, m in zip(far, row, strict=True)]
            rows.append([max(round(1000.0 * each), 1) for each in near])
        return rows

    def _who_come_back(self, place: int) -> int:
        home, value = self.homes[place], self.world.value
        quiet_days = round(value("civilians.quiet_days"))
        if home.away == 0:
            return 0
        if home.unsafe_day is not None and self.world.day - home.unsafe_day < quiet_days:
            return 0
        share = value("civilians.return_share_per_day")
        side = self.world.places[place].first_controller
        if side is not None and self.world.bars(side, place):
            share *= value("civilians.across_lines")
        return int(home.away * min(share, 1.0) + self._rounding("civilians.return", place))

    def count_in_need(self, access_agreement: Sequence[float] = ()) -> None:
        """Count people in need and those whom aid reaches.

        ``access_agreement`` is the share of access that each faction has agreed to.
        """
        every = max(round(self.world.value("civilians.aid_every_days")), 1)
        if self.world.day % every == 0:
            self._plan_convoys(access_agreement)
        for place, home in enumerate(self.homes):
            days = self.world.value("civilians.in_need_days")
            afflicted = home.fought_day is not None and self.world.day - home.fought_day < days
            home.in_need = home.displaced
            if afflicted or self._cut_off(place):
                home.in_need += home.residents
            home.reached = home.in_need * home.aid_permille // FULL
            self.world.happened["people in need reached"] += home.reached

    def _cut_off(self, place: int) -> bool:
        holder = self.world.places[place].controller
        if holder is None or all(unit.faction != holder for unit in self.world.units):
            return False
        return not self.world.supplied[holder][place]

    def _plan_convoys(self, access_agreement: Sequence[float]) -> None:
        leave = [self._leave(place, access_agreement) for place in range(len(self.homes))]
        access = [leave[place] if place in self.hubs else 0 for place in range(len(self.homes))]
        changed = True
        while changed:
            changed = False
            for place in self.world.places:
                best = max([access[beside] for beside in place.neighbours], default=0)
                here = min(best, leave[place.number])
                if here > access[place.number]:
                    access[place.number], changed = here, True
        for home, permille in zip(self.homes, access, strict=True):
            home.aid_permille = permille

    def _leave(self, place: int, access_agreement: Sequence[float]) -> int:
        holder = self.world.places[place].controller
        if self._fought(place):
            return 0
        if holder is None:
            return FULL
        granted = [
            round(FULL * self.world.of_kind(kind.number, "access_granted"))
            for kind in self.world.kinds
            if kind.faction == holder
        ]
        agreed = [round(FULL * access_agreement[holder])] if access_agreement else []
        return min(max([0, *agreed, *granted]), FULL)


def shared_out(number: int, weights: Sequence[float], uniform: float) -> list[int]:
    """Share a number of people out by weight; each share is rounded up or down."""
    total = 0.0
    edges = []
    for weight in weights:
        total += weight
        edges.append(total)
    upto = [int(edge / total * number + uniform) for edge in edges]
    return [b - a for a, b in zip([0, *upto[:-1]], upto, strict=True)]


def in_proportion(stock: Sequence[int], number: int) -> list[int]:
    """Take a number out of a stock, from each in proportion."""
    total = max(sum(stock), 1)
    so_far = 0
    upto = []
    for each in stock:
        so_far += each
        upto.append(number * so_far // total)
    return [b - a for a, b in zip([0, *upto[:-1]], upto, strict=True)]


def assert_people_agree(civilians: Civilians, people: People, row: int) -> None:
    """Fail, naming what differs, unless a row of the batch holds what the oracle does."""
    for name in COMPARED:
        none = NEVER if name.endswith("_day") else None
        ours = [getattr(home, name) for home in civilians.homes]
        ours = [none if value is None else value for value in ours]
        theirs = getattr(people, name)[row]
        assert ours == theirs.tolist(), (
            f"after day {civilians.world.day}: {name} at places "
            f"{np.flatnonzero(np.array(ours) != theirs)[:4].tolist()}: "
            f"oracle {ours}, engine {theirs.tolist()}"
        )
