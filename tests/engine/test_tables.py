"""Tidy tables of a run agree with its record."""

import numpy as np
import pytest

from sim.engine.columns import COLUMNS
from sim.engine.event_table import FROM_HISTORY
from sim.engine.tables import run_tables
from tests.outcomes.histories import FACTIONS, ISLAMIC_STATE, PLACES, SOUTH, run_record


@pytest.fixture
def record():
    return run_record()


@pytest.fixture
def tables(record):
    return run_tables(record)


def of_faction(table, column, faction):
    return table[column][table["faction"] == faction]


def test_every_table_has_its_columns_equally_long(tables):
    for name, columns in COLUMNS.items():
        assert list(tables[name]) == list(columns)
        assert len({len(column) for column in tables[name].values()}) == 1


def test_daily_totals_are_running_sums(record, tables):
    for side, faction in enumerate(FACTIONS):
        killed = record.history.killed[:, 0, side].sum(axis=1)
        assert (of_faction(tables["daily"], "killed_fighters", faction) == killed).all()
        total = of_faction(tables["daily"], "killed_total_fighters", faction)
        assert (total == killed.cumsum()).all()


def test_places_and_districts_held_are_those_of_the_controller(record, tables):
    held = record.history.controller[:, 0] == ISLAMIC_STATE
    daily = tables["daily"]
    assert (of_faction(daily, "places_held", "islamic_state") == held.sum(axis=1)).all()
    assert (of_faction(daily, "districts_held", "islamic_state") == held[:, :4].sum(axis=1)).all()
    area = (held * record.history.area_km2).sum(axis=1)
    assert of_faction(daily, "built_area_km2", "islamic_state") == pytest.approx(area)


def test_the_wounded_are_those_of_the_units(record, tables):
    mine = np.array([side == "ypg" for side in record.unit_factions])
    wounded = record.unit_days["wounded"][:, mine].sum(axis=1)
    assert (of_faction(tables["daily"], "wounded_fighters", "ypg") == wounded).all()


def test_only_active_units_have_rows(record, tables):
    active = record.unit_days["active"]
    assert len(tables["units"]["unit"]) == active.sum()
    assert tables["units"]["strength_fighters"].sum() == record.unit_days["strength"][active].sum()
    assert set(tables["units"]["posture"]) == {"hold", "attack"}
    assert None in set(tables["units"]["next_place"])


def test_a_place_is_contested_while_hostile_factions_stand_there(record):
    strength = record.history.strength
    strength[:, 0] = 0
    strength[3, 0, :2, SOUTH] = 10
    strength[4, 0, [0, ISLAMIC_STATE], SOUTH] = 10
    places = run_tables(record)["places"]
    where = places["contested"].nonzero()[0]
    assert [(places["day"][row], places["place"][row]) for row in where] == [(4, "South")]


def test_engagements_name_the_factions_that_stood_or_lost_there(record, tables):
    table = tables["engagements"]
    rows = zip(table["day"], table["place"], table["faction"], strict=True)
    for day, place, faction in list(rows)[:200]:
        at = day, 0, FACTIONS.index(faction), PLACES.index(place)
        assert record.history.engaged[day, 0, PLACES.index(place)]
        counts = (record.history.strength, record.history.killed, record.history.air_strikes)
        bombs = (record.history.car_bombs, record.history.foot_bombers)
        assert any(count[at] > 0 for count in (*counts, *bombs))


def test_changes_of_control_are_events(record, tables):
    events = tables["events"]
    before = np.concatenate([record.history.initial_controller[None], record.history.controller])
    changes = int((before[1:] != before[:-1]).sum())
    assert (events["event"] == "control").sum() == changes


def test_events_are_in_order_of_days_with_those_that_the_engine_noted(tables):
    events = tables["events"]
    assert (np.diff(events["day"]) >= 0).all()
    noted = [row for row, kind in enumerate(events["event"]) if kind not in FROM_HISTORY]
    assert [events["detail"][row] for row in noted] == ["2 districts lost"]
    assert [str(events["date"][row]) for row in noted] == ["2015-06-23"]


def test_reports_are_what_the_monitor_published(record, tables):
    reports = tables["reports"]
    assert set(reports["observer"]) == {"monitor"}
    killed = reports["number"][reports["what"] == "killed"].sum()
    assert killed == record.history.reported_killed.sum()


def test_reports_of_others_stand_beside_those_of_the_monitor(record, tables):
    said = {"date": "2015-06-21", "observer": "state_media of ypg", "words": "dozens"}
    noted = type(record)(**{**vars(record), "reports": [said]})
    reports = run_tables(noted)["reports"]
    assert len(reports["words"]) == len(tables["reports"]["words"]) + 1
    (row,) = np.flatnonzero(reports["observer"] == "state_media of ypg")
    assert (reports["words"][row], reports["day"][row]) == ("dozens", 1)
    assert reports["number"][row] is None
    assert (np.diff(reports["day"]) >= 0).all()
