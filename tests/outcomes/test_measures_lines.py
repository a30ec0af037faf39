"""Measures of supply lines."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.outcomes import measures_lines as measures
from sim.outcomes.compute import check_outcomes, compute_outcomes
from sim.outcomes.registry import OutcomeError
from tests.outcomes.histories import EDGE, ISLAMIC_STATE, SOUTH, START, YPG, Row, history

LINE = {"places": ["North", "Centre", "South"], "faction": "ypg", "allies": ["government"]}


def one(values):
    return values.one(start=START)


@pytest.fixture
def record():
    """South is lost on day 5, won back on day 8, lost again on day 12 of 20."""
    made = history()
    made.controller[5:8, 0, SOUTH] = ISLAMIC_STATE
    made.controller[12:, 0, SOUTH] = -1
    return made


def test_a_line_is_cut_on_the_first_day_that_a_place_is_lost(record):
    assert one(measures.line_first_cut(record, **LINE)) == record.date(5)
    assert one(measures.line_first_cut(record, **LINE, since=record.date(6))) == record.date(12)
    assert one(measures.line_first_cut(record, **{**LINE, "places": ["Centre", "Edge"]})) == (
        "not by the end"
    )


def test_a_line_that_was_never_open_is_not_cut(record):
    alone = {**LINE, "allies": []}
    assert one(measures.line_first_cut(record, **alone)) == "not by the end"
    record.controller[3:9, 0, :] = YPG
    assert one(measures.line_first_cut(record, **alone)) == record.date(9)


def test_days_open_are_counted(record):
    assert one(measures.line_days_open(record, **LINE)) == 9
    assert one(measures.line_days_open(record, **LINE, since=record.date(5))) == 4
    assert one(measures.line_days_open(record, **LINE, until=record.date(5))) == 5


def test_a_line_is_open_on_a_date(record):
    assert one(measures.line_is_open(record, **LINE)) is False
    assert one(measures.line_is_open(record, **LINE, date=record.date(9))) is True
    assert one(measures.line_is_open(record, **LINE, date="2016-01-01")) == "not by the end"


def test_recorded_lines_are_told_by_id(record):
    record.lines = ("east", "west")
    record.lines_open = np.ones((20, 1, 2), np.bool_)
    record.lines_open[7:9, 0, 1] = False
    assert one(measures.line_first_cut(record, line="west")) == record.date(7)
    assert one(measures.line_days_open(record, line="east")) == 20
    with pytest.raises(OutcomeError, match="did you mean 'east'"):
        measures.line_is_open(record, line="eastt")


def test_a_line_that_is_not_recorded_is_a_fault(record):
    (fault,) = check_outcomes([Row("cut", "line_first_cut", {"line": "east"})], record)
    assert str(fault) == (
        "cut.measure: found a run without lines_open (not recorded); "
        "allowed: a run that records lines_open."
    )


def test_a_line_of_the_scenario_needs_no_record(record):
    line = SimpleNamespace(id="east", faction="ypg", places=("North", "Centre", "South"))
    asked = SimpleNamespace(
        outcomes=[Row("cut", "line_first_cut", {"line": "east"})],
        supply_lines=(line,),
        stance=lambda a, b: "allied" if {a, b} == {"ypg", "government"} else "hostile",
    )
    assert one(compute_outcomes(asked, record)["cut"]) == record.date(5)


def test_a_line_needs_its_places_and_its_faction(record):
    for arguments in ({}, {"places": ["North"]}, {"faction": "ypg"}):
        (fault,) = check_outcomes([Row("cut", "line_first_cut", arguments)], record)
        assert fault.allowed == "with them line, or places and faction"
        with pytest.raises(OutcomeError):
            measures.line_first_cut(record, **arguments)


def test_the_fixture_holds_what_the_tests_think(record):
    assert record.controller[0, 0, EDGE] == 0
