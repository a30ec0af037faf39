"""Run folders: whole or not at all, the same bytes for the same run, safe to open."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.engine import folders
from sim.engine.columns import COLUMNS
from sim.engine.results import (
    ResultsError,
    check_target,
    default_folder,
    load_run,
    write_run,
)
from tests.outcomes.histories import OUTCOMES, run_record

FILES = {"run.json", "scenario.json", *(f"{name}.parquet" for name in COLUMNS)}


@pytest.fixture
def written(tmp_path):
    return write_run(tmp_path / "run", run_record())


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_run_folder_has_its_files_and_nothing_else(written):
    assert set(contents(written)) == FILES
    assert [path.name for path in written.parent.iterdir()] == ["run"]


def test_the_same_run_gives_the_same_bytes(tmp_path):
    first = write_run(tmp_path / "first", run_record())
    second = write_run(tmp_path / "elsewhere" / "second", run_record())
    assert contents(first) == contents(second)


def test_another_run_gives_other_bytes(tmp_path, written):
    other = write_run(tmp_path / "other", run_record(seed=8))
    assert contents(written)["daily.parquet"] != contents(other)["daily.parquet"]


def test_the_bytes_do_not_depend_on_the_process(written, tmp_path):
    code = (
        "import sys; from sim.engine.results import write_run;"
        "from tests.outcomes.histories import run_record; write_run(sys.argv[1], run_record())"
    )
    again = tmp_path / "again"
    environment = {**os.environ, "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}
    subprocess.run(
        [sys.executable, "-c", code, str(again)],
        check=True,
        cwd=Path(__file__).parents[2],
        env=environment,
    )
    assert contents(again) == contents(written)


def test_a_run_is_read_as_it_was_written(written):
    record, run = run_record(), load_run(written)
    assert run.info["seed"] == record.seed
    assert run.info["parameters"] == {"combat.attrition": 0.05}
    assert run.info["kinds"] == record.kinds
    assert run.scenario == record.scenario.resolved()
    assert list(run.outcomes) == [row.id for row in OUTCOMES]
    assert set(run.outcomes["siege_days"]) == {"value", "unit", "reported"}
    assert run.daily["killed_fighters"].sum() == record.history.killed.sum()
    assert len(run.places) == record.history.days * len(record.history.places)
    assert run["units"] is run["units"]
    assert "riverton" in repr(run)


def test_frames_have_the_columns_that_are_promised_with_dates_as_dates(written):
    run = load_run(written)
    for name, columns in COLUMNS.items():
        assert list(run[name].columns) == list(columns)
        assert run[name]["date"].dtype.kind == "M"
    assert run.daily is run["daily"]
    assert [len(frame) > 0 for frame in (run.units, run.engagements, run.events, run.reports)]


def test_missing_parents_are_made(tmp_path):
    assert write_run(tmp_path / "a" / "b" / "run", run_record()).is_dir()


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "run").mkdir()
    write_run(tmp_path / "run", run_record())
    assert set(contents(tmp_path / "run")) == FILES


def test_a_run_is_replaced_only_on_demand(tmp_path, written):
    before = contents(written)
    with pytest.raises(ResultsError, match="already"):
        write_run(written, run_record(seed=8))
    assert contents(written) == before
    write_run(written, run_record(seed=8), overwrite=True)
    assert load_run(written).info["seed"] == 8
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_that_is_no_run_is_left_alone(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(ResultsError, match="left alone"):
        write_run(tmp_path / "thesis", run_record(), overwrite=True)
    assert contents(tmp_path / "thesis") == {"chapter.txt": b"years of work"}


def test_a_file_is_not_replaced_by_a_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ResultsError, match="is a file"):
        write_run(tmp_path / "file", run_record(), overwrite=True)
    with pytest.raises(ResultsError, match="file"):
        write_run(tmp_path / "file" / "run", run_record())


def fail_on(number: int, kind: int):
    """Return a writer of files that fails at one of them."""
    calls = []
    write = folders.write_file

    def failing(path, content):
        calls.append(path)
        if len(calls) == number:
            raise OSError(kind, os.strerror(kind))
        write(path, content)

    return failing


@pytest.mark.parametrize("number", [1, 3, len(FILES)])
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, number):
    monkeypatch.setattr(folders, "write_file", fail_on(number, errno.ENOSPC))
    with pytest.raises(ResultsError, match=r"cannot be written: the disk is full\.$"):
        write_run(tmp_path / "new" / "run", run_record())
    assert list(tmp_path.iterdir()) == []


def test_the_old_run_survives_a_full_disk(tmp_path, written, monkeypatch):
    before = contents(written)
    monkeypatch.setattr(folders, "write_file", fail_on(2, errno.ENOSPC))
    with pytest.raises(ResultsError):
        write_run(written, run_record(seed=8), overwrite=True)
    assert contents(written) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_the_old_run_survives_a_failure_at_the_very_end(tmp_path, written, monkeypatch):
    before = contents(written)
    rename = Path.rename
    calls = []

    def failing(self, target):
        calls.append(self)
        if len(calls) == 2:  # the old run stands aside, the new one is not there yet
            raise OSError(errno.EIO, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(ResultsError, match="input/output error"):
        write_run(written, run_record(seed=8), overwrite=True)
    assert contents(written) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_ctrl_c_leaves_nothing_behind(tmp_path, monkeypatch):
    def stopped(path, content):
        raise KeyboardInterrupt

    monkeypatch.setattr(folders, "write_file", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_run(tmp_path / "run", run_record())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_told_before_anything_is_done(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ResultsError, match="permission is denied"):
        check_target(tmp_path / "run")


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_an_impossible_name_is_told(tmp_path, name):
    with pytest.raises(ResultsError):
        write_run(tmp_path / name, run_record())
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_a_run_is_followed(tmp_path, written):
    (tmp_path / "link").symlink_to(written)
    write_run(tmp_path / "link", run_record(seed=8), overwrite=True)
    assert (tmp_path / "link").is_symlink()
    assert load_run(written).info["seed"] == 8


def test_the_default_folder_tells_the_run():
    assert default_folder("hasakeh-2015", 7, 381) == Path("runs/hasakeh-2015-seed7-replicate381")


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ResultsError, match="no run folder"):
        load_run(tmp_path / "nothing")


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage", "cut", "folder"])
def test_a_damaged_file_is_told(written, name, damage):
    file = written / name
    content = file.read_bytes()
    file.unlink()
    if damage == "folder":
        file.mkdir()
    elif damage != "missing":
        new = {"empty": b"", "garbage": b"\x80\x04pickle" * 9, "cut": content[: len(content) // 2]}
        file.write_bytes(new[damage])
    with pytest.raises(ResultsError, match=name.replace(".", r"\.")):
        load_run(written)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "something else"},
        {"format_version": 99},
        {"seed": "seven"},
        {"outcomes": {"siege_days": 33}},
        {"outcomes": []},
        {"tables": {}},
        {"days": None},
        {"days": -1},
        {"start": "soon"},
        {"end": None},
        {"factions": [1]},
        {"parameters": {"combat.attrition": float("nan")}},
    ],
)
def test_a_run_json_that_says_something_else_is_told(written, change):
    info = json.loads((written / "run.json").read_text())
    (written / "run.json").write_text(json.dumps({**info, **change}))
    with pytest.raises(ResultsError, match=r"run\.json"):
        load_run(written)


def test_days_that_the_table_lacks_are_told(written):
    info = json.loads((written / "run.json").read_text())
    (written / "run.json").write_text(json.dumps({**info, "days": 41}))
    with pytest.raises(ResultsError, match=r"daily\.parquet"):
        load_run(written)


def test_json_nested_too_deep_is_told(written):
    (written / "scenario.json").write_text("[" * 100_000)
    with pytest.raises(ResultsError, match=r"scenario\.json"):
        load_run(written)


def test_a_table_with_other_columns_is_told(written):
    import hashlib

    other = (written / "places.parquet").read_bytes()
    (written / "units.parquet").write_bytes(other)
    info = json.loads((written / "run.json").read_text())
    info["tables"]["units"]["sha256"] = hashlib.sha256(other).hexdigest()
    (written / "run.json").write_text(json.dumps(info))
    with pytest.raises(ResultsError, match="other columns"):
        load_run(written)


def test_a_run_without_days_or_units_can_be_written_and_read(tmp_path):
    record = run_record(days=1, units=0)
    empty = type(record)(
        **{
            **vars(record),
            "history": record.history.first(0),
            "unit_days": {name: np.zeros((0, 0), np.int64) for name in record.unit_days},
            "events": [],
        }
    )
    run = load_run(write_run(tmp_path / "run", empty))
    assert run.info["days"] == 0
    assert [len(run[name]) for name in COLUMNS] == [0] * len(COLUMNS)


def test_a_record_of_several_replicates_is_refused():
    from tests.outcomes.histories import random_history

    with pytest.raises(ValueError, match="one replicate"):
        type(run_record())(**{**vars(run_record()), "history": random_history(1, replicates=2)})
