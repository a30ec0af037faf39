"""What the tests of the runner share: results as they come, and scripts run beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from sim.experiments.failures import Failure
from sim.experiments.runner import run_jobs

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30.0


@dataclass
class Kept:
    """What the runner handed over."""

    results: dict[Any, bytes] = field(default_factory=dict)
    failures: dict[Any, Failure] = field(default_factory=dict)

    def done(self, job: Any, result: bytes) -> None:
        assert job not in self.results
        self.results[job] = result

    def failed(self, job: Any, failure: Failure) -> None:
        assert job not in self.failures
        self.failures[job] = failure


def run(jobs: Any, work: Callable[[Any], bytes], executors: Any, **options: Any) -> Kept:
    """Run jobs and return what was handed over."""
    kept = Kept()
    run_jobs(
        jobs,
        work,
        executors=executors,
        done=kept.done,
        failed=kept.failed,
        replay=lambda job: f"again({job.number})",
        **options,
    )
    return kept


def start_script(folder: Path, text: str) -> subprocess.Popen[str]:
    """Start a Python script in a process group of its own."""
    script = folder / "script.py"
    script.write_text(dedent(text), encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    """Wait for something to come true; tell whether it did in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def is_alive(process: int) -> bool:
    """Tell whether a process runs; one that has ended but was not yet waited for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state.rpartition(")")[2].split()[0] not in ("Z", "X")
