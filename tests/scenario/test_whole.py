"""The optional tables and columns: what they say, how they are edited, and what may be wrong."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sim.scenario import Scenario, ScenarioError, load
from tests.scenario.small import append, faults_of, only_fault, replace_text, write_two_towns
from tests.scenario.whole import write_whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_whole(tmp_path / "whole")


@pytest.fixture
def overlay(folder: Path) -> Path:
    above = folder.parent / "what-if"
    above.mkdir()
    text = 'base = "whole"\ntitle = "What if"\nquestion = "What if not?"\n'
    (above / "scenario.toml").write_text(text, encoding="utf-8")
    return above


def test_the_optional_columns_say_what_they_say(folder: Path) -> None:
    scenario = load(folder)
    north, middle, _ = scenario.places
    assert (north.province, north.rank, north.home_of) == ("Upper", 1, "government")
    assert (middle.rank, middle.home_of) == (0, None)
    assert [unit.province for unit in scenario.units] == ["Upper", None, None]
    stream = scenario.reinforcements[0]
    assert (stream.through, stream.children) == ("Middle", 0.1)
    wing = scenario.air[0]
    assert (wing.deep_share, wing.dynamic_share, wing.collateral) == (0.2, "air.dynamic", 0.1)
    supply = [(row.place, row.goods_per_day, row.stock, row.what) for row in scenario.supply]
    assert supply == [
        ("North", 400.0, 1200.0, "depot"),
        ("Middle", 50.0, 0.0, "oil"),
        ("South", "siege.goods", "siege.goods", "crossing"),
    ]
    assert scenario.civilians.simulate


def test_the_optional_tables_say_what_they_say(folder: Path) -> None:
    scenario = load(folder)
    assert [(row.date.day, row.strikes) for row in scenario.sorties] == [(22, 3), (23, 4)]
    claim = scenario.claims[0]
    assert (claim.label, claim.weight, claim.from_) == (
        "Elsewhere",
        "0.5 * siege.claims",
        date(2015, 6, 21),
    )
    line = scenario.supply_lines[0]
    assert (line.label, line.places) == ("trunk", ("North", "Middle", "South"))
    assert [(row.id, row.share) for row in scenario.workshops] == [("forge", 0.6), ("shed", 0.4)]


def test_events_are_sorted_by_date_and_what_has_no_order_follows_the_tables(folder: Path) -> None:
    events = load(folder).events
    assert [event.event for event in events] == [
        "air_factor",
        "close_route",
        "open_route",
        "policy",
        "policy",
        "withdraw",
        "stance",
    ]
    assert events[1].places == ("North", "Middle")
    assert [(event.a, event.value) for event in events[3:5]] == [
        ("access_agreement", 1.0),
        ("truce", 0.8),
    ]
    assert events[4].factions == ("government", "islamic_state")
    assert (events[6].a, events[6].b, events[6].value) == ("government", "islamic_state", None)


def test_a_scenario_without_them_has_the_neutral_values(tmp_path: Path) -> None:
    scenario = load(write_two_towns(tmp_path / "towns"))
    assert (scenario.sorties, scenario.claims) == ((), ())
    assert (scenario.supply_lines, scenario.workshops) == ((), ())
    assert not scenario.civilians.simulate
    assert (scenario.places[0].province, scenario.places[0].rank) == (None, 0)
    assert scenario.reinforcements[0].children is None
    assert scenario.supply[0].goods_per_day is None
    assert (scenario.supply[0].stock, scenario.supply[0].what) == (0.0, "depot")
    assert (scenario.air[0].deep_share, scenario.air[0].dynamic_share) == (0.0, 0.0)


def test_what_says_nothing_leaves_no_trace_in_the_resolved_form(tmp_path: Path) -> None:
    folder = write_two_towns(tmp_path / "towns")
    before = load(folder)
    later = {"sorties", "claims", "supply_lines", "workshops", "civilians"}
    assert not later & set(before.resolved())
    assert set(before.resolved()["events"][0]) == {"date", "event", "a", "b", "stance", "source"}
    replace_text(folder, "supply.csv", "place,source", "place,stock,what,source")
    replace_text(folder, "supply.csv", "North,estimate", "North,0,depot,estimate")
    replace_text(folder, "supply.csv", "South,estimate", "South,,,estimate")
    (folder / "sorties.csv").write_text("wing,date,strikes\n", encoding="utf-8")
    append(folder, "scenario.toml", "[civilians]\nsimulate = false\n")
    assert load(folder) == before
    assert load(folder).hash == before.hash


def test_the_whole_goes_through_json_and_back(folder: Path) -> None:
    scenario = load(folder)
    again = Scenario.from_resolved(json.loads(json.dumps(scenario.resolved(), allow_nan=False)))
    assert again == scenario
    assert again.hash == scenario.hash


@pytest.mark.parametrize("table", ["sorties.csv", "events.csv"])
def test_the_hash_ignores_the_order_of_sorties_and_events(table: str, folder: Path) -> None:
    before = load(folder).hash
    header, *lines = (folder / table).read_text(encoding="utf-8").splitlines()
    (folder / table).write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")
    assert load(folder).hash == before


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("places.csv", "Upper,1", "Upper,2"),
        ("air.csv", ",0.1,estimate", ",0.2,estimate"),
        ("supply.csv", "400,1200", "400,1201"),
        ("sorties.csv", "23,4", "23,5"),
        ("supply_lines.csv", "North + Middle + South", "North + Middle"),
        ("workshops.csv", "0.4", "0.3"),
        ("events.csv", "0.8", "0.7"),
        ("scenario.toml", "simulate = true", "simulate = false"),
    ],
)
def test_the_hash_minds_whatever_they_say(table: str, old: str, new: str, folder: Path) -> None:
    before = load(folder).hash
    assert load(replace_text(folder, table, old, new)).hash != before


def test_an_earlier_end_drops_sorties_and_ends_claims(folder: Path) -> None:
    changed = load(folder).with_values({"scenario.end": "2015-06-22"})
    assert [row.date.day for row in changed.sorties] == [22]
    assert changed.events == ()
    replace_text(folder, "claims.csv", "2015-06-21,,", "2015-06-21,2015-07-01,")
    ended = load(folder).with_values({"scenario.end": "2015-06-25"})
    assert ended.claims[0].until == date(2015, 6, 25)
    assert load(folder).with_values({"scenario.end": "2015-06-20"}).claims == ()


def test_rows_of_the_new_tables_are_edited_by_key(overlay: Path) -> None:
    append(
        overlay,
        "sorties.csv",
        "edit,wing,date,strikes\nreplace,helicopters,2015-06-22,9\n"
        "remove,helicopters,2015-06-23,\nadd,helicopters,2015-06-30,1\n",
    )
    append(overlay, "claims.csv", "edit,id,weight\nreplace,elsewhere,2\n")
    append(overlay, "workshops.csv", "edit,id\nremove,shed\n")
    append(
        overlay,
        "supply_lines.csv",
        "edit,id,faction,places\nremove,trunk,,\nadd,spur,islamic_state,South + Middle\n",
    )
    append(overlay, "supply.csv", "edit,faction,place,goods_per_day\nreplace,government,North,7\n")
    append(overlay, "air.csv", "edit,id,dynamic_share\nreplace,helicopters,0\n")
    changed = load(overlay)
    assert [(row.date.day, row.strikes) for row in changed.sorties] == [(22, 9), (30, 1)]
    assert (changed.claims[0].weight, changed.claims[0].label) == (2.0, "Elsewhere")
    assert [row.id for row in changed.workshops] == ["forge"]
    assert [row.id for row in changed.supply_lines] == ["spur"]
    assert (changed.supply[0].goods_per_day, changed.supply[0].stock) == (7.0, 1200.0)
    assert changed.air[0].dynamic_share == 0.0


def test_events_of_every_kind_are_added_and_removed_as_whole_rows(overlay: Path) -> None:
    append(
        overlay,
        "events.csv",
        "edit,date,event,a,places,factions,value\n"
        "remove,2015-06-24,air_factor,helicopters,,,0.5\n"
        "remove,2015-07-01,close_route,,Middle + North,,\n"
        "remove,2015-07-03,open_route,,North + Middle,,\n"
        "add,2015-07-11,policy,truce,,islamic_state+government,0\n",
    )
    events = load(overlay).events
    assert [event.event for event in events] == ["policy", "policy", "policy", "withdraw", "stance"]
    assert events[2].value == 0.0


def test_an_overlay_turns_the_civilians_on_and_off(folder: Path, overlay: Path) -> None:
    assert load(overlay).civilians.simulate
    append(overlay, "scenario.toml", "[civilians]\nsimulate = false\n")
    assert not load(overlay).civilians.simulate


# file, text that stands there, what replaces it; file, row, field, parts of the sentence
CHANGES = {
    "unknown home": (
        ("places.csv", "Upper,1,government", "Upper,1,goverment"),
        ("places.csv", 2, "home_of"),
        ["unknown faction", 'did you mean "government"?'],
    ),
    "rank below nothing": (
        ("places.csv", "Lower,2", "Lower,-2"),
        ("places.csv", 4, "rank"),
        ["out of range", "whole number from 0"],
    ),
    "province of a unit that is no headquarters": (
        ("units.csv", "3,no,,", "3,no,Upper,"),
        ("units.csv", 3, "province"),
        ["the unit is no headquarters"],
    ),
    "province without a place": (
        ("units.csv", "yes,Upper", "yes,Uper"),
        ("units.csv", 2, "province"),
        ["unknown province", 'did you mean "Upper"?', "Lower, Upper"],
    ),
    "crossing that does not exist": (
        ("reinforcements.csv", "Middle,0.1", "Midle,0.1"),
        ("reinforcements.csv", 2, "through"),
        ["unknown place", 'did you mean "Middle"?'],
    ),
    "more children than all": (
        ("reinforcements.csv", "Middle,0.1", "Middle,1.1"),
        ("reinforcements.csv", 2, "children"),
        ["out of range", "0 to 1"],
    ),
    "share above one": (
        ("air.csv", ",0.2,air.dynamic", ",1.2,air.dynamic"),
        ("air.csv", 2, "deep_share"),
        ["out of range", "0 to 1"],
    ),
    "parameter of a share that may be above one": (
        ("parameters.csv", "0.1,0.6", "0.1,1.6"),
        ("air.csv", 2, "dynamic_share"),
        ["the share may be above 1"],
    ),
    "shares that may add up to more than one": (
        ("air.csv", ",0.2,air.dynamic", ",0.5,air.dynamic"),
        ("air.csv", 2, "dynamic_share"),
        ["deep_share of up to 0.5", "more than 1"],
    ),
    "unknown parameter of a share": (
        ("air.csv", "air.dynamic", "air.dynamics"),
        ("air.csv", 2, "dynamic_share"),
        ["unknown parameter", 'did you mean "air.dynamic"?'],
    ),
    "sorties of no wing": (
        ("sorties.csv", "helicopters,2015-06-23", "helicopter,2015-06-23"),
        ("sorties.csv", 2, "wing"),
        ["unknown wing", 'did you mean "helicopters"?'],
    ),
    "sorties twice": (
        ("sorties.csv", "2015-06-22", "2015-06-23"),
        ("sorties.csv", 3, "wing"),
        ["sortie stands twice, first in row 2", "helicopters - 2015-06-23"],
    ),
    "sorties outside the scenario": (
        ("sorties.csv", "2015-06-22", "2014-06-22"),
        ("sorties.csv", 3, "date"),
        ["outside the scenario"],
    ),
    "part of a strike": (
        ("sorties.csv", "23,4", "23,4.5"),
        ("sorties.csv", 2, "strikes"),
        ["not a whole number"],
    ),
    "claim on no wing": (
        ("claims.csv", "elsewhere,helicopters", "elsewhere,balloons"),
        ("claims.csv", 2, "wing"),
        ["unknown wing", "helicopters"],
    ),
    "claim that ends before it begins": (
        ("claims.csv", "2015-06-21,,", "2015-06-22,2015-06-21,"),
        ("claims.csv", 2, "until"),
        ["before the date in from"],
    ),
    "goods below nothing": (
        ("supply.csv", "400,1200", "-400,1200"),
        ("supply.csv", 2, "goods_per_day"),
        ["out of range", "person-days"],
    ),
    "goods of an unknown parameter": (
        ("supply.csv", "siege.goods,siege.goods", "siege.goods,siege.good"),
        ("supply.csv", 3, "stock"),
        ["unknown parameter", 'did you mean "siege.goods"?'],
    ),
    "neither depot nor oil": (
        ("supply.csv", "depot", "depott"),
        ("supply.csv", 2, "what"),
        ['did you mean "depot"?', "depot, crossing, oil"],
    ),
    "oil without a number": (
        ("supply.csv", "Middle,50", "Middle,"),
        ("supply.csv", 4, "goods_per_day"),
        ["is missing: what is oil"],
    ),
    "oil in stock": (
        ("supply.csv", "50,,oil", "50,60,oil"),
        ("supply.csv", 4, "stock"),
        ["has no stock"],
    ),
    "oil that buys nothing": (
        ("supply.csv", "siege.goods,siege.goods,crossing", "siege.goods,,oil"),
        ("supply.csv", 3, "what"),
        ["islamic_state has no place that issues what the oil buys", "depot or crossing"],
    ),
    "line to an unknown place": (
        ("supply_lines.csv", "Middle + South", "Midle + South"),
        ("supply_lines.csv", 2, "places"),
        ["unknown place", 'did you mean "Middle"?', 'found "Midle"'],
    ),
    "line across country": (
        ("supply_lines.csv", "North + Middle + South", "North + South"),
        ("supply_lines.csv", 2, "places"),
        ["no route joins North to South", "routes.csv"],
    ),
    "line of one place": (
        ("supply_lines.csv", "North + Middle + South", "North"),
        ("supply_lines.csv", 2, "places"),
        ["too few: 2 at least", "joined by"],
    ),
    "line in a circle": (
        ("supply_lines.csv", "Middle + South", "Middle + North"),
        ("supply_lines.csv", 2, "places"),
        ["names a place twice"],
    ),
    "line of nobody": (
        ("supply_lines.csv", "trunk,government", "trunk,turkey"),
        ("supply_lines.csv", 2, "faction"),
        ["unknown faction"],
    ),
    "workshop nowhere": (
        ("workshops.csv", "South", "Sout"),
        ("workshops.csv", 2, "place"),
        ["unknown place", 'did you mean "South"?'],
    ),
    "workshop of no kind": (
        ("workshops.csv", "forge,cells", "forge,islamic_state"),
        ("workshops.csv", 2, "kind"),
        ["unknown kind", "army, cells"],
    ),
    "workshops that build more than all": (
        ("workshops.csv", "0.4", "0.5"),
        ("workshops.csv", 3, "share"),
        ["the shares of cells add up to 1.1"],
    ),
    "unknown event": (
        ("events.csv", "withdraw", "withdrew"),
        ("events.csv", 3, "event"),
        ['did you mean "withdraw"?', "close_route"],
    ),
    "stance without a partner": (
        ("events.csv", "stance,government,islamic_state", "stance,government,"),
        ("events.csv", 2, "b"),
        ["is missing", "a, b, stance"],
    ),
    "stance with a value": (
        ("events.csv", "neutral,,,,", "neutral,,,3,"),
        ("events.csv", 2, "value"),
        ["an event stance has no such field", "blank; it has a, b, stance"],
    ),
    "someone unknown leaves": (
        ("events.csv", "withdraw,army", "withdraw,amry"),
        ("events.csv", 3, "a"),
        ["unknown faction or kind", 'did you mean "army"?'],
    ),
    "someone leaves an unknown place": (
        ("events.csv", "army,,,North", "army,,,Norht"),
        ("events.csv", 3, "places"),
        ["unknown place", 'did you mean "North"?'],
    ),
    "someone leaves for a winner": (
        ("events.csv", "army,,,North", "army,islamic_state,,North"),
        ("events.csv", 3, "b"),
        ["an event withdraw has no such field"],
    ),
    "no such route": (
        ("events.csv", "open_route,,,,North + Middle", "open_route,,,,North + South"),
        ("events.csv", 5, "places"),
        ["no route joins North to South"],
    ),
    "half a route": (
        ("events.csv", "open_route,,,,North + Middle", "open_route,,,,North"),
        ("events.csv", 5, "places"),
        ["names 1 place", "A + B"],
    ),
    "route without places": (
        ("events.csv", "close_route,,,,Middle + North", "close_route,,,,"),
        ("events.csv", 4, "places"),
        ["is missing"],
    ),
    "factor of no wing": (
        ("events.csv", "air_factor,helicopters", "air_factor,government"),
        ("events.csv", 6, "a"),
        ["unknown wing", "helicopters"],
    ),
    "factor without a number": (
        ("events.csv", "helicopters,,,,,0.5", "helicopters,,,,,"),
        ("events.csv", 6, "value"),
        ["is missing"],
    ),
    "unknown policy": (
        ("events.csv", "policy,truce", "policy,truse"),
        ("events.csv", 7, "a"),
        ["unknown policy", 'did you mean "truce"?', "access_agreement, truce"],
    ),
    "truce with nobody": (
        ("events.csv", "islamic_state + government,0.8", "government,0.8"),
        ("events.csv", 7, "factions"),
        ["a truce is between factions", "two factions or more"],
    ),
    "truce with a stranger": (
        ("events.csv", "islamic_state + government,0.8", "islamic_states + government,0.8"),
        ("events.csv", 7, "factions"),
        ["unknown faction", 'did you mean "islamic_state"?'],
    ),
    "policy too strong": (
        ("events.csv", ",1,estimate", ",2,estimate"),
        ("events.csv", 8, "value"),
        ["out of range", "0 (the policy ends) to 1"],
    ),
    "route opened and closed on a day": (
        ("events.csv", "2015-07-03", "2015-07-01"),
        ("events.csv", 5, "event"),
        ["contradicts an earlier event of the day, which says close_route"],
    ),
    "two factors on a day": (
        (
            "events.csv",
            "2015-06-24,air_factor,helicopters,,,,,0.5,estimate\n",
            "2015-06-24,air_factor,helicopters,,,,,0.5,\n2015-06-24,air_factor,helicopters,,,,,2,\n",
        ),
        ("events.csv", 7, "value"),
        ["contradicts an earlier event of the day, which says 0.5"],
    ),
    "an event twice": (
        (
            "events.csv",
            "2015-07-03,open_route,,,,North + Middle,,,estimate\n",
            "2015-07-03,open_route,,,,North + Middle,,,\n" * 2,
        ),
        ("events.csv", 6, "date"),
        ["event stands twice, first in row 5", "2015-07-03 - open_route - North + Middle"],
    ),
    "civilians maybe": (
        ("scenario.toml", "simulate = true", 'simulate = "perhaps"'),
        ("scenario.toml", None, "civilians"),
        ["neither yes nor no", "simulate = true or false"],
    ),
    "civilians as a word": (
        ("scenario.toml", 'title = "Two towns"', 'title = "Two towns"\ncivilians = "yes"'),
        ("scenario.toml", None, ""),
        ["not valid TOML"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_is_told_with_its_file_row_field_and_what_is_allowed(
    name: str, folder: Path
) -> None:
    change, place, parts = CHANGES[name]
    replace_text(folder, *change)
    told = [f for f in faults_of(folder) if (f.file, f.row, f.field) == place]
    assert told, "\n".join(map(str, faults_of(folder)))
    for part in parts:
        assert part in str(told[0])
    assert "\n" not in str(told[0])


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (3, "not a table"),
        ([], "not a table"),
        ({"simulate": 3}, "neither yes nor no"),
        ({"simulated": True}, "unknown key"),
    ],
)
def test_civilians_of_a_stranger_are_checked(value: object, part: str, folder: Path) -> None:
    content = load(folder).resolved() | {"civilians": value}
    with pytest.raises(ScenarioError, match=part):
        Scenario.from_resolved(content)


def test_the_name_of_a_place_may_have_a_plus(folder: Path) -> None:
    for table in ("places", "routes", "control", "supply", "supply_lines", "workshops", "events"):
        path = folder / f"{table}.csv"
        text = path.read_text(encoding="utf-8").replace("Middle", "Mid+dle")
        path.write_text(text, encoding="utf-8")
    replace_text(folder, "reinforcements.csv", "Middle", "Mid+dle")
    assert load(folder).supply_lines[0].places == ("North", "Mid+dle", "South")


def test_a_line_may_run_over_a_route_that_is_closed_at_the_start(folder: Path) -> None:
    append(folder, "routes.csv", "North,South,23,track,no\n")
    replace_text(folder, "supply_lines.csv", "North + Middle + South", "North + South")
    assert load(folder).supply_lines[0].places == ("North", "South")


def test_a_row_with_a_fault_is_told_once_and_not_where_it_is_named(folder: Path) -> None:
    replace_text(folder, "air.csv", "government,0.5", "government,many")
    assert only_fault(folder).field == "strikes_per_day"


def test_parameters_that_only_the_new_amounts_name_are_known(folder: Path) -> None:
    names = {"siege.goods", "siege.claims", "air.dynamic"}
    assert names <= set(load(folder).parameters)
    replace_text(folder, "claims.csv", "0.5 * siege.claims", "2")
    assert "unknown parameter" in str(only_fault(folder))
