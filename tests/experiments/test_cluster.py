"""Jobs on a dask cluster of this machine (only where the extra `cluster` is installed)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

distributed = pytest.importorskip("distributed")

from sim.experiments import cluster as cluster_module  # noqa: E402
from sim.experiments.cluster import ClusterExecutor  # noqa: E402
from sim.experiments.executors import dask_cluster, inline, usual_waiting  # noqa: E402
from sim.experiments.failures import WORKER_DIED, ExecutorError  # noqa: E402
from tests.experiments import runner_jobs  # noqa: E402
from tests.experiments.runner_jobs import answer_to, attempts_at, jobs_in  # noqa: E402
from tests.experiments.running_jobs import run  # noqa: E402
from tests.experiments.test_executors import simulated  # noqa: E402


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers with a thread each."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


@pytest.fixture
def executors(cluster: Any) -> Any:
    return dask_cluster(cluster.scheduler_address)


def test_a_cluster_gives_what_this_process_gives(executors: Any) -> None:
    assert simulated(executors) == simulated(inline())


def test_every_job_is_run_once(executors: Any, tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, 20)
    kept = run(jobs, runner_jobs.square, executors)
    assert kept.results == {job: answer_to(job) for job in jobs}
    assert [attempts_at(job) for job in jobs] == [1] * 20


@pytest.mark.parametrize("work", [runner_jobs.raise_in_three, runner_jobs.raise_awkwardly])
def test_a_job_that_raises_leaves_the_same_record_as_in_this_process(
    executors: Any, work: Any, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, 5)
    assert run(jobs, work, executors) == run(jobs, work, inline())


def test_the_job_of_a_worker_that_is_killed_is_done_by_another(
    executors: Any, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, 8)
    kept = run(jobs, runner_jobs.kill_worker_once, executors)
    assert kept.results == {job: answer_to(job) for job in jobs}
    assert not kept.failures


def test_a_job_that_kills_every_worker_fails_and_no_other_does(
    executors: Any, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, 6)
    kept = run(jobs, runner_jobs.kill_worker_always, executors)
    assert sorted(job.number for job in kept.results) == [0, 1, 2, 4, 5]
    (failure,) = kept.failures.values()
    assert (failure.type, failure.attempts) == (WORKER_DIED, 4)  # as dask counts
    assert attempts_at(jobs[3]) == 4


def test_two_jobs_a_thread_of_the_cluster_are_in_hand(cluster: Any, executors: Any) -> None:
    cluster.wait_for_workers(2)  # one may just have been killed
    with executors() as executor:
        assert usual_waiting(executor) == 4


def test_the_scheduler_is_found_by_its_file(cluster: Any, tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    file.write_text(f'{{"address": "{cluster.scheduler_address}"}}', encoding="utf-8")
    with dask_cluster(scheduler_file=file)() as executor:
        assert executor.submit(abs, -1).result() == 1


def test_a_scheduler_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(ExecutorError, match=r"No dask scheduler answers at tcp://127\.0\.0\.1:9"):
        dask_cluster("tcp://127.0.0.1:9")()
    with pytest.raises(ExecutorError, match=r"none\.json' cannot be read: it is not there"):
        dask_cluster(scheduler_file=tmp_path / "none.json")()
    for content in ("", "{}", "[1]", '{"address": 3}'):
        (tmp_path / "odd.json").write_text(content, encoding="utf-8")
        with pytest.raises(ExecutorError, match=r"odd\.json' is no scheduler file"):
            dask_cluster(scheduler_file=tmp_path / "odd.json")()


def test_workers_with_another_version_of_khabur_are_refused(
    executors: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "_version", lambda: "9.9")
    with pytest.raises(ExecutorError, match=r"another version of Khabur .* than this process \(9"):
        run(jobs_in(tmp_path, 3), runner_jobs.square, executors)


def test_a_module_that_workers_lack_is_named(executors: Any) -> None:
    with executors() as executor:
        fault = executor.submit(__import__, "no_such_module").exception()
    assert isinstance(fault, ExecutorError)
    assert "no_such_module" in str(fault)


def test_jobs_of_a_scheduler_that_is_lost_are_done_on_the_next(tmp_path: Path) -> None:
    def cluster() -> Any:
        return distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
        )

    clusters = [cluster()]

    def executors() -> ClusterExecutor:
        if len(connected) == 1:
            clusters.append(cluster())
        connected.append(1)
        return ClusterExecutor(clusters[-1].scheduler_address)

    connected: list[int] = []
    jobs = jobs_in(tmp_path, 6)
    results: dict[Any, bytes] = {}

    def done(job: Any, result: bytes) -> None:
        results[job] = result
        if len(results) == 2:
            clusters[0].close()

    try:
        from sim.experiments.runner import run_jobs

        run_jobs(
            jobs,
            runner_jobs.square_slowly,
            executors=executors,
            done=done,
            failed=lambda job, failure: pytest.fail(str(failure)),
            replay=str,
        )
    finally:
        for each in clusters:
            each.close()
    assert results == {job: answer_to(job) for job in jobs}
    assert len(connected) == 2
