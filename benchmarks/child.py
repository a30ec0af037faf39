"""An ensemble in a process of its own, for its time and its peak memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


def run_in_child(replicates: int, workers: int = 1, scenario: str = "hasakeh-2015") -> dict:
    """Run an ensemble in a fresh process; return its seconds and peak memory in megabytes."""
    command = [sys.executable, "-m", "benchmarks.child", scenario, str(replicates), str(workers)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Run the ensemble that the command line names and print what it took."""
    from sim.engine.ensemble import Ensemble
    from sim.engine.sources import load_checked

    name, replicates, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    scenario = load_checked(name)
    begin = time.perf_counter()
    Ensemble(scenario, replicates=replicates, seed=7, workers=workers).run()
    seconds = time.perf_counter() - begin
    of_worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mb": own_peak_mb(), "worker_mb": of_worker}))


def own_peak_mb() -> float:
    """Return the most memory that this process has used.

    What getrusage says of a process includes what its parent held when it was started, so the
    kernel's own count is read where there is one.
    """
    return peak_mb_of("self") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_mb_of(process: object) -> float:
    """Return the most memory that a process has used, by its number; 0 if nobody can tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
