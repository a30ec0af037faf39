"""Rows of scores: who is better, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from calibration.record import sentences, share_better
from calibration.record.rows import number, score_row
from calibration.results import ScoreRow

NAIVE = {"stays": 3.0, "constant rate": 2.0}


def row(
    posterior: float,
    prior: float = 5.0,
    naive: Mapping[str, float] = NAIVE,
    group: str = "dates",
) -> ScoreRow:
    return score_row(group, "a town", "CRPS, days", posterior=posterior, prior=prior, naive=naive)


def test_the_best_naive_forecast_is_named_and_compared_with() -> None:
    found = row(2.5)
    assert (found.naive, found.naive_name) == (2.0, "constant rate")
    assert not found.better
    assert row(1.9).better


def test_a_naive_forecast_is_not_better_than_itself() -> None:
    assert not row(2.0).better
    assert not row(2.0 - 1e-15).better
    assert not row(0.0, naive={"stays": 0.0}).better


def test_the_share_is_of_the_rows_on_which_the_posterior_wins() -> None:
    assert share_better([row(1.0), row(1.5), row(2.0), row(9.0)]) == 0.5
    with pytest.raises(ValueError, match="no row"):
        share_better([])


def test_it_is_said_where_the_model_loses_and_to_what() -> None:
    rows = [
        row(1.0),
        row(2.5, prior=1.0),
        row(7.0, naive={"stays": 4.0}),
        row(1.0, group="dead"),
    ]
    overall, dates, dead = sentences(rows)
    assert "better than the best naive forecast of each on 2 (50%)" in overall
    assert dates.startswith("dates: better than the best naive forecast on 1 of 3")
    assert "It does not beat “constant rate” on 1: a town (2.5 against 2.0)." in dates
    assert "It does not beat “stays” on 1: a town (7.0 against 4.0)." in dates
    assert "Fitting made 2 of 3 worse" in dates
    assert "does not beat" not in dead
    assert "worse" not in dead


def test_scores_are_written_as_their_unit_needs() -> None:
    assert number(0.12345, "Brier") == "0.123"
    assert number(12.345, "CRPS, days") == "12.3"
    assert number(51632.7, "CRPS, people") == "51,633"
