"""Jobs on workers that raise, die, or are told to stop."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from sim.experiments.executors import inline, local_processes
from sim.experiments.failures import WORKER_DIED, ExecutorError
from sim.experiments.runner import run_jobs
from tests.experiments import runner_jobs
from tests.experiments.runner_jobs import Job, answer_to, attempts_at, jobs_in
from tests.experiments.running_jobs import is_alive, run, start_script, wait_until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are killed by signals")

ANYWHERE = [
    pytest.param(inline(), id="inline"),
    pytest.param(local_processes(2), id="two processes"),
]


def plain_pool() -> Executor:
    """Return Python's own pool of processes, which breaks as a whole."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@pytest.mark.parametrize("executors", ANYWHERE)
def test_every_job_is_run_once_and_its_result_handed_over(executors: Any, tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, 9)
    kept = run(jobs, runner_jobs.square, executors)
    assert kept.results == {job: answer_to(job) for job in jobs}
    assert not kept.failures
    assert [attempts_at(job) for job in jobs] == [1] * 9


@pytest.mark.parametrize("executors", ANYWHERE)
@pytest.mark.parametrize(
    ("work", "kind", "message"),
    [
        (runner_jobs.raise_in_three, "ValueError", "three is not allowed"),
        (
            runner_jobs.raise_awkwardly,
            "tests.experiments.runner_jobs.AwkwardError",
            "one and two",
        ),
        (runner_jobs.leave_python, "SystemExit", "enough"),
    ],
)
def test_a_job_that_raises_fails_at_once_and_the_rest_goes_on(
    executors: Any, work: Any, kind: str, message: str, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, 6)
    kept = run(jobs, work, executors)
    assert sorted(job.number for job in kept.results) == [0, 1, 2, 4, 5]
    assert [attempts_at(job) for job in jobs] == [1] * 6
    (failure,) = kept.failures.values()
    assert (failure.type, failure.message, failure.attempts) == (kind, message, 1)
    assert f"in {work.__name__}" in failure.traceback
    assert failure.replay == "again(3)"


def test_a_job_that_cannot_be_sent_fails_and_the_rest_goes_on(tmp_path: Path) -> None:
    class Local(Job):
        pass

    jobs = jobs_in(tmp_path, 3)
    kept = run([*jobs, Local(9, tmp_path)], runner_jobs.square, local_processes(2))
    assert set(kept.results) == set(jobs)
    assert [failure.attempts for failure in kept.failures.values()] == [1]


def test_a_result_that_cannot_be_sent_fails_and_the_rest_goes_on(tmp_path: Path) -> None:
    kept = run(jobs_in(tmp_path, 6), runner_jobs.give_no_bytes, local_processes(2))
    assert sorted(job.number for job in kept.results) == [0, 1, 2, 4, 5]
    (failure,) = kept.failures.values()
    assert "pickle" in failure.message


@pytest.mark.parametrize("executors", [local_processes(2), plain_pool])
def test_the_job_of_a_worker_that_is_killed_is_done_by_another(
    executors: Any, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, 8)
    kept = run(jobs, runner_jobs.kill_worker_once, executors, waiting=4)
    assert kept.results == {job: answer_to(job) for job in jobs}
    assert not kept.failures
    assert attempts_at(jobs[3]) == 2


def test_a_worker_that_is_killed_takes_no_other_job_with_it(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, 8)
    run(jobs, runner_jobs.kill_worker_once, local_processes(2))
    assert [attempts_at(job) for job in jobs] == [1, 1, 1, 2, 1, 1, 1, 1]


@pytest.mark.parametrize("executors", [local_processes(2), plain_pool])
def test_a_job_that_kills_every_worker_fails_and_no_other_does(
    executors: Any, tmp_path: Path
) -> None:
    jobs = jobs_in(tmp_path, 8)
    kept = run(jobs, runner_jobs.kill_worker_always, executors, waiting=4)
    assert sorted(job.number for job in kept.results) == [0, 1, 2, 4, 5, 6, 7]
    (failure,) = kept.failures.values()
    assert (failure.type, failure.attempts, failure.traceback) == (WORKER_DIED, 3, "")
    assert failure.message
    assert attempts_at(jobs[3]) == 3


def test_how_often_a_job_is_begun_can_be_chosen(tmp_path: Path) -> None:
    jobs = jobs_in(tmp_path, 4)
    kept = run(jobs, runner_jobs.kill_worker_always, local_processes(1), attempts=5)
    assert kept.failures[jobs[3]].attempts == 5
    assert "SIGKILL" in kept.failures[jobs[3]].message
    with pytest.raises(ValueError, match="attempts is 1"):
        run(jobs, runner_jobs.square, inline(), attempts=1)


class Refusing(Executor):
    """An executor that is broken from the start."""

    def submit(self, *call: Any, **more: Any) -> Future[Any]:
        raise BrokenExecutor("no room")


def test_executors_that_take_no_job_are_given_up(tmp_path: Path) -> None:
    with pytest.raises(ExecutorError, match="no room"):
        run(jobs_in(tmp_path, 2), runner_jobs.square, Refusing)


@pytest.mark.parametrize("executors", ANYWHERE)
def test_jobs_are_taken_only_when_there_is_room(executors: Any, tmp_path: Path) -> None:
    taken, handed_over, most = 0, 0, 0

    def jobs() -> Iterator[Job]:
        nonlocal taken
        for job in jobs_in(tmp_path, 30):
            taken += 1
            yield job

    def done(job: Job, result: bytes) -> None:
        nonlocal handed_over, most
        most = max(most, taken - handed_over)
        handed_over += 1

    run_jobs(
        jobs(),
        runner_jobs.square,
        executors=executors,
        done=done,
        failed=lambda job, failure: pytest.fail(str(failure)),
        replay=str,
        waiting=4,
    )
    assert handed_over == 30
    assert most <= (1 if executors is inline() else 4)


