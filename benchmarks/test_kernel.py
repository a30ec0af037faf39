"""The combat kernel (hazard, draws, losses): numpy against C, for one day of many replicates."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.kernel_case import compiled, kernel_case

REPLICATES = (256, 1000)
GROUP = pytest.mark.benchmark(group="kernel")


@pytest.fixture(scope="module", params=REPLICATES)
def case(request, siege):
    return kernel_case(siege, request.param)


def describe(benchmark, case):
    """Note how much work a call does."""
    replicates = len(case.setting.replicates)
    benchmark.extra_info["replicates"] = replicates
    benchmark.extra_info["unit_days"] = replicates * case.setting.roster.ids.size
    benchmark.extra_info["sides"] = len(case.row)
    benchmark.extra_info["draws"] = len(case.side)


@GROUP
def test_numpy_kernel(benchmark, case):
    losses = benchmark.pedantic(case.numpy, rounds=25, iterations=1, warmup_rounds=2)
    describe(benchmark, case)
    assert (losses <= case.strength).all()


@GROUP
@pytest.mark.skipif(compiled() is None, reason="no C compiler")
def test_c_kernel(benchmark, case):
    losses = benchmark.pedantic(case.c, rounds=25, iterations=1, warmup_rounds=2)
    describe(benchmark, case)
    # Their elementary functions differ in the last bits, which can move a draw that lies between
    # two counts, by one.
    other = np.abs(losses - case.numpy())
    benchmark.extra_info["draws_that_differ"] = int((other > 0).sum())
    assert (other > 0).mean() < 1e-4
    assert other.max() <= 1
