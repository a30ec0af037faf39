"""The share of luck comes out right where it is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.checks.luck import luck_share, share_of_luck
from sim.outcomes.values import OutcomeValues, outcome_values

LAST_DAY = 99


def pairs(share: float, number: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of variance 1, of which `share` is luck."""
    generator = np.random.default_rng(5)
    common = generator.normal(0, np.sqrt(1 - share), number)
    luck = generator.normal(0, np.sqrt(share), (2, number))
    return common + luck[0], common + luck[1]


def numbers(values: np.ndarray, kind: str = "number", by_end: object = None) -> OutcomeValues:
    return outcome_values(kind, values, by_end)  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9])
def test_a_known_share_is_found(share: float) -> None:
    found = share_of_luck(*pairs(share))
    assert found is not None
    assert abs(found - share) < 0.03


def test_pairs_that_have_nothing_in_common_are_all_luck() -> None:
    generator = np.random.default_rng(1)
    found = share_of_luck(*generator.normal(size=(2, 5000)))
    assert found is not None
    assert found > 0.95


def test_luck_that_drives_pairs_apart_is_not_more_than_all() -> None:
    first = np.linspace(-1, 1, 50)
    assert share_of_luck(first, -first) == 1.0


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=2, max_size=20))
def test_which_run_of_a_pair_comes_first_makes_no_difference(
    rows: list[tuple[float, float]],
) -> None:
    first, second = np.array(rows).T
    found, turned = share_of_luck(first, second), share_of_luck(second, first)
    assert (found is None) == (turned is None)
    assert found is None or turned is None or abs(found - turned) < 1e-9


def test_where_nothing_varies_there_is_no_share() -> None:
    assert share_of_luck(np.ones(5), np.ones(5)) is None
    assert share_of_luck(np.ones(1), np.zeros(1)) is None


def test_counts_are_compared_on_a_log_scale() -> None:
    first = np.array([0, 10, 100, 1000, 5])
    second = np.array([1, 8, 150, 600, 9])
    found = luck_share(numbers(first), numbers(second), LAST_DAY)
    assert found == share_of_luck(np.log1p(first), np.log1p(second))


def test_other_numbers_days_and_durations_are_compared_as_they_are() -> None:
    first, second = np.array([3, 20, 55, 80]), np.array([5, 26, 50, 90])
    wanted = share_of_luck(first.astype(float), second.astype(float))
    for kind in ("date", "duration"):
        assert luck_share(numbers(first, kind), numbers(second, kind), LAST_DAY) == wanted
    assert luck_share(numbers(first / 1.0), numbers(second / 1.0), LAST_DAY) == wanted


def test_not_by_the_end_counts_as_the_day_after_the_last() -> None:
    by_end = np.array([True, True, False, False])
    first = numbers(np.array([10, 20, 0, 0]), "date", by_end)
    days = np.array([10.0, 20.0, 100.0, 100.0])
    turned = numbers(np.array([12, 25, 0, 0]), "date", by_end)
    wanted = share_of_luck(days, np.array([12.0, 25.0, 100.0, 100.0]))
    assert luck_share(first, turned, LAST_DAY) == wanted


def test_numbers_that_are_not_there_are_left_out() -> None:
    by_end = np.array([True, True, True, False])
    first = numbers(np.array([0.1, 0.5, 0.9, 0.0]), by_end=by_end)
    second = numbers(np.array([0.2, 0.4, 0.8, 0.7]))
    wanted = share_of_luck(first.values[:3], second.values[:3])
    assert luck_share(first, second, LAST_DAY) == wanted


def test_labels_have_no_variance() -> None:
    truth = numbers(np.array([True, False, True]), "truth")
    assert luck_share(truth, truth, LAST_DAY) is None
    label = OutcomeValues("category", np.array([0, 1]), np.ones(2, np.bool_), ("a", "b"))
    assert luck_share(label, label, LAST_DAY) is None


def test_two_runs_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(ValueError, match="agree in kind and number"):
        luck_share(numbers(np.arange(3)), numbers(np.arange(4)), LAST_DAY)
    with pytest.raises(ValueError, match="agree in kind and number"):
        luck_share(numbers(np.arange(3)), numbers(np.arange(3), "date"), LAST_DAY)
