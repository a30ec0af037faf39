"""A whole analysis of the smallest scenario."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.engine.folders import ResultsError
from sim.experiments.executors import inline
from sim.experiments.sensitivity import evaluation
from sim.experiments.sensitivity.evaluation import Points, evaluate
from sim.experiments.sensitivity.faults import SensitivityError
from sim.experiments.sensitivity.heat_map import figure_bytes
from sim.experiments.sensitivity.result import (
    MorrisEffect,
    SensitivityResult,
    SobolEffect,
    load_sensitivity,
)
from sim.experiments.sensitivity.run import Analysis, carry_out, plan, result_of, sensitivity
from sim.scenario import load
from tests.experiments.sensitivity.stand_ins import trajectories

NAMES = (
    "any_kind.clearing_km2_per_fighter_day",
    "combat.attrition_of_defenders_per_day",
    "civilians.quiet_days",  # nobody lives in the two towns
)
SMALL = {"method": "sobol", "parameters": NAMES, "points": 32, "replicates": 2, "seed": 3}


@pytest.fixture(scope="module")
def small() -> SensitivityResult:
    return sensitivity("two-towns", **SMALL)


@pytest.fixture(scope="module")
def larger() -> SensitivityResult:
    return sensitivity("two-towns", **{**SMALL, "points": 128, "replicates": 4})


@pytest.fixture(scope="module")
def screened() -> SensitivityResult:
    """A Morris analysis, of trajectories made without SALib."""
    scenario = load("two-towns")
    design = trajectories(len(NAMES), 10, seed=1)
    points = Points(scenario, 3, NAMES, design.points, 4, None)
    analysis = Analysis(
        method="morris",
        design=design,
        points=points,
        numbers={"trajectories": 10, "levels": 4},
        outcomes=("north_taken", "blue_killed"),
        resamples=500,
    )
    return carry_out(analysis, executors=inline())


def test_a_parameter_that_nothing_hangs_on_has_no_share(small: SensitivityResult) -> None:
    for spread in small.spreads:
        found = small.effect(spread.quantity.id, "civilians.quiet_days")
        assert isinstance(found, SobolEffect)
        assert found.total_of_run.value == 0
        assert found.within_noise
    assert "civilians.quiet_days" not in small.most_important(3)


def test_clearing_faster_takes_the_town_earlier(
    larger: SensitivityResult, screened: SensitivityResult
) -> None:
    clearing = NAMES[0]
    shares = larger.effect("north_taken", clearing)
    assert isinstance(shares, SobolEffect)
    assert shares.total is not None
    assert shares.total.value > 0.3
    assert not shares.within_noise
    effect = screened.effect("north_taken", clearing)
    assert isinstance(effect, MorrisEffect)
    assert effect.mu < 0
    assert not effect.within_noise
    assert set(screened.most_important(3)) == set(larger.most_important(3)) == set(NAMES[:2])
    assert screened.effect("north_taken", NAMES[2]).within_noise


def test_points_of_a_block_share_their_luck_and_blocks_do_not() -> None:
    points = Points(load("two-towns"), 3, NAMES, np.zeros((3, 2, 3)), 4, None)
    numbers = np.concatenate([part.chunk.replicates for part in points.parts()])
    expected = [[*range(4)] * 2, [*range(4, 8)] * 2, [*range(8, 12)] * 2]
    np.testing.assert_array_equal(numbers.reshape(3, 8), expected)
    found = evaluate(points, executors=inline())["blue_killed"].values.reshape(3, 2, 4)
    np.testing.assert_array_equal(found[:, 0], found[:, 1])
    assert (found[0] != found[1]).any()


def test_a_parameter_runs_from_the_low_to_the_high_end_of_its_prior() -> None:
    scenario = load("two-towns")
    ends = np.array([[[0.0] * 3, [1.0] * 3]] * 2)
    (part,) = Points(scenario, 3, NAMES, ends, 1, None).parts()
    for name in NAMES:
        row = scenario.parameters[name]
        np.testing.assert_allclose(part.chunk.parameters[name], [row.low, row.high] * 2)


def test_chunks_change_no_result(small: SensitivityResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "usual_chunk", lambda scenario: 37)
    assert sensitivity("two-towns", **SMALL) == small


def test_two_workers_give_the_same_result(
    small: SensitivityResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "usual_chunk", lambda scenario: 100)
    assert sensitivity("two-towns", **SMALL, workers=2) == small


def test_a_folder_is_filled_and_the_same_call_runs_only_what_is_missing(
    small: SensitivityResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "usual_chunk", lambda scenario: 100)
    folder = tmp_path / "analysis"
    done: list[int] = []
    assert sensitivity("two-towns", **SMALL, folder=folder, progress=lambda n, _: done.append(n))
    assert done == [100, 200, 300, 320]
    names = {path.name for path in folder.iterdir()}
    assert names == {
        *("design.json", "scenario.json", "parts", "result.json", "table.csv"),
        *("heat_map.svg", "heat_map.png"),
    }
    assert load_sensitivity(folder) == small
    before = {name: (folder / name).read_bytes() for name in names - {"parts"}}
    next((folder / "parts").glob("*00000100-*")).unlink()
    done.clear()
    again = sensitivity("two-towns", **SMALL, folder=folder, progress=lambda n, _: done.append(n))
    assert done == [320]
    assert again == small
    assert {name: (folder / name).read_bytes() for name in before} == before


def test_another_analysis_or_a_damaged_part_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "analysis"
    sensitivity("two-towns", **SMALL, folder=folder)
    with pytest.raises(ResultsError, match="holds another analysis"):
        sensitivity("two-towns", **{**SMALL, "seed": 4}, folder=folder)
    part = next((folder / "parts").iterdir())
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(ResultsError, match=r"is damaged .* delete it to run it again"):
        sensitivity("two-towns", **SMALL, folder=folder)


def test_a_part_that_fails_is_told_in_a_sentence_and_kept_as_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(part: evaluation.Part) -> bytes:
        raise RuntimeError("no luck")

    monkeypatch.setattr(evaluation, "run_part", fail)
    with pytest.raises(SensitivityError, match=r"1 of 1 parts failed.*RuntimeError: no luck"):
        sensitivity("two-towns", **{**SMALL, "points": 16}, folder=tmp_path / "analysis")
    (record,) = (tmp_path / "analysis" / "failures").iterdir()
    assert json.loads(record.read_text())["message"] == "no luck"


def test_the_number_of_runs_is_known_before_anything_is_run() -> None:
    assert plan("two-towns", **SMALL).points.runs == 32 * 5 * 2


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"method": "fast"}, "method: found 'fast'"),
        ({"replicates": 1}, "replicates: found 1; allowed: 2 or more"),
        ({"points": 100}, "points: found 100; allowed: a power of two"),
        ({"parameters": []}, "parameters: found none"),
        ({"parameters": ["combat.killed_shar"]}, "for instance 'combat.killed_share'"),
        ({"parameters": ["combat.reference_strength"]}, "allowed: parameters with a prior"),
        ({"outcomes": ["north"]}, "outcomes: found 'north'; .* instance 'north_taken'"),
        ({"until": date(1999, 1, 1)}, "until: found 1999-01-01; allowed"),
        ({"workers": 0}, "workers: found 0"),
        ({"resamples": 5}, "resamples: found 5"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(asked: dict, message: str) -> None:
    with pytest.raises(SensitivityError, match=message):
        sensitivity("two-towns", **{**SMALL, **asked})


def test_where_nothing_varies_there_is_nothing_to_explain() -> None:
    start = load("two-towns").start
    with pytest.raises(SensitivityError, match="there is nothing to explain"):
        sensitivity("two-towns", **{**SMALL, "until": start, "outcomes": ["north_taken"]})


def test_the_table_has_a_row_for_each_quantity_and_parameter(
    larger: SensitivityResult, screened: SensitivityResult
) -> None:
    for result, column in ((larger, "total"), (screened, "mu_star")):
        table = result.table()
        assert len(table) == len(result.spreads) * 3
        assert {f"{column}_low", column, f"{column}_high", "within_noise"} <= set(table.columns)
        first = table[table["quantity"] == "north_taken"].iloc[0]
        assert first["parameter"] == NAMES[0]
        assert first["parameter_high"] == 0.02
        assert not first["within_noise"]


def test_json_gives_the_result_back(small: SensitivityResult, screened: SensitivityResult) -> None:
    for result in (small, screened):
        plain = json.loads(json.dumps(result.to_json(), allow_nan=False))
        assert SensitivityResult.from_json(plain) == result
    for damaged in ({"format": "else"}, {**plain, "spreads": [{}]}, {**plain, "effects": 3}):
        with pytest.raises(ValueError, match="no khabur sensitivity"):
            SensitivityResult.from_json(damaged)


def test_a_folder_without_a_result_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"result\.json"):
        load_sensitivity(tmp_path)
    (tmp_path / "result.json").write_text("{}")
    with pytest.raises(ResultsError, match="cannot be read"):
        load_sensitivity(tmp_path)


def test_the_heat_map_names_rows_and_columns_and_is_the_same_each_time(
    larger: SensitivityResult, screened: SensitivityResult
) -> None:
    for result in (larger, screened):
        figure = result.heat_map(most=2)
        words = [text.get_text() for axis in figure.axes for text in axis.get_yticklabels()]
        assert {"north_taken", "P(north_taken, by the end)", "blue_killed"} <= set(words)
        columns = [text.get_text() for text in figure.axes[0].get_xticklabels()]
        assert columns == list(result.most_important(2))
        for form in ("svg", "png"):
            assert figure_bytes(figure, form) == figure_bytes(result.heat_map(most=2), form)


def test_the_heat_map_takes_any_label_and_only_the_outcomes_asked_for(
    screened: SensitivityResult,
) -> None:
    spreads = tuple(
        dataclasses.replace(
            spread, quantity=dataclasses.replace(spread.quantity, label="$x^{$ " + "long " * 40)
        )
        for spread in screened.spreads
    )
    odd = dataclasses.replace(screened, spreads=spreads, scenario="$_{")
    figure = odd.heat_map(outcomes=("blue_killed",))
    assert len(figure.axes[0].get_yticklabels()) == 1
    assert b"long" in figure_bytes(figure, "svg")
    with pytest.raises(ValueError, match="nothing to draw"):
        screened.heat_map(outcomes=("else",))
    with pytest.raises(ValueError, match="most: found 0"):
        screened.heat_map(most=0)


def test_a_result_of_luck_alone_can_be_drawn(screened: SensitivityResult) -> None:
    effects = tuple(dataclasses.replace(one, within_noise=True) for one in screened.effects)
    figure = dataclasses.replace(screened, effects=effects).heat_map()
    shown = {text.get_text() for text in figure.axes[0].texts}
    assert shown == {"·"}


def test_morris_by_salib_screens_all_parameters_with_a_prior(tmp_path: Path) -> None:
    pytest.importorskip("SALib")
    result = sensitivity("two-towns", trajectories=2, replicates=2, folder=tmp_path / "all")
    uncertain = [row for row in load("two-towns").parameters.values() if row.prior != "fixed"]
    assert result.method == "morris"
    assert len(result.parameters) == len(uncertain)
    assert result.runs == 2 * (len(uncertain) + 1) * 2
    assert load_sensitivity(tmp_path / "all") == result


def test_results_need_no_runs_again(small: SensitivityResult) -> None:
    planned = plan("two-towns", **SMALL)
    outcomes = evaluate(planned.points, executors=inline())
    assert result_of(planned, outcomes) == small
