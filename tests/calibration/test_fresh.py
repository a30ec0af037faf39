"""Fresh runs with draws from the posterior."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration import fresh
from calibration.analysis import Analysis, analyse
from calibration.block_table import outcomes_of
from calibration.checks.luck import luck_share
from calibration.fresh import FreshRuns, drawn, run_fresh
from calibration.posterior_columns import completeness_of
from calibration.target_file import load_targets
from sim.engine.chunks import Chunk
from sim.engine.ensemble import Ensemble
from sim.engine.ensemble_folder import read_parts
from sim.outcomes.values import OutcomeValues
from sim.scenario import load
from tests.calibration import tiny

NUMBER = 24


@pytest.fixture(scope="module")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    home = tmp_path_factory.mktemp("fresh")
    scenario = load(tiny.write_scenario(home / tiny.NAME))
    return tiny.analysed(scenario, tiny.write_targets(home / "targets.toml"), home / "pool")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def runs(analysis: Analysis, folder: Path) -> FreshRuns:
    return run_fresh(analysis, NUMBER, folder)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[Chunk]:
    """The chunks that are simulated from here on."""
    seen: list[Chunk] = []
    results = Ensemble.results

    def noted(self: Ensemble, chunks: list[Chunk]) -> object:
        seen.extend(chunks)
        return results(self, chunks)

    monkeypatch.setattr(Ensemble, "results", noted)
    return seen


def assert_same(one: FreshRuns, other: FreshRuns) -> None:
    assert np.array_equal(one.unit, other.unit)
    for name, column in one.reports.items():
        assert np.array_equal(column.values, other.reports[name].values)
    for first, second in ((one.outcomes, other.outcomes), (one.again, other.again)):
        for name, outcome in first.items():
            assert np.array_equal(outcome.values, second[name].values)
            assert np.array_equal(outcome.by_end, second[name].by_end)


def the_folder(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_two_runs_of_a_draw_share_its_parameters(runs: FreshRuns, folder: Path) -> None:
    tables = [read_parts(the_folder(folder) / turn) for turn in ("first", "again")]
    for name, column in runs.columns.items():
        for table in tables:
            assert np.array_equal(table[name].to_numpy(), column)


def test_two_runs_of_a_draw_share_no_luck(runs: FreshRuns, folder: Path) -> None:
    first, again = (
        set(read_parts(the_folder(folder) / turn)["replicate"].to_pylist())
        for turn in ("first", "again")
    )
    assert len(first) == len(again) == NUMBER
    assert not first & again
    killed, killed_again = (each["blue_killed"].values for each in (runs.outcomes, runs.again))
    assert np.mean(killed != killed_again) > 0.5


def test_fresh_runs_share_no_luck_with_the_pool(runs: FreshRuns, analysis: Analysis) -> None:
    assert runs.seed not in analysis.pool.seed


def test_the_draws_are_those_of_the_posterior(runs: FreshRuns, analysis: Analysis) -> None:
    unit, rows, columns = drawn(analysis, NUMBER)
    assert np.array_equal(runs.unit, unit)
    assert np.array_equal(runs.rows, rows)
    assert set(rows.tolist()) <= set(analysis.posterior.rows.tolist())
    assert columns.keys() == runs.columns.keys()


def test_a_run_is_that_of_its_parameters_and_its_luck(runs: FreshRuns, analysis: Analysis) -> None:
    """The fifth draw, simulated alone, ends as it did among the others."""
    alone = Ensemble(
        analysis.pool.scenario,
        replicates=1,
        seed=runs.seed,
        first=5,
        parameters={name: column[5] for name, column in runs.columns.items()},
    ).run()
    for name, outcome in runs.outcomes.items():
        assert alone.outcomes[name].by_end[0] == outcome.by_end[5]
        assert alone.outcomes[name].values[0] == outcome.values[5] or outcome.kind == "category"


def test_what_is_there_is_not_simulated_again(
    runs: FreshRuns, analysis: Analysis, folder: Path, simulated: list[Chunk]
) -> None:
    assert_same(run_fresh(analysis, NUMBER, folder), runs)
    assert simulated == []


def test_only_what_is_missing_is_simulated(
    runs: FreshRuns, analysis: Analysis, tmp_path: Path, simulated: list[Chunk]
) -> None:
    run_fresh(analysis, NUMBER, tmp_path)
    first, again = (the_folder(tmp_path) / turn / "parts" for turn in ("first", "again"))
    kept = [path.stat().st_mtime_ns for path in first.iterdir()]
    for part in again.iterdir():
        part.unlink()
    simulated.clear()
    assert_same(run_fresh(analysis, NUMBER, tmp_path), runs)
    assert [int(chunk.replicates[0]) for chunk in simulated] == [NUMBER]
    assert [path.stat().st_mtime_ns for path in first.iterdir()] == kept


def test_another_posterior_has_another_folder_and_the_first_stays(
    runs: FreshRuns, analysis: Analysis, folder: Path, tmp_path: Path
) -> None:
    text = tiny.TARGETS.replace("reported = 8", "reported = 3")
    targets = load_targets(
        analysis.pool.scenario, tiny.write_targets(tmp_path / "targets.toml", text)
    )
    other = analyse(analysis.pool, targets, seed=analysis.seed)
    run_fresh(analysis, 4, tmp_path / "runs")
    (before,) = (tmp_path / "runs").iterdir()
    kept = {path: path.stat().st_mtime_ns for path in before.rglob("*")}
    run_fresh(other, 4, tmp_path / "runs")
    assert len(list((tmp_path / "runs").iterdir())) == 2
    assert {path: path.stat().st_mtime_ns for path in before.rglob("*")} == kept


def test_outcomes_keep_their_kinds(runs: FreshRuns, analysis: Analysis) -> None:
    """A length that is not over by the end is no number that is missing."""
    for outcomes in (runs.outcomes, runs.again):
        kinds = {name: outcome.kind for name, outcome in outcomes.items()}
        assert kinds == {name: outcome.kind for name, outcome in analysis.pool.outcomes.items()}
    length = runs.truths["siege_days"]
    assert length.kind == "duration"
    assert not length.by_end.all()


def test_the_luck_of_a_length_counts_the_runs_in_which_it_is_not_over(
    runs: FreshRuns, analysis: Analysis
) -> None:
    first, again = runs.truths["siege_days"], runs.truths_again["siege_days"]
    late = analysis.last_day + 1.0
    days = [np.where(each.by_end, each.values, late) for each in (first, again)]
    apart = np.mean((days[0] - days[1]) ** 2) / 2
    spread = np.mean((np.concatenate(days) - np.concatenate(days).mean()) ** 2)
    found = luck_share(first, again, analysis.last_day)
    assert found == pytest.approx(min(1.0, apart / spread))


def test_reports_are_of_the_first_runs_with_the_draws_own_completeness(
    runs: FreshRuns, analysis: Analysis
) -> None:
    killed = runs.truths["blue_killed"].values
    counted = completeness_of(analysis.ids, runs.unit, analysis.targets.completeness) * killed
    reported = runs.reports["blue_killed"].values
    near = np.abs(np.log1p(reported) - np.log1p(counted)) < 0.8
    assert near.mean() > 0.8
    assert reported.mean() < killed.mean()


def test_a_label_that_the_pool_never_had_is_a_label_that_was_not_reported(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fitted draw may end as no vector of the pool did: that is no fault."""

    def elsewhere(*arguments: object) -> dict[str, OutcomeValues]:
        found = outcomes_of(*arguments)  # type: ignore[arg-type]
        everywhere = np.ones(NUMBER, np.bool_)
        somewhere = np.zeros(NUMBER, np.int64)
        found["last_district"] = OutcomeValues("category", somewhere, everywhere, ("Elsewhere",))
        return found

    monkeypatch.setattr(fresh, "outcomes_of", elsewhere)
    runs = run_fresh(analysis, NUMBER, tmp_path)
    labels = analysis.models["last_district"].labels
    north = labels.index("North")
    reported = runs.reports["last_district"]
    assert np.mean(reported.by_end & (reported.values == north)) < 0.5


