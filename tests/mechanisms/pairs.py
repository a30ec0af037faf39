"""A scenario with a mechanism and without it: the same 200 replicates of one seed, in pairs.

An outcome has moved where the 99 percent interval of its paired difference leaves out zero on the
side that was expected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.engine.simulation import Simulation
from sim.experiments.comparison import NORMAL_95, paired_difference
from sim.scenario import Scenario
from sim.state.ledger import LEDGER
from tests.random_scenarios import fixed

REPLICATES = 200
SEED = 15
NORMAL_99 = 2.5758293035489004  # quantile 0.995 of the standard normal distribution

Rows = list[dict[str, Any]]
Numbers = NDArray[np.float64]


class Run:
    """All replicates of a scenario, and what is read off them; each number is ``[R]``."""

    def __init__(
        self, scenario: Scenario, watch: Callable[[Simulation], ArrayLike] | None = None
    ) -> None:
        simulation = Simulation(scenario, seed=SEED, replicates=np.arange(REPLICATES))
        watched = []
        while not simulation.finished:
            simulation.step()
            if watch is not None:
                watched.append(watch(simulation))
        self.watched = np.array(watched)
        """What ``watch`` saw on the evening of each day, ``[D, ...]``."""
        self.scenario, self.history = scenario, simulation.history
        self.state, self.setting = simulation.state, simulation.setting

    def faction(self, name: str) -> int:
        return self.history.factions.index(name)

    def place(self, name: str) -> int:
        return self.history.places.index(name)

    def _places(self, names: Sequence[str] | None) -> list[int]:
        chosen = self.history.places if names is None else names
        return [self.place(name) for name in chosen]

    def days_held(self, faction: str, places: Sequence[str] | None = None) -> Numbers:
        """Days on which a faction holds a place, summed over places."""
        held = self.history.controller[:, :, self._places(places)] == self.faction(faction)
        return held.sum(axis=(0, 2)).astype(np.float64)

    def count(self, name: str, *factions: str) -> Numbers:
        """Sum of a daily count by faction and place, such as ``killed`` or ``car_bombs``."""
        chosen = [self.faction(faction) for faction in factions]
        return getattr(self.history, name)[:, :, chosen].sum(axis=(0, 2, 3)).astype(np.float64)

    def ledger(self, name: str, faction: str, days: slice = slice(None)) -> Numbers:
        """Sum of a movement of fighters over some days."""
        column = self.history.ledger[days, :, self.faction(faction), LEDGER.index(name)]
        return column.sum(axis=0).astype(np.float64)

    def of_people(self, name: str, day: int = -1) -> Numbers:
        """People of the whole theatre on the evening of a day."""
        return getattr(self.history, name)[day].sum(axis=1).astype(np.float64)

    def supply_index(self, faction: str) -> Numbers:
        """Mean supply index in thousandths."""
        return self.history.supply_index[:, :, self.faction(faction)].mean(axis=0)


def assert_lower(without: ArrayLike, with_it: ArrayLike) -> None:
    """Fail unless an outcome is lower in ``without`` than in ``with_it``."""
    _assert_moved(without, with_it, -1)


def assert_higher(without: ArrayLike, with_it: ArrayLike) -> None:
    """Fail unless an outcome is higher in ``without`` than in ``with_it``."""
    _assert_moved(without, with_it, 1)


def _assert_moved(without: ArrayLike, with_it: ArrayLike, sign: int) -> None:
    base, other = np.asarray(with_it, np.float64), np.asarray(without, np.float64)
    assert base.shape == other.shape == (REPLICATES,)
    found = paired_difference(base, other)
    half = (found.high - found.low) / 2 * NORMAL_99 / NORMAL_95
    low, high = found.difference - half, found.difference + half
    told = f"from {base.mean():.4g} to {other.mean():.4g}: {found.difference:.4g}"
    told += f" [{low:.4g}, {high:.4g}]"
    print(told)  # pytest -rP lists what every mechanism moves
    assert (low if sign > 0 else -high) > 0, told


def with_values(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a copy with fixed values of some parameters, outside their priors too."""
    content = scenario.resolved()
    kept = [row for row in content["parameters"] if row["id"] not in values]
    return Scenario.from_resolved(
        content
        | {"parameters": kept + [fixed(name, float(value)) for name, value in values.items()]}
    )


def with_rows(scenario: Scenario, table: str, **columns: Any) -> Scenario:
    """Return a copy with the same values in some columns of all rows of a table."""
    content = scenario.resolved()
    return Scenario.from_resolved(
        content | {table: [dict(row) | columns for row in content[table]]}
    )


def without_rows(scenario: Scenario, table: str, wanted: Callable[[dict], bool]) -> Scenario:
    """Return a copy without those rows of a table of which ``wanted`` is true."""
    content = scenario.resolved()
    return Scenario.from_resolved(
        content | {table: [row for row in content[table] if not wanted(row)]}
    )


def corner(scenario: Scenario, places: Sequence[str], start: str, end: str) -> Scenario:
    """Return a part of a scenario, to run it quickly: some places and what is there, some days.

    Units begin where the scenario has them on its first day, whatever ``start`` is. Streams go
    where both their place and the one that they come through are left.
    """
    content, kept = scenario.resolved(), set(places)

    def dated(name: str) -> Rows:
        return [row for row in content.get(name, []) if start <= row["date"] <= end]

    def located(name: str) -> Rows:
        rows = [row for row in content.get(name, []) if row["place"] in kept]
        return [row for row in rows if (row.get("through") or row["place"]) in kept]

    chosen = [row for row in content["places"] if row["name"] in kept]
    cities = {row.get("city") for row in chosen}
    return Scenario.from_resolved(
        content
        | {name: located(name) for name in ("control", "units", "reinforcements", "supply")}
        | {
            "name": f"corner of {scenario.name}",
            "start": start,
            "end": end,
            "places": chosen,
            "cities": [row for row in content["cities"] if row["name"] in cities],
            "routes": [row for row in content["routes"] if {row["a"], row["b"]} <= kept],
            "workshops": located("workshops"),
            "supply_lines": [
                row for row in content.get("supply_lines", []) if set(row["places"]) <= kept
            ],
            "sorties": dated("sorties"),
            "events": [row for row in dated("events") if set(row.get("places") or ()) <= kept],
            "outcomes": [],
        }
    )
