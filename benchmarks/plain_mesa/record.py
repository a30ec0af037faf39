"""The daily record, in the form that :mod:`sim.outcomes` measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.outcomes.history import empty_history
from sim.theatre.theatre import Theatre

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege


class Record:
    """A history of one replicate."""

    def __init__(self, model: Siege, theatre: Theatre) -> None:
        self.history = empty_history(
            start=model.tables.start,
            days=model.tables.days,
            places=theatre.names,
            factions=tuple(model.faction_names),
            city=theatre.city,
            cities=theatre.city_names,
            area_km2=theatre.area_m2 / 1e6,
            hostile_at_start=np.array(model.stance) == "hostile",
            initial_controller=np.array([[p.controller for p in model.places]], dtype=np.int8),
        )

    def write(self, model: Siege) -> None:
        """Write the day that is over."""
        history, day = self.history, model.day
        history.controller[day, 0] = [place.controller for place in model.places]
        history.engaged[day, 0] = [place.engaged for place in model.places]
        for place in model.places:
            if any(place.fighters):
                history.strength[day, 0, :, place.index] = place.fighters
        for name, counts in model.tally.items():
            values = getattr(history, name)
            for (faction, place), number in counts.items():
                values[day, 0, faction, place.index] = number
        for column, fighters in enumerate(model.ledger.values()):
            history.ledger[day, 0, :, column] = fighters
