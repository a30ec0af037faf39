"""The rows of a calibration's tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import accumulate

import numpy as np
import pytest

from calibration.analysis import Analysis, analyse, word_middles
from calibration.checks.identification import identification
from calibration.checks.leave_one_out import LeftOut, leave_one_out
from calibration.checks.luck import luck_share
from calibration.checks.pools import two_pools
from calibration.checks.prediction import DAY_KINDS
from calibration.checks.simulation_based import simulation_based
from calibration.fresh import FreshRuns
from calibration.kinds import WORD_BINS
from calibration.results import ParameterRow, Spread, TargetRow
from calibration.structures import COMPLETENESS, Int64, Pool, Target, Targets
from calibration.tables import parameter_rows, target_rows
from sim.outcomes.values import NOT_BY_THE_END, OutcomeValues
from sim.state.parameters import prior_quantile

FRESH = 600
CHECK = {"role": "check", "why": "made up"}
MORE = (
    Target(id="word", outcome="blue_killed", kind="word", reported="hundreds", **CHECK),
    Target(
        id="north_taken",
        outcome="north_taken",
        kind="date",
        reported=date(2015, 6, 9),
        noise=1.0,
        label="first day in North",
        model_limit="the model is slow",
        **CHECK,
    ),
    Target(
        id="north_late",
        outcome="north_taken",
        kind="date",
        reported=NOT_BY_THE_END,
        noise=1.0,
        **CHECK,
    ),
    Target(
        id="many_killed",
        outcome="blue_killed",
        kind="true_or_false",
        reported=True,
        above=150.0,
        **CHECK,
    ),
    Target(
        id="north_first",
        before="north_taken",
        after="siege_start",
        kind="order",
        reported=False,
        **CHECK,
    ),
    Target(id="about", outcome="blue_killed", kind="about", reported=200, most=900, **CHECK),
)
UNITS = {
    "blue_killed": "fighters",
    "siege_days": "days",
    "last_district": "district",
    "south_held": "true or false",
    "word": "fighters",
    "north_taken": "date",
    "north_late": "date",
    "many_killed": "true or false",
    "north_first": "true or false",
    "about": "fighters",
}
LABELS = ("last_district", "south_held", "many_killed", "north_first")


@pytest.fixture(scope="module")
def analysis(toy_pool: Pool, toy_targets: Targets) -> Analysis:
    targets = replace(toy_targets, rows=(*toy_targets.rows, *MORE))
    return analyse(toy_pool, targets, seed=1)


@pytest.fixture(scope="module")
def fresh(analysis: Analysis) -> FreshRuns:
    """Rows of the pool for runs with the posterior, and their neighbours for the second runs."""
    unit, rows = analysis.posterior.resampled(FRESH, 1)

    def of(values: Mapping[str, OutcomeValues], taken: Int64) -> dict[str, OutcomeValues]:
        return {
            name: OutcomeValues(v.kind, v.values[taken], v.by_end[taken], v.labels)
            for name, v in values.items()
        }

    again = np.roll(rows, 1)
    return FreshRuns(
        seed=9,
        unit=unit,
        rows=rows,
        columns={},
        outcomes=of(analysis.pool.outcomes, rows),
        again=of(analysis.pool.outcomes, again),
        truths=of(analysis.truths, rows),
        truths_again=of(analysis.truths, again),
        reports={name: column.at(rows) for name, column in analysis.reports.items()},
    )


@pytest.fixture(scope="module")
def left_out(analysis: Analysis) -> dict[str, LeftOut]:
    return leave_one_out(analysis.fit, analysis.reports, analysis.reported)


@pytest.fixture(scope="module")
def table(
    analysis: Analysis, left_out: dict[str, LeftOut], fresh: FreshRuns
) -> dict[str, TargetRow]:
    return {row.id: row for row in target_rows(analysis, left_out, fresh)}


@pytest.fixture(scope="module")
def unjudged(analysis: Analysis, left_out: dict[str, LeftOut]) -> dict[str, TargetRow]:
    return {row.id: row for row in target_rows(analysis, left_out, None)}


@pytest.fixture(scope="module")
def parameters(analysis: Analysis) -> list[ParameterRow]:
    synthetic = simulation_based(analysis.fit, analysis.reports, 40, 1)
    pools = two_pools(analysis.fit, analysis.pool.block, analysis.reported)
    return parameter_rows(analysis, identification(analysis.posterior, synthetic), synthetic, pools)


def held(spread: Spread, low: float, value: float, high: float) -> bool:
    assert spread.p05 <= spread.p25 <= spread.p50 <= spread.p75 <= spread.p95
    return low <= value <= high


def likeliest(shares: Mapping[str, float], share: float) -> set[str]:
    """Return the likeliest labels that together hold a share."""
    ordered = sorted(shares, key=lambda label: -shares[label])
    before = [0.0, *accumulate(shares[label] for label in ordered)]
    return {label for label, sum_ in zip(ordered, before, strict=False) if sum_ < share - 1e-9}


def test_every_target_has_a_row_in_the_order_of_the_file(
    analysis: Analysis, table: dict[str, TargetRow]
) -> None:
    assert list(table) == [target.id for target in analysis.targets.rows]
    for target in analysis.targets.rows:
        row = table[target.id]
        assert (row.kind, row.role, row.why) == (target.kind, target.role, target.why)
        assert (row.label, row.model_limit) == (target.label, target.model_limit)


def test_every_target_has_a_unit_orders_and_thresholds_too(table: dict[str, TargetRow]) -> None:
    assert {name: row.unit for name, row in table.items()} == UNITS


def test_with_fresh_runs_numbers_have_a_share_of_luck_and_labels_have_none(
    analysis: Analysis, fresh: FreshRuns, table: dict[str, TargetRow]
) -> None:
    for name, row in table.items():
        if name in LABELS:
            assert row.luck_share is None
        else:
            expected = luck_share(fresh.truths[name], fresh.truths_again[name], analysis.last_day)
            assert row.luck_share == expected
            assert row.luck_share is not None
            assert 0 < row.luck_share <= 1


def test_without_fresh_runs_neither_luck_nor_truth_is_known(
    unjudged: dict[str, TargetRow],
) -> None:
    for row in unjudged.values():
        assert row.luck_share is None
        assert row.truth_spread is None


def test_labels_have_shares_and_no_spread_numbers_the_reverse_and_words_both(
    table: dict[str, TargetRow],
) -> None:
    for name, row in table.items():
        spreads = (row.prior_spread, row.posterior_spread)
        shares = (row.prior_shares, row.posterior_shares)
        assert all(spread is None for spread in spreads) == (name in LABELS)
        assert all(shares) == (name in (*LABELS, "word"))
        for each in filter(None, shares):
            assert sum(each.values()) == pytest.approx(1.0)
            assert row.reported_label in each


def test_shares_are_of_the_reports(
    analysis: Analysis, fresh: FreshRuns, table: dict[str, TargetRow]
) -> None:
    held_true = analysis.reports["south_held"].values == 1
    assert table["south_held"].prior_shares["true"] == pytest.approx(held_true.mean())
    fresh_true = fresh.reports["south_held"].values == 1
    assert table["south_held"].posterior_shares["true"] == pytest.approx(fresh_true.mean())


def test_without_fresh_runs_the_neighbours_stand_for_the_posterior(
    analysis: Analysis, unjudged: dict[str, TargetRow]
) -> None:
    posterior = analysis.posterior
    true = analysis.reports["south_held"].values[posterior.rows] == 1
    share = unjudged["south_held"].posterior_shares["true"]
    assert share == pytest.approx(posterior.weights[true].sum())


def test_a_word_is_counted_as_the_middle_of_its_bin(table: dict[str, TargetRow]) -> None:
    spread = table["word"].prior_spread
    assert spread is not None
    assert {spread.p05, spread.p25, spread.p50, spread.p75, spread.p95} <= set(word_middles())
    assert set(table["word"].prior_shares) >= set(WORD_BINS)


def test_what_was_reported_is_told_in_words_and_as_number_or_label(
    table: dict[str, TargetRow],
) -> None:
    told = {n: (r.reported, r.reported_number, r.reported_label) for n, r in table.items()}
    assert told["blue_killed"] == ("at least 120", 120.0, None)
    assert told["siege_days"] == ("9 days", 9.0, None)
    assert told["last_district"] == ("South", None, "South")
    assert told["word"] == ("hundreds", None, "hundreds")
    assert told["north_taken"] == ("9 June 2015", 8.0, None)
    assert told["north_late"] == (NOT_BY_THE_END, None, None)
    assert told["north_first"] == ("false", None, "false")


def test_inside_says_of_a_number_whether_it_lies_in_the_interval(
    analysis: Analysis, table: dict[str, TargetRow], unjudged: dict[str, TargetRow]
) -> None:
    for row in (*table.values(), *unjudged.values()):
        if row.id in (*LABELS, "word"):
            continue
        prior, posterior = row.prior_spread, row.posterior_spread
        assert prior is not None
        assert posterior is not None
        value = analysis.last_day + 1.0 if row.reported_number is None else row.reported_number
        assert row.inside_prior_90 == held(prior, prior.p05, value, prior.p95)
        assert row.inside_posterior_90 == held(posterior, posterior.p05, value, posterior.p95)
        assert row.inside_posterior_50 == held(posterior, posterior.p25, value, posterior.p75)
        if row.left_out_spread is not None:
            out = row.left_out_spread
            assert row.inside_left_out_90 == held(out, out.p05, value, out.p95)


def test_inside_says_of_a_label_whether_it_is_among_the_likeliest(
    table: dict[str, TargetRow],
) -> None:
    for name in (*LABELS, "word"):
        row = table[name]
        assert row.inside_prior_90 == (row.reported_label in likeliest(row.prior_shares, 0.9))
        for share, inside in ((0.9, row.inside_posterior_90), (0.5, row.inside_posterior_50)):
            assert inside == (row.reported_label in likeliest(row.posterior_shares, share))
        if row.left_out_shares:
            among = likeliest(row.left_out_shares, 0.9)
            assert row.inside_left_out_90 == (row.reported_label in among)


def test_something_is_inside_and_something_is_not(table: dict[str, TargetRow]) -> None:
    """The two tests before this one are not of one answer alone."""
    flags = {row.inside_posterior_50 for row in table.values()}
    assert flags == {True, False}


def test_only_fitted_targets_are_predicted_by_the_others(
    analysis: Analysis, table: dict[str, TargetRow]
) -> None:
    fitted = set(analysis.fit.targets)
    for name, row in table.items():
        predicted = row.left_out_spread is not None or bool(row.left_out_shares)
        assert predicted == (name in fitted)
        assert (row.inside_left_out_90 is not None) == (name in fitted)


def test_not_by_the_end_counts_as_the_day_after_the_last(
    analysis: Analysis, table: dict[str, TargetRow]
) -> None:
    for row in table.values():
        if row.kind in DAY_KINDS:
            for spread in (row.prior_spread, row.posterior_spread, row.truth_spread):
                assert spread is not None
                assert spread.p95 <= analysis.last_day + 1
                if spread.not_by_end > 0.05:
                    assert spread.p95 == analysis.last_day + 1


def test_truths_are_counted_whole_where_reports_are_thinned(table: dict[str, TargetRow]) -> None:
    row = table["blue_killed"]
    assert row.truth_spread is not None
    assert row.posterior_spread is not None
    assert row.truth_spread.p50 > 1.2 * row.posterior_spread.p50
    word = table["word"].truth_spread
    assert word is not None
    assert word.p50 not in word_middles()


def test_a_fit_is_narrower_where_it_tells_something(table: dict[str, TargetRow]) -> None:
    for name, row in table.items():
        assert (row.width_ratio is None) == (name in LABELS)
    ratio, spreads = table["siege_days"].width_ratio, table["siege_days"]
    assert spreads.posterior_spread is not None
    assert spreads.prior_spread is not None
    width = spreads.posterior_spread.p95 - spreads.posterior_spread.p05
    assert ratio == width / (spreads.prior_spread.p95 - spreads.prior_spread.p05)
    assert ratio < 1.0


def test_every_fitted_parameter_has_a_row_with_its_prior_and_its_source(
    analysis: Analysis, parameters: list[ParameterRow]
) -> None:
    assert [row.id for row in parameters] == list(analysis.ids)
    scenario = analysis.pool.scenario
    for row in parameters[:-1]:
        known = scenario.parameters[row.id]
        assert (row.unit, row.source) == (known.unit, known.source)
        assert (row.low, row.high) == (pytest.approx(known.low), pytest.approx(known.high))


def test_the_completeness_is_a_share_with_the_source_of_the_targets(
    analysis: Analysis, parameters: list[ParameterRow]
) -> None:
    row = parameters[-1]
    assert (row.id, row.unit, row.low, row.high) == (COMPLETENESS, "1", 0.0, 1.0)
    assert row.source == analysis.targets.completeness.source


def test_quantiles_are_in_the_parameters_own_unit(
    analysis: Analysis, parameters: list[ParameterRow]
) -> None:
    quantiles = analysis.posterior.quantiles((0.05, 0.5, 0.95))
    for index, row in enumerate(parameters):
        assert row.low < row.p05 < row.p50 < row.p95 < row.high
        if row.id != COMPLETENESS:
            known = analysis.pool.scenario.parameters[row.id]
            expected = prior_quantile(known, quantiles[:, index])
            assert [row.p05, row.p50, row.p95] == expected.tolist()


def test_what_the_checks_found_stands_in_the_row(
    analysis: Analysis, parameters: list[ParameterRow]
) -> None:
    synthetic = simulation_based(analysis.fit, analysis.reports, 40, 1)
    for index, row in enumerate(parameters):
        assert row.coverage_90 == synthetic.coverage(0.9)[index]
        assert row.coverage_50 == synthetic.coverage(0.5)[index]
        assert row.calibrated == (0.85 <= row.coverage_90 <= 0.95)
        assert sum(row.rank_histogram) == 40
        assert row.pool_difference is not None
    line = next(row for row in parameters if row.id == "combat.contact_line")
    assert line.identified
    assert line.contraction > 0.5
    assert line.recovery_correlation is not None
    assert line.recovery_correlation > 0.4


def test_what_was_not_checked_is_not_told(analysis: Analysis) -> None:
    for row in parameter_rows(analysis, identification(analysis.posterior), None, None):
        assert row.coverage_50 is row.coverage_90 is row.calibrated is None
        assert row.rank_p_value is row.recovery_correlation is row.pool_difference is None
        assert row.rank_histogram == []
