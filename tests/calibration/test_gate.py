"""What must hold of a calibration, and the paragraph that says whether it does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from calibration.gate import (
    asked_of,
    better_than_naive,
    calibrated_parameter,
    coverage_of_synthetic,
    inside_fresh_runs,
    inside_left_out,
    requirements,
    sharper_than_prior,
    verdict,
)
from calibration.kinds import ReportModel, report_model
from calibration.results import ParameterRow, Requirement, ScoreRow, TargetRow
from calibration.structures import Bool, Float64, ReportColumn, Target
from sim.outcomes.values import NOT_BY_THE_END

LATE = -1
"""In the tests' lists of reports: not by the end."""

ROW = TargetRow(
    id="dead",
    label="the dead",
    kind="at_least",
    role="fit",
    unit="fighters",
    reported="at least 9",
    reported_number=9.0,
    reported_label=None,
    prior_spread=None,
    posterior_spread=None,
    truth_spread=None,
    left_out_spread=None,
    prior_shares={},
    posterior_shares={},
    left_out_shares={},
    inside_prior_90=True,
    inside_posterior_90=True,
    inside_posterior_50=True,
    inside_left_out_90=True,
    width_ratio=0.4,
    luck_share=0.3,
    why="made up",
    model_limit="",
)
PARAMETER = ParameterRow(
    id="combat.pace",
    unit="1",
    low=0.0,
    high=1.0,
    p05=0.1,
    p50=0.5,
    p95=0.9,
    contraction=0.3,
    identified=True,
    coverage_50=0.5,
    coverage_90=0.9,
    rank_p_value=0.5,
    rank_histogram=[],
    recovery_correlation=0.7,
    calibrated=True,
    pool_difference=0.1,
    source="made up",
)
SCORE = ScoreRow(
    group="dates",
    what="Amuda",
    score="CRPS, days",
    posterior=1.0,
    prior=2.0,
    naive=3.0,
    naive_name="control stays",
    better=True,
)


def rows(number: int, missed: int, field: str) -> list[TargetRow]:
    return [replace(ROW, id=f"row_{i}", **{field: i >= missed}) for i in range(number)]  # type: ignore[arg-type]


def parameter(name: str, coverage: float | None, *, identified: bool = True) -> ParameterRow:
    return replace(
        PARAMETER,
        id=name,
        coverage_90=coverage,
        calibrated=calibrated_parameter(coverage),
        identified=identified,
    )


def duration(**fields: object) -> tuple[Target, ReportModel]:
    given = {"must": ("median_within_20_percent",), "reported": 30, "why": "made up", **fields}
    target = Target(
        id="length", outcome="length", kind="duration", role="fit", label="the length", **given
    )
    return target, report_model(target, start=date(2015, 6, 1), last_day=99)


def category(reported: str = "South", **fields: object) -> tuple[Target, ReportModel]:
    target = Target(
        id="last",
        outcome="last",
        kind="category",
        role="fit",
        reported=reported,
        label="the last district",
        must=("among_three_likeliest",),
        why="made up",
        **fields,
    )
    labels = ("Centre", "East", "North", "South", "West")
    return target, report_model(target, start=date(2015, 6, 1), last_day=99, labels=labels)


def reports(values: Sequence[float]) -> ReportColumn:
    numbers: Float64 = np.array(values, dtype=np.float64)
    return ReportColumn(np.where(numbers == LATE, 0.0, numbers), numbers != LATE)


def districts(model: ReportModel, **counts: int) -> ReportColumn:
    index = {name: model.labels.index(name) for name in counts if name != "late"}
    return reports([index.get(name, LATE) for name, count in counts.items() for _ in range(count)])


def everyone(column: ReportColumn) -> Bool:
    return np.ones(len(column.values), dtype=np.bool_)


def only(found: list[Requirement]) -> Requirement:
    (row,) = found
    return row


@pytest.mark.parametrize(
    ("coverage", "holds"),
    [(0.849, False), (0.85, True), (0.9, True), (0.95, True), (0.951, False), (None, None)],
)
def test_a_parameter_is_calibrated_from_85_to_95_percent(
    coverage: float | None, holds: bool | None
) -> None:
    assert calibrated_parameter(coverage) is holds


