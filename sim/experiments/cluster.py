"""A connection to a dask cluster, as an executor (the extra ``cluster``)."""

from __future__ import annotations

import json
import pickle
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sim.engine.folders import reason
from sim.experiments.calls import answer, pickled_call, value_of
from sim.experiments.failures import ExecutorError, WorkerDiedError

P = ParamSpec("P")
T = TypeVar("T")

# Looked up by name: the checks of types must say the same with and without the package.
distributed: Any = import_module("distributed")

_CONNECT_SECONDS = 30
_RECOUNT_SECONDS = 5.0  # clusters grow and shrink; asking costs a round trip


class ClusterExecutor(Executor):
    """Runs calls on the workers of a dask scheduler.

    A worker that dies is the scheduler's affair: it gives the call to another, as often as its
    setting ``distributed.scheduler.allowed-failures`` says (3), and then it is a
    :class:`WorkerDiedError`. A scheduler that is lost makes the executor a broken one. A worker
    with another version of Khabur, or none, is an :class:`ExecutorError`.

    Parameters
    ----------
    address : str or None
        Of the scheduler.
    scheduler_file : Path or None
        Taken if there is no address.

    Raises
    ------
    ExecutorError
        If no scheduler answers.
    """

    def __init__(self, address: str | None, scheduler_file: Path | None = None) -> None:
        self._client = _connect(address, scheduler_file)
        # Not "pure": dask would hash every job to find out whether it has had it before.
        self._pool = self._client.get_executor(pure=False)
        self._counted_at = -_RECOUNT_SECONDS
        self._threads = 0

    @property
    def workers(self) -> int:
        """Threads of all workers that are there now, or were some seconds ago."""
        now = time.monotonic()
        if now - self._counted_at >= _RECOUNT_SECONDS and self._is_up():
            self._threads = sum(self._client.nthreads().values())
            self._counted_at = now
        return self._threads

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a call on some worker; what it takes and gives is pickled."""
        if not self._is_up():
            raise BrokenExecutor("The connection to the scheduler is lost.")
        # Bytes both ways: dask looks into what it is given, which takes many times longer.
        deferred = _Deferred(_version(), pickled_call(fn, args, kwargs))
        theirs = self._pool.submit(pickle.loads, pickle.dumps(deferred))
        ours: Future[T] = Future()
        theirs.add_done_callback(lambda _: _pass_on(theirs, ours))
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Close the connection, after the calls that were submitted; the cluster stays."""
        self._pool.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def kill(self) -> None:
        """Close the connection; calls that run are finished by their workers for nothing."""
        self.shutdown(cancel_futures=True)

    def _is_up(self) -> bool:
        return self._client.status == "running"


def _connect(address: str | None, scheduler_file: Path | None) -> Any:
    where = address if scheduler_file is None else _address_in(scheduler_file)
    try:
        return distributed.Client(address=where, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as fault:  # a TimeoutError is an OSError
        said = " ".join(str(fault).split())[:200]
        raise ExecutorError(f"No dask scheduler answers at {where}: {said}") from None


def _address_in(scheduler_file: Path) -> str:
    """Read a scheduler file; distributed itself would wait for ever for one to appear."""
    shown = repr(str(scheduler_file))
    try:
        found = json.loads(scheduler_file.read_bytes())
    except OSError as fault:
        raise ExecutorError(
            f"The scheduler file {shown} cannot be read: {reason(fault)}."
        ) from None
    except ValueError:
        found = None
    address = found.get("address") if isinstance(found, dict) else None
    if not isinstance(address, str):
        raise ExecutorError(f"{shown} is no scheduler file: it names no address.")
    return address


def _pass_on(theirs: Future[bytes], ours: Future[Any]) -> None:
    """Give a future the outcome of dask's, in the words that the runner knows."""
    try:
        ours.set_result(value_of(theirs.result()))
    except BaseException as fault:
        ours.set_exception(_in_our_words(fault))


def _in_our_words(fault: BaseException) -> BaseException:
    if isinstance(fault, CancelledError):
        return BrokenExecutor("The scheduler was lost, or gave the job up.")
    if isinstance(fault, distributed.KilledWorker):
        return WorkerDiedError(str(fault), attempts=fault.allowed_failures + 1)
    if isinstance(fault, ModuleNotFoundError):
        return ExecutorError(f"A worker of the cluster lacks a module: {fault}.")
    return fault


class _Deferred:
    """A call that is made where it is unpickled, so by the task and nowhere before.

    A function of ours as the task would be looked up by the scheduler, which may well have no
    Khabur, and by a worker before it could complain that it has none.
    """

    def __init__(self, version: str, call: bytes) -> None:
        self._about = version, call

    def __reduce__(self) -> tuple[Callable[[str, bytes], bytes], tuple[str, bytes]]:
        return _answer_of_same_version, self._about


def _answer_of_same_version(version: str, call: bytes) -> bytes:
    """Make a call on a worker, unless results would be filed under another version's name."""
    if _version() != version:
        raise ExecutorError(
            f"A worker of the cluster has another version of Khabur ({_version()}) than this "
            f"process ({version})."
        )
    return answer(call)


@cache
def _version() -> str:
    try:
        return metadata.version("khabur")
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return "not installed"
