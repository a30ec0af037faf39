"""Dates and durations, at the edges of the run and beyond."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from calibration.kinds.base import one
from calibration.structures import ReportColumn
from tests.calibration.kinds.reporting import (
    LAST_DAY,
    START,
    all_reports,
    drawn,
    model_of,
    probabilities,
    truth,
)

LATE = ReportColumn(np.zeros(1), np.zeros(1, bool))


def test_a_date_before_the_first_day_is_reported_as_the_first():
    model = model_of("date", noise=5.0)
    reports = drawn(model, truth("date", 0), 1.0, 5000)
    assert reports.by_end.all()
    assert reports.values.min() == 0
    assert probabilities(model, one(0), truth("date", 0), 1.0) > 0.5


def test_a_date_after_the_last_day_is_not_by_the_end():
    model = model_of("date", noise=5.0)
    happened = truth("date", LAST_DAY)
    reports = drawn(model, happened, 1.0, 5000)
    assert reports.values.max() == LAST_DAY
    assert (reports.values[~reports.by_end] == 0).all()
    late = probabilities(model, LATE, happened, 1.0)[0]
    assert np.mean(~reports.by_end) == pytest.approx(late, abs=0.03)


def test_a_length_may_be_reported_longer_than_the_run():
    model = model_of("duration", noise=5.0)
    reports = drawn(model, truth("duration", LAST_DAY), 1.0, 500)
    assert reports.by_end.all()
    assert reports.values.max() > LAST_DAY


@pytest.mark.parametrize("kind", ["date", "duration"])
def test_what_did_not_come_by_the_end_is_reported_so(kind):
    model = model_of(kind, noise=5.0)
    happened = truth(kind, 0, False)
    assert not drawn(model, happened, 1.0, 100).by_end.any()
    likely = probabilities(model, all_reports(model), happened, 1.0)
    assert likely[-1] == 1
    assert (likely[:-1] == 0).all()


@pytest.mark.parametrize("kind", ["date", "duration"])
def test_without_noise_the_day_is_reported_as_it_is(kind):
    model = model_of(kind)
    for day in (0, 17, LAST_DAY):
        assert drawn(model, truth(kind, day), 1.0, 1).values == day
        assert probabilities(model, one(day), truth(kind, day), 1.0) == 1
        assert probabilities(model, one(day + 1), truth(kind, day), 1.0) == 0


@pytest.mark.parametrize("kind", ["date", "duration"])
def test_with_contamination_every_day_and_none_is_possible(kind):
    model = model_of(kind, contamination=0.02)
    days = np.arange(LAST_DAY + 1)
    inside = ReportColumn(days.astype(float), np.ones(LAST_DAY + 1, bool))
    for report in (inside, LATE):
        for by_end in (True, False):
            happened = truth(kind, days[::-1], by_end)
            assert np.isfinite(model.log_probability(report, happened, np.ones(1))).all()


def test_a_date_reported_becomes_a_day():
    report = model_of("date", reported=date(2015, 7, 27)).reported
    assert report.values.tolist() == [37]
    assert report.by_end.tolist() == [True]


@pytest.mark.parametrize("kind", ["date", "duration", "category", "order"])
def test_not_by_the_end_can_be_what_was_reported(kind):
    report = model_of(kind, reported="not by the end").reported
    assert report.values.tolist() == [0]
    assert report.by_end.tolist() == [False]


@pytest.mark.parametrize(
    ("kind", "reported", "sentence"),
    [
        ("date", START - timedelta(days=1), "a date from 2015-06-20 to 2015-07-30"),
        ("date", START + timedelta(days=LAST_DAY + 1), "a date from 2015-06-20 to 2015-07-30"),
        ("date", "late July", "'late July'; a date"),
        ("duration", LAST_DAY + 1, "a whole number of days from 0 to 40"),
        ("duration", 3.5, "a whole number of days"),
        ("duration", date(2015, 7, 1), "a whole number of days"),
    ],
)
def test_a_day_that_cannot_be_is_refused(kind, reported, sentence):
    with pytest.raises(ValueError, match=sentence):
        model_of(kind, reported=reported)


def test_days_are_told_in_words():
    assert model_of("date").in_words(37, True) == "27 July 2015"
    assert model_of("date").in_words(36.5, True) == "27 July 2015"
    assert model_of("date").in_words(0, False) == "not by the end"
    assert model_of("duration").in_words(33, True) == "33 days"
    assert model_of("duration").in_words(1, True) == "1 day"
