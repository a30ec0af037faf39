"""The RO-Crate of a sweep: sound JSON-LD that says what is there and how it was made."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import pytest

from sim.scenario import Scenario
from tests.experiments.sweeps import GRID, OTHER, SCENARIO, swept


def named(scenario: Scenario, name: str) -> Scenario:
    return Scenario.from_resolved({**scenario.resolved(), "name": name})


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    there = tmp_path_factory.mktemp("crate") / "sweep"
    swept(there, SCENARIO, OTHER, title="A sweep", replicates=1)
    return there


@pytest.fixture(scope="module")
def graph(folder) -> dict[str, dict]:
    content = json.loads((folder / "ro-crate-metadata.json").read_text())
    assert content["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in content["@graph"]}
    assert len(entities) == len(content["@graph"])
    return entities


def links(value) -> list[str]:
    """Return every entity that a value points to."""
    if isinstance(value, dict):
        return [value["@id"]]
    return [name for each in value for name in links(each)] if isinstance(value, list) else []


def test_the_graph_is_flat_and_every_entity_has_id_and_type(graph):
    for entity in graph.values():
        assert {"@id", "@type"} <= set(entity)
        for key, value in entity.items():
            if key not in ("@id", "@type"):
                for each in value if isinstance(value, list) else [value]:
                    assert not isinstance(each, dict) or list(each) == ["@id"]


def test_every_link_leads_to_an_entity_or_to_the_web(graph):
    for entity in graph.values():
        for key, value in entity.items():
            for name in links(value) if key != "@id" else []:
                assert name in graph or name.startswith(("https://", "http://"))


def test_the_descriptor_and_the_root_are_as_the_specification_asks(graph):
    descriptor = graph["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"}
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license", "hasPart"} <= set(root)
    assert root["name"] == "A sweep"


def test_its_files_are_there_and_every_file_is_told_of(graph, folder):
    told = {unquote(name) for name in links(graph["./"]["hasPart"])}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert "parts/" in told
    assert told - {"parts/"} <= there
    untold = {name for name in there - told if not name.startswith("parts/")}
    assert untold == {"ro-crate-metadata.json"}


def test_the_action_names_software_inputs_and_times(graph, folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    action = graph["#sweep"]
    assert action["@type"] == "CreateAction"
    software = graph[action["instrument"]["@id"]]
    assert software["softwareVersion"] == manifest["versions"]["khabur"]
    assert f"numpy {manifest['versions']['numpy']}" in software["softwareRequirements"]
    assert (action["startTime"], action["endTime"]) == (manifest["started"], manifest["finished"])
    inputs = [graph[name] for name in links(action["object"])]
    by_name = {each["name"]: each for each in inputs if each["@type"] == "PropertyValue"}
    for name, values in GRID.items():
        assert (by_name[name]["minValue"], by_name[name]["maxValue"]) == (min(values), max(values))
    assert by_name["seed"]["value"] == 5
    measured = [graph[name] for name in links(graph["./"]["variableMeasured"])]
    assert [each["name"] for each in measured] == ["killed", "falls"]


def test_an_unfinished_sweep_says_no_end(tmp_path):
    swept(tmp_path / "sweep", most=1)
    content = json.loads((tmp_path / "sweep" / "ro-crate-metadata.json").read_text())
    (action,) = [entity for entity in content["@graph"] if entity["@id"] == "#sweep"]
    assert "endTime" not in action
    assert "actionStatus" not in action


def test_names_become_sound_identifiers(tmp_path):
    scenario = named(SCENARIO, "truce in June")
    swept(tmp_path / "sweep", scenario, most=0)
    content = json.loads((tmp_path / "sweep" / "ro-crate-metadata.json").read_text())
    names = [entity["@id"] for entity in content["@graph"]]
    assert "scenarios/truce%20in%20June.json" in names
    assert not any(" " in name for name in names)
