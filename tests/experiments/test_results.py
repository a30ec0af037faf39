"""`sim.load_results` of sweeps: the design's runs in order, whatever lies in the folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.engine.ensemble_folder import run_into_folder
from sim.engine.folders import ResultsError
from sim.experiments import results
from sim.experiments.design_rows import rows_of
from sim.experiments.parts import part_bytes, part_files, read_part
from tests.experiments.sweeps import GRID, OTHER, SCENARIO, design_for, opened, swept


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The folder of a whole sweep of two scenarios."""
    folder = tmp_path_factory.mktemp("made") / "sweep"
    swept(folder, SCENARIO, OTHER, chunk=5)
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "sweep"))


def test_rows_stand_in_the_order_of_scenario_row_and_replicate(made):
    frame = sim.load_results(made)
    rows = rows_of(design_for(SCENARIO, OTHER), (SCENARIO, OTHER))
    assert frame["row_id"].tolist() == [name for name in rows.ids for _ in range(2)]
    assert frame["replicate"].tolist() == [0, 1] * 12
    assert frame["scenario"].tolist() == [SCENARIO.name] * 12 + [OTHER.name] * 12
    for column, name in enumerate(rows.names):
        assert frame[name].tolist() == np.repeat(rows.values[:, column], 2).tolist()
    assert (frame["seed"] == 5).all()
    ends = frame.columns.tolist()[-4:]
    assert ends == ["killed", "killed_state", "falls", "falls_state"]
    assert 0 < frame["falls"].isna().sum() < 12
    assert (frame["falls"].isna() == (frame["falls_state"] == "not by the end")).all()


def test_chosen_columns_are_those_of_the_whole_in_the_order_asked_for(made):
    wanted = ["killed", "combat.killed_share"]
    pd.testing.assert_frame_equal(
        sim.load_results(made, columns=wanted), sim.load_results(made)[wanted]
    )
    with pytest.raises(ResultsError, match=r"have no column 'kiled'\.$"):
        sim.load_results(made, columns=["killed", "kiled"])


def test_an_ensemble_is_read_as_before(tmp_path):
    ensemble = sim.Ensemble(SCENARIO, seed=5, replicates=3, chunk=2)
    run_into_folder(ensemble, tmp_path / "there")
    frame = sim.load_results(tmp_path / "there")
    assert frame["replicate"].tolist() == [0, 1, 2]
    chosen = sim.load_results(tmp_path / "there", columns=["killed"])
    pd.testing.assert_frame_equal(chosen, frame[["killed"]])
    with pytest.raises(ResultsError, match="no column 'seed'"):
        sim.load_results(tmp_path / "there", columns=["seed"])


def test_an_unfinished_sweep_gives_what_is_finished(tmp_path):
    swept(tmp_path / "sweep", most=1)
    assert len(sim.load_results(tmp_path / "sweep")) == 4
    opened(tmp_path / "new")
    with pytest.raises(ResultsError, match=r"new' has no finished run yet\.$"):
        sim.load_results(tmp_path / "new")


def test_what_is_there_twice_counts_once_and_what_is_foreign_not_at_all(folder):
    whole = sim.load_results(folder)
    first, *_ = part_files(folder)
    part = read_part(first)
    again = part_bytes(part.table, {"basis": part.basis})
    foreign = part_bytes(part.table, {"basis": "0" * 64})
    (folder / "parts" / f"{'1' * 64}.parquet").write_bytes(again)
    (folder / "parts" / f"{'2' * 64}.parquet").write_bytes(foreign)
    (folder / "parts" / f".{'3' * 64}.parquet.17").write_bytes(b"half")
    (folder / "parts" / "notes.parquet").write_bytes(b"a note")
    pd.testing.assert_frame_equal(sim.load_results(folder), whole)


def test_an_outcome_that_only_one_scenario_has_is_null_in_the_other(tmp_path):
    content = OTHER.resolved()
    content["outcomes"] = content["outcomes"][:1]
    fewer = type(OTHER).from_resolved(content)
    swept(tmp_path / "sweep", SCENARIO, fewer, replicates=1, chunk=6)
    frame = sim.load_results(tmp_path / "sweep")
    assert frame["falls_state"].isna().tolist() == [False] * 6 + [True] * 6
    assert frame["killed"].notna().all()


def test_outcomes_of_one_name_and_different_kinds_are_one_sentence(tmp_path):
    content = OTHER.resolved()
    content["outcomes"] = [{**content["outcomes"][0], "id": "falls"}]
    swept(tmp_path / "sweep", SCENARIO, type(OTHER).from_resolved(content), chunk=6)
    with pytest.raises(ResultsError, match=r"do not stand in one column.*falls.*\.$"):
        sim.load_results(tmp_path / "sweep")
    assert len(sim.load_results(tmp_path / "sweep", columns=["scenario", "seed"])) == 24


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda content: content[: len(content) // 2], "is damaged .*; remove it"),
        (lambda content: b"PAR1" + bytes(100) + b"PAR1", "is damaged .*; remove it"),
        (lambda content: b"", "is damaged .*; remove it"),
    ],
)
def test_a_damaged_part_is_named(folder, damage, message):
    part = part_files(folder)[1]
    part.write_bytes(damage(part.read_bytes()))
    with pytest.raises(ResultsError, match=f"{part.name}' {message}"):
        sim.load_results(folder)


def test_what_is_no_plain_file_is_not_read(folder):
    part = part_files(folder)[0]
    part.unlink()
    os.mkfifo(part)
    with pytest.raises(ResultsError, match=r"is not a plain file\.$"):
        sim.load_results(folder)


def test_a_part_that_is_merged_while_it_is_read_is_looked_for_again(folder, monkeypatch):
    whole = sim.load_results(folder)
    real, calls = results.read_part, []

    def vanishing(path, columns):
        calls.append(path)
        if len(calls) == 2:
            path.rename(path.with_name(f"{'f' * 64}.parquet"))
        return real(path, columns)

    monkeypatch.setattr(results, "read_part", vanishing)
    pd.testing.assert_frame_equal(sim.load_results(folder), whole)


QUERY = """
SELECT scenario, "combat.killed_share" AS share, count(*) AS runs,
       avg(killed) AS killed, avg((falls_state = 'value')::int) AS falls
FROM '{folder}/parts/*.parquet' GROUP BY ALL ORDER BY ALL
"""


def test_a_query_on_the_parts_gives_what_pandas_does(made):
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(QUERY.format(folder=made)).fetchall()
    frame = sim.load_results(made)
    groups = frame.groupby(["scenario", "combat.killed_share"])
    expected = [
        (*key, len(rows), rows["killed"].mean(), (rows["falls_state"] == "value").mean())
        for key, rows in groups
    ]
    assert len(found) == 2 * len(GRID["combat.killed_share"])
    for one, other in zip(found, expected, strict=True):
        assert one[:3] == other[:3]
        assert one[3:] == pytest.approx(other[3:])