def test_one_parameter_outside_is_one_too_many_and_named() -> None:
    found = coverage_of_synthetic([parameter("a", 0.9), parameter("combat.pace", 0.84)])
    assert found.holds is False
    assert found.in_the_way == "outside: combat.pace (0.84)"
    assert "1 of 2 parameters" in found.measured
    assert "0.84 to 0.90" in found.measured


def test_parameters_that_are_not_identified_are_judged_too() -> None:
    found = coverage_of_synthetic([parameter("a", 0.9), parameter("b", 0.8, identified=False)])
    assert found.holds is False
    assert "1 of 1 identified" in found.measured


def test_coverage_without_synthetic_data_was_not_looked_at() -> None:
    found = coverage_of_synthetic([parameter("a", None)])
    assert (found.holds, found.measured, found.in_the_way) == (None, "not looked at", "")


@pytest.mark.parametrize(("missed", "holds"), [(0, True), (1, True), (2, False)])
def test_fresh_runs_must_hold_nine_targets_in_ten(missed: int, holds: bool) -> None:
    found = inside_fresh_runs(rows(10, missed, "inside_posterior_90"))
    assert found.holds is holds
    assert found.measured.startswith(f"{10 - missed} of 10 ({100 - 10 * missed}%)")


@pytest.mark.parametrize(("missed", "holds"), [(1, True), (2, True), (3, False)])
def test_eight_targets_in_ten_must_be_predicted_by_the_others(missed: int, holds: bool) -> None:
    assert inside_left_out(rows(10, missed, "inside_left_out_90")).holds is holds


def test_targets_that_were_not_left_out_are_not_counted() -> None:
    unjudged = replace(ROW, inside_left_out_90=None)
    found = inside_left_out([*rows(4, 0, "inside_left_out_90"), unjudged])
    assert found.measured == "4 of 4 (100%)"
    assert inside_left_out([unjudged]).holds is None


def test_what_in_the_model_stands_in_the_way_of_a_target_is_named() -> None:
    slow = replace(ROW, inside_posterior_90=False, model_limit="the model is slow")
    found = inside_fresh_runs([slow, ROW])
    assert found.in_the_way == "the dead: the model is slow"


@pytest.mark.parametrize(
    ("ratios", "holds"),
    [((0.5, 0.5), True), ((0.2, 0.8), True), ((0.5, 0.51), False), ((0.4, None), True)],
)
def test_intervals_must_be_half_as_wide_as_the_priors_on_average(
    ratios: tuple[float | None, ...], holds: bool
) -> None:
    found = sharper_than_prior([replace(ROW, width_ratio=ratio) for ratio in ratios])
    assert found.holds is holds
    assert f"over {sum(r is not None for r in ratios)} numbers" in found.measured


def test_the_widest_intervals_are_named_with_what_luck_makes_of_them() -> None:
    wide = replace(ROW, label="the date", width_ratio=1.2, luck_share=0.81)
    found = sharper_than_prior([ROW, wide])
    assert "the date" in found.in_the_way
    assert "81%" in found.in_the_way
    assert sharper_than_prior([ROW]).in_the_way == ""


@pytest.mark.parametrize(("better", "holds"), [(6, True), (4, True), (3, False)])
def test_two_thirds_of_the_record_must_be_forecast_better_than_naively(
    better: int, holds: bool
) -> None:
    scores = [replace(SCORE, better=i < better) for i in range(6)]
    found = better_than_naive(scores)
    assert found.holds is holds
    assert found.measured.startswith(f"{better} of 6")
    if better < 6:
        assert "dates" in found.in_the_way
        assert f"control stays is better in {6 - better} of 6" in found.in_the_way


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ([10, 20, 30, 40, 50], True),
        ([31, 32, 33, 34, 35], False),
        ([1, 2, 3, 4, 5], False),
        ([30, 30, LATE, LATE, LATE], True),
        ([20, LATE, LATE, LATE, LATE], False),
    ],
)
def test_inside_50_asks_for_the_middle_half_of_which_not_by_the_end_is_the_latest(
    values: list[float], holds: bool
) -> None:
    target, model = duration(must=("inside_50",))
    column = reports(values)
    assert only(asked_of(target, model, column, everyone(column))).holds is holds


