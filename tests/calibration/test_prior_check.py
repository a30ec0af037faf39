from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from calibration.kinds import ReportModel, report_model
from calibration.prior_check import (
    LEAST_SHARE,
    PriorPredictiveError,
    prior_checks,
    stop_if_outside,
    without_contamination,
)
from calibration.results import PriorCheck
from calibration.structures import ReportColumn, Target
from sim.outcomes.values import outcome_values

START = date(2015, 6, 20)
SIZE = 10_000


def model_of(
    kind: str, reported: object, labels: tuple[str, ...] = (), role: str = "fit", **more: object
) -> ReportModel:
    target = Target.model_validate(
        {
            "id": "toy",
            "outcome": "toy",
            "kind": kind,
            "role": role,
            "reported": reported,
            "why": "a toy",
            "contamination": 0.0,
            **more,
        }
    )
    return report_model(target, start=START, last_day=99, labels=labels)


def check(model: ReportModel, values: object, by_end: object = True) -> PriorCheck:
    numbers = np.asarray(values, np.float64)
    there = np.broadcast_to(np.asarray(by_end, np.bool_), numbers.shape)
    reports = ReportColumn(np.where(there, numbers, 0.0), there)
    (found,) = prior_checks({"toy": model}, {"toy": reports})
    return found


COUNTS = np.arange(SIZE) + 100  # 100, 101, ... 10,099, each once


def test_a_number_amid_the_reports_is_inside() -> None:
    found = check(model_of("exact", 4000), COUNTS)
    assert found.inside
    assert found.share == pytest.approx(3901 / SIZE)
    assert found.sentence == "toy: 4,000 was reported, within the prior's 109 to 10,090."


@pytest.mark.parametrize(
    ("reported", "inside"), [(109, True), (108, False), (10_090, True), (10_091, False)]
)
def test_a_number_is_inside_where_a_thousandth_of_the_reports_is_as_extreme(
    reported: int, inside: bool
) -> None:
    found = check(model_of("exact", reported), COUNTS)
    assert found.inside is inside
    assert (found.share >= LEAST_SHARE) is inside


def test_a_number_outside_is_told_with_how_far_off_it_is() -> None:
    found = check(model_of("exact", 60), COUNTS)
    assert found.sentence == (
        "toy: 60 was reported, lower than all but 0% of the prior's reports (109 to 10,090), "
        "49 outside (45% of 109)."
    )
    high = check(model_of("at_least", 20_000), COUNTS)
    assert "at least 20,000 was reported, higher than all but 0%" in high.sentence


def test_a_date_before_all_reports_is_outside() -> None:
    days = np.tile(np.arange(30, 80), 200)
    found = check(model_of("date", date(2015, 7, 1)), days)
    assert not found.inside
    assert found.sentence == (
        "toy: 1 July 2015 was reported, earlier than all but 0% of the prior's reports "
        "(20 July 2015 to 7 September 2015), 19 days outside."
    )


def test_not_by_the_end_is_later_than_every_day() -> None:
    days = np.tile(np.arange(10, 60), 200)
    late = model_of("date", "not by the end")
    assert not check(late, days).inside
    some = np.arange(SIZE) % 100 != 0
    found = check(late, days, some)
    assert found.inside
    assert found.share == pytest.approx(0.01)
    assert "not by the end was reported, within the prior's 30 June 2015" in found.sentence


def test_a_date_after_the_others_is_inside_if_some_do_not_come_by_the_end() -> None:
    days = np.tile(np.arange(10, 60), 200)
    late = model_of("date", date(2015, 9, 20))
    assert not check(late, days).inside
    assert check(late, days, np.arange(SIZE) % 100 != 0).inside


def test_a_word_is_outside_where_all_reports_are_of_smaller_numbers() -> None:
    words = np.tile([0, 1, 2, 3, 4], SIZE // 5)
    assert check(model_of("word", "several"), words).inside
    found = check(model_of("word", "hundreds"), words)
    assert not found.inside
    assert found.sentence.endswith("(none to ten to two dozen).")


def test_a_label_needs_a_thousandth_of_the_reports() -> None:
    model = model_of("category", "Zuhur", ("Askari", "Zuhur"))
    zuhur, askari = model.labels.index("Zuhur"), model.labels.index("Askari")
    labels = np.full(SIZE, float(askari))
    labels[:10] = zuhur
    assert check(model, labels).inside
    labels[9] = askari
    found = check(model, labels)
    assert not found.inside
    assert found.share == pytest.approx(0.0009)
    assert found.sentence == (
        "toy: Zuhur was reported, as in 0.09% of the prior's reports, less than 0.1%."
    )


def test_not_by_the_end_is_no_label_of_index_zero() -> None:
    model = model_of("category", "Askari", ("Askari", "Zuhur"))
    assert model.labels[0] == "Askari"
    assert check(model, np.zeros(SIZE), np.zeros(SIZE, np.bool_)).share == 0.0


def test_a_truth_value_that_never_comes_true_is_outside() -> None:
    assert not check(model_of("true_or_false", True), np.zeros(SIZE)).inside
    assert check(model_of("true_or_false", False), np.zeros(SIZE)).share == 1.0


def test_only_fitted_targets_are_checked() -> None:
    model = model_of("exact", 60, role="check")
    assert prior_checks({"toy": model}, {}) == []


def test_stopping_names_every_target_that_is_outside_and_no_other() -> None:
    good = PriorCheck("good", True, 0.4, "good: fine.")
    bad = PriorCheck("bad", False, 0.0, "bad: too low.")
    worse = PriorCheck("worse", False, 0.0, "worse: too high.")
    stop_if_outside([good])
    with pytest.raises(PriorPredictiveError) as raised:
        stop_if_outside([good, bad, worse])
    assert str(raised.value) == "bad: too low. worse: too high."
    assert raised.value.checks == [bad, worse]


@pytest.mark.parametrize(
    ("kind", "reported", "labels"),
    [
        ("exact", 60, ()),
        ("date", date(2015, 7, 1), ()),
        ("category", "Zuhur", ("Askari", "Zuhur")),
        ("true_or_false", True, ()),
    ],
)
def test_without_contamination_a_report_is_of_the_truth(
    kind: str, reported: object, labels: tuple[str, ...]
) -> None:
    model = model_of(kind, reported, labels, contamination=0.4, most=1000)
    clean = without_contamination({"toy": model})["toy"]
    assert clean.labels == model.labels
    assert clean.reported.values == model.reported.values
    given = {"date": "date", "category": "category", "true_or_false": "truth"}
    truth = outcome_values(given.get(kind, "number"), np.ones(1, np.int64), [True], labels)  # type: ignore[arg-type]
    same = clean.draw(truth, np.ones(1), lambda _stream: np.full(1, 0.3))
    # The true label of a category is the second of its own labels.
    expected = model.labels.index("Zuhur") if kind == "category" else 1
    assert same.values.tolist() == [expected]
    assert np.isneginf(clean.log_probability(clean.reported, truth, np.ones(1))[0]) == (
        kind in ("exact", "date")
    )
    assert np.isfinite(model.log_probability(model.reported, truth, np.ones(1))[0])
