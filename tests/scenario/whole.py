"""The two towns with every table and every column that a scenario may have."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.small import append, write_two_towns

WHOLE_TABLES = {
    "places.csv": """\
name,kind,latitude,longitude,city,area_km2,terrain,population,value,stronghold,province,rank,home_of
North,district,36.50,40.75,Twin,1.5,urban,20000,2,yes,Upper,1,government
Middle,junction,36.40,40.75,,,open,,,,Upper,,
South,town,36.30,40.75,,1.0,open,8000,1,no,Lower,2,islamic_state
""",
    "units.csv": """\
id,kind,place,fighters,units,arrives,static,leaders,headquarters,province,source
garrison,army,North,240,3,,yes,3,yes,Upper,estimate
reserve,army,North,120,1,2015-06-25,no,3,no,,estimate
raiders,cells,South,siege.raiders,2,,no,4,no,,estimate
""",
    "reinforcements.csv": """\
id,kind,place,fighters_per_day,unit_fighters,slots,from,until,limit_fighters,through,children,source
volunteers,cells,South,8,60,2,2015-06-22,2015-07-10,200,Middle,0.1,estimate
""",
    "air.csv": """\
id,faction,strikes_per_day,supports,from,until,deep_share,dynamic_share,collateral,source
helicopters,government,0.5,government,2015-06-21,,0.2,air.dynamic,0.1,estimate
""",
    "sorties.csv": """\
wing,date,strikes,source
helicopters,2015-06-23,4,estimate
helicopters,2015-06-22,3,estimate
""",
    "claims.csv": """\
id,wing,label,weight,from,until,source
elsewhere,helicopters,Elsewhere,0.5 * siege.claims,2015-06-21,,estimate
""",
    "supply.csv": """\
faction,place,goods_per_day,stock,what,source
government,North,400,1200,depot,estimate
islamic_state,South,siege.goods,siege.goods,crossing,estimate
islamic_state,Middle,50,,oil,estimate
""",
    "supply_lines.csv": """\
id,faction,places,label,source
trunk,government,North + Middle + South,,estimate
""",
    "workshops.csv": """\
id,kind,place,share,source
forge,cells,South,0.6,estimate
shed,cells,Middle,0.4,estimate
""",
    "events.csv": """\
date,event,a,b,stance,places,factions,value,source
2015-07-15,stance,government,islamic_state,neutral,,,,estimate
2015-07-12,withdraw,army,,,North + Middle,,,estimate
2015-07-01,close_route,,,,Middle + North,,,estimate
2015-07-03,open_route,,,,North + Middle,,,estimate
2015-06-24,air_factor,helicopters,,,,,0.5,estimate
2015-07-10,policy,truce,,,,islamic_state + government,0.8,estimate
2015-07-10,policy,access_agreement,,,,,1,estimate
""",
    "parameters.csv": """\
id,value,unit,prior,low,high,source,note
siege.raiders,180,fighters,uniform,100,300,estimate,
siege.goods,300,person-days/day,uniform,200,400,estimate,
siege.claims,4,1/day,uniform,2,6,estimate,
air.dynamic,0.3,1,uniform,0.1,0.6,estimate,
""",
}


def write_whole(folder: Path) -> Path:
    """Write a valid scenario that uses every table and column, and return the folder."""
    write_two_towns(folder)
    for name, text in WHOLE_TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return append(folder, "scenario.toml", "\n[civilians]\nsimulate = true\n")
