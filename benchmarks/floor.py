"""The bare floor: the least array work that a numpy version of such a day must do.

It is timed on the arrays of a real day, with the engine's own number types, and computes nothing
of use. What any version must do, whatever its rules say in detail:

1.  ``orders``: each kind believes something of the enemy in every place, looks up what stands
    where its members are, and writes a destination and a posture for each of them.
2.  ``movement``: for the units under way, compare the roads out of the place by what is left to
    the destination, take the shortest, and write the new place.
3.  ``sums``: fighters by faction and place, in the morning, after the march and after the
    fighting; and from each the enemies of each faction.
4.  ``air and bombs``: one draw for each place, for what falls there.
5.  ``contact line``: the enemies of each faction in the places within reach of each place.
6.  ``kernel``: three draws of noise and a hazard for each side that meets fire, a draw and a
    binomial count for each unit of theirs.
7.  ``casualties``: the dead among the losses, and their sum by faction and place.
8.  ``morale``: a draw and a hazard for each unit that meets fire.
9.  ``control``: the strongest faction that stands alone in each place, the area it clears, and
    who holds the place.
10. ``supply``: which units goods reach, and the stock and readiness of every unit.
11. ``wounded``: a draw for each unit with wounded.
12. ``observers``: a draw for each faction and place with dead who wait to be published.
13. ``record``: the arrays of the history, as wide as they are stored.

Left out are all choices that a rule might do without: plans, scores of objectives, cuts, roads
after a change of control, clearing of yesterday's counts, checks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.engine.simulation import Simulation
from sim.rules.kernel import loss_probability, loss_rate_per_day, unit_losses
from sim.state.binomial import binomial
from sim.state.elementary import exp, normal_quantile
from sim.state.ledger import COUNTS


class Floor:
    """The floor's arrays, taken from a simulation as it stands, and its operations."""

    def __init__(self, simulation: Simulation) -> None:
        self.state, self.setting = simulation.state, simulation.setting
        self.shape = (*self.state.stance.shape[:2], self.setting.theatre.P)
        replicates, factions, places = self.shape
        row = np.arange(replicates)[:, None]
        self.place = self.state.place.copy()
        self.destination, self.posture = self.place.copy(), self.place.copy()
        self.row_of_unit = (row * factions + self.setting.roster.faction) * places
        self.cell = self.row_of_unit + self.place
        self.hostile = (self.state.stance < 0).astype(np.float64)
        self.place_row = row * places + self.state.place
        self.members = [
            np.flatnonzero(self.setting.roster.kind == kind)
            for kind in range(len(self.setting.kinds))
        ]
        self.moving = np.flatnonzero(
            self.state.active & (self.state.destination != self.state.place)
        )
        self.counts = {name: np.zeros(self.shape, np.int32) for name in (*COUNTS, "strength")}
        self.strength, self.enemies = self.sums()
        self.fire = self.enemies + self.contact_line()
        self.met = (self.fire > 0) & (self.strength > 0)
        if not self.met.any():
            raise ValueError("take a day on which somebody fights")

    def operations(self) -> dict[str, Callable[[], object]]:
        """Return the operations by name, in the order of the day."""
        return {
            "orders": self.orders,
            "movement": self.movement,
            "sums": lambda: (self.sums(), self.sums(), self.sums()),
            "air and bombs": self.air_and_bombs,
            "contact line": self.contact_line,
            "kernel": self.kernel,
            "casualties": self.casualties,
            "morale": self.morale,
            "control": self.control,
            "supply": self.supply,
            "wounded": self.wounded,
            "observers": self.observers,
            "record": self.record,
        }

    def day(self) -> None:
        """Do the work of a day."""
        for operation in self.operations().values():
            operation()

    def orders(self) -> None:
        """Believe, look up, write."""
        for kind, members in enumerate(self.members):
            enemies = self.enemies[:, self.setting.kind_faction[kind]]
            believed = np.where(enemies > 0, np.rint(enemies * 1.1), 60.0)
            here = self.place_row[:, members]
            engaged = believed.reshape(-1)[here] > 0
            self.destination[:, members] = np.where(engaged, here, -1)
            self.posture[:, members] = engaged

    def movement(self) -> None:
        """Take the shortest road for the units under way."""
        theatre, units = self.setting.theatre, self.state.place.shape[1]
        row, number = np.divmod(self.moving, units)
        place, faction = self.state.place.reshape(-1)[self.moving], self.setting.roster.faction
        neighbour = theatre.neighbour[place]
        left = self.state.road_m[row[:, None], faction[number][:, None], neighbour, place[:, None]]
        slot = (theatre.neighbour_m[place] + left).argmin(axis=1)
        self.place.reshape(-1)[self.moving] = theatre.neighbour[place, slot]

    def sums(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Sum fighters by faction and place, and enemies of each faction."""
        fighters = self.state.strength * self.state.standing
        total = np.bincount(
            (self.row_of_unit + self.place).reshape(-1),
            weights=fighters.reshape(-1),
            minlength=int(np.prod(self.shape)),
        )
        strength = total.reshape(self.shape)
        return strength, np.matmul(self.hostile, strength)  # exact: these are whole numbers

    def air_and_bombs(self) -> None:
        """Draw for each place."""
        setting = self.setting
        exp(normal_quantile(setting.streams.uniform("air.noise", 0, setting.place_ids)))

    def contact_line(self) -> NDArray[np.float64]:
        """Sum the enemies beside each place."""
        theatre = self.setting.theatre
        beside = np.zeros_like(self.enemies)
        for slot in range(theatre.neighbour.shape[1]):
            near = np.flatnonzero(self.setting.near[:, slot])
            beside[:, :, near] += self.enemies[:, :, theatre.neighbour[near, slot]]
        return beside

    def kernel(self) -> None:
        """Draw the losses of all units of the sides that meet fire."""
        setting = self.setting
        side = np.flatnonzero(self.met)
        row = side // (self.shape[1] * self.shape[2])
        place = side % self.shape[2]
        ids = setting.place_ids[place]
        noise = 0.0
        for stream in ("combat.engagement", "combat.day", "combat.city"):
            noise = noise + normal_quantile(setting.streams.uniform_at(stream, 0, row, ids))
        rate = loss_rate_per_day(
            self.strength.reshape(-1)[side] / 200.0,
            self.fire.reshape(-1)[side] / 200.0,
            0.039,
            0.6,
            0.28,
            1.0,
            noise=exp(0.3 * noise),
        )
        chance = np.zeros(self.shape)
        chance.reshape(-1)[side] = loss_probability(rate, 1.0)
        by_unit = chance.reshape(-1)[self.cell] * self.state.standing
        self.unit = np.flatnonzero(by_unit > 0)
        self.unit_row, self.unit_number = np.divmod(self.unit, by_unit.shape[1])
        ids = setting.roster.ids[self.unit_number]
        uniform = setting.streams.uniform_at("combat.losses", 0, self.unit_row, ids)
        self.fighters = self.state.strength.reshape(-1)[self.unit]
        self.losses = unit_losses(uniform, self.fighters, by_unit.reshape(-1)[self.unit])

    def casualties(self) -> None:
        """Draw the dead and sum them by faction and place."""
        lost = np.flatnonzero(self.losses)
        unit = self.unit[lost]
        ids = self.setting.roster.ids[self.unit_number[lost]]
        uniform = self.setting.streams.uniform_at("casualties.killed", 0, self.unit_row[lost], ids)
        dead = binomial(uniform, self.losses[lost], np.full(len(lost), 0.27))
        self.fighters[lost] -= dead
        np.bincount(self.cell.reshape(-1)[unit], weights=dead, minlength=self.strength.size)

    def morale(self) -> None:
        """Draw for each unit in contact."""
        ids = self.setting.roster.ids[self.unit_number]
        uniform = self.setting.streams.uniform_at("morale.break", 0, self.unit_row, ids)
        cell = self.cell.reshape(-1)[self.unit]
        ratio = self.fire.reshape(-1)[cell] / self.strength.reshape(-1)[cell]
        np.flatnonzero(uniform < 1.0 - exp(-0.1 * ratio))

    def control(self) -> None:
        """Find the captors, let them clear and take."""
        claim = np.where(self.enemies == 0, self.strength, -1.0)
        captor = claim.argmax(axis=1)
        fighters = claim.max(axis=1)
        work = np.where(captor == self.state.captor, self.state.cleared_m2, 0) + 6000 * fighters
        taken = work > 10 * self.setting.theatre.area_m2
        np.where(taken, captor, self.state.controller)

    def supply(self) -> None:
        """Look up which units goods reach; stock and readiness of all."""
        reached = self.state.supplied.reshape(-1)[self.cell]
        engaged = self.state.engaged.reshape(-1)[self.place_row]
        np.clip(self.state.supply + np.where(reached, 500, -100), 0, 1000)
        np.clip(self.state.readiness + np.where(engaged, -30, 60), 300, 1000)

    def wounded(self) -> None:
        """Draw for each unit with wounded."""
        unit = np.flatnonzero(self.state.wounded)
        row, number = np.divmod(unit, self.state.wounded.shape[1])
        ids = self.setting.roster.ids[number]
        uniform = self.setting.streams.uniform_at("casualties.recovered", 0, row, ids)
        binomial(uniform, self.state.wounded.reshape(-1)[unit], np.full(len(unit), 0.05))

    def observers(self) -> None:
        """Draw for each faction and place with dead who wait to be published."""
        cell = np.flatnonzero(self.state.unseen)
        row, place = cell // (self.shape[1] * self.shape[2]), cell % self.shape[2]
        ids = self.setting.place_ids[place]
        uniform = self.setting.streams.uniform_at("monitor.published", 0, row, ids)
        binomial(uniform, self.state.unseen.reshape(-1)[cell], np.full(len(cell), 0.25))

    def record(self) -> None:
        """Store the day."""
        self.state.controller.astype(np.int8)
        for name in COUNTS:
            self.counts[name][...] = self.state.tally[name]
        self.counts["strength"][...] = self.strength
