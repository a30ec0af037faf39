"""Sweeps: against Mesa's own ``batch_run``, and what they cost beside the simulation.

All but the first two run in processes of their own, and are timed by the clock there.
"""

from __future__ import annotations

import os
from itertools import count
from typing import Any

import pytest

from benchmarks.mesa_batch import BatchSiege
from benchmarks.scaled import with_days
from benchmarks.sweep_child import CHUNK, WORKERS, in_child
from sim.experiments.design import design_of
from sim.experiments.sweep import run_sweep

GROUP = pytest.mark.benchmark(group="sweeps")
# Both models run this grid: 16 points that make short sieges and long ones.
GRID = {
    "siege.first_wave_fighters": [400.0, 500.0, 600.0, 700.0],
    "combat.attrition_of_attackers_per_day": [0.02, 0.03, 0.045, 0.07],
}
POINTS = 16
FULL_DAYS = 100


@GROUP
def test_sweep(benchmark, siege, full, tmp_path):
    days = FULL_DAYS if full else 50
    replicates = 64 if full else CHUNK // POINTS
    content = {"scenario": siege.name, "parameters": GRID, "seed": 7, "replicates": replicates}
    design = design_of({**content, "until": with_days(siege, days).end})
    numbers = count()

    def run():
        return run_sweep(design, tmp_path / str(next(numbers)))

    run_sweep(design_of({**content, "replicates": 1, "until": siege.start}), tmp_path / "first")
    sweep = benchmark.pedantic(run, rounds=3 if full else 1, iterations=1)
    assert sweep.manifest["runs_done"] == replicates * POINTS
    benchmark.extra_info["replicates"] = replicates * POINTS
    benchmark.extra_info["simulated_days"] = days


@GROUP
def test_batch_run(benchmark, siege, full):
    from mesa.batchrunner import batch_run

    days = FULL_DAYS if full else 50
    scenario = with_days(siege, days)

    def run(iterations: int, grid: dict[str, Any]):
        parameters = {"scenario": [scenario], "rng": range(iterations), **grid}
        return batch_run(BatchSiege, parameters, number_processes=1, display_progress=False)

    run(1, {})
    iterations = 4 if full else 1
    rows = benchmark.pedantic(run, args=(iterations, GRID), rounds=1, iterations=1)
    assert len(rows) == iterations * POINTS
    assert {row["Step"] for row in rows} == {days - 1}
    benchmark.extra_info["replicates"] = len(rows)
    benchmark.extra_info["simulated_days"] = days


@GROUP
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core")
@pytest.mark.parametrize("workers", [1, 2])
def test_sweep_workers(benchmark, workers, full, tmp_path):
    runs, days = (4096, FULL_DAYS) if full else (3 * workers * CHUNK, 25)
    words = ("run", runs, workers, days, tmp_path / "sweep")
    found = measured(benchmark, words, runs=runs, workers=workers, simulated_days=days)
    assert found["sweep_mb"] < 1024


@GROUP
@pytest.mark.parametrize("where", ["inline", "processes", "dask"])
def test_overhead_of_a_chunk(benchmark, where, full, tmp_path):
    if where == "dask":
        pytest.importorskip("distributed")
    chunks = 512 if full else 32
    workers = 1 if where == "inline" else WORKERS
    measured(benchmark, ("overhead", where, chunks, tmp_path / "sweep"), workers=workers)


@GROUP
@pytest.mark.parametrize("runs", [1024, 10_240, 102_400, 1_000_000])
def test_resume(benchmark, runs, full, tmp_path):
    if runs != 10_240 and not full:
        pytest.skip("long")
    filled = in_child("fill", runs, 0.99, tmp_path / "sweep")
    found = measured(benchmark, ("resume", runs, tmp_path / "sweep"), made_up=runs)
    assert found["left"] == filled["left"]
    benchmark.extra_info.update({**filled, **found})


def measured(benchmark, words, **sizes) -> dict[str, Any]:
    """Note what a process of its own says of itself."""
    found = benchmark.pedantic(in_child, args=words, rounds=1, iterations=1)
    benchmark.extra_info.update(found, **sizes)
    return found
