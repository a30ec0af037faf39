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
        if self._quiet or now - self._begun < QUIET_SECONDS:
            return
        if sys.stderr.isatty():
            self._move_bar(done, total)
        elif now - self._last_line >= SECONDS_BETWEEN_LINES or self._last_line == self._begun:
            self._last_line = now
            print(f"{self._what}: {done:,} of {total:,} {self._unit}", file=sys.stderr, flush=True)

    def _move_bar(self, done: int, total: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task(self._what, total=total)
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=total)
