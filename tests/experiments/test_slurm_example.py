"""The script of the documentation that runs a sweep on a cluster (where its packages are)."""

from __future__ import annotations

import importlib.util
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
if importlib.util.find_spec("dask_jobqueue") is None:
    pytest.skip("dask_jobqueue is not installed", allow_module_level=True)

ROOT = Path(__file__).parents[2]
COMMAND = """
import sys
from pathlib import Path

from sim.experiments.executors import dask_cluster
from tests.experiments.runner_jobs import jobs_in, square
from tests.experiments.running_jobs import run

said, folder, option, address = sys.argv[1:]
assert (said, option) == ("sweep", "--scheduler")
kept = run(jobs_in(Path(folder), 6), square, dask_cluster(address))
sys.exit(30 + len(kept.results))
"""


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.chdir(tmp_path)
    before = signal.getsignal(signal.SIGINT)
    spec = importlib.util.spec_from_file_location(
        "slurm_sweep", ROOT / "docs" / "examples" / "slurm_sweep.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    signal.signal(signal.SIGINT, before)  # dask_jobqueue gives it another meaning


def test_nodes_are_asked_for_with_a_process_a_core_and_one_thread_each(
    example: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--show", "--cores", "4", "--memory", "8GB", "--walltime", "01:00:00"]
    assert example.main([*asked, "--partition", "short", "--", "sweep", "design.toml"]) == 0
    script = capsys.readouterr().out.splitlines()
    for line in (
        "#SBATCH -p short",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=8G",
        "#SBATCH -t 01:00:00",
        "export OPENBLAS_NUM_THREADS=1",
    ):
        assert line in script
    (worker,) = (line for line in script if "dask_worker" in line)
    assert "--nworkers 4" in worker
    assert "--nthreads 1" in worker


def test_the_command_is_run_on_the_cluster_and_its_status_passed_on(
    example: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(example, "KHABUR", [sys.executable, "-c", COMMAND])
    assert example.main(["--local", "1", "--", "sweep", str(tmp_path)]) == 36


def test_a_script_for_slurm_is_not_shown_without_slurm(
    example: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        example.main(["--local", "1", "--show", "--", "sweep", "design.toml"])
    assert "--show is of SLURM" in capsys.readouterr().err


def test_ctrl_c_is_left_to_the_command(example: Any) -> None:
    interrupt = "import os, signal; os.kill(os.getppid(), signal.SIGINT); os._exit(130)"
    assert example.run([sys.executable, "-c", interrupt]) == 130
