"""How many replicates a wanted precision takes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.comparison import (
    ComparisonError,
    OutcomeComparison,
    paired_difference,
)
from sim.experiments.precision import (
    Precision,
    parsed_precision,
    replicates_needed,
    wanted_precision,
)


def outcome(base, other, *, unit="fighters", kind="number", replicates=None, shares=None):
    pair = paired_difference(np.asarray(base, float), np.asarray(other, float))
    count = len(base) if replicates is None else replicates
    return OutcomeComparison("killed", "Dead", unit, kind, count, pair, shares or {})


def needed(compared, *texts):
    return replicates_needed([compared], [parsed_precision(text) for text in texts])


@pytest.fixture(scope="module")
def normal():
    """Two numbers with a common part: deviation of the difference 2, of each about 5."""
    luck, first, second = np.random.default_rng(1).normal(size=(3, 3000))
    root = math.sqrt(2)
    return 100 + 5 * luck + root * first, 103 + 5 * luck + root * second


def test_as_many_replicates_as_it_says_give_the_wanted_half_width(normal):
    base, other = normal
    [row] = needed(outcome(base, other), "0.2")
    found = paired_difference(base[: row.common], other[: row.common])
    assert (found.high - found.low) / 2 == pytest.approx(0.2, rel=0.1)


def test_luck_of_their_own_takes_as_many_more_as_variance_is_taken_away(normal):
    base, other = normal
    compared = outcome(base, other)
    [row] = needed(compared, "0.2")
    saved = compared.number.variance_reduction
    assert row.common / row.independent == pytest.approx(1 - saved, rel=0.01)
    assert row.independent > 5 * row.common


@given(st.floats(0.05, 5.0))
def test_half_the_width_takes_four_times_the_replicates(half_width):
    generator = np.random.default_rng(2)
    compared = outcome(generator.normal(size=50), generator.normal(size=50))
    [wide] = replicates_needed([compared], [Precision(half_width)])
    [narrow] = replicates_needed([compared], [Precision(half_width / 2)])
    # Numbers are rounded up, and never below two.
    assert narrow.common <= 4 * wide.common
    assert narrow.common >= 4 * (wide.common - 1) or wide.common == 2


def test_a_percentage_is_a_share_of_the_bases_mean(normal):
    [row] = needed(outcome(*normal), "1%")
    assert row.half_width == pytest.approx(1.0, rel=0.01)
    assert row.achieved == pytest.approx(1.96 * 2 / math.sqrt(3000), rel=0.05)


def test_a_percentage_of_what_is_a_share_means_percentage_points():
    [row] = needed(outcome([0.1, 0.2, 0.4], [0.2, 0.2, 0.6], unit="share"), "5%")
    assert row.half_width == 0.05


@pytest.mark.parametrize(
    ("kind", "base"), [("date", [3.0, 5.0, 9.0]), ("number", [-1.0, 0.0, 1.0])]
)
def test_a_share_of_a_date_or_of_nothing_says_nothing(kind, base):
    assert needed(outcome(base, [1.0, 7.0, 9.0], kind=kind), "5%") == []


def test_pairs_without_any_spread_say_nothing_of_how_many_it_takes():
    assert needed(outcome([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]), "0.5") == []


def test_where_only_some_replicates_have_the_number_more_are_needed():
    values = ([1.0, 2.0, 4.0, 9.0], [2.0, 5.0, 3.0, 9.0])
    [all_have] = needed(outcome(*values), "0.1")
    [half_have] = needed(outcome(*values, replicates=8), "0.1")
    assert half_have.common == pytest.approx(2 * all_have.common, abs=2)


def test_shares_of_categories_have_rows_of_their_own():
    share = paired_difference(np.array([1.0, 0, 0, 1]), np.array([0.0, 0, 1, 1]))
    compared = outcome([1.0, 2.0, 5.0, 4.0], [3.0, 2.0, 1.0, 0.0], shares={"true": share})
    rows = needed(compared, "0.1")
    assert [(row.part, row.unit) for row in rows] == [(None, "fighters"), ("true", "share")]


def test_what_is_wanted_of_one_outcome_wins_over_what_is_wanted_of_all(normal):
    [row] = needed(outcome(*normal), "5%", "killed=0.3")
    assert row.half_width == 0.3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", Precision(2.0)),
        (" 5 % ", Precision(0.05, relative=True)),
        ("siege_days=1.5", Precision(1.5, outcome="siege_days")),
        ("killed = 10%", Precision(0.1, relative=True, outcome="killed")),
    ],
)
def test_texts_are_read(text, expected):
    assert parsed_precision(text) == expected


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf%", "five", "=2", "killed=", "%"])
def test_other_texts_are_refused_in_one_sentence(text):
    with pytest.raises(ComparisonError, match="--precision: found"):
        parsed_precision(text)


def test_an_unknown_outcome_is_refused_and_the_nearest_named():
    with pytest.raises(ComparisonError, match="did you mean 'siege_days'"):
        wanted_precision(["siege_day=1"], ["siege_days", "killed"])


@pytest.mark.parametrize("texts", [["2", "5%"], ["killed=2", "killed=3"]])
def test_nothing_is_wanted_twice(texts):
    with pytest.raises(ComparisonError, match="given twice"):
        wanted_precision(texts, ["killed"])
