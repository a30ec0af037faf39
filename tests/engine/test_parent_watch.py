"""Processes that end when their parent is killed, by each of the two ways alone and by both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sim.engine.parent_watch import end_with_parent
from tests.experiments.running_jobs import is_alive, start_script, wait_until

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="processes are looked up in /proc"
)

SCRIPT = """
    import os
    import time
    from multiprocessing import get_context, parent_process

    from sim.engine import parent_watch


    def watch_both():
        parent_watch.end_with_parent()

    def watch_in_a_thread():
        parent_watch._watch_in_a_thread(parent_process().sentinel)

    def ask_the_kernel():
        parent_watch._ask_the_kernel()

    def watch_too_late():
        while os.getppid() == parent_process().pid:
            time.sleep(0.01)
        parent_watch.end_with_parent()

    def not_at_all():
        pass


    def child(watch):
        print(os.getpid(), flush=True)
        watch()
        print("watching", flush=True)
        time.sleep(60)

    if __name__ == "__main__":
        process = get_context("spawn").Process(target=child, args=(WATCH,))
        process.start()
        process.join()
"""


def killed_parent(folder: Path, watch: str, last_word: str = "watching") -> int:
    """Start a process that has a child, kill it when the child watches; return the child's id."""
    parent = start_script(folder, SCRIPT.replace("WATCH", watch))
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    if last_word:
        assert parent.stdout.readline().strip() == last_word
    assert is_alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(timeout=10)
    parent.stdout.close()
    assert parent.stderr is not None
    parent.stderr.close()
    return child


@pytest.mark.parametrize("watch", ["watch_both", "watch_in_a_thread", "ask_the_kernel"])
def test_a_process_that_watches_ends_with_its_parent(watch: str, tmp_path: Path) -> None:
    child = killed_parent(tmp_path, watch)
    assert wait_until(lambda: not is_alive(child), seconds=5)


def test_a_process_whose_parent_ended_before_it_could_watch_ends_too(tmp_path: Path) -> None:
    child = killed_parent(tmp_path, "watch_too_late", last_word="")
    assert wait_until(lambda: not is_alive(child), seconds=5)


def test_a_process_that_does_not_watch_outlives_its_parent(tmp_path: Path) -> None:
    child = killed_parent(tmp_path, "not_at_all")
    try:
        assert not wait_until(lambda: not is_alive(child), seconds=1)
    finally:
        os.kill(child, signal.SIGKILL)


def test_only_a_child_can_watch_its_parent() -> None:
    with pytest.raises(RuntimeError, match="has a parent to watch"):
        end_with_parent()
    assert "parent watch" not in {thread.name for thread in threading.enumerate()}


def test_watching_needs_nothing_that_is_slow_to_import() -> None:
    code = "import sim.engine.parent_watch, sys; print('pydantic' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert printed.stdout == "False\n"


POOL = """
    import os
    import time

    from sim.engine.chunks import worker_pool


    def work(_):
        print(os.getpid(), flush=True)
        time.sleep(60)

    if __name__ == "__main__":
        with worker_pool(1) as pool:
            pool.submit(work, 0).result()
"""


def test_the_processes_of_an_ensemble_end_with_the_command_that_is_killed(tmp_path: Path) -> None:
    parent = start_script(tmp_path, POOL)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    assert is_alive(worker)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(timeout=10)
    parent.stdout.close()
    assert parent.stderr is not None
    parent.stderr.close()
    assert wait_until(lambda: not is_alive(worker), seconds=5)
