"""Spreads, shares and intervals of reports."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.analysis import word_middles
from calibration.checks.prediction import (
    inside,
    shares_of,
    spread_of,
    weighted_quantiles,
    width_ratio,
)
from calibration.results import Spread
from calibration.structures import ReportColumn
from sim.outcomes.values import NOT_BY_THE_END
from tests.calibration.checks.toy import there

LAST_DAY = 99


def late(values: list[float], by_end: list[bool]) -> ReportColumn:
    return ReportColumn(np.array(values), np.array(by_end))


def one(value: float, by_end: bool = True) -> ReportColumn:
    return late([value if by_end else 0.0], [by_end])


def spread(low: float, high: float) -> Spread:
    return Spread(low, low, low, high, high)


values_and_weights = st.lists(
    st.tuples(st.integers(-20, 20), st.floats(0.01, 5)), min_size=1, max_size=30
)


@settings(max_examples=60)
@given(values_and_weights, st.floats(0.01, 0.99))
def test_the_quantile_is_the_smallest_value_up_to_which_the_share_lies(
    pairs: list[tuple[int, float]], share: float
) -> None:
    values, weights = (np.array(part, np.float64) for part in zip(*pairs, strict=True))
    quantile = weighted_quantiles(values, weights, [share])[0]
    assert quantile in values
    assert weights[values <= quantile].sum() >= (share - 1e-6) * weights.sum()
    assert weights[values < quantile].sum() <= (share + 1e-6) * weights.sum()


@settings(max_examples=60)
@given(values_and_weights)
def test_the_ninety_percent_interval_holds_ninety_percent(pairs: list[tuple[int, float]]) -> None:
    values, weights = (np.array(part, np.float64) for part in zip(*pairs, strict=True))
    found = spread_of(there(values), weights)
    assert found is not None
    within = (values >= found.p05) & (values <= found.p95)
    assert weights[within].sum() >= (0.9 - 1e-6) * weights.sum()


def test_a_value_without_weight_is_no_quantile() -> None:
    values, weights = np.array([1.0, 2.0, 9.0]), np.array([0.0, 1.0, 0.0])
    assert weighted_quantiles(values, weights, [0.01, 0.99]).tolist() == [2.0, 2.0]


def test_equal_weights_and_none_give_the_same_spread() -> None:
    column = there(np.arange(101.0))
    assert spread_of(column) == spread_of(column, np.full(101, 0.3))
    assert spread_of(column) == Spread(5, 25, 50, 75, 95)


def test_a_date_that_does_not_come_is_the_day_after_the_last() -> None:
    column = late([10, 20, 0, 0, 0], [True, True, False, False, False])
    found = spread_of(column, None, LAST_DAY)
    assert found == Spread(10, 20, 100, 100, 100, not_by_end=0.6)


def test_weights_count_in_the_share_that_does_not_come() -> None:
    found = spread_of(late([10, 0], [True, False]), np.array([3.0, 1.0]), LAST_DAY)
    assert found is not None
    assert found.not_by_end == 0.25


def test_a_count_that_is_not_there_is_left_out() -> None:
    found = spread_of(late([7, 0], [True, False]))
    assert found == Spread(7, 7, 7, 7, 7, not_by_end=0.5)
    assert spread_of(late([0, 0], [False, False])) is None


def test_words_are_told_by_the_middles_of_their_bins() -> None:
    found = spread_of(there(np.array([0.0, 3.0, 5.0])), None, middles=word_middles())
    assert found is not None
    assert 3 < found.p50 < 9
    assert found.p05 == 0
    assert 24 < found.p95 < 99


def test_shares_are_of_labels_in_their_order_and_not_by_the_end_last() -> None:
    column = late([0, 2, 2, 0], [True, True, True, False])
    shares = shares_of(column, ("a", "b", "c"))
    assert list(shares) == ["a", "b", "c", NOT_BY_THE_END]
    assert shares == {"a": 0.25, "b": 0.0, "c": 0.5, NOT_BY_THE_END: 0.25}


def test_shares_go_by_weight() -> None:
    shares = shares_of(there(np.array([0.0, 1.0])), ("false", "true"), np.array([1.0, 3.0]))
    assert shares["true"] == 0.75


def test_a_number_is_inside_between_the_ends_of_the_interval() -> None:
    column = there(np.arange(101.0))
    for value, within in ((4, False), (5, True), (95, True), (96, False)):
        assert inside(column, None, one(value), 0.9, kind="exact") is within
    assert not inside(column, None, one(20), 0.5, kind="exact")
    assert not inside(column, None, one(50, by_end=False), 0.9, kind="exact")


def test_a_day_that_does_not_come_is_inside_where_it_often_does_not() -> None:
    column = late([10, 20, 0, 0], [True, True, False, False])
    never = one(0, by_end=False)
    assert inside(column, None, never, 0.9, kind="date", last_day=LAST_DAY)
    often = there(np.arange(100.0))
    assert not inside(often, None, never, 0.9, kind="date", last_day=LAST_DAY)
    assert inside(column, None, one(55), 0.9, kind="duration", last_day=LAST_DAY)


def test_days_need_to_know_the_last() -> None:
    with pytest.raises(ValueError, match="last day"):
        inside(there(np.arange(3.0)), None, one(1), 0.9, kind="date")


def test_a_label_is_inside_among_the_likeliest_that_hold_the_share() -> None:
    column = there(np.repeat([0.0, 1.0, 2.0, 3.0], [60, 25, 10, 5]))
    for label, in_half, in_ninety in ((0, True, True), (1, False, True), (3, False, False)):
        assert inside(column, None, one(label), 0.5, kind="category") is in_half
        assert inside(column, None, one(label), 0.9, kind="category") is in_ninety
    assert inside(column, None, one(2), 0.9, kind="category")


def test_labels_as_likely_as_the_last_are_inside_too() -> None:
    column = there(np.repeat([0.0, 1.0, 2.0], 10))
    assert all(inside(column, None, one(label), 0.5, kind="word") for label in range(3))


def test_a_label_that_never_comes_is_not_inside() -> None:
    column = there(np.zeros(10))
    assert not inside(column, None, one(7), 0.9, kind="category")
    assert not inside(column, None, one(0, by_end=False), 0.9, kind="order")


def test_undecided_is_a_label() -> None:
    column = late([1, 0, 0, 0], [True, False, False, False])
    assert inside(column, None, one(0, by_end=False), 0.5, kind="order")
    assert not inside(column, None, one(1), 0.5, kind="order")


def test_weights_make_a_label_likely() -> None:
    column = there(np.array([0.0, 1.0]))
    assert not inside(column, np.array([0.99, 0.01]), one(1), 0.9, kind="true_or_false")


def test_widths_of_counts_are_compared_on_a_log_scale_and_days_as_days() -> None:
    ratio = width_ratio(spread(9, 99), spread(0, 999), "at_least")
    assert ratio == pytest.approx(np.log(10) / np.log(1000))
    assert width_ratio(spread(10, 20), spread(0, 40), "date") == 0.25


def test_there_is_no_ratio_without_an_interval() -> None:
    assert width_ratio(None, spread(0, 1), "date") is None
    assert width_ratio(spread(0, 1), None, "date") is None
    assert width_ratio(spread(3, 4), spread(5, 5), "date") is None


def test_reports_without_weight_are_refused() -> None:
    with pytest.raises(ValueError, match="as many weights"):
        spread_of(there(np.arange(3.0)), np.zeros(3))
    with pytest.raises(ValueError, match="as many weights"):
        spread_of(there(np.arange(3.0)), np.ones(2))
