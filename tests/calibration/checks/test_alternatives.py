"""Comparison of the model with and without a mechanism."""

import numpy as np
import pytest

from calibration.analysis import Analysis, analyse
from calibration.checks.alternative_models import Alternative
from calibration.checks.alternatives import (
    alternative_reports,
    compared,
    ratio_interval,
    verdict,
)
from calibration.fit.fit import Fit
from calibration.results import AlternativeRow
from calibration.structures import Pool, ReportColumn, Targets
from sim.outcomes.values import outcome_values
from tests.calibration.checks.toy import fitted, reported, toy

FAR = 300  # dead; 150 are reported
WITHOUT = Alternative(id="without", label="without it", why="made up")


@pytest.fixture(scope="module")
def fit() -> Fit:
    return fitted(*toy(8000))


def row(fit: Fit, reports: dict[str, ReportColumn]) -> AlternativeRow:
    return compared(fit, reported(150, 40), WITHOUT, reports)


def test_a_model_that_is_the_same_is_neither_better_nor_worse(fit: Fit) -> None:
    found = row(fit, toy(6000, seed=11)[1])
    assert found.low < 1 < found.high
    assert 0.6 < found.ratio < 1.6
    assert found.verdict == "the article does not speak either way"
    assert (found.id, found.label, found.vectors) == ("without", "without it", 6000)


def test_a_model_that_never_says_what_was_reported_is_spoken_against(fit: Fit) -> None:
    _, reports = toy(20_000, seed=11)
    rows = np.flatnonzero(reports["dead"].values > FAR)
    found = row(fit, {name: column.at(rows) for name, column in reports.items()})
    assert found.accepted == 0
    assert found.ratio == 0
    assert 0 < found.high < 1 / 3
    assert found.verdict == "the article speaks clearly against it"


def test_a_model_that_says_little_else_is_spoken_for(fit: Fit) -> None:
    unit, reports = toy(30_000, seed=11)
    near = (np.abs(unit[:, 0] - 0.5) < 0.1) & (np.abs(unit[:, 1] - 0.5) < 0.1)
    close = {name: column.at(np.flatnonzero(near)) for name, column in reports.items()}
    found = row(fit, close)
    assert found.low > 3
    assert found.verdict == "the article speaks clearly for it"


def test_a_ratio_that_is_known_is_found(fit: Fit) -> None:
    """Half of the model's runs are as the full model's, the others far off."""
    _, reports = toy(60_000, seed=11)
    far = np.flatnonzero(reports["dead"].values > FAR)[:10_000]
    assert len(far) == 10_000
    rows = np.concatenate([np.arange(10_000), far])
    found = row(fit, {name: column.at(rows) for name, column in reports.items()})
    assert found.low < 0.5 < found.high
    assert found.ratio == pytest.approx(0.5, rel=0.35)


def test_the_interval_of_large_counts_is_that_of_the_logarithm() -> None:
    low, high = ratio_interval(400, 40_000, 500, 50_000)
    error = 1.96 * np.sqrt(1 / 400 + 1 / 500)
    assert low == pytest.approx(np.exp(-error), rel=0.01)
    assert high == pytest.approx(np.exp(error), rel=0.01)


def test_none_accepted_leaves_an_upper_end() -> None:
    low, high = ratio_interval(0, 10_000, 500, 50_000)
    assert 0 <= low < 0.001
    # Jeffreys' 97.5% bound of a share of none in 10,000 is 2.5 in 10,000, of 1 in 100.
    assert high == pytest.approx(0.025, rel=0.1)


def test_more_vectors_make_the_interval_narrower() -> None:
    wide, narrow = ratio_interval(10, 1000, 500, 50_000), ratio_interval(100, 10_000, 500, 50_000)
    assert wide[0] < narrow[0] < 1 < narrow[1] < wide[1]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.01, 0.3, "speaks clearly against"),
        (0.2, 0.9, "against it, not clearly"),
        (0.5, 2.0, "does not speak either way"),
        (1.1, 9.0, "for it, not clearly"),
        (3.1, 9.0, "speaks clearly for"),
    ],
)
def test_the_verdict_says_no_more_than_the_interval(low: float, high: float, words: str) -> None:
    assert words in verdict(low, high)


@pytest.fixture(scope="module")
def analysis(toy_pool: Pool, toy_targets: Targets) -> Analysis:
    return analyse(toy_pool, toy_targets, seed=1)


def test_reports_of_an_alternative_are_drawn_as_those_of_the_pool(
    analysis: Analysis, toy_targets: Targets
) -> None:
    found = alternative_reports(
        analysis.pool, analysis.models, toy_targets.completeness, fit_seed=1
    )
    for name, column in analysis.reports.items():
        assert np.array_equal(found[name].values, column.values)
        assert np.array_equal(found[name].by_end, column.by_end)


def test_a_label_that_only_the_alternative_has_is_some_other_than_reported(
    analysis: Analysis, toy_pool: Pool, toy_targets: Targets
) -> None:
    elsewhere = outcome_values(
        "category", np.zeros(toy_pool.size, int), None, ("Elsewhere", "South")
    )
    pool = Pool(**{**vars(toy_pool), "outcomes": {**toy_pool.outcomes, "last_district": elsewhere}})
    found = alternative_reports(pool, analysis.models, toy_targets.completeness, fit_seed=1)
    named = analysis.models["last_district"].labels
    share = (found["last_district"].values == named.index("South")).mean()
    assert share < 0.1  # only by mistake
