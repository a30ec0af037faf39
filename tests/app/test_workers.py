"""Workers answer everybody, survive what happens to them, and sleep when nobody asks."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from sim.app.worker_process import StoppedError, WorkerDiedError, stop_if_unwanted
from sim.app.workers import (
    MOST_WORKERS,
    Workers,
    close_shared_workers,
    shared_workers,
    usual_count,
)

PATIENCE = 60.0  # seconds; a busy machine starts processes slowly


@pytest.fixture(scope="module")
def workers():
    """Return two workers that know nothing yet."""
    pool = Workers(2)
    yield pool
    pool.close()


@pytest.fixture
def lone():
    """Return a single worker of one's own, ready to work, and the id of its process."""
    pool = Workers(1)
    process = pool.submit(own_id).result(PATIENCE)
    yield pool, process
    pool.close()


def own_id() -> int:
    """Return who works."""
    return os.getpid()


def die() -> None:
    """End the process that makes this call, as a system without memory would."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(trace: str) -> int:
    """End the process the first time; return its id the second."""
    if not Path(trace).exists():
        Path(trace).touch()
        die()
    return own_id()


def work_on(trace: str) -> str:
    """Work until nobody wants it, and leave a trace that it was begun."""
    Path(trace).touch()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        stop_if_unwanted()
        time.sleep(0.01)
    return "worked on in vain"


def fail(message: str) -> None:
    """Raise something."""
    raise LookupError(message)


def unsendable() -> object:
    """Return what no pipe takes."""
    return threading.Lock()


def mark(trace: str) -> None:
    """Leave a trace; the warm-up of a worker in a test."""
    Path(trace).touch()


def mark_folder_of_tests() -> None:
    """Leave a trace of this process where the test looks for it."""
    Path(os.environ["KHABUR_TEST_TRACES"], str(os.getpid())).touch()


def wait_for(path: Path) -> None:
    """Wait for a trace."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never came"
        time.sleep(0.01)


def test_a_call_is_made_in_another_process(workers):
    found = workers.submit(own_id).result(PATIENCE)
    assert found != os.getpid()
    assert found in workers.process_ids()


def test_what_a_call_raises_comes_back(workers):
    with pytest.raises(LookupError, match="no such town"):
        workers.submit(fail, "no such town").result(PATIENCE)


def test_what_cannot_be_sent_or_answered_is_told_and_harms_nobody(lone):
    pool, process = lone
    with pytest.raises(TypeError, match="pickle"):
        pool.submit(len, threading.Lock()).result(PATIENCE)
    with pytest.raises(TypeError, match="pickle"):
        pool.submit(unsendable).result(PATIENCE)
    assert pool.submit(own_id).result(PATIENCE) == process


def test_a_call_whose_process_dies_is_made_once_more(workers, tmp_path):
    found = workers.submit(die_once, str(tmp_path / "died")).result(PATIENCE)
    assert found in workers.process_ids()


def test_a_call_that_kills_its_process_twice_says_so_and_others_go_on(workers):
    killer = workers.submit(die)
    others = [workers.submit(own_id) for _ in range(4)]
    with pytest.raises(WorkerDiedError, match="went away"):
        killer.result(PATIENCE)
    assert all(other.result(PATIENCE) > 0 for other in others)


def test_an_idle_process_that_was_killed_is_replaced(lone):
    pool, process = lone
    os.kill(process, signal.SIGKILL)
    assert pool.submit(own_id).result(PATIENCE) != process
    assert process not in pool.process_ids()


def test_workers_outlive_the_thread_that_asked():
    # The kernel ends a worker with the thread that started it: a visitor's must not.
    pool = Workers(1)
    found = []
    asking = threading.Thread(target=lambda: found.append(pool.submit(own_id).result(PATIENCE)))
    asking.start()
    asking.join()
    time.sleep(0.1)
    assert pool.submit(own_id).result(PATIENCE) == found[0]
    pool.close()


