"""The same results wherever jobs run: here, in processes, on a cluster."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sim.experiments import worker_processes
from sim.experiments.executors import dask_cluster, inline, local_processes, usual_waiting
from sim.experiments.failures import ExecutorError, WorkerDiedError
from sim.experiments.runner import run_jobs
from tests.experiments import runner_jobs
from tests.experiments.running_jobs import is_alive

CHUNKS = [[0, 1, 2], [3], [4, 5, 5]]


def simulated(executors: Any) -> dict[tuple[int, ...], bytes]:
    """Return the results of a few chunks of a scenario."""
    results: dict[tuple[int, ...], bytes] = {}
    run_jobs(
        CHUNKS,
        runner_jobs.simulate,
        executors=executors,
        done=lambda job, result: results.update({tuple(job): result}),
        failed=lambda job, failure: pytest.fail(failure.traceback),
        replay=str,
    )
    return results


def test_processes_give_what_this_process_gives() -> None:
    here = simulated(inline())
    assert len(here) == len(CHUNKS)
    assert json.loads(here[(3,)])["outcomes"]
    assert simulated(local_processes(2)) == here


def test_processes_use_one_thread_for_linear_algebra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "2")
    with local_processes(1)() as executor:
        assert executor.submit(os.getenv, "OPENBLAS_NUM_THREADS").result() == "1"
        assert executor.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
        assert executor.submit(os.getenv, "MKL_NUM_THREADS").result() == "2"


def test_a_process_is_used_again_and_ends_with_its_executor() -> None:
    with local_processes(1)() as executor:
        first = executor.submit(os.getpid).result()
        assert first != os.getpid()
        assert executor.submit(os.getpid).result() == first
    assert not is_alive(first)


def test_a_process_that_dies_while_it_is_idle_is_replaced_unnoticed() -> None:
    with local_processes(1)() as executor:
        first = executor.submit(os.getpid).result()
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)  # until all its threads have ended
        assert executor.submit(os.getpid).result() != first


def test_a_call_whose_process_dies_says_how() -> None:
    with local_processes(1)() as executor:
        with pytest.raises(WorkerDiedError, match="killed by SIGTERM"):
            executor.submit(signal.raise_signal, signal.SIGTERM).result()
        with pytest.raises(WorkerDiedError, match="ended with exit status 7"):
            executor.submit(os._exit, 7).result()
        assert executor.submit(abs, -1).result() == 1


def test_a_call_that_raises_gives_its_exception_back() -> None:
    with local_processes(1)() as executor:
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "x").result()
        awkward = executor.submit(runner_jobs.raise_awkwardly_at_once)
        with pytest.raises(RuntimeError, match="AwkwardError: one and two"):
            awkward.result()


def test_a_system_without_room_for_a_process_is_one_sentence(monkeypatch: Any) -> None:
    def refuse(self: Any) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(worker_processes._Worker, "__init__", refuse)
    with local_processes(1)() as executor:
        fault = executor.submit(abs, -1).exception()
    assert isinstance(fault, ExecutorError)
    assert str(fault).startswith("No worker process could be started: resource temporarily")


@pytest.mark.parametrize("begun", [False, True])
def test_processes_that_are_killed_leave_nothing_behind(begun: bool) -> None:
    executor = local_processes(2)()
    calls = [executor.submit(time.sleep, 60) for _ in range(5)]
    if begun:
        while not calls[0].running():
            time.sleep(0.01)
    executor.kill()  # type: ignore[attr-defined]
    assert all(call.cancelled() or isinstance(call.exception(), WorkerDiedError) for call in calls)
    assert executor.workers == 2  # type: ignore[attr-defined]


def test_two_jobs_a_worker_are_in_hand_and_one_in_this_process() -> None:
    with local_processes(3)() as executor:
        assert usual_waiting(executor) == 6
    assert usual_waiting(inline()()) == 1


@pytest.mark.parametrize("workers", [0, -1])
def test_at_least_one_worker_is_needed(workers: int) -> None:
    with pytest.raises(ValueError, match=f"workers is {workers}"):
        local_processes(workers)


def test_a_cluster_needs_one_way_to_find_its_scheduler(tmp_path: Path) -> None:
    for given in ({}, {"address": "tcp://127.0.0.1:1", "scheduler_file": tmp_path / "s.json"}):
        with pytest.raises(ExecutorError, match="address of its scheduler or its scheduler file"):
            dask_cluster(**given)


def test_without_distributed_a_cluster_says_what_to_install(monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "sim.experiments.cluster", raising=False)
    with pytest.raises(ExecutorError, match=r"pip install 'khabur\[cluster\]'"):
        dask_cluster("tcp://127.0.0.1:1")
