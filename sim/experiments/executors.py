"""Where jobs run: in this process, in processes of this machine, or on a dask cluster.

Each function returns a factory, so that the runner can ask for a new executor when one breaks.
Jobs give the same results on all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import ParamSpec, TypeVar

from sim.experiments.failures import ExecutorError

P = ParamSpec("P")
T = TypeVar("T")

ExecutorFactory = Callable[[], Executor]
"""Returns a fresh executor. One that also has ``kill()`` can be stopped while it works."""


def inline() -> ExecutorFactory:
    """Return a factory of executors that run each job at once, in this process."""
    return InlineExecutor


def local_processes(workers: int) -> ExecutorFactory:
    """Return a factory of pools of processes on this machine, each using one thread.

    Parameters
    ----------
    workers : int
        Processes, one or more.

    Raises
    ------
    ValueError
        If it is less than one.
    """
    if workers < 1:
        raise ValueError(f"workers is {workers}; at least 1 is needed.")

    def processes() -> Executor:
        from sim.engine.chunks import one_thread_each
        from sim.experiments.worker_processes import WorkerProcesses

        one_thread_each()
        return WorkerProcesses(workers)

    return processes


def dask_cluster(
    address: str | None = None, scheduler_file: str | os.PathLike[str] | None = None
) -> ExecutorFactory:
    """Return a factory of connections to the scheduler of a dask cluster.

    Parameters
    ----------
    address : str, optional
        Of the scheduler, such as ``tcp://10.0.0.1:8786``.
    scheduler_file : path, optional
        That the scheduler wrote (``dask scheduler --scheduler-file``). One of the two is needed.

    Raises
    ------
    ExecutorError
        If distributed is not installed, or not exactly one of the two is given; by the factory if
        no scheduler answers.
    """
    if (address is None) == (scheduler_file is None):
        raise ExecutorError("A cluster needs the address of its scheduler or its scheduler file.")
    try:
        from sim.experiments.cluster import ClusterExecutor
    except ModuleNotFoundError as fault:
        if fault.name not in ("dask", "distributed"):
            raise
        raise ExecutorError(
            "A cluster needs the package distributed: pip install 'khabur[cluster]'."
        ) from None
    path = None if scheduler_file is None else Path(scheduler_file)
    return lambda: ClusterExecutor(address, path)


def usual_waiting(executor: Executor) -> int:
    """Return how many jobs to have in hand, so that no worker is idle and few results wait."""
    workers = getattr(executor, "workers", 1)
    return 1 if isinstance(executor, InlineExecutor) else 2 * max(1, int(workers))


class InlineExecutor(Executor):
    """Runs a call while it is submitted. Ctrl-C goes to the call, and out of ``submit``."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a call and return its finished future."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:
            future.set_exception(fault)
        return future
