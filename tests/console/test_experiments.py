"""`khabur sweep`, `sensitivity` and `report`: what they print, leave behind and refuse."""

import json
import os
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.console import progress
from sim.experiments import replay
from sim.experiments.failures import Failure

ROOT = Path(__file__).parents[2]
SHORT = ("--until", "2015-06-05")
GRID = ("--set", "combat.killed_share=0.22..0.33:3")
SMALL = (
    *("--parameter", "combat.killed_share", "--parameter", "any_kind.captured_when_cornered"),
    *("--trajectories", "4", "--replicates", "2"),
)


@pytest.fixture
def design(tmp_path):
    """The smallest design: a scenario, a seed, replicates."""
    file = tmp_path / "small.toml"
    file.write_text('scenario = "two-towns"\nseed = 3\nreplicates = 5\n')
    return file


def manifest(folder):
    return json.loads(Path(folder, "manifest.json").read_text())


def test_a_design_of_scenario_seed_and_replicates_is_run(khabur, design):
    status, out, err = khabur("sweep", design.name)
    folder = next(Path("runs").iterdir())
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "5 of 5 runs are done.",
        f"Folder: {folder}",
        f"A page of it: khabur report {folder}",
    ]
    rows = sim.load_results(folder)
    assert rows["seed"].tolist() == [3] * 5
    assert rows["replicate"].tolist() == [0, 1, 2, 3, 4]
    ensemble = sim.Ensemble("two-towns", seed=3, replicates=5).run()
    assert rows["blue_killed"].tolist() == ensemble.outcomes["blue_killed"].values.tolist()


def test_a_second_time_nothing_is_run_again(khabur, design, monkeypatch):
    khabur("sweep", design.name)

    def never(_):
        raise AssertionError("a job was run again")

    monkeypatch.setattr("sim.experiments.sweep.run_or_blame", never)
    status, out, _ = khabur("sweep", design.name)
    assert status == 0
    assert out.startswith("5 of 5 runs are done, 5 of them before.\n")


def test_json_is_one_object_and_quiet_the_folder(khabur):
    status, out, err = khabur("sweep", "two-towns", *GRID, *SHORT, "--out", "a b", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "scenarios": ["two-towns"],
        "seed": 0,
        "replicates": 1,
        "rows": 3,
        "runs": 3,
        "runs_done": 3,
        "complete": True,
        "jobs_failed": 0,
        "done_before": 0,
        "folder": "a b",
    }
    assert khabur("sweep", "two-towns", *GRID, *SHORT, "--out", "a b", "--quiet")[1] == "a b\n"
    said = khabur("sweep", "two-towns", *GRID, *SHORT, "--out", "a b")[1]
    assert said.endswith("khabur report 'a b'\n")


def test_options_say_what_a_file_says(khabur, tmp_path):
    (tmp_path / "same.toml").write_text(
        'scenario = "two-towns"\nseed = 4\nreplicates = 2\nmethod = "sobol"\npoints = 4\n'
        'outcomes = ["blue_killed"]\nprior = true\nuntil = 2015-06-05\n'
        '[parameters]\n"combat.killed_share" = "prior"\n'
        '"combat.contact_line" = { low = 0.1, high = 0.8, scale = "log" }\n'
    )
    options = (
        *("--seed", 4, "--replicates", 2, "--method", "sobol", "--points", 4),
        *("--outcome", "blue_killed", "--prior", *SHORT, "--set", "combat.killed_share=prior"),
        *("--set", "combat.contact_line=log:0.1..0.8"),
    )
    assert khabur("sweep", "same.toml", "--out", "file")[0] == 0
    assert khabur("sweep", "two-towns", *options, "--out", "options")[0] == 0
    assert manifest("file")["design"] == manifest("options")["design"]
    assert sim.load_results("file").equals(sim.load_results("options"))


def test_the_command_in_the_manifest_makes_the_same_sweep(khabur):
    options = (*GRID, "--seed", 0, "--replicates", 2, "--prior", "--outcome", "blue_killed", *SHORT)
    khabur("sweep", "two-towns", *options, "--out", "first", "--workers", 1, "--quiet")
    command = manifest("first")["command"]
    assert "first" not in command
    assert khabur(*shlex.split(command)[1:], "--out", "second")[0] == 0
    designs = [manifest(name)["design"] for name in ("first", "second")]
    assert designs[0] == designs[1]
    assert designs[0]["prior"] is True


