"""`khabur sweep`, really killed: what was finished stays, and the same command does the rest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.experiments.design import design_of
from sim.experiments.jobs import Job
from sim.experiments.replay import run_or_blame
from sim.experiments.sweep import run_sweep
from tests.experiments.running_jobs import ROOT, is_alive, wait_until

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="looks for processes in /proc"
)

CHUNK, JOBS = 256, 16
RUNS = CHUNK * JOBS
UNTIL = "2015-06-08"
DESIGN = design_of(
    {
        "scenario": "two-towns",
        "seed": 9,
        "replicates": RUNS // 2,
        "parameters": {"combat.killed_share": [0.22, 0.33]},
        "until": UNTIL,
    }
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The sweep, run without a stop."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    assert run_sweep(DESIGN, folder).complete
    return folder


@pytest.fixture
def khabur(tmp_path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a command in a process group of its own."""
    started: list[subprocess.Popen[str]] = []
    (tmp_path / "design.toml").write_text(
        f'scenario = "two-towns"\nseed = 9\nreplicates = {RUNS // 2}\nuntil = {UNTIL}\n'
        "parameters.combat.killed_share = [0.22, 0.33]\n"
    )

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def parts(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Return inode, time and hash of each finished part."""
    found = {}
    for path in (folder / "parts").glob("*.parquet"):
        about = path.stat()
        content = sha256(path.read_bytes()).hexdigest()
        found[path.name] = (about.st_ino, about.st_mtime_ns, content)
    return found


def has_parts(folder: Path, number: int) -> Callable[[], bool]:
    """Return what tells whether so many parts are finished; for none, whether it has begun."""

    def has() -> bool:
        if not (folder / "manifest.json").is_file():
            return False
        return len(list((folder / "parts").glob("[0-9a-f]*.parquet"))) >= number

    return has


def children(process: int) -> list[int]:
    """Return the processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(parent[1]) == process:
            found.append(int(path.parent.name))
    return found


def workers(process: int) -> list[int]:
    """Return those of them that run jobs."""
    found = []
    for child in children(process):
        try:
            command = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in command:
            found.append(child)
    return found


def finish(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run what is missing in this process; return the keys of the jobs that were run."""
    ran: list[str] = []

    def counted(job: Job) -> bytes:
        ran.append(job.key)
        return run_or_blame(job)

    monkeypatch.setattr("sim.experiments.sweep.run_or_blame", counted)
    done = run_sweep(DESIGN, folder)
    assert done.complete
    assert done.done_before + CHUNK * len(ran) == RUNS
    return ran


def assert_nothing_lost(
    folder: Path, before: dict[str, tuple[int, int, str]], ran: list[str], whole: Path
) -> None:
    after = parts(folder)
    assert before.items() <= after.items()  # the very files, untouched
    assert not {f"{key}.parquet" for key in ran} & set(before)
    assert sorted(path.name for path in (folder / "parts").iterdir()) == sorted(after)
    assert {name: about[2] for name, about in after.items()} == {
        name: about[2] for name, about in parts(whole).items()
    }
    pd.testing.assert_frame_equal(
        sim.load_results(folder), sim.load_results(whole), check_exact=True
    )


@pytest.mark.parametrize(("many", "number"), [(2, 0), (2, 5), (1, 2)])
def test_a_sweep_that_is_killed_goes_on_where_it_was(
    khabur, tmp_path, monkeypatch, whole, many, number
):
    folder = tmp_path / "sweep"
    process = khabur("sweep", "design.toml", "--out", "sweep", "--workers", str(many))
    assert wait_until(has_parts(folder, number))
    started = children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert wait_until(lambda: not any(map(is_alive, started)), 10.0)
    assert len(started) >= (2 if many == 2 and number else 0)
    before = parts(folder)
    assert number <= len(before) < JOBS
    ran = finish(folder, monkeypatch)
    assert len(ran) == JOBS - len(before)
    assert_nothing_lost(folder, before, ran, whole)


def test_a_sweep_whose_workers_are_killed_finishes_as_if_they_were_not(khabur, tmp_path, whole):
    folder = tmp_path / "sweep"
    process = khabur("sweep", "design.toml", "--out", "sweep", "--workers", "2", "--json")
    killed: set[int] = set()
    for number in (1, 4):
        assert wait_until(has_parts(folder, number))
        worker = workers(process.pid)[0]
        os.kill(worker, signal.SIGKILL)
        killed.add(worker)
    before = parts(folder)
    assert len(before) < JOBS
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err, len(killed)) == (0, "", 2)
    told = json.loads(out)
    assert (told["runs_done"], told["jobs_failed"], told["complete"]) == (RUNS, 0, True)
    assert_nothing_lost(folder, before, [], whole)


def test_ctrl_c_stops_with_130_and_the_same_command_goes_on(khabur, tmp_path, whole):
    folder = tmp_path / "sweep"
    command = ("sweep", "design.toml", "--out", "sweep", "--workers", "2", "--json")
    process = khabur(*command)
    assert wait_until(has_parts(folder, 3))
    started = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "Stopped; nothing was left half written.\n"
    assert wait_until(lambda: not any(map(is_alive, started)), 10.0)
    before = parts(folder)
    assert 3 <= len(before) < JOBS
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["runs_done"], manifest["complete"]) == (CHUNK * len(before), False)
    process = khabur(*command)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["done_before"] == CHUNK * len(before)
    assert_nothing_lost(folder, before, [], whole)