def test_what_keeping_a_result_raises_stops_the_workers(tmp_path: Path) -> None:
    def disk_full(job: Job, result: bytes) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        run_jobs(
            jobs_in(tmp_path, 9),
            runner_jobs.sleep_long,
            executors=local_processes(2),
            done=disk_full,
            failed=lambda job, failure: None,
            replay=str,
        )
    assert not any(is_alive(process) for process in processes_seen(tmp_path))


def processes_seen(folder: Path) -> set[int]:
    """Return the processes in which jobs were begun."""
    return {int(path.name.rpartition("-")[2]) for path in folder.glob("*-*-*")}


@pytest.mark.parametrize("executors", ANYWHERE)
def test_ctrl_c_waits_until_a_result_is_kept(executors: Any, tmp_path: Path) -> None:
    kept: list[int] = []

    def done(job: Job, result: bytes) -> None:
        signal.raise_signal(signal.SIGINT)
        kept.append(job.number)

    with pytest.raises(KeyboardInterrupt):
        run_jobs(
            jobs_in(tmp_path, 50),
            runner_jobs.square,
            executors=executors,
            done=done,
            failed=lambda job, failure: None,
            replay=str,
        )
    assert 1 <= len(kept) <= 5
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert not any(is_alive(process) for process in processes_seen(tmp_path) - {os.getpid()})


def test_where_ctrl_c_means_something_else_it_does_so_after_a_result_is_kept(
    tmp_path: Path,
) -> None:
    events: list[object] = []

    def done(job: Job, result: bytes) -> None:
        if job.number == 2:
            signal.raise_signal(signal.SIGINT)
        events.append(job.number)

    def noted(*_: object) -> None:
        events.append("Ctrl-C")

    before = signal.signal(signal.SIGINT, noted)
    try:
        run_jobs(
            jobs_in(tmp_path, 4),
            runner_jobs.square,
            executors=inline(),
            done=done,
            failed=lambda job, failure: None,
            replay=str,
        )
        assert signal.getsignal(signal.SIGINT) is noted
    finally:
        signal.signal(signal.SIGINT, before)
    assert events == [0, 1, 2, "Ctrl-C", 3]


SWEEP = """
    import sys
    from pathlib import Path

    from sim.experiments.executors import local_processes
    from tests.experiments.runner_jobs import jobs_in, sleep_long
    from tests.experiments.running_jobs import run
    from sim.experiments.runner import run_jobs

    def done(job, result):
        (folder / f"{job.number}.part").write_bytes(result)

    if __name__ == "__main__":
        folder = Path(sys.argv[1])
        try:
            run_jobs(
                jobs_in(folder, 40), sleep_long, executors=local_processes(2), done=done,
                failed=lambda job, failure: print(failure), replay=str, waiting=4,
            )
        except KeyboardInterrupt:
            print("stopped")
"""


def test_ctrl_c_stops_the_workers_without_a_word_and_keeps_what_is_finished(
    tmp_path: Path,
) -> None:
    script = start_script(tmp_path, SWEEP)
    # Job 0 is done at once, and so is job 2 if 1 did not take the other worker before.
    assert wait_until(lambda: (tmp_path / "0.part").exists() and len(begun(tmp_path)) >= 3)
    os.killpg(script.pid, signal.SIGINT)  # as a terminal does: to the workers as well
    said, complained = script.communicate(timeout=20)
    assert (said, complained, script.returncode) == ("stopped\n", "", 0)
    assert not any(is_alive(process) for process in processes_seen(tmp_path))
    assert (tmp_path / "0.part").read_bytes() == b"0"
    assert len(begun(tmp_path)) < 40


def test_ctrl_c_while_workers_are_starting_is_silent_too(tmp_path: Path) -> None:
    script = start_script(
        tmp_path, SWEEP.replace("run_jobs(", 'print("go", flush=True), run_jobs(')
    )
    assert script.stdout is not None
    assert script.stdout.readline() == "go\n"
    os.killpg(script.pid, signal.SIGINT)
    said, complained = script.communicate(timeout=20)
    assert (said, complained, script.returncode) == ("stopped\n", "", 0)


def begun(folder: Path) -> list[Path]:
    """Return the marks of jobs that were begun."""
    return list(folder.glob("*-*-*"))


@pytest.mark.parametrize("moment", [1, 3])
def test_workers_end_when_their_parent_is_killed(moment: int, tmp_path: Path) -> None:
    script = start_script(tmp_path, SWEEP)
    assert wait_until(lambda: len(begun(tmp_path)) >= moment)
    os.kill(script.pid, signal.SIGKILL)
    script.wait(timeout=10)
    seen = processes_seen(tmp_path)
    assert seen
    assert script.pid not in seen
    assert wait_until(lambda: not any(is_alive(process) for process in seen), seconds=5)
    for stream in (script.stdout, script.stderr):
        assert stream is not None
        stream.close()


def test_a_script_that_cannot_start_workers_is_told_why(tmp_path: Path) -> None:
    script = start_script(tmp_path, SWEEP.replace('if __name__ == "__main__":', "if True:"))
    _, complained = script.communicate(timeout=60)
    assert complained.splitlines()[-1] == (
        "sim.experiments.failures.ExecutorError: No worker process could be started; a script "
        "that starts some must do so below `if __name__ == '__main__':`."
    )
    assert script.returncode == 1
    assert not begun(tmp_path)


def test_the_runner_needs_nothing_that_is_slow_to_import() -> None:
    import subprocess

    code = "import sim.experiments.runner, sys; print({'numpy', 'mesa', 'dask'} & set(sys.modules))"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout == "set()\n"
