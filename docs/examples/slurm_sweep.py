r"""Run a sweep on the nodes of a SLURM cluster, with dask-jobqueue.

    python slurm_sweep.py --nodes 8 --cores 32 --memory 64GB --walltime 04:00:00 --partition NAME \
        -- sweep design.toml --out results

What follows ``--`` is a command of khabur that takes ``--scheduler``. ``--show`` prints the script
that each node is asked for with and stops; ``--local 2`` uses two processes of this machine in
place of nodes. Run it where jobs are submitted and where it may stay until the sweep is done; the
folder ``results`` is written here alone.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from typing import Any

import dask

KHABUR = [sys.executable, "-m", "sim.cli"]
ONE_THREAD = [
    f"export {name}=1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
]


def options() -> argparse.ArgumentParser:
    """Return the options of this script."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", type=int, default=1, help="batch jobs to keep running")
    parser.add_argument("--cores", type=int, default=16, help="worker processes of each")
    parser.add_argument("--memory", default="32GB", help="of each batch job; 2 GB a core is enough")
    parser.add_argument("--walltime", default="04:00:00", help="of each batch job")
    parser.add_argument("--partition", help="SLURM's partition")
    parser.add_argument("--account", help="SLURM's account")
    parser.add_argument("--interface", help="network between the nodes, such as ib0")
    parser.add_argument("--logs", default="slurm-logs", help="folder for what workers say")
    parser.add_argument("--show", action="store_true", help="print the batch script and stop")
    parser.add_argument("--local", type=int, metavar="N", help="N processes here, without SLURM")
    parser.add_argument("command", nargs="+", help="of khabur, after --")
    return parser


def slurm_cluster(given: argparse.Namespace) -> Any:
    """Return a cluster whose workers are started by SLURM."""
    from dask_jobqueue import SLURMCluster

    return SLURMCluster(
        queue=given.partition,
        account=given.account,
        cores=given.cores,
        processes=given.cores,  # a process a core: the simulation gains nothing from threads
        memory=given.memory,
        walltime=given.walltime,
        interface=given.interface,
        log_directory=given.logs,
        job_script_prologue=ONE_THREAD,
    )


def cluster_of(given: argparse.Namespace) -> Any:
    """Return the cluster that was asked for."""
    if given.local is None:
        return slurm_cluster(given)
    from distributed import LocalCluster

    return LocalCluster(n_workers=given.local, threads_per_worker=1, dashboard_address=":0")


def run(command: list[str]) -> int:
    """Run a command to its end and return its status; Ctrl-C is for the command alone."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked for."""
    parser = options()
    given = parser.parse_args(arguments)
    if given.show and given.local is not None:
        parser.error("--show is of SLURM, --local does without")
    # A node that reaches its walltime, or is taken away, is no fault of the job it was at.
    patient = dask.config.set({"distributed.scheduler.allowed-failures": 10})
    with patient, cluster_of(given) as cluster:
        if given.show:
            print(cluster.job_script())
            return 0
        if given.local is None:
            # Not scale(): a batch job that reaches its walltime is to be asked for again.
            cluster.adapt(minimum_jobs=given.nodes, maximum_jobs=given.nodes)
        return run([*KHABUR, *given.command, "--scheduler", cluster.scheduler_address])


if __name__ == "__main__":
    sys.exit(main())
