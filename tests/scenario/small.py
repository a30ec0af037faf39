"""A scenario of two towns and two factions, to be changed and broken by tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import Fault, ScenarioError, load

SCENARIO_TOML = """\
title = "Two towns"
question = "Who holds the road between two towns?"
start = 2015-06-20
end = 2015-07-19

[factions.government]
label = "Government"
colour = "#1f77b4"

[factions.islamic_state]
label = "Islamic State"

[kinds.army]
faction = "government"
decides = "army"
label = "Army"

[kinds.cells]
faction = "islamic_state"
decides = "islamic_state"
label = "Cells"

[cities.Twin]
label = "Twin Town"

[[relations]]
a = "government"
b = "islamic_state"
stance = "hostile"
"""

TABLES = {
    "places.csv": """\
name,kind,latitude,longitude,city,area_km2,terrain,population,value,stronghold
North,district,36.50,40.75,Twin,1.5,urban,20000,2,yes
Middle,junction,36.40,40.75,,,open,,,
South,town,36.30,40.75,,1.0,open,8000,1,no
""",
    "routes.csv": """\
a,b,km,class,open
North,Middle,12,primary,yes
Middle,South,11,secondary,
""",
    "control.csv": """\
place,controller,contested_by
North,government,
Middle,none,
South,islamic_state,
""",
    "units.csv": """\
id,kind,place,fighters,units,arrives,static,leaders,headquarters,source
garrison,army,North,240,3,,yes,3,yes,estimate
reserve,army,North,120,1,2015-06-25,no,3,no,estimate
raiders,cells,South,siege.raiders,2,,no,4,no,estimate
""",
    "reinforcements.csv": """\
id,kind,place,fighters_per_day,unit_fighters,slots,from,until,limit_fighters,source
volunteers,cells,South,8,60,2,2015-06-22,2015-07-10,200,estimate
""",
    "air.csv": """\
id,faction,strikes_per_day,supports,from,until,source
helicopters,government,0.5,government,2015-06-21,,estimate
""",
    "supply.csv": """\
faction,place,source
government,North,estimate
islamic_state,South,estimate
""",
    "events.csv": """\
date,event,a,b,stance,source
2015-07-15,stance,government,islamic_state,neutral,estimate
""",
    "parameters.csv": """\
id,value,unit,prior,low,high,source,note
siege.raiders,180,fighters,uniform,100,300,estimate,
""",
}

OUTCOMES_TOML = """\
[[outcomes]]
id = "raiders_killed"
measure = "killed"
arguments = { faction = "islamic_state" }
unit = "fighters"
reported = "about 90"
reported_value = 90
"""


def write_two_towns(folder: Path) -> Path:
    """Write a valid scenario into a folder, which is made if need be, and return the folder.

    Two towns and a junction between them on one road; `government` in North (a district of the
    city Twin), hostile `islamic_state` in South; each optional table has a row.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {"scenario.toml": SCENARIO_TOML, "outcomes.toml": OUTCOMES_TOML, **TABLES}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_least(folder: Path) -> Path:
    """Write the shortest valid scenario: the obligatory files and columns, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "scenario.toml": 'title = "Least"\nquestion = "None?"\n'
        "start = 2015-06-20\nend = 2015-06-29\n"
        '[factions.government]\n[kinds.army]\nfaction = "government"\ndecides = "army"\n',
        "places.csv": "name,kind,latitude,longitude\nNorth,town,36.5,40.7\nSouth,town,36.3,40.7\n",
        "routes.csv": "a,b,km,class\nNorth,South,22,primary\n",
        "control.csv": "place,controller\nNorth,government\nSouth,\n",
        "units.csv": "id,kind,place,fighters\ngarrison,army,North,120\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def replace_text(folder: Path, file: str, old: str, new: str) -> Path:
    """Replace text that stands in a file exactly once, and return the folder."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def append(folder: Path, file: str, text: str) -> Path:
    """Append text to a file, and return the folder."""
    with (folder / file).open("a", encoding="utf-8") as stream:
        stream.write(text)
    return folder


def faults_of(folder: Path) -> list[Fault]:
    """Return the faults of a scenario that must have some."""
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    return caught.value.faults


def only_fault(folder: Path) -> Fault:
    """Return the fault of a scenario that must have exactly one."""
    faults = faults_of(folder)
    assert len(faults) == 1, "\n".join(map(str, faults))
    return faults[0]
