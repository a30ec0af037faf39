"""An executor whose workers may die: only the job that a dead worker had is lost.

`concurrent.futures.ProcessPoolExecutor` gives up all that is running when one process dies, cannot
tell which job killed it, and waits for ever if a process dies while it sends a result, since its
processes share one pipe. Here each process has a pipe and a thread of its own: the thread sends it
a job, waits for the answer, and learns from the closed pipe that it is gone.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from sim.engine.folders import reason
from sim.engine.parent_watch import end_with_parent
from sim.experiments.calls import answer, pickled_call, value_of
from sim.experiments.failures import ExecutorError, WorkerDiedError

P = ParamSpec("P")
T = TypeVar("T")

_READY = b"ready"
_NO_START = (
    "No worker process could be started; a script that starts some must do so below "
    "`if __name__ == '__main__':`."
)
_STARTS = 3  # processes begun in vain, one after the other, before giving up
_PATIENCE_SECONDS = 5.0  # for a process that was asked to end, or whose pipe is closed


class WorkerProcesses(Executor):
    """Spawned processes that each run one call at a time, and are replaced when they die.

    A call whose process dies raises :class:`WorkerDiedError`. If no process can be started,
    :class:`ExecutorError`. Processes ignore Ctrl-C and end with this process.

    Parameters
    ----------
    workers : int
        Processes at most; they are started when they are needed.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._threads = ThreadPoolExecutor(workers, "worker", initializer=_block_interrupts)
        self._lock = threading.Lock()
        self._alive: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._stopped = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a call in a process; what it takes and gives is pickled."""
        return self._threads.submit(self._call, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, after the calls that were submitted."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait:
            with self._lock:
                self._stopped = True
                workers, self._idle = list(self._alive), []
            for worker in workers:
                self._drop(worker)

    def kill(self) -> None:
        """End the processes at once; calls that they were at raise WorkerDiedError."""
        with self._lock:
            self._stopped = True
            for worker in self._alive:
                worker.process.kill()
        self.shutdown(cancel_futures=True)

    def _call(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        call = pickled_call(fn, args, kwargs)
        worker = self._take()
        try:
            answered = worker.ask(call)
        except BaseException:
            self._drop(worker)
            raise
        with self._lock:
            self._idle.append(worker)
        value: T = value_of(answered)
        return value

    def _take(self) -> _Worker:
        """Return an idle worker that is alive, or a new one."""
        while True:
            with self._lock:
                if not self._idle:
                    break
                worker = self._idle.pop()
            if worker.process.is_alive():
                return worker
            self._drop(worker)
        for _ in range(_STARTS):
            worker = self._begin()
            if worker.is_ready():
                return worker
            self._drop(worker)
        raise ExecutorError(_NO_START)

    def _begin(self) -> _Worker:
        with self._lock:  # so that none is begun behind the back of kill()
            if self._stopped:
                raise WorkerDiedError("The workers were stopped.")
            try:
                worker = _Worker()
            except OSError as fault:
                raise ExecutorError(
                    f"No worker process could be started: {reason(fault)}."
                ) from None
            except (RuntimeError, AssertionError):  # this process is itself being started
                raise ExecutorError(_NO_START) from None
            self._alive.add(worker)
            return worker

    def _drop(self, worker: _Worker) -> None:
        worker.end()
        with self._lock:
            self._alive.discard(worker)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        try:
            self.process.start()
        finally:
            theirs.close()

    def is_ready(self) -> bool:
        """Wait for the process to be ready; tell whether it is."""
        try:
            return self._pipe.recv_bytes() == _READY
        except (EOFError, OSError):
            return False

    def ask(self, call: bytes) -> bytes:
        """Send a call and wait for the answer."""
        try:
            self._pipe.send_bytes(call)
            return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise WorkerDiedError(self._how_it_ended()) from None

    def _how_it_ended(self) -> str:
        self.process.join(_PATIENCE_SECONDS)
        status = self.process.exitcode
        if status is not None and status < 0:
            try:
                how = f"was killed by {signal.Signals(-status).name}"
            except ValueError:
                how = f"was killed by signal {-status}"
        else:
            how = f"ended with exit status {status}"
        hint = "; the memory may have run out" if status == -9 else ""
        return f"The process that ran the job {how}{hint}."

    def end(self) -> None:
        """Close the pipe, which ends an idle process; kill one that goes on."""
        self._pipe.close()
        self.process.join(_PATIENCE_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


def _serve(pipe: Connection) -> None:
    """Be a worker process: answer calls until the pipe is closed."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pipe.send_bytes(_READY)
        while True:
            pipe.send_bytes(answer(pipe.recv_bytes()))
    except (EOFError, OSError):
        return


def _block_interrupts() -> None:
    """Keep Ctrl-C from this thread, and so from processes it starts, which inherit that."""
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
