"""Every kind draws its reports as often as it says they are likely."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.structures import BetaPrior
from tests.calibration.kinds.reporting import (
    DISTRICTS,
    LAST_DAY,
    all_reports,
    drawn,
    model_of,
    probabilities,
    truth,
)

ROWS = 30_000
SEEN = BetaPrior(alpha=6, beta=3, source="a toy")
SEEN_WELL = BetaPrior(alpha=600, beta=200, source="a toy")
STRAY = {"contamination": 0.2, "most": 300}
ANYTHING = {"contamination": 0.2}

COUNTS = ("exact", "at_least", "about", "word")
CASES = [
    *((kind, {"noise": 0.3, "completeness": True, **STRAY}, 20, True) for kind in COUNTS),
    *((kind, {"noise": 0.3, "discrepancy": 0.4}, 20, True) for kind in COUNTS),
    *((kind, {"noise": 0.3, **STRAY}, 0, True) for kind in COUNTS),
    *((kind, {"noise": 1.0}, 1, True) for kind in COUNTS),
    *((kind, {"completeness": True, **STRAY}, 21, True) for kind in COUNTS),
    *((kind, {"noise": 0.3, **STRAY}, 0, False) for kind in COUNTS),
    *((kind, {"noise": 0.2, "detection": SEEN, **STRAY}, 30, True) for kind in COUNTS),
    *((kind, {"noise": 0.5, "detection": SEEN_WELL}, 30, True) for kind in COUNTS),
    *((kind, {"detection": SEEN}, 30, True) for kind in COUNTS),
    *((kind, {"detection": SEEN, "noise": 0.2}, 0, True) for kind in COUNTS),
    *(
        (kind, {"noise": 2.0, **extra}, day, by_end)
        for kind in ("date", "duration")
        for extra in ({}, ANYTHING)
        for day, by_end in ((0, True), (17, True), (LAST_DAY, True), (0, False))
    ),
    ("date", {}, 17, True),
    ("duration", ANYTHING, LAST_DAY, True),
    *(
        (kind, {"error_rate": 0.1, **extra}, value, by_end)
        for kind in ("category", "true_or_false", "order")
        for extra in ({}, ANYTHING)
        for value, by_end in ((0, True), (1, True), (0, False))
    ),
    ("category", ANYTHING, len(DISTRICTS) - 1, True),
    ("order", ANYTHING, 1, True),
]


def _counted(values, by_end, of):
    """How often each of some reports was drawn."""
    same = (of.values[:, None] == values) & (of.by_end[:, None] == by_end)
    return np.count_nonzero(same, axis=1)


@pytest.mark.parametrize(("kind", "fields", "value", "by_end"), CASES)
def test_reports_are_drawn_as_often_as_they_are_likely(kind, fields, value, by_end):
    model = model_of(kind, **fields)
    happened = truth(kind, value, by_end)
    reports = drawn(model, happened, 0.7, ROWS)
    possible = all_reports(model, 400)
    likely = probabilities(model, possible, happened, 0.7)
    seen = _counted(reports.values, reports.by_end, possible)
    # Rare reports together, so that each count is near normal; 4.5 deviations over all cases.
    often = ROWS * likely >= 20
    expected = ROWS * np.append(likely[often], max(0.0, 1 - likely[often].sum()))
    found = np.append(seen[often], ROWS - seen[often].sum())
    spread = np.sqrt(expected * (1 - expected / ROWS).clip(0))
    assert (np.abs(found - expected) <= 4.5 * spread + 1e-6).all()


@pytest.mark.parametrize(("kind", "fields", "value", "by_end"), CASES)
def test_nothing_is_reported_that_is_impossible(kind, fields, value, by_end):
    model = model_of(kind, **fields)
    happened = truth(kind, value, by_end)
    reports = drawn(model, happened, 0.7, 2000)
    assert np.isfinite(model.log_probability(reports, happened, np.array([0.7]))).all()


SHARE = st.floats(0.05, 1.0)
SPREAD = st.just(0.0) | st.floats(1e-3, 0.6)
STRAYS = st.sampled_from([0.0, 0.02, 0.3])


@given(st.sampled_from(COUNTS), st.integers(0, 60), st.booleans(), SHARE, SPREAD, STRAYS)
def test_the_reports_of_a_count_sum_to_one(kind, number, by_end, share, noise, contamination):
    model = model_of(kind, noise=noise, completeness=True, contamination=contamination, most=500)
    happened = truth(kind, number, by_end)
    likely = probabilities(model, all_reports(model, 3000), happened, share)
    assert likely.sum() == pytest.approx(1, abs=1e-6)


@settings(max_examples=30)
@given(
    st.sampled_from(COUNTS),
    st.integers(0, 60),
    st.floats(0.5, 800),
    st.floats(0.5, 800),
    SPREAD,
    STRAYS,
)
def test_the_reports_of_a_count_with_a_share_of_its_own_sum_to_one(
    kind, number, alpha, beta, noise, contamination
):
    seen = BetaPrior(alpha=alpha, beta=beta, source="a toy")
    model = model_of(kind, noise=noise, detection=seen, contamination=contamination, most=500)
    likely = probabilities(model, all_reports(model, 3000), truth(kind, number), 1.0)
    assert likely.sum() == pytest.approx(1, abs=1e-5)


@given(
    st.sampled_from(["date", "duration"]),
    st.integers(0, LAST_DAY),
    st.booleans(),
    st.just(0.0) | st.floats(0.01, 60),
    STRAYS,
)
def test_the_days_reported_sum_to_one(kind, day, by_end, noise, contamination):
    model = model_of(kind, noise=noise, contamination=contamination)
    likely = probabilities(model, all_reports(model), truth(kind, day, by_end), 1.0)
    assert likely.sum() == pytest.approx(1, abs=1e-9)


@given(
    st.sampled_from(["category", "true_or_false", "order"]),
    st.integers(0, 1),
    st.booleans(),
    st.floats(0, 0.49),
    STRAYS,
)
def test_the_labels_reported_sum_to_one(kind, value, by_end, error_rate, contamination):
    model = model_of(kind, error_rate=error_rate, contamination=contamination)
    likely = probabilities(model, all_reports(model), truth(kind, value, by_end), 1.0)
    assert likely.sum() == pytest.approx(1, abs=1e-12)
