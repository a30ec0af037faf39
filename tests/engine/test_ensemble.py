"""An ensemble: many replicates, each with its own parameters if wanted, and their outcomes."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.engine.ensemble import usual_chunk
from sim.engine.simulation import Simulation
from sim.outcomes.compute import compute_outcomes
from sim.scenario import load
from sim.state.parameters import draw_from_priors
from tests.random_scenarios import START, random_scenario

SCENARIO = random_scenario(3)


def values(result) -> dict[str, list]:
    return {name: outcome.values.tolist() for name, outcome in result.outcomes.items()}


def test_outcomes_are_those_of_the_simulation():
    result = sim.Ensemble(SCENARIO, seed=2, replicates=5, chunk=2).run()
    history = Simulation(SCENARIO, seed=2, replicates=np.arange(5)).run()
    direct = compute_outcomes(SCENARIO, history)
    assert values(result) == {name: found.values.tolist() for name, found in direct.items()}
    assert result.replicates.tolist() == [0, 1, 2, 3, 4]


def test_each_replicate_may_have_its_own_parameters():
    shares = np.array([0.05, 0.5, 0.95])
    result = sim.Ensemble(
        SCENARIO, seed=2, replicates=3, parameters={"combat.killed_share": shares}, chunk=2
    ).run()
    np.testing.assert_array_equal(result.parameters["combat.killed_share"], shares)
    for row, share in enumerate(shares):
        alone = sim.Ensemble(
            SCENARIO, seed=2, first=row, replicates=1, parameters={"combat.killed_share": share}
        ).run()
        assert values(alone)["killed"] == [values(result)["killed"][row]]


def test_parameters_may_come_as_a_pandas_frame():
    import pandas as pd

    table = pd.DataFrame({"combat.killed_share": [0.1, 0.9], "combat.contact_line": [0.1, 0.2]})
    framed = sim.Ensemble(SCENARIO, seed=2, replicates=2, parameters=table).run()
    plain = sim.Ensemble(SCENARIO, seed=2, replicates=2, parameters=dict(table)).run()
    assert values(framed) == values(plain)
    assert framed.parameters["combat.contact_line"].tolist() == [0.1, 0.2]


def test_draws_from_the_priors_are_kept_and_given_values_win_over_them():
    given = {"combat.killed_share": 0.25}
    result = sim.Ensemble(SCENARIO, seed=2, replicates=4, prior=True, parameters=given).run()
    drawn = draw_from_priors(SCENARIO, seed=2, replicates=np.arange(4))
    assert (result.parameters["combat.killed_share"] == 0.25).all()
    for name in ("air.killed_per_strike", "combat.own_exponent"):
        np.testing.assert_array_equal(result.parameters[name], drawn[name])
        assert len(np.unique(drawn[name])) == 4


def test_progress_counts_replicates():
    seen = []
    ensemble = sim.Ensemble(SCENARIO, seed=2, replicates=5, chunk=2, until=START)
    ensemble.run(progress=lambda done, all_: seen.append((done, all_)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_the_summary_has_every_outcome_with_its_unit():
    summary = sim.Ensemble(SCENARIO, seed=2, replicates=5).run().summary()
    assert set(summary) == {row.id for row in SCENARIO.outcomes}
    assert summary["killed"]["unit"] == "fighters"
    assert summary["killed"]["p05"] <= summary["killed"]["p50"] <= summary["killed"]["p95"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"replicates": 0}, "at least 1"),
        ({"chunk": 0}, "at least 1"),
        ({"parameters": {"combat.killed_share": [0.1, 0.2]}}, r"shape \(2,\).*3 numbers"),
        ({"parameters": {"combat.killed_share": np.nan}}, "must be finite"),
        ({"parameters": {"combat.killed": 0.1}}, "unknown; did you mean 'combat.killed_share'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(wrong, message):
    with pytest.raises(ValueError, match=message):
        sim.Ensemble(SCENARIO, **({"replicates": 3} | wrong)).run()


def test_fewer_replicates_of_a_large_scenario_are_simulated_at_once():
    siege, campaign = load("hasakeh-2015"), load("campaign-2015")
    assert usual_chunk(siege) == 256
    assert 16 <= usual_chunk(campaign) < 128
