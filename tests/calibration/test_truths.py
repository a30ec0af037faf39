"""The truth of a target: the outcome itself, a threshold passed, or which date came first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.structures import Target
from calibration.truths import truth_of
from sim.outcomes.values import outcome_values

DAYS = 30
DATES = st.lists(st.none() | st.integers(0, DAYS - 1), min_size=1, max_size=20)


def a_target(kind, outcome="x", **fields):
    return Target(
        id="t", outcome=outcome, kind=kind, role="fit", reported=True, why="made up", **fields
    )


def dates(days):
    """Dates by day index; None is not by the end."""
    return outcome_values("date", [day or 0 for day in days], [day is not None for day in days])


def told(truth):
    """Truth values as Python says them; None is not by the end."""
    pairs = zip(truth.values.tolist(), truth.by_end.tolist(), strict=True)
    return [value if there else None for value, there in pairs]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("date", dates([3, None])),
        ("duration", outcome_values("duration", [3, 0], [True, False])),
        ("category", outcome_values("category", [1, 0], None, ("a", "b"))),
    ],
)
def test_dates_durations_and_categories_are_the_outcome_itself(kind, outcome):
    assert truth_of(a_target(kind), {"x": outcome}) is outcome


@pytest.mark.parametrize("kind", ["exact", "at_least", "about", "word"])
def test_fewer_than_none_count_as_none(kind):
    truth = truth_of(a_target(kind), {"x": outcome_values("number", [-4, 0, 7])})
    assert told(truth) == [0, 0, 7]


def test_above_leaves_the_threshold_out_and_at_most_takes_it_in():
    outcomes = {"x": outcome_values("number", [0.4, 0.5, 0.6])}
    above = truth_of(a_target("true_or_false", above=0.5), outcomes)
    at_most = truth_of(a_target("true_or_false", at_most=0.5), outcomes)
    assert told(above) == [False, False, True]
    assert told(at_most) == [True, True, False]


@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=1), st.integers(-5, 5))
def test_what_is_not_there_by_the_end_passes_no_threshold(pairs, threshold):
    numbers, there = zip(*pairs, strict=True)
    outcomes = {"x": outcome_values("number", numbers, there)}
    above = truth_of(a_target("true_or_false", above=threshold), outcomes)
    at_most = truth_of(a_target("true_or_false", at_most=threshold), outcomes)
    assert above.kind == at_most.kind == "truth"
    assert above.by_end.all()
    assert at_most.by_end.all()
    assert (above.values | at_most.values).tolist() == list(there)
    assert not (above.values & at_most.values).any()


def test_a_truth_value_that_is_not_there_by_the_end_is_false():
    outcomes = {"x": outcome_values("truth", [True, True, False], [True, False, True])}
    assert told(truth_of(a_target("true_or_false"), outcomes)) == [True, False, False]


def test_a_date_is_true_if_it_came_by_the_end():
    outcomes = {"x": dates([0, 29, None])}
    assert told(truth_of(a_target("true_or_false"), outcomes)) == [True, True, False]


def test_a_date_with_a_limit_is_true_if_it_came_by_then():
    outcomes = {"x": dates([0, 10, 11, None])}
    truth = truth_of(a_target("true_or_false", at_most=10), outcomes)
    assert told(truth) == [True, True, False, False]


def test_an_order_is_undecided_only_where_neither_date_came():
    order = a_target("order", outcome="", before="a", after="b")
    outcomes = {
        "a": dates([1, 2, 3, 4, None, None]),
        "b": dates([2, 2, 1, None, 4, None]),
    }
    assert told(truth_of(order, outcomes)) == [True, False, False, True, False, None]


@given(DATES, st.data())
def test_of_two_dates_at_most_one_came_before_the_other(first, data):
    several = st.lists(
        st.none() | st.integers(0, DAYS - 1), min_size=len(first), max_size=len(first)
    )
    outcomes = {"a": dates(first), "b": dates(data.draw(several))}
    one = truth_of(a_target("order", outcome="", before="a", after="b"), outcomes)
    other = truth_of(a_target("order", outcome="", before="b", after="a"), outcomes)
    assert not (one.values & other.values).any()
    assert one.by_end.tolist() == other.by_end.tolist()


def test_every_target_of_a_pool_has_a_truth_for_each_vector(toy_pool, toy_targets):
    for target in toy_targets.rows:
        assert truth_of(target, toy_pool.outcomes).replicates == toy_pool.size


def test_an_outcome_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="x"):
        truth_of(a_target("exact"), {})
