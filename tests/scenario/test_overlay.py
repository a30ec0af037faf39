"""Overlays: a base, edits of its rows by key, values set by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import load
from tests.scenario.small import append, faults_of, only_fault, replace_text, write_two_towns

OVERLAY = 'base = "towns"\ntitle = "What if"\nquestion = "What if not?"\n'


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_two_towns(tmp_path / "towns")


@pytest.fixture
def overlay(base: Path) -> Path:
    return write_overlay(base.parent / "what-if")


def write_overlay(folder: Path, scenario: str = OVERLAY) -> Path:
    folder.mkdir()
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    return folder


def test_an_overlay_without_edits_is_its_base_under_another_title(
    base: Path, overlay: Path
) -> None:
    changed = load(overlay)
    assert (changed.name, changed.title) == ("what-if", "What if")
    same = load(base).resolved() | {
        "name": "what-if",
        "title": "What if",
        "question": "What if not?",
    }
    assert changed.resolved() == same


def test_an_overlay_needs_a_title_and_a_question_of_its_own(base: Path) -> None:
    folder = write_overlay(base.parent / "bare", 'base = "towns"\n')
    assert [fault.field for fault in faults_of(folder)] == ["title", "question"]


def test_rows_are_added_replaced_and_removed_by_key(overlay: Path) -> None:
    append(
        overlay,
        "units.csv",
        "edit,id,kind,place,fighters\n"
        "replace,garrison,,,100\nremove,reserve,,,\nadd,guards,army,Middle,50\n",
    )
    units = {unit.id: unit for unit in load(overlay).units}
    assert list(units) == ["garrison", "raiders", "guards"]
    assert (units["garrison"].fighters, units["garrison"].units) == (100.0, 3)
    assert units["guards"].place == "Middle"


def test_a_route_is_found_whichever_end_is_named_first(overlay: Path) -> None:
    append(overlay, "routes.csv", "edit,a,b,km\nreplace,South,Middle,13\n")
    route = load(overlay).routes[1]
    assert (route.km, route.class_) == (13.0, "secondary")


def test_control_and_supply_are_edited_by_place_and_by_faction_and_place(overlay: Path) -> None:
    append(overlay, "control.csv", "edit,place,controller\nreplace,Middle,government\n")
    append(overlay, "supply.csv", "edit,faction,place\nremove,islamic_state,South\n")
    changed = load(overlay)
    assert changed.control[1].controller == "government"
    assert [row.faction for row in changed.supply] == ["government"]


def test_events_are_added_and_removed_as_whole_rows(overlay: Path) -> None:
    append(
        overlay,
        "events.csv",
        "edit,date,event,a,b,stance\n"
        "remove,2015-07-15,stance,government,islamic_state,neutral\n"
        "add,2015-07-16,stance,government,islamic_state,neutral\n",
    )
    assert [event.date.day for event in load(overlay).events] == [16]


def test_an_event_cannot_be_replaced(overlay: Path) -> None:
    append(
        overlay,
        "events.csv",
        "edit,date,event,a,b,stance\nreplace,2015-07-15,stance,government,islamic_state,neutral\n",
    )
    assert "unknown edit" in str(only_fault(overlay))


def test_a_blank_cell_of_a_replacing_row_keeps_the_base_s_value(overlay: Path) -> None:
    append(overlay, "places.csv", "edit,name,value,population\nreplace,North,5,\n")
    place = load(overlay).places[0]
    assert (place.value, place.population, place.kind) == (5.0, 20_000, "district")


def test_outcomes_factions_and_relations_are_added_or_replaced(overlay: Path) -> None:
    append(
        overlay,
        "scenario.toml",
        '[factions.ypg]\n[factions.government]\nlabel = "Damascus"\n'
        '[[relations]]\na = "islamic_state"\nb = "government"\nstance = "neutral"\n'
        '[[relations]]\na = "ypg"\nb = "islamic_state"\nstance = "hostile"\n',
    )
    append(
        overlay,
        "outcomes.toml",
        '[[outcomes]]\nid = "raiders_killed"\nmeasure = "wounded"\nunit = "fighters"\n'
        '[[outcomes]]\nid = "days"\nmeasure = "days"\nunit = "days"\n',
    )
    changed = load(overlay)
    assert list(changed.factions) == ["government", "islamic_state", "ypg"]
    assert changed.factions["government"].label == "Damascus"
    assert changed.factions["ypg"].label == "Ypg"
    assert changed.stance("government", "islamic_state") == "neutral"
    assert changed.stance("islamic_state", "ypg") == "hostile"
    assert [outcome.measure for outcome in changed.outcomes] == ["wounded", "days"]


def test_values_are_set_by_dotted_name(overlay: Path) -> None:
    append(
        overlay,
        "scenario.toml",
        '[set]\n"siege.raiders" = 150\nscenario.end = 2015-07-12\n',
    )
    changed = load(overlay)
    parameter = changed.parameters["siege.raiders"]
    assert (parameter.value, parameter.prior) == (150.0, "fixed")
    assert "what-if" in parameter.source
    assert changed.days == 23
    assert not changed.events


def test_an_earlier_end_cuts_off_the_base_s_rows(overlay: Path) -> None:
    replace_text(overlay, "scenario.toml", 'title = "What if"', 'title = "A"\nend = 2015-06-24')
    changed = load(overlay)
    assert [unit.id for unit in changed.units] == ["garrison", "raiders"]
    assert changed.reinforcements[0].until == changed.end


def test_rows_of_the_overlay_after_its_own_end_are_a_fault(overlay: Path) -> None:
    replace_text(overlay, "scenario.toml", 'title = "What if"', 'title = "A"\nend = 2015-06-24')
    append(overlay, "units.csv", "edit,id,arrives\nreplace,garrison,2015-06-30\n")
    assert "outside the scenario" in str(only_fault(overlay))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ('"siege.raider" = 150', 'did you mean "siege.raiders"?'),
        ('"siege.raiders" = 9', "100 to 300, the range of its prior"),
        ('"siege.raiders" = "many"', "not a number"),
        ("scenario.ende = 2015-07-12", 'did you mean "scenario.end"?'),
        ("scenario.end = 7", "not a date"),
        ("scenario.end = 2014-07-12", "before the start"),
    ],
)
def test_a_value_that_cannot_be_set_is_a_fault_of_the_overlay(
    line: str, part: str, overlay: Path
) -> None:
    append(overlay, "scenario.toml", f"[set]\n{line}\n")
    fault = faults_of(overlay)[0]
    assert fault.file == "scenario.toml"
    assert fault.field.startswith("set.")
    assert part in str(fault)


@pytest.mark.parametrize(
    ("file", "text", "part"),
    [
        ("units.csv", "edit,id\nremove,garison\n", 'did you mean "garrison"?'),
        ("units.csv", "edit,id\nreplace,garison\n", "no such unit in the base"),
        ("units.csv", "edit,id\nadd,garrison\n", "is in the base already"),
        ("units.csv", "edit,id\nchange,garrison\n", "add or replace or remove"),
        ("units.csv", "edit,id\n,garrison\n", "unknown edit"),
        ("units.csv", "id,fighters\ngarrison,3\n", "column is missing"),
        ("units.csv", "edit,id,fighters\nreplace,garrison,-3\n", "out of range"),
        ("units.csv", "edit,id,kind\nadd,new,army\n", "is missing"),
    ],
)
def test_an_edit_that_cannot_be_made_is_a_fault_of_its_row(
    file: str, text: str, part: str, overlay: Path
) -> None:
    append(overlay, file, text)
    faults = faults_of(overlay)
    assert any(part in str(fault) for fault in faults), "\n".join(map(str, faults))
    assert {fault.file for fault in faults} == {file}


def test_a_fault_names_the_file_that_the_row_came_from(base: Path, overlay: Path) -> None:
    replace_text(base, "routes.csv", "Middle,12", "Middle,-12")
    replace_text(base, "units.csv", "North,240,3", "North,240,none")
    append(overlay, "units.csv", "edit,id,fighters\nreplace,garrison,-3\n")
    found = {(fault.file, fault.row, fault.field) for fault in faults_of(overlay)}
    assert found == {
        ("towns/routes.csv", 2, "km"),
        ("towns/units.csv", 2, "units"),
        ("units.csv", 2, "fighters"),
    }


def test_an_overlay_may_lie_on_an_overlay(overlay: Path) -> None:
    append(overlay, "units.csv", "edit,id,fighters\nreplace,garrison,100\n")
    top = write_overlay(overlay.parent / "top", OVERLAY.replace("towns", "what-if"))
    append(top, "units.csv", "edit,id,place\nreplace,garrison,Middle\n")
    unit = load(top).units[0]
    assert (unit.fighters, unit.place) == (100.0, "Middle")


def test_a_parameter_of_a_removed_unit_is_no_fault(overlay: Path) -> None:
    append(overlay, "units.csv", "edit,id\nremove,raiders\n")
    assert "siege.raiders" in load(overlay).parameters


def test_bases_that_go_round_in_a_circle_are_a_fault(tmp_path: Path) -> None:
    first = write_overlay(tmp_path / "first", OVERLAY.replace("towns", "second"))
    write_overlay(tmp_path / "second", OVERLAY.replace("towns", "first"))
    fault = only_fault(first)
    assert (fault.file, fault.field) == ("second/scenario.toml", "base")
    assert "the bases go round in a circle" in str(fault)
    assert "first - second - first" in fault.found


def test_a_scenario_cannot_be_its_own_base(tmp_path: Path) -> None:
    folder = write_overlay(tmp_path / "towns")
    assert "the bases go round in a circle" in str(only_fault(folder))


def test_more_bases_than_anyone_can_follow_are_a_fault(tmp_path: Path) -> None:
    for number in range(12):
        write_overlay(tmp_path / f"s{number}", OVERLAY.replace("towns", f"s{number + 1}"))
    assert "too many bases" in str(only_fault(tmp_path / "s0"))


@pytest.mark.parametrize("name", ["../towns", "/etc", "..", "towns/", "", "tow\\u0000ns"])
def test_a_base_is_a_name_and_never_a_path(name: str, base: Path) -> None:
    folder = write_overlay(base.parent / "tricky", OVERLAY.replace("towns", name))
    assert "not a scenario's name" in str(only_fault(folder))


def test_an_unknown_base_is_a_fault_with_the_nearest_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_two_towns(tmp_path / "shipped" / "two-towns")
    monkeypatch.setattr("sim.scenario.find.scenarios_folder", lambda: tmp_path / "shipped")
    folder = write_overlay(tmp_path / "lost", OVERLAY.replace("towns", "two-town"))
    assert 'no such base (did you mean "two-towns"?)' in str(only_fault(folder))


def test_a_base_may_be_a_scenario_that_ships_with_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_two_towns(tmp_path / "shipped" / "two-towns")
    monkeypatch.setattr("sim.scenario.find.scenarios_folder", lambda: tmp_path / "shipped")
    folder = write_overlay(tmp_path / "mine", OVERLAY.replace("towns", "two-towns"))
    assert load(folder).factions["government"].label == "Government"


def test_values_cannot_be_set_without_a_base(base: Path) -> None:
    append(base, "scenario.toml", '[set]\n"siege.raiders" = 150\n')
    assert 'found "set"' in str(only_fault(base))
