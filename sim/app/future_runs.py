"""Simulating an ensemble for a page: a first picture soon, better ones as parts come in."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

from sim.app.future_parts import FuturePart, run_part
from sim.app.futures import Wish, futures_dict
from sim.app.workers import Job, Workers
from sim.engine.ensemble import usual_chunk

# Of what may be simulated at once, which is less of a large scenario: the first part, which gives
# a quick first picture, and what a part costs whatever its size, in replicates (measured: 90 of
# 256 for hasakeh-2015, 20 of 80 for campaign-2015).
FIRST_SHARE: Final = 8
COST_SHARE: Final = 3

SECONDS_BETWEEN: Final = 0.35
"""Least time between two pictures."""


class FuturesRun:
    """An ensemble on its way: iterate over it for what the browser draws, better and better.

    One thread iterates; any other may :meth:`drop` it, after which the iteration ends. Parts are
    handed to the workers only as these become free, so that those of another visitor, or of the
    scenario that is compared, need not wait for all of them.

    Parameters
    ----------
    wish : Wish
    workers : Workers
    """

    def __init__(self, wish: Wish, workers: Workers) -> None:
        self.wish = wish
        self._workers = workers
        sizes = part_sizes(wish.replicates, workers.count, usual_chunk(wish.scenario))
        starts = [sum(sizes[:number]) for number in range(len(sizes))]
        self._left = list(zip(starts, sizes, strict=True))
        self._lock = threading.Lock()
        self._jobs: set[Job[FuturePart]] = set()
        self._finished: queue.SimpleQueue[Job[FuturePart] | None] = queue.SimpleQueue()
        self._dropped = False
        self._began = monotonic()
        for _ in range(workers.count):
            self._hand_out()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield pictures of the parts that are there: the first soon, the last of them all.

        Raises
        ------
        Exception
            What a part raised, or :class:`~sim.app.worker_process.WorkerDiedError`.
        """
        parts: list[FuturePart] = []
        done = 0
        shown_at = -SECONDS_BETWEEN
        try:
            while done < self.wish.replicates:
                if not (came := self._next_parts(parts, shown_at + SECONDS_BETWEEN)):
                    return
                parts += came
                done = sum(len(part.numbers) for part in parts)
                seconds = monotonic() - self._began
                yield futures_dict(self.wish, parts, seconds)
                shown_at = monotonic()
        finally:
            self.drop()

    def drop(self) -> None:
        """Give it up: parts that wait are not begun, and those that run end early."""
        with self._lock:
            self._dropped = True
            self._left.clear()
            jobs = list(self._jobs)
        for job in jobs:
            job.drop()
        self._finished.put(None)

    def _next_parts(self, parts: list[FuturePart], not_before: float) -> list[FuturePart]:
        """Wait for parts that are not there yet; none if it was dropped."""
        missing = self.wish.replicates - sum(len(part.numbers) for part in parts)
        came: list[FuturePart] = []
        while missing:
            # One is needed; more are taken in until it is time for a picture.
            left = max(0.0, not_before - monotonic()) if came else None
            try:
                job = self._finished.get(timeout=left)
            except queue.Empty:
                break
            if job is None or self._dropped:
                return []
            part = job.result()
            missing -= len(part.numbers)
            came.append(part)
        return came

    def _hand_out(self) -> None:
        """Give the workers the next part."""
        with self._lock:
            if self._dropped or not self._left:
                return
            job = self._workers.submit(run_part, self.wish.chunk(*self._left.pop(0)))
            self._jobs.add(job)
        job.add_done_callback(self._take_in)

    def _take_in(self, job: Any) -> None:
        with self._lock:
            self._jobs.discard(job)
        self._finished.put(job)
        try:
            self._hand_out()
        except RuntimeError:  # the workers were closed
            self._finished.put(None)


def part_sizes(replicates: int, workers: int, most: int) -> list[int]:
    """Return how an ensemble is split: a small part first, then large ones, done together.

    Parameters
    ----------
    replicates : int
        At least 1.
    workers : int
        Processes that share the parts.
    most : int
        Replicates that may be simulated at once.

    Returns
    -------
    list of int
        Sizes in the order in which the parts are begun; none hangs on anything but these numbers.
    """
    first = min(max(1, most // FIRST_SHARE), replicates)
    ahead = first + most // COST_SHARE  # what it costs whoever does it, in replicates
    sizes = [first]
    left = replicates - first
    # Whole rounds of parts that are as large as may be, as long as more than a round is left.
    while left > workers * most:
        sizes.append(most)
        left -= most
    # Whoever did the first part gets a smaller one at the end, or none if it is not worth it.
    share = -(-(left + ahead) // workers)
    if workers > 1 and share <= ahead:
        share = -(-left // (workers - 1))
    while left > 0:
        size = min(left, share, most)
        sizes.append(size)
        left -= size
    return sizes
