"""Each check across tables: what is changed in a valid scenario, and what the fault says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import load
from tests.scenario.small import append, faults_of, only_fault, replace_text, write_two_towns

# file, text that stands there, what replaces it; file, row, field, parts of the sentence
CHANGES = {
    "unknown place in a route": (
        ("routes.csv", "Middle,South,11", "Middle,Sout,11"),
        ("routes.csv", 3, "b"),
        ["unknown place", 'did you mean "South"?', 'found "Sout"', "North, Middle, South"],
    ),
    "route to itself": (
        ("routes.csv", "Middle,South,11", "South,South,11"),
        ("routes.csv", 3, "b"),
        ["leads to where it begins"],
    ),
    "unknown place of a unit": (
        ("units.csv", "garrison,army,North", "garrison,army,Nort"),
        ("units.csv", 2, "place"),
        ["unknown place", 'did you mean "North"?'],
    ),
    "unknown kind": (
        ("units.csv", "garrison,army", "garrison,amry"),
        ("units.csv", 2, "kind"),
        ["unknown kind", 'did you mean "army"?'],
    ),
    "unknown faction in control": (
        ("control.csv", "North,government", "North,goverment"),
        ("control.csv", 2, "controller"),
        ["unknown faction", 'did you mean "government"?'],
    ),
    "unknown city": (
        ("places.csv", "40.75,Twin", "40.75,Twins"),
        ("places.csv", 2, "city"),
        ["unknown city", 'did you mean "Twin"?'],
    ),
    "unknown faction of a kind": (
        ("scenario.toml", 'faction = "government"', 'faction = "governmant"'),
        ("scenario.toml", None, "kinds.army.faction"),
        ["unknown faction", 'did you mean "government"?'],
    ),
    "unknown commander": (
        ("scenario.toml", 'decides = "army"', 'decides = "armee"'),
        ("scenario.toml", None, "kinds.army.decides"),
        ['did you mean "army"?', "army, militia, ypg, islamic_state"],
    ),
    "unknown faction supported": (
        ("air.csv", "0.5,government", "0.5,government+usa"),
        ("air.csv", 2, "supports"),
        ["unknown faction", 'found "usa"'],
    ),
    "unknown place of supply": (
        ("supply.csv", "government,North", "government,Nirth"),
        ("supply.csv", 2, "place"),
        ["unknown place", 'did you mean "North"?'],
    ),
    "unknown parameter of fighters": (
        ("units.csv", "siege.raiders", "siege.raider"),
        ("units.csv", 4, "fighters"),
        ["unknown parameter", 'did you mean "siege.raiders"?'],
    ),
    "unit among enemies": (
        ("units.csv", "garrison,army,North", "garrison,army,South"),
        ("units.csv", 2, "place"),
        ["islamic_state holds the place and is hostile to government", "contested"],
    ),
    "negative strength": (
        ("units.csv", "North,240", "North,-5"),
        ("units.csv", 2, "fighters"),
        ["out of range", 'found "-5"', "0 to 100,000"],
    ),
    "strength that is no number": (
        ("units.csv", "North,240", "North,nan"),
        ("units.csv", 2, "fighters"),
        ["not a finite number", 'found "nan"'],
    ),
    "infinite strength": (
        ("units.csv", "North,240", "North,1e400"),
        ("units.csv", 2, "fighters"),
        ["not a finite number", 'found "1e400"'],
    ),
    "no strength": (
        ("units.csv", "North,240", "North,"),
        ("units.csv", 2, "fighters"),
        ["is missing"],
    ),
    "negative length": (
        ("routes.csv", "Middle,12", "Middle,-12"),
        ("routes.csv", 2, "km"),
        ["out of range", "0.01 to 2,000"],
    ),
    "infinite area": (
        ("places.csv", "Twin,1.5", "Twin,inf"),
        ("places.csv", 2, "area_km2"),
        ["not a finite number"],
    ),
    "latitude out of range": (
        ("places.csv", "36.50", "136.50"),
        ("places.csv", 2, "latitude"),
        ["out of range", "-90 to 90"],
    ),
    "longitude out of range": (
        ("places.csv", "36.50,40.75", "36.50,-181"),
        ("places.csv", 2, "longitude"),
        ["out of range", "-180 to 180"],
    ),
    "half a person": (
        ("places.csv", "20000", "20000.5"),
        ("places.csv", 2, "population"),
        ["not a whole number"],
    ),
    "neither yes nor no": (
        ("places.csv", "2,yes", "2,maybe"),
        ("places.csv", 2, "stronghold"),
        ["neither yes nor no", 'found "maybe"'],
    ),
    "unknown kind of place": (
        ("places.csv", "North,district", "North,distrct"),
        ("places.csv", 2, "kind"),
        ['did you mean "district"?', "town, village"],
    ),
    "unknown class of route": (
        ("routes.csv", "12,primary", "12,primry"),
        ("routes.csv", 2, "class"),
        ['did you mean "primary"?'],
    ),
    "arrival outside the scenario": (
        ("units.csv", "2015-06-25", "2016-06-25"),
        ("units.csv", 3, "arrives"),
        ["outside the scenario", "2015-06-20 to 2015-07-19"],
    ),
    "event before the start": (
        ("events.csv", "2015-07-15", "2015-06-15"),
        ("events.csv", 2, "date"),
        ["outside the scenario"],
    ),
    "until before from": (
        ("reinforcements.csv", "2015-07-10", "2015-06-21"),
        ("reinforcements.csv", 2, "until"),
        ["before the date in from", "2015-06-22 or later"],
    ),
    "no such date": (
        ("events.csv", "2015-07-15", "2015-02-30"),
        ("events.csv", 2, "date"),
        ["no such date"],
    ),
    "end before start": (
        ("scenario.toml", "end = 2015-07-19", "end = 2015-06-19"),
        ("scenario.toml", None, "end"),
        ["before the start", "2015-06-20 or later"],
    ),
    "too long": (
        ("scenario.toml", "end = 2015-07-19", "end = 2035-07-19"),
        ("scenario.toml", None, "end"),
        ["too long", "3,660 days"],
    ),
    "place twice": (
        ("control.csv", "South,islamic_state,\n", "South,islamic_state,\nSouth,government,\n"),
        ("control.csv", 5, "place"),
        ["stands twice", "first in row 4"],
    ),
    "route twice, the other way round": (
        ("routes.csv", "11,secondary,\n", "11,secondary,\nSouth,Middle,11,track,\n"),
        ("routes.csv", 4, "a"),
        ["route stands twice", "first in row 3"],
    ),
    "reinforcement called like a unit": (
        ("reinforcements.csv", "volunteers,cells", "Raiders,cells"),
        ("reinforcements.csv", 2, "id"),
        ["a unit of units.csv has the same id"],
    ),
    "place that nobody holds or leaves": (
        ("control.csv", "Middle,none,\n", ""),
        ("control.csv", None, "place"),
        ["no row says who holds a place (places.csv, row 3)", 'found "Middle"'],
    ),
    "place without road": (
        ("routes.csv", "Middle,South,11,secondary,\n", ""),
        ("places.csv", 4, "name"),
        ["no open road leads here from North", "isolated = yes"],
    ),
    "place behind a closed road": (
        ("routes.csv", "11,secondary,", "11,secondary,no"),
        ("places.csv", 4, "name"),
        ["no open road leads here from North"],
    ),
    "contested by a friend": (
        ("control.csv", "North,government,", "North,government,government"),
        ("control.csv", 2, "contested_by"),
        ["not hostile to government"],
    ),
    "contested, but nobody's": (
        ("control.csv", "Middle,none,", "Middle,none,government"),
        ("control.csv", 3, "contested_by"),
        ["held by nobody"],
    ),
    "relation with itself": (
        ("scenario.toml", 'b = "islamic_state"', 'b = "government"'),
        ("scenario.toml", None, "relations[1].b"),
        ["no relation with itself"],
    ),
    "value outside its prior": (
        ("parameters.csv", "siege.raiders,180", "siege.raiders,380"),
        ("parameters.csv", 2, "value"),
        ["outside the range of its prior", "100 to 300"],
    ),
    "range upside down": (
        ("parameters.csv", "100,300", "300,100"),
        ("parameters.csv", 2, "high"),
        ["below low"],
    ),
    "logarithm of zero": (
        ("parameters.csv", "uniform,100", "log_uniform,0"),
        ("parameters.csv", 2, "low"),
        ["not positive, but the prior is log_uniform"],
    ),
    "prior without a range": (
        ("parameters.csv", "uniform,100,300", "uniform,,300"),
        ("parameters.csv", 2, "low"),
        ["is missing: the prior is uniform"],
    ),
    "fighters that may be negative": (
        ("parameters.csv", "uniform,100,300", "uniform,-100,300"),
        ("units.csv", 4, "fighters"),
        ["the parameter may be negative"],
    ),
    "no source": (
        ("parameters.csv", "300,estimate", "300,"),
        ("parameters.csv", 2, "source"),
        ["is missing", "estimate"],
    ),
    "unknown parameter": (
        ("parameters.csv", "estimate,\n", "estimate,\nseige.raiders,1,1,fixed,,,estimate,\n"),
        ("parameters.csv", 3, "id"),
        ["unknown parameter", 'did you mean "siege.raiders"?'],
    ),
    "unknown key of a faction": (
        ("scenario.toml", "colour =", "color ="),
        ("scenario.toml", None, "factions.government.color"),
        ["unknown key", 'did you mean "colour"?'],
    ),
    "unknown key of the scenario": (
        ("scenario.toml", "question =", "qestion ="),
        ("scenario.toml", None, ""),
        ['unknown key (did you mean "question"?)', 'found "qestion"'],
    ),
    "colour": (
        ("scenario.toml", "#1f77b4", "blueish"),
        ("scenario.toml", None, "factions.government.colour"),
        ["not a colour"],
    ),
    "reserved name": (
        (
            "scenario.toml",
            'label = "Army"',
            'label = "Army"\n[kinds.any_kind]\nfaction = "government"\ndecides = "army"',
        ),
        ("scenario.toml", None, "kinds.any_kind.name"),
        ["the name is reserved"],
    ),
    "path for a name": (
        ("units.csv", "garrison", "../garrison"),
        ("units.csv", 2, "id"),
        ["looks like a path"],
    ),
    "invisible character in a name": (
        ("units.csv", "garrison", "garri\u202eson"),
        ("units.csv", 2, "id"),
        ["cannot be printed", "\\u202e"],
    ),
    "name too long": (
        ("units.csv", "garrison", "g" * 81),
        ("units.csv", 2, "id"),
        ["too long", "80 characters"],
    ),
    "outcome without measure": (
        ("outcomes.toml", 'measure = "killed"\n', ""),
        ("outcomes.toml", None, "outcomes[1].measure"),
        ["is missing"],
    ),
    "infinite argument": (
        ("outcomes.toml", 'faction = "islamic_state"', "days = inf"),
        ("outcomes.toml", None, "outcomes[1].arguments"),
        ["not a finite number"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_is_told_with_its_file_row_field_and_what_is_allowed(
    name: str, tmp_path: Path
) -> None:
    change, place, parts = CHANGES[name]
    folder = replace_text(write_two_towns(tmp_path / "towns"), *change)
    told = [f for f in faults_of(folder) if (f.file, f.row, f.field) == place]
    assert told, "\n".join(map(str, faults_of(folder)))
    for part in parts:
        assert part in str(told[0])
    assert str(told[0]).startswith(place[0])
    assert str(told[0]).endswith(".")


def test_every_fault_is_found_at_once(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    replace_text(folder, "places.csv", "36.50", "nan")
    replace_text(folder, "routes.csv", "Middle,12", "Midle,12")
    replace_text(folder, "units.csv", "North,240", "North,-1")
    replace_text(folder, "scenario.toml", 'stance = "hostile"', 'stance = "hostle"')
    found = {(fault.file, fault.row, fault.field) for fault in faults_of(folder)}
    assert found >= {
        ("places.csv", 2, "latitude"),
        ("routes.csv", 2, "b"),
        ("units.csv", 2, "fighters"),
        ("scenario.toml", None, "relations[1].stance"),
    }


def test_a_row_with_a_fault_does_not_make_each_mention_of_it_a_fault(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    replace_text(folder, "places.csv", "36.50", "north")
    assert only_fault(folder).field == "latitude"


def test_a_unit_may_stand_in_a_contested_place(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    replace_text(folder, "units.csv", "garrison,army,North", "garrison,army,South")
    replace_text(folder, "control.csv", "South,islamic_state,", "South,islamic_state,government")
    assert load(folder).control[2].contested_by == "government"


def test_a_unit_that_arrives_later_may_arrive_among_enemies(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    replace_text(folder, "units.csv", "reserve,army,North", "reserve,army,South")
    assert load(folder).units[1].place == "South"


def test_an_isolated_place_needs_no_road(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    replace_text(folder, "places.csv", ",stronghold", ",stronghold,isolated")
    for line in ("2,yes", "1,no"):
        replace_text(folder, "places.csv", line, line + ",no")
    replace_text(folder, "places.csv", "open,,,", "open,,,,")
    append(folder, "places.csv", "Island,town,36.2,40.7,,1,open,1,1,no,yes\n")
    append(folder, "control.csv", "Island,none,\n")
    assert load(folder).places[3].isolated


def test_a_place_that_differs_only_by_letter_case_stands_twice(tmp_path: Path) -> None:
    folder = append(write_two_towns(tmp_path / "towns"), "places.csv", "NORTH,town,36,40,,,,,,\n")
    assert any("place stands twice, first in row 2" in str(fault) for fault in faults_of(folder))


def test_contradictory_relations_are_a_fault(tmp_path: Path) -> None:
    folder = append(
        write_two_towns(tmp_path / "towns"),
        "scenario.toml",
        '[[relations]]\na = "islamic_state"\nb = "government"\nstance = "allied"\n',
    )
    assert "contradicts an earlier relation, which says hostile" in str(only_fault(folder))


def test_contradictory_events_of_a_day_are_a_fault(tmp_path: Path) -> None:
    folder = append(
        write_two_towns(tmp_path / "towns"),
        "events.csv",
        "2015-07-15,stance,islamic_state,government,allied,estimate\n",
    )
    fault = only_fault(folder)
    assert (fault.file, fault.row, fault.field) == ("events.csv", 3, "stance")


def test_outcomes_with_the_same_id_are_a_fault(tmp_path: Path) -> None:
    folder = append(
        write_two_towns(tmp_path / "towns"),
        "outcomes.toml",
        '[[outcomes]]\nid = "raiders_killed"\nmeasure = "killed"\nunit = "fighters"\n',
    )
    assert only_fault(folder).field == "outcomes[2].id"


def test_more_than_five_thousand_units_are_a_fault(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    for number in range(6):
        append(folder, "units.csv", f"horde {number},army,North,900,900,,no,3,no,estimate\n")
    fault = only_fault(folder)
    assert "too many units" in str(fault)
    assert fault.found == "5408"


def test_more_than_two_thousand_places_are_a_fault(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    names = [f"Village {number}" for number in range(2_000)]
    append(folder, "places.csv", "".join(f"{n},village,36,40,,,,,,\n" for n in names))
    append(folder, "control.csv", "".join(f"{n},none,\n" for n in names))
    append(folder, "routes.csv", "".join(f"{n},North,5,track,\n" for n in names))
    fault = only_fault(folder)
    assert (fault.file, fault.found, fault.allowed) == ("places.csv", "2003", "at most 2,000")


def test_a_scenario_needs_a_unit(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    (folder / "units.csv").write_text("id,kind,place,fighters\n", encoding="utf-8")
    assert any("wrong number of units" in str(fault) for fault in faults_of(folder))
