"""Draws of a posterior as parameters that a run can be given."""

import numpy as np
import pytest

from calibration.kinds.detection import share_at
from calibration.posterior_columns import AT_ONCE, OUTSIDE_PRIOR, SEEN, columns_of, completeness_of
from calibration.structures import COMPLETENESS, BetaPrior
from sim.engine.ensemble import Ensemble
from sim.scenario import load
from sim.scenario.schema import Scenario
from sim.state.parameters import prior_quantile

PRIOR = BetaPrior(alpha=14, beta=9, source="made up")
IDS = ("combat.contact_line", COMPLETENESS, "air.sigma")
UNIT = np.array([[0.1, 0.5, 0.9], [0.7, 0.2, 0.3], [0.5, 0.99, 0.01]])


@pytest.fixture(scope="module")
def two_towns() -> Scenario:
    return load("two-towns")


def test_a_parameter_has_the_values_at_the_quantiles_of_its_own_prior(two_towns: Scenario) -> None:
    columns = columns_of(two_towns, IDS, UNIT, PRIOR)
    for name, quantiles in (("combat.contact_line", UNIT[:, 0]), ("air.sigma", UNIT[:, 2])):
        expected = prior_quantile(two_towns.parameters[name], quantiles)
        assert np.array_equal(columns[name], expected)


def test_the_monitor_sees_what_the_article_holds_and_at_once(two_towns: Scenario) -> None:
    columns = columns_of(two_towns, IDS, UNIT, PRIOR)
    for name in SEEN:
        assert np.array_equal(columns[name], share_at(PRIOR, UNIT[:, 1]))
    assert columns["monitor.delay_days"].tolist() == [1.0, 1.0, 1.0]


def test_the_completeness_is_found_wherever_it_stands(two_towns: Scenario) -> None:
    turned = (IDS[1], IDS[0], IDS[2])
    one = completeness_of(IDS, UNIT, PRIOR)
    other = completeness_of(turned, UNIT[:, [1, 0, 2]], PRIOR)
    assert np.array_equal(one, other)
    assert 0.4 < one[0] < 0.8


def test_every_column_is_a_parameter_of_the_scenario_and_the_completeness_is_none(
    two_towns: Scenario,
) -> None:
    columns = columns_of(two_towns, IDS, UNIT, PRIOR)
    assert COMPLETENESS not in columns
    assert columns.keys() <= two_towns.parameters.keys()
    assert all(column.shape == (3,) for column in columns.values())


def test_what_a_scenario_fixes_of_its_monitor_stays_as_it_is(toy_scenario: Scenario) -> None:
    """A column of a parameter without a prior would be refused by --posterior."""
    assert toy_scenario.parameters["monitor.delay_days"].prior == "fixed"
    columns = columns_of(toy_scenario, IDS, UNIT, PRIOR)
    assert columns.keys() & {*SEEN, *AT_ONCE} == {"monitor.seen_share"}


def test_what_may_leave_its_prior_is_what_is_set_to_something_else() -> None:
    assert OUTSIDE_PRIOR.keys() == {*SEEN, *AT_ONCE}
    assert all(OUTSIDE_PRIOR.values())


def test_a_run_takes_the_columns(two_towns: Scenario) -> None:
    columns = columns_of(two_towns, IDS, UNIT, PRIOR)
    run = Ensemble(two_towns, replicates=3, seed=1, parameters=columns, prior=True).run()
    for name, column in columns.items():
        assert np.array_equal(run.parameters[name], column)
