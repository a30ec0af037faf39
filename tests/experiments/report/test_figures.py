"""Axes, marks, and what is judged of an ensemble and of a difference."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments.report import scales, svg
from sim.experiments.report.differences import differences
from sim.experiments.report.distributions import Spread, distributions
from sim.experiments.report.forest import effects_of, forest, pairs_figure
from sim.experiments.report.lines import Held, holders_figure
from sim.experiments.report.words import amount, change, counted
from sim.outcomes.values import NOT_BY_THE_END, outcome_values
from tests.experiments.report.reading import read, words

START = date(2015, 6, 23)


def spread(values, by_end=None, *, kind="number", reported=None, unit="fighters", labels=()):
    row = SimpleNamespace(id="x", label="X", unit=unit, reported="as said", reported_value=reported)
    return Spread.of(row, outcome_values(kind, values, by_end, labels), START)


@given(
    st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.lists(st.floats(0, 1), min_size=2, max_size=5)
)
def test_an_axis_keeps_order_and_stays_inside(low, span, shares):
    scale = scales.linear(low, low + span)
    places = [scale.at(low + span * share) for share in sorted(shares)]
    assert places == sorted(places)
    assert all(scales.LEFT <= place <= scales.RIGHT for place in places)
    assert all(low - 1e-6 * span <= value <= low + span * 1.001 for value, _ in scale.ticks)


def test_an_axis_of_one_value_shows_it():
    assert scales.LEFT < scales.linear(3.0, 3.0).at(3.0) < scales.RIGHT


def test_what_lies_outside_an_axis_stands_at_its_edge():
    scale = scales.linear(0.0, 10.0)
    assert (scale.at(-5.0), scale.at(50.0)) == (scales.LEFT, scales.RIGHT)


def test_a_logarithmic_axis_gives_each_factor_the_same_room():
    scale = scales.logarithmic(1.0, 100.0)
    assert scale.at(10.0) == pytest.approx(50.0)
    assert [value for value, _ in scale.ticks] == pytest.approx([1, 3, 10, 30, 100])


@pytest.mark.parametrize("days", [3, 15, 40, 100, 400, 2000])
def test_an_axis_of_days_has_some_ticks_and_not_too_many(days):
    ticks = scales.calendar(START, days).ticks
    assert 1 <= len(ticks) <= 14
    assert all(0 <= day <= days for day, _ in ticks)


def test_words_in_a_drawing_are_escaped():
    drawn = svg.drawing([svg.words_at(1, 2, "<b>"), svg.dot(1, 2, 3, title='"')], 10, 'a "b"')
    assert read(str(drawn)).tags == {"svg", "text", "circle", "title"}
    assert words(str(drawn)) == '<b> "'


@pytest.mark.parametrize(("reported", "inside"), [(50.0, True), (2.0, False), (98.0, False)])
def test_a_reported_number_is_inside_if_five_in_a_hundred_go_as_far(reported, inside):
    assert spread(np.arange(100), reported=reported).inside is inside


def test_what_is_not_over_by_the_end_counts_as_later():
    values, late = np.arange(100), np.arange(100) < 60
    found = spread(values, late, kind="date", unit="date", reported="2015-12-31")
    assert found.inside is True
    early = spread(values, late, kind="date", unit="date", reported="2015-06-23")
    assert early.inside is False
    assert found.not_by_end == 0.4


def test_where_no_number_was_reported_nothing_is_judged():
    assert spread([1, 2, 3]).inside is None
    assert spread([0, 1], kind="category", labels=("a", "b"), reported="b").inside is None


def test_shares_of_labels_include_what_is_not_there_by_the_end():
    found = spread([0, 1, 1, 1], [True, True, True, False], kind="category", labels=("a", "b"))
    assert found.shares() == {"b": 0.5, "a": 0.25, NOT_BY_THE_END: 0.25}


@pytest.mark.parametrize(
    "one",
    [
        spread([5, 5, 5]),
        spread([0, 0], [False, False], kind="date", unit="date", reported="2015-07-01"),
        spread([0.1, 0.4], unit="share", reported=0.9),
        spread([True, False], kind="truth", reported=True),
        spread([0, 0], [False, False], kind="truth", reported=False),
        spread([0, 0], kind="category", labels=("a",), reported="somewhere else"),
        spread([3, 9], [True, False], unit="days"),
    ],
)
def test_every_kind_of_outcome_is_drawn_however_little_there_is(one):
    text = words(str(distributions([one], 20)))
    assert "X" in text
    assert "reported: as said" in text


def pair(difference, low, high, *, base=100.0, pairs=20):
    return {
        "pairs": pairs,
        "base": base,
        "other": base + difference,
        "difference": difference,
        "low": low,
        "high": high,
        "higher": 0.2,
        "lower": 0.7,
        "correlation": 0.5,
    }


def outcomes(number, unit="fighters", kind="number", shares=None):
    row = {"label": "Dead", "unit": unit, "kind": kind, "number": number, "shares": shares or {}}
    return {"dead": row}


def test_a_difference_whose_interval_leaves_out_zero_is_starred():
    [clear] = effects_of(outcomes(pair(-10.0, -15.0, -5.0)), 20)
    [unclear] = effects_of(outcomes(pair(-1.0, -5.0, 3.0)), 20)
    assert clear.clear
    assert not unclear.clear
    assert "\N{MINUS SIGN}10 (\N{MINUS SIGN}15 to \N{MINUS SIGN}5) *" in words(
        str(forest({"other": [clear]}))
    )
    assert "*" not in words(str(forest({"other": [unclear]}))).replace("(*)", "")


@pytest.mark.parametrize(
    ("number", "unit", "kind", "group"),
    [
        (pair(1.0, 0.0, 2.0), "fighters", "number", "numbers"),
        (pair(1.0, 0.0, 2.0), "days", "number", "days"),
        (pair(1.0, 0.0, 2.0), "date", "date", "days"),
        (pair(0.1, 0.0, 0.2), "share", "number", "shares"),
    ],
)
def test_differences_are_drawn_with_those_of_their_kind(number, unit, kind, group):
    assert effects_of(outcomes(number, unit, kind), 20)[0].group == group


def test_a_difference_from_nothing_is_written_and_not_drawn():
    effects = effects_of(outcomes(pair(4.0, 2.0, 6.0, base=0.0)), 20)
    text = words(str(forest({"other": effects})))
    assert "none in the base" in text
    assert "+4 (+2 to +6) *" in text


def test_what_lies_beyond_the_axis_has_an_arrow():
    beyond = effects_of(outcomes(pair(900.0, 800.0, 1000.0)), 20)
    within = effects_of(outcomes(pair(50.0, 40.0, 60.0)), 20)
    arrows = [str(forest({"other": effects})).count('d="M0 -5L') for effects in (beyond, within)]
    assert arrows == [1, 0]


def test_differences_in_some_pairs_only_say_in_how_many():
    effects = effects_of(outcomes(pair(1.0, 0.5, 1.5, pairs=5)), 20)
    assert "in 5 of 20 pairs" in words(str(forest({"other": effects})))
    assert "lower 70%, higher 20%" in words(str(pairs_figure(effects)))


def test_a_place_held_by_nobody_and_then_by_someone_has_two_spells():
    held = Held("North", "", [None, None, "red"], [False, True, True])
    days = scales.calendar(START, 3.0)
    drawn = str(holders_figure([held], days, {"red": "#aa0000"}, {"red": "Red"}))
    assert drawn.count("<title>nobody</title>") == 1
    assert drawn.count("<title>Red</title>") == 1
    assert "Other places" in drawn


def test_what_was_changed_is_found_row_by_row():
    base = {
        "name": "a",
        "end": "2015-06-30",
        "parameters": {"p": {"id": "p", "value": 1.0}},
        "units": [{"id": "u", "fighters": 10}, {"id": "gone", "fighters": 5}],
        "routes": [{"a": "N", "b": "S", "km": 3}],
    }
    other = {
        "name": "b",
        "end": "2015-07-30",
        "parameters": {"p": {"id": "p", "value": 2.0}},
        "units": [{"id": "u", "fighters": 30}],
        "routes": [{"a": "N", "b": "S", "km": 3}],
    }
    found = [
        (each.table, each.row, each.column, each.base, each.other)
        for each in differences(base, other)
    ]
    assert found == [
        ("scenario", "", "end", "2015-06-30", "2015-07-30"),
        ("parameters", "p", "value", 1.0, 2.0),
        ("units", "u", "fighters", 10, 30),
        ("units", "gone", "", "the row", ""),
    ]


def test_rows_that_say_the_same_of_themselves_are_told_apart():
    base = {"events": [{"date": "d", "event": "e", "value": 1}, {"date": "d", "event": "e"}]}
    other = {"events": [{"date": "d", "event": "e", "value": 1}]}
    [found] = differences(base, other)
    assert (found.row, found.base) == ("d, e (2)", "the row")


@pytest.mark.parametrize(
    ("value", "unit", "words_of_it"),
    [(0.0, "share", "0%"), (0.034, "share", "3.4%"), (-12.3, "fighters", "\N{MINUS SIGN}12")],
)
def test_amounts_have_the_digits_they_deserve(value, unit, words_of_it):
    assert amount(value, unit) == words_of_it


def test_a_difference_has_its_sign_and_none_has_none():
    assert [change(x, "share") for x in (0.1, -0.1, 0.0)] == ["+10%", "\N{MINUS SIGN}10%", "0%"]
    assert counted(1, "run") == "1 run"
    assert counted(2000, "run") == "2,000 runs"
