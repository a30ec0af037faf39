"""Small theatres with people in them, for the tests of civilians and of aid."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.rules.aid import count_people_in_need
from sim.rules.civilians import move_civilians
from sim.state.people import initial_people
from tests.situations import Situation, scenario_with

# Two quarters of a city, a town that is near and one that is far, and a hamlet behind the front.
PEOPLE = {"Front": 10_000, "Quarter": 10_000, "Near": 10_000, "Far": 10_000, "Behind": 1000}
ROADS = [("Front", "Quarter", 1), ("Quarter", "Near", 10), ("Near", "Far", 100)]
ROADS += [("Front", "Behind", 10)]
VALUES = {
    "civilians.flight_share_per_day": 0.2,
    "civilians.flight_beside_fight": 0.5,
    "civilians.flight_where_struck": 0.1,
    "civilians.flight_from_terror": 0.05,
    "civilians.staying_share": 0.2,
    "civilians.across_lines": 0.2,
    "civilians.quiet_days": 3.0,
    "civilians.return_share_per_day": 0.1,
    "civilians.in_need_days": 7.0,
    "civilians.aid_every_days": 1.0,
    "any_kind.access_granted": 0.5,
}


class Peopled(Situation):
    """A situation in which people live; ``people`` are those of its replicates.

    Places are held by red unless told otherwise; blue is its enemy.
    """

    def __init__(
        self,
        holders: dict[str, str | None] | None = None,
        roads: list[tuple] | None = None,
        population: dict[str, int] | None = None,
        replicates: int = 1,
        values: dict[str, float] | None = None,
        units: list[tuple] | None = None,
        isolated: tuple[str, ...] = (),
        **tables: Any,
    ) -> None:
        population = PEOPLE if population is None else population
        places = {
            name: {
                "controller": (holders or {}).get(name, "red"),
                "population": people,
                "isolated": name in isolated,
            }
            for name, people in population.items()
        }
        somewhere = next(iter(places))
        super().__init__(
            scenario_with(
                places,
                ROADS if roads is None else roads,
                units or [("r", "reds", somewhere, 100)],
                values=VALUES | (values or {}),
                **tables,
            ),
            replicates=replicates,
        )
        self.people = initial_people(self.setting)

    def fight_at(self, *places: str, rows: Any = slice(None)) -> None:
        self.state.engaged[:] = False
        for name in places:
            self.state.engaged[rows, self.place(name)] = True

    def evening(self, **more: Any) -> None:
        move_civilians(self.state, self.setting, self.people, **more)

    def quiet_days(self, days: int) -> None:
        """Let days without a fight go by."""
        self.fight_at()
        for _ in range(days):
            self.state.day += 1
            self.evening()

    def aid(self, **more: Any) -> None:
        count_people_in_need(self.state, self.setting, self.people, **more)

    def count(self, array: str, place: str) -> int:
        """Return a number of people of the first replicate."""
        return int(getattr(self.people, array)[0, self.place(place)])

    def everyone(self) -> np.ndarray:
        people = self.people
        return (people.residents + people.displaced + people.dead).sum(axis=1)
