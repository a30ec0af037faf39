"""Processes that simulate for all who visit the app.

They keep nothing of a visitor: each call brings what it needs and takes its answer away. Idle
processes, and the threads that wait for them, sleep until somebody asks for something.
"""

from __future__ import annotations

import atexit
import os
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from sim.app.worker_process import (
    StoppedError,
    WorkerDiedError,
    WorkerProcess,
    keep_interrupts_away,
)

T = TypeVar("T")

MOST_WORKERS: Final = 8


class Job(Future[T]):
    """A call that waits for a worker, is at one, or is done."""

    def __init__(self, number: int, function: Callable[..., T], args: tuple[Any, ...]) -> None:
        super().__init__()
        self.number = number
        self.function = function
        self.args = args
        self._at: WorkerProcess | None = None
        self._dropped = False

    def drop(self) -> None:
        """Say that nobody wants the answer any more.

        A job that waits is cancelled. One that runs is told; functions that ask
        (:func:`~sim.app.worker_process.stop_if_unwanted`) end early with StoppedError.
        """
        if self.cancel() or self.done():
            return
        self._dropped = True
        if (worker := self._at) is not None:
            worker.stop(self.number)

    def run_at(self, worker: WorkerProcess) -> T:
        """Make the call at a worker and return its value."""
        self._at = worker
        if self._dropped:  # between being taken and being begun
            raise StoppedError("nobody waits for this any more")
        value: T = worker.ask(self.number, self.function, self.args)
        return value


class Workers:
    """A few processes that answer calls in the order in which they came in.

    They are started with the first call, or by :meth:`start`, and one that dies is replaced: the
    call that it was at is tried once more. They end with this process, however that ends.

    Parameters
    ----------
    count : int
        Processes, at least 1.
    warm_up : callable, optional
        Called in each process when it has started; a module-level function.
    """

    def __init__(self, count: int, warm_up: Callable[[], object] | None = None) -> None:
        if count < 1:
            raise ValueError(f"count is {count}; at least 1 worker is needed")
        self.count = count
        self._warm_up = warm_up
        self._waiting: queue.SimpleQueue[Job[Any] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._processes: set[WorkerProcess] = set()
        self._submitted = 0
        self._closed = False

    def start(self) -> None:
        """Start the processes, if they are not; returns at once."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._closed:
            raise RuntimeError("the workers were closed")
        from sim.engine.chunks import one_thread_each

        if not self._threads:
            one_thread_each()
            for number in range(self.count):
                thread = threading.Thread(
                    target=self._keep_a_process, name=f"khabur worker {number}", daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def submit(self, function: Callable[..., T], /, *args: Any) -> Job[T]:
        """Have a call made by the next process that is free.

        Parameters
        ----------
        function : callable
            A pure, module-level function.
        *args
            What it takes; pickled, as is what it returns.

        Returns
        -------
        Job
            A future; if the process dies twice it raises
            :class:`~sim.app.worker_process.WorkerDiedError`.
        """
        with self._lock:
            self._start()
            self._submitted += 1
            job: Job[T] = Job(self._submitted, function, args)
            self._waiting.put(job)
        return job

    def close(self) -> None:
        """End the processes at once; what was not done raises WorkerDiedError."""
        with self._lock:
            self._closed = True
            threads, self._threads = self._threads, []
            for _ in threads:
                self._waiting.put(None)
            for process in self._processes:
                process.kill()
        for thread in threads:
            thread.join()

    def process_ids(self) -> set[int]:
        """Return the ids of the processes that there are now."""
        with self._lock:
            return {process.pid for process in self._processes if process.pid is not None}

    def _keep_a_process(self) -> None:
        """Be the thread of one process: hand it one job after another."""
        keep_interrupts_away()
        process = None
        try:
            process = self._new_process()
            while (job := self._waiting.get()) is not None:
                if job.set_running_or_notify_cancel():
                    process = self._do(job, process)
        finally:
            if process is not None:
                self._end(process)

    def _do(self, job: Job[Any], process: WorkerProcess | None) -> WorkerProcess | None:
        """Do a job; return the process that the next one goes to."""
        for last in (False, True):
            try:
                if process is None or not process.is_alive:
                    process = self._replaced(process)
                job.set_result(job.run_at(process))
            except WorkerDiedError as fault:
                if last or self._closed:
                    job.set_exception(fault)
                    return process
                continue
            except BaseException as fault:
                job.set_exception(fault)
            return process
        return process

    def _new_process(self) -> WorkerProcess | None:
        """Return a new process; None if there is none to be had, which the next job will tell."""
        try:
            return self._replaced(None)
        except (OSError, RuntimeError):
            return None

    def _replaced(self, process: WorkerProcess | None) -> WorkerProcess:
        if process is not None:
            self._end(process)
        with self._lock:  # so that none is begun behind the back of close()
            if self._closed:
                raise WorkerDiedError("The workers were closed.")
            process = WorkerProcess(self._warm_up)
            self._processes.add(process)
        return process

    def _end(self, process: WorkerProcess) -> None:
        process.end()
        with self._lock:
            self._processes.discard(process)


def usual_count() -> int:
    """Return how many processes to use: one for each core, at most :data:`MOST_WORKERS`."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


_shared: Workers | None = None
_sharing = threading.Lock()


def shared_workers() -> Workers:
    """Return the workers of this server, made on first use; :meth:`Workers.start` warms them up."""
    from sim.app.warming import warm_up

    global _shared
    with _sharing:
        if _shared is None:
            _shared = Workers(usual_count(), warm_up)
            atexit.register(_shared.close)
        return _shared


def close_shared_workers() -> None:
    """End the workers of this server; the next use makes new ones."""
    global _shared
    with _sharing:
        workers, _shared = _shared, None
    if workers is not None:
        workers.close()
        atexit.unregister(workers.close)
