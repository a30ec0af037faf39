"""An estimate says how many runs a design is, how long they take and how large they are."""

from dataclasses import replace

import numpy as np
import pytest

from sim.engine.ensemble import usual_chunk
from sim.engine.results import json_bytes
from sim.engine.sources import load_checked
from sim.experiments import design_estimate
from sim.experiments.design import design_of
from sim.experiments.design_estimate import (
    SHARE_OF_WORKER,
    ChunkCost,
    duration_text,
    estimate_design,
    measured_cost,
    size_text,
)
from sim.experiments.design_rows import load_scenarios, rows_of
from sim.scenario import Scenario

KILLED = "combat.killed_share"
COST = ChunkCost(seconds=2.0, seconds_per_run=0.01, bytes=1000.0, bytes_per_run=10.0)


def prepared(**content):
    design = design_of({"scenario": "two-towns", **content})
    scenarios = load_scenarios(design)
    return design, scenarios, rows_of(design, scenarios)


def estimated(workers=1, **content):
    return estimate_design(*prepared(**content), workers=workers, trial=lambda *_: COST)


def test_runs_and_chunks_are_counted():
    found = estimated(parameters={KILLED: [0.25, 0.27, 0.3]}, replicates=100)
    assert (found.points, found.rows, found.replicates, found.runs) == (3, 3, 100, 300)
    assert usual_chunk(load_checked("two-towns")) == 256
    assert found.chunks == 2


def test_time_and_disk_are_those_of_the_chunks_and_the_runs():
    found = estimated(replicates=300)
    assert found.seconds == pytest.approx(2 * 2.0 + 300 * 0.01)
    scenario = json_bytes(load_checked("two-towns").resolved())
    assert found.bytes == pytest.approx(2 * 1000 + 300 * 10 + len(scenario))


def test_workers_share_the_time_but_not_below_that_of_one_chunk():
    alone = estimated(replicates=2560).seconds
    assert estimated(2, replicates=2560).seconds == pytest.approx(alone / 2 / SHARE_OF_WORKER)
    assert estimated(100, replicates=2560).seconds == pytest.approx(
        COST.seconds_of(256) / SHARE_OF_WORKER
    )
    assert estimated(8, replicates=100).seconds == estimated(1, replicates=100).seconds


def test_no_worker_makes_no_sense():
    with pytest.raises(ValueError, match="workers must be at least 1, found 0"):
        estimated(0)


def test_scenarios_of_one_size_share_a_trial():
    base = load_checked("two-towns")
    shorter = base.with_values({"scenario.end": "2015-06-20"})
    alike = base.with_values({KILLED: 0.3})
    named = [renamed(each, f"s{i}") for i, each in enumerate((base, shorter, alike))]
    design = design_of({"scenarios": [each.name for each in named], "replicates": 10})
    tried = []

    def trial(_design, scenario, _rows, number):
        tried.append((scenario.name, number))
        return COST

    found = estimate_design(design, named, rows_of(design, named), trial=trial)
    assert tried == [("s0", 0), ("s1", 1)]
    assert (found.rows, found.runs, found.chunks) == (3, 30, 3)


def renamed(scenario, name):
    return Scenario.from_resolved({**scenario.resolved(), "name": name})


def test_a_trial_runs_rows_and_replicates_of_the_design_and_its_line_gives_the_cost(monkeypatch):
    ran = []

    def run(chunk):
        ran.append(chunk)
        return None

    clock = iter([0.0, 1.8, 10.0, 14.2])  # 1 second, and a tenth of one for each run
    monkeypatch.setattr(design_estimate, "run_chunk", run)
    monkeypatch.setattr(design_estimate, "process_time", lambda: next(clock))
    monkeypatch.setattr(
        design_estimate, "_bytes_of", lambda chunk, *_: 500 + 20 * len(chunk.replicates)
    )
    design, [scenario], rows = prepared(
        parameters={KILLED: [0.25, 0.3]}, replicates=50, first_replicate=7, until="2015-06-09"
    )
    cost = measured_cost(design, scenario, rows, 0)
    assert cost.seconds_of(100) == pytest.approx(11.0)
    assert cost.bytes_of(100) == pytest.approx(2500)
    warm, small, large = ran
    assert warm.until == scenario.start
    assert (len(small.replicates), len(large.replicates)) == (8, 32)
    assert set(large.parameters[KILLED].tolist()) == {0.25, 0.3}
    assert (large.replicates.min(), large.replicates.max()) == (7, 56)
    assert large.until == design.until


def test_a_trial_runs_no_more_than_there_is():
    design, [scenario], rows = prepared(replicates=3, until="2015-06-03")
    cost = measured_cost(design, scenario, rows, 0)
    assert cost.seconds > 0
    assert cost.seconds_per_run == 0.0


def test_the_size_of_a_part_is_foreseen_to_a_third():
    design, scenarios, rows = prepared(
        parameters={KILLED: [0.25, 0.3]}, replicates=120, until="2015-06-20", seed=1
    )
    cost = measured_cost(design, scenarios[0], rows, 0)
    chunk = design_estimate._chunk(design, scenarios[0], rows, 0, runs=240)
    result = design_estimate.run_chunk(chunk)
    size = design_estimate._bytes_of(chunk, result, rows)
    assert cost.bytes_of(240) == pytest.approx(size, rel=1 / 3)


def test_the_runs_of_a_trial_are_what_the_design_asks_for():
    design, scenarios, rows = prepared(
        method="sobol", points=4, prior=True, parameters={KILLED: "prior"}, until="2015-06-02"
    )
    chunk = design_estimate._chunk(design, scenarios[0], rows, 0, runs=4)
    assert chunk.prior
    assert np.array_equal(chunk.parameters[KILLED], rows.values[:, 0])


def test_the_text_says_it_all():
    found = estimated(2, parameters={KILLED: [0.25, 0.27, 0.3]}, replicates=100)
    text = replace(found, seconds=95.0, bytes=2_345_678.0).to_text()
    assert text == (
        "Rows: 3 points x 1 scenario = 3\n"
        "Runs: 3 rows x 100 replicates = 300, in 2 chunks\n"
        "Cost: about 1.6 minutes with 2 workers, about 2.3 MB on disk"
    )
    assert found.to_json()["chunks"] == 2


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second"),
        (40, "40 seconds"),
        (150, "2.5 minutes"),
        (3000, "50 minutes"),
        (3.5 * 3600, "3.5 hours"),
        (47 * 3600, "47 hours"),
        (86400 * 30, "30 days"),
    ],
)
def test_times_are_said_as_people_say_them(seconds, said):
    assert duration_text(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"), [(300, "0.3 kB"), (2_345, "2.3 kB"), (45e6, "45 MB"), (3.2e15, "3,200 TB")]
)
def test_sizes_are_said_as_people_say_them(size, said):
    assert size_text(size) == said
