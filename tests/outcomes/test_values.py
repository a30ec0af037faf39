"""Values of outcomes, in JSON and in columns."""

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from sim.outcomes.values import (
    OutcomeValues,
    ensemble_json,
    outcome_columns,
    outcome_of_column,
    outcome_values,
    replicate_json,
)

START = date(2015, 6, 20)
NOT_ALL = [True, True, False, True]
WORDS = {"start": START, "unit": "days", "reported": "33 days"}


@pytest.fixture
def length():
    return outcome_values("duration", [10, 20, 99, 40], NOT_ALL)


def test_a_value_must_be_finite():
    with pytest.raises(ValueError, match="finite"):
        outcome_values("number", [1.0, np.nan])


def test_a_value_that_is_not_there_by_the_end_may_have_been_anything():
    values = outcome_values("number", [1.0, np.nan], [True, False])
    assert values.values.tolist() == [1.0, 0.0]


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="one value a replicate"):
        OutcomeValues("number", np.zeros(3), np.ones(2, np.bool_))


def test_a_category_needs_a_label():
    with pytest.raises(ValueError, match="labels"):
        outcome_values("category", [0, 2], labels=("a", "b"))


def test_one_replicate_in_json(length):
    assert replicate_json(length, 1, **WORDS) == {
        "value": 20,
        "unit": "days",
        "reported": "33 days",
    }
    assert replicate_json(length, 2, **WORDS)["value"] == "not by the end"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (outcome_values("date", [5]), "2015-06-25"),
        (outcome_values("truth", [True]), True),
        (outcome_values("category", [1], labels=("North", "South")), "South"),
        (outcome_values("number", [0.25]), 0.25),
        (outcome_values("number", [287]), 287),
    ],
)
def test_each_kind_has_its_form_in_json(values, expected):
    found = replicate_json(values, start=START, unit="1", reported=None)
    assert json.loads(json.dumps(found)) == {"value": expected, "unit": "1", "reported": None}
    assert type(found["value"]) is type(expected)


def test_the_spread_is_over_the_replicates_that_ended(length):
    spread = ensemble_json(length, **WORDS)
    assert (spread["p05"], spread["p50"], spread["p95"]) == (11.0, 20.0, 38.0)
    assert spread["not_by_end"] == 0.25
    json.dumps(spread, allow_nan=False)


def test_where_nothing_ended_there_is_no_number():
    spread = ensemble_json(outcome_values("duration", [3, 4], [False, False]), **WORDS)
    assert spread["p50"] is None
    assert spread["not_by_end"] == 1.0


def test_quantiles_of_dates_are_dates():
    spread = ensemble_json(outcome_values("date", [0, 1, 10]), **WORDS)
    assert spread["p50"] == "2015-06-21"


def test_categories_and_truths_have_shares_of_all_replicates():
    labels = ("North", "South", "none")
    shares = ensemble_json(outcome_values("category", [1, 1, 0, 2], NOT_ALL, labels), **WORDS)
    assert shares["shares"] == {"South": 0.5, "none": 0.25}
    assert shares["not_by_end"] == 0.25
    truth = ensemble_json(outcome_values("truth", [True, False, False, False]), **WORDS)
    assert truth["shares"] == {"false": 0.75, "true": 0.25}


def test_columns_have_nulls_and_say_why_and_no_nan(length):
    outcomes = {
        "length": length,
        "first": outcome_values("date", [5, 0, 0, 1], NOT_ALL),
        "last": outcome_values("category", [1, 0, 0, 1], NOT_ALL, ("North", "South")),
        "share": outcome_values("number", [0.5, 0.1, 0.2, 0.3], NOT_ALL),
        "held": outcome_values("truth", [True, False, True, True]),
    }
    columns = outcome_columns(outcomes, start=START)
    states = ["value", "value", "not by the end", "value"]
    assert columns["length"].to_pylist() == [10, 20, None, 40]
    assert columns["length_state"].to_pylist() == states
    assert columns["first"].to_pylist()[0] == date(2015, 6, 25)
    assert columns["last"].to_pylist() == ["South", "North", None, "South"]
    assert columns["share"].to_pylist() == [0.5, 0.1, None, 0.3]
    assert columns["held"].to_pylist() == [True, False, True, True]
    types = [pa.int64(), pa.date32(), pa.string(), pa.float64(), pa.bool_()]
    assert [columns[name].type for name in outcomes] == types


def test_columns_keep_their_type_where_nothing_ended():
    gone = {"last": outcome_values("category", [0], [False], ("North",))}
    assert outcome_columns(gone, start=START)["last"].type == pa.string()


@pytest.mark.parametrize(
    ("kind", "values", "labels"),
    [
        ("number", [3, 0, 7], ()),
        ("number", [0.25, 0.0, 1.5], ()),
        ("duration", [33, 0, 12], ()),
        ("date", [0, 0, 40], ()),
        ("category", [1, 0, 0], ("Ghazl", "Zuhur")),
        ("truth", [True, False, False], ()),
    ],
)
def test_an_outcome_is_read_back_from_its_column_as_it_was(kind, values, labels):
    before = outcome_values(kind, values, [True, False, True], labels)
    column = pa.chunked_array([outcome_columns({"it": before}, start=START)["it"]])
    after = outcome_of_column(column, kind, START.toordinal())
    assert (after.kind, after.labels) == (before.kind, before.labels)
    assert after.values.dtype == before.values.dtype
    assert after.values.tolist() == before.values.tolist()
    assert after.by_end.tolist() == before.by_end.tolist()
