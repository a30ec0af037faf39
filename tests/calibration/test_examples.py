"""Runs that agree with what was reported, and commands that replay them."""

import csv
import shlex
import tomllib
from pathlib import Path

import numpy as np
import pytest

from calibration.analysis import analyse
from calibration.examples import FOLDER, find_examples, lacking_of, write_examples
from calibration.pool import make_pool
from calibration.results import ExampleRow
from calibration.structures import Pool, Targets
from sim.engine.run import run_campaign
from sim.outcomes.compute import compute_outcomes
from sim.scenario import load

SHOWN = ("blue_killed", "north_taken", "siege_days", "last_district", "south_held")
MADE = "khabur calibrate toy --out somewhere"


@pytest.fixture(scope="module")
def log_probability(toy_pool: Pool, toy_targets: Targets) -> np.ndarray:
    return analyse(toy_pool, toy_targets, seed=1).log_probability()


@pytest.fixture
def examples(toy_pool: Pool, log_probability: np.ndarray, tmp_path: Path) -> list[ExampleRow]:
    return find_examples(toy_pool, log_probability, SHOWN, tmp_path)


def row_of(pool: Pool, example: ExampleRow) -> int:
    same = (pool.seed == example.seed) & (pool.replicate == example.replicate)
    (row,) = np.flatnonzero(same)
    return int(row)


def test_the_best_come_first(examples: list[ExampleRow]) -> None:
    assert len(examples) == 5
    distances = [example.distance for example in examples]
    assert distances == sorted(distances)
    assert distances[0] >= 0


def test_examples_agree_with_what_was_reported(examples: list[ExampleRow]) -> None:
    """At least 120 dead, of whom a part is counted, 9 days, South last and held."""
    best = examples[0].outcomes
    assert (best["last_district"], best["south_held"]) == ("South", "true")
    for example in examples:
        assert abs(int(example.outcomes["siege_days"]) - 9) <= 2
        assert 120 < int(example.outcomes["blue_killed"]) < 400


def test_no_run_of_the_pool_agrees_better(
    toy_pool: Pool, log_probability: np.ndarray, examples: list[ExampleRow]
) -> None:
    total = log_probability.sum(axis=1)
    assert row_of(toy_pool, examples[0]) == int(np.argmax(total))


def test_examples_are_different(examples: list[ExampleRow]) -> None:
    told = [tuple(example.outcomes.items()) for example in examples]
    assert len(set(told)) == len(told)


def test_runs_that_tell_the_same_are_taken_once(
    toy_pool: Pool, log_probability: np.ndarray, tmp_path: Path
) -> None:
    found = find_examples(toy_pool, log_probability, ("south_held",), tmp_path, number=9)
    assert [example.outcomes["south_held"] for example in found] == ["true", "false"]


def test_a_run_that_makes_what_was_reported_impossible_is_no_example(
    toy_pool: Pool, tmp_path: Path
) -> None:
    matrix = np.full((toy_pool.size, 2), -np.inf)
    matrix[7] = -1.0
    found = find_examples(toy_pool, matrix, SHOWN, tmp_path)
    assert [row_of(toy_pool, example) for example in found] == [7]
    assert found[0].distance == 0


def test_a_target_that_no_run_makes_possible_decides_nothing() -> None:
    matrix = np.array([[-1.0, -np.inf], [-3.0, -np.inf]])
    assert lacking_of(matrix).tolist() == [0, 2]


def test_what_is_lacking_is_counted_from_the_best_of_each_target() -> None:
    matrix = np.array([[-1.0, -5.0], [-2.0, -3.0], [-1.0, -3.0]])
    assert lacking_of(matrix).tolist() == [2, 1, 0]


def test_probabilities_of_another_pool_are_refused(toy_pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2000 runs are needed"):
        find_examples(toy_pool, np.zeros((3, 2)), SHOWN, tmp_path)


def test_the_command_names_luck_and_table(
    toy_pool: Pool, examples: list[ExampleRow], tmp_path: Path
) -> None:
    write_examples(toy_pool, examples, tmp_path, MADE)
    for example in examples:
        words = shlex.split(example.command)
        assert words[:3] == ["khabur", "run", "toy"]
        options = dict(zip(words[3::2], words[4::2], strict=True))
        assert options["--seed"] == str(example.seed)
        assert options["--replicate"] == str(example.replicate)
        assert Path(options["--posterior-from"]).is_file()


def test_a_folder_with_a_blank_is_quoted(
    toy_pool: Pool, log_probability: np.ndarray, tmp_path: Path
) -> None:
    (example, *_) = find_examples(toy_pool, log_probability, SHOWN, tmp_path / "my results")
    table = shlex.split(example.command)[-1]
    assert table == (tmp_path / "my results" / FOLDER / "example-1.csv").as_posix()


def test_the_table_holds_every_digit_of_every_parameter(
    toy_pool: Pool, examples: list[ExampleRow], tmp_path: Path
) -> None:
    folder = write_examples(toy_pool, examples, tmp_path, MADE)
    for example in examples:
        with (folder / f"{example.name}.csv").open(newline="") as file:
            header, *rows = list(csv.reader(file))
        assert header == list(toy_pool.ids)
        assert len(rows) == 1
        wanted = toy_pool.values[row_of(toy_pool, example)]
        assert [float(cell) for cell in rows[0]] == wanted.tolist()


def test_what_lies_beside_a_table_says_that_it_is_an_example(
    toy_pool: Pool, examples: list[ExampleRow], tmp_path: Path
) -> None:
    folder = write_examples(toy_pool, examples, tmp_path, MADE)
    about = tomllib.loads((folder / "example-1.toml").read_text())
    assert about["command"] == MADE
    assert about["replay"] == examples[0].command
    assert about["draws"] == 1
    assert about["calibrated"] is False
    assert "an example, not a result" in about["verdict"]


def test_an_example_that_the_pool_does_not_have_is_refused(
    toy_pool: Pool, examples: list[ExampleRow], tmp_path: Path
) -> None:
    stranger = ExampleRow(**{**vars(examples[0]), "seed": 99})
    with pytest.raises(ValueError, match="0 vectors of the pool"):
        write_examples(toy_pool, [stranger], tmp_path, MADE)


def test_a_run_with_the_table_is_the_pools_own(tmp_path: Path) -> None:
    """The same parameters and the same luck: every outcome, of every example."""
    scenario = load("two-towns")
    pool = make_pool(scenario, tmp_path / "pool", vectors=4, seed=3)
    matrix = -np.arange(4.0)[:, None]
    shown = list(pool.outcomes)
    examples = find_examples(pool, matrix, shown, tmp_path)
    folder = write_examples(pool, examples, tmp_path, MADE)
    assert examples
    for example in examples:
        with pytest.warns(UserWarning, match="an example, not a result"):
            record = run_campaign(
                scenario,
                seed=example.seed,
                replicate=example.replicate,
                posterior=folder / f"{example.name}.csv",
            )
        row = row_of(pool, example)
        again = compute_outcomes(scenario, record.history)
        for name, outcome in pool.outcomes.items():
            assert again[name].by_end[0] == outcome.by_end[row]
            assert again[name].values[0] == outcome.values[row]
        for i, name in enumerate(pool.ids):
            assert record.parameters[name] == pool.values[row, i]
