"""Kills, full disks and damage: a sweep's folder keeps what is finished, and says what is wrong."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.engine.folders import ResultsError
from sim.experiments.failures import Failure
from sim.experiments.parts import part_files, part_path
from tests.experiments.sweeps import jobs_for, keep, names, opened, parts_by_key, swept

FAILURE = Failure(type="ValueError", message="no", traceback="", attempts=1, replay="again")


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return parts_by_key()


class Killed(BaseException):
    """What nothing catches, as nothing catches SIGKILL."""


def killed_at(monkeypatch, step: int) -> None:
    """Stop the program just before a file of its gets its name or loses it."""
    left = [step]

    def dying(real):
        def call(path, *args, **options):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(path, *args, **options)

        return call

    for name in ("replace", "unlink", "rename", "mkdir"):
        monkeypatch.setattr(Path, name, dying(getattr(Path, name)))


def test_whenever_the_program_is_killed_the_sweep_goes_on_where_it_was(
    tmp_path, parts, monkeypatch
):
    swept(tmp_path / "whole", chunk=3)
    whole = sim.load_results(tmp_path / "whole")
    folder = tmp_path / "sweep"
    for step in range(100):
        done: list[str] = []
        shutil.rmtree(folder, ignore_errors=True)
        with monkeypatch.context() as patched:
            killed_at(patched, step)
            try:
                store = opened(folder, chunk=3, merge_after=2)
                for job in store.missing:
                    store.keep(job, parts[job.key])
                    done.append(job.key)
                store.close()
                finished = True
            except Killed:
                finished = False
        again = opened(folder, chunk=3, merge_after=2)
        assert not {job.key for job in again.missing} & set(done)
        assert again.runs_left <= 12 - 3 * len(done)
        keep(again, parts)
        assert again.close()["complete"] is True
        pd.testing.assert_frame_equal(sim.load_results(folder), whole)
        if finished:
            break
    assert finished
    assert step > 20


KILLED = """
import os, signal, sys
from sim.experiments.jobs import run_job
from tests.experiments.sweeps import opened
store = opened(__import__("pathlib").Path(sys.argv[1]), chunk=3)
for job in store.missing[:2]:
    store.keep(job, run_job(job))
from sim.engine import folders
os.fsync = lambda file: os.kill(os.getpid(), signal.SIGKILL)
store.keep(store.missing[2], b"half of a part")
"""


def test_a_real_kill_leaves_whole_parts_and_what_was_half_written_is_removed(tmp_path, parts):
    folder = tmp_path / "sweep"
    command = [sys.executable, "-c", KILLED, str(folder)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(part_files(folder)) == 2
    assert len(list((folder / "parts").iterdir())) == 3
    store = opened(folder, chunk=3)
    assert len(list((folder / "parts").iterdir())) == 2
    assert [job.key for job in store.missing] == [job.key for job in jobs_for(chunk=3)[2:]]
    keep(store, parts)
    swept(tmp_path / "whole", chunk=3)
    pd.testing.assert_frame_equal(sim.load_results(folder), sim.load_results(tmp_path / "whole"))


def full(number: int):
    def write(file):
        raise OSError(number, os.strerror(number))

    return write


@pytest.mark.parametrize(
    ("number", "why"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "the file system is read-only")],
)
def test_a_disk_that_takes_no_more_is_one_sentence_and_no_half_part(
    tmp_path, parts, monkeypatch, number, why
):
    store = opened(tmp_path / "sweep", chunk=3)
    keep(store, parts, 1)
    before = names(store.folder)
    monkeypatch.setattr(os, "fsync", full(number))
    other = store.missing[1]
    path = part_path(store.folder, other.key)
    with pytest.raises(ResultsError) as refused:
        store.keep(other, parts[other.key])
    assert str(refused.value) == f"{str(path)!r} cannot be written: {why}."
    with pytest.raises(ResultsError, match=why):
        store.keep_failure(other, FAILURE)
    with pytest.raises(ResultsError, match=why):
        opened(tmp_path / "new", chunk=3)
    monkeypatch.undo()
    assert names(store.folder) == before
    assert not (tmp_path / "new").exists()
    assert len(opened(tmp_path / "sweep", chunk=3).missing) == 3


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 kB, where one may be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_one_sentence_and_no_half_part(small_disk, parts):
    store = opened(small_disk / "sweep", chunk=3)
    job = store.missing[0]
    with pytest.raises(ResultsError, match=r"^'.*parquet' cannot be written: the disk is full\.$"):
        store.keep(job, parts[job.key] + bytes(1 << 17))
    assert list((store.folder / "parts").iterdir()) == []
    with pytest.raises(ResultsError, match=r"cannot be written: the disk is full\.$"):
        opened(small_disk / "large", parameters={"combat.contact_line": "prior"}, **LARGE)
    assert not (small_disk / "large").exists()


LARGE = {"method": "sobol", "points": 4096}


def test_a_read_only_disk_is_one_sentence(small_disk, parts):
    store = opened(small_disk / "sweep", chunk=3)
    keep(store, parts, 1)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ResultsError, match=r"^'.*' cannot be written: the file system is read-"):
        keep(store, parts)
    for name in ("sweep", "new"):
        with pytest.raises(ResultsError, match=r"cannot be written: [a-z -]+\.$"):
            opened(small_disk / name, chunk=3)
    assert len(sim.load_results(store.folder)) == 3


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_read_only_folder_is_one_sentence(tmp_path, parts):
    store = opened(tmp_path / "sweep", chunk=3)
    below = store.folder / "parts"
    below.chmod(0o500)
    try:
        with pytest.raises(ResultsError, match=r"cannot be written: permission is denied\.$"):
            keep(store, parts, 1)
    finally:
        below.chmod(0o700)
    assert list(below.iterdir()) == []


def test_a_damaged_merged_part_is_named(tmp_path, parts):
    store = opened(tmp_path / "sweep", chunk=3, merge_after=4)
    keep(store, parts)
    (merged,) = part_files(store.folder)
    merged.write_bytes(merged.read_bytes()[:-100])
    with pytest.raises(ResultsError, match=f"{merged.name}' is damaged .*; remove it"):
        opened(tmp_path / "sweep", chunk=3)
    merged.unlink()
    assert opened(tmp_path / "sweep", chunk=3).runs_left == 12