def test_inside_50_says_which_interval_it_found() -> None:
    target, model = duration(must=("inside_50",))
    column = reports([10, 20, LATE, LATE])
    found = only(asked_of(target, model, column, everyone(column)))
    assert found.wanted == "30 days"
    assert found.measured == f"10 days to {NOT_BY_THE_END}"


def test_inside_50_of_something_reported_as_not_by_the_end() -> None:
    target, model = duration(must=("inside_50",), reported=NOT_BY_THE_END)
    late, soon = reports([3, LATE, LATE, LATE]), reports([0, 0, 0, 0])
    found = only(asked_of(target, model, late, everyone(late)))
    assert (found.holds, found.wanted) == (True, NOT_BY_THE_END)
    assert only(asked_of(target, model, soon, everyone(soon))).holds is False


@pytest.mark.parametrize(
    ("median", "holds"), [(23, False), (24, True), (30, True), (36, True), (37, False)]
)
def test_the_median_must_be_within_20_percent(median: int, holds: bool) -> None:
    target, model = duration()
    column = reports([1, median, 90, LATE, LATE, LATE])
    found = only(asked_of(target, model, column, everyone(column)))
    assert (found.holds, found.measured) == (holds, f"{median}")


def test_a_median_of_no_run_does_not_hold() -> None:
    target, model = duration()
    for column in (reports([LATE, LATE]), reports([])):
        found = only(asked_of(target, model, column, everyone(column)))
        assert (found.holds, found.measured) == (False, "no run")


def test_only_the_runs_that_are_given_are_counted_and_their_share_is_said() -> None:
    target, model = duration(given="siege_end")
    column = reports([30, 30, 30, 99, 99, 99, 99, 99])
    found = only(asked_of(target, model, column, np.arange(8) < 3))
    assert found.holds is True
    assert found.measured == "30 in the 38% of runs that end"
    found = only(asked_of(target, model, column, everyone(column)))
    assert found.holds is False


def test_the_label_must_be_among_the_three_likeliest() -> None:
    target, model = category()
    third = districts(model, Centre=5, East=4, South=3, West=2)
    fourth = districts(model, Centre=5, East=4, North=3, South=2)
    found = only(asked_of(target, model, third, everyone(third)))
    assert found.holds is True
    assert "number 3" in found.measured
    assert found.wanted == "South"
    found = only(asked_of(target, model, fourth, everyone(fourth)))
    assert found.holds is False
    assert "number 4" in found.measured
    assert "Centre 36%, East 29%, North 21%" in found.measured


def test_of_labels_equally_likely_the_order_of_their_names_decides_nothing() -> None:
    for reported in ("North", "South"):
        target, model = category(reported)
        column = districts(model, Centre=5, East=4, North=3, South=3)
        found = only(asked_of(target, model, column, everyone(column)))
        assert found.holds is True, reported
        assert "number 3" in found.measured


def test_a_label_that_never_comes_is_not_among_the_likeliest() -> None:
    target, model = category()
    column = districts(model, Centre=5)
    assert only(asked_of(target, model, column, everyone(column))).holds is False
    nothing = reports([])
    assert only(asked_of(target, model, nothing, everyone(nothing))).holds is False


def test_not_by_the_end_is_one_of_the_labels() -> None:
    target, model = category()
    column = districts(model, late=9, Centre=5, East=4, South=3)
    found = only(asked_of(target, model, column, everyone(column)))
    assert found.holds is False
    assert f"{NOT_BY_THE_END} 43%" in found.measured
    target, model = category(NOT_BY_THE_END)
    found = only(asked_of(target, model, column, everyone(column)))
    assert (found.holds, found.wanted) == (True, NOT_BY_THE_END)