def test_a_job_that_runs_ends_early_when_nobody_wants_it(lone, tmp_path):
    pool, process = lone
    job = pool.submit(work_on, str(tmp_path / "begun"))
    wait_for(tmp_path / "begun")
    job.drop()
    with pytest.raises(StoppedError):
        job.result(PATIENCE / 2)
    assert pool.submit(own_id).result(PATIENCE) == process


def test_dropping_one_job_leaves_the_next_alone(workers, tmp_path):
    for number in range(20):
        first = workers.submit(work_on, str(tmp_path / f"first{number}"))
        wait_for(tmp_path / f"first{number}")
        following = [workers.submit(own_id) for _ in range(4)]
        first.drop()
        first.drop()
        assert all(job.result(PATIENCE) > 0 for job in following)


def test_a_job_that_waits_is_cancelled(tmp_path):
    pool = Workers(1)
    running = pool.submit(work_on, str(tmp_path / "running"))
    waiting = pool.submit(mark, str(tmp_path / "waiting"))
    wait_for(tmp_path / "running")
    waiting.drop()
    running.drop()
    pool.submit(own_id).result(PATIENCE)
    assert waiting.cancelled()
    assert not (tmp_path / "waiting").exists()
    pool.close()


def test_jobs_are_begun_in_the_order_in_which_they_came():
    pool = Workers(1)
    order = []
    jobs = [pool.submit(own_id) for _ in range(5)]
    for number, job in enumerate(jobs):
        job.add_done_callback(lambda _, number=number: order.append(number))
    jobs[-1].result(PATIENCE)
    pool.close()
    assert order == [0, 1, 2, 3, 4]


def test_many_threads_may_ask_at_once(workers):
    found = []

    def ask() -> None:
        found.extend(workers.submit(abs, -number).result(PATIENCE) for number in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(list(range(10)) * 8)


def test_nobody_waits_for_ever_when_the_workers_are_closed(tmp_path):
    pool = Workers(1)
    jobs = [pool.submit(work_on, str(tmp_path / "begun")), *(pool.submit(own_id) for _ in "abc")]
    wait_for(tmp_path / "begun")
    pool.close()
    assert pool.process_ids() == set()
    for job in jobs:
        with pytest.raises(WorkerDiedError):
            job.result(PATIENCE)
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(own_id)


def test_nothing_is_started_before_it_is_needed():
    pool = Workers(2)
    assert pool.process_ids() == set()
    pool.close()


def test_start_warms_up_every_worker(tmp_path, monkeypatch):
    monkeypatch.setenv("KHABUR_TEST_TRACES", str(tmp_path))
    pool = Workers(2, mark_folder_of_tests)
    pool.start()
    end = time.monotonic() + PATIENCE
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    assert {int(trace.name) for trace in tmp_path.iterdir()} == pool.process_ids()
    pool.close()


def test_a_worker_that_could_not_warm_up_works_all_the_same():
    pool = Workers(1, die_not_but_raise)
    assert pool.submit(abs, -3).result(PATIENCE) == 3
    pool.close()


def die_not_but_raise() -> None:
    """Fail as a warm-up without any scenario would."""
    raise FileNotFoundError("no scenario")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the system's own counters")
def test_an_idle_worker_uses_no_processor_time(lone):
    _, process = lone
    time.sleep(0.1)
    before, own = ticks(process), time.process_time()
    time.sleep(0.5)
    assert ticks(process) == before
    assert time.process_time() - own < 0.1


def ticks(process: int) -> int:
    """Return the processor time of a process, in ticks of the kernel."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_outside_a_worker_nothing_is_unwanted():
    stop_if_unwanted()


def test_at_least_one_worker_is_needed():
    with pytest.raises(ValueError, match="at least 1"):
        Workers(0)


def test_there_are_as_many_as_cores_but_not_too_many():
    assert 1 <= usual_count() <= MOST_WORKERS


def test_all_share_the_same_workers():
    found = []
    threads = [threading.Thread(target=lambda: found.append(shared_workers())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(each) for each in found}) == 1
    assert found[0].submit(abs, -2).result(PATIENCE) == 2
    close_shared_workers()
    assert shared_workers() is not found[0]
    close_shared_workers()
