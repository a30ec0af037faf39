from __future__ import annotations

import shutil
import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from calibration import pool as pool_module
from calibration.block_table import joined
from calibration.pool import BLOCKS, make_pool, read_pool, sobol_points
from calibration.structures import Pool
from sim.engine.ensemble import Ensemble
from sim.engine.folders import ResultsError
from sim.outcomes.values import outcome_values
from sim.scenario import find_scenarios, load
from sim.scenario.schema import Scenario
from sim.state.parameters import prior_quantile

VECTORS = 16
NOT_SIMULATED = """
[[outcomes]]
id = "weddings"
measure = "not_simulated"
unit = "weddings"
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder = tmp_path_factory.mktemp("scenario") / "two-towns"
    shutil.copytree(find_scenarios()["two-towns"], folder)
    with (folder / "outcomes.toml").open("a") as outcomes:
        outcomes.write(NOT_SIMULATED)
    return load(folder)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "MOST_CHUNK", 3)


@pytest.fixture(scope="module")
def made(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a finished pool; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("made") / "pool"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool_module, "MOST_CHUNK", 3)
        make_pool(scenario, folder, vectors=VECTORS, seed=5)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "pool"))


def forget_table(folder: Path, seed: int) -> None:
    """Bring a block back to the state before its parts were put in one table."""
    (folder / f"seed-{seed}.parquet").unlink()


def assert_same(one: Pool, other: Pool) -> None:
    assert one.ids == other.ids
    for name in ("unit", "values", "block", "seed", "replicate"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert list(one.outcomes) == list(other.outcomes)
    for name, values in one.outcomes.items():
        found = other.outcomes[name]
        assert (values.kind, values.labels) == (found.kind, found.labels)
        assert np.array_equal(values.values, found.values)
        assert np.array_equal(values.by_end, found.by_end)


def test_points_are_quantiles_of_every_prior_in_the_scenarios_order(scenario: Scenario) -> None:
    ids, unit, values = sobol_points(scenario, 3, 50)
    uncertain = [name for name, row in scenario.parameters.items() if row.prior != "fixed"]
    assert list(ids) == uncertain
    assert unit.shape == values.shape == (50, len(uncertain))
    assert ((unit > 0) & (unit < 1)).all()
    for column, name in enumerate(ids):
        expected = prior_quantile(scenario.parameters[name], unit[:, column])
        assert np.array_equal(values[:, column], expected)


def test_points_fill_the_priors_more_evenly_than_luck_would(scenario: Scenario) -> None:
    _, unit, _ = sobol_points(scenario, 3, 256)
    counts = np.stack([np.bincount((column * 16).astype(int), minlength=16) for column in unit.T])
    assert (counts == 16).all()


def test_fewer_points_are_the_first_of_more(scenario: Scenario) -> None:
    assert np.array_equal(sobol_points(scenario, 3, 5)[1], sobol_points(scenario, 3, 70)[1][:5])


def test_another_seed_gives_other_points(scenario: Scenario) -> None:
    one, other = sobol_points(scenario, 3, 64)[1], sobol_points(scenario, 4, 64)[1]
    assert not np.isclose(one, other, atol=1e-6).all(axis=1).any()
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.1


@pytest.mark.parametrize("number", [1, 5, 25, 64])
def test_a_number_of_points_that_is_no_power_of_two_gives_no_warning(
    scenario: Scenario, number: int
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(sobol_points(scenario, 3, number)[1]) == number


def test_without_a_prior_or_a_number_there_are_no_points(scenario: Scenario) -> None:
    known = scenario.model_copy(update={"parameters": {}})
    with pytest.raises(ValueError, match="no parameter of scenario 'two-towns' has a prior"):
        sobol_points(known, 0, 4)
    with pytest.raises(ValueError, match="at least 1, found 0"):
        sobol_points(scenario, 0, 0)


def test_no_two_vectors_share_their_luck(scenario: Scenario, made: Path) -> None:
    pool = read_pool(scenario, made, VECTORS, 5)
    assert pool.size == VECTORS
    assert len(set(zip(pool.seed.tolist(), pool.replicate.tolist(), strict=True))) == VECTORS
    assert np.array_equal(pool.seed, 5 + pool.block)
    assert np.bincount(pool.block).tolist() == [VECTORS // BLOCKS] * BLOCKS
    assert len(np.unique(pool.unit, axis=0)) == VECTORS


def test_the_outcomes_are_those_of_each_vectors_own_run(scenario: Scenario, made: Path) -> None:
    pool = read_pool(scenario, made, VECTORS, 5)
    for row in (2, 13):
        run = Ensemble(
            scenario,
            replicates=1,
            seed=int(pool.seed[row]),
            first=int(pool.replicate[row]),
            parameters=dict(zip(pool.ids, pool.values[row].tolist(), strict=True)),
        ).run()
        for name, values in pool.outcomes.items():
            wanted = run.outcomes[name].one(0, start=scenario.start)
            assert values.one(row, start=scenario.start) == wanted
            assert values.kind == run.outcomes[name].kind


def test_outcomes_that_are_not_simulated_are_left_out(scenario: Scenario, made: Path) -> None:
    pool = read_pool(scenario, made, VECTORS, 5)
    rows = [row.id for row in scenario.outcomes]
    assert "weddings" in rows
    assert list(pool.outcomes) == [name for name in rows if name != "weddings"]


def test_a_pool_that_was_stopped_goes_on_where_it_was(
    scenario: Scenario, made: Path, tmp_path: Path
) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, _total: int) -> None:
        if done >= 11:
            raise StoppedError

    with pytest.raises(StoppedError):
        make_pool(scenario, tmp_path / "pool", vectors=VECTORS, seed=5, progress=stop)
    with pytest.raises(ResultsError, match="11 of 16 vectors so far"):
        read_pool(scenario, tmp_path / "pool", VECTORS, 5)
    calls: list[tuple[int, int]] = []
    again = make_pool(
        scenario,
        tmp_path / "pool",
        vectors=VECTORS,
        seed=5,
        progress=lambda done, total: calls.append((done, total)),
    )
    assert calls == [(11, 16), (14, 16), (16, 16)]
    assert_same(again, read_pool(scenario, made, VECTORS, 5))


def test_only_a_part_that_is_missing_is_simulated_again(scenario: Scenario, folder: Path) -> None:
    before = read_pool(scenario, folder, VECTORS, 5)
    forget_table(folder, 6)
    parts = sorted((folder / "seed-6" / "parts").iterdir())
    times = [part.stat().st_mtime_ns for part in parts]
    parts[1].unlink()
    with pytest.raises(ResultsError, match="13 of 16 vectors so far"):
        read_pool(scenario, folder, VECTORS, 5)
    calls: list[tuple[int, int]] = []
    after = make_pool(
        scenario,
        folder,
        vectors=VECTORS,
        seed=5,
        progress=lambda done, total: calls.append((done, total)),
    )
    assert calls == [(13, 16), (16, 16)]
    assert parts[1].is_file()
    assert [parts[i].stat().st_mtime_ns for i in (0, 2)] == [times[0], times[2]]
    assert_same(before, after)


def test_the_parts_and_the_table_of_a_block_hold_the_same(scenario: Scenario, folder: Path) -> None:
    from_tables = read_pool(scenario, folder, VECTORS, 5)
    forget_table(folder, 5)
    forget_table(folder, 6)
    assert_same(from_tables, read_pool(scenario, folder, VECTORS, 5))


def test_a_finished_pool_is_read_without_being_simulated(scenario: Scenario, folder: Path) -> None:
    before = read_pool(scenario, folder, VECTORS, 5)
    for seed in (5, 6):
        shutil.rmtree(folder / f"seed-{seed}")
    calls: list[tuple[int, int]] = []
    after = make_pool(
        scenario,
        folder,
        vectors=VECTORS,
        seed=5,
        progress=lambda done, total: calls.append((done, total)),
    )
    assert calls == [(16, 16)]
    assert_same(before, after)


def test_how_many_processes_share_the_work_changes_nothing(
    scenario: Scenario, made: Path, tmp_path: Path
) -> None:
    shared = make_pool(scenario, tmp_path / "pool", vectors=VECTORS, seed=5, workers=2)
    assert_same(shared, read_pool(scenario, made, VECTORS, 5))


@pytest.mark.parametrize(
    ("vectors", "seed", "said"),
    [(VECTORS, 6, "of seed 5, not 6"), (18, 5, "of number of vectors 16, not 18")],
)
def test_another_pool_is_refused(
    scenario: Scenario, made: Path, vectors: int, seed: int, said: str
) -> None:
    with pytest.raises(ResultsError, match=said):
        read_pool(scenario, made, vectors, seed)
    with pytest.raises(ResultsError, match=said):
        make_pool(scenario, made, vectors=vectors, seed=seed)


def test_a_pool_of_another_scenario_is_refused(scenario: Scenario, made: Path) -> None:
    with pytest.raises(ResultsError, match="of scenario 'two-towns', not 'hasakeh-2015'"):
        read_pool(load("hasakeh-2015"), made, VECTORS, 5)
    changed = scenario.with_values({"scenario.end": date(2015, 6, 8)})
    with pytest.raises(ResultsError, match="before scenario 'two-towns' was changed"):
        make_pool(changed, made, vectors=VECTORS, seed=5)


def test_a_folder_of_something_else_is_left_alone(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all")
    with pytest.raises(ResultsError, match="something else"):
        make_pool(scenario, tmp_path, vectors=VECTORS, seed=5)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(ResultsError, match="There is no pool"):
        read_pool(scenario, tmp_path, VECTORS, 5)


def test_a_number_of_vectors_that_does_not_divide_is_refused(
    scenario: Scenario, tmp_path: Path
) -> None:
    for vectors in (0, 1, 15):
        with pytest.raises(ValueError, match=f"multiple of 2, found {vectors}"):
            make_pool(scenario, tmp_path / "pool", vectors=vectors)
    assert not (tmp_path / "pool").exists()


def test_a_damaged_table_is_refused(scenario: Scenario, folder: Path) -> None:
    path = folder / "seed-5.parquet"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ResultsError, match="is damaged; delete it"):
        read_pool(scenario, folder, VECTORS, 5)


def test_vectors_that_are_not_those_of_the_seed_are_refused(
    scenario: Scenario, folder: Path
) -> None:
    path = folder / "seed-5.parquet"
    table = pq.read_table(path)
    name = sobol_points(scenario, 5, 1)[0][3]
    column = table[name].to_numpy().copy()
    column[4] *= 1.01
    pq.write_table(
        table.set_column(table.column_names.index(name), name, [column]),
        path,
    )
    with pytest.raises(ResultsError, match=f"not those of its seed: '{name}' differs"):
        read_pool(scenario, folder, VECTORS, 5)


def test_a_table_that_lacks_an_outcome_is_refused(scenario: Scenario, folder: Path) -> None:
    path = folder / "seed-5.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["blue_killed"]), path)
    with pytest.raises(ResultsError, match="lacks outcome 'blue_killed'"):
        read_pool(scenario, folder, VECTORS, 5)


def test_labels_agree_between_blocks() -> None:
    first = outcome_values("category", [0, 1, 0], [True, True, False], ("Askari", "Zuhur"))
    second = outcome_values("category", [0, 1], [True, True], ("Nashwa", "Zuhur"))
    both = joined([first, second])
    assert both.labels == ("Askari", "Nashwa", "Zuhur")
    assert [both.one(row, start=date(2015, 6, 1)) for row in range(5)] == [
        "Askari",
        "Zuhur",
        "not by the end",
        "Nashwa",
        "Zuhur",
    ]


def test_a_block_in_which_a_category_never_comes_adds_no_label() -> None:
    first = outcome_values("category", [0, 0], [False, False], ("none",))
    second = outcome_values("category", [0], [True], ("Zuhur",))
    both = joined([first, second])
    assert both.labels == ("Zuhur",)
    assert both.by_end.tolist() == [False, False, True]
