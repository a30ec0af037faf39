"""A whole calibration of a tiny scenario: what it leaves, and what it does not do twice."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from calibration import pool as pool_module
from calibration import stages as stages_module
from calibration.calibrate import Calibration, calibrate
from calibration.findings_file import read_findings
from calibration.judged import judged
from calibration.pool import VECTORS
from calibration.posterior_columns import SEEN
from calibration.predictive_table import read_predictive
from calibration.prior_check import PriorPredictiveError
from calibration.settings import DRAWS, Settings
from calibration.target_file import load_targets
from sim.engine.chunks import Chunk
from sim.engine.ensemble import Ensemble
from sim.engine.folders import ResultsError
from sim.engine.posterior import posterior_of
from sim.engine.run import run_campaign
from sim.outcomes.compute import compute_outcomes
from sim.scenario import load
from sim.scenario.schema import Scenario
from tests.calibration import tiny

CHUNK = 50
KILLED = """
import sys, time
from pathlib import Path
from calibration import pool
from sim.engine import chunks
from sim.scenario import load
from tests.calibration import tiny

simulate = chunks.run_chunk

def slowly(chunk):
    time.sleep(0.2)
    return simulate(chunk)

chunks.run_chunk = slowly
pool.MOST_CHUNK = int(sys.argv[4])
tiny.calibrated(load(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calibrate")


@pytest.fixture(scope="module")
def scenario(home: Path) -> Scenario:
    return load(tiny.write_scenario(home / tiny.NAME))


@pytest.fixture(scope="module")
def targets(home: Path) -> Path:
    return tiny.write_targets(home / "targets.toml")


@pytest.fixture(autouse=True, scope="module")
def small_chunks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool_module, "MOST_CHUNK", CHUNK)
        yield


@pytest.fixture(scope="module")
def done(scenario: Scenario, targets: Path, home: Path, small_chunks: None) -> Calibration:
    return tiny.calibrated(scenario, targets, home / "done")


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[Chunk]:
    """The chunks that are simulated from here on."""
    seen: list[Chunk] = []
    results = Ensemble.results

    def noted(self: Ensemble, chunks: list[Chunk]) -> object:
        seen.extend(chunks)
        return results(self, chunks)

    monkeypatch.setattr(Ensemble, "results", noted)
    return seen


def content(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stamps(folder: Path) -> dict[str, int]:
    """Return when every file below a folder was written."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def table(path: Path) -> tuple[list[str], np.ndarray]:
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    return header, np.array(rows, dtype=np.float64)


def parts_of(folder: Path) -> list[Path]:
    return sorted((folder / "pool").glob("seed-*/parts/replicates-*.parquet"))


def copied(folder: Path, to: Path) -> Path:
    return Path(shutil.copytree(folder, to))


def test_the_folder_holds_pool_posterior_findings_report_and_examples(done: Calibration) -> None:
    names = {path.name for path in done.folder.iterdir()}
    wanted = {"pool", "fresh", "examples", "posterior.csv", "posterior.toml", "findings.json"}
    assert names == {*wanted, "predictive.csv", "report.html"}
    assert (done.folder / "examples" / "example-1.csv").is_file()


def test_the_posterior_is_a_table_of_the_open_parameters(
    done: Calibration, scenario: Scenario
) -> None:
    header, values = table(done.folder / "posterior.csv")
    assert values.shape == (DRAWS, len(header))
    assert set(header) == set(tiny.OPEN)
    for name, column in zip(header, values.T, strict=True):
        row = scenario.parameters[name]
        if name not in SEEN:
            assert row.low is not None
            assert row.high is not None
            assert (column >= row.low * 0.9999).all()
            assert (column <= row.high * 1.0001).all()


def test_beside_the_posterior_stands_how_it_was_made_and_what_to_think_of_it(
    done: Calibration, scenario: Scenario
) -> None:
    about = tomllib.loads((done.folder / "posterior.toml").read_text())
    assert about["command"] == tiny.COMMAND
    assert about["scenario_hash"] == scenario.hash
    assert about["verdict"] == done.findings.verdict
    assert about["calibrated"] == bool(done.findings.calibrated)
    assert (about["vectors"], about["seed"]) == (tiny.SETTINGS.vectors, tiny.SETTINGS.seed)
    assert set(about["outside_prior"]) == set(SEEN)
    assert {**about, **judged(done.findings)} == about
    assert [row["id"] for row in about["requirements"]] == [
        row.id for row in done.findings.requirements
    ]


def test_beside_the_posterior_stands_what_would_have_been_reported(done: Calibration) -> None:
    rows = read_predictive(done.folder, "predictive.csv")
    assert [(row.id, row.inside_posterior_90) for row in rows] == [
        (row.id, row.inside_posterior_90) for row in done.findings.targets
    ]


def test_the_scenario_runs_with_its_posterior(done: Calibration, scenario: Scenario) -> None:
    """A table that the command line would refuse is of no use."""
    used = posterior_of(scenario, done.folder)
    assert used is not None
    assert set(used.ids) == set(tiny.OPEN)
    assert used.kept == ()


def test_the_findings_are_those_of_the_file(done: Calibration) -> None:
    assert read_findings(done.folder / "findings.json") == done.findings


def test_the_findings_tell_what_was_done(done: Calibration, scenario: Scenario) -> None:
    found = done.findings
    assert (found.vectors, found.seeds) == (400, [3, 4])
    assert (found.predictive_replicates, found.synthetic_data_sets) == (40, 50)
    assert [row.id for row in found.targets] == [row.id for row in done.analysis.targets.rows]
    assert [row.id for row in found.parameters] == list(done.analysis.ids)
    assert found.scenario_hash == scenario.hash
    assert found.alternatives == []
    assert found.scores == []
    assert found.siege_ends is not None
    assert 0 < found.siege_ends < 1


def test_the_verdict_is_that_of_the_coverage(done: Calibration) -> None:
    found = done.findings
    gate = found.requirements[0]
    outside = [row for row in found.parameters if not row.calibrated]
    assert gate.id == "coverage"
    assert found.calibrated == gate.holds == (not outside)
    assert found.verdict.startswith("CALIBRATED" if gate.holds else "NOT CALIBRATED")
    assert all(row.id in found.verdict for row in outside)


def test_what_targets_ask_for_is_among_the_requirements(done: Calibration) -> None:
    ids = [row.id for row in done.findings.requirements]
    wanted = ["north_taken.inside_50", "blue_killed.median", "last_district.likeliest"]
    assert [name for name in ids if "." in name] == wanted
    given = next(row for row in done.findings.requirements if row.id == "blue_killed.median")
    assert "of runs that end" in given.measured


def test_the_report_is_there_and_tells_the_verdict(done: Calibration) -> None:
    page = (done.folder / "report.html").read_text()
    assert ("NOT CALIBRATED" in page) == (not done.findings.calibrated)
    assert "first day in North" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_same_command_again_simulates_nothing_and_writes_the_same_bytes(
    done: Calibration, scenario: Scenario, targets: Path, simulated: list[Chunk]
) -> None:
    before = content(done.folder)
    again = tiny.calibrated(scenario, targets, done.folder)
    assert simulated == []
    assert content(done.folder) == before
    assert again.findings == done.findings


def test_other_targets_use_the_pool_again(
    done: Calibration, scenario: Scenario, tmp_path: Path, simulated: list[Chunk]
) -> None:
    folder = copied(done.folder, tmp_path / "copy")
    before = stamps(folder / "pool")
    text = tiny.TARGETS.replace("reported = 8", "reported = 3")
    other = tiny.calibrated(scenario, tiny.write_targets(tmp_path / "t.toml", text), folder)
    assert stamps(folder / "pool") == before
    assert {chunk.seed for chunk in simulated}.isdisjoint(other.findings.seeds)
    assert (folder / "posterior.csv").read_bytes() != (done.folder / "posterior.csv").read_bytes()
    assert len(list((folder / "fresh").iterdir())) == 2


def test_without_simulation_nothing_but_the_fit_is_done(
    done: Calibration, scenario: Scenario, targets: Path, tmp_path: Path, simulated: list[Chunk]
) -> None:
    folder = copied(done.folder, tmp_path / "copy")
    settings = replace(tiny.SETTINGS, simulate=False)
    found = tiny.calibrated(scenario, targets, folder, settings).findings
    assert simulated == []
    assert found.predictive_replicates == 0
    assert found.siege_ends is None
    assert "The model was not run anew" in found.verdict
    unseen = [row.id for row in found.requirements if row.holds is None]
    assert unseen == [
        "inside",
        "width",
        "north_taken.inside_50",
        "blue_killed.median",
        "last_district.likeliest",
        "record",
    ]
    same = (folder / "posterior.csv").read_bytes() == (done.folder / "posterior.csv").read_bytes()
    assert same


def test_a_calibration_that_was_killed_loses_no_finished_part(
    done: Calibration, scenario: Scenario, targets: Path, tmp_path: Path, simulated: list[Chunk]
) -> None:
    folder = tmp_path / "killed"
    arguments = [str(scenario.folders[0]), str(targets), str(folder), str(CHUNK)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments], env=environment)
    try:
        until = time.monotonic() + 60
        while len(parts_of(folder)) < 3 and time.monotonic() < until:
            assert process.poll() is None, "it came to its end by itself"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == -signal.SIGKILL
    finished = parts_of(folder)
    before = {path: path.stat().st_mtime_ns for path in finished}
    assert 3 <= len(finished) < tiny.SETTINGS.vectors // CHUNK
    assert not (folder / "posterior.csv").exists()

    resumed = tiny.calibrated(scenario, targets, folder)
    of_pool = [chunk for chunk in simulated if chunk.seed in resumed.findings.seeds]
    left = tiny.SETTINGS.vectors - CHUNK * len(finished)
    assert sum(len(chunk.replicates) for chunk in of_pool) == left
    assert {path: path.stat().st_mtime_ns for path in finished} == before
    for name in ("posterior.csv", "posterior.toml", "report.html"):
        here, there = (each / name for each in (folder, done.folder))
        told = here.read_text().replace(str(folder), str(done.folder))
        assert told == there.read_text(), name
    assert resumed.findings.targets == done.findings.targets


def test_an_example_replays_to_the_bit(done: Calibration, scenario: Scenario) -> None:
    """What its row tells, and every outcome that the pool has of it."""
    pool = done.analysis.pool
    assert done.findings.examples
    for example in done.findings.examples[:2]:
        with pytest.warns(UserWarning, match="an example, not a result"):
            record = run_campaign(
                scenario,
                seed=example.seed,
                replicate=example.replicate,
                posterior=done.folder / "examples" / f"{example.name}.csv",
            )
        again = compute_outcomes(scenario, record.history)
        same = (pool.seed == example.seed) & (pool.replicate == example.replicate)
        (row,) = np.flatnonzero(same)
        for name, told in example.outcomes.items():
            assert str(again[name].one(0, start=scenario.start)) == told
        for name, outcome in pool.outcomes.items():
            one, other = (
                each.one(place, start=scenario.start)
                for each, place in ((again[name], 0), (outcome, int(row)))
            )
            assert one == other


def test_a_prior_that_cannot_produce_a_report_stops_and_names_the_target(
    done: Calibration, scenario: Scenario, tmp_path: Path
) -> None:
    folder = copied(done.folder, tmp_path / "copy")
    for name in ("posterior.csv", "findings.json", "report.html"):
        (folder / name).unlink()
    text = tiny.TARGETS.replace("reported = 5\n", "reported = 59\n")
    targets = tiny.write_targets(tmp_path / "t.toml", text)
    with pytest.raises(PriorPredictiveError, match="blue_killed: at least 59 was reported"):
        tiny.calibrated(scenario, targets, folder)
    left = {path.name for path in folder.iterdir()}
    assert not left & {"posterior.csv", "findings.json", "report.html"}


def test_a_single_fitted_target_is_enough(
    done: Calibration, scenario: Scenario, tmp_path: Path
) -> None:
    """Without it there is nothing left to predict it from but the prior."""
    text = tiny.TARGETS
    for name in ("north_taken", "siege_days"):
        begin = text.index(f'outcome = "{name}"')
        text = text[:begin] + text[begin:].replace('role = "fit"', 'role = "check"', 1)
    settings = replace(tiny.SETTINGS, simulate=False)
    folder = copied(done.folder, tmp_path / "copy")
    targets = tiny.write_targets(tmp_path / "t.toml", text)
    found = tiny.calibrated(scenario, targets, folder, settings)
    assert found.analysis.fit.targets == ("blue_killed",)
    row = next(row for row in found.findings.targets if row.id == "blue_killed")
    assert row.left_out_spread == row.prior_spread


@pytest.mark.parametrize("something", ["notes.txt", "run.json"])
def test_a_folder_of_something_else_is_left_alone(
    scenario: Scenario, targets: Path, tmp_path: Path, something: str
) -> None:
    (tmp_path / something).write_text("{}")
    with pytest.raises(ResultsError, match="holds something else"):
        tiny.calibrated(scenario, targets, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [something]


def test_a_folder_with_another_pool_is_refused(
    done: Calibration, scenario: Scenario, targets: Path
) -> None:
    before = content(done.folder)
    for other in (replace(tiny.SETTINGS, seed=8), replace(tiny.SETTINGS, vectors=200)):
        with pytest.raises(ResultsError, match="name another folder"):
            tiny.calibrated(scenario, targets, done.folder, other)
    assert content(done.folder) == before


def test_stages_are_watched_in_their_order(
    done: Calibration, scenario: Scenario, targets: Path
) -> None:
    stages: list[str] = []

    def watch(what: str, unit: str) -> object:
        stages.append(f"{what}, {unit}")
        return tiny.unwatched(what, unit)

    asked = tiny.work(done.folder, watch=watch)  # type: ignore[arg-type]
    calibrate(scenario, load_targets(scenario, targets), asked)
    assert stages == ["pool of tiny, vectors", "checks of the fit, checks", "fresh runs, runs"]


def test_a_changed_scenario_of_a_recorded_name_is_not_held_against_the_record(
    done: Calibration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is of the scenario that ships: two-towns here, which is not the tiny one."""

    def score(*_: object, **__: object) -> None:
        raise AssertionError("the record was asked")

    monkeypatch.setattr(stages_module, "RECORDED", {"two-towns": (None, None)})
    monkeypatch.setattr(stages_module, "record_scores", score)
    namesake = done.analysis.pool.scenario.model_copy(update={"name": "two-towns"})
    analysis = replace(done.analysis, pool=replace(done.analysis.pool, scenario=namesake))
    scored = stages_module.record_rows(analysis, tiny.work(done.folder))
    assert scored == []


def test_usual_settings_are_those_of_the_pool_and_the_gate() -> None:
    usual = Settings()
    assert usual.vectors == VECTORS >= 50_000
    assert usual.data_sets >= 500
