from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import numpy as np
import pytest
from scipy.special import digamma, ndtri, polygamma

from calibration.history_matching import conflicts, history_matching, implausibility
from calibration.kinds import ReportModel, report_model
from calibration.structures import BetaPrior, Bool, Float64, Pool, Target
from sim.outcomes.values import OutcomeValues, outcome_values
from sim.scenario import load

START, LAST_DAY = date(2015, 6, 20), 99
VECTORS, PARAMETERS = 8000, 5
LUCK = 0.1
COMPLETENESS = BetaPrior(alpha=30.0, beta=20.0, source="a toy")


@pytest.fixture(scope="module")
def pool() -> Pool:
    unit = np.random.default_rng(7).uniform(size=(VECTORS, PARAMETERS))
    return Pool(
        scenario=load("two-towns"),
        ids=tuple("abcde"),
        unit=unit,
        values=unit,
        block=np.repeat(np.arange(2, dtype=np.int64), VECTORS // 2),
        seed=np.zeros(VECTORS, np.int64),
        replicate=np.arange(VECTORS, dtype=np.int64),
        outcomes={},
    )


@pytest.fixture(scope="module")
def luck() -> Float64:
    return np.random.default_rng(8).normal(size=(VECTORS, 2))


@pytest.fixture(scope="module")
def count(pool: Pool, luck: Float64) -> OutcomeValues:
    """Return counts whose logarithm rises by 2 with the first parameter."""
    return outcome_values(
        "number", np.round(np.expm1(5.0 + 2.0 * pool.unit[:, 0] + LUCK * luck[:, 0]))
    )


@pytest.fixture(scope="module")
def day(pool: Pool, luck: Float64) -> OutcomeValues:
    """Return days that rise by 40 with the second parameter."""
    return outcome_values(
        "date", np.round(20.0 + 40.0 * pool.unit[:, 1] + 2.0 * luck[:, 1]).astype(np.int64)
    )


def model_of(kind: str, reported: object, **more: object) -> ReportModel:
    labels = more.pop("labels", ())
    target = Target.model_validate(
        {
            "id": "toy",
            "outcome": "toy",
            "kind": kind,
            "role": "fit",
            "reported": reported,
            "why": "a toy",
            "most": 100_000,
            **more,
        }
    )
    return report_model(target, start=START, last_day=LAST_DAY, labels=labels)  # type: ignore[arg-type]


def assert_near(found: Float64, wanted: Float64, typical: float) -> None:
    """Assert that errors are of a size; the emulator errs by some 0.01 on the logarithm."""
    assert np.sqrt(np.mean((found - wanted) ** 2)) < typical


def found_for(pool: Pool, model: ReportModel, truth: OutcomeValues) -> Float64:
    return implausibility(pool, {"toy": model}, {"toy": truth}, COMPLETENESS)[:, 0]


def test_a_count_is_as_implausible_as_luck_and_noise_make_it(
    pool: Pool, count: OutcomeValues
) -> None:
    found = found_for(pool, model_of("exact", 400, noise=0.15, discrepancy=0.2), count)
    distance = np.abs(np.log1p(400) - (5.0 + 2.0 * pool.unit[:, 0]))
    assert_near(found, distance / np.sqrt(LUCK**2 + 0.15**2 + 0.2**2), 0.05)


def test_completeness_shifts_a_count_and_widens_it(pool: Pool, count: OutcomeValues) -> None:
    found = found_for(pool, model_of("exact", 400, completeness=True), count)
    shift = digamma(30.0) - digamma(50.0)
    variance = LUCK**2 + polygamma(1, 30.0) - polygamma(1, 50.0)
    distance = np.abs(np.log1p(400) - shift - (5.0 + 2.0 * pool.unit[:, 0]))
    assert_near(found, distance / np.sqrt(variance), 0.1)


def test_a_detection_of_its_own_stands_for_the_completeness(
    pool: Pool, count: OutcomeValues
) -> None:
    own = BetaPrior(alpha=4.0, beta=1.0, source="a toy")
    found = found_for(pool, model_of("exact", 400, detection=own), count)
    variance = LUCK**2 + polygamma(1, 4.0) - polygamma(1, 5.0)
    distance = np.log1p(400) - digamma(4.0) + digamma(5.0) - (5.0 + 2.0 * pool.unit[:, 0])
    assert_near(found, np.abs(distance) / np.sqrt(variance), 0.05)


def test_a_date_is_compared_in_days(pool: Pool, day: OutcomeValues) -> None:
    found = found_for(pool, model_of("date", date(2015, 7, 20), noise=1.0), day)
    distance = np.abs(30.0 - (20.0 + 40.0 * pool.unit[:, 1]))
    # Rounding to whole days adds a twelfth to the variance of luck.
    assert_near(found, distance / np.sqrt(4.0 + 1 / 12 + 1.0), 0.15)


def test_not_by_the_end_counts_as_the_day_after_the_last(pool: Pool, day: OutcomeValues) -> None:
    reported_late = found_for(pool, model_of("date", "not by the end"), day)
    distance = LAST_DAY + 1 - (20.0 + 40.0 * pool.unit[:, 1])
    assert_near(reported_late, distance / np.sqrt(4.0 + 1 / 12), 0.4)
    never = outcome_values("date", np.zeros(VECTORS, np.int64), np.zeros(VECTORS, np.bool_))
    assert (found_for(pool, model_of("date", "not by the end"), never) == 0.0).all()
    off_by_ten = found_for(pool, model_of("date", date(2015, 9, 18), noise=5.0), never)
    assert np.allclose(off_by_ten, 2.0)


def test_nothing_within_a_words_bin_is_implausible(pool: Pool, count: OutcomeValues) -> None:
    found = found_for(pool, model_of("word", "hundreds", noise=0.2), count)
    expected = 5.0 + 2.0 * pool.unit[:, 0]
    edge = np.log1p(999.5)
    assert (found[expected < edge - 0.05] == 0.0).all()
    beyond = expected > edge + 0.05
    assert beyond.any()
    distance = (expected - edge)[beyond] / np.sqrt(LUCK**2 + 0.2**2)
    assert_near(found[beyond], distance, 0.06)


def test_the_first_and_the_last_word_have_one_edge(pool: Pool, count: OutcomeValues) -> None:
    none = found_for(pool, model_of("word", "none"), outcome_values("number", np.zeros(VECTORS)))
    assert (none == 0.0).all()
    thousands = found_for(pool, model_of("word", "thousands"), count)
    many = pool.unit[:, 0] > 0.97  # 1,035 and more are expected
    assert (thousands[many] == 0.0).all()
    assert (thousands[pool.unit[:, 0] < 0.5] > 3.0).all()


def labels_of(codes: Float64, size: int) -> OutcomeValues:
    names = tuple(f"district {number:02d}" for number in range(size))
    return outcome_values("category", codes.astype(np.int64), labels=names)


def test_none_of_a_dozen_equally_likely_labels_is_implausible(pool: Pool) -> None:
    truth = labels_of(np.floor(12 * np.random.default_rng(9).uniform(size=VECTORS)), 12)
    model = model_of("category", "district 03", labels=truth.labels)
    found = found_for(pool, model, truth)
    assert np.allclose(found, abs(ndtri(0.5 / 12)), atol=0.35)
    assert found.max() < 3.0


def test_a_label_that_never_comes_is_implausible_unless_it_may_be_a_mistake(pool: Pool) -> None:
    truth = labels_of(np.where(pool.unit[:, 2] < 0.5, 0.0, 1.0), 3)
    certain = model_of("category", "district 01", labels=truth.labels)
    far = pool.unit[:, 2] < 0.3
    assert (found_for(pool, certain, truth)[far] >= 3.0).all()
    assert (found_for(pool, certain, truth)[pool.unit[:, 2] > 0.7] < 0.1).all()
    mistaken = model_of("category", "district 01", labels=truth.labels, error_rate=0.06)
    # Three other labels, "not by the end" among them, share the mistakes.
    assert np.allclose(found_for(pool, mistaken, truth)[far], abs(ndtri(0.5 * 0.02)), atol=0.1)


def test_a_truth_value_is_a_label(pool: Pool) -> None:
    truth = outcome_values("truth", pool.unit[:, 3] > 0.5)
    found = found_for(pool, model_of("true_or_false", False), truth)
    assert (found[pool.unit[:, 3] < 0.3] < 0.1).all()
    assert (found[pool.unit[:, 3] > 0.7] >= 3.0).all()


def test_an_outcome_that_never_varies_is_right_or_ruled_out(pool: Pool) -> None:
    always = outcome_values("number", np.full(VECTORS, 7))
    assert np.isinf(found_for(pool, model_of("exact", 9), always)).all()
    doubtful = found_for(pool, model_of("exact", 9, noise=0.5), always)
    assert np.allclose(doubtful, np.log(10 / 8) / 0.5)


def test_the_volume_left_is_what_no_target_rules_out(
    pool: Pool, count: OutcomeValues, day: OutcomeValues
) -> None:
    models = {
        "dead": model_of("exact", 400),
        "cut": model_of("date", date(2015, 7, 20)),
        "ignored": model_of("exact", 1, role="check"),
    }
    truths = {"dead": count, "cut": day}
    matched = history_matching(
        pool, models, truths, COMPLETENESS, np.zeros((VECTORS, 2)), threshold=3.0
    )
    low = (np.log1p(400) - 5.0) / 2.0
    width = 3 * LUCK / 2.0
    left_by_count = min(1.0, low + width) - max(0.0, low - width)
    # Day 30 is expected at a quarter; three deviations of luck are 6 of the 40 days.
    left_by_day = 2 * 3 * np.sqrt(4 + 1 / 12) / 40
    assert matched.volume_left == pytest.approx(left_by_count * left_by_day, abs=0.015)
    assert [row.target for row in matched.rows] == ["dead", "cut"]
    dead, cut = matched.rows
    assert dead.ruled_out == pytest.approx(1 - left_by_count, abs=0.02)
    assert cut.ruled_out == pytest.approx(1 - left_by_day, abs=0.02)
    assert dead.ruled_out_alone == pytest.approx(left_by_day, abs=0.02)
    assert cut.ruled_out_alone == pytest.approx(left_by_count, abs=0.02)
    assert dead.least == pytest.approx(0.0, abs=0.05)
    assert dead.median > 1.0
    assert matched.threshold == 3.0
    assert json.dumps(asdict(matched))  # plain numbers, as they are written


def test_where_nothing_is_ruled_out_all_is_left(pool: Pool, count: OutcomeValues) -> None:
    models = {"dead": model_of("exact", 400, noise=3.0)}
    matched = history_matching(pool, models, {"dead": count}, COMPLETENESS, np.zeros((VECTORS, 1)))
    assert matched.volume_left == 1.0
    assert matched.rows[0].ruled_out == matched.rows[0].ruled_out_alone == 0.0
    assert matched.conflicts == []


def test_probabilities_of_another_shape_are_refused(pool: Pool, count: OutcomeValues) -> None:
    models = {"dead": model_of("exact", 400)}
    with pytest.raises(ValueError, match=r"shape \(8000, 2\); \(8000, 1\) is needed"):
        history_matching(pool, models, {"dead": count}, COMPLETENESS, np.zeros((VECTORS, 2)))


def logarithms(*columns: Float64 | Bool) -> Float64:
    with np.errstate(divide="ignore"):
        return np.log(np.stack(columns, axis=1).astype(np.float64))


def test_reports_that_never_come_true_together_are_in_conflict() -> None:
    where = np.random.default_rng(10).uniform(size=(20_000, 2))
    first, second, other = where[:, 0] < 0.3, where[:, 0] > 0.6, where[:, 1] < 0.5
    worst, *rest = conflicts(logarithms(first, other, second), ("first", "other", "second"))
    assert {worst.first, worst.second} == {"first", "second"}
    assert worst.ratio == worst.low == 0.0
    assert 0.0 < worst.high == pytest.approx(3 / (20_000 * 0.3 * 0.4), rel=0.05)
    assert all(pair.low < 1.0 < pair.high for pair in rest)


def test_the_ratio_is_that_of_coming_true_together_and_apart() -> None:
    where = np.random.default_rng(11).uniform(size=50_000)
    first, second = 0.02 + 0.9 * where, 0.9 - 0.8 * where
    (pair,) = conflicts(logarithms(first, second), ("first", "second"))
    # E[(a + b u)(c - d u)] over E[a + b u] E[c - d u], u uniform.
    together = 0.02 * 0.9 + (0.9 * 0.9 - 0.02 * 0.8) / 2 - 0.9 * 0.8 / 3
    assert pair.ratio == pytest.approx(together / (0.47 * 0.5), rel=0.01)
    assert pair.low < together / (0.47 * 0.5) < pair.high < 1.0
    (alike,) = conflicts(logarithms(where < 0.25, where < 0.25), ("one", "same"))
    assert alike.ratio == pytest.approx(4.0, rel=0.05)


def test_the_interval_of_independent_targets_holds_one_nineteen_times_in_twenty() -> None:
    random = np.random.default_rng(12)
    draws = random.uniform(size=(400, 1500, 2)) ** 2
    pairs = [conflicts(np.log(each), ("a", "b"))[0] for each in draws]
    held = np.mean([pair.low <= 1.0 <= pair.high for pair in pairs])
    assert held == pytest.approx(0.95, abs=0.035)


def test_a_factor_of_all_probabilities_changes_no_conflict() -> None:
    where = np.random.default_rng(13).uniform(size=(500, 2))
    plain = conflicts(np.log(where), ("a", "b"))[0]
    tiny = conflicts(np.log(where) - 2000.0, ("a", "b"))[0]
    assert tiny.ratio == pytest.approx(plain.ratio)
    assert (tiny.low, tiny.high) == pytest.approx((plain.low, plain.high))


def test_what_no_vector_can_give_is_in_conflict_with_no_target() -> None:
    where = np.random.default_rng(14).uniform(size=(500, 2))
    never = np.zeros(500)
    pairs = conflicts(logarithms(where[:, 0], never, where[:, 1]), ("a", "never", "b"))
    assert [(pair.first, pair.second) for pair in pairs] == [("a", "b")]


def test_the_ten_lowest_pairs_are_named_and_any_other_that_is_clearly_low() -> None:
    random = np.random.default_rng(15)
    names = tuple("abcdefghij")
    apart = conflicts(np.log(random.uniform(size=(2000, 10))), names)
    clearly = [pair for pair in apart if pair.high < 1.0]
    assert len(apart) == max(10, len(clearly))
    assert [pair.ratio for pair in apart] == sorted(pair.ratio for pair in apart)
    # Ten reports of which exactly one comes true: every pair is in conflict.
    one_of_ten = np.eye(10)[random.integers(0, 10, 2000)] + 0.01
    assert len(conflicts(np.log(one_of_ten), names)) == 45
