"""Rows of the first figure and of the table of targets, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calibration.report.strips import Strip, fitted_strips, left_out_strips
from calibration.report.tables import facts, target_groups
from calibration.report.words import (
    DASH,
    Calendar,
    number,
    share,
    shortened,
    two,
    word_ends,
    word_of,
)
from tests.calibration.report.made_up import DAYS, made_up_findings


def strip(label_starts: str, *, left_out: bool = False) -> Strip:
    rows = (left_out_strips if left_out else fitted_strips)(made_up_findings())
    return next(row for row in rows if row.label.startswith(label_starts))


def test_only_fitted_targets_are_in_the_first_figure() -> None:
    fitted = [row.label for row in made_up_findings().targets if row.role == "fit"]
    assert [row.label for row in fitted_strips(made_up_findings())] == fitted


def test_a_date_is_written_as_a_date_with_its_interval() -> None:
    row = strip("line from Raqa to the Aleppo front cut")
    assert row.result.replace("\u00a0", " ") == "29 Jul (12 Jul to 8 Sep)"
    assert row.reported == (37, 37)


def test_the_share_not_by_the_end_is_written_only_where_it_counts() -> None:
    assert strip("length").remark == "not by the end 21% → 8%"
    assert strip("Islamic State dead").remark == ""


def test_a_report_that_it_did_not_come_stands_behind_the_last_day() -> None:
    findings = made_up_findings()
    late = replace(findings.targets[1], reported="not by the end", reported_number=None)
    (row,) = fitted_strips(replace(findings, targets=[late]))
    assert row.reported == (DAYS, DAYS)


def test_a_word_reaches_over_all_counts_that_it_stands_for() -> None:
    row = strip("bombers on foot")
    assert row.reported == (3, 9)
    assert row.front is not None
    assert (row.front.p05, row.front.p95) == (2, 23)
    assert row.result == "several (two … ten to two dozen)"
    assert row.remark == "several: 31% → 77%"


def test_a_label_shows_the_probability_of_the_reported_one() -> None:
    row = strip("last district")
    assert (row.back_share, row.front_share) == (0.11, 0.31)
    assert row.result == "11% → 31%"


def test_a_target_outside_the_interval_is_marked() -> None:
    assert strip("Kobane").outside
    assert strip("Kobane", left_out=True).outside
    assert not strip("car bombs").outside


def test_targets_are_grouped_by_role_fitted_first() -> None:
    groups = target_groups(made_up_findings())
    assert [title for title, _ in groups] == [
        "Fitted",
        "Not fitted: checks",
        "Not fitted: context",
    ]


def test_a_target_that_was_not_left_out_has_no_prediction_of_it() -> None:
    groups = dict(target_groups(made_up_findings()))
    (check,) = groups["Not fitted: checks"]
    assert (check.left_out.words, check.left_out.inside) == (DASH, "")
    assert groups["Fitted"][2].left_out.inside == "outside"


def test_the_facts_count_what_the_rows_say() -> None:
    found = {what: value for value, what in facts(made_up_findings())}
    assert found["fitted targets inside the 90% interval"] == "11 of 13"
    assert found["parameters identified"] == "6 of 43"
    assert found["of fitted runs see the siege end"] == "92%"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (1234.6, "1,235"),
        (23.456, "23.5"),
        (0.0123456, "0.0123"),
        (-2.5, "\N{MINUS SIGN}2.5"),
        (3.2e-9, "3.20e\N{MINUS SIGN}09"),
        (None, DASH),
    ],
)
def test_numbers_have_three_digits_that_count(value: float | None, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0%"), (0.001, "<1%"), (0.5, "50%"), (0.999, ">99%"), (1, "100%"), (None, DASH)],
)
def test_a_share_is_never_rounded_to_none_or_all(value: float | None, words: str) -> None:
    assert share(value) == words


def test_a_missing_number_is_a_dash() -> None:
    assert two(None) == DASH
    assert two(-0.664) == "\N{MINUS SIGN}0.66"


def test_the_day_after_the_last_is_no_date() -> None:
    calendar = Calendar(date(2015, 6, 20), DAYS)
    assert calendar.words(DAYS - 1) == "30\u00a0Sep"
    assert calendar.words(DAYS) == "not by the end"


def test_a_calendar_of_two_years_names_the_year() -> None:
    assert Calendar(date(2014, 9, 15), 200).words(0) == "15\u00a0Sep 2014"


@pytest.mark.parametrize("word", ["none", "two", "several", "ten to two dozen", "thousands"])
def test_both_ends_of_a_word_are_called_by_it(word: str) -> None:
    for end in word_ends(word):
        assert word_of(end) == word


def test_words_are_cut_at_a_space() -> None:
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("short", 12) == "short"
    assert len(shortened("x" * 50, 12)) == 12
