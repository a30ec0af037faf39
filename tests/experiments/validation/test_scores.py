"""Scores of forecasts, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.validation import scores


def test_the_brier_score_is_the_mean_squared_error() -> None:
    assert scores.brier_score([1.0, 0.5, 0.0], [1, 0, 0]) == pytest.approx(0.25 / 3)


def test_the_brier_score_of_a_constant_is_lowest_at_the_base_rate() -> None:
    happened = [1, 0, 0, 0]
    best = scores.brier_score([0.25] * 4, happened)
    assert best == pytest.approx(0.25 * 0.75)
    assert all(scores.brier_score([p] * 4, happened) > best for p in (0.0, 0.2, 0.3, 1.0))


def test_the_log_score_is_minus_the_mean_log_of_what_came() -> None:
    expected = -(math.log(0.8) + math.log(0.7)) / 2
    assert scores.log_score([0.8, 0.3], [True, False]) == pytest.approx(expected)
    assert scores.log_score([0.0], [True]) == math.inf


def test_smoothed_shares_are_never_certain() -> None:
    assert scores.smoothed([0, 10, 20], of=20).tolist() == pytest.approx([0.5 / 21, 0.5, 20.5 / 21])


def test_the_brier_score_of_two_categories_is_that_of_yes_and_no() -> None:
    chance = np.array([0.9, 0.4, 0.2])
    both = np.stack([1 - chance, chance], axis=1)
    of_categories = scores.brier_score_of_categories(both, [1, 0, 1])
    assert of_categories == pytest.approx(scores.brier_score(chance, [1, 0, 1]))


def test_the_roc_area_counts_pairs_in_the_right_order_and_ties_a_half() -> None:
    # The pairs: 0.9 over 0.5 and 0.1; 0.5 ties with 0.5 and is over 0.1.
    assert scores.roc_area([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0]) == pytest.approx(3.5 / 4)
    assert scores.roc_area([0.3, 0.3], [1, 0]) == 0.5
    assert math.isnan(scores.roc_area([0.3, 0.4], [1, 1]))


def test_the_likeliest_that_came_are_counted_with_ties_by_lot() -> None:
    assert scores.share_right_among_likeliest([0.9, 0.8, 0.1], [1, 0, 1]) == 0.5
    # One above the border came; two tie for the other place, of which one came.
    assert scores.share_right_among_likeliest([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]) == 0.75
    # All alike: the base rate.
    assert scores.share_right_among_likeliest([0.2] * 4, [1, 0, 0, 0]) == 0.25


def test_order_counts_what_never_came_as_later_than_all_that_did() -> None:
    never = np.inf
    times = [[1, 5, 9], [9, 5, 1], [1, never, never], [never, never, never]]
    everything = np.ones((3, 3), np.bool_)
    right = scores.concordance(times, [10, 20, 30], everything)
    assert right.tolist() == pytest.approx([1.0, 0.0, 2.5 / 3, 0.5])


def test_pairs_that_cannot_be_ordered_do_not_count() -> None:
    comparable = np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]], np.bool_)
    assert scores.concordance([[5, 1, 9]], [10, 20, 30], comparable).tolist() == [1.0]
    assert math.isnan(scores.concordance([[5, 1]], [10, 10], np.ones((2, 2), np.bool_))[0])


def test_ties_share_ranks_and_rank_correlation_needs_variation() -> None:
    assert scores.ranks([3, 1, 3, 2]).tolist() == [3.5, 1.0, 3.5, 2.0]
    assert scores.rank_correlation([1, 2, 3], [10, 20, 400]) == pytest.approx(1.0)
    assert scores.rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1.0)
    assert math.isnan(scores.rank_correlation([1, 1, 1], [1, 2, 3]))
    assert math.isnan(scores.rank_correlation([1, 2], [1, 2]))


def test_the_ranked_probability_score_of_one_draw_is_its_error() -> None:
    assert scores.crps([7.0], 10.0) == 3.0
    # Two draws 4 apart about the record: 2 less a half of the mean distance of 2.
    assert scores.crps([8.0, 12.0], 10.0) == pytest.approx(1.0)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=20), st.floats(-100, 100))
def test_the_ranked_probability_score_is_the_area_between_distribution_and_record(
    draws: list[float], recorded: float
) -> None:
    edges = np.unique([*draws, recorded])
    inside = (edges[:-1] + edges[1:]) / 2
    below = np.mean(np.array(draws)[:, None] <= inside[None, :], axis=0)
    area = np.sum((below - (recorded <= inside)) ** 2 * np.diff(edges))
    assert scores.crps(draws, recorded) == pytest.approx(float(area), abs=1e-8)


def test_percentiles_distances_and_spans() -> None:
    assert scores.percentile_of([1, 2, 2, 5], 2) == 50.0
    assert scores.distance_between_shares([0.5, 0.5, 0], [0, 0.5, 0.5]) == 0.5
    assert scores.distance_to_span(12, 3, 10) == 2
    assert scores.distance_to_span(1, 3, 10) == -2
    assert scores.distance_to_span(5, 3, 10) == 0


def test_nothing_has_no_quantiles() -> None:
    assert np.isnan(scores.spread([])).all()
    assert scores.spread([1, 2, 3]).tolist() == pytest.approx([1.1, 2.0, 2.9])


def test_a_difference_that_is_the_same_everywhere_is_certain() -> None:
    assert scores.resampled_difference([2.0, 3.0], [1.0, 2.0]) == (1.0, 1.0, 1.0)
    mean, low, high = scores.resampled_difference([0.0, 1.0] * 20, [0.5] * 40)
    assert mean == 0.0
    assert low < 0 < high
