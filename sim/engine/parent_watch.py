"""Processes that end when the one that started them does, however it ended.

A process started afresh (`spawn`) is not told that its parent was killed: it would finish its job,
wait for another for ever, and hold its memory meanwhile.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>, prctl(2)


def end_with_parent() -> None:
    """Make this process end as soon as its parent has ended; to be called first of all.

    Linux is asked to kill the process, which also works while a long computation lets no other
    thread run. The kernel takes the *thread* that started the process for its parent, so that
    thread must live as long as the process is wanted. Everywhere a thread waits for the pipe, or
    the handle, that the parent's end closes.

    Raises
    ------
    RuntimeError
        If the process was not started by multiprocessing.
    """
    parent = parent_process()
    if parent is None:
        raise RuntimeError("Only a process started by multiprocessing has a parent to watch.")
    if sys.platform == "linux":
        _ask_the_kernel()
    if os.name == "posix" and os.getppid() != parent.pid:  # it ended before the kernel was asked
        os._exit(1)
    _watch_in_a_thread(parent.sentinel)


def _ask_the_kernel() -> None:
    """Have the kernel kill this process when the thread that started it ends."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    except (OSError, AttributeError):  # a C library without it: the thread is left
        return


def _watch_in_a_thread(sentinel: int) -> None:
    """Wait beside the work for the parent's end, and end at once."""
    threading.Thread(target=_end_after, args=(sentinel,), name="parent watch", daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
