"""Measures of what an event changes."""

import numpy as np
import pytest

from sim.outcomes import measures_change as measures
from sim.outcomes.compute import check_outcomes
from sim.outcomes.registry import OutcomeError
from sim.state.ledger import LEDGER
from tests.outcomes.histories import ISLAMIC_STATE, SOUTH, START, VILLAGE, YPG, Row, history


def one(values):
    return values.one(start=START)


FALL = {"faction": "islamic_state", "place": "Village", "taker": "ypg"}


@pytest.fixture
def record():
    """YPG takes the village on day 40 of 80."""
    made = history(days=80)
    made.controller[40:, 0, VILLAGE] = YPG
    return made


def test_supply_after_is_set_against_supply_before(record):
    record.supply_index = np.full((80, 1, 4), 900, np.int32)
    record.supply_index[40:, 0, ISLAMIC_STATE] = 300
    assert one(measures.supply_ratio(record, **FALL)) == pytest.approx(1 / 3)
    by_date = {"faction": "islamic_state", "date": record.date(41)}
    assert one(measures.supply_ratio(record, **by_date, days=2)) == pytest.approx(0.5)
    record.supply_index[:40] = 0
    assert one(measures.supply_ratio(record, **FALL)) == "not by the end"


def test_supply_that_is_not_recorded_is_a_fault(record):
    (fault,) = check_outcomes([Row("drop", "supply_ratio", FALL)], record)
    assert "supply_index (not recorded)" in fault.found
    with pytest.raises(OutcomeError, match="not recorded"):
        measures.supply_ratio(record, **FALL)


def test_arrivals_after_are_set_against_arrivals_before(record):
    arrived = record.ledger[:, 0, ISLAMIC_STATE]
    arrived[:, LEDGER.index("arrived")] = 10
    arrived[40:45, LEDGER.index("arrived")] = 4
    assert one(measures.arrivals_ratio(record, **FALL, days=5)) == pytest.approx(0.4)
    assert one(measures.arrivals_ratio(record, **FALL)) == pytest.approx(0.9)
    never = {**FALL, "taker": "government"}
    assert one(measures.arrivals_ratio(record, **never)) == "not by the end"


def test_an_event_needs_days_on_both_sides(record):
    record.ledger[:] = 1
    for on in ("2015-06-20", "2015-06-01", "2016-01-01"):
        ratio = measures.arrivals_ratio(record, faction="ypg", date=on)
        assert one(ratio) == "not by the end"


def test_an_event_must_be_told(record):
    for arguments in ({}, {"place": "South"}, {"taker": "ypg"}):
        rows = [Row("it", "arrivals_ratio", {"faction": "ypg", **arguments})]
        assert check_outcomes(rows, record)
        with pytest.raises(OutcomeError):
            measures.arrivals_ratio(record, faction="ypg", **arguments)


def test_the_share_of_children_may_rise(record):
    record.killed[::2, 0, ISLAMIC_STATE, SOUTH] = 10
    record.children_killed[:40:2, 0, ISLAMIC_STATE, SOUTH] = 1
    record.children_killed[40::2, 0, ISLAMIC_STATE, SOUTH] = 3
    assert one(measures.child_share_change(record, **FALL)) == pytest.approx(0.2)
    assert one(measures.child_share_change(record, **FALL, reported=True)) == "not by the end"
