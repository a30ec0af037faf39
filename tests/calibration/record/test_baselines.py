"""Naive forecasts: what they say, and what they score."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.record import baselines
from calibration.record.baselines import ConstantRate, crps_of_chances
from sim.experiments.validation import scores
from sim.experiments.validation.record import FIRST_DAY, Change, Place, holding_of

GOVERNMENT, IS = holding_of("government"), holding_of("islamic_state")


def place(name: str, *changes: tuple[int, int, int], start: int = GOVERNMENT) -> Place:
    """Return a place that changed hands on some days of the record, from one side to another."""
    made = [
        Change(name, day(on), day(on), loser, taker, "corroborated", 1)
        for on, loser, taker in changes
    ]
    return Place(name, (name,), start, made[-1].taker if made else start, tuple(made))


def day(number: int) -> date:
    return FIRST_DAY + timedelta(days=number)


def rate(per_place_day: float) -> ConstantRate:
    return ConstantRate(per_place_day, np.roll(np.eye(16), 1, axis=1))


@given(
    per_day=st.floats(0.0005, 0.2),
    days=st.integers(5, 300),
    share=st.floats(0, 1),
)
def test_the_score_of_a_constant_rate_is_the_integral_of_its_squared_error(
    per_day: float, days: int, share: float
) -> None:
    recorded = share * days
    chances = rate(per_day).date_chances(days)
    step = days / 100_000
    at = np.arange(0.5, 100_000) * step
    below = 1 - (1 - per_day) ** (np.floor(at) + 1)  # before the last day, where it jumps to 1
    integral = np.sum((below - (at >= recorded)) ** 2) * step
    found = crps_of_chances(np.arange(days + 1), chances, recorded)
    assert found == pytest.approx(integral, abs=2 * step)


def test_a_constant_rate_scores_as_many_draws_from_it() -> None:
    chances = rate(0.02).date_chances(100)
    levels = (np.arange(4000) + 0.5) / 4000
    draws = np.searchsorted(np.cumsum(chances), levels)
    exact = crps_of_chances(np.arange(101), chances, 30.0)
    assert scores.crps(draws, 30.0) == pytest.approx(exact, rel=1e-3)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(0, 50))
def test_draws_score_as_in_the_validation(draws: list[int], recorded: int) -> None:
    expected = scores.crps(draws, recorded)
    equal = np.full(len(draws), 1.0 / len(draws))
    found = crps_of_chances(np.sort(draws).astype(np.float64), equal, recorded)
    assert found == pytest.approx(expected, abs=1e-9)


def test_dates_of_a_constant_rate_sum_to_one_and_the_last_is_never() -> None:
    chances = rate(0.01).date_chances(200)
    assert chances.sum() == pytest.approx(1)
    assert chances[-1] == pytest.approx(0.99**200)
    assert chances[1] == pytest.approx(0.99 * 0.01)


def test_the_rate_is_changes_over_places_times_days() -> None:
    places = [
        place("A", (10, GOVERNMENT, IS), (20, IS, GOVERNMENT)),
        place("B", (60, GOVERNMENT, IS)),
        place("C"),
    ]
    assert ConstantRate.of(places, FIRST_DAY, day(50)).per_place_day == pytest.approx(2 / 150)
    late = ConstantRate.of(places, day(50), day(100))
    assert late.per_place_day == pytest.approx(1 / 150)


def test_who_takes_a_place_is_as_recorded_of_its_holder() -> None:
    ypg = holding_of("ypg")
    places = [
        place("A", (10, GOVERNMENT, IS), (20, IS, ypg)),
        place("B", (30, GOVERNMENT, IS)),
        place("C", (40, GOVERNMENT, ypg)),
    ]
    found = ConstantRate.of(places, FIRST_DAY, day(100))
    assert found.taken_by.sum(axis=1) == pytest.approx(np.ones(16))
    assert found.taken_by[GOVERNMENT, IS] == pytest.approx(2 / 3)
    assert found.taken_by[IS, ypg] == 1
    # Nobody is recorded to have lost a place of the rebels: all takers count.
    assert found.taken_by[holding_of("rebels"), [IS, ypg]].tolist() == [0.5, 0.5]


def test_holders_of_a_constant_rate_stay_at_first_and_drift_to_the_takers() -> None:
    found = ConstantRate.of([place("A", (10, GOVERNMENT, IS)), place("B")], FIRST_DAY, day(50))
    start = [GOVERNMENT, IS]
    assert found.holder_chances(start, 0) == pytest.approx(baselines.unchanged(start))
    after = found.holder_chances([GOVERNMENT], 50)[0]
    assert after[GOVERNMENT] == pytest.approx(0.99**50)
    assert after.sum() == pytest.approx(1)


def test_a_record_without_changes_gives_the_forecast_that_all_stays() -> None:
    found = ConstantRate.of([place("A")], FIRST_DAY, day(50))
    assert found.holder_chances([GOVERNMENT], 50).tolist() == [
        baselines.unchanged([GOVERNMENT])[0].tolist()
    ]


def test_growth_of_a_figure_is_told_by_the_others_alone() -> None:
    assert baselines.growth_told_by_others([1, 2, 4], [10, 20, 40]) == pytest.approx([10, 20, 40])
    changed = baselines.growth_told_by_others([1, 2, 4], [10, 20, 999])
    assert changed[2] == pytest.approx(40)
    assert changed[0] > 100


def test_later_counts_go_on_at_the_first_rate_and_the_first_does_not_tell_itself() -> None:
    found = baselines.growth_at_first_rate([10, 20, 30], [50, 60, 70])
    assert found[1:].tolist() == [100, 150]
    assert found[0] == pytest.approx(10)
