"""A recording says what the run's own tables say, and nothing else."""

import json
from concurrent.futures import Future
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from sim.app.recording import (
    MOST_STRENGTH,
    SERIES,
    WEAPONS,
    Recorded,
    record_run,
    recording_dict,
    recording_key,
    unpack_record,
)
from sim.app.words import LEAST_RANK
from sim.console.events import event_lines
from sim.console.words import short_date
from sim.engine.chunks import worker_pool
from sim.engine.parquet import arrow_table
from sim.engine.results import run_info
from sim.engine.run import run_campaign
from sim.engine.sources import load_checked
from sim.engine.tables import run_tables
from sim.observers.brief import labels_of
from sim.outcomes.history import LEDGER
from sim.scenario import ScenarioError
from tests.random_scenarios import scenarios

UNTIL = date(2015, 7, 12)
ATTRITION = "any_kind.combat_supply_factor"


@pytest.fixture(scope="module")
def record(hasakeh):
    """Twenty days of the siege."""
    return run_campaign(hasakeh, seed=7, until=UNTIL)


@pytest.fixture(scope="module")
def recording(record):
    return recording_dict(record)


def array(recording, name, dtype, *shape):
    """Return an array of a recording; it must be exactly as long as it says."""
    return np.frombuffer(recording[name], dtype).reshape(shape)


def indices(column, names):
    """Return a column of names as indices, -1 for none."""
    code = {name: number for number, name in enumerate(names)} | {None: -1}
    return np.array([code[name] for name in column])


def check_places(record, recording, table):
    shape = record.history.days, len(record.history.places)
    held = indices(table["controller"], record.history.factions)
    assert (array(recording, "control", "i1", *shape) == held.reshape(shape)).all()
    for name in ("contested", "engaged"):
        assert (array(recording, name, "u1", *shape) == table[name].reshape(shape)).all()


def check_units(record, recording, table):
    shape = record.history.days, len(record.unit_names)
    rows = table["day"], indices(table["unit"], record.unit_names)
    for name, column, empty in (
        ("unit_place", indices(table["place"], record.history.places), -1),
        ("unit_next", indices(table["next_place"], record.history.places), -1),
        ("unit_strength", table["strength_fighters"], 0),
    ):
        expected = np.full(shape, empty)
        expected[rows] = column
        assert (array(recording, name, "<i2", *shape) == expected).all(), name


def check_counts(record, recording, table):
    shape = record.history.days, len(record.history.places)
    flashes = array(recording, "flashes", "<i4", -1, 5)
    dead = array(recording, "dead", "<i4", -1, 4)
    for rows in (flashes.tolist(), dead.tolist()):
        assert rows == sorted(rows)
        assert all(row[-1] > 0 for row in rows)
    counted = {"killed_fighters": dead}
    counted |= {name: flashes[flashes[:, 3] == code] for code, name in enumerate(WEAPONS)}
    for column, rows in counted.items():
        total = np.zeros(shape, np.int64)
        np.add.at(total, (rows[:, 0], rows[:, 1]), rows[:, -1])
        assert (total == table[column].reshape(shape)).all(), column


def check_series(record, recording, table):
    history = record.history
    factions = len(history.factions)
    assert [each["id"] for each in recording["series"]] == list(SERIES)
    for each in recording["series"]:
        values = array(each, "values", "<f4", factions, history.days)
        column = table[SERIES[each["id"]][0]].reshape(history.days, factions)
        assert (column.astype(np.float32) == values.T).all(), each["id"]


def check_events(record, recording, table):
    told, history = recording["events"], record.history
    assert [event["day"] for event in told] == table["day"].tolist()
    assert [event["event"] for event in told] == table["event"].tolist()
    for column, names in (("place", history.places), ("faction", history.factions)):
        found = [None if event[column] is None else names[event[column]] for event in told]
        assert found == table[column].tolist()
    assert all(event["text"] for event in told)


