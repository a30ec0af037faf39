"""``khabur calibrate``: what it prints, its exit status, and what it leaves behind."""

import json
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from calibration import gate
from calibration.console import Asked, available_cores, command_of
from calibration.findings_file import read_findings
from calibration.settings import Settings
from sim import cli
from sim.scenario import load
from tests.calibration import tiny

Khabur = Callable[..., tuple[int, str, str]]

SMALL = ("--vectors", 400, "--seed", 3, "--data-sets", 50, "--fresh", 20, "--workers", 1)
THOUSANDS = """
[[targets]]
outcome = "red_killed"
kind = "word"
role = "fit"
reported = "thousands"
why = "made up"
"""
LIMIT = 'model_limit = "no garrison is ever reinforced"\n'


@pytest.fixture
def khabur(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Khabur:
    """Run the command line in this process; return exit status, output and errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["khabur", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return int(left.value.code or 0), printed.out, printed.err

    return call


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the tiny scenario, its targets, and a calibration in ``out``."""
    home = tmp_path_factory.mktemp("console")
    scenario = load(tiny.write_scenario(home / tiny.NAME))
    targets = tiny.write_targets(home / "targets.toml")
    tiny.calibrated(scenario, targets, home / "out", replace(tiny.SETTINGS, fresh=20))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which the command is given."""
    copy = Path(shutil.copytree(made, tmp_path / "home"))
    monkeypatch.chdir(copy)
    monkeypatch.setenv("KHABUR_TRACEBACK", "0")
    return copy


@pytest.fixture
def fit(khabur: Khabur, home: Path) -> Khabur:
    """Calibrate the tiny scenario with its targets and the pool that is there."""

    def call(*more: object) -> tuple[int, str, str]:
        return khabur("calibrate", "tiny/", "--targets", "targets.toml", *SMALL, *more)

    return call


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def assert_refused(
    found: tuple[int, str, str], home: Path, *wanted: str, sentences: int = 1
) -> None:
    """Exit status 2, one sentence a fault on standard error, and nothing written."""
    status, out, err = found
    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == sentences, err
    for words in wanted:
        assert words in err
    assert not (home / "new").exists()
    assert not (home / "runs").exists()


def test_the_command_prints_targets_requirements_verdict_and_where_it_is(fit: Khabur) -> None:
    status, out, err = fit("--out", "out")
    assert (status, err) == (0, "")
    found = read_findings(Path("out/findings.json"))
    words = " ".join(out.split())
    assert "400 vectors, seeds 3 and 4" in words
    assert "22 June 2015" in words
    assert " ".join(found.verdict.split()) in words
    for row in found.requirements:
        assert row.measured.split(" ")[0] in words
    assert out.rstrip().endswith("Report: out/report.html\nPosterior: out/posterior.csv")


def test_what_is_not_calibrated_is_nowhere_called_so(
    fit: Khabur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "LEAST_COVERAGE", 1.1)
    _, out, _ = fit("--out", "out")
    assert "NOT CALIBRATED: 0 of 4 parameters" in " ".join(out.split())
    without = out.replace("NOT CALIBRATED", "")
    assert not re.search("calibrated", without, re.IGNORECASE)


def test_plain_text_has_no_escapes_and_no_trailing_blanks(fit: Khabur) -> None:
    _, out, _ = fit("--out", "out", "--fit-only")
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_json_is_one_object_and_nothing_else(fit: Khabur) -> None:
    status, out, err = fit("--out", "out", "--json")
    told = json.loads(out)
    assert (status, err) == (0, "")
    found = read_findings(Path("out/findings.json"))
    assert (told["scenario"], told["folder"]) == ("tiny", "out")
    assert (told["calibrated"], told["verdict"]) == (found.calibrated, found.verdict)
    assert [row["id"] for row in told["requirements"]] == [row.id for row in found.requirements]
    assert [row["id"] for row in told["targets"]] == [row.id for row in found.targets]


def test_quiet_prints_the_folder_alone(fit: Khabur) -> None:
    assert fit("--out", "out", "--fit-only", "--quiet") == (0, "out\n", "")


def test_without_a_folder_it_goes_to_one_named_after_scenario_and_seed(
    fit: Khabur, home: Path
) -> None:
    shutil.copytree("out", "runs/calibrate-tiny-seed3")
    status, out, _ = fit("--fit-only", "--quiet")
    assert (status, out) == (0, "runs/calibrate-tiny-seed3\n")


def test_the_command_stands_beside_the_posterior_and_makes_it_again(
    fit: Khabur, khabur: Khabur
) -> None:
    fit("--out", "out", "--fit-only", "--quiet")
    told = tomllib.loads(Path("out/posterior.toml").read_text())["command"]
    written = Path("out/posterior.csv").read_bytes()
    Path("out/posterior.csv").unlink()
    status, _, _ = khabur(*shlex.split(told)[1:], "--out", "out", "--workers", 1, "--quiet")
    assert status == 0
    assert Path("out/posterior.csv").read_bytes() == written


def test_ship_puts_the_posterior_where_the_scenario_finds_it(fit: Khabur, khabur: Khabur) -> None:
    fit("--out", "out", "--fit-only", "--ship", "--quiet")
    for name in ("posterior.csv", "posterior.toml", "predictive.csv"):
        assert Path("tiny", name).read_bytes() == Path("out", name).read_bytes()
    status, _, err = khabur("run", "tiny/", "--posterior", "--out", "with", "--quiet")
    assert status == 0
    assert "NOT CALIBRATED" in err
    assert json.loads(Path("with/run.json").read_text())["posterior"]["used"] == len(tiny.OPEN)


def test_a_run_of_an_example_tells_what_its_row_tells(fit: Khabur, khabur: Khabur) -> None:
    fit("--out", "out", "--fit-only", "--quiet")
    example = read_findings(Path("out/findings.json")).examples[0]
    # The command names the scenario; this one is no shipped one, and has to be named as a folder.
    words = ["tiny/" if word == "tiny" else word for word in shlex.split(example.command)]
    status, _, _ = khabur(*words[1:], "--out", "replayed", "--quiet")
    assert status == 0
    told = json.loads(Path("replayed/run.json").read_text())["outcomes"]
    assert example.outcomes
    for name, value in example.outcomes.items():
        assert str(told[name]["value"]) == value


def test_an_unknown_scenario(khabur: Khabur, home: Path) -> None:
    assert_refused(khabur("calibrate", "tiney", *SMALL, "--out", "new"), home, "tiney")


def test_a_scenario_without_targets(khabur: Khabur, home: Path) -> None:
    found = khabur("calibrate", "tiny/", *SMALL, "--out", "new")
    assert_refused(found, home, "the scenario has no targets")


def test_a_missing_file_of_targets(khabur: Khabur, home: Path) -> None:
    found = khabur("calibrate", "tiny/", "--targets", "gone.toml", *SMALL, "--out", "new")
    assert_refused(found, home, "gone.toml: cannot be read")


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        (
            'outcome = "blue_killed"',
            'outcome = "blue_kiled"',
            'unknown outcome (did you mean "blue_killed"?)',
        ),
        ("reported = 8", "reported = 3000", "siege_days.reported: impossible for kind duration"),
        ("reported = 8", 'reported = "long"', "siege_days.reported: impossible for kind duration"),
        ("reported = 2015-06-22", "reported = 2016-01-01", "a date from 2015-06-01 to 2015-06-30"),
        ('reported = "North"', 'reported = "Nord"', "last_district.reported"),
        ('outcome = "last_district"', 'outcome = "weddings"', "the outcome is not simulated"),
        ("noise = 1\n", "noise = -1\n", "north_taken.noise: not allowed"),
        ('kind = "date"', 'kind = "dates"', "unknown kind"),
        ("alpha = 14\n", "", "completeness.alpha: is missing"),
        ('scenario = "tiny"', 'scenario = "other"', "the targets are of another scenario"),
        ('given = "north_taken"', 'given = "noth_taken"', "blue_killed.given: unknown outcome"),
    ],
)
def test_targets_that_cannot_be(fit: Khabur, home: Path, old: str, new: str, wanted: str) -> None:
    change(home / "targets.toml", old, new)
    assert_refused(fit("--out", "new"), home, "targets.toml", wanted)


def test_a_word_of_an_empty_bin(fit: Khabur, home: Path) -> None:
    """No city of one district can see dozens of them taken: the bin is empty."""
    text = """
[[outcomes]]
id = "places_taken"
measure = "places_held"
unit = "places"
arguments = { faction = "red" }
"""
    with (home / tiny.NAME / "outcomes.toml").open("a") as file:
        file.write(text)
    row = """
[[targets]]
outcome = "places_taken"
kind = "word"
role = "check"
reported = "dozens"
why = "made up"
"""
    with (home / "targets.toml").open("a") as file:
        file.write(row)
    found = fit("--out", "new")
    assert_refused(found, home, "places_taken.reported", "a word that some number can have")


def test_every_fault_of_the_targets_has_a_sentence(fit: Khabur, home: Path) -> None:
    change(home / "targets.toml", "reported = 8", "reported = 3000")
    change(home / "targets.toml", 'kind = "at_least"', 'kind = "at_most"')
    assert_refused(fit("--out", "new"), home, "siege_days", "blue_killed", sentences=2)


def test_a_folder_of_something_else_is_left_alone(fit: Khabur, home: Path) -> None:
    (home / "mine").mkdir()
    (home / "mine" / "notes.txt").write_text("mine")
    assert_refused(fit("--out", "mine"), home, "something else")
    assert [path.name for path in (home / "mine").iterdir()] == ["notes.txt"]


def test_a_file_in_the_place_of_the_folder(fit: Khabur, home: Path) -> None:
    assert_refused(fit("--out", "targets.toml"), home, "is a file")


def test_a_folder_with_another_pool(khabur: Khabur, home: Path) -> None:
    small = [4 if word == 3 else word for word in SMALL]
    words = ("calibrate", "tiny/", "--targets", "targets.toml", *small, "--out", "out")
    assert_refused(khabur(*words), home, "is of seed 3, not 4; name another folder")


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--vectors", 98), "--vectors: found 98; allowed: an even number of at least 100"),
        (("--vectors", 401), "--vectors: found 401"),
        (("--alternatives", 3), "--alternatives: found 3; allowed: 0 or an even number"),
    ],
)
def test_numbers_that_make_no_sense(
    fit: Khabur, home: Path, options: tuple[object, ...], wanted: str
) -> None:
    assert_refused(fit("--out", "new", *options), home, wanted)


def test_options_out_of_range_are_refused_by_name(fit: Khabur, home: Path) -> None:
    for option in ("--fresh", "--data-sets", "--workers", "--vectors"):
        status, out, err = fit("--out", "new", option, 0)
        assert (status, out) == (2, "")
        assert option in err
        assert not (home / "new").exists()


def test_a_prior_that_cannot_produce_the_reports_stops_with_a_sentence_a_target(
    fit: Khabur, home: Path
) -> None:
    change(home / "targets.toml", "reported = 5\n", "reported = 59\n")
    with (home / "targets.toml").open("a") as file:
        file.write(THOUSANDS)
    before = (home / "out" / "posterior.csv").read_bytes()
    found = fit("--out", "out")
    assert_refused(found, home, "blue_killed: at least 59 was reported", sentences=2)
    assert "red_killed: thousands was reported, higher than all but 0%" in found[2]
    assert (home / "out" / "posterior.csv").read_bytes() == before


def test_the_verdict_names_what_in_the_model_stands_in_the_way(fit: Khabur, home: Path) -> None:
    change(home / "targets.toml", 'must = ["inside_50"]\n', f'must = ["inside_50"]\n{LIMIT}')
    change(home / "targets.toml", "reported = 2015-06-22", "reported = 2015-06-14")
    fit("--out", "out", "--quiet")
    found = read_findings(Path("out/findings.json"))
    row = next(row for row in found.requirements if row.id == "north_taken.inside_50")
    assert row.holds is False
    assert "no garrison is ever reinforced" in row.in_the_way
    assert "no garrison is ever reinforced" in found.verdict


def asked(**fields: object) -> Asked:
    settings = Settings(**fields)  # type: ignore[arg-type]
    return Asked("campaign-2015", Path("here"), None, settings, ship=False)


def test_the_command_of_the_usual_settings_is_short() -> None:
    assert command_of(asked(workers=7)) == "khabur calibrate campaign-2015"


def test_the_command_names_every_setting_that_changes_a_result() -> None:
    told = command_of(
        asked(
            vectors=400,
            seed=3,
            fresh=20,
            data_sets=50,
            alternative_vectors=0,
            record_replicates=9,
            simulate=False,
        )
    )
    assert told == (
        "khabur calibrate campaign-2015 --vectors 400 --seed 3 --fresh 20 --data-sets 50 "
        "--alternatives 0 --record 9 --fit-only"
    )


def test_the_options_of_the_command_are_those_of_the_settings(khabur: Khabur) -> None:
    status, out, _ = khabur("calibrate", "--help")
    assert status == 0
    for option in ("--vectors", "--seed", "--fresh", "--data-sets", "--alternatives", "--record"):
        assert option in out


def test_there_is_a_core() -> None:
    assert available_cores() >= 1
