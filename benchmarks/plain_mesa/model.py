"""The siege as a Mesa model that loops over its agents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import mesa

from benchmarks.plain_mesa import control, reinforcement
from benchmarks.plain_mesa.air import AirWing, strike
from benchmarks.plain_mesa.bombs import build_car_bombs, explode
from benchmarks.plain_mesa.combat import Battle
from benchmarks.plain_mesa.kinds import KINDS
from benchmarks.plain_mesa.monitor import Monitor
from benchmarks.plain_mesa.morale import break_units
from benchmarks.plain_mesa.parameters import Parameters
from benchmarks.plain_mesa.picture import Picture
from benchmarks.plain_mesa.places import NOBODY, Place, RoadMap, build_places
from benchmarks.plain_mesa.record import Record
from benchmarks.plain_mesa.unit import Unit
from sim.scenario.schema import Scenario
from sim.state.ledger import COUNTS, LEDGER
from sim.theatre.theatre import Theatre


class Siege(mesa.Model):
    """One replicate.

    Parameters
    ----------
    scenario : Scenario
    rng : int
        Seed of the model's generator.
    """

    def __init__(self, scenario: Scenario, rng: int) -> None:
        super().__init__(rng=rng)
        self.tables = scenario  # newer versions of Mesa have a Model.scenario of their own
        self.parameters = Parameters(scenario)
        self.day = 0
        self.faction_names = list(scenario.factions)
        self.factions = len(self.faction_names)
        self.stance = [
            [scenario.stance(a, b) for b in self.faction_names] for a in self.faction_names
        ]
        self.note_stances()
        theatre = Theatre.build(scenario.places, scenario.routes)
        self.places = build_places(self, theatre)
        self.place_of = {place.name: place for place in self.places}
        for row in scenario.control:
            if row.controller:
                self.place_of[row.place].controller = self.faction_names.index(row.controller)
        self.sources: list[list[Place]] = [[] for _ in self.faction_names]
        for supply in scenario.supply:
            source = self.place_of[supply.place]
            self.sources[self.faction_names.index(supply.faction)].append(source)
        # Of a faction without a row nothing is known: its goods are everywhere.
        self.sources = [sources or self.places for sources in self.sources]
        self.free_roads = RoadMap(self.places, [True] * len(self.places))
        self.roads = [RoadMap(self.places) for _ in self.faction_names]
        self.appoint_commanders()
        self.list_forces()
        self.monitor = Monitor(self)
        self.record = Record(self, theatre)

    def appoint_commanders(self) -> None:
        """Give each kind its commander."""
        self.commander_of = {
            name: KINDS[kind.decides](self, name, self.faction_names.index(kind.faction))
            for name, kind in self.tables.kinds.items()
        }
        self.commanders = list(self.commander_of.values())
        self.factions_that_fill = sorted(
            {c.faction for c in self.commanders if c.traits.fills_void >= 0.5}
        )

    def list_forces(self) -> None:
        """List what will arrive: formations, reinforcements and air wings."""
        self.newcomers: list[reinforcement.Newcomer] = []
        rank = 0
        for formation in self.tables.units:
            self.newcomers += reinforcement.newcomers_of(self, formation, rank)
            rank += formation.units
        self.streams = []
        for row in self.tables.reinforcements:
            self.streams.append(reinforcement.Stream(self, row, rank))
            rank += row.slots
        self.air_wings = [
            AirWing(
                faction=self.faction_names.index(row.faction),
                supports=[self.faction_names.index(name) for name in row.supports],
                strikes_per_day=self.parameters.amount(row.strikes_per_day),
                effect=row.effect,
                first_day=None if row.from_ is None else (row.from_ - self.tables.start).days,
                last_day=None if row.until is None else (row.until - self.tables.start).days,
            )
            for row in self.tables.air
        ]

    # -- the day ----------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one day."""
        self.tally: dict[str, dict[tuple[int, Place], int]] = {name: {} for name in COUNTS}
        self.ledger = {name: [0] * self.factions for name in LEDGER}
        self.agents.do("wake")
        self.change_stances()
        self.bring_reinforcements()
        self.give_orders()
        self.agents.do("march")
        self.count_fighters()
        control.note_withdrawals(self)
        strike(self)
        self.count_fighters()
        explode(self)
        self.count_fighters()
        Battle(self).fight()
        self.count_fighters()
        break_units(self)
        self.count_fighters()
        control.clear_and_capture(self)
        self.refresh_roads()
        self.agents.do("draw_supply")
        self.agents.do("recover")
        build_car_bombs(self)
        kept = 1.0 - 1.0 / self.parameters.air.memory_days
        for place in self.places:
            place.struck = int(place.struck * kept)
        self.agents.do("retire")
        self.monitor.publish()
        self.count_fighters()
        self.record.write(self)
        self.day += 1

    def run(self) -> Siege:
        """Simulate all days and return the model."""
        for _ in range(self.tables.days):
            self.step()
        # Some versions of Mesa keep a counter of ids for every model that ever was.
        getattr(mesa.Agent, "_ids", {}).pop(self, None)
        return self

    def bring_reinforcements(self) -> None:
        """Let formations arrive and streams raise units."""
        reinforcement.arrive(self)
        for stream in self.streams:
            stream.gather()
        for first in {stream.commander: stream for stream in reversed(self.streams)}.values():
            first.bring_back()
        for stream in self.streams:
            stream.form_unit()

    def give_orders(self) -> None:
        """Let every kind decide from the same morning."""
        self.count_fighters()
        self.refresh_roads()
        pictures = {}
        for commander in self.commanders:
            if commander.faction not in pictures:
                pictures[commander.faction] = Picture(self, commander.faction)
            if commander.members:
                commander.decide(pictures[commander.faction])

    # -- who stands where -------------------------------------------------------------------

    @property
    def units(self) -> Iterable[Unit]:
        """All units in the theatre."""
        return self.agents

    @property
    def today(self) -> date:
        """The date of the day that is simulated."""
        return self.tables.start + timedelta(days=self.day)

    def count_fighters(self) -> None:
        """Count the fighters of each faction in each place."""
        present: dict[Place, list[int]] = {}
        for unit in self.units:
            if unit.standing:
                if unit.place not in present:
                    present[unit.place] = [0] * self.factions
                present[unit.place][unit.faction] += unit.strength
        nobody = [0] * self.factions
        for place in self.places:
            place.count(present.get(place, nobody), self)

    def refresh_roads(self) -> None:
        """Bring the roads of each faction up to date with who holds what."""
        for faction, roads in enumerate(self.roads):
            foes = self.foes[faction]
            passable = [place.controller not in foes for place in self.places]
            roads.refresh(passable, self.sources[faction])

    def has_source(self, faction: int) -> bool:
        """Say whether a faction holds a source of goods that roads can leave."""
        supplied = self.roads[faction].supplied
        return any(supplied[place.index] for place in self.sources[faction])

    # -- relations --------------------------------------------------------------------------

    def note_stances(self) -> None:
        """List the foes and allies of each faction."""
        self.foes = [[g for g, s in enumerate(row) if s == "hostile"] for row in self.stance]
        self.allies = [[g for g, s in enumerate(row) if s == "allied"] for row in self.stance]

    def change_stances(self) -> None:
        """Apply the dated changes of stance."""
        for event in self.tables.events:
            if event.date == self.today and event.event == "stance":
                a, b = self.faction_names.index(event.a), self.faction_names.index(event.b)
                self.stance[a][b] = self.stance[b][a] = event.stance
                self.note_stances()

    def held_by_enemy(self, place: Place, faction: int) -> bool:
        """Say whether a hostile faction holds a place."""
        return place.controller in self.foes[faction]

    def held_by_friend(self, place: Place, faction: int) -> bool:
        """Say whether the faction or an ally of it holds a place."""
        return place.controller != NOBODY and place.controller in self.allies[faction]

    # -- the count of the day ---------------------------------------------------------------

    def enter(self, column: str, faction: int, fighters: int) -> None:
        """Enter fighters in the ledger."""
        self.ledger[column][faction] += fighters

    def count(self, name: str, faction: int, place: Place, number: int) -> None:
        """Add to a count by faction and place."""
        counts = self.tally[name]
        counts[faction, place] = counts.get((faction, place), 0) + number

    def count_at(self, name: str, unit: Unit, number: int) -> None:
        """Add to a count of a unit's faction where it stands."""
        if number:
            self.count(name, unit.faction, unit.place, number)

    def strikes_on(self, place: Place, faction: int) -> int:
        """Return the day's air strikes by enemies of a faction on a place."""
        strikes = self.tally["air_strikes"]
        if not strikes:
            return 0
        return sum(strikes.get((foe, place), 0) for foe in self.foes[faction])
