"""Jobs for the pool that take as long as a test wants, or never end well."""

import os
import signal
import time
from pathlib import Path

from sim.app.future_parts import run_part
from sim.app.simulating import simulated
from sim.app.worker_process import stop_if_unwanted

SLOW = 666  # the seed of what waits
PATIENCE = 60.0


def wait_at(gate):
    """Leave a trace, then wait until a file is there, deaf to everything else."""
    Path(f"{gate}.reached").touch()
    end = time.monotonic() + PATIENCE
    while not Path(gate).exists() and time.monotonic() < end:
        time.sleep(0.01)


def slowly_simulated(gate, scenario, view, fitted):
    """Simulate a run; that of the slow seed waits at a gate first."""
    if view.seed == SLOW:
        wait_at(gate)
    return simulated(scenario, view, fitted)


def slow_part(gate, chunk):
    """Simulate some replicates; those of the slow seed wait at a gate first."""
    if chunk.seed == SLOW:
        wait_at(gate)
    return run_part(chunk)


def work_until_unwanted(trace, *_):
    """Work until nobody wants it, and leave a trace of that."""
    Path(f"{trace}.reached").touch()
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            stop_if_unwanted()
            time.sleep(0.01)
    except BaseException:
        Path(trace).touch()
        raise


def die(*_):
    """End the process, as a system without memory would."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail(*_):
    """Raise what nobody expects."""
    raise ZeroDivisionError("the rate of\nnothing")
