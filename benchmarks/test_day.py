"""A whole day of the ensemble against the least array work of such a day."""

from __future__ import annotations

import pytest

from benchmarks.floor import Floor
from sim.engine.simulation import Simulation

REPLICATES = 256
DAYS = (10, 30, 50, 70, 90)
GROUP = pytest.mark.benchmark(group="day")


@pytest.fixture(scope="module", params=DAYS)
def simulation(request, siege):
    """Simulate the siege up to some day."""
    batch = Simulation(siege, seed=7, replicates=range(REPLICATES))
    while batch.day < request.param:
        batch.step()
    return batch


@GROUP
def test_floor(benchmark, simulation):
    floor = Floor(simulation)
    floor.day()
    benchmark.pedantic(floor.day, rounds=9, iterations=1)
    describe(benchmark, simulation)


@GROUP
def test_whole_day(benchmark, simulation):
    describe(benchmark, simulation)
    # Later days of the same siege, since a day cannot be taken back.
    benchmark.pedantic(simulation.step, rounds=5, iterations=1)


def describe(benchmark, simulation):
    """Note which day it is and how many units there are."""
    benchmark.extra_info["day"] = simulation.day
    benchmark.extra_info["replicates"] = REPLICATES
    benchmark.extra_info["unit_days"] = simulation.state.strength.size
