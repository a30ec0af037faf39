"""Counts: exact, lower bounds, round numbers and words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.kinds import WORD_BINS
from calibration.kinds.base import one
from calibration.kinds.counts import LARGEST
from calibration.structures import BetaPrior
from sim.observers.wording import BINS, about
from tests.calibration.kinds.reporting import drawn, model_of, probabilities, truth

ALL = np.array([1.0])


def test_a_lower_bound_has_an_upper_side():
    model = model_of("at_least", reported=287, noise=0.3, contamination=0.02, most=1000)
    near, far = model.log_probability(model.reported, truth("at_least", [300, 100_000]), ALL)
    stray = 0.02 * np.log(289 / 288) / np.log(1002)
    assert np.exp(far) == pytest.approx(stray, rel=1e-9)
    assert near > far + 4


def test_a_lower_bound_without_noise_is_the_whole_number_below_what_is_seen():
    model = model_of("at_least", completeness=True)
    assert drawn(model, truth("at_least", 41), 0.7, 3).values.tolist() == [28, 28, 28]
    likely = probabilities(model, one(28), truth("at_least", [40, 41, 42]), 0.7)
    assert likely.tolist() == [1, 1, 0]


@pytest.mark.parametrize("kind", ["exact", "at_least", "about"])
def test_a_count_without_noise_and_thinning_is_reported_as_it_is(kind):
    model = model_of(kind)
    for number in (0, 1, 2, 5, 10, 95, 120, 1200):
        happened = truth(kind, number)
        assert drawn(model, happened, 0.5, 1).values == number
        assert probabilities(model, one(number), happened, 0.5) == 1


def test_a_share_of_its_own_is_used_instead_of_the_completeness_of_the_article():
    seen = BetaPrior(alpha=5, beta=5, source="a toy")
    model = model_of("exact", noise=0.2, detection=seen, completeness=True)
    happened = truth("exact", 100)
    low, high = (drawn(model, happened, share, 50).values for share in (0.1, 0.9))
    assert (low == high).all()
    assert probabilities(model, one(50), happened, 0.1) == probabilities(
        model, one(50), happened, 0.9
    )


@pytest.mark.parametrize(
    ("alpha", "beta", "error"),
    [(6, 3, 1e-3), (60, 20, 1e-3), (2000, 900, 1e-3), (1.5, 8, 1e-3), (2, 1, 0.05)],
)
@pytest.mark.parametrize("noise", [0.01, 0.1, 0.5])
def test_an_unknown_share_is_integrated_out(alpha, beta, error, noise):
    from scipy.special import ndtr
    from scipy.stats import beta as beta_distribution

    model = model_of("exact", noise=noise, detection=BetaPrior(alpha=alpha, beta=beta, source="-"))
    counted = np.array([3, 40, 60, 75])
    likely = model.log_probability(
        model_of("exact", reported=50).reported, truth("exact", counted), ALL
    )
    # The same by brute force: 100,000 shares of equal probability.
    share = beta_distribution(alpha, beta).ppf((np.arange(100_000) + 0.5) / 100_000)
    logs = np.log(np.array([49.5, 50.5])[:, None, None] / (counted[:, None] * share)) / noise
    expected = np.diff(ndtr(logs), axis=0)[0].mean(axis=1)
    seen = expected > 1e-5  # below it brute force has too few shares
    assert np.exp(likely)[seen] == pytest.approx(expected[seen], rel=error)
    assert (np.exp(likely)[~seen] < 2e-5).all()


@given(st.integers(0, 5000))
def test_round_numbers_are_those_of_the_wording(number):
    model = model_of("about")
    report = drawn(model, truth("about", number), 1.0, 1)
    assert about(number) == f"about {report.values[0]:.0f}"
    assert probabilities(model, report, truth("about", number), 1.0) == 1


@given(st.integers(0, 10**7))
def test_each_whole_number_has_exactly_one_word(number):
    held = [word for word, (low, high) in WORD_BINS.items() if low <= number <= high]
    assert len(held) == 1
    model = model_of("word")
    index = int(drawn(model, truth("word", number), 1.0, 1).values[0])
    assert model.labels[index] == held[0]


def test_the_bins_of_words_meet_without_gap_or_overlap():
    ends = list(WORD_BINS.values())
    assert ends[0][0] == 0
    assert ends[-1][1] == np.inf
    assert all(high + 1 == low for (_, high), (low, _) in pairwise(ends))
    assert all(WORD_BINS[word] == BINS[word] for word in BINS)


def test_what_is_far_out_in_a_tail_keeps_a_probability():
    model = model_of("exact", noise=0.1)
    likely = model.log_probability(one(100), truth("exact", [1, 10, 100_000]), ALL)
    assert np.isfinite(likely).all()
    assert (likely < -100).all()


def test_no_noise_is_too_large_for_a_number():
    model = model_of("exact", noise=400.0)
    reports = drawn(model, truth("exact", 50), 1.0, 500)
    assert np.isfinite(reports.values).all()
    assert reports.values.max() == LARGEST
    assert np.isfinite(model.log_probability(reports, truth("exact", 50), ALL)).all()


@pytest.mark.parametrize("kind", ["exact", "at_least", "about", "word"])
def test_with_contamination_every_count_up_to_most_is_possible(kind):
    model = model_of(kind, contamination=0.02, most=400)
    reports = drawn(model, truth(kind, 7), 1.0, 2000)
    happened = truth(kind, np.arange(2000))
    assert np.isfinite(model.log_probability(reports, happened, ALL)).all()


@pytest.mark.parametrize(
    ("kind", "fields", "sentence"),
    [
        ("exact", {"reported": -1}, "-1; a whole number from 0"),
        ("exact", {"reported": 2.5}, "2.5; a whole number from 0"),
        ("exact", {"reported": True}, "True; a whole number from 0"),
        ("exact", {"reported": "not by the end"}, "a whole number from 0"),
        ("at_least", {"reported": 287, "contamination": 0.1, "most": 200}, "at most 200"),
        ("about", {"reported": 12}, "a round number such as 10"),
        ("word", {"reported": "scores"}, "'scores'; one of none, one, two, several"),
    ],
)
def test_what_a_count_cannot_report_is_refused(kind, fields, sentence):
    with pytest.raises(ValueError, match=f"toy_{kind}.*{sentence}"):
        model_of(kind, **fields)


def test_counts_are_told_in_words():
    assert model_of("exact").in_words(1200, True) == "1,200"
    assert model_of("at_least").in_words(287, True) == "at least 287"
    assert model_of("about").in_words(120, True) == "about 120"
    assert model_of("word").in_words(5, True) == "dozens"
    assert model_of("exact").in_words(0, False) == "not by the end"
