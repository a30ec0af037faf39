"""The table of predictions: what is written is what is read, and damage is told."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from calibration.findings_file import read_findings
from calibration.predictive_table import COLUMNS, read_predictive, write_predictive
from calibration.report.strips import fitted_strip
from calibration.report.words import Calendar
from calibration.results import TargetRow
from sim.scenario import ScenarioError, load
from tests.calibration.report.made_up import made_up_findings


def read_back(folder: Path, rows: list[TargetRow]) -> list[TargetRow]:
    write_predictive(folder, rows)
    return read_predictive(folder, "toy/predictive.csv")


def changed(folder: Path, column: str, cell: str) -> Path:
    """Write a table, and another cell in its first row."""
    path = write_predictive(folder, made_up_findings().targets)
    with path.open(newline="") as file:
        header, first, *rest = list(csv.reader(file))
    first[header.index(column)] = cell
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, first, *rest])
    return folder


def test_a_target_is_drawn_the_same_from_the_table_as_from_the_findings(tmp_path: Path) -> None:
    findings = made_up_findings()
    calendar = Calendar.of(findings)
    found = read_back(tmp_path, findings.targets)
    assert [fitted_strip(row, calendar) for row in found] == [
        fitted_strip(row, calendar) for row in findings.targets
    ]


def test_what_is_read_can_be_written_again_to_the_same_bytes(tmp_path: Path) -> None:
    path = write_predictive(tmp_path, made_up_findings().targets)
    before = path.read_bytes()
    write_predictive(tmp_path, read_predictive(tmp_path, "p"))
    assert path.read_bytes() == before


def test_labels_keep_the_reported_one_and_the_likeliest_other(tmp_path: Path) -> None:
    rows = {row.id: row for row in read_back(tmp_path, made_up_findings().targets)}
    assert rows["last_district"].posterior_shares == {"Zuhur": 0.31, "other": 0.25}
    assert rows["is_killed"].posterior_shares == {}


def test_the_table_does_not_change_the_scenario(tmp_path: Path) -> None:
    """It is known in a scenario's folder, and no part of the scenario."""
    scenario = load("two-towns")
    for path in scenario.folders[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = load(tmp_path).hash
    write_predictive(tmp_path, made_up_findings().targets)
    assert load(tmp_path).hash == before == scenario.hash


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("kind", "rumour", 'row 2, kind: not known: found "rumour"; allowed: one of exact'),
        ("role", "", "row 2, role: not known"),
        ("prior_p25", "many", 'row 2, prior_p25: not a number: found "many"'),
        ("posterior_p95", "inf", "row 2, posterior_p95: not a finite number"),
        ("posterior_p95", "", "row 2, posterior_p95: is blank"),
        ("inside_posterior_90", "maybe", "row 2, inside_posterior_90: neither yes nor no"),
        ("label", "x" * 3000, "row 2, label: cell is too long"),
    ],
)
def test_damage_is_told_with_row_and_column(
    tmp_path: Path, column: str, cell: str, said: str
) -> None:
    folder = changed(tmp_path, column, cell)
    with pytest.raises(ScenarioError) as error:
        read_predictive(folder, "toy/predictive.csv")
    assert f"toy/predictive.csv, {said}" in str(error.value)


def test_a_word_that_stands_for_no_number_is_refused(tmp_path: Path) -> None:
    row = next(row for row in made_up_findings().targets if row.kind == "word")
    write_predictive(tmp_path, [replace(row, reported_label="lots")])
    with pytest.raises(ScenarioError, match="reported_label: not known"):
        read_predictive(tmp_path, "p")


def test_a_missing_column_is_told(tmp_path: Path) -> None:
    path = write_predictive(tmp_path, [])
    path.write_text(path.read_text().replace("luck_share,", ""))
    with pytest.raises(ScenarioError, match="luck_share: column is missing"):
        read_predictive(tmp_path, "p")


def test_a_table_without_rows_is_one_without_targets(tmp_path: Path) -> None:
    assert read_back(tmp_path, []) == []
    assert (tmp_path / "predictive.csv").read_text() == ",".join(COLUMNS) + "\n"


def test_findings_on_disk_give_the_table(tmp_path: Path) -> None:
    """So a posterior that was shipped before can be given its table."""
    from calibration.findings_file import write_findings

    found = read_findings(write_findings(tmp_path / "findings.json", made_up_findings()))
    assert read_back(tmp_path, found.targets) == read_back(tmp_path, made_up_findings().targets)
