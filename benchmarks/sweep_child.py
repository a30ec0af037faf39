"""Sweeps in a process of their own, for their time by the clock and their peak memory.

    python -m benchmarks.sweep_child run RUNS WORKERS DAYS FOLDER   simulate a sweep
    python -m benchmarks.sweep_child fill RUNS SHARE FOLDER         make up that share of its jobs
    python -m benchmarks.sweep_child resume RUNS FOLDER             open it to go on
    python -m benchmarks.sweep_child overhead WHERE CHUNKS FOLDER   made-up chunks, on inline,
                                                                    processes or dask

Each prints one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from itertools import islice
from multiprocessing import active_children
from pathlib import Path
from typing import Any

from benchmarks.child import own_peak_mb, peak_mb_of

DESIGN = Path(__file__).with_name("hasakeh-100000.toml")
CHUNK = 256  # runs of a chunk of the siege
WORKERS = 2  # of the processes and of the dask cluster that overhead is measured on


def in_child(*words: object) -> dict[str, Any]:
    """Call this module in a fresh process and return what it printed."""
    command = [sys.executable, "-m", "benchmarks.sweep_child", *map(str, words)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def siege_design(points: int, days: int | None = None) -> Any:
    """Return the design for measuring with another number of points, and perhaps of days."""
    from sim.experiments.design import design_of, load_design
    from sim.experiments.design_rows import load_scenarios

    design = load_design(DESIGN)
    content = design.to_json() | {"points": points}
    if days is not None:
        (scenario,) = load_scenarios(design)
        content["until"] = scenario.start + timedelta(days=days - 1)
    return design_of(content)


def run(runs: int, workers: int, days: int, folder: Path) -> dict[str, Any]:
    """Simulate a sweep; tell its time, memory as it went on, and disk.

    ``steady_seconds`` is the time of a run once every worker has started and done a chunk;
    ``processor_seconds`` holds the start of all processes too.
    """
    from sim.experiments.sweep import local, run_sweep

    design = siege_design(runs, days)
    marks: list[tuple[float, int, float, float]] = []

    def note(done: int, total: int) -> None:
        workers_mb = [peak_mb_of(child.pid) for child in active_children()]
        marks.append((time.perf_counter(), done, own_peak_mb(), max(workers_mb, default=0.0)))

    begin = time.perf_counter()
    sweep = run_sweep(design, folder, executors=local(workers), progress=note)
    seconds = time.perf_counter() - begin
    assert sweep.complete
    first, quarter, last = marks[workers], marks[max(1, len(marks) // 4)], marks[-1]
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": seconds,
        "processor_seconds": sum(each.ru_utime + each.ru_stime for each in spent),
        "steady_seconds": (last[0] - first[0]) / max(1, last[1] - first[1]),
        "quarter_mb": quarter[2],
        "sweep_mb": own_peak_mb(),
        "quarter_worker_mb": quarter[3],
        "sweep_worker_mb": last[3],
        "disk_mb": disk_mb(folder),
    }


def fill(runs: int, share: float, folder: Path) -> dict[str, Any]:
    """Keep made-up parts for a share of the jobs of a sweep; tell the memory that it took."""
    from benchmarks.made_up import made_up
    from sim.experiments.executors import inline
    from sim.experiments.runner import run_jobs
    from sim.experiments.store import open_store
    from sim.experiments.sweep import jobs_of_design

    design = siege_design(runs)
    begin = time.perf_counter()
    jobs, _ = jobs_of_design(design)
    store = open_store(folder, design, jobs)
    opened_mb = own_peak_mb()
    some = int(share * len(jobs))
    run_jobs(
        islice(iter(store.missing), some),
        made_up,
        executors=inline(),
        done=store.keep,
        failed=_give_up,
        replay=repr,
    )
    store.close()
    return {
        "seconds": time.perf_counter() - begin,
        "chunks": len(jobs),
        "left": len(jobs) - some,
        "opened_mb": opened_mb,
        "store_mb": own_peak_mb(),
        "disk_mb": disk_mb(folder),
    }


def resume(runs: int, folder: Path) -> dict[str, Any]:
    """Open a sweep to go on; tell the time until its first missing job is at hand."""
    from sim.experiments.store import open_store
    from sim.experiments.sweep import jobs_of_design

    design = siege_design(runs)
    begin, spent = time.perf_counter(), time.process_time()
    jobs, _ = jobs_of_design(design)
    made = time.perf_counter()
    missing = open_store(folder, design, jobs).missing
    keys = [job.key for job in islice(iter(missing), 1)]
    end = time.perf_counter()
    assert bool(keys) == bool(missing)
    return {
        "design_seconds": made - begin,
        "store_seconds": end - made,
        "resume_seconds": end - begin,
        "processor_seconds": time.process_time() - spent,
        "left": len(missing),
        "resume_mb": own_peak_mb(),
    }


def overhead(where: str, chunks: int, folder: Path) -> dict[str, Any]:
    """Pass chunks of full size through a sweep without simulating them; tell the time of one.

    Counted from where every worker has answered a few times. It holds all that a chunk costs
    beside the simulation and its outcomes: making the job, sending it, taking the part, keeping
    it, and merging at every 256th.
    """
    from benchmarks.made_up import same_part
    from sim.experiments.jobs import Job
    from sim.experiments.runner import run_jobs
    from sim.experiments.store import open_store
    from sim.experiments.sweep import jobs_of_design

    settling = 8 * WORKERS
    design = siege_design((chunks + settling) * CHUNK)
    jobs, _ = jobs_of_design(design)
    store = open_store(folder, design, jobs)
    marks: list[float] = []
    of_parent: list[float] = []

    def keep(job: Job, content: bytes) -> None:
        store.keep(job, content)
        marks.append(time.perf_counter())
        of_parent.append(time.process_time())

    executors, close = _executors(where)
    run_jobs(
        store.missing,
        same_part,
        executors=executors,
        done=keep,
        failed=_give_up,
        replay=repr,
    )
    store.close()
    close()
    return {
        "where": where,
        "chunks": chunks,
        "chunk_seconds": (marks[-1] - marks[settling - 1]) / chunks,
        "parent_seconds": (of_parent[-1] - of_parent[settling - 1]) / chunks,
    }


def _executors(where: str) -> tuple[Any, Any]:
    """Return a factory of executors, and what ends them."""
    from sim.experiments.executors import dask_cluster, inline, local_processes

    if where == "dask":
        import distributed

        cluster = distributed.LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, dashboard_address=None, silence_logs=50
        )
        return dask_cluster(cluster.scheduler_address), cluster.close
    return {"inline": inline(), "processes": local_processes(WORKERS)}[where], lambda: None


def _give_up(job: Any, failure: Any) -> None:
    raise RuntimeError(f"{job!r}: {failure.message}")


def disk_mb(folder: Path) -> float:
    """Return the size of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Measure what the command line names, and print it."""
    what, *words = sys.argv[1:]
    folder = Path(words.pop())
    if what == "run":
        found = run(*map(int, words), folder)  # type: ignore[arg-type]
    elif what == "fill":
        found = fill(int(words[0]), float(words[1]), folder)
    elif what == "resume":
        found = resume(int(words[0]), folder)
    else:
        found = overhead(words[0], int(words[1]), folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
