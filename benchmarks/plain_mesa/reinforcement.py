"""Formations that arrive on their day, and streams of reinforcements that raise new units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import NOBODY, Place
from benchmarks.plain_mesa.unit import Unit
from sim.scenario.rows import Reinforcement
from sim.scenario.rows import Unit as Formation

if TYPE_CHECKING:
    from benchmarks.plain_mesa.commander import Commander
    from benchmarks.plain_mesa.model import Siege


@dataclass
class Newcomer:
    """A unit of a formation that has yet to arrive."""

    commander: Commander
    place: Place
    fighters: int
    day: int
    rank: int
    row: Formation


def newcomers_of(model: Siege, row: Formation, rank: int) -> list[Newcomer]:
    """Split a formation into equal units."""
    total = round(model.parameters.amount(row.fighters))
    day = 0 if row.arrives is None else (row.arrives - model.tables.start).days
    edges = [total * number // row.units for number in range(row.units + 1)]
    return [
        Newcomer(
            model.commander_of[row.kind], model.place_of[row.place], high - low, day, rank + n, row
        )
        for n, (low, high) in enumerate(pairwise(edges))
        if high > low
    ]


def arrive(model: Siege) -> None:
    """Bring in the formations whose day has come and whose place no enemy holds."""
    waiting = []
    for new in model.newcomers:
        holder, faction = new.place.controller, new.commander.faction
        open_ = holder == NOBODY or holder not in model.foes[faction] or new.day <= 0
        if new.day <= model.day and open_:
            unit = Unit(
                model,
                new.commander,
                new.place,
                new.fighters,
                rank=new.rank,
                leaders=new.row.leaders,
                static=new.row.static,
                headquarters=new.row.headquarters,
            )
            enlist(model, unit)
        else:
            waiting.append(new)
    model.newcomers = waiting


def enlist(model: Siege, unit: Unit) -> None:
    """Enter a unit among its kind, in the order of the tables."""
    unit.commander.members.append(unit)
    unit.commander.members.sort(key=lambda member: member.rank)
    model.enter("arrived", unit.faction, unit.strength)


class Stream:
    """A stream of reinforcements."""

    def __init__(self, model: Siege, row: Reinforcement, rank: int) -> None:
        self.model = model
        self.row = row
        self.commander = model.commander_of[row.kind]
        self.place = model.place_of[row.place]
        self.rate_per_day = model.parameters.amount(row.fighters_per_day)
        limit = row.limit_fighters
        self.limit = 2**30 if limit is None else round(model.parameters.amount(limit))
        self.first_rank = rank
        self.pool = self.raised = 0

    def gather(self) -> None:
        """Let the day's fighters come."""
        coming = min(int(self.model.rng.poisson(self.rate_per_day)), self.limit - self.raised)
        today = self.model.today
        early = self.row.from_ is not None and today < self.row.from_
        late = self.row.until is not None and today > self.row.until
        waits = self.row.when == "joined" and not self.commander.joined
        if self.held and not (early or late or waits):
            self.pool += coming
            self.raised += coming

    @property
    def held(self) -> bool:
        """Whether the kind's faction holds the stream's place."""
        return self.place.controller == self.commander.faction

    def bring_back(self) -> None:
        """Let some of those who left the theatre come back."""
        commander = self.commander
        if commander.away:
            back = int(self.model.rng.binomial(commander.away, commander.traits.return_per_day))
            commander.away -= back
            self.pool += back
            self.model.enter("returned", commander.faction, back)

    def form_unit(self) -> None:
        """Raise a unit if enough have gathered and a slot is free."""
        if self.pool < self.row.unit_fighters or not self.held:
            return
        ranks = range(self.first_rank, self.first_rank + self.row.slots)
        used = {unit.rank for unit in self.commander.members}
        free = next((rank for rank in ranks if rank not in used), None)
        if free is not None:
            self.pool -= self.row.unit_fighters
            unit = Unit(
                self.model,
                self.commander,
                self.place,
                self.row.unit_fighters,
                rank=free,
                leaders=self.row.leaders,
            )
            enlist(self.model, unit)
