"""Running many jobs on an executor that may break, keeping each result as soon as it is there.

The runner knows nothing of what a job is. It takes jobs one by one as workers become free, so a
million of them need no memory; hands results over in the order in which they come; tries a job
again when the process that ran it died, not when the job itself raised, for it would raise again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Generic, TypeVar

from sim.experiments.executors import ExecutorFactory, usual_waiting
from sim.experiments.failures import (
    WORKER_DIED,
    ExecutorError,
    Failure,
    Raised,
    WorkerDiedError,
    caught,
)
from sim.experiments.interrupts import Interrupts

J = TypeVar("J")

ATTEMPTS = 3


def run_jobs(
    jobs: Iterable[J],
    work: Callable[[J], bytes],
    *,
    executors: ExecutorFactory,
    done: Callable[[J, bytes], None],
    failed: Callable[[J, Failure], None],
    replay: Callable[[J], str],
    waiting: int | Callable[[Executor], int] = usual_waiting,
    attempts: int = ATTEMPTS,
) -> None:
    """Run all jobs; return when each is done or has failed.

    Parameters
    ----------
    jobs : iterable
        Taken as they are needed. Jobs and ``work`` must be picklable, but for `inline`.
    work : callable
        Runs a job where the executor has it run. Equal jobs must give equal results wherever
        they run.
    executors : callable
        Returns a fresh executor; asked again when one breaks.
    done : callable
        Called in this thread with a job and its result, in the order in which they are finished.
    failed : callable
        Called in this thread with a job and why it failed; the other jobs go on. A job that
        raises fails at once.
    replay : callable
        Says of a job how to run it alone, for its failure record.
    waiting : int or callable
        Jobs in hand at a time, running ones included; or what tells it of an executor.
    attempts : int
        Times that a job is begun, at least two, if the process that runs it dies or its executor
        breaks. When an executor breaks it cannot tell which job did it; so the last attempt is
        made with no other job in hand, and a job fails only for its own fault.

    Raises
    ------
    ValueError
        If ``attempts`` is less than two.
    ExecutorError
        If no executor can be had, or its workers are not fit to run jobs.
    KeyboardInterrupt
        After Ctrl-C. No job was begun after it, ``done`` was called for every finished job, and
        the workers are stopped; jobs that were running are lost.

    Notes
    -----
    What ``done`` or ``failed`` raises (a full disk) stops the workers and is passed on. Ctrl-C
    waits until ``done`` or ``failed`` has returned.
    """
    if attempts < 2:
        raise ValueError(f"attempts is {attempts}; at least 2 are needed.")
    with Interrupts() as interrupts:
        _Run(
            left=iter(jobs),
            work=work,
            executors=executors,
            done=done,
            failed=failed,
            limit=waiting if callable(waiting) else lambda _: waiting,
            attempts=attempts,
            replay=replay,
            interrupts=interrupts,
        ).run()


@dataclass(eq=False)
class _Ticket(Generic[J]):
    """A job, and how it fared so far."""

    job: J
    lost: int = 0  # attempts that ended without an answer
    suspect: bool = False  # it was running when an executor broke


@dataclass(eq=False)
class _Run(Generic[J]):
    """The state of one call of `run_jobs`."""

    left: Iterator[J]
    work: Callable[[J], bytes]
    executors: ExecutorFactory
    done: Callable[[J, bytes], None]
    failed: Callable[[J, Failure], None]
    limit: Callable[[Executor], int]
    attempts: int
    replay: Callable[[J], str]
    interrupts: Interrupts
    executor: Executor | None = None
    used: bool = False  # whether the executor has taken a job
    broken: bool = False
    again: deque[_Ticket[J]] = field(default_factory=deque)
    running: dict[Future[bytes | Raised], _Ticket[J]] = field(default_factory=dict)
    finished: SimpleQueue[Future[bytes | Raised]] = field(default_factory=SimpleQueue)

    def run(self) -> None:
        """Run all jobs."""
        stop = _kill
        try:
            while self._fill():
                self._settle(self.finished.get())
            stop = _close
        except (KeyboardInterrupt, SystemExit, ExecutorError):
            self._keep_finished()
            raise
        finally:
            with self.interrupts.held():
                stop(self.executor)

    def _fill(self) -> bool:
        """Begin jobs while there is room; tell whether any is running."""
        while not (self.broken and self.running):
            if self.broken or self.executor is None:
                self._renew()
            ticket = self._next()
            if ticket is None or self._begins_and_ends(ticket):
                break
        return bool(self.running)

    def _renew(self) -> None:
        broken, self.executor = self.executor, None
        _kill(broken)
        self.executor = self.executors()
        self.broken = self.used = False

    def _next(self) -> _Ticket[J] | None:
        """Return the next job to begin; None if there is none, or no room for it now."""
        assert self.executor is not None
        if self.running and (
            len(self.running) >= self.limit(self.executor)
            or self._needs_all(next(iter(self.running.values())))
            or (self.again and self._needs_all(self.again[0]))
        ):
            return None
        if self.again:
            return self.again.popleft()
        return next((_Ticket(job) for job in self.left), None)

    def _needs_all(self, ticket: _Ticket[J]) -> bool:
        """Tell whether a job must be the only one in hand: its last attempt, if under suspicion."""
        return ticket.suspect and ticket.lost == self.attempts - 1

    def _begins_and_ends(self, ticket: _Ticket[J]) -> bool:
        """Begin a job; tell whether that finished it, as it does in this process."""
        assert self.executor is not None
        try:
            future = self.executor.submit(caught, self.work, ticket.job)
        except BrokenExecutor as fault:
            if not self.used:
                raise ExecutorError(f"A new executor takes no job: {fault}") from None
            self.broken = True
            self.again.appendleft(ticket)
            return False
        self.used = True
        self.running[future] = ticket
        future.add_done_callback(self.finished.put)
        return future.done()

    def _settle(self, future: Future[bytes | Raised]) -> None:
        """Do what the end of an attempt calls for."""
        with self.interrupts.held():
            ticket = self.running.pop(future)
            fault = _fault_of(future)
            if fault is None:
                self._keep(ticket, future.result())
            elif isinstance(fault, WorkerDiedError):
                self._try_again(ticket, fault, fault.attempts)
            elif isinstance(fault, BrokenExecutor | CancelledError):
                self.broken = ticket.suspect = True
                self._try_again(ticket, fault, 1)
            elif isinstance(fault, ExecutorError):
                raise fault
            else:  # the job or its result could not be sent
                self._keep(ticket, Raised.by(fault))

    def _keep(self, ticket: _Ticket[J], result: bytes | Raised) -> None:
        if isinstance(result, Raised):
            record = result.failure(ticket.lost + 1, self.replay(ticket.job))
            self.failed(ticket.job, record)
        else:
            self.done(ticket.job, result)

    def _try_again(self, ticket: _Ticket[J], fault: BaseException, attempts: int) -> None:
        ticket.lost += attempts
        if ticket.lost < self.attempts:
            self.again.append(ticket)
            return
        why = Raised(WORKER_DIED, str(fault) or type(fault).__name__, "")
        self.failed(ticket.job, why.failure(ticket.lost, self.replay(ticket.job)))

    def _keep_finished(self) -> None:
        """Keep what came while the runner was told to stop."""
        with self.interrupts.held():
            for future, ticket in list(self.running.items()):
                if future.done() and _fault_of(future) is None:
                    del self.running[future]
                    self._keep(ticket, future.result())


def _fault_of(future: Future[bytes | Raised]) -> BaseException | None:
    return CancelledError() if future.cancelled() else future.exception()


def _close(executor: Executor | None) -> None:
    """Let an executor go that has done its work."""
    if executor is not None:
        executor.shutdown()


def _kill(executor: Executor | None) -> None:
    """Stop an executor's workers, if it knows how to; else it finishes what it has begun."""
    if executor is None:
        return
    kill: Callable[[], None] | None = getattr(executor, "kill", None)
    if kill is None:
        executor.shutdown(wait=False, cancel_futures=True)
    else:
        kill()
