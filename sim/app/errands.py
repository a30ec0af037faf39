"""What a page has begun and waits for: dropped at once when the visitor goes on.

Each errand has a thread of its own, since rendering belongs to the session's threads and the
pool's belong to nobody. It sleeps while the pool works, and ends with the errand.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import solara

if TYPE_CHECKING:
    from sim.app.workers import Job

T = TypeVar("T")
U = TypeVar("U")

THREAD_NAME = "khabur errand"


class DroppedError(Exception):
    """Nobody waits any more: the visitor went on to something else."""


class _Board(Generic[T]):
    """What one component shows; only the errand that it began last may write on it."""

    def __init__(self) -> None:
        self.value: T | None = None
        self._lock = threading.Lock()
        self._errand: Errand[T] | None = None

    def hand_over(self, errand: Errand[T]) -> None:
        """Let nobody but this errand write from now on."""
        with self._lock:
            self._errand = errand

    def write(self, errand: Errand[T], value: T) -> bool:
        """Write a value, if the errand still may; tell whether it did."""
        with self._lock:
            if self._errand is not errand or errand.is_dropped:
                return False
            self.value = value
            return True


class Errand(Generic[T]):
    """One thing that a page has begun.

    Parameters
    ----------
    board : _Board
        Where what is found is written.
    redraw : callable
        Has the page drawn again.
    """

    def __init__(self, board: _Board[T], redraw: Callable[[object], None]) -> None:
        self._board = board
        self._redraw = redraw
        self._lock = threading.Lock()
        self._dropped = False
        self._on_drop: Callable[[], None] | None = None

    @property
    def is_dropped(self) -> bool:
        """Whether nobody waits any more."""
        return self._dropped

    def show(self, value: T) -> None:
        """Show what has been found so far; of an errand that was dropped nothing is shown."""
        if self._board.write(self, value):
            self._redraw(object())  # equal to nothing before it: what is drawn is on the board

    def drop(self) -> None:
        """Give up, and with it what is under way; returns at once."""
        with self._lock:
            self._dropped = True
            on_drop, self._on_drop = self._on_drop, None
        if on_drop is not None:
            on_drop()

    @contextmanager
    def dropping(self, give_up: Callable[[], None]) -> Iterator[None]:
        """Have something given up, once, if the errand is dropped within the block or before."""
        with self._lock:
            dropped = self._dropped
            self._on_drop = None if dropped else give_up
        if dropped:
            give_up()
        try:
            yield
        finally:
            with self._lock:
                self._on_drop = None

    def answer(self, job: Job[U]) -> U:
        """Wait for a job of the pool.

        Raises
        ------
        DroppedError
            If the errand is dropped first; the job is dropped with it.
        Exception
            What the job raises.
        """
        over: SimpleQueue[None] = SimpleQueue()

        def give_up() -> None:
            job.drop()
            over.put(None)  # one that runs may end much later

        job.add_done_callback(lambda _: over.put(None))
        with self.dropping(give_up):
            over.get()
        if self._dropped:
            raise DroppedError
        return job.result()


def use_errand(work: Callable[[Errand[T]], None], dependencies: list[Any]) -> T | None:
    """Have something done beside the page, anew whenever the dependencies change.

    What is under way is dropped when they do, and when the page goes: from then on it cannot show
    anything. The new errand does not wait for the old one.

    Parameters
    ----------
    work : callable
        Called with its :class:`Errand` in a thread; it must not raise anything but DroppedError.
    dependencies : list
        What the work is made of.

    Returns
    -------
    object or None
        What was shown last, perhaps by the errand before: compare what it was made of.
    """
    board: _Board[T] = solara.use_memo(_Board, [])
    _, redraw = solara.use_state(None)

    def begin() -> Callable[[], None]:
        errand = Errand(board, redraw)
        board.hand_over(errand)

        def run() -> None:
            try:
                work(errand)
            except DroppedError:
                return

        threading.Thread(target=run, name=THREAD_NAME, daemon=True).start()
        return errand.drop

    solara.use_effect(begin, dependencies)
    return board.value
