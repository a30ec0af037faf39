"""Sweeps from Python: the same rows wherever they run, and failures that can be replayed."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from sim import cli
from sim.engine.folders import ResultsError
from sim.experiments import replay
from sim.experiments.design import Design, DesignError, design_of
from sim.experiments.design_rows import load_scenarios, rows_of
from sim.experiments.executors import dask_cluster, inline, local_processes
from sim.experiments.failures import WORKER_DIED, Failure
from sim.experiments.jobs import Job, Jobs, jobs_of
from sim.experiments.replay import TOGETHER, command_for, run_or_blame, with_replay
from sim.experiments.sweep import Sweep, local, run_sweep
from sim.scenario import ScenarioError
from tests.experiments.broken_kinds import FAULT, Desperate, Leaving
from tests.experiments.running_jobs import ROOT

NAME = "combat.killed_share"
FIELDS = {
    "scenario": "two-towns",
    "seed": 5,
    "replicates": 10,
    "parameters": {NAME: [0.22, 0.33]},
    "until": "2015-06-20",
}
GUILTY = 2  # the replicate in which fighters become few


def small(**fields: Any) -> Design:
    """Return a design of twenty runs."""
    return design_of({**FIELDS, **fields})


def in_fives(design: Design, kinds: Any = None) -> Jobs:
    """Return the jobs of a design, each of five runs."""
    scenarios = load_scenarios(design)
    return jobs_of(design, scenarios, rows_of(design, scenarios), kinds=kinds, chunk=5)


def swept(folder: Path, design: Design | None = None, kinds: Any = None, **options: Any) -> Sweep:
    """Run a small design in jobs of five runs."""
    design = design or small()
    return run_sweep(design, folder, jobs=in_fives(design, kinds), **options)


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "parts").iterdir()}


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Path:
    """A small sweep that was run in this process."""
    return swept(tmp_path_factory.mktemp("sweep") / "here").folder


@pytest.fixture
def fault(tmp_path, monkeypatch) -> Path:
    """A file; while it is there, broken kinds raise."""
    path = tmp_path / "fault"
    path.touch()
    monkeypatch.setenv(FAULT, str(path))
    return path


def assert_same(folder: Path, other: Path) -> None:
    pd.testing.assert_frame_equal(
        sim.load_results(folder), sim.load_results(other), check_exact=True
    )
    assert parts(folder) == parts(other)


def test_rows_are_the_same_to_the_bit_with_one_worker_and_with_two(here, tmp_path):
    done = swept(tmp_path / "two", executors=local_processes(2))
    assert done.complete
    assert_same(done.folder, here)


def test_rows_are_the_same_to_the_bit_on_a_cluster(here, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        done = swept(tmp_path / "dask", executors=dask_cluster(cluster.scheduler_address))
    assert done.complete
    assert_same(done.folder, here)


def test_rows_do_not_depend_on_how_they_are_cut_into_jobs(here, tmp_path):
    done = run_sweep(small(), tmp_path / "whole")
    assert len(parts(done.folder)) == 1 < len(parts(here))
    rows, again = sim.load_results(here), sim.load_results(done.folder)
    pd.testing.assert_frame_equal(rows, again, check_exact=True)


def test_what_is_done_is_told_before_and_after_every_job(tmp_path):
    told: list[tuple[int, int]] = []
    done = swept(tmp_path / "sweep", progress=lambda *at: told.append(at))
    assert told == [(0, 20), (5, 20), (10, 20), (15, 20), (20, 20)]
    assert (done.done_before, done.complete, done.failures) == (0, True, ())
    told.clear()
    done = swept(tmp_path / "sweep", progress=lambda *at: told.append(at))
    assert told == [(20, 20)]
    assert (done.done_before, done.complete) == (20, True)


def test_a_design_that_grows_does_only_what_is_new(tmp_path, monkeypatch):
    folder = tmp_path / "sweep"
    run_sweep(small(), folder)
    pairs: list[tuple[str, int]] = []

    def counted(job: Job) -> bytes:
        pairs.extend(zip(job.row_ids, job.replicates.tolist(), strict=True))
        return run_or_blame(job)

    monkeypatch.setattr("sim.experiments.sweep.run_or_blame", counted)
    larger = small(replicates=12, parameters={NAME: [0.22, 0.27, 0.33]})
    done = run_sweep(larger, folder)
    assert (done.done_before, len(pairs), len(set(pairs))) == (20, 16, 16)
    fresh = run_sweep(larger, tmp_path / "fresh")
    pd.testing.assert_frame_equal(
        sim.load_results(folder), sim.load_results(fresh.folder), check_exact=True
    )


def test_a_design_that_makes_no_sense_leaves_no_folder(tmp_path):
    for fields in ({"scenario": "nowhere"}, {"parameters": {"no.such": [1.0]}}):
        with pytest.raises(ScenarioError) as refused:
            run_sweep(small(**fields), tmp_path / "sweep")
        assert isinstance(refused.value, DesignError)
    assert not (tmp_path / "sweep").exists()


def record(done: Sweep) -> dict[str, str]:
    """Return the one failure record of a sweep, and check that it can be read."""
    (path,) = done.failures
    Failure.from_json(path.read_bytes())
    found: dict[str, str] = json.loads(path.read_text())
    return found


@pytest.mark.parametrize("workers", [1, 2])
def test_a_job_that_raises_leaves_a_record_and_the_rest_is_done(here, tmp_path, fault, workers):
    kinds = {"red_force": Desperate}
    done = swept(tmp_path / "sweep", small(), kinds, executors=local(workers))
    assert not done.complete
    assert (done.manifest["runs_done"], done.manifest["jobs_failed"]) == (10, 2)
    for path in done.failures:
        failure = Failure.from_json(path.read_bytes())
        assert (failure.type, failure.message) == ("ValueError", "too few to decide")
        assert "broken_kinds.py" in failure.traceback
        assert f"Of 5 runs in this job, number {GUILTY + 1} raises by itself." in failure.traceback
    rows = sim.load_results(done.folder)
    whole = sim.load_results(here)
    kept = whole[whole["replicate"] >= 5].reset_index(drop=True)
    columns = [NAME, "replicate", "north_taken", "blue_killed"]
    pd.testing.assert_frame_equal(rows[columns], kept[columns], check_exact=True)


def test_a_sweep_whose_fault_is_gone_completes_and_the_records_go(here, tmp_path, fault):
    kinds = {"red_force": Desperate}
    folder = swept(tmp_path / "sweep", small(), kinds).folder
    before = {path: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()}
    again = swept(folder, small(), kinds)
    assert len(again.failures) == 2  # it is tried again, and fails again
    fault.unlink()
    done = swept(folder, small(), kinds)
    assert (done.complete, done.done_before, done.failures) == (True, 10, ())
    assert not list((folder / "failures").iterdir())
    assert {path: path.stat().st_mtime_ns for path in before} == before
    outcomes = ["replicate", "north_taken", "blue_killed"]
    pd.testing.assert_frame_equal(
        sim.load_results(folder)[outcomes], sim.load_results(here)[outcomes], check_exact=True
    )


def test_the_command_of_a_record_does_the_run_that_raised(tmp_path, fault):
    design = small(parameters={NAME: [0.33]})
    done = swept(tmp_path / "sweep", design, {"red_force": Desperate})
    command = shlex.split(record(done)["replay"])
    assert command[:2] == ["python", "-c"]
    assert "'" not in command[2]  # it is read and copied by people
    assert f"replicate={GUILTY}" in command[2]

    def replayed() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command[1:]],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    failed = replayed()
    assert failed.returncode == 1
    assert failed.stderr.endswith("ValueError: too few to decide\n")
    fault.unlink()
    assert replayed().returncode == 0


def test_where_the_scenario_has_its_own_kinds_the_command_is_khabur_run(
    here, tmp_path, monkeypatch, capsys
):
    real = replay.run_job

    def raising(job: Job) -> bytes:
        if 0.33 in job.values and 7 in job.replicates:
            raise ZeroDivisionError("an awkward run")
        return real(job)

    monkeypatch.setattr(replay, "run_job", raising)
    command = shlex.split(record(swept(tmp_path / "sweep"))["replay"])
    assert command[:2] == ["khabur", "run"]
    monkeypatch.chdir(tmp_path)
    cli.app([*command[1:], "--json"], standalone_mode=False)
    run = json.loads(capsys.readouterr().out)
    rows = sim.load_results(here)
    (row,) = rows[(rows["replicate"] == 7) & (rows[NAME] == 0.33)].to_dict("records")
    assert (run["seed"], run["replicate"]) == (5, 7)
    assert run["outcomes"]["blue_killed"]["value"] == row["blue_killed"]


def test_a_kind_that_leaves_python_is_a_failure_too(tmp_path, fault):
    done = swept(tmp_path / "sweep", small(replicates=2), {"red_force": Leaving})
    (failure,) = map(Failure.from_json, (path.read_bytes() for path in done.failures))
    assert (failure.type, failure.message) == ("SystemExit", "enough")
    assert "number 1 raises by itself" in failure.traceback


def test_runs_that_fail_only_together_name_none_of_them(monkeypatch):
    job = in_fives(small())[0]
    real = replay.run_job

    def full(asked: Job) -> bytes:
        if len(asked) > 3:
            raise MemoryError
        return real(asked)

    monkeypatch.setattr(replay, "run_job", full)
    with pytest.raises(MemoryError) as raised:
        run_or_blame(job)
    assert not hasattr(raised.value, "__notes__")
    died = Failure(type=WORKER_DIED, message="", traceback="", attempts=3, replay="?")
    assert with_replay(job, died).replay == TOGETHER


def test_classes_without_an_address_are_not_imported():
    class Own(Desperate):
        pass

    job = in_fives(small(until="2015-06-30", prior=True), {"red_force": Own})[0]
    told = command_for(job)
    assert told.startswith("in Python, where the classes of the kinds are defined: ")
    assert "import Own" not in told
    assert told.endswith(
        f'run_campaign(load_scenario("two-towns", {{"{NAME}": 0.22}}), seed=5, replicate=0, '
        f'prior=True, kinds={{"red_force": {Own.__qualname__}}})'
    )


class Full:
    """Stands in for a disk that takes some parts and then no more."""

    def __init__(self, takes: int) -> None:
        self.left = takes
        self.real = os.fsync

    def __call__(self, file: int) -> None:
        name = Path(f"/proc/self/fd/{file}").readlink().name
        if name.startswith(".") and ".parquet." in name:
            self.left -= 1
        if self.left < 0:
            raise OSError(28, "No space left on device")
        self.real(file)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
@pytest.mark.parametrize("executors", [inline(), local_processes(2)])
def test_a_disk_that_fills_up_keeps_finished_parts(here, tmp_path, monkeypatch, executors):
    folder = tmp_path / "sweep"
    monkeypatch.setattr(os, "fsync", Full(2))
    with pytest.raises(ResultsError, match=r"^'.*parquet' cannot be written: the disk is full\.$"):
        swept(folder, executors=executors)
    monkeypatch.undo()
    kept = parts(folder)
    assert len(kept) == 2
    assert kept.items() <= parts(here).items()
    done = swept(folder)
    assert done.done_before == 10
    assert_same(folder, here)


def test_ctrl_c_in_this_process_keeps_what_is_finished(here, tmp_path):
    def pressed(done: int, _: int) -> None:
        if done == 10:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path / "sweep", progress=pressed)
    manifest = json.loads((tmp_path / "sweep" / "manifest.json").read_text())
    assert (manifest["runs_done"], manifest["complete"]) == (10, False)
    assert swept(tmp_path / "sweep").done_before == 10
    assert_same(tmp_path / "sweep", here)


def test_one_worker_is_this_process():
    assert type(local(1)()).__name__ == "InlineExecutor"
    with local(2)() as executor:
        assert executor.workers == 2  # type: ignore[attr-defined]