def test_scenarios_of_a_design_may_lie_beside_it(khabur, tmp_path):
    folder = tmp_path / "designs" / "stronger"
    folder.mkdir(parents=True)
    (folder / "scenario.toml").write_text('base = "two-towns"\ntitle = "S"\nquestion = "And?"\n')
    (folder / "units.csv").write_text("edit,id,fighters\nreplace,red-column,1800\n")
    (folder.parent / "d.toml").write_text('scenarios = ["two-towns", "stronger"]\n')
    assert khabur("sweep", "designs/d.toml", "--out", "out")[0] == 0
    assert sim.load_results("out")["scenario"].tolist() == ["two-towns", "stronger"]


@pytest.mark.parametrize("as_json", [False, True])
def test_a_dry_run_writes_nothing(khabur, design, tmp_path, as_json):
    before = sorted(tmp_path.rglob("*"))
    status, out, err = khabur("sweep", design.name, "--dry-run", *["--json"] * as_json)
    assert (status, err) == (0, "")
    assert sorted(tmp_path.rglob("*")) == before
    if as_json:
        told = json.loads(out)
        assert (told["runs"], told["rows"], told["chunks"]) == (5, 1, 1)
        assert 0 < told["seconds"] < 60
    else:
        assert "Runs: 1 row x 5 replicates = 5, in 1 chunk" in out


