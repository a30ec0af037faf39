"""What was reported, held against what the priors can produce."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from sim.experiments.prior_range import markdown, put_between_markers, range_of
from sim.outcomes.values import outcome_values

START = date(2015, 1, 1)


def row(reported="something", value=None):
    return SimpleNamespace(
        id="result", label="Result", unit="days", reported=reported, reported_value=value
    )


def ranged(values, **of_row):
    return range_of(row(**of_row), values, START)


def test_a_number_inside_the_range_is_not_excluded_and_one_beyond_it_is():
    values = outcome_values("number", np.arange(100))
    assert ranged(values, value=98).within
    assert not ranged(values, value=120).within


def test_runs_in_which_it_is_not_over_do_not_widen_the_range():
    values = outcome_values("duration", [10, 20, 500], [True, True, False])
    found = ranged(values, value=400)
    assert found.within is False
    assert found.by_end == pytest.approx(2 / 3)


def test_what_never_happens_excludes_a_report_that_it_did():
    values = outcome_values("date", [0, 0], [False, False])
    assert ranged(values, value=date(2015, 1, 26)).within is False


def test_dates_are_compared_as_dates():
    found = ranged(outcome_values("date", [20, 25, 30]), value="2015-01-26")
    assert found.within
    assert found.middle == date(2015, 1, 26)


def test_a_word_means_a_range_of_numbers():
    values = outcome_values("number", [10, 20, 30])
    assert ranged(values, reported="dozens").within
    assert not ranged(values, reported="several: in the first week").within


def test_a_category_must_come_in_one_run_of_fifty():
    labels = ("north", "south")
    rare = outcome_values("category", [1] + [0] * 59, labels=labels)
    enough = outcome_values("category", [1] + [0] * 49, labels=labels)
    assert not ranged(rare, value="south").within
    assert ranged(enough, value="south").within


def test_a_report_without_a_number_is_not_judged():
    assert ranged(outcome_values("number", [1, 2]), reported="many").within is None


def test_the_table_has_a_line_an_outcome():
    table = markdown([ranged(outcome_values("truth", [True, False]), value=True)])
    assert (
        table.splitlines()[2]
        == "| `result` | something |  | as reported in 50.0% |  | 100% | yes |"
    )


def test_a_page_keeps_what_stands_around_the_markers():
    page = "before <!-- a: begin -->old<!-- a: end --> after"
    assert put_between_markers(page, "a", "new").startswith("before ")
    assert "old" not in put_between_markers(page, "a", "new")
    with pytest.raises(ValueError, match="no markers"):
        put_between_markers(page, "b", "new")
