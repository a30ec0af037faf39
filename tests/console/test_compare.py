"""`khabur compare`: what it prints, what it leaves behind, and bad input."""

import json
from pathlib import Path

import pytest

REPLICATES = ("--replicates", "6")


@pytest.fixture(scope="module")
def stronger(tmp_path_factory):
    """Two towns, and the same with three times the attackers."""
    folder = tmp_path_factory.mktemp("scenarios") / "stronger"
    folder.mkdir()
    (folder / "scenario.toml").write_text(
        'base = "two-towns"\ntitle = "Stronger"\nquestion = "And with more attackers?"\n'
    )
    (folder / "units.csv").write_text("edit,id,fighters\nreplace,red-column,1800\n")
    return folder


def test_it_prints_both_means_and_the_difference(khabur, stronger):
    status, out, _ = khabur("compare", "two-towns", stronger, *REPLICATES)
    assert status == 0
    heads = next(line for line in out.splitlines() if line.startswith("outcome"))
    names = ["outcome", "two-towns", "stronger", "difference", "95%", "interval"]
    assert heads.split() == [*names, "higher/lower", "corr."]
    assert "And with more attackers?" in out
    assert "6 replicates of each scenario with the same luck" in " ".join(out.split())


def test_a_scenario_compared_with_itself_differs_in_nothing(khabur, stronger):
    same = stronger.parent / "same"
    same.mkdir()
    (same / "scenario.toml").write_text('base = "two-towns"\ntitle = "S"\nquestion = "Same?"\n')
    out = khabur("compare", "two-towns", same, *REPLICATES, "--json")[1]
    outcomes = json.loads(out)["outcomes"]["same"]
    assert outcomes["blue_killed"]["number"]["difference"] == 0.0
    assert outcomes["blue_killed"]["number"]["low"] == 0.0


def test_json_is_one_object_that_is_kept_in_the_folder_too(khabur, stronger):
    status, out, _ = khabur("compare", "two-towns", stronger, *REPLICATES, "--json", "--out", "c")
    printed = json.loads(out)
    folder = printed.pop("folder")
    assert (status, folder) == (0, "c")
    assert json.loads(Path("c/comparison.json").read_text()) == printed
    assert printed["others"][0]["scenario"] == "stronger"


def test_a_second_time_nothing_is_run_again(khabur, stronger, monkeypatch):
    first = khabur("compare", "two-towns", stronger, *REPLICATES, "--out", "c")[1]

    def never(*_):
        raise AssertionError("a chunk was run again")

    monkeypatch.setattr("sim.engine.chunks.run_chunk", never)
    assert khabur("compare", "two-towns", stronger, *REPLICATES, "--out", "c")[1] == first


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("two-towns", "two-towns"), "twice"),
        (("two-towns", "nowhere"), "nowhere"),
        (("two-towns", "hasakeh-2015", "--replicates", "2"), "share no outcome"),
    ],
)
def test_bad_input_is_one_sentence_with_status_2(khabur, arguments, sentence):
    status, out, err = khabur("compare", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert len(err.strip().splitlines()) <= 2