def test_runs_in_which_no_siege_is_over_are_no_fault(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a category is never there by the end, none of its labels is known."""

    def unfinished(table: object, scenario: object) -> dict[str, OutcomeValues]:
        found = outcomes_of(table, scenario)  # type: ignore[arg-type]
        nothing = np.zeros(NUMBER, np.int64)
        found["last_district"] = OutcomeValues(
            "category", nothing, nothing.astype(np.bool_), ("nowhere",)
        )
        return found

    monkeypatch.setattr(fresh, "outcomes_of", unfinished)
    runs = run_fresh(analysis, NUMBER, tmp_path)
    assert not runs.truths["last_district"].by_end.any()
    assert np.mean(~runs.reports["last_district"].by_end) > 0.5


def test_progress_counts_the_runs_of_both_turns(analysis: Analysis, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_fresh(analysis, 6, tmp_path, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (12, 12)


def test_another_explanation_of_a_target_simulates_nothing(
    runs: FreshRuns, analysis: Analysis, folder: Path, simulated: list[Chunk]
) -> None:
    """The folder is that of the draws: a changed word of explanation simulates nothing."""
    rows = tuple(row.model_copy(update={"why": "told anew"}) for row in analysis.targets.rows)
    other = replace(analysis, targets=replace(analysis.targets, rows=rows))
    assert_same(run_fresh(other, NUMBER, folder), runs)
    assert simulated == []
