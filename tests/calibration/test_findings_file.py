"""Findings written and read back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.findings_file import read_findings, write_findings
from sim.engine.folders import ResultsError
from tests.calibration.report.made_up import made_up_findings


def changed(path: Path, change: Any) -> Path:
    """Write findings, then change what the file holds."""
    write_findings(path, made_up_findings())
    about = json.loads(path.read_text(encoding="utf-8"))
    change(about)
    path.write_text(json.dumps(about), encoding="utf-8")
    return path


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = write_findings(tmp_path / "findings.json", made_up_findings())
    assert read_findings(path) == made_up_findings()


def test_findings_without_what_was_not_looked_at_are_read_back(tmp_path: Path) -> None:
    findings = replace(made_up_findings(), history=None, calibrated=None, siege_ends=None)
    assert read_findings(write_findings(tmp_path / "findings.json", findings)) == findings


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_findings(tmp_path / "a.json", made_up_findings())
    second = write_findings(tmp_path / "b.json", made_up_findings())
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_refused_before_anything_is_written(
    tmp_path: Path, value: float
) -> None:
    findings = replace(made_up_findings(), siege_ends=value)
    with pytest.raises(ValueError, match="siege_ends"):
        write_findings(tmp_path / "findings.json", findings)
    assert list(tmp_path.iterdir()) == []


def test_an_element_of_an_array_is_refused_by_name(tmp_path: Path) -> None:
    element: Any = np.bool_(True)
    row = replace(made_up_findings().parameters[0], identified=element)
    with pytest.raises(TypeError, match=r"parameters\[0\]\.identified"):
        write_findings(tmp_path / "f.json", replace(made_up_findings(), parameters=[row]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: about.update(format="something"), "does not hold the findings"),
        (lambda about: about.update(format_version=99), "version 99"),
        (lambda about: about["findings"].pop("verdict"), "verdict"),
        (lambda about: about["findings"].update(vectors="many"), "vectors.*'many'"),
        (lambda about: about["findings"]["targets"][3].update(label=7), r"targets\.3\.label"),
        (lambda about: about.update(findings=None), "findings"),
    ],
)
def test_a_file_that_holds_something_else_is_refused_in_one_sentence(
    tmp_path: Path, change: Any, said: str
) -> None:
    path = changed(tmp_path / "findings.json", change)
    with pytest.raises(ResultsError, match=said) as fault:
        read_findings(path)
    assert "\n" not in str(fault.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="missing"):
        read_findings(tmp_path / "missing.json")