def test_lines_of_progress_say_how_long_it_takes(khabur, monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    command = ("sweep", "two-towns", "--replicates", 600, *SHORT, "--out", "sweep")
    status, out, err = khabur(*command)
    assert status == 0
    first, second, third, last = err.splitlines()
    assert first == "sweep: 0 of 600 runs"
    assert second.startswith("sweep: 256 of 600 runs, about ")
    assert third.endswith(" s left")
    assert last == "sweep: 600 of 600 runs"
    assert "of 600 runs, about" not in out
    assert khabur(*command, "--json")[2] == ""


@pytest.mark.parametrize("option", [("--seed", 0), ("--replicates", 1), ("--set", "a.b=1")])
def test_an_option_beside_a_design_file_is_refused(khabur, design, option):
    status, out, err = khabur("sweep", design.name, *option)
    assert (status, out) == (2, "")
    assert err == (
        f"{option[0]}: found beside a design file; allowed: say it in the file, "
        "or name scenarios in place of the file.\n"
    )
    assert not Path("runs").exists()


BAD = [
    (("nowhere",), "no such scenario or folder"),
    (("nowhere.toml",), "nowhere.toml: cannot be read"),
    (("small.toml", "small.toml"), "DESIGN: found 'small.toml' and 1 more; allowed: one design"),
    (("two-towns", "small.toml"), "DESIGN: found 'small.toml' and 1 more; allowed: one design"),
    (("two-towns", "two-towns"), "stands twice"),
    (("two-towns", "--set", "combat.killed=1"), 'did you mean "combat.killed_share"?'),
    (("two-towns", "--set", "combat.killed_share"), "not a setting"),
    (("two-towns", "--set", "combat.killed_share=7"), "allowed: 0.22 to 0.33"),
    (("two-towns", "--set", "combat.killed_share=0.22..0.3"), "steps: is missing"),
    (("two-towns", "--method", "gird"), 'did you mean "grid"?'),
    (("two-towns", "--points", "4"), "there is no method"),
    (("two-towns", "--until", "2019-01-01"), "allowed: a date from 2015-06-01 to 2015-06-30"),
    (("two-towns", "--outcome", "dead"), "unknown outcome of two-towns"),
    (("two-towns", "--posterior"), "posterior"),
    (("two-towns", "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"), "--workers: found 2"),
    (("two-towns", "--scheduler-file", "a", "--scheduler", "b"), "A cluster needs"),
    (("two-towns", "--out", "small.toml"), "is a file"),
    (("two-towns", "--out", "."), "holds something else"),
]


@pytest.mark.parametrize(("arguments", "sentence"), BAD)
def test_a_bad_design_is_one_sentence_with_status_2(khabur, design, tmp_path, arguments, sentence):
    before = sorted(tmp_path.rglob("*"))
    status, out, err = khabur("sweep", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert len(err.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_every_fault_of_a_design_file_is_named_with_its_field(khabur, tmp_path):
    (tmp_path / "bad.toml").write_text('scenario = "two-towns"\nreplicate = 5\nseed = "x"\n')
    status, _, err = khabur("sweep", "bad.toml", "--dry-run")
    assert status == 2
    assert len(err.splitlines()) == 2
    assert 'unknown key (did you mean "replicates"?)' in err
    assert "bad.toml, seed: not a whole number" in err


def test_a_scheduler_that_is_not_there_is_known_before_anything_is_written(
    khabur, tmp_path, monkeypatch
):
    pytest.importorskip("distributed")
    monkeypatch.setattr("sim.experiments.cluster._CONNECT_SECONDS", 0.5)
    status, _, err = khabur("sweep", "two-towns", "--scheduler", "tcp://127.0.0.1:9")
    assert status == 2
    assert err.startswith("No dask scheduler answers at tcp://127.0.0.1:9")
    assert not list(tmp_path.iterdir())


def test_a_folder_of_another_sweep_is_left_alone(khabur):
    khabur("sweep", "two-towns", *SHORT, "--out", "sweep")
    before = {path: path.stat().st_mtime_ns for path in Path("sweep").rglob("*")}
    status, out, err = khabur("sweep", "two-towns", *SHORT, "--seed", 1, "--out", "sweep")
    assert (status, out) == (2, "")
    assert err == (
        "The folder 'sweep' holds another sweep: its seed is 0, not 1; name another folder.\n"
    )
    assert {path: path.stat().st_mtime_ns for path in Path("sweep").rglob("*")} == before


def test_a_chunk_that_fails_gives_status_1_and_a_record(khabur, monkeypatch):
    real = replay.run_job

    def raising(job):
        if 300 in job.replicates:
            raise ZeroDivisionError("an awkward run")
        return real(job)

    command = ("sweep", "two-towns", "--replicates", 600, *SHORT, "--out", "sweep")
    with monkeypatch.context() as patched:
        patched.setattr(replay, "run_job", raising)
        status, out, err = khabur(*command, "--json")
    assert status == 1
    told = json.loads(out)
    assert (told["runs_done"], told["complete"], told["jobs_failed"]) == (344, False, 1)
    assert err.startswith("1 chunk of runs failed; why, and how to replay it, is in 'sweep/fail")
    (record,) = Path("sweep/failures").iterdir()
    failure = Failure.from_json(record.read_bytes())
    assert failure.replay == ("khabur run two-towns --seed 0 --replicate 300 --until 2015-06-05")
    status, out, err = khabur(*command)
    assert (status, err) == (0, "")
    assert out.startswith("600 of 600 runs are done, 344 of them before.")
    assert not list(Path("sweep/failures").iterdir())


def with_small_files(arguments, folder):
    """Run a command that may write no file larger than 1,000 bytes."""
    return subprocess.run(
        [sys.executable, "-m", "sim.cli", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_files_may_not_grow_it_is_one_sentence(khabur, tmp_path):
    khabur("sweep", "two-towns", *SHORT, "--out", "sweep")
    rows = sim.load_results("sweep")
    for folder in ("sweep", "new"):
        command = ("sweep", "two-towns", *SHORT, "--replicates", 2, "--out", folder)
        done = with_small_files(command, tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1
        assert "cannot be written: file too large." in done.stderr
    assert not Path("new").exists()
    assert sim.load_results("sweep").equals(rows)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 300 kB, where one may be made."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    try:
        made = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        made = False
    if not made:
        pytest.skip("no file system may be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def parts(folder):
    """Return inode and time of change of each finished part."""
    found = {path: path.stat() for path in Path(folder, "parts").iterdir()}
    return {path: (about.st_ino, about.st_mtime_ns) for path, about in found.items()}


def test_a_full_disk_is_one_sentence_and_finished_parts_stay(khabur, small_disk):
    command = ("sweep", "two-towns", *SHORT, "--out", small_disk / "sweep")
    assert khabur(*command)[0] == 0
    before = parts(small_disk / "sweep")
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(1 << 20))
    status, out, err = khabur(*command, "--replicates", 2)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.endswith("cannot be written: the disk is full.\n")
    assert parts(small_disk / "sweep") == before
    filler.unlink()
    assert khabur(*command, "--replicates", 2)[1].startswith("2 of 2 runs are done, 1 of them")
    assert before.items() <= parts(small_disk / "sweep").items()


def test_a_read_only_disk_is_one_sentence(khabur, small_disk):
    khabur("sweep", "two-towns", *SHORT, "--out", small_disk / "sweep")
    before = parts(small_disk / "sweep")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    for name in ("sweep", "new"):
        status, out, err = khabur(
            "sweep", "two-towns", *SHORT, "--replicates", 2, "--out", small_disk / name
        )
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "cannot be written" in err
    assert parts(small_disk / "sweep") == before


def test_sensitivity_prints_what_matters_and_leaves_a_heat_map(khabur):
    status, out, err = khabur("sensitivity", "two-towns", *SMALL)
    assert (status, err) == (0, "")
    assert out.startswith("two-towns: which parameters matter\nmorris, 24 runs up to 2015-06-30")
    (folder,) = Path("runs").iterdir()
    assert folder.name.startswith("sensitivity-two-towns-morris-seed0-")
    assert (folder / "heat_map.svg").is_file()
    assert f"{folder}/table.csv" in out


def test_sensitivity_in_json_is_one_object_and_a_second_time_runs_nothing(khabur, monkeypatch):
    command = ("sensitivity", "two-towns", *SMALL, "--json", "--out", "s")
    status, out, err = khabur(*command)
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert (told["method"], told["runs"], told["folder"]) == ("morris", 24, "s")

    def never(_):
        raise AssertionError("a part was run again")

    monkeypatch.setattr("sim.experiments.sensitivity.evaluation.run_part", never)
    assert khabur(*command)[1] == out


def test_another_analysis_goes_to_another_folder(khabur):
    khabur("sensitivity", "two-towns", *SMALL, "--quiet")
    khabur("sensitivity", "two-towns", *SMALL, "--seed", 1, "--quiet")
    khabur("sensitivity", "two-towns", *SMALL[:-1], 3, "--quiet")
    sobol = (*SMALL[:4], "--method", "sobol", "--points", 4)
    status, out, _ = khabur("sensitivity", "two-towns", *sobol, "--quiet")
    assert (status, Path(out.strip()).is_dir()) == (0, True)
    assert len(list(Path("runs").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere",), "no such scenario or folder"),
        (("two-towns", "--parameter", "combat.killed"), "for instance 'combat.killed_share'"),
        (("two-towns", "--outcome", "x"), "outcomes: found 'x'"),
        (("two-towns", "--method", "sobol", "--points", "12"), "a power of two"),
        (("two-towns", "--points", "16"), "--points: found with the method morris"),
        (("two-towns", "--method", "sobol", "--trajectories", "9"), "allowed: --points"),
        (("two-towns", "--until", "2019-01-01"), "allowed: a date from 2015-06-01"),
        (("two-towns", "--out", "."), "holds something else"),
    ],
)
def test_a_bad_analysis_is_one_sentence_with_status_2(
    khabur, design, tmp_path, arguments, sentence
):
    before = sorted(tmp_path.rglob("*"))
    status, out, err = khabur("sensitivity", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert sentence in err
    assert sorted(tmp_path.rglob("*")) == before


MADE = {
    "run": ("run", "two-towns"),
    "ensemble": ("ensemble", "two-towns", "--replicates", 4),
    "comparison": ("compare", "two-towns", "base", "--replicates", 4),
    "sweep": ("sweep", "two-towns", *GRID, "--replicates", 2),
    "sensitivity": ("sensitivity", "two-towns", *SMALL),
}


@pytest.mark.parametrize("kind", MADE)
def test_a_report_says_where_its_page_is(khabur, tmp_path, kind):
    (tmp_path / "base").mkdir()
    (tmp_path / "base/scenario.toml").write_text(
        'base = "two-towns"\ntitle = "B"\nquestion = "Same?"\n'
    )
    assert khabur(*MADE[kind], "--out", "made")[0] == 0
    assert khabur("report", "made") == (0, "Page: made/report.html\n", "")
    assert khabur("report", "made", "--quiet")[1] == "made/report.html\n"
    assert "</html>" in Path("made/report.html").read_text(encoding="utf-8")


def test_the_report_of_a_calibration_is_the_one_it_has(khabur, tmp_path):
    (tmp_path / "c").mkdir()
    (tmp_path / "c/findings.json").write_text('{"format": "khabur findings"}')
    status, _, err = khabur("report", "c")
    assert (status, err.count("\n")) == (2, 1)
    (tmp_path / "c/report.html").write_text("its own")
    assert khabur("report", "c") == (0, "Page: c/report.html\n", "")
    assert (tmp_path / "c/report.html").read_text() == "its own"


def test_a_report_of_something_else_is_refused(khabur, design, tmp_path):
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd/manifest.json").write_text("[]")
    for folder in ("nowhere", ".", "small.toml", "odd"):
        status, out, err = khabur("report", folder)
        assert (status, out, err.count("\n")) == (2, "", 1)
    assert not list(tmp_path.rglob("report.html"))


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sim.experiments.design", "DesignError"),
        ("sim.experiments.failures", "ExecutorError"),
        ("sim.experiments.sensitivity.faults", "SensitivityError"),
        ("sim.experiments.sensitivity.faults", "MissingLibraryError"),
        ("sim.engine.folders", "ResultsError"),
    ],
)
def test_what_these_errors_say_is_bad_input(khabur, monkeypatch, module, name):
    from importlib import import_module

    from sim.scenario import Fault

    kind = getattr(import_module(module), name)
    fault = Fault("d.toml", None, "seed", "x", "a number", "wrong")
    raised = kind([fault]) if name == "DesignError" else kind(str(fault))

    def raising(*_, **__):
        raise raised

    monkeypatch.setattr("sim.experiments.sweep.run_sweep", raising)
    assert khabur("sweep", "two-towns") == (2, "", f"{fault}\n")
