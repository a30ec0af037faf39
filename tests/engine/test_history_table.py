"""The record of a run comes back from its folder as it was."""

from dataclasses import fields

import numpy as np
import pytest

from sim.engine.history_table import history_of, history_table
from sim.engine.results import ResultsError, load_run, write_run
from sim.engine.run import run_campaign
from sim.outcomes.compute import compute_outcomes, outcomes_json
from sim.scenario import Scenario
from tests.outcomes.histories import random_history
from tests.random_scenarios import random_scenario


@pytest.fixture(scope="module")
def record():
    return run_campaign(random_scenario(5), seed=2)


def test_the_history_of_a_folder_is_the_one_that_was_written(record, tmp_path):
    run = load_run(write_run(tmp_path / "run", record))
    scenario = Scenario.from_resolved(run.scenario)
    found = history_of(run, scenario)
    for field in fields(found):
        was, now = getattr(record.history, field.name), getattr(found, field.name)
        assert np.array_equal(was, now) if isinstance(was, np.ndarray) else was == now, field.name
    outcomes = outcomes_json(
        scenario, compute_outcomes(scenario, found), start=found.start, replicate=0
    )
    assert outcomes == run.outcomes


def test_zeros_are_kept_where_they_tell_what_was_recorded():
    history = random_history(1, 5, 1)
    assert set(history_table(history)["what"]) >= {"strength", "killed"}
    history.reached = np.zeros((5, 1, len(history.places)), np.int64)
    table = history_table(history)
    rows = table["what"] == "reached"
    assert rows.sum() == 5 * len(history.places)
    assert not table["number"][rows].any()


def test_a_run_without_its_record_is_told_in_a_sentence(record, tmp_path):
    run = load_run(write_run(tmp_path / "run", record))
    scenario = Scenario.from_resolved(run.scenario)
    del run.tables["history"]
    with pytest.raises(ResultsError, match="without the table 'history'"):
        history_of(run, scenario)


def test_tables_that_do_not_fit_the_scenario_are_told_in_a_sentence(record, tmp_path):
    run = load_run(write_run(tmp_path / "run", record))
    other = random_scenario(6)
    with pytest.raises(ResultsError, match="do not fit"):
        history_of(run, other)
