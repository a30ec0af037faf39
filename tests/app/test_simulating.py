"""The run of a view is the one that the command line gives."""

import pickle

import pytest

from sim.app.recording import record_run
from sim.app.simulating import simulated
from sim.app.view import View, shipped_scenario
from sim.engine.posterior import posterior_of


def test_it_has_the_luck_and_the_parameters_of_the_view():
    scenario = shipped_scenario("two-towns")
    values = {"air.killed_per_strike": 0.75}
    view = View("two-towns", seed=3, replicate=2, parameters=values)
    assert simulated(scenario, view) == record_run(
        "two-towns", seed=3, replicate=2, parameters=values
    )


def test_fitted_parameters_are_those_of_the_replicate(hasakeh):
    fitted = posterior_of(hasakeh, True)
    sent = pickle.loads(pickle.dumps(fitted))  # as on the way to a worker
    recorded = simulated(hasakeh, View("hasakeh-2015", seed=3, replicate=2), sent)
    assert (
        recorded.recording["key"]
        == (record_run(hasakeh, seed=3, replicate=2, posterior=True).recording["key"])
    )
    assert recorded.recording["notes"] == list(fitted.notes)


def test_a_parameter_that_there_is_not_is_a_fault():
    with pytest.raises(ValueError, match=r"no\.such"):
        simulated(shipped_scenario("two-towns"), View("two-towns", parameters={"no.such": 1.0}))
