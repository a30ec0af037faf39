"""The command line: what it prints, its exit status, and what it leaves behind."""

import json
import os
import re
import resource
import subprocess
import sys
import types
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from sim import cli
from sim.engine.ensemble_folder import load_results
from sim.engine.record import RunRecord
from sim.outcomes.history import empty_history
from sim.scenario import load
from tests.scenario.small import replace_text, write_two_towns

OUTCOMES = """\
[[outcomes]]
id = "raiders_killed"
measure = "deaths"
arguments = { faction = "islamic_state", reported = true }
unit = "fighters"
reported = "about 90"
reported_value = 90

[[outcomes]]
id = "siege_days"
measure = "siege_days"
arguments = { city = "Twin", attacker = "islamic_state" }
unit = "days"
"""


def fake_campaign(scenario, *, seed, replicate, until, prior, posterior, progress):
    """Return a run in which South's raiders stand in North from day 2 to the end."""
    days = ((until or scenario.end) - scenario.start).days + 1
    places = tuple(place.name for place in scenario.places)
    record = empty_history(
        start=scenario.start,
        days=days,
        places=places,
        factions=tuple(scenario.factions),
        city=np.array([0, -1, -1]),
        cities=tuple(scenario.cities),
        area_km2=np.array([1.5, 0.0, 1.0]),
        hostile_at_start=np.array([[False, True], [True, False]]),
        initial_controller=np.array([[0, -1, 1]], np.int8),
    )
    record.controller[:] = [0, -1, 1]
    record.controller[2:, 0, 0] = 1
    record.strength[2:, 0, 1, 0] = 100
    record.killed[2:, 0, 1, 0] = record.reported_killed[2:, 0, 1, 0] = seed + 1
    record.engaged[2:, 0, 0] = True
    for day in range(days):
        progress(day + 1, days)
    units = {name: np.zeros((days, 1), np.int64) for name in ("strength", "wounded", "place")}
    return RunRecord(
        scenario=scenario,
        seed=seed,
        replicate=replicate,
        parameters={name: row.value for name, row in scenario.parameters.items()},
        kinds={},
        history=record,
        unit_names=("raiders 1",),
        unit_kinds=("cells",),
        unit_factions=("islamic_state",),
        unit_days={**units, "active": units["strength"] == 0},
        posterior=posterior and posterior.to_json_of(seed=seed, replicate=replicate),
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A scenario folder; the working directory is beside it, and the engine is a fake."""
    made = write_two_towns(tmp_path / "two-towns")
    (made / "outcomes.toml").write_text(OUTCOMES)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    engine = types.ModuleType("sim.engine.run")
    engine.run_campaign = fake_campaign
    monkeypatch.setitem(sys.modules, "sim.engine.run", engine)
    monkeypatch.setenv("KHABUR_TRACEBACK", "0")
    return made


@pytest.fixture
def khabur(monkeypatch, capsys):
    """Run the command line in this process; return exit status, output and errors."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["khabur", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return left.value.code or 0, printed.out, printed.err

    return call


def use_engine(monkeypatch, run_campaign):
    monkeypatch.setattr(sys.modules["sim.engine.run"], "run_campaign", run_campaign)


def test_a_run_prints_days_events_outcomes_and_its_folder(khabur, folder):
    status, out, err = khabur("run", folder, "--seed", 7)
    assert (status, err) == (0, "")
    assert out.startswith("Two towns\nWho holds the road between two towns?\n")
    assert "Government" in out
    assert "Islamic State took North from Government" in out
    assert "raiders_killed  224 fighters    about 90" in out
    assert "siege_days      not by the end  -" in out
    assert out.rstrip().endswith("Run folder: runs/two-towns-seed7-replicate0")
    assert Path("runs/two-towns-seed7-replicate0/run.json").is_file()


def test_plain_text_has_no_escapes_no_frames_and_no_trailing_blanks(khabur, folder):
    _, out, _ = khabur("run", folder)
    assert out.isascii()
    assert out.isprintable() or set(filter(lambda c: not c.isprintable(), out)) == {"\n"}
    assert all(line == line.rstrip() for line in out.splitlines())


def test_show_prints_the_same_as_run(khabur, folder):
    _, ran, _ = khabur("run", folder, "--out", "there")
    status, shown, _ = khabur("show", "there")
    assert (status, shown) == (0, ran)


def test_json_is_one_object_and_nothing_else(khabur, folder):
    status, out, err = khabur("run", folder, "--seed", 7, "--replicate", 3, "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found["scenario"] == "two-towns"
    assert (found["seed"], found["replicate"], found["replicates"]) == (7, 3, 1)
    assert found["days"] == 30
    assert Path(found["folder"]).is_dir()
    assert found["outcomes"]["siege_days"] == {
        "value": "not by the end",
        "unit": "days",
        "reported": None,
    }
    assert found["outcomes"]["raiders_killed"]["reported"] == "about 90"
    _, shown, _ = khabur("show", found["folder"], "--json")
    assert json.loads(shown) == found


def test_quiet_prints_the_folder_alone(khabur, folder):
    assert khabur("run", folder, "--quiet", "--out", "there") == (0, "there\n", "")


def test_until_ends_the_run_early(khabur, folder):
    _, out, _ = khabur("run", folder, "--until", "2015-06-24", "--json")
    assert json.loads(out)["days"] == 5


def test_set_changes_a_parameter_of_the_run(khabur, folder):
    khabur("run", folder, "--set", "siege.raiders=250", "--out", "there")
    info = json.loads(Path("there/run.json").read_text())
    assert info["parameters"]["siege.raiders"] == 250


def test_runs_with_other_settings_do_not_share_a_folder(khabur, folder):
    for settings in ([], ["--set", "siege.raiders=250"], ["--until", "2015-06-24"]):
        assert khabur("run", folder, *settings)[0] == 0
    names = sorted(path.name for path in Path("runs").iterdir())
    assert len(names) == 3
    assert names[0] == "two-towns-seed0-replicate0"


def test_the_same_command_replaces_its_own_run(khabur, folder):
    assert khabur("run", folder)[0] == khabur("run", folder)[0] == 0
    assert len(list(Path("runs").iterdir())) == 1


def test_a_named_folder_is_replaced_only_on_demand(khabur, folder):
    khabur("run", folder, "--out", "there")
    before = Path("there/run.json").read_bytes()
    status, out, err = khabur("run", folder, "--seed", 1, "--out", "there")
    assert (status, out) == (2, "")
    assert "already" in err
    assert Path("there/run.json").read_bytes() == before
    assert khabur("run", folder, "--seed", 1, "--out", "there", "--overwrite")[0] == 0
    assert Path("there/run.json").read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--until", "2016-01-01"], "--until: found '2016-01-01'; allowed: a date from 2015-06-20"),
        (["--until", "soon"], "--until: found 'soon'"),
        (["--set", "siege.raiders"], "--set: found 'siege.raiders'; allowed: name=value."),
        (["--set", "siege.raiders=150", "--set", "siege.raiders=160"], "is set twice"),
        (["--set", "siege.raider=150"], 'did you mean "siege.raiders"?'),
        (["--set", "siege.raiders=many"], "siege.raiders"),
        (["--set", "siege.raiders=nan"], "siege.raiders"),
        (["--set", "siege.raiders=-1"], "siege.raiders"),
        (["--seed", "-1"], "--seed"),
        (["--seed", "x"], "--seed"),
        (["--replicate", "1.5"], "--replicate"),
        (["--out", "../two-towns"], "left alone"),
        (["--out", "../two-towns/scenario.toml"], "is a file"),
        (["--unknown"], "--unknown"),
    ],
)
def test_bad_input_is_told_with_status_2_before_anything_is_written(
    khabur, folder, arguments, said
):
    before = sorted(folder.iterdir())
    status, out, err = khabur("run", folder, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert not list(Path().iterdir())
    assert sorted(folder.iterdir()) == before


def test_an_unknown_scenario_is_told_with_the_nearest(khabur, folder):
    status, _, err = khabur("run", "hasaka-2015")
    assert status == 2
    assert 'did you mean "hasakeh-2015"?' in err
    assert len(err.splitlines()) == 1


def test_validate_says_that_a_scenario_is_in_order(khabur, folder):
    status, out, err = khabur("validate", folder)
    assert (status, err) == (0, "")
    assert "two-towns is in order" in out
    assert "3 places" in out


def test_validate_tells_every_fault_a_line_each(khabur, folder):
    replace_text(folder, "outcomes.toml", '"Twin"', '"Twins"')
    replace_text(folder, "outcomes.toml", '"deaths"', '"death"')
    status, out, err = khabur("validate", folder)
    assert (status, out) == (2, "")
    first, second = err.splitlines()
    assert first.startswith("outcomes.toml, raiders_killed.measure:")
    assert "did you mean 'Twin'?" in second


def test_validate_gives_faults_as_json(khabur, folder):
    assert json.loads(khabur("validate", folder, "--json")[1])["valid"] is True
    replace_text(folder, "places.csv", "North,district,36.50", "North,district,nan")
    status, out, err = khabur("validate", folder, "--json")
    found = json.loads(out)
    assert (status, err, found["valid"]) == (2, "", False)
    assert found["faults"][0]["file"] == "places.csv"
    assert set(found["faults"][0]) == {"file", "row", "field", "found", "allowed", "message"}


def test_validate_prints_the_schema(khabur, folder):
    status, out, _ = khabur("validate", "--schema")
    assert status == 0
    assert "properties" in json.loads(out)


def test_validate_needs_a_name(khabur, folder):
    status, _, err = khabur("validate")
    assert status == 2
    assert "Name a scenario" in err


def test_scenarios_are_listed_with_their_questions(khabur, folder):
    status, out, _ = khabur("scenarios")
    assert status == 0
    assert "hasakeh-2015" in out
    listed = json.loads(khabur("scenarios", "--json")[1])["scenarios"]
    assert "hasakeh-2015" in [row["name"] for row in listed]


def test_show_tells_what_is_wrong_with_a_folder(khabur, folder):
    for where in ("nothing", folder):
        status, out, err = khabur("show", where)
        assert (status, out) == (2, "")
        assert len(err.splitlines()) == 1


def test_names_in_a_strangers_folder_cannot_steer_the_terminal(khabur, folder):
    khabur("run", folder, "--out", "there")
    info = json.loads(Path("there/run.json").read_text())
    info["title"] = "\x1b[2Jgone [bold]\n:smile:"
    Path("there/run.json").write_text(json.dumps(info))
    _, out, _ = khabur("show", "there")
    assert "\x1b" not in out
    assert "gone [bold] :smile:" in out


POSTERIOR = "siege.raiders,combat.killed_share\n120,0.25\n280,0.3\n"


def give_posterior(folder, calibrated="true", **changes):
    """Write a posterior into a scenario's folder."""
    about = {
        "command": "khabur calibrate two-towns --out there --ship",
        "scenario": folder.name,
        "scenario_hash": load(folder).hash,
        "made_with": "khabur 0.1.0",
        "verdict": "Made up for a test.",
        **changes,
    }
    lines = [f'{name} = "{text}"' for name, text in about.items()]
    (folder / "posterior.csv").write_text(POSTERIOR)
    (folder / "posterior.toml").write_text(
        "\n".join([*lines, f"calibrated = {calibrated}", "draws = 2"])
    )


def test_a_run_with_a_posterior_says_so_and_has_a_folder_of_its_own(khabur, folder):
    give_posterior(folder)
    status, out, err = khabur("run", folder, "--posterior")
    assert (status, err) == (0, "")
    assert re.search(r"^parameters: row [01] of the posterior of two-towns$", out, re.MULTILINE)
    [made] = Path("runs").iterdir()
    assert made.name.startswith("two-towns-seed0-replicate0-")
    assert khabur("show", made)[1] == out
    told = json.loads(khabur("show", made, "--json")[1])["posterior"]
    assert told["sha256"] == sha256(POSTERIOR.encode()).hexdigest()
    assert json.loads((made / "run.json").read_text())["posterior"] == told
    (folder / "posterior.csv").write_text(POSTERIOR.replace("120", "130"))
    khabur("run", folder, "--posterior")
    khabur("run", folder)
    assert len(list(Path("runs").iterdir())) == 3


def test_an_ensemble_and_a_comparison_take_the_table_that_is_named(khabur, folder):
    give_posterior(folder)
    elsewhere = Path("elsewhere")
    elsewhere.mkdir()
    for name in ("posterior.csv", "posterior.toml"):
        (folder / name).rename(elsewhere / name)
    status, _, err = khabur("ensemble", folder, "--replicates", 2, "--posterior")
    assert (status, err.count("\n")) == (2, 1)
    make = "make one with: khabur calibrate two-towns --out DIR --ship"
    assert err == f"two-towns has no posterior; {make}\n"
    arguments = ("--replicates", 2, "--until", "2015-06-24", "--posterior-from", elsewhere)
    status, out, err = khabur("ensemble", folder, *arguments, "--out", "there")
    assert (status, err) == (0, "")
    assert "parameters: drawn from the posterior of two-towns" in " ".join(out.split())
    raiders = load_results("there")["siege.raiders"]
    assert set(raiders) <= {120.0, 280.0}
    overlay = folder.parent / "overlay"
    overlay.mkdir()
    (overlay / "scenario.toml").write_text(
        'base = "two-towns"\ntitle = "Overlay"\nquestion = "What if?"\n'
    )
    status, out, err = khabur("compare", folder, overlay, *arguments, "--json", "--out", "both")
    assert (status, err) == (0, "")
    assert set(json.loads(out)["posteriors"]) == {"two-towns", "overlay"}
    assert load_results("both/overlay")["siege.raiders"].tolist() == raiders.tolist()


def test_a_value_that_is_set_wins_over_the_posterior(khabur, folder):
    give_posterior(folder)
    arguments = ("--replicates", 2, "--until", "2015-06-24", "--set", "siege.raiders=200")
    assert khabur("ensemble", folder, *arguments, "--posterior", "--out", "there")[0] == 0
    rows = load_results("there")
    assert set(rows["siege.raiders"]) == {200.0}
    assert set(rows["combat.killed_share"]) <= {0.25, 0.3}


def test_what_should_be_known_of_a_posterior_is_said_beside_the_results(khabur, folder):
    give_posterior(folder, "false", scenario_hash="0")
    status, out, err = khabur("run", folder, "--posterior", "--json")
    assert status == 0
    assert json.loads(out)["posterior"]["calibrated"] is False
    assert err.splitlines() == [
        "two-towns/posterior.csv: the posterior was made for another version of the scenario "
        "two-towns.",
        "two-towns/posterior.csv: NOT CALIBRATED: Made up for a test.",
    ]
    assert "(NOT CALIBRATED)" in khabur("run", folder, "--posterior")[1]


def test_a_bad_posterior_is_told_before_anything_is_written(khabur, folder):
    give_posterior(folder)
    (folder / "posterior.csv").write_text(POSTERIOR.replace("120", "20"))
    said = "two-towns/posterior.csv, row 2, siege.raiders: outside the range of its prior"
    for command in (["run"], ["ensemble", "--replicates", 2], ["validate"]):
        choice = [] if command == ["validate"] else ["--posterior"]
        status, out, err = khabur(command[0], folder, *command[1:], *choice)
        assert (status, out) == (2, "")
        assert err.startswith(said)
        assert err.count("\n") == 1
    missing = khabur("run", folder, "--posterior-from", "nowhere")
    assert missing[0] == 2
    assert missing[2].startswith("nowhere: the file is missing; allowed: a table")
    assert not list(Path().iterdir())


def test_battles_are_scored(khabur, folder, monkeypatch):
    scored = types.ModuleType("sim.experiments.battles")

    class Result:
        def to_json(self):
            return '{"n": 3}'

        def to_text(self):
            return "n  3 battles"

    scored.replay_battles = lambda file: Result()
    monkeypatch.setitem(sys.modules, "sim.experiments.battles", scored)
    assert khabur("battles", "table.csv") == (0, "n  3 battles\n", "")
    assert khabur("battles", "table.csv", "--json") == (0, '{"n": 3}\n', "")


def test_a_failure_of_ours_is_one_sentence_that_asks_for_a_report(khabur, folder, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("the axle\nbroke")

    use_engine(monkeypatch, fail)
    status, out, err = khabur("run", folder)
    assert (status, out) == (1, "")
    assert "the axle broke" in err
    assert "report" in err
    assert "Traceback" not in err
    assert not list(Path().iterdir())
    status, _, err = khabur("--traceback", "run", folder)
    assert status == 1
    assert "Traceback" in err


def test_ctrl_c_ends_with_130_and_leaves_nothing(khabur, folder, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    use_engine(monkeypatch, stopped)
    status, out, err = khabur("run", folder)
    assert (status, out) == (130, "")
    assert err.startswith("Stopped")
    assert not list(Path().iterdir())


def test_a_short_run_shows_no_progress_and_a_long_one_does(khabur, folder, monkeypatch):
    from sim.console import progress

    assert khabur("run", folder)[2] == ""
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)
    status, out, err = khabur("run", folder)
    assert status == 0
    assert "two-towns: 1 of 30 days" in err
    assert "of 30 days" not in out
    assert khabur("run", folder, "--json")[2] == ""


def test_the_version_is_printed(khabur):
    status, out, _ = khabur("--version")
    assert status == 0
    assert out.startswith("khabur")


def in_another_process(*arguments, **more):
    command = [sys.executable, "-m", "sim.cli", *arguments]
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, **more
    )


def test_help_takes_less_than_half_a_second_of_cpu():
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = in_another_process("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0
    assert "validate" in done.stdout
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < 0.5


def test_help_imports_nothing_heavy():
    code = "import sys, sim.cli; print([m for m in sys.argv[1:] if m in sys.modules])"
    heavy = ["numpy", "pandas", "pyarrow", "mesa", "pydantic", "scipy", "rich.console"]
    done = subprocess.run(
        [sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_reader_that_stops_reading_is_no_failure():
    command = f"'{sys.executable}' -m sim.cli validate --schema | head -c 10 >/dev/null"
    script = command + "; echo ${PIPESTATUS[0]}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == "0"
    assert done.stderr == ""


def test_the_fake_engine_covers_the_scenario(folder):
    from sim.scenario import load

    scenario = load(folder)
    assert scenario.end - scenario.start == timedelta(days=29)
