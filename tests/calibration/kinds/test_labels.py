"""Categories, truth values and orders."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.kinds import report_model
from calibration.kinds.base import one
from calibration.structures import ReportColumn
from sim.outcomes.values import outcome_values
from tests.calibration.kinds.reporting import (
    DISTRICTS,
    LAST_DAY,
    START,
    all_reports,
    drawn,
    model_of,
    probabilities,
    truth,
)

LATE = ReportColumn(np.zeros(1), np.zeros(1, bool))


def test_labels_are_sorted_and_do_not_depend_on_the_order_of_the_pool():
    target = model_of("category").target
    turned = report_model(target, start=START, last_day=LAST_DAY, labels=DISTRICTS[::-1])
    assert turned.labels == model_of("category").labels
    assert turned.labels == tuple(sorted((*DISTRICTS, "not by the end")))


def test_a_label_that_was_reported_is_known_even_if_the_pool_has_it_not():
    model = model_of("category", reported="Aziziya", contamination=0.02)
    assert model.labels[int(model.reported.values[0])] == "Aziziya"
    assert np.isfinite(
        model.log_probability(model.reported, truth("category", [0, 1]), np.ones(1))
    ).all()


def test_truths_may_number_their_labels_in_another_way():
    model = model_of("category")
    turned = outcome_values("category", [0, 3], labels=DISTRICTS[::-1])
    reports = model.draw(turned, np.ones(2), lambda stream: np.full(2, 0.5))
    assert [model.in_words(value, True) for value in reports.values] == ["none", "Zuhur"]


def test_a_truth_with_an_unknown_label_is_refused():
    unknown = outcome_values("category", [0], labels=("Raqa",))
    with pytest.raises(ValueError, match="'Raqa' is none of"):
        model_of("category").log_probability(LATE, unknown, np.ones(1))


def test_a_category_is_mistaken_for_each_other_label_alike():
    model = model_of("category", error_rate=0.2)
    happened = truth("category", 0)
    likely = probabilities(model, all_reports(model), happened, 1.0)
    assert sorted(likely) == pytest.approx([0.05] * 4 + [0.8])
    assert probabilities(model, model.reported, happened, 1.0) == pytest.approx([0.8])


def test_what_did_not_come_by_the_end_is_false():
    model = model_of("true_or_false")
    reports = drawn(model, truth("true_or_false", True, False), 1.0, 3)
    assert reports.by_end.all()
    assert [model.in_words(value, True) for value in reports.values] == ["false"] * 3


def test_an_order_may_be_turned_round_but_undecided_stays_undecided():
    model = model_of("order", error_rate=0.1)
    assert probabilities(model, one(0), truth("order", True), 1.0) == pytest.approx([0.1])
    assert probabilities(model, LATE, truth("order", True), 1.0) == 0
    assert probabilities(model, LATE, truth("order", True, False), 1.0) == 1
    assert not drawn(model, truth("order", True, False), 1.0, 100).by_end.any()


@pytest.mark.parametrize("kind", ["category", "true_or_false", "order"])
def test_with_contamination_every_label_is_possible(kind):
    model = model_of(kind, contamination=0.02)
    for by_end in (True, False):
        likely = probabilities(model, all_reports(model), truth(kind, 1, by_end), 1.0)
        assert (likely > 0).all()


@pytest.mark.parametrize(
    ("kind", "reported", "sentence"),
    [
        ("category", 3, "3; a label"),
        ("true_or_false", 1, "1; true or false"),
        ("true_or_false", "not by the end", "true or false"),
        ("order", "yes", "'yes'; true or false"),
    ],
)
def test_what_is_no_label_is_refused(kind, reported, sentence):
    with pytest.raises(ValueError, match=sentence):
        model_of(kind, reported=reported)
