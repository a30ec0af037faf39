"""One page of a folder of any kind: what stands on it, and that it needs nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sim.engine.folders import ResultsError
from sim.engine.results import json_bytes
from sim.experiments.report.write import write_report
from tests.experiments.report import folders
from tests.experiments.report.reading import read, words

KINDS = {
    "run": folders.run_folder,
    "ensemble": folders.ensemble_folder,
    "comparison": folders.comparison_folder,
    "sweep": folders.sweep_folder,
    "sensitivity": folders.sensitivity_folder,
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return the folder of a kind, made once."""
    above = tmp_path_factory.mktemp("folders")

    def folder(kind):
        path = above / kind
        return path if path.exists() else Path(KINDS[kind](path))

    return folder


@pytest.fixture
def page(made):
    """Return the page of a kind of folder."""
    return lambda kind: write_report(made(kind)).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_one_whole_file_without_script_or_links_to_anywhere(page, kind):
    found = read(page(kind))
    assert not found.tags & {"script", "link", "iframe", "object", "img"}
    assert found.handlers == []
    assert all(link.startswith("#") for link in found.links)
    assert {link[1:] for link in found.links} <= set(found.ids)
    assert len(set(found.ids)) == len(found.ids)
    assert "svg" in found.tags or kind == "sensitivity"
    assert "url(" not in page(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_folder_gives_the_same_bytes(page, kind):
    assert page(kind) == page(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_every_drawing_says_what_it_shows_or_that_it_is_decoration(page, kind):
    for opening in page(kind).split('<svg class="drawing')[1:]:
        assert 'aria-label="' in opening.split(">")[0] or "aria-hidden" in opening.split(">")[0]


def test_a_run_says_who_held_what_and_what_was_reported(page):
    text = words(page("run"))
    assert "Who held what" in text
    assert "Nashwa West" in text
    assert "at least 287, in clashes or by air strikes" in text
    assert "khabur run hasakeh-2015 --seed 7 --replicate 0" in text


def test_an_ensemble_says_how_many_reported_values_lie_inside(page):
    text = words(page("ensemble"))
    assert "reported numbers and dates lie in the middle 90% of the replicates" in text
    assert "Simulated to 29 Jun 2015 only; the scenario goes on to 30 Sep 2015." in text
    assert "reported: at least 21, in the advance into the city" in text


def test_an_ensemble_that_is_not_finished_says_so(made, tmp_path):
    folder = tmp_path / "half"
    shutil.copytree(made("ensemble"), folder)
    info = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_bytes(json_bytes({**info, "replicates": 9, "complete": False}))
    text = words(write_report(folder).read_text(encoding="utf-8"))
    assert "Not finished: 6 of 9 replicates are there." in text


def test_a_comparison_says_what_differs_how_surely_and_what_was_changed(page):
    text = words(page("comparison"))
    assert "Differences from two-towns whose interval leaves out zero:" in text
    assert "any_kind.caution" in text
    assert "Worth of their own luck" in text
    assert "Replicates needed" in text
    assert "two-towns-any_kind.caution=0.8" in text


def test_a_comparison_without_wanted_precision_has_no_table_of_replicates(made, tmp_path):
    folder = tmp_path / "plain"
    shutil.copytree(made("comparison"), folder)
    found = json.loads((folder / "comparison.json").read_text())
    del found["replicates_needed"]
    (folder / "comparison.json").write_bytes(json_bytes(found))
    assert "Replicates needed" not in words(write_report(folder).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("parameters", "scenarios", "first"),
    [
        (2, 1, "Outcomes over both parameters"),
        (1, 1, "Outcomes over combat.killed_share"),
        (2, 2, "What moves the outcomes"),
        (0, 2, "Outcomes by scenario"),
    ],
)
def test_the_first_figure_of_a_sweep_fits_what_varies(tmp_path, parameters, scenarios, first):
    folder = folders.sweep_folder(tmp_path / "s", parameters=parameters, scenarios=scenarios)
    page = write_report(folder).read_text(encoding="utf-8")
    headings = [part.split("</h2>")[0] for part in page.split("<h2>")[1:]]
    assert headings[0] == first
    assert headings[-1] == "How it was made"


def test_an_outcome_that_not_every_scenario_has_is_left_out_of_a_sweep(tmp_path):
    folder = folders.sweep_folder(tmp_path / "s", parameters=1, scenarios=2)
    path = folder / "scenarios" / f"{folders.OTHER.name}.json"
    scenario = json.loads(path.read_text())
    scenario["outcomes"] = [row for row in scenario["outcomes"] if row["id"] != "falls"]
    path.write_bytes(json_bytes(scenario))
    text = words(write_report(folder).read_text(encoding="utf-8"))
    assert "not asked of every scenario" in text


def test_a_sweep_lists_what_failed_and_how_to_replay_it(made, tmp_path):
    folder = tmp_path / "failed"
    shutil.copytree(made("sweep"), folder)
    (folder / "failures").mkdir(exist_ok=True)
    failure = {
        "type": "ZeroDivisionError",
        "message": "a <b> that failed",
        "traceback": "",
        "attempts": 1,
        "replay": "khabur sweep again",
    }
    (folder / "failures" / f"{'0' * 64}.json").write_bytes(json_bytes(failure))
    page = write_report(folder).read_text(encoding="utf-8")
    assert "ZeroDivisionError" in words(page)
    assert "a <b> that failed" in words(page)
    assert "b" not in read(page).tags


def test_a_sensitivity_names_what_matters_and_not_what_does_not(page):
    text = words(page("sensitivity"))
    assert "What matters most: army.nerve." in text
    assert "1 of 2 parameters have an effect" in text
    assert "the same in every run" in text


def test_words_from_a_strangers_folder_stay_words(made, tmp_path):
    folder = tmp_path / "strange"
    shutil.copytree(made("ensemble"), folder)
    scenario = json.loads((folder / "scenario.json").read_text())
    scenario["title"] = "<script>alert(1)</script>"
    scenario["outcomes"][0]["label"] = '"><img src=x onerror=alert(1)>'
    (folder / "scenario.json").write_bytes(json_bytes(scenario))
    found = read(write_report(folder).read_text(encoding="utf-8"))
    assert not found.tags & {"script", "img"}
    assert "<script>alert(1)</script>" in " ".join(found.text)


def test_a_calibration_has_its_page_already(tmp_path):
    (tmp_path / "findings.json").write_bytes(json_bytes({"format": "khabur findings"}))
    with pytest.raises(ResultsError, match=r"has no report\.html; .*--fit-only"):
        write_report(tmp_path)
    (tmp_path / "report.html").write_text("the calibration's own")
    assert write_report(tmp_path).read_text() == "the calibration's own"


def test_the_format_of_a_calibrations_findings_is_known():
    from calibration.findings_file import FORMAT
    from sim.experiments.report.write import CALIBRATION_FORMAT

    assert FORMAT == CALIBRATION_FORMAT


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "holds nothing that a report can be made of; allowed"),
        ({"run.json": {"format": "other"}}, "run.json has format 'other'; allowed"),
        ({"run.json": {"format": "khabur ensemble"}}, "scenario.json"),
        ({"comparison.json": {"format": "khabur comparison"}}, "is damaged: KeyError"),
        ({"manifest.json": {"format": "khabur sweep"}}, "format version"),
        ({"result.json": {"format": "khabur sensitivity"}}, "cannot be read"),
    ],
)
def test_anything_else_is_one_sentence(tmp_path, files, sentence):
    for name, content in files.items():
        (tmp_path / name).write_bytes(json_bytes(content))
    with pytest.raises(ResultsError) as caught:
        write_report(tmp_path)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "report.html").exists()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(ResultsError, match="There is no folder"):
        write_report(tmp_path / "nowhere")