def check_all(record):
    recording, tables = recording_dict(record), run_tables(record)
    check_places(record, recording, tables["places"])
    check_units(record, recording, tables["units"])
    check_counts(record, recording, tables["places"])
    check_series(record, recording, tables["daily"])
    check_events(record, recording, tables["events"])


def test_a_siege_is_recorded_as_its_tables_have_it(record):
    check_all(record)
    assert record.history.car_bombs.any()
    assert len(run_tables(record)["events"]["day"]) > 5


@settings(max_examples=12)
@given(scenarios())
def test_any_run_is_recorded_as_its_tables_have_it(scenario):
    check_all(run_campaign(scenario, seed=3))


def test_who_held_what_before_the_first_day_is_in_it(record, recording):
    holder = {row.place: row.controller for row in record.scenario.control}
    factions = (*record.history.factions, None)
    before = array(recording, "before", "i1", len(record.history.places))
    found = [factions[code] for code in before.tolist()]
    assert found == [holder.get(place) for place in record.history.places]


def test_supply_lines_are_there_where_there_are_any(recording):
    assert recording["lines_open"] == b""
    campaign = load_checked("campaign-2015")
    record = run_campaign(campaign, seed=7, until=date(2015, 2, 5))
    shape = record.history.days, len(campaign.supply_lines)
    is_open = array(recording_dict(record), "lines_open", "u1", *shape)
    assert (is_open == record.history.lines_open[:, 0]).all()
    assert 0 < is_open.sum() < is_open.size
    events = [event for event in recording_dict(record)["events"] if event["event"] == "cut"]
    labels = [line.label for line in campaign.supply_lines]
    assert events
    assert all(any(label in event["text"] for label in labels) for event in events)


def test_a_strength_beyond_sixteen_bits_is_shown_as_the_most_there_is(record):
    days = dict(record.unit_days)
    days["strength"] = days["strength"].copy()
    days["strength"][:, 0] = 40_000
    active = days["active"][:, 0]
    found = recording_dict(replace(record, unit_days=days))
    shape = record.history.days, len(record.unit_names)
    shown = array(found, "unit_strength", "<i2", *shape)[:, 0]
    assert active.any()
    assert (shown[active] == MOST_STRENGTH).all()
    assert (shown[~active] == 0).all()


def test_a_unit_that_is_not_in_the_theatre_is_nowhere(record):
    days = dict(record.unit_days)
    days["active"] = np.zeros_like(days["active"])
    days["next_place"] = np.full_like(days["next_place"], 3)
    found = recording_dict(replace(record, unit_days=days))
    for name, nothing in (("unit_place", -1), ("unit_next", -1), ("unit_strength", 0)):
        assert (array(found, name, "<i2", -1) == nothing).all(), name


def test_without_a_territory_no_land_is_told(record):
    found = recording_dict(replace(record, territory=None))
    assert [each["id"] for each in found["series"]] == [
        name for name in SERIES if name != "territory_km2"
    ]


def test_events_have_the_words_and_ranks_of_the_command_line(record, recording):
    rows = arrow_table("events", run_tables(record)["events"]).to_pylist()
    found = event_lines(rows, labels_of(record.scenario))
    ranks = {(line.date, line.text): line.rank for line in found}
    for event in recording["events"]:
        day = short_date(record.history.date(event["day"]))
        if (day, event["text"]) in ranks:  # else several places share the line
            assert event["rank"] == ranks[day, event["text"]]
            continue
        assert event["event"] == "control"
        place = record.history.places[event["place"]]
        changes = {text: rank for (on, text), rank in ranks.items() if on == day and ", " in text}
        [joined] = [rank for text, rank in changes.items() if place in text]
        assert joined <= event["rank"]
    texts = [event["text"] for event in recording["events"]]
    assert "The siege of Hasakeh by Islamic State began" in texts
    assert "Islamic State took Nashwa West from Government" in texts


