from __future__ import annotations

import numpy as np
import pytest

from calibration.fit.features import FARTHEST, Encoding, Features
from calibration.structures import ReportColumn
from tests.calibration.fit.toys import campaign, there


def test_columns_of_the_pool_are_standardised():
    toy = campaign(4096)
    features = Features.of(toy.reports, toy.encodings)
    columns = features.columns_of(toy.reports)
    assert np.allclose(columns.mean(axis=0), 0, atol=0.01)
    assert np.allclose(columns.std(axis=0), 1, atol=0.02)


def test_features_are_columns_their_squares_and_products_across_targets():
    reports = {"a": there([1, 2, 3, 9.0]), "b": there([4, 1, 2, 2.0])}
    features = Features.of(reports, {"a": Encoding("count"), "b": Encoding("days")})
    columns = features.columns_of(reports)
    a, b = columns.T
    expected = np.column_stack([a, b, a * a, a * b, b * b])
    assert np.allclose(features.expanded(columns), expected)


def test_a_count_enters_by_its_logarithm_and_a_word_by_the_middle_of_its_bin():
    reports = {"dead": there([0, 5, 90.0]), "wounded": there([0, 2, 1.0])}
    middles = (0.0, 5.0, 90.0)
    features = Features.of(
        reports, {"dead": Encoding("count"), "wounded": Encoding("ordinal", middles)}
    )
    dead, wounded = features.columns_of(reports).T
    assert np.allclose(dead[[0, 2, 1]], wounded)


def test_a_day_that_did_not_come_stands_at_the_mean_of_the_days_and_has_a_column():
    reports = {
        "end": ReportColumn(np.array([10, 20, 0, 0.0]), np.array([True, True, False, False]))
    }
    features = Features.of(reports, {"end": Encoding("days")})
    day, late = features.columns_of(reports).T
    assert [column.part for column in features.columns] == ["number", "not_by_end"]
    assert day[2] == day[3] == pytest.approx((day[0] + day[1]) / 2)
    assert np.allclose(late, [-1, -1, 1, 1])


def test_products_within_a_target_and_squares_of_two_values_are_left_out():
    toy = campaign(4096)
    features = Features.of(toy.reports, toy.encodings)
    for first, second in features.pairs:
        one, other = features.columns[first], features.columns[second]
        assert one.target != other.target or (first == second and one.part == "number")
    assert all(features.columns[i].target != "held" for i, j in features.pairs if i == j)


def test_rare_labels_share_a_column_but_the_reported_one_has_its_own():
    codes = np.repeat([0.0, 1.0, 2.0, 3.0], [600, 390, 5, 5])
    pool = {"last": there(codes)}
    encodings = {"last": Encoding("labels")}
    together = Features.of(pool, encodings)
    apart = Features.of(pool, encodings, {"last": there([3.0])})
    assert [column.labels for column in together.columns] == [(1,), (2, 3)]
    assert [column.labels for column in apart.columns] == [(1,), (3,), (2,)]


def test_the_reported_label_has_a_column_even_if_it_is_the_commonest():
    pool = {"last": there(np.repeat([0.0, 1.0, 2.0], [600, 300, 100]))}
    features = Features.of(pool, {"last": Encoding("labels")}, {"last": there([0.0])})
    assert [column.labels for column in features.columns] == [(0,), (2,)]


def test_not_by_the_end_is_a_label_of_its_own():
    late = ReportColumn(np.array([0.0, 0.0, 1.0, 0.0]), np.array([True, False, True, False]))
    never = ReportColumn(np.array([0.0]), np.array([False]))
    features = Features.of({"last": late}, {"last": Encoding("labels")}, {"last": never})
    assert (-1,) in [column.labels for column in features.columns]


def test_what_is_the_same_in_all_the_pool_is_no_column():
    pool = {"a": there([3.0, 3.0, 3.0]), "b": there([1.0, 2.0, 4.0])}
    features = Features.of(pool, {"a": Encoding("count"), "b": Encoding("count")})
    assert [column.target for column in features.columns] == ["b"]


def test_a_report_far_outside_the_pool_is_held_at_its_edge():
    pool = {"dead": there(np.arange(100.0))}
    features = Features.of(pool, {"dead": Encoding("count")})
    assert features.columns_of({"dead": there([1e12])})[0, 0] == FARTHEST


def test_chosen_rows_are_those_of_the_whole():
    toy = campaign(512)
    features = Features.of(toy.reports, toy.encodings)
    rows = np.array([17, 3, 400])
    whole = features.columns_of(toy.reports)
    assert np.array_equal(features.columns_of(toy.reports, rows), whole[rows])


def test_a_target_without_reports_is_refused():
    with pytest.raises(ValueError, match="no reports of target 'b'"):
        Features.of({"a": there([1.0])}, {"a": Encoding("count"), "b": Encoding("count")})


def test_a_target_that_is_not_fitted_cannot_be_left_out():
    features = Features.of({"a": there([1.0, 2.0])}, {"a": Encoding("count")})
    with pytest.raises(ValueError, match="'b' is not fitted"):
        features.without(("b",))
