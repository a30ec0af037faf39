"""Small hand-made situations for tests of rules and forces.

Kinds are militias unless told otherwise: they hold, so that nothing happens but what a test orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.engine.orders import REQUESTS
from sim.engine.simulation import Simulation
from sim.forces import Commander
from sim.rules.policy import apply_events
from sim.rules.reinforcement import arrive
from sim.scenario import Scenario
from sim.state.presence import refresh_roads
from sim.state.state import HOLD, State, begin_day
from tests.random_scenarios import with_parameters

START = date(2015, 1, 1)

# Two hostile sides, red and blue, and green, who is neutral to both.
KINDS: dict[str, tuple[str, str]] = {
    "reds": ("red", "militia"),
    "blues": ("blue", "militia"),
    "greens": ("green", "militia"),
}
HOSTILE = (("red", "blue"),)

NO_NOISE = {
    "combat.sigma_engagement": 0.0,
    "combat.sigma_day": 0.0,
    "combat.sigma_city": 0.0,
    "air.sigma": 0.0,
}


def day(number: int) -> str:
    """Return the date of a day index, as tables write it."""
    return (START + timedelta(days=number)).isoformat()


def scenario_with(
    places: Mapping[str, Any],
    routes: Sequence[tuple],
    units: Sequence[tuple],
    *,
    kinds: Mapping[str, tuple[str, str]] = KINDS,
    hostile: Sequence[tuple[str, str]] = HOSTILE,
    allied: Sequence[tuple[str, str]] = (),
    values: Mapping[str, float] | None = None,
    days: int = 20,
    **tables: list[dict[str, Any]],
) -> Scenario:
    """Return a scenario.

    Parameters
    ----------
    places
        By name who holds it (None for nobody), or a dict of columns with ``controller`` and,
        where wanted, ``contested_by``.
    routes
        ``(a, b, km)`` or ``(a, b, km, class)``; primary roads unless told otherwise.
    units
        ``(id, kind, place, fighters)`` or with a dict of more columns behind.
    kinds
        By name the faction and the class that decides.
    values
        Parameters that differ from the standard, ``KIND.x`` among them.
    tables
        Rows of other tables: ``supply``, ``air``, ``reinforcements``, ``events``.
    """
    columns = {
        name: dict(about) if isinstance(about, dict) else {"controller": about}
        for name, about in places.items()
    }
    cities = dict.fromkeys(each["city"] for each in columns.values() if each.get("city"))
    return Scenario.from_resolved(
        {
            "name": "situation",
            "title": "A situation",
            "question": "What happens now?",
            "start": START.isoformat(),
            "end": day(days - 1),
            "factions": [
                {"name": name} for name in dict.fromkeys(faction for faction, _ in kinds.values())
            ],
            "kinds": [
                {"name": name, "faction": faction, "decides": decides}
                for name, (faction, decides) in kinds.items()
            ],
            "cities": [{"name": name} for name in cities],
            "relations": [
                {"a": a, "b": b, "stance": stance}
                for stance, pairs in (("hostile", hostile), ("allied", allied))
                for a, b in pairs
            ],
            "places": [_place(name, about) for name, about in columns.items()],
            "routes": [
                {"a": a, "b": b, "km": km, "class": (*class_, "primary")[0]}
                for a, b, km, *class_ in routes
            ],
            "control": [
                {
                    "place": name,
                    "controller": about["controller"],
                    "contested_by": about.get("contested_by"),
                }
                for name, about in columns.items()
            ],
            "units": [
                {"id": id_, "kind": kind, "place": place, "fighters": float(fighters)}
                | (more[0] if more else {})
                for id_, kind, place, fighters, *more in units
            ],
            "parameters": with_parameters(dict(values or {})),
            **tables,
        }
    )


def _place(name: str, about: dict[str, Any]) -> dict[str, Any]:
    usual = {"name": name, "kind": "town", "latitude": 36.0, "longitude": 40.0, "area_km2": 1.0}
    given = {k: v for k, v in about.items() if k not in ("controller", "contested_by")}
    return usual | {"frontage_fighters": 1000.0} | given


class Situation:
    """Replicates of a scenario on the morning of the first day, before anyone has decided.

    Replicates are numbered from 0; names of units are ``id`` for the first unit of a formation
    and ``id/02`` and so on for the others.
    """

    def __init__(
        self,
        scenario: Scenario,
        replicates: int = 1,
        seed: int = 1,
        kinds: Mapping[str, type[Commander]] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        self.simulation = Simulation(
            scenario,
            seed=seed,
            replicates=np.arange(replicates),
            kinds=kinds,
            parameters=parameters,
        )
        self.setting = self.simulation.setting
        self.morning()

    @property
    def state(self) -> State:
        return self.simulation.state

    def morning(self) -> None:
        """Begin the day: dated events, arrivals, and nobody is told anything yet."""
        begin_day(self.state, self.setting)
        apply_events(self.state, self.setting)
        arrive(self.state, self.setting)
        refresh_roads(self.state, self.setting)
        self.state.orders = {name: np.zeros_like(self.state.place) for name in REQUESTS}

    def place(self, name: str) -> int:
        return self.setting.theatre.index(name)

    def faction(self, name: str) -> int:
        return self.setting.factions.index(name)

    def unit(self, name: str) -> int:
        full = name if "/" in name else f"{name}/01"
        return self.setting.roster.names.index(full)

    def of(self, unit: str, array: str) -> np.ndarray:
        """Return the column of a unit, ``[R]``."""
        return getattr(self.state, array)[:, self.unit(unit)]

    def set(self, unit: str, **values: int) -> None:
        """Set columns of a unit in all replicates."""
        for name, value in values.items():
            getattr(self.state, name)[:, self.unit(unit)] = value

    def move(self, unit: str, place: str) -> None:
        """Put a unit somewhere, as if it had marched there."""
        self.set(unit, place=self.place(place), destination=self.place(place))

    def order(
        self, unit: str, destination: str | None = None, posture: int = HOLD, **requests: int
    ) -> None:
        """Give a unit its orders of the day."""
        if destination is not None:
            self.set(unit, destination=self.place(destination))
        self.set(unit, posture=posture)
        for name, value in requests.items():
            self.state.orders[name][:, self.unit(unit)] = value

    def hold(self, place: str, faction: str | None) -> None:
        """Give a place to a faction, or to nobody, in all replicates."""
        holder = -1 if faction is None else self.faction(faction)
        self.state.controller[:, self.place(place)] = holder
        refresh_roads(self.state, self.setting)

    def where(self, unit: str) -> str:
        """Name of the place where a unit of the first replicate stands or last stood."""
        return self.setting.theatre.names[self.of(unit, "place")[0]]

    def holder(self, place: str) -> str | None:
        """Name of the faction that holds a place in the first replicate."""
        faction = int(self.state.controller[0, self.place(place)])
        return None if faction < 0 else self.setting.factions[faction]

    def tally(self, name: str, faction: str, place: str) -> np.ndarray:
        """Return a count of the day by faction and place, ``[R]``."""
        return self.state.tally[name][:, self.faction(faction), self.place(place)]

    def ledger(self, name: str, faction: str) -> np.ndarray:
        """Return a movement of fighters of the day, ``[R]``."""
        return self.state.ledger[name][:, self.faction(faction)]
