"""A whole day of the ensemble against the least array work of such a day."""

from __future__ import annotations

import pytest

from benchmarks.floor import Floor
from sim.engine.simulation import Simulation

REPLICATES = 256
DAYS = (10, 50, 90)
GROUP = pytest.mark.benchmark(group="day")


@pytest.fixture(scope="module")
def batches():
    """Hold the batch that the days of this file share, as long as they come in order."""
    return {}


@pytest.fixture(scope="module", params=DAYS)
def simulation(request, siege, batches):
    """Simulate the siege up to some day."""
    batch = batches.get("last")
    if batch is None or batch.day > request.param:
        batch = Simulation(siege, seed=7, replicates=range(REPLICATES))
    while batch.day < request.param:
        batch.step()
    batches["last"] = batch
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
