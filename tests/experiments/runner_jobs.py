"""Jobs for the tests of the runner: plain functions that other processes can import."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Job:
    """A number to be squared, and a folder in which each attempt leaves a file."""

    number: int
    folder: Path

    def note_attempt(self) -> int:
        """Leave a file named after the process; return how many attempts there were before."""
        before = attempts_at(self)
        (self.folder / f"{self.number}-{before}-{os.getpid()}").touch()
        return before


def attempts_at(job: Job) -> int:
    """Return how often a job was begun."""
    return len(list(job.folder.glob(f"{job.number}-*")))


def jobs_in(folder: Path, count: int) -> list[Job]:
    """Return jobs numbered from 0."""
    return [Job(number, folder) for number in range(count)]


def answer_to(job: Job) -> bytes:
    """Return what a job that goes well gives."""
    return b"%d" % job.number**2


def square(job: Job) -> bytes:
    """Go well."""
    job.note_attempt()
    return answer_to(job)


def kill_worker_once(job: Job) -> bytes:
    """Be killed at the first attempt of job 3."""
    if job.note_attempt() == 0 and job.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer_to(job)


def kill_worker_always(job: Job) -> bytes:
    """Be killed at every attempt of job 3, after the others had time to begin."""
    job.note_attempt()
    if job.number == 3:
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)
    return answer_to(job)


def raise_in_three(job: Job) -> bytes:
    """Raise in job 3."""
    job.note_attempt()
    if job.number == 3:
        raise ValueError("three is not allowed")
    return answer_to(job)


class AwkwardError(Exception):
    """Can be pickled, but not read again."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second}")


def raise_awkwardly(job: Job) -> bytes:
    """Raise in job 3 what would break a pool of processes."""
    job.note_attempt()
    if job.number == 3:
        raise AwkwardError("one", "two")
    return answer_to(job)


def leave_python(job: Job) -> bytes:
    """Leave Python in job 3."""
    job.note_attempt()
    if job.number == 3:
        sys.exit("enough")
    return answer_to(job)


def give_no_bytes(job: Job) -> bytes:
    """Return in job 3 what cannot be sent."""
    job.note_attempt()
    return answer_to(job) if job.number != 3 else (lambda: 3)  # type: ignore[return-value]


def sleep_long(job: Job) -> bytes:
    """Do the even jobs at once, and stay in the odd ones."""
    job.note_attempt()
    if job.number % 2:
        time.sleep(60)
    return answer_to(job)


def simulate(replicates: list[int]) -> bytes:
    """Simulate replicates of the smallest scenario; return what was measured."""
    import json

    import numpy as np

    from sim.engine.chunks import Chunk, run_chunk
    from sim.engine.sources import load_checked

    result = run_chunk(
        Chunk(load_checked("two-towns"), 7, np.array(replicates), {}, True, {}, until=None)
    )
    measured = {
        "parameters": {name: values.tolist() for name, values in result.parameters.items()},
        "outcomes": {
            name: [values.kind, values.values.tolist(), values.by_end.tolist(), values.labels]
            for name, values in result.outcomes.items()
        },
    }
    return json.dumps(measured, sort_keys=True).encode()


def raise_awkwardly_at_once() -> None:
    """Raise what can be pickled, but not read again."""
    raise AwkwardError("one", "two")


def square_slowly(job: Job) -> bytes:
    """Go well, after a while."""
    time.sleep(0.2)
    return square(job)
