"""The manifest: what was swept, so that it can be done again."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest

import sim
from sim.engine.folders import ResultsError
from sim.engine.results import versions
from sim.experiments import manifest as manifests
from sim.experiments.design import design_of
from sim.experiments.manifest import read_manifest
from tests.experiments.sweeps import GRID, OTHER, SCENARIO, design_for, opened, swept


def manifest_in(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text())


def test_it_says_what_was_swept_and_with_what(tmp_path):
    swept(tmp_path / "sweep", SCENARIO, OTHER, title="Two towns")
    found = manifest_in(tmp_path / "sweep")
    design = design_for(SCENARIO, OTHER, title="Two towns")
    assert (found["format"], found["format_version"]) == ("khabur sweep", 1)
    assert (found["title"], found["command"]) == ("Two towns", "a test")
    assert design_of(found["design"]) == design
    assert found["design_hash"] == design.hash
    assert [found[key] for key in ("rows", "runs", "jobs")] == [12, 24, 6]
    assert (found["seed"], found["first_replicate"], found["replicates"]) == (5, 0, 2)
    hashes = {name: each["scenario_hash"] for name, each in found["scenarios"].items()}
    assert hashes == {SCENARIO.name: SCENARIO.hash, OTHER.name: OTHER.hash}
    assert found["versions"] == versions()
    share = found["parameters"]["combat.killed_share"]
    assert share == {"unit": "1", "lowest": 0.22, "highest": 0.33, "different": 3}
    assert list(found["parameters"]) == sorted(GRID)
    assert found["outcomes"]["killed"] == {"unit": "fighters", "measure": "deaths"}


def test_times_stand_in_the_manifest_and_what_is_made_of_it_alone(tmp_path, monkeypatch):
    times = iter(f"2026-01-{day:02d}T00:00:00+00:00" for day in range(1, 30))
    for module in ("manifest", "store"):
        monkeypatch.setattr(f"sim.experiments.{module}.now", lambda: next(times))
    for name in ("one", "two"):
        swept(tmp_path / name, replicates=1)
    told = ("manifest.json", "ro-crate-metadata.json")
    one, two = (
        {
            path.relative_to(tmp_path / name).as_posix(): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    )
    assert {name for name in one if one[name] != two[name]} == set(told)


def test_the_first_start_is_kept_and_the_end_comes_when_nothing_is_missing(tmp_path, monkeypatch):
    times = iter(f"2026-01-{day:02d}T00:00:00+00:00" for day in range(1, 30))
    monkeypatch.setattr("sim.experiments.store.now", lambda: next(times))
    half = swept(tmp_path / "sweep", most=1).manifest
    assert (half["complete"], half["finished"], half["runs_done"]) == (False, None, 4)
    whole = swept(tmp_path / "sweep").manifest
    assert whole["started"] == half["started"] == "2026-01-01T00:00:00+00:00"
    assert (whole["complete"], whole["runs_done"]) == (True, 12)
    assert whole["finished"] > whole["started"]
    again = opened(tmp_path / "sweep").manifest
    assert again["finished"] == whole["finished"]
    grown = opened(tmp_path / "sweep", replicates=3).manifest
    assert (grown["complete"], grown["finished"], grown["runs_done"]) == (False, None, 12)


def test_a_time_is_in_utc():
    assert datetime.fromisoformat(manifests.now()).utcoffset().total_seconds() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "khabur run"}, "does not describe a sweep of Khabur"),
        ({"format_version": 2}, "has format version 2, but this Khabur reads version 1"),
        ({"rows_file": 3}, "is damaged: 'rows_file' must be a str"),
        ({"rows_file": "../../rows.parquet"}, "is damaged: 'rows_file' must be a name"),
        ({"replicates": None}, "is damaged: 'replicates' must be a int"),
        ({"scenarios": {"a": {}}}, "is damaged: scenario 'a' is incomplete"),
    ],
)
def test_a_damaged_manifest_is_one_sentence(tmp_path, change, message):
    opened(tmp_path / "sweep")
    path = tmp_path / "sweep" / "manifest.json"
    path.write_text(json.dumps({**manifest_in(tmp_path / "sweep"), **change}))
    said = f"'{re.escape(str(path))}' {message}\\.$"
    for read in (read_manifest, sim.load_results):
        with pytest.raises(ResultsError, match=said):
            read(tmp_path / "sweep")
