"""Measures of civilians, and of what only some runs record."""

import numpy as np
import pytest

from sim.outcomes import measures_people as measures
from sim.outcomes.compute import MEASURES, check_outcomes, compute_outcomes
from sim.outcomes.measures_control import province_share
from sim.outcomes.measures_counts import civilians_killed
from tests.outcomes.histories import CENTRE, NORTH, SOUTH, START, VILLAGE, Row, history, scenario


def one(values):
    return values.one(start=START)


@pytest.fixture
def record():
    """From day 10 of 20, 300 people of South are in Village, and aid reaches 100 of them."""
    made = history()
    made.residents = np.full((20, 1, 6), 1000, np.int64)
    made.residents[10:, 0, SOUTH] = 700
    made.displaced, made.in_need, made.reached = (np.zeros((20, 1, 6), np.int64) for _ in range(3))
    made.displaced[10:, 0, VILLAGE] = 300
    made.in_need[10:, 0, VILLAGE] = 300
    made.in_need[10:15, 0, SOUTH] = 700
    made.reached[10:, 0, VILLAGE] = 100
    return made


def test_people_are_counted_on_a_date_or_at_their_peak(record):
    assert one(measures.people_displaced(record)) == 300
    assert one(measures.people_displaced(record, city="Riverton")) == 0
    assert one(measures.people_displaced(record, date=record.date(9))) == 0
    assert one(measures.people_in_need(record)) == 300
    assert one(measures.people_in_need(record, peak=True)) == 1000
    assert one(measures.people_in_need(record, places=["Village"], peak=True)) == 300
    assert one(measures.people_reached(record)) == 100
    assert one(measures.people_reached(record, date="2016-01-01")) == "not by the end"


def test_who_is_gone_is_counted_from_the_first_day(record):
    assert one(measures.people_gone(record, city="Riverton")) == 300
    assert one(measures.people_gone(record, place="Village")) == 0


def test_the_share_reached_is_of_those_in_need(record):
    assert one(measures.share_reached(record)) == pytest.approx(1 / 3)
    assert one(measures.share_reached(record, date=record.date(0))) == "not by the end"


def test_a_province_can_be_weighed_by_its_people(record):
    record.residents[0, 0, [NORTH, CENTRE]] = 3000, 1000
    share = province_share(record, faction="ypg", places=["North", "Centre"], weight="residents")
    assert one(share) == pytest.approx(0.75)
    assert not check_outcomes(
        [Row("it", "province_share", {"faction": "ypg", "places": ["North"], "weight": "area"})],
        history(),
    )


@pytest.mark.parametrize(
    ("measure", "arguments", "missing"),
    [
        ("people_in_need", {}, ["in_need"]),
        ("share_reached", {}, ["in_need", "reached"]),
        ("people_gone", {}, ["residents"]),
        ("civilians_killed", {}, ["civilians_killed"]),
        (
            "province_share",
            {"faction": "ypg", "places": ["North"], "weight": "residents"},
            ["residents"],
        ),
    ],
)
def test_what_is_not_recorded_is_told(measure, arguments, missing):
    faults = check_outcomes([Row("it", measure, arguments)], history())
    assert [fault.found for fault in faults] == [
        f"a run without {name} (not recorded)" for name in missing
    ]


def test_civilians_killed_are_counted_as_other_dead():
    record = history()
    record.civilians_killed = np.zeros((20, 1, 6), np.int32)
    record.civilians_killed[3, 0, SOUTH] = 4
    record.civilians_killed[8, 0, VILLAGE] = 2
    assert one(civilians_killed(record)) == 6
    assert one(civilians_killed(record, city="Riverton")) == 4
    assert one(civilians_killed(record, until=record.date(5))) == 4


def test_context_is_not_simulated_whatever_was_reported():
    rows = (Row("war_dead", "not_simulated", {}, "people", "more than 230,000", 230000),)
    assert one(compute_outcomes(scenario(rows), history())["war_dead"]) == "not simulated"


SAMPLES = {
    "city": "Riverton",
    "faction": "ypg",
    "factions": ["government"],
    "place": "South",
    "places": ["South", "Village"],
    "towns": ["South", "Riverton"],
    "line": "east",
    "date": "2015-06-25",
    "truth": True,
    "count": 3,
    "share": 0.5,
    "weapon": "car_bombs",
    "weight": "residents",
}


@pytest.mark.parametrize("days", [0, 1, 4, 20])
@pytest.mark.parametrize("name", sorted(MEASURES))
@pytest.mark.parametrize("everything", [False, True])
def test_every_measure_can_be_read_after_any_number_of_days(record, name, days, everything):
    record.lines = ("east",)
    record.lines_open = np.ones((20, 1, 1), np.bool_)
    record.supply_index = np.full((20, 1, 4), 1000, np.int32)
    record.civilians_killed = np.zeros((20, 1, 6), np.int32)
    people = ["residents", "displaced", "in_need", "reached"]
    optional = [*people, "lines_open", "supply_index", "civilians_killed"]
    kept = {each: record.__dict__.pop(each) for each in [*optional, "lines"]}
    short = record.first(days)
    for each in optional:
        setattr(short, each, kept[each][:days])
    short.lines = kept["lines"]
    entry = MEASURES[name]
    wanted = entry.arguments if everything else dict(entry.required)
    for group in entry.one_of[:1]:
        wanted = {**wanted, **{each: entry.optional[each] for each in group}}
    arguments = {each: SAMPLES[kind] for each, kind in wanted.items()}
    assert check_outcomes([Row("it", name, arguments)], short) == []
    found = entry.function(short, **arguments)
    assert found.kind == entry.kind
    assert found.replicates == 1
