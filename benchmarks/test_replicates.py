"""Replicates a second: the ensemble, a plain Mesa model, the scalar oracle."""

from __future__ import annotations

from itertools import count

import pytest

from benchmarks.plain_mesa.model import Siege
from sim.engine.simulation import Simulation
from sim.outcomes.compute import compute_outcomes

GROUP = pytest.mark.benchmark(group="replicates")


@GROUP
def test_ensemble(benchmark, siege, full):
    replicates = 1000 if full else 256
    from sim.engine.ensemble import Ensemble

    def run():
        return Ensemble(siege, replicates=replicates, seed=7).run()

    run_small(siege)
    result = benchmark.pedantic(run, rounds=3, iterations=1)
    benchmark.extra_info["replicates"] = replicates
    assert len(result.replicates) == replicates


@GROUP
def test_one_replicate_alone(benchmark, siege):
    run_small(siege)
    benchmark.pedantic(run_small, args=(siege,), rounds=3, iterations=1)
    benchmark.extra_info["replicates"] = 1


@GROUP
def test_plain_mesa(benchmark, siege, full):
    seeds = count(1)

    def run(seed):
        model = Siege(siege, rng=seed).run()
        return compute_outcomes(siege, model.record.history)

    run(0)
    rounds = 31 if full else 15
    setup = lambda: ((next(seeds),), {})  # noqa: E731
    benchmark.pedantic(run, setup=setup, rounds=rounds, iterations=1)
    benchmark.extra_info["replicates"] = 1


@GROUP
def test_scalar_oracle(benchmark, siege):
    oracle = pytest.importorskip("tests.oracle.day")
    seeds = count(1)
    setup = lambda: ((siege, next(seeds), 0), {})  # noqa: E731
    benchmark.pedantic(oracle.run_oracle, setup=setup, rounds=3, iterations=1)
    benchmark.extra_info["replicates"] = 1


def run_small(scenario):
    """Run one replicate with its outcomes, which also imports what is imported late."""
    history = Simulation(scenario, seed=3, replicates=[0]).run()
    return compute_outcomes(scenario, history)
