"""Runs are kept, and what is kept is used again only for what it is of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from calibration.record import runs
from calibration.record.runs import Plan, kept_runs
from sim.engine.folders import ResultsError
from sim.experiments.validation import ensembles
from sim.outcomes.history import History
from sim.scenario.schema import Scenario

NAME = "kobane.is_fighters"
REPLICATES = 5


def keep(_: Scenario, history: History) -> ensembles.Arrays:
    return {"killed": history.killed.sum(axis=(0, 2, 3)), "held": history.controller[-1]}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return ensembles.kobane().with_values({"scenario.end": "2014-09-19"})


@pytest.fixture
def plans(scenario: Scenario) -> dict[str, Plan]:
    few = {NAME: np.full(REPLICATES, 2000.0)}
    return {"few": Plan(scenario, keep, few), "drawn": Plan(scenario, keep, {})}


def run(plans: dict[str, Plan], folder: Path, **others: object) -> dict[str, ensembles.Arrays]:
    settings = {"replicates": REPLICATES, "seed": 3, "workers": 1, "chunk": 2, **others}
    return kept_runs(plans, folder=folder, **settings)  # type: ignore[arg-type]


@pytest.fixture
def no_simulation(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(jobs: list[ensembles.Job], _: int) -> Iterator[tuple[int, ensembles.Arrays]]:
        assert not jobs
        return iter(())

    monkeypatch.setattr(runs, "run_jobs", refuse)


def same(one: dict[str, ensembles.Arrays], other: dict[str, ensembles.Arrays]) -> bool:
    return all(
        np.array_equal(array, other[plan][name])
        for plan, arrays in one.items()
        for name, array in arrays.items()
    )


def test_runs_are_those_of_the_validation_with_given_parameters(
    plans: dict[str, Plan], tmp_path: Path
) -> None:
    found = run(plans, tmp_path)
    for name, plan in plans.items():
        whole = ensembles.run_ensemble(
            plan.scenario, keep, replicates=REPLICATES, seed=3, parameters=plan.parameters
        )
        assert same({name: found[name]}, {name: whole})
    assert not np.array_equal(found["few"]["killed"], found["drawn"]["killed"])


def test_what_is_given_as_it_would_be_drawn_changes_nothing(scenario: Scenario) -> None:
    from sim.state.parameters import draw_from_priors

    drawn = draw_from_priors(scenario, seed=3, replicates=np.arange(2))
    given, own = (
        ensembles.run_ensemble(scenario, keep, replicates=2, seed=3, parameters=parameters)
        for parameters in ({NAME: drawn[NAME]}, None)
    )
    assert same({"": given}, {"": own})


def test_a_stopped_run_goes_on_without_losing_a_finished_chunk(
    plans: dict[str, Plan], tmp_path: Path
) -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done >= 4:
            raise StoppedError

    with pytest.raises(StoppedError):
        run(plans, tmp_path / "stopped", progress=stop)
    told: list[tuple[int, int]] = []
    resumed = run(
        plans, tmp_path / "stopped", progress=lambda done, total: told.append((done, total))
    )
    assert told == [(4, 10), (5, 10), (7, 10), (9, 10), (10, 10)]
    assert same(resumed, run(plans, tmp_path / "whole"))


@pytest.mark.usefixtures("no_simulation")
def test_finished_runs_are_not_run_again(tmp_path: Path, scenario: Scenario) -> None:
    plan = {"few": Plan(scenario, keep, {})}
    jobs = ensembles.jobs_of(scenario, keep, replicates=2, seed=3)
    kept: ensembles.Arrays = {"killed": np.arange(2), "held": np.zeros((2, 3), np.int8)}
    path = runs._path(tmp_path, "few", jobs[0])
    path.write_bytes(runs._bytes(kept, runs._fingerprint(jobs[0])))
    assert same(run(plan, tmp_path, replicates=2), {"few": kept})


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 damaged", b"no archive"])
def test_a_damaged_file_is_written_anew(
    plans: dict[str, Plan], tmp_path: Path, content: bytes
) -> None:
    first = run(plans, tmp_path)
    damaged = min(tmp_path.glob("few-*.npz"))
    damaged.write_bytes(content)
    assert same(run(plans, tmp_path), first)
    assert damaged.read_bytes() != content


def test_files_of_other_parameters_are_not_used(plans: dict[str, Plan], tmp_path: Path) -> None:
    first = run(plans, tmp_path)
    more = dict(plans, few=Plan(plans["few"].scenario, keep, {NAME: np.full(REPLICATES, 4900.0)}))
    assert not np.array_equal(run(more, tmp_path)["few"]["killed"], first["few"]["killed"])
    other_seed = run(plans, tmp_path, seed=4)
    assert not np.array_equal(other_seed["drawn"]["killed"], first["drawn"]["killed"])


def test_a_folder_that_cannot_be_made_is_refused(plans: dict[str, Plan], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ResultsError, match="cannot be written"):
        run(plans, tmp_path / "file")
