"""The page as a whole: what a reader finds on it, and that it needs nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from calibration.report.page import render, write_report
from calibration.results import Findings, Requirement
from sim.engine.folders import ResultsError
from tests.calibration.report.made_up import LONG, made_up_findings

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
NO_CLOSING = {"path", "use", "rect", "g"}  # of SVG


class Reader(HTMLParser):
    """Checks that elements are closed in order, and keeps ids, tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._keep(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID | NO_CLOSING, f"<{tag}/> closes itself"
        self._keep(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)

    def _keep(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href"):
                self.links.append(value or "")


@cache
def page() -> str:
    return render(made_up_findings())


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def words(text: str) -> str:
    return re.sub(r"\s+", " ", " ".join(read(text).text))


def nothing_looked_at() -> Findings:
    return replace(
        made_up_findings(),
        calibrated=None,
        siege_ends=None,
        requirements=[],
        targets=[],
        parameters=[],
        not_identified=[],
        flat_directions=[],
        identified_directions=[],
        correlated=[],
        values=[],
        prior_checks=[],
        history=None,
        sensitivity=[],
        alternatives=[],
        scores=[],
        examples=[],
        second_opinion=[],
        synthetic_data_sets=0,
    )


def test_the_page_is_well_formed() -> None:
    assert read(page()).open == []


def test_no_id_is_there_twice() -> None:
    ids = read(page()).ids
    assert len(ids) == len(set(ids))


def test_every_link_leads_to_a_place_on_the_page() -> None:
    reader = read(page())
    within = re.findall(r"url\(([^)]*)\)", page())
    for link in [*reader.links, *within]:
        assert link.startswith("#")
        assert link[1:] in reader.ids


def test_the_page_names_no_address_and_runs_no_script() -> None:
    assert "http" not in page()
    assert "@import" not in page()
    assert read(page()).tags.isdisjoint({"script", "link", "img", "iframe", "object"})


def test_the_verdict_is_the_first_thing_said() -> None:
    text = words(page())
    findings = made_up_findings()
    assert text.index("NOT CALIBRATED") < text.index(findings.verdict)
    assert text.index(findings.verdict) < text.index("1. The article's numbers")


def test_the_headline_says_how_many_requirements_do_not_hold() -> None:
    findings = made_up_findings()
    failing = [row for row in findings.requirements if row.holds is False]
    judged = [row for row in findings.requirements if row.holds is not None]
    text = words(render(replace(findings, calibrated=True)))
    assert f"CALIBRATED, but {len(failing)} of {len(judged)} requirements do not hold" in text


@pytest.mark.parametrize(
    ("calibrated", "word", "other"),
    [(True, "CALIBRATED", "NOT"), (False, "NOT CALIBRATED", ""), (None, "NOT CALIBRATED", "")],
)
def test_one_word_says_whether_it_is_calibrated(
    calibrated: bool | None, word: str, other: str
) -> None:
    text = render(replace(nothing_looked_at(), calibrated=calibrated))
    found = re.search(r'<div class="word">([^<]*)</div>', text)
    assert found is not None
    assert found[1] == word
    assert not other or other not in found[1]


def test_a_parameter_outside_the_gate_is_named_in_the_opening() -> None:
    text = words(page())
    assert "islamic_state.break_hazard_per_day (0.81)" in re.sub(
        r"\s+\(", " (", text[: text.index("1. The article")]
    )


def test_a_parameter_outside_the_gate_is_not_named_twice_in_the_opening() -> None:
    coverage = Requirement("coverage", "Coverage", "0.85 to 0.95", "0.81", False, "break_hazard")
    findings = replace(nothing_looked_at(), parameters=made_up_findings().parameters[:3])
    assert "Coverage of 90% intervals outside" in words(render(findings))
    text = words(render(replace(findings, requirements=[coverage])))
    assert "Coverage of 90% intervals outside" not in text


def test_every_requirement_has_a_row() -> None:
    ids, text = read(page()).ids, words(page())
    for row in made_up_findings().requirements:
        assert f"requirement-{row.id}" in ids
        assert row.sentence in text
        assert row.measured in text


def test_every_target_has_a_row_and_its_reasons() -> None:
    ids, text = read(page()).ids, words(page())
    for row in made_up_findings().targets:
        assert f"target-{row.id}" in ids
        assert row.label in text
        assert row.reported in text
        assert row.why in text
        assert row.model_limit in text


def test_every_parameter_is_named_and_those_not_identified_are_counted() -> None:
    text = words(page())
    for row in made_up_findings().parameters:
        assert row.id in text
    assert "The reports identify 6 of 43 parameters." in text
    assert "Of the other 37" in text


def test_signs_that_mean_something_in_html_are_shown_as_they_are() -> None:
    assert LONG in words(page())
    assert "<several>" not in page()
    assert "<by YPG>" not in page()
    assert "&lt;by YPG&gt;" in page()


def test_a_hostile_text_stays_text() -> None:
    attack = "<script>alert(1)</script>\" onload='x' $x^2$"
    findings = made_up_findings()
    first = replace(findings.targets[0], label=attack, reported=attack)
    changed = replace(nothing_looked_at(), verdict=attack, command=attack, targets=[first])
    text = render(changed)
    assert "script" not in read(text).tags
    assert words(text).count("alert(1)") >= 3


def test_checks_that_the_naive_forecast_wins_are_named() -> None:
    text = words(page())
    lost = text[text.index("Where the model loses") :]
    for row in made_up_findings().scores:
        if not row.better:
            assert row.what in lost[:200]


def test_examples_are_called_examples_with_their_command() -> None:
    text = words(page())
    assert "Examples, not results" in text
    assert made_up_findings().examples[0].command in text


def test_what_was_not_looked_at_is_said() -> None:
    text = render(nothing_looked_at())
    reader = read(text)
    assert reader.open == []
    assert "svg" not in reader.tags
    for sentence in (
        "No target was fitted.",
        "Whether the requirements hold was not looked at.",
        "No parameter was fitted.",
        "The fit was not tested on synthetic data sets.",
        "What each target tells was not looked at.",
        "No target was left out and predicted.",
        "History matching was not done.",
        "Sensitivity to the assumptions was not looked at.",
        "Models with a mechanism switched off were not compared.",
        "No check that was not fitted was scored.",
        "No example runs were looked for.",
    ):
        assert sentence in words(text)


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_report(tmp_path / "a", made_up_findings())
    second = write_report(tmp_path / "b", made_up_findings())
    assert first == tmp_path / "a" / "report.html"
    assert first.read_bytes() == second.read_bytes()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(ResultsError, match="file"):
        write_report(tmp_path / "file" / "below", nothing_looked_at())
