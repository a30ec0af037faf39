"""Results of the siege have not moved since they were last looked at."""

from __future__ import annotations

import json

import pytest

from tests.golden.make import FILE, SEEDS, golden_results

ANEW = "if that is meant, run `python -m tests.golden.make` and say why in the commit"


@pytest.fixture(scope="module")
def results() -> tuple[dict, dict]:
    golden = json.loads(FILE.read_text(encoding="utf-8"))
    return golden, json.loads(json.dumps(golden_results()))


def test_the_scenario_is_the_one_that_the_golden_results_are_of(results):
    golden, now = results
    assert now["scenario_hash"] == golden["scenario_hash"], f"the scenario has changed; {ANEW}"


@pytest.mark.parametrize("seed", [str(seed) for seed in SEEDS])
def test_the_siege_ends_as_it_did(results, seed):
    golden, now = (each["seeds"][seed] for each in results)
    moved = {
        f"{table}.{name}": (golden[table].get(name), value)
        for table, row in now.items()
        for name, value in row.items()
        if golden[table].get(name) != value
    }
    assert not moved, f"results (was, is) have moved: {moved}; {ANEW}"
    assert now == golden


def test_the_three_seeds_are_three_wars(results):
    wars = [json.dumps(row) for row in results[1]["seeds"].values()]
    assert len(set(wars)) == len(SEEDS)
