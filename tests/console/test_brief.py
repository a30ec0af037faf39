"""`khabur brief`: what it prints, its formats, and bad input."""

import json
import sys

import pytest

from sim import cli
from sim.console.brief import escaped, singular
from sim.engine.results import write_run
from sim.engine.run import run_campaign
from sim.scenario import load
from tests.scenario.small import write_two_towns


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of the two towns, of 30 days from 20 June."""
    folder = tmp_path_factory.mktemp("brief")
    scenario = write_two_towns(folder / "two-towns")
    (scenario / "outcomes.toml").write_text(
        '[[outcomes]]\nid = "siege"\nlabel = "days of | siege"\nmeasure = "siege_days"\n'
        'arguments = { city = "Twin", attacker = "islamic_state" }\nunit = "days"\n'
        'reported = "about a month"\n\n'
        '[[outcomes]]\nid = "war_dead"\nlabel = "dead of the war"\nmeasure = "not_simulated"\n'
        'unit = "people"\nreported = "more than 230,000"\nreported_value = 230000\n'
    )
    return write_run(folder / "run", run_campaign(load(scenario), seed=1))


@pytest.fixture
def khabur(monkeypatch, capsys):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["khabur", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        printed = capsys.readouterr()
        return left.value.code or 0, printed.out, printed.err

    return call


def test_a_brief_is_text_of_a_hundred_columns(khabur, run):
    status, out, err = khabur("brief", run, "--date", "2015-06-29")
    assert (status, err) == (0, "")
    headline, origin, blank, *_ = out.splitlines()
    assert headline
    assert origin == (
        "Simulated, not news: scenario two-towns, seed 1, replicate 0, as of 29 June 2015."
    )
    assert blank == ""
    assert all(len(line) <= 100 and line == line.rstrip() for line in out.splitlines())
    assert "What was reported, and what this run has as of 29 Jun 2015" in out
    assert "about a month" in out
    assert "For context, not simulated: dead of the war: more than 230,000." in out


def test_without_a_date_it_is_the_last_day(khabur, run):
    assert "as of 19 July 2015" in khabur("brief", run)[1]


def test_markdown_shows_names_as_they_are(khabur, run):
    out = khabur("brief", run, "--format", "markdown")[1]
    assert out.startswith("# ")
    assert "| days of \\| siege |" in out
    assert escaped("a*b|c") == "a\\*b\\|c"


def test_json_is_one_object(khabur, run):
    status, out, err = khabur("brief", run, "--date", "2015-06-29", "--format", "json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert (found["scenario"], found["seed"], found["date"]) == ("two-towns", 1, "2015-06-29")
    assert [each["id"] for each in found["statements"]] == ["siege"]
    assert khabur("brief", run, "--date", "2015-06-29", "--json")[1] == out


def test_it_can_be_written_to_a_file(khabur, run, tmp_path):
    printed = khabur("brief", run)[1]
    assert khabur("brief", run, "--out", tmp_path / "brief.txt") == (0, "", "")
    assert (tmp_path / "brief.txt").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--date", "2015-06-19"], "--date: found '2015-06-19'; allowed: a date of the run, from"),
        (["--date", "2015-07-20"], "from 2015-06-20 to 2015-07-19."),
        (["--date", "soon"], "--date: found 'soon'"),
        (["--format", "pdf"], "--format: found 'pdf'; allowed: text, markdown, json."),
        (["--out", "/nowhere/brief.txt"], "cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(khabur, run, arguments, said):
    status, out, err = khabur("brief", run, *arguments)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_folder_without_a_run_is_one_sentence(khabur, tmp_path):
    status, out, err = khabur("brief", tmp_path)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1


def test_units_follow_the_number():
    assert [singular(unit) for unit in ("children", "towns", "share")] == ["child", "town", "share"]
