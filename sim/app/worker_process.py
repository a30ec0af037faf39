"""One process that works for the app: the pipe to it, and what it does at its end.

It answers one call after another, and can be told while it is at one that nobody wants the answer
any more. (:mod:`sim.experiments.worker_processes` serves jobs that are always wanted.)
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from sim.engine.parent_watch import end_with_parent

_PATIENCE_SECONDS = 5.0  # for a process that was asked to end, or whose pipe is closed
# A call is its number, then what is pickled of it; a number alone says that nobody wants that one.
_NUMBER_BYTES = 8


class WorkerDiedError(RuntimeError):
    """The process that was at a call went away."""


class StoppedError(RuntimeError):
    """A call ended early, as it was asked to."""


class WorkerProcess:
    """A fresh process that answers calls.

    On Linux it ends with the *thread* that makes it: :mod:`sim.engine.parent_watch` says why.

    Parameters
    ----------
    warm_up : callable, optional
        Called in the process before anything else, so that the first call finds all it needs
        imported; a module-level function. If it fails, calls will say why.
    """

    def __init__(self, warm_up: Callable[[], object] | None = None) -> None:
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._sending = threading.Lock()
        self._gone = False
        self._process = context.Process(target=_serve, args=(theirs, warm_up), daemon=True)
        try:
            self._process.start()
        finally:
            theirs.close()

    @property
    def pid(self) -> int | None:
        """Id of the process."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there; its pipe closes a little before the system says so."""
        return not self._gone and self._process.is_alive()

    def ask(self, number: int, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Make a call in the process and wait for its value.

        Parameters
        ----------
        number : int
            Names the call for :meth:`stop`; never given twice.
        function : callable
            A module-level function.
        args : tuple
            What it takes; pickled, as is the value.

        Raises
        ------
        WorkerDiedError
            If the process goes away.
        Exception
            What the call raises, or pickling.
        """
        call = pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)
        try:
            self._send(number.to_bytes(_NUMBER_BYTES, "little") + call)
            succeeded, value = pickle.loads(self._pipe.recv_bytes())
        except (EOFError, OSError):
            self._gone = True
            raise WorkerDiedError("The process that ran the job went away.") from None
        if not succeeded:
            raise value
        return value

    def stop(self, number: int) -> None:
        """Tell the process that nobody wants the answer to a call; it may come all the same."""
        try:
            self._send(number.to_bytes(_NUMBER_BYTES, "little"))
        except OSError:  # it went away: nothing to stop
            return

    def _send(self, message: bytes) -> None:
        with self._sending:
            self._pipe.send_bytes(message)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> None:
        """Close the pipe, which ends an idle process; kill one that goes on."""
        self._pipe.close()
        self._process.join(_PATIENCE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


class _Desk:
    """The worker's end: where calls come in."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._number = 0
        self._unwanted = 0  # the last call that nobody wants

    def serve(self) -> None:
        """Answer calls until the pipe is closed."""
        while True:
            if call := self._receive():
                self._pipe.send_bytes(_answer(call))

    def _receive(self) -> bytes:
        """Return the next call; nothing if it was a word about another."""
        message = self._pipe.recv_bytes()
        number, call = int.from_bytes(message[:_NUMBER_BYTES], "little"), message[_NUMBER_BYTES:]
        if call:
            self._number = number
        else:  # of a call that is answered, is being answered, or is on its way
            self._unwanted = max(self._unwanted, number)
        return call

    def is_unwanted(self) -> bool:
        """Tell whether nobody wants the answer to the present call."""
        # Until it is answered no other call comes in.
        while self._pipe.poll():
            self._receive()
        return self._unwanted == self._number


_desk: _Desk | None = None  # of this process, where it is a worker


def stop_if_unwanted() -> None:
    """Give up the call that this worker is at, if nobody wants its answer any more.

    A long computation calls it now and then; where no worker is at work it does nothing.

    Raises
    ------
    StoppedError
        If nobody does.
    """
    if _desk is not None and _desk.is_unwanted():
        raise StoppedError("nobody waits for this any more")


def _answer(call: bytes) -> bytes:
    """Make a call; return whether it succeeded with its value or its exception, pickled."""
    try:
        function, args = pickle.loads(call)
        return pickle.dumps((True, function(*args)), pickle.HIGHEST_PROTOCOL)
    except Exception as fault:
        return _sendable(fault)


def _sendable(fault: Exception) -> bytes:
    """Return an exception, pickled; its text if it cannot be sent and read again."""
    try:
        answered = pickle.dumps((False, fault), pickle.HIGHEST_PROTOCOL)
        pickle.loads(answered)
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(fault).__name__}: {fault}")))
    return answered


def _serve(pipe: Connection, warm_up: Callable[[], object] | None) -> None:
    """Be a worker process."""
    global _desk
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        if warm_up is not None:
            warm_up()
    except Exception as fault:
        _complain(fault)
    _desk = _Desk(pipe)
    try:
        _desk.serve()
    except (EOFError, OSError):
        return


def _complain(fault: Exception) -> None:
    """Say on the server's standard error why the warm-up failed."""
    os.write(2, f"khabur app: a worker did not warm up: {type(fault).__name__}: {fault}\n".encode())


def keep_interrupts_away() -> None:
    """Keep Ctrl-C from this thread, and so from processes it starts, which inherit that."""
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
