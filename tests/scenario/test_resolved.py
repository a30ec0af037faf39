"""The scenario as an object: what it says, its resolved form, its hash, copies with values."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sim.scenario import Scenario, ScenarioError, json_schema, load
from tests.scenario.small import replace_text, write_least, write_two_towns


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_two_towns(tmp_path / "towns")


def test_a_scenario_says_what_its_tables_say(folder: Path) -> None:
    scenario = load(folder)
    assert (scenario.name, scenario.title, scenario.days) == ("towns", "Two towns", 30)
    assert [place.name for place in scenario.places] == ["North", "Middle", "South"]
    assert scenario.places[0].stronghold
    assert scenario.places[1].city is None
    assert [route.class_ for route in scenario.routes] == ["primary", "secondary"]
    assert scenario.control[1].controller is None
    assert scenario.units[1].arrives == date(2015, 6, 25)
    assert scenario.units[2].fighters == "siege.raiders"
    assert scenario.reinforcements[0].from_ == date(2015, 6, 22)
    assert scenario.air[0].supports == ("government",)
    assert scenario.kinds["cells"].faction == "islamic_state"
    assert scenario.outcomes[0].arguments == {"faction": "islamic_state"}
    assert scenario.outcomes[0].reported_value == 90.0


def test_the_least_scenario_takes_defaults(tmp_path: Path) -> None:
    scenario = load(write_least(tmp_path / "least"))
    assert scenario.units[0].units == 1
    assert scenario.units[0].leaders == 3
    assert scenario.places[0].value == 1.0
    assert scenario.places[0].terrain == "open"
    assert scenario.routes[0].open
    assert scenario.factions["government"].label == "Government"


def test_stance_has_no_direction_and_a_faction_is_allied_to_itself(folder: Path) -> None:
    scenario = load(folder)
    assert scenario.stance("government", "islamic_state") == "hostile"
    assert scenario.stance("islamic_state", "government") == "hostile"
    assert scenario.stance("government", "government") == "allied"
    with pytest.raises(KeyError):
        scenario.stance("government", "nobody")


def test_a_scenario_cannot_be_changed(folder: Path) -> None:
    scenario = load(folder)
    with pytest.raises(ValidationError):
        scenario.title = "Other"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        scenario.places[0].value = 3.0


def test_the_resolved_form_goes_through_json_and_back(folder: Path) -> None:
    scenario = load(folder)
    text = json.dumps(scenario.resolved(), sort_keys=True, allow_nan=False)
    again = Scenario.from_resolved(json.loads(text))
    assert again == scenario
    assert again.resolved() == scenario.resolved()
    assert again.hash == scenario.hash
    assert list(again.factions) == list(scenario.factions)


def test_a_scenario_goes_to_another_process_and_back(folder: Path) -> None:
    scenario = load(folder)
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_faults_go_to_another_process_and_back(folder: Path) -> None:
    replace_text(folder, "routes.csv", "Middle,12", "Middle,-12")
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.faults == caught.value.faults
    assert str(again) == str(caught.value)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"places": 3}, "not an array of tables"),
        ({"places": [3]}, "places[1]: not a table"),
        ({"plaices": []}, 'did you mean "places"?'),
        ({"units": [{"id": "a"}]}, "units[1].kind: is missing"),
        ({"name": "../a"}, "looks like a path"),
        ({"name": None}, "not text"),
        ({"start": None}, "start: is missing"),
        ({"end": float("nan")}, "not a date"),
        ({"title": ["a"]}, "not text"),
    ],
)
def test_a_stranger_s_resolved_scenario_is_checked(
    change: dict[str, Any], part: str, folder: Path
) -> None:
    content = load(folder).resolved() | change
    with pytest.raises(ScenarioError) as caught:
        Scenario.from_resolved(content)
    assert part in str(caught.value)


def test_what_is_no_object_at_all_is_refused() -> None:
    with pytest.raises(ScenarioError, match="not an object"):
        Scenario.from_resolved([1, 2])  # type: ignore[arg-type]


def test_the_hash_depends_neither_on_the_folder_nor_on_its_name(folder: Path) -> None:
    copy = shutil.copytree(folder, folder.parent / "elsewhere" / "copy", dirs_exist_ok=True)
    assert load(copy).hash == load(folder).hash


def test_the_hash_is_known() -> None:
    content = {
        "name": "least",
        "title": "Least",
        "question": "None?",
        "start": "2015-06-20",
        "end": "2015-06-29",
        "factions": [{"name": "government"}],
        "kinds": [{"name": "army", "faction": "government", "decides": "army"}],
        "places": [{"name": "North", "kind": "town", "latitude": 36.5, "longitude": 40.7}],
        "control": [{"place": "North", "controller": "government"}],
        "units": [{"id": "garrison", "kind": "army", "place": "North", "fighters": 120}],
    }
    known = "924f800f604dfbbff41a95a201276b3c08ea583455bc9d9ced69ff3bdf49fb3c"
    assert Scenario.from_resolved(content).hash == known


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("units.csv", "North,240", "North,241"),
        ("places.csv", "36.50", "36.51"),
        ("scenario.toml", "Two towns", "Two villages"),
        ("parameters.csv", "100,300", "100,301"),
        ("outcomes.toml", "about 90", "about 91"),
    ],
)
def test_the_hash_changes_with_whatever_the_scenario_says(
    file: str, old: str, new: str, folder: Path
) -> None:
    before = load(folder).hash
    assert load(replace_text(folder, file, old, new)).hash != before


def swap_last_rows(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[-1], lines[-2] = lines[-2], lines[-1]
    file.write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize("file", ["control.csv", "supply.csv"])
def test_the_hash_ignores_an_order_of_rows_that_means_nothing(file: str, folder: Path) -> None:
    before = load(folder)
    swap_last_rows(folder / file)
    assert load(folder) == before
    assert load(folder).hash == before.hash


def test_the_hash_ignores_the_direction_of_a_relation(folder: Path) -> None:
    before = load(folder).hash
    replace_text(folder, "scenario.toml", 'a = "government"\n', 'a = "x"\n')
    replace_text(folder, "scenario.toml", 'b = "islamic_state"', 'b = "government"')
    replace_text(folder, "scenario.toml", 'a = "x"', 'a = "islamic_state"')
    assert load(folder).hash == before


@pytest.mark.parametrize("file", ["places.csv", "units.csv", "routes.csv"])
def test_the_hash_minds_an_order_of_rows_that_means_something(file: str, folder: Path) -> None:
    before = load(folder).hash
    swap_last_rows(folder / file)
    assert load(folder).hash != before


def test_a_value_that_is_set_is_no_unknown_any_more(folder: Path) -> None:
    scenario = load(folder)
    changed = scenario.with_values({"siege.raiders": "200", "scenario.end": date(2015, 7, 17)})
    assert changed.parameters["siege.raiders"].value == 200.0
    assert changed.parameters["siege.raiders"].prior == "fixed"
    assert changed.days == 28
    assert scenario.parameters["siege.raiders"].value == 180.0
    assert scenario.with_values({}) == scenario


def test_an_earlier_end_drops_what_would_come_after_it(folder: Path) -> None:
    changed = load(folder).with_values({"scenario.end": "2015-06-24"})
    assert [unit.id for unit in changed.units] == ["garrison", "raiders"]
    assert changed.events == ()
    assert changed.reinforcements[0].until == date(2015, 6, 24)


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("siege.raider", 200, 'did you mean "siege.raiders"?'),
        ("siege.raiders", 301, "100 to 300"),
        ("siege.raiders", float("nan"), "not a finite number"),
        ("siege.raiders", None, "not a number"),
        ("scenario.end", "soon", "not a date"),
        ("scenario.end", "2015-06-19", "before the start"),
        ("scenario.name", "x", "unknown name"),
        ("", 1, "unknown name"),
    ],
)
def test_a_value_that_cannot_be_set_is_told(
    name: str, value: object, part: str, folder: Path
) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(folder).with_values({name: value})
    assert part in str(caught.value)


def test_a_value_that_was_set_may_be_set_again_within_its_range(folder: Path) -> None:
    once = load(folder).with_values({"siege.raiders": 200})
    assert once.with_values({"siege.raiders": 210}).parameters["siege.raiders"].value == 210.0
    with pytest.raises(ScenarioError, match="100 to 300"):
        once.with_values({"siege.raiders": 310})


def test_the_json_schema_covers_the_resolved_scenario(folder: Path) -> None:
    schema = json_schema()
    json.dumps(schema)
    content = load(folder).resolved()
    assert set(content) <= set(schema["properties"])
    assert set(schema["required"]) <= set(content)
    for table in ("factions", "kinds", "cities", "places", "units", "parameters", "outcomes"):
        array = schema["properties"][table]
        assert array["type"] == "array"
        row = schema["$defs"][array["items"]["$ref"].removeprefix("#/$defs/")]
        assert row["additionalProperties"] is False
        for cells in content[table]:
            assert set(cells) <= set(row["properties"])
            assert set(row["required"]) <= set(cells)
        assert all(cell.get("description") for cell in row["properties"].values())
    latitude = schema["$defs"]["Place"]["properties"]["latitude"]
    assert (latitude["minimum"], latitude["maximum"]) == (-90, 90)
    assert schema["$defs"]["Route"]["properties"]["class"]["enum"][0] == "highway"


def test_importing_the_package_does_not_import_the_schema_library() -> None:
    code = "import sys, sim.scenario; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
