"""The larger scenario: the whole campaign against the floor, and its bare map against plain Mesa.

The plain Mesa model follows the rules that the siege needs. For the comparison the campaign is
stripped of all that is beyond them: its map, factions and order of battle stay.
"""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import pytest

from benchmarks.child import run_in_child
from benchmarks.floor import Floor
from benchmarks.plain_mesa.model import Siege
from sim.engine.ensemble import usual_chunk
from sim.engine.simulation import Simulation
from sim.engine.sources import load_checked
from sim.scenario.schema import Scenario

GROUP = pytest.mark.benchmark(group="campaign")
LEFT_OUT = ("supply_lines", "sorties", "claims", "workshops", "outcomes")
# Parameters without which commanders and recruits decide as in the siege.
NEUTRAL = {
    "stock_at_start": 1.0,
    "look_ahead": 0.0,
    "foreign_ground": 0.0,
    "home_bonus": 0.0,
    "relieves_allies": 0.0,
    "front_request": 0.0,
    "terror": 0.0,
    "replacements_per_day": 0.0,
    "child_share_rise": 0.0,
    "ring_memory_days": 4000.0,
}


@pytest.fixture(scope="module")
def campaign(full) -> Scenario:
    """Read the campaign as it ships; only for the long benchmarks."""
    if not full:
        pytest.skip("long")
    return load_checked("campaign-2015")


@pytest.fixture(scope="module")
def bare(campaign) -> Scenario:
    """Return the campaign with the siege's rules alone."""
    return Scenario.from_resolved(stripped(campaign.resolved()))


def stripped(content: dict[str, Any]) -> dict[str, Any]:
    """Return a resolved scenario without what the plain model does not know."""
    for name in LEFT_OUT:
        content.pop(name, None)
    content.pop("civilians", None)
    content["events"] = []
    content["supply"] = [row for row in content["supply"] if row.get("what") != "oil"]
    for row in content["supply"]:
        for name in ("goods_per_day", "stock", "what"):
            row.pop(name, None)
    for row in content["air"]:
        for name in ("deep_share", "dynamic_share", "collateral"):
            row.pop(name, None)
    for row in content["reinforcements"]:
        for name in ("through", "children"):
            row.pop(name, None)
    for row in content["parameters"]:
        name = row["id"].partition(".")[2]
        if name in NEUTRAL:
            row.update(value=NEUTRAL[name], prior="fixed", low=None, high=None)
        if row["id"] == "air.target_reach_km":
            row.update(value=0.0)
    return content


def run_batch(scenario: Scenario, replicates: int) -> None:
    """Simulate a batch from the first day to the last."""
    Simulation(scenario, seed=7, replicates=range(replicates)).run()


@GROUP
def test_campaign_batch(benchmark, campaign):
    replicates = usual_chunk(campaign)
    run_batch(campaign, 1)
    benchmark.pedantic(run_batch, args=(campaign, replicates), rounds=2, iterations=1)
    benchmark.extra_info["replicates"] = replicates


@GROUP
def test_campaign_alone(benchmark, campaign):
    run_batch(campaign, 1)
    benchmark.pedantic(run_batch, args=(campaign, 1), rounds=3, iterations=1)
    benchmark.extra_info["replicates"] = 1


@GROUP
def test_bare_batch(benchmark, bare):
    replicates = usual_chunk(bare)
    benchmark.pedantic(run_batch, args=(bare, replicates), rounds=2, iterations=1)
    benchmark.extra_info["replicates"] = replicates


@GROUP
def test_bare_plain_mesa(benchmark, bare):
    seeds = count(1)
    setup = lambda: ((next(seeds),), {})  # noqa: E731
    benchmark.pedantic(
        lambda seed: Siege(bare, rng=seed).run(), setup=setup, rounds=5, iterations=1
    )
    benchmark.extra_info["replicates"] = 1


@GROUP
@pytest.mark.parametrize("workers", [1, 2])
def test_campaign_processes(benchmark, campaign, workers):
    many = 2 * usual_chunk(campaign)
    arguments = (many, workers, campaign.name)
    found = benchmark.pedantic(run_in_child, args=arguments, rounds=1, iterations=1)
    # Not under the names of the siege's runs, which have a table of their own.
    benchmark.extra_info.update(
        child_seconds=found["seconds"], child_mb=found["peak_mb"], many=many
    )


@GROUP
@pytest.mark.parametrize("day", [30, 150])
def test_campaign_floor_and_day(benchmark, campaign, day):
    batch = Simulation(campaign, seed=7, replicates=range(usual_chunk(campaign)))
    while batch.day < day:
        batch.step()
    floor = Floor(batch)
    floor.day()
    benchmark.pedantic(floor.day, rounds=5, iterations=1)
    spent = []
    for _ in range(5):
        begin = time.process_time()
        batch.step()
        spent.append(time.process_time() - begin)
    benchmark.extra_info["whole_day_seconds"] = sorted(spent)[2]
