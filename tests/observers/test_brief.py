"""A brief says what the run says, in English, and nothing else."""

import json
import re
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from sim.observers.brief import write_brief
from sim.observers.brief_facts import situation
from sim.observers.brief_names import monitor_words
from sim.observers.brief_text import Writer
from tests.outcomes.histories import (
    CENTRE,
    FAR,
    GOVERNMENT,
    ISLAMIC_STATE,
    SOUTH,
    VILLAGE,
    YPG,
    Row,
    history,
    random_history,
    stand,
)

SIEGE = {"city": "Riverton", "attacker": "islamic_state"}
ROWS = (
    Row("days", "siege_days", SIEGE, "days", "33 days", 33),
    Row("last", "last_district", SIEGE, "district", "South"),
    Row("dead", "deaths", {"faction": "islamic_state", "reported": True}, "fighters", "at least 9"),
    Row("unquoted", "deaths", {"faction": "ypg"}, "fighters"),
    Row("war", "not_simulated", {}, "people", "more than 230,000 since March 2011"),
)
LABELS = {
    "government": "Government",
    "ypg": "YPG and allies",
    "islamic_state": "Islamic State",
    "coalition": "Coalition",
}


def scenario(rows=ROWS, lines=()):
    return SimpleNamespace(
        name="riverton",
        title="The siege of Riverton",
        outcomes=rows,
        events=(),
        places=(),
        factions={name: SimpleNamespace(label=label) for name, label in LABELS.items()},
        cities={"Riverton": SimpleNamespace(label="River Town")},
        supply_lines=lines,
        stance=lambda a, b: "allied" if a == b else "neutral",
    )


def brief(record, day=None, **more):
    last = record.days - 1 if day is None else day
    asked = more.pop("scenario", scenario())
    return write_brief(asked, record, last, seed=7, replicate=3, **more)


def topic(written, name):
    return " ".join(text for each, text in written.paragraphs if each == name)


@pytest.fixture
def siege():
    """IS stands in South from day 5 to day 14 of 30, holds it from day 7, YPG has it from 15."""
    made = history(days=30)
    stand(made, slice(5, 15), SOUTH)
    made.strength[5:12, 0, GOVERNMENT, SOUTH] = 20
    made.engaged[5:15, 0, SOUTH] = True
    made.controller[7:15, 0, SOUTH] = ISLAMIC_STATE
    made.controller[15:, 0, SOUTH] = YPG
    made.killed[8, 0, ISLAMIC_STATE, SOUTH] = 40
    made.reported_killed[9, 0, ISLAMIC_STATE, SOUTH] = 30
    made.reported_children[9, 0, ISLAMIC_STATE, SOUTH] = 2
    made.reported_killed[9, 0, GOVERNMENT, SOUTH] = 4
    made.car_bombs[6, 0, ISLAMIC_STATE, SOUTH] = 1
    made.leaders_killed[9, 0, ISLAMIC_STATE, SOUTH] = 2
    made.headquarters_killed[9, 0, ISLAMIC_STATE, SOUTH] = 1
    return made


def test_before_the_siege_nothing_is_said_of_one(siege):
    written = brief(siege, 3)
    assert written.headline == "No place changes hands in the four days to 23 June"
    text = topic(written, "siege")
    assert text.startswith("By 23 June 2015 Islamic State had not entered River Town.")
    assert topic(written, "siege losses") == ""
    values = {each.id: each.value for each in written.statements}
    assert values == {"days": "not by then", "last": "not by then", "dead": 0}


def test_on_its_first_day_the_siege_begins(siege):
    written = brief(siege, 5)
    assert written.headline == "Siege of River Town by Islamic State begins"
    assert "began on 25 June 2015" in topic(written, "siege")
    assert "one of the city's four districts, South, which was contested" in topic(written, "siege")


def test_while_it_goes_on_the_siege_is_counted_in_days(siege):
    written = brief(siege, 9)
    assert written.headline == "Islamic State holds one district of River Town on day 5 of siege"
    assert "was in its 5th day on 29 June 2015" in topic(written, "siege")
    assert topic(written, "siege losses") == (
        "The monitor reported at least 30 Islamic State fighters killed in River Town since the"
        " siege began, at least two of them children. It also reported several government fighters"
        " killed. It reported no dead of the YPG and allies. Islamic State sent one car bomb"
        " against its enemies there, and lost two leaders, among them the head of a headquarters."
    )


def test_a_siege_that_is_over_tells_its_length_and_last_district(siege):
    written = brief(siege, 18)
    assert written.headline == "Siege of River Town ends after nine days"
    text = topic(written, "siege")
    assert "ended on 4 July, nine days after it began." in text
    assert "The last district to be rid of it was South." in text
    values = {each.id: each.value for each in written.statements}
    assert values == {"days": 9, "last": "South", "dead": 30}


def test_a_city_that_is_held_whole_is_told_as_such():
    record = history()
    record.controller[:] = ISLAMIC_STATE
    record.strength[3:, 0, ISLAMIC_STATE] = 50
    written = brief(record)
    assert written.headline == "Islamic State holds all of River Town on day 17 of siege"
    text = topic(written, "siege")
    assert "stood in every district of the city and faced no enemy there." in text
    assert text.endswith("Islamic State held the whole city.")
    assert topic(written, "map").startswith("Islamic State held all six places on the map.")


