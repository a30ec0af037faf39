"""Peak memory, and two processes against one: ensembles in processes of their own."""

from __future__ import annotations

import os

import pytest

from benchmarks.child import run_in_child

GROUP = pytest.mark.benchmark(group="processes")


def measure(benchmark, replicates, workers):
    """Run an ensemble and note the seconds and the memory that it reports itself."""
    found = benchmark.pedantic(run_in_child, args=(replicates, workers), rounds=1, iterations=1)
    benchmark.extra_info.update(found, replicates=replicates, workers=workers)
    return found


@GROUP
@pytest.mark.parametrize("replicates", [256, 1000, 10_000])
def test_one_process(benchmark, replicates, full):
    if replicates > 256 and not full:
        pytest.skip("long")
    found = measure(benchmark, replicates, workers=1)
    assert found["peak_mb"] < 2048


@GROUP
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core")
@pytest.mark.parametrize("replicates", [512, 1000])
def test_two_processes(benchmark, replicates, full):
    if (replicates == 1000) != full:
        pytest.skip("of the other mode")
    measure(benchmark, replicates, workers=2)
