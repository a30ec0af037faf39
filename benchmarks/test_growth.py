"""How the cost grows with replicates, units, places and days."""

from __future__ import annotations

import pytest

from benchmarks.scaled import with_days, with_places, with_units
from sim.engine.simulation import Simulation

UNIT_DAYS_AT_ONCE = 30_000


def measure(benchmark, scenario, replicates):
    """Time a batch and note its size."""
    batch = Simulation(scenario, seed=7, replicates=range(replicates))
    benchmark.extra_info["replicates"] = replicates
    benchmark.extra_info["units"] = batch.setting.roster.ids.size
    benchmark.extra_info["places"] = batch.setting.theatre.P
    benchmark.extra_info["days"] = batch.days
    benchmark.pedantic(batch.run, rounds=1, iterations=1)


@pytest.mark.benchmark(group="growth with replicates")
@pytest.mark.parametrize("replicates", [1, 3, 10, 30, 100, 300])
def test_replicates(benchmark, siege, replicates):
    measure(benchmark, siege, replicates)


@pytest.mark.benchmark(group="growth with units")
@pytest.mark.parametrize("factor", [1, 10, 100, 850])
def test_units(benchmark, siege, factor, full):
    if factor > 100 and not full:
        pytest.skip("long")
    scenario = with_units(with_days(siege, 20), factor)
    units = 118 * factor
    measure(benchmark, scenario, max(1, UNIT_DAYS_AT_ONCE // units))


@pytest.mark.benchmark(group="growth with places")
@pytest.mark.parametrize("copies", [1, 2, 4, 8])
def test_places(benchmark, siege, copies, full):
    if copies > 4 and not full:
        pytest.skip("long")
    measure(benchmark, with_places(with_days(siege, 20), copies), 64)


@pytest.mark.benchmark(group="growth with days")
@pytest.mark.parametrize("days", [25, 50, 100, 200, 400])
def test_days(benchmark, siege, days, full):
    if days > 100 and not full:
        pytest.skip("long")
    measure(benchmark, with_days(siege, days), 64)
