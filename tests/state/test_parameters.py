"""The value of every parameter in each replicate, and draws from the priors."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario import Scenario, ScenarioError
from sim.state.parameters import Parameters, draw_from_priors, prior_quantile
from tests.random_scenarios import random_scenario

SCENARIO = random_scenario(1)
KINDS = tuple(SCENARIO.kinds)


def parameters(given=None, replicates=3, scenario=SCENARIO) -> Parameters:
    return Parameters.of(scenario, replicates, given or {})


def test_values_are_the_scenarios_unless_others_are_given():
    values = parameters({"air.sigma": 0.5, "combat.contact_line": [0.1, 0.2, 0.3]})
    usual = float(SCENARIO.parameters["combat.killed_share"].value)
    assert values.column("combat.killed_share").tolist() == [[usual]] * 3
    assert values.column("air.sigma").tolist() == [[0.5]] * 3
    assert values.column("combat.contact_line").tolist() == [[0.1], [0.2], [0.3]]
    assert values.table()["air.sigma"].tolist() == [0.5] * 3


def test_what_is_given_is_copied():
    mine = np.array([0.1, 0.2, 0.3])
    values = parameters({"combat.contact_line": mine})
    mine[:] = 9
    assert values.column("combat.contact_line")[0, 0] == 0.1


def test_a_kinds_own_value_overrides_that_of_any_kind():
    own = SCENARIO.with_values({f"{KINDS[0]}.caution": 7.0})
    values = parameters({"any_kind.caution": 2.0}, scenario=own)
    assert values.of_kind(KINDS[0], "caution").tolist() == [7.0] * 3
    assert values.of_kind(KINDS[1], "caution").tolist() == [2.0] * 3
    expected = [7.0] + [2.0] * (len(KINDS) - 1)
    assert values.by_kind("caution").tolist() == [expected] * 3


def test_an_amount_is_a_number_a_parameter_or_a_share_of_one():
    values = parameters({"combat.contact_line": [0.1, 0.2, 0.4]})
    assert values.amount(12.0).tolist() == [[12.0]] * 3
    assert values.amount("combat.contact_line").tolist() == [[0.1], [0.2], [0.4]]
    half = values.amount("0.5 * combat.contact_line")
    assert half.tolist() == [[0.05], [0.1], [0.2]]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"air.sigm": 1.0}, r"'air.sigm' is unknown; did you mean 'air.sigma'"),
        ({"air.sigma": [1.0, 2.0]}, r"shape \(2,\); a number or 3 numbers"),
        ({"air.sigma": [[1.0], [2.0], [3.0]]}, r"shape \(3, 1\)"),
        ({"air.sigma": float("nan")}, "must be finite"),
        ({"air.sigma": [1.0, np.inf, 1.0]}, "must be finite"),
        ({"combat.reference_strength": 100.0}, "the scenario's own"),
        ({"combat.contact_reach_km": [1.0, 2.0, 3.0]}, "the scenario's own"),
    ],
)
def test_what_makes_no_sense_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        parameters(given)


def test_the_scenarios_own_parameters_have_no_prior():
    content = SCENARIO.resolved()
    row = next(r for r in content["parameters"] if r["id"] == "combat.contact_reach_km")
    row |= {"prior": "uniform", "low": 1.0, "high": 4.0}
    with pytest.raises(ScenarioError, match="same in all replicates"):
        Scenario.from_resolved(content)


# Draws from the priors.


def uncertain(scenario=SCENARIO) -> dict:
    return {k: p for k, p in scenario.parameters.items() if p.prior != "fixed"}


def test_every_uncertain_parameter_is_drawn_within_its_bounds():
    drawn = draw_from_priors(SCENARIO, seed=1, replicates=np.arange(2000))
    assert set(drawn) == set(uncertain())
    for name, parameter in uncertain().items():
        values = drawn[name]
        assert values.shape == (2000,)
        assert parameter.low <= values.min() < values.max() <= parameter.high
        middle = np.median(values)
        if parameter.prior == "uniform":
            expected = (parameter.low + parameter.high) / 2
            assert middle == pytest.approx(
                expected, abs=0.06 * (parameter.high - parameter.low) + 1e-12
            )
        else:
            expected = np.sqrt(parameter.low * parameter.high)
            spread = np.log(parameter.high / parameter.low)
            assert np.log(middle / expected) == pytest.approx(0, abs=0.06 * spread)


def test_a_replicates_draw_does_not_depend_on_the_others():
    whole = draw_from_priors(SCENARIO, seed=1, replicates=[0, 5, 9])
    alone = draw_from_priors(SCENARIO, seed=1, replicates=[5])
    for name, values in alone.items():
        assert values[0] == whole[name][1]


def test_another_seed_draws_another_vector():
    one, two = (draw_from_priors(SCENARIO, seed=seed, replicates=[0]) for seed in (1, 2))
    assert all(one[name] != two[name] for name in one)


def test_a_parameter_more_leaves_the_other_draws_as_they_were():
    content = SCENARIO.resolved()
    more = {"id": "aaa.first", "value": 1.0, "unit": "1", "prior": "uniform", "low": 0.0}
    content["parameters"].insert(0, more | {"high": 2.0, "source": "estimate"})
    larger = Scenario.from_resolved(content)
    before = draw_from_priors(SCENARIO, seed=1, replicates=[0, 1])
    after = draw_from_priors(larger, seed=1, replicates=[0, 1])
    assert set(after) == {*before, "aaa.first"}
    for name, values in before.items():
        np.testing.assert_array_equal(after[name], values)


def test_draws_of_two_parameters_are_independent():
    drawn = draw_from_priors(SCENARIO, seed=1, replicates=np.arange(3000))
    table = np.stack(list(drawn.values()))
    correlation = np.corrcoef(table) - np.eye(len(table))
    assert np.abs(correlation).max() < 0.09


def test_the_ends_of_a_prior_are_its_bounds():
    for parameter in uncertain().values():
        ends = prior_quantile(parameter, np.array([0.0, 1.0]))
        np.testing.assert_allclose(ends, [parameter.low, parameter.high], rtol=1e-12)
        inside = prior_quantile(parameter, np.linspace(0, 1, 50))
        assert (np.diff(inside) > 0).all()