def test_an_event_that_the_command_line_leaves_out_ranks_last(record):
    noted = [{"day": day, "event": "parley", "faction": "ypg"} for day in range(9)]
    told = recording_dict(replace(record, events=noted))["events"]
    parleys = [event for event in told if event["event"] == "parley"]
    label = record.scenario.factions["ypg"].label
    assert {(each["rank"], each["text"]) for each in parleys} == {(LEAST_RANK, f"parley, {label}")}
    assert len(parleys) == 9


def test_outcomes_stand_beside_their_reports_in_the_order_of_the_scenario(record, recording):
    outcomes = {each["id"]: each for each in recording["outcomes"]}
    assert list(outcomes) == [row.id for row in record.scenario.outcomes]
    value = run_info(record)["outcomes"]["is_killed"]["value"]
    assert outcomes["is_killed"]["final"] == f"{value} fighters"
    assert outcomes["is_killed"]["reported"].startswith("at least 287")
    assert outcomes["is_killed_true"]["reported"] == ""
    assert outcomes["siege_end"]["final"] == "not by the end"


def test_a_recording_is_plain_json_but_for_its_bytes(recording):
    text = json.dumps(recording, allow_nan=False, default=lambda value: value.hex())
    assert json.loads(text)["key"] == recording["key"]


def test_the_key_is_that_of_the_run(hasakeh):
    short = {"until": date(2015, 6, 25)}
    first = recording_key(run_campaign(hasakeh, seed=7, **short))
    assert first == recording_key(run_campaign(hasakeh, seed=7, **short))
    other = 1.01 * hasakeh.parameters[ATTRITION].value
    others = [
        run_campaign(hasakeh, seed=8, **short),
        run_campaign(hasakeh, seed=7, replicate=1, **short),
        run_campaign(hasakeh, seed=7, until=date(2015, 6, 26)),
        run_campaign(hasakeh, seed=7, parameters={ATTRITION: other}, **short),
        run_campaign(hasakeh.with_values({ATTRITION: other}), seed=7, **short),
    ]
    assert len({first, *map(recording_key, others)}) == 6


def test_only_parameters_that_differ_are_told(hasakeh):
    own = hasakeh.parameters[ATTRITION].value
    short = {"seed": 7, "until": date(2015, 6, 25)}
    assert record_run(hasakeh, **short, parameters={ATTRITION: own}).recording["parameters"] == {}
    changed = record_run(hasakeh, **short, parameters={ATTRITION: 2 * own})
    assert changed.recording["parameters"] == {ATTRITION: 2 * own}


def test_a_row_of_the_posterior_is_told_and_what_should_be_read_about_it(hasakeh):
    found, packed = record_run(hasakeh, seed=7, posterior=True, until=date(2015, 6, 25))
    record = run_campaign(hasakeh, seed=7, posterior=True, until=date(2015, 6, 25))
    assert found["parameters"]
    assert all(record.parameters[name] == value for name, value in found["parameters"].items())
    assert all(isinstance(note, str) for note in found["notes"])
    assert unpack_record(packed).posterior == record.posterior


def test_another_process_records_the_same_run_and_its_record_comes_whole(record, recording):
    pool = worker_pool(1)
    try:
        work: Future[Recorded] = pool.submit(record_run, "hasakeh-2015", seed=7, until=UNTIL)
        wrong = pool.submit(record_run, "no such scenario", seed=7)
        found = work.result(timeout=60)
        with pytest.raises(ScenarioError, match="no such scenario"):
            wrong.result(timeout=60)
    finally:
        pool.shutdown()
    assert found.recording == {**recording, "notes": []}
    back = unpack_record(found.packed)
    assert recording_dict(back) == recording
    moved = back.history.ledger[:, 0, :, LEDGER.index("killed")]
    assert (moved == record.history.ledger[:, 0, :, LEDGER.index("killed")]).all()
