"""A pool, targets and the fit of one to the other."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.analysis import Analysis, analyse, encoding_of, word_middles
from calibration.fit.features import Features
from calibration.fit.ridge import Moments, Ridge
from calibration.kinds import WORD_BINS
from calibration.structures import COMPLETENESS, Pool, ReportColumn, Target, Targets


@pytest.fixture(scope="module")
def analysis(toy_pool: Pool, toy_targets: Targets) -> Analysis:
    return analyse(toy_pool, toy_targets, seed=1)


def changed(targets: Targets, name: str, **fields: object) -> Targets:
    rows = [row.model_copy(update=fields if row.id == name else {}) for row in targets.rows]
    return replace(targets, rows=tuple(rows))


def assert_same_reports(one: ReportColumn, other: ReportColumn) -> None:
    assert np.array_equal(one.values, other.values)
    assert np.array_equal(one.by_end, other.by_end)


def test_the_observers_parameters_are_not_fitted_and_the_completeness_is(
    analysis: Analysis, toy_pool: Pool
) -> None:
    assert "monitor.seen_share" in toy_pool.ids
    assert analysis.ids == (*toy_pool.ids[:3], COMPLETENESS)
    assert analysis.posterior.ids == analysis.ids
    assert np.array_equal(analysis.unit[:, :3], toy_pool.unit[:, :3])


def test_the_completeness_is_a_draw_from_its_prior_for_each_vector(analysis: Analysis) -> None:
    prior = analysis.targets.completeness
    unit = analysis.unit[:, -1]
    assert ((unit > 0) & (unit < 1)).all()
    assert analysis.completeness.shape == unit.shape
    assert abs(analysis.completeness.mean() - prior.alpha / (prior.alpha + prior.beta)) < 0.01
    assert np.array_equal(np.argsort(unit), np.argsort(analysis.completeness))


def test_the_same_analysis_twice_is_the_same(
    analysis: Analysis, toy_pool: Pool, toy_targets: Targets
) -> None:
    again = analyse(toy_pool, toy_targets, seed=1)
    assert np.array_equal(again.unit, analysis.unit)
    assert np.array_equal(again.posterior.rows, analysis.posterior.rows)
    assert np.array_equal(again.posterior.weights, analysis.posterior.weights)
    assert np.array_equal(again.posterior.unit, analysis.posterior.unit)
    for name, column in analysis.reports.items():
        assert_same_reports(again.reports[name], column)


def test_another_seed_draws_other_reports_of_the_same_truths(
    analysis: Analysis, toy_pool: Pool, toy_targets: Targets
) -> None:
    other = analyse(toy_pool, toy_targets, seed=2)
    for name, truth in analysis.truths.items():
        assert np.array_equal(other.truths[name].values, truth.values)
    killed = analysis.reports["blue_killed"].values
    assert np.mean(other.reports["blue_killed"].values != killed) > 0.9


def test_a_target_that_is_no_longer_fitted_leaves_the_reports_of_all_as_they_were(
    analysis: Analysis, toy_pool: Pool, toy_targets: Targets
) -> None:
    without = analyse(toy_pool, changed(toy_targets, "siege_days", role="check"), seed=1)
    assert "siege_days" in analysis.fit.targets
    assert without.fit.targets == tuple(t for t in analysis.fit.targets if t != "siege_days")
    assert without.reports.keys() == analysis.reports.keys()
    for name, column in analysis.reports.items():
        assert_same_reports(without.reports[name], column)
    assert np.array_equal(without.completeness, analysis.completeness)
    assert not np.array_equal(without.posterior.rows, analysis.posterior.rows)


def test_a_target_that_is_added_leaves_the_reports_of_the_others_as_they_were(
    analysis: Analysis, toy_pool: Pool, toy_targets: Targets
) -> None:
    order = Target(
        id="north_first",
        before="north_taken",
        after="siege_start",
        kind="order",
        role="fit",
        reported=False,
        error_rate=0.05,
        why="made up",
    )
    more = analyse(toy_pool, replace(toy_targets, rows=(order, *toy_targets.rows)), seed=1)
    assert set(more.reports) == {"north_first", *analysis.reports}
    for name, column in analysis.reports.items():
        assert_same_reports(more.reports[name], column)


def test_another_number_reported_moves_the_posterior_and_no_report(
    analysis: Analysis, toy_pool: Pool, toy_targets: Targets
) -> None:
    """The length of the siege is 30 days times the quantile of the contact line."""
    other = analyse(toy_pool, changed(toy_targets, "siege_days", reported=18), seed=1)
    assert_same_reports(other.reports["siege_days"], analysis.reports["siege_days"])
    line = analysis.ids.index("combat.contact_line")
    assert abs(analysis.posterior.mean()[line] - 9 / 30) < 0.1
    assert abs(other.posterior.mean()[line] - 18 / 30) < 0.1


def test_a_fit_of_another_data_set_takes_the_regression_that_is_there(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is learnt anew: neither the layout of columns, their moments nor the ridge."""

    def learn(*_: object, **__: object) -> None:
        raise AssertionError("the regression is learnt again")

    for learner in (Features, Moments, Ridge):
        monkeypatch.setattr(learner, "of", learn)
    line = analysis.ids.index("combat.contact_line")
    days = analysis.reports["siege_days"]
    for wanted in (6, 20):
        row = int(np.flatnonzero(days.by_end & (days.values == wanted))[0])
        posterior = analysis.fit.posterior(analysis.reports, row)
        assert abs(posterior.mean()[line] - wanted / 30) < 0.15
    again = analysis.fit.posterior(analysis.reported)
    assert np.array_equal(again.unit, analysis.posterior.unit)


def test_log_probabilities_are_those_of_the_fitted_targets_in_their_order(
    analysis: Analysis, toy_pool: Pool
) -> None:
    matrix = analysis.log_probability()
    assert matrix.shape == (toy_pool.size, len(analysis.fit.targets))
    for column, name in zip(matrix.T, analysis.fit.targets, strict=True):
        expected = analysis.models[name].log_probability(
            analysis.reported[name], analysis.truths[name], analysis.completeness
        )
        assert np.array_equal(column, expected)


def test_the_likeliest_truth_of_a_length_is_the_one_reported(analysis: Analysis) -> None:
    column = analysis.log_probability()[:, analysis.fit.targets.index("siege_days")]
    truth = analysis.truths["siege_days"]
    best = column == column.max()
    assert (truth.values[best] == 9).all()
    assert truth.by_end[best].all()


def test_a_word_stands_for_a_number_within_its_bin() -> None:
    middles = word_middles()
    assert middles.shape == (len(WORD_BINS),)
    for middle, (low, high) in zip(middles, WORD_BINS.values(), strict=True):
        assert low <= round(middle, 9) <= high


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("exact", "count"),
        ("at_least", "count"),
        ("about", "count"),
        ("word", "ordinal"),
        ("date", "days"),
        ("duration", "days"),
        ("category", "labels"),
        ("true_or_false", "truth"),
        ("order", "truth"),
    ],
)
def test_every_kind_has_columns_in_the_regression(kind: str, columns: str) -> None:
    assert encoding_of(kind).kind == columns  # type: ignore[arg-type]


def test_the_last_day_counts_from_the_first(analysis: Analysis, toy_pool: Pool) -> None:
    scenario = toy_pool.scenario
    assert analysis.last_day == (scenario.end - scenario.start).days
