"""No faction, kind, city or place of a scenario is named in the engine."""

import re
from pathlib import Path

import pytest

import sim
from sim.scenario import load
from sim.scenario.find import find_scenarios

ROOMS = ("rules", "state", "theatre", "engine")
COMMON_WORDS = {"army"}  # a word of the language too: "an army base"


@pytest.fixture(scope="module")
def names():
    """Every name of every scenario that ships."""
    found = set()
    for folder in find_scenarios().values():
        scenario = load(folder)
        found |= {*scenario.factions, *scenario.kinds, *scenario.cities}
        found |= {place.name for place in scenario.places}
    return found - COMMON_WORDS


@pytest.mark.parametrize("room", ROOMS)
def test_no_name_of_a_scenario_stands_in_the_engine(room, names):
    any_name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")
    files = sorted((Path(sim.__file__).parent / room).rglob("*.py"))
    assert files
    hits = {path.name: any_name.findall(path.read_text(encoding="utf-8")) for path in files}
    assert {name: found for name, found in hits.items() if found} == {}