def test_luck_and_the_limit_of_the_model_stand_in_the_way_of_what_does_not_hold() -> None:
    target, model = duration(model_limit="the model is slow")
    slow, right = reports([80, 80, 80]), reports([30, 30, 30])
    found = only(asked_of(target, model, slow, everyone(slow), luck=0.42))
    assert found.in_the_way.startswith("the model is slow; luck alone makes 42% of the variance")
    assert only(asked_of(target, model, slow, everyone(slow))).in_the_way == "the model is slow"
    assert only(asked_of(target, model, right, everyone(right), luck=0.42)).in_the_way == ""


def test_a_target_that_asks_for_nothing_gets_nothing() -> None:
    target, model = duration(must=())
    column = reports([30])
    assert asked_of(target, model, column, everyone(column)) == []


def test_a_target_may_ask_for_several_things() -> None:
    target, model = duration(must=("inside_50", "median_within_20_percent"))
    column = reports([30, 30])
    found = asked_of(target, model, column, everyone(column))
    assert [row.id for row in found] == ["length.inside_50", "length.median"]


def judged(
    *,
    fresh_runs: bool = True,
    scores: Sequence[ScoreRow] = (SCORE,),
    coverage: float | None = 0.9,
    targets: Sequence[TargetRow] = (ROW,),
) -> list[Requirement]:
    target, model = duration()
    column = reports([30, 30, 30])
    asked = asked_of(target, model, column, everyone(column))
    found = [
        parameter("combat.pace", coverage),
        parameter("other", None if coverage is None else 0.9),
    ]
    return requirements(targets, found, asked, scores, fresh_runs=fresh_runs)


def test_everything_that_must_hold_is_listed_once() -> None:
    found = judged()
    assert [row.id for row in found] == [
        "coverage",
        "inside",
        "width",
        "left_out",
        "length.median",
        "record",
    ]
    assert all(row.holds for row in found)


def test_only_fitted_targets_are_judged() -> None:
    check = replace(ROW, role="check", inside_posterior_90=False, width_ratio=9.0)
    found = {row.id: row for row in judged(targets=[ROW, check])}
    assert found["inside"].measured == "1 of 1 (100%)"
    assert found["width"].holds is True


def test_what_was_not_looked_at_is_listed_and_neither_holds_nor_fails() -> None:
    found = judged(fresh_runs=False, scores=())
    assert [row.id for row in found] == [row.id for row in judged()]
    unseen = {row.id: row for row in found if row.holds is None}
    assert list(unseen) == ["inside", "width", "length.median", "record"]
    for row in unseen.values():
        assert (row.measured, row.in_the_way) == ("not looked at", "")


def test_the_verdict_says_calibrated_where_all_holds() -> None:
    said = verdict(judged(), 1, 2, fresh_runs=True)
    assert said.startswith("CALIBRATED: ")
    assert "All requirements hold" in said
    assert "not looked at" not in said
    assert said.endswith("The article does not identify 1 of 2 parameters.")


def test_the_verdict_says_not_calibrated_and_names_the_parameter() -> None:
    said = verdict(judged(coverage=0.8), 1, 2, fresh_runs=True)
    assert said.startswith("NOT CALIBRATED: ")
    assert "combat.pace (0.80)" in said
    assert "All requirements hold" not in said


def test_the_verdict_names_what_does_not_hold_and_what_is_in_the_way() -> None:
    missed = replace(ROW, inside_posterior_90=False, model_limit="the model is slow")
    said = verdict(judged(targets=[missed]), 0, 2, fresh_runs=True)
    assert said.startswith("CALIBRATED: ")
    assert "1 of 6 requirements do not hold" in said
    assert "90% of the fitted targets" in said
    assert "the model is slow" in said
    assert "All requirements hold" not in said


def test_a_fit_that_was_never_tried_is_not_called_calibrated() -> None:
    said = verdict(judged(coverage=None), 0, 2, fresh_runs=True)
    assert said.startswith("NOT CALIBRATED: the fit was not tried on synthetic data sets.")


def test_the_verdict_says_what_was_not_looked_at() -> None:
    said = verdict(judged(fresh_runs=False, scores=()), 0, 2, fresh_runs=False)
    assert "4 of 6 were not looked at" in said
    assert "The model was not run anew" in said
