"""The plain Mesa model as Mesa's own ``batch_run`` takes it: with keywords and a collector."""

from __future__ import annotations

from functools import partial
from typing import Any

import mesa

from benchmarks.plain_mesa.model import Siege
from sim.outcomes.compute import compute_outcomes
from sim.scenario.schema import Scenario


class BatchSiege(Siege):
    """One run of a batch: it stops after the last day, with the outcomes in its collector.

    Parameters
    ----------
    scenario : Scenario
    rng : int
    values : float
        Parameters that differ from the scenario's, by id.
    """

    def __init__(self, scenario: Scenario, rng: int, **values: float) -> None:
        super().__init__(_with_values(scenario, values), rng)
        self.found: dict[str, Any] = {}
        reporters = {row.id: partial(_found, name=row.id) for row in scenario.outcomes}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """Simulate one day, and after the last one measure the outcomes."""
        super().step()
        if self.day == self.tables.days:
            self.running = False
            start = self.tables.start
            outcomes = compute_outcomes(self.tables, self.record.history)
            self.found = {name: value.one(0, start=start) for name, value in outcomes.items()}
            # Some versions of Mesa keep a counter of ids for every model that ever was.
            getattr(mesa.Agent, "_ids", {}).pop(self, None)
        self.datacollector.collect(self)


def _with_values(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """Return the scenario with other values, unchecked: a check would take as long as ten days."""
    changed = {
        name: scenario.parameters[name].model_copy(update={"value": value})
        for name, value in values.items()
    }
    return scenario.model_copy(update={"parameters": {**scenario.parameters, **changed}})


def _found(model: BatchSiege, name: str) -> Any:
    return model.found.get(name)
