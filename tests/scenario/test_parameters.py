"""The standard parameters, and what a scenario may say of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import load
from sim.scenario.standard import STANDARD_PARAMETERS_FILE, standard_parameter_rows
from tests.scenario.small import append, only_fault, write_two_towns

HEADER = "id,value,unit,prior,low,high,source,note\n"
STANDARD = HEADER + (
    "combat.noise,0.5,1,uniform,0,1,estimate,\n"
    "any_kind.break_hazard_per_day,0.1,per day,log_uniform,0.05,0.5,estimate,\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "standard.csv"
    file.write_text(STANDARD, encoding="utf-8")
    monkeypatch.setattr("sim.scenario.standard.STANDARD_PARAMETERS_FILE", file)
    return write_two_towns(tmp_path / "towns")


def test_the_standard_table_that_ships_is_valid(tmp_path: Path) -> None:
    assert STANDARD_PARAMETERS_FILE.read_text(encoding="utf-8").startswith(HEADER)
    ids = [row.text("id") for row in standard_parameter_rows()]
    parameters = load(write_two_towns(tmp_path / "towns")).parameters
    assert set(ids) <= set(parameters)
    assert len(ids) == len(set(ids))


def test_standard_parameters_are_part_of_every_scenario(folder: Path) -> None:
    assert list(load(folder).parameters) == [
        "any_kind.break_hazard_per_day",
        "combat.noise",
        "siege.raiders",
    ]


def test_a_scenario_replaces_a_standard_parameter_by_id(folder: Path) -> None:
    append(folder, "parameters.csv", "combat.noise,0.7,1,fixed,,,estimate,\n")
    assert load(folder).parameters["combat.noise"].value == 0.7


def test_a_kind_may_override_what_holds_for_any_kind(folder: Path) -> None:
    row = "cells.break_hazard_per_day,0.2,per day,uniform,0.1,0.3,estimate,\n"
    append(folder, "parameters.csv", row)
    assert load(folder).parameters["cells.break_hazard_per_day"].value == 0.2


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("combat.nois", "combat.noise"),
        ("cells.break_hazrd_per_day", "cells.break_hazard_per_day"),
        ("sells.break_hazard_per_day", "cells.break_hazard_per_day"),
    ],
)
def test_an_unknown_parameter_is_a_fault_with_the_nearest_name(
    name: str, near: str, folder: Path
) -> None:
    append(folder, "parameters.csv", f"{name},0.2,1,uniform,0.1,0.3,estimate,\n")
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.field) == ("parameters.csv", 3, "id")
    assert f'did you mean "{near}"?' in str(fault)


def test_an_overlay_may_replace_part_of_a_standard_parameter(folder: Path) -> None:
    overlay = folder.parent / "calm"
    overlay.mkdir()
    append(overlay, "scenario.toml", 'base = "towns"\ntitle = "Calm"\nquestion = "Calm?"\n')
    append(overlay, "parameters.csv", "edit,id,value\nreplace,combat.noise,0.1\n")
    parameter = load(overlay).parameters["combat.noise"]
    assert (parameter.value, parameter.high) == (0.1, 1.0)


def test_a_value_may_be_set_for_one_kind(folder: Path) -> None:
    changed = load(folder).with_values({"army.break_hazard_per_day": 0.3})
    parameter = changed.parameters["army.break_hazard_per_day"]
    assert (parameter.value, parameter.unit, parameter.prior) == (0.3, "per day", "fixed")
    assert changed.parameters["any_kind.break_hazard_per_day"].value == 0.1
