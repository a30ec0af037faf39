"""The folder of a sweep: nothing that is finished is lost, done again, or mixed up."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import sim
from sim.engine.folders import ResultsError
from sim.experiments.failures import Failure
from sim.experiments.parts import part_files, part_path
from sim.experiments.store import open_store
from sim.scenario import Scenario
from tests.experiments.sweeps import (
    GRID,
    OTHER,
    SCENARIO,
    design_for,
    jobs_for,
    keep,
    names,
    opened,
    parts_by_key,
    swept,
)

FAILURE = Failure(type="ValueError", message="no", traceback="", attempts=1, replay="again")


@pytest.fixture(scope="module")
def parts() -> dict[str, bytes]:
    return parts_by_key()


def test_the_folder_has_manifest_rows_scenarios_parts_and_a_description(tmp_path, parts):
    store = opened(tmp_path / "sweep", chunk=3)
    keep(store, parts)
    store.close()
    keys = [job.key for job in jobs_for(chunk=3)]
    assert names(store.folder) == {
        "manifest.json",
        "ro-crate-metadata.json",
        store.manifest["rows_file"],
        f"scenarios/{SCENARIO.name}.json",
        *(f"parts/{key}.parquet" for key in keys),
    }
    resolved = json.loads((store.folder / f"scenarios/{SCENARIO.name}.json").read_text())
    assert Scenario.from_resolved(resolved).hash == SCENARIO.hash


def test_what_is_finished_is_not_missing(tmp_path, parts):
    first = opened(tmp_path / "sweep", chunk=3)
    assert (len(first.missing), first.runs_left) == (4, 12)
    done = keep(first, parts, 3)
    assert first.runs_left == 3
    second = opened(tmp_path / "sweep", chunk=3)
    assert [job.key for job in second.missing] == [job.key for job in first.missing[3:]]
    assert {job.key for job in done}.isdisjoint(job.key for job in second.missing)
    assert second.close()["complete"] is False
    keep(second, parts)
    assert second.close()["complete"] is True
    assert len(opened(tmp_path / "sweep", chunk=3).missing) == 0


def test_a_part_that_is_there_is_not_written_again(tmp_path, parts):
    store = opened(tmp_path / "sweep", chunk=3)
    (job,) = keep(store, parts, 1)
    path = part_path(store.folder, job.key)
    before = path.stat()
    store.keep(job, parts[job.key])
    after = path.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert store.runs_left == 9


@pytest.mark.parametrize("merge_after", [2, 256])
@pytest.mark.parametrize("done", [2, 4])
def test_more_replicates_leave_what_is_there_as_it_is(tmp_path, parts, merge_after, done):
    few = opened(tmp_path / "sweep", chunk=3, merge_after=merge_after)
    keep(few, parts, done)
    before = set(part_files(few.folder))
    more = opened(tmp_path / "sweep", chunk=3, replicates=3)
    assert more.runs_left == 18 - 3 * done
    pairs = [pair for job in more.missing for pair in zip(job.row_ids, job.replicates, strict=True)]
    assert len(set(pairs)) == len(pairs) == more.runs_left
    keep(more, parts)
    assert more.close()["complete"] is True
    assert before <= set(part_files(more.folder))
    swept(tmp_path / "at once", replicates=3)
    pd.testing.assert_frame_equal(
        sim.load_results(more.folder), sim.load_results(tmp_path / "at once")
    )


def test_more_points_and_scenarios_leave_what_is_there_as_it_is(tmp_path):
    smaller = {**GRID, "combat.killed_share": [0.22, 0.33]}
    swept(tmp_path / "sweep", parameters=smaller)
    grown = opened(tmp_path / "sweep", SCENARIO, OTHER)
    assert grown.runs_left == 4 + 12
    keep(grown, {})
    grown.close()
    swept(tmp_path / "at once", SCENARIO, OTHER)
    pd.testing.assert_frame_equal(
        sim.load_results(grown.folder), sim.load_results(tmp_path / "at once")
    )


def test_a_smaller_design_shows_its_own_rows_and_loses_none_of_the_others(tmp_path, parts):
    swept(tmp_path / "sweep", chunk=3)
    whole = sim.load_results(tmp_path / "sweep")
    smaller = opened(tmp_path / "sweep", chunk=3, replicates=1)
    assert smaller.manifest["complete"] is True
    shown = sim.load_results(tmp_path / "sweep")
    wanted = whole[whole["replicate"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(shown, wanted)
    opened(tmp_path / "sweep", chunk=3)
    pd.testing.assert_frame_equal(sim.load_results(tmp_path / "sweep"), whole)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"seed": 6}, "its seed is 5, not 6"),
        ({"until": "2015-01-09"}, "its last day is 2015-01-22, not 2015-01-09"),
        ({"outcomes": ["killed"]}, "it has other outcomes"),
        ({"prior": True}, "it has parameters that are drawn from their priors otherwise"),
        ({"parameters": {"combat.killed_share": [0.22]}}, "it has other parameters"),
        (
            {"parameters": {**GRID, "combat.contact_line": [0.2]}},
            "it has no row in common with this design",
        ),
    ],
)
def test_another_sweep_is_refused_and_the_folder_left_alone(tmp_path, fields, why):
    folder = tmp_path / "sweep"
    swept(folder, most=1)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    said = f"The folder {str(folder)!r} holds another sweep: {why}; name another folder."
    with pytest.raises(ResultsError) as refused:
        opened(folder, **fields)
    assert str(refused.value) == said
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_another_scenario_and_another_version_of_it_are_refused(tmp_path):
    opened(tmp_path / "sweep")
    with pytest.raises(ResultsError, match=f"its scenarios are {SCENARIO.name}; name another"):
        opened(tmp_path / "sweep", OTHER)
    changed = SCENARIO.with_values({"combat.sigma_day": 0.4})
    with pytest.raises(ResultsError, match="another version of the scenario random-3"):
        opened(tmp_path / "sweep", changed)


@pytest.mark.parametrize("name", ["run.json", "letter.txt"])
def test_a_folder_of_something_else_is_refused(tmp_path, name):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / name).write_text('{"format": "khabur run"}')
    with pytest.raises(ResultsError, match=r"'.*there'"):
        opened(tmp_path / "there")
    assert names(tmp_path) == {f"there/{name}"}


def test_a_failure_is_kept_until_the_job_is_done(tmp_path, parts):
    store = opened(tmp_path / "sweep", chunk=3)
    job = store.missing[1]
    store.keep_failure(job, FAILURE)
    assert store.close()["jobs_failed"] == 1
    (record,) = store.failures()
    assert record.name == f"{job.key}.json"
    assert Failure.from_json(record.read_bytes()) == FAILURE
    again = opened(tmp_path / "sweep", chunk=3)
    assert job.key in [each.key for each in again.missing]
    keep(again, parts)
    assert again.close()["jobs_failed"] == 0
    assert again.failures() == []


def test_many_small_parts_become_one_with_the_same_rows(tmp_path, parts):
    store = opened(tmp_path / "sweep", chunk=3, merge_after=3)
    keep(store, parts)
    store.close()
    files = sorted(path.name[:7] for path in part_files(store.folder))
    assert len(files) == 2
    assert files[-1] == "merged-"
    assert len(opened(tmp_path / "sweep", chunk=3).missing) == 0
    swept(tmp_path / "plain", chunk=12)
    pd.testing.assert_frame_equal(
        sim.load_results(store.folder), sim.load_results(tmp_path / "plain")
    )


def test_a_store_may_be_opened_with_a_text_or_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = open_store("sweep", design_for(), jobs_for())
    assert store.folder == tmp_path / "sweep"
