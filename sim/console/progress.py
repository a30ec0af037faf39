"""Progress on standard error, shown only by what takes longer than two seconds."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

QUIET_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 5.0


class WorkProgress:
    """A bar in a terminal, a plain line now and then elsewhere; call it with done and total."""

    def __init__(self, what: str, unit: str, *, quiet: bool = False) -> None:
        self._what = what
        self._unit = unit
        self._quiet = quiet
        self._begun = time.monotonic()
        self._last_line = self._begun
        self._first: tuple[float, int] | None = None  # when it was first called, and done then
        self._done = 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> WorkProgress:
        """Start."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Note that ``done`` of ``total`` units of work are done."""
        now = time.monotonic()
        if self._first is None or done < self._done:  # less than before: other work has begun
            self._first = now, done
        self._done = done
        if self._quiet or now - self._begun < QUIET_SECONDS:
            return
        left = self._time_left(now, done, total)
        if sys.stderr.isatty():
            self._move_bar(done, total, left)
        elif now - self._last_line >= SECONDS_BETWEEN_LINES or self._last_line == self._begun:
            self._last_line = now
            told = f"{self._what}: {done:,} of {total:,} {self._unit}"
            print(", ".join(filter(None, (told, left))), file=sys.stderr, flush=True)

    def _time_left(self, now: float, done: int, total: int) -> str:
        """Say how long the rest takes at the pace so far; nothing if there is no pace or rest.

        What was done before the first call took no time, or another time.
        """
        begun, before = self._first or (now, done)
        if now <= begun or not before < done < total:
            return ""
        seconds = (now - begun) * (total - done) / (done - before)
        return f"about {short_duration(seconds)} left"

    def _move_bar(self, done: int, total: int, left: str) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[left]}"),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=total, left=left)
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=total, left=left)


def short_duration(seconds: float) -> str:
    """Return a time as a line of progress has it: ``40 s``, ``3 min``, ``2.5 h``, ``4 days``."""
    for most, unit, size in ((90, "s", 1), (90, "min", 60), (48, "h", 3600)):
        number = seconds / size
        if number < most:
            digits = 1 if unit == "h" and number < 10 else 0
            return f"{max(number, 1):.{digits}f} {unit}"
    return f"{seconds / 86400:.0f} days"
