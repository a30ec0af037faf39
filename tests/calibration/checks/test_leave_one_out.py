"""Prediction of a target by the others, and what each target tells."""

import numpy as np
import pytest

from calibration.checks.leave_one_out import FEWEST_PER_COMPONENT, LeftOut, leave_one_out
from calibration.checks.outcome_value import contraction, outcome_values
from calibration.checks.prediction import shares_of, spread_of
from calibration.fit.fit import Fit
from calibration.fit.posterior import Posterior
from calibration.structures import ReportColumn
from tests.calibration.checks.toy import ENCODINGS, IDS, LAST_DAY, fitted, reported, there, toy

DEAD, END = 150.0, 40.0


@pytest.fixture(scope="module")
def pool() -> tuple[Fit, dict[str, ReportColumn]]:
    unit, reports = toy()
    return fitted(unit, reports), reports


@pytest.fixture(scope="module")
def left_out(pool: tuple[Fit, dict[str, ReportColumn]]) -> dict[str, LeftOut]:
    return leave_one_out(*pool, reported(DEAD, END))


def test_every_target_is_predicted_in_their_order(left_out: dict[str, LeftOut]) -> None:
    assert list(left_out) == list(ENCODINGS)
    for each in left_out.values():
        assert each.weights.sum() == pytest.approx(1)
        assert len(each.column.values) == len(each.weights)


def test_luck_that_two_targets_share_counts(left_out: dict[str, LeftOut]) -> None:
    """The wounded follow from the dead, whose luck no parameter tells of.

    The dead are known to within 10% (standard deviation of the logarithm). A fresh run with the
    same parameters would have luck of 0.4 of its own, and an interval at least four times as wide.
    """
    spread = spread_of(left_out["wounded"].column, left_out["wounded"].weights)
    assert spread is not None
    assert spread.p05 < 3 * DEAD < spread.p95
    width = np.log(spread.p95 / spread.p05)
    assert width == pytest.approx(2 * 1.645 * 0.1, rel=0.25)
    assert spread.p50 == pytest.approx(3 * DEAD, rel=0.05)


def test_what_the_others_do_not_tell_is_as_wide_as_in_the_pool(
    pool: tuple[Fit, dict[str, ReportColumn]], left_out: dict[str, LeftOut]
) -> None:
    found = spread_of(left_out["end"].column, left_out["end"].weights, LAST_DAY)
    prior = spread_of(pool[1]["end"], None, LAST_DAY)
    assert found is not None
    assert prior is not None
    assert found.p95 - found.p05 == pytest.approx(prior.p95 - prior.p05, rel=0.15)


def test_labels_keep_the_weights_of_the_neighbours(
    pool: tuple[Fit, dict[str, ReportColumn]], left_out: dict[str, LeftOut]
) -> None:
    held = left_out["held"]
    assert np.array_equal(held.column.values, pool[1]["held"].values[held.posterior.rows])
    shares = shares_of(held.column, ("false", "true"), held.weights)
    assert shares["true"] == pytest.approx(0.5, abs=0.1)


def test_what_does_not_come_by_the_end_stays_so(
    pool: tuple[Fit, dict[str, ReportColumn]], left_out: dict[str, LeftOut]
) -> None:
    end = left_out["end"]
    assert np.array_equal(end.column.by_end, pool[1]["end"].by_end[end.posterior.rows])
    assert (end.column.values[~end.column.by_end] == 0).all()


@pytest.mark.parametrize("dead", [1.0, 150.0, 40_000.0])
def test_predictions_are_whole_and_within_what_the_pool_reports(
    pool: tuple[Fit, dict[str, ReportColumn]], dead: float
) -> None:
    fit, reports = pool
    for target, each in leave_one_out(fit, reports, reported(dead, 3.0)).items():
        values = each.column.values[each.column.by_end]
        possible = reports[target].values[reports[target].by_end]
        assert np.array_equal(values, np.rint(values))
        assert values.min() >= possible.min()
        assert values.max() <= possible.max()


def test_numbers_are_moved_to_where_the_data_set_is() -> None:
    """Three neighbours in ten of a small pool lie far off; the regression makes up for it."""
    unit, reports = toy(1200)
    fit = Fit.of(unit, IDS, reports, ENCODINGS, neighbours=400)
    dead = float(np.quantile(reports["dead"].values, 0.95))
    found = leave_one_out(fit, reports, reported(dead, END))["wounded"]
    own = reports["wounded"].at(found.posterior.rows)
    medians = [spread_of(each, found.weights) for each in (own, found.column)]
    assert medians[0] is not None
    assert medians[1] is not None
    assert medians[0].p50 < 0.8 * 3 * dead
    assert medians[1].p50 == pytest.approx(3 * dead, rel=0.1)


def test_too_few_neighbours_are_not_moved() -> None:
    unit, reports = toy(800)
    fit = Fit.of(unit, IDS, reports, ENCODINGS, neighbours=FEWEST_PER_COMPONENT)
    found = leave_one_out(fit, reports, reported(DEAD, END))["wounded"]
    assert np.array_equal(found.column.values, reports["wounded"].values[found.posterior.rows])


def test_the_target_itself_makes_no_difference(
    pool: tuple[Fit, dict[str, ReportColumn]], left_out: dict[str, LeftOut]
) -> None:
    other = {**reported(DEAD, END), "end": there(np.array([5.0]))}
    again = leave_one_out(*pool, other)["end"]
    assert np.array_equal(again.column.values, left_out["end"].column.values)


def test_the_only_target_that_tells_of_a_parameter_is_worth_most(
    pool: tuple[Fit, dict[str, ReportColumn]], left_out: dict[str, LeftOut]
) -> None:
    posterior = pool[0].posterior(reported(DEAD, END))
    values = outcome_values(posterior, left_out, ("force", "speed"))
    assert values[0].target == "end"
    assert values[0].most_for == "speed"
    assert values[0].most_lost == pytest.approx(contraction(posterior)[1], abs=0.1)
    by_target = {value.target: value.contraction_lost for value in values}
    assert by_target["end"] > 0.3
    for target in ("wounded", "held"):  # the dead say what the wounded do
        assert abs(by_target[target]) < 0.05
    assert [v.contraction_lost for v in values] == sorted(by_target.values(), reverse=True)


def test_without_an_identified_parameter_there_is_nothing_to_lose(
    pool: tuple[Fit, dict[str, ReportColumn]], left_out: dict[str, LeftOut]
) -> None:
    assert outcome_values(pool[0].posterior(reported(DEAD, END)), left_out, ()) == []


def test_contraction_is_zero_for_the_prior_and_one_for_what_is_known() -> None:
    number = 2001
    unit = np.column_stack([(np.arange(number) + 0.5) / number, np.full(number, 0.4)])
    weights = np.full(number, 1 / number)
    posterior = Posterior(("a", "b"), np.arange(number), weights, unit, np.zeros(number))
    assert contraction(posterior) == pytest.approx([0, 1], abs=1e-5)
