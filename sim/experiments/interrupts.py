"""Ctrl-C at any moment but the wrong one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """Ctrl-C does what it ever does, but waits while something is being kept.

    A context manager for the main thread; in another, which Ctrl-C never reaches, or where Ctrl-C
    is ignored, it changes nothing.
    """

    def __init__(self) -> None:
        self._holding = False
        self._came = False
        self._before: Callable[[int, FrameType | None], Any] | None = None

    def __enter__(self) -> Interrupts:
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(before):
            self._before = before
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *fault: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._holding:
            self._came = True
        elif self._before is not None:
            self._before(number, frame)  # Python's own raises KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let what is inside finish; a Ctrl-C that came meanwhile takes effect after it."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._came:
            self._came = False
            self._handle(signal.SIGINT, None)