def test_a_brief_knows_nothing_of_later_days(siege):
    early = brief(siege, 9)
    siege.controller[10:] = YPG
    siege.killed[10:] = 99
    assert brief(siege, 9) == early


def test_who_took_a_place_from_whom_is_the_last_change(siege):
    text = topic(brief(siege, 18), "changes")
    assert text == (
        "In the two weeks to 8 July the YPG and allies took South in River Town from Islamic State"
        " on 5 July."
    )


def test_what_went_and_came_back_is_no_capture():
    record = history()
    record.controller[10:12, 0, FAR] = YPG
    assert topic(brief(record), "changes") == (
        "No place was lost for good in the two weeks to 9 July. Far town changed hands but was back"
        " with Islamic State at the end."
    )


def test_places_without_a_holder_are_told():
    record = history()
    record.controller[15:, 0, VILLAGE] = GOVERNMENT
    record.controller[16:, 0, CENTRE] = -1
    text = topic(brief(record), "changes")
    assert "he government moved into Village, held by nobody before, on 5 July." in text
    assert "he government gave up Centre in River Town on 6 July" in text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "none"),
        (1, "one"),
        (2, "two"),
        (3, "several"),
        (9, "several"),
        (10, "at least 10"),
        (24, "dozens"),
        (99, "dozens"),
        (287, "at least 287"),
    ],
)
def test_the_dead_are_worded_as_the_monitor_does(number, words):
    assert monitor_words(number) == words


def test_supply_lines_are_open_or_cut():
    record = history()
    record.controller[8:, 0, SOUTH] = ISLAMIC_STATE
    south = SimpleNamespace(
        id="s", faction="government", places=("Centre", "South"), label="Centre to South"
    )
    north = SimpleNamespace(id="n", faction="ypg", places=("North",), label="the northern road")
    text = topic(brief(record, scenario=scenario(lines=(south, north))), "supply")
    assert text == (
        "The government's supply line from Centre to South was cut on 28 June, with South in the"
        " hands of Islamic State. The YPG and allies' supply line over the northern road was open."
    )
    text = topic(brief(record, scenario=scenario(lines=(south, south))), "supply")
    assert text.startswith("Of the government's two supply lines none were open; the one from")


def test_people_and_supply_are_told_only_if_recorded(siege):
    assert topic(brief(siege), "people") == ""
    past = siege.first(5)
    past.displaced = np.full((5, 1, 6), 20000, np.int64)
    past.in_need = np.full((5, 1, 6), 1000, np.int64)
    past.reached = np.full((5, 1, 6), 250, np.int64)
    past.supply_index = np.full((5, 1, 4), 600, np.int32)
    past.supply_index[0] = 1000
    writer = Writer(situation(scenario(), past), LABELS)
    assert writer.people() == (
        "About 120,000 people were staying away from their homes on the map. About 6,000 people"
        " were in need of aid, which could reach 25 percent of them."
    )
    assert "goods came in at 60 for the government" in writer.supply()


def test_state_media_are_quoted_and_held_against_the_run(siege):
    claim = {"day": 8, "observer": "state_media of government", "about": "islamic_state"}
    reports = [
        {**claim, "place": "South", "what": "killed", "number": 50.0, "true_number": 40.0},
        {**claim, "place": "South", "what": "cleared", "number": 1.0, "true_number": 0.0},
        {**claim, "day": 20, "place": "Edge", "what": "cleared", "number": 1.0, "true_number": 1.0},
        {**claim, "observer": "monitor", "place": "South", "what": "killed", "number": 3.0},
    ]
    assert topic(brief(siege, 9, reports=reports), "state media") == (
        "In the 10 days to 29 June, state media of the government claimed that 50 Islamic State"
        " fighters had been killed and that South in River Town had been cleared. When it was"
        " claimed, that was not yet so in South in River Town."
    )


def test_context_is_not_among_the_statements(siege):
    written = brief(siege)
    assert written.context == ("war: more than 230,000 since March 2011",)
    assert [each.id for each in written.statements] == ["days", "last", "dead"]


def test_a_brief_says_that_it_is_simulated(siege):
    assert brief(siege, 9).origin == (
        "Simulated, not news: scenario riverton, seed 7, replicate 3, as of 29 June 2015."
    )


def test_json_is_plain_data(siege):
    found = json.loads(json.dumps(brief(siege, 9).as_json(), allow_nan=False))
    assert found["date"] == "2015-06-29"
    assert found["simulated"] is True
    assert found["situation"]["sieges"][0]["first_day"] == "2015-06-25"


def test_a_day_that_is_not_recorded_is_refused(siege):
    for day in (-1, 30):
        with pytest.raises(ValueError, match="not one of the 30 days"):
            brief(siege, day)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_sentences_are_english(seed):
    record = random_history(seed, 30, 1)
    for day in (0, 1, 2, 13, 14, 29):
        written = brief(record, day)
        assert written.day == date.fromordinal(record.start.toordinal() + day)
        for text in (written.headline, *(text for _, text in written.paragraphs)):
            assert not re.search(r"  |\bNone\b|\bnan\b|_| ,|,,|\.\.| \.", text), text
            assert not re.search(r"\b(one|1) \w+ (fighters|places|districts|days)\b", text), text
            assert text[0].isupper() or text[0].isdigit()
        for _, text in written.paragraphs:
            assert text.endswith(".")
