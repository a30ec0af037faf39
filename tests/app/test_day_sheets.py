"""The sheet of a day says what the brief of the day says, and the last what the run came to."""

import json
import sys
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import cli
from sim.app.day_sheets import batches_of_days, day_sheets, merged
from sim.app.recording import pack_record, recording_dict
from sim.console.brief import cells_of
from sim.engine.results import write_run
from sim.engine.run import run_campaign
from sim.engine.sources import load_checked
from sim.observers.brief import NOT_BY_THEN, Statement

UNTIL = date(2015, 7, 12)
SOME_DAYS = (0, 5, 11)


@pytest.fixture(scope="module")
def record(hasakeh):
    """Twenty days of the siege."""
    return run_campaign(hasakeh, seed=7, until=UNTIL)


@pytest.fixture(scope="module")
def sheets(record):
    return day_sheets(pack_record(record), range(record.history.days))


def told_by_the_command_line(folder, on, monkeypatch, capsys):
    arguments = ["khabur", "brief", str(folder), "--date", on.isoformat(), "--format", "json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit):
        cli.main()
    return json.loads(capsys.readouterr().out)


def check_against_the_command_line(record, sheets, folder, days, monkeypatch, capsys):
    write_run(folder, record)
    for day in days:
        sheet = sheets["days"][str(day)]
        brief = told_by_the_command_line(folder, record.history.date(day), monkeypatch, capsys)
        assert sheet["headline"] == brief["headline"]
        paragraphs = [[each["topic"], each["text"]] for each in brief["paragraphs"]]
        assert sheet["paragraphs"] == paragraphs
        for statement in brief["statements"]:
            value = cells_of(Statement(**statement))[1]
            assert sheet["values"][statement["id"]] == value


def test_a_sheet_says_what_the_brief_of_the_day_says(record, sheets, tmp_path, monkeypatch, capsys):
    check_against_the_command_line(record, sheets, tmp_path / "run", SOME_DAYS, monkeypatch, capsys)


def test_so_does_one_of_a_campaign_with_media_lines_and_people(tmp_path, monkeypatch, capsys):
    campaign = load_checked("campaign-2015")
    record = run_campaign(campaign, seed=7, until=date(2015, 1, 21))
    sheets = day_sheets(pack_record(record), [18])
    topics = {topic for topic, _ in sheets["days"]["18"]["paragraphs"]}
    assert {"state media", "supply", "people"} <= topics
    check_against_the_command_line(record, sheets, tmp_path / "run", [18], monkeypatch, capsys)


def test_the_last_day_has_the_outcomes_of_the_run(record, sheets):
    final = {each["id"]: each["final"] for each in recording_dict(record)["outcomes"]}
    assert sheets["days"][str(record.history.days - 1)]["values"] == final


def test_a_day_knows_nothing_of_those_after_it(hasakeh, record, sheets):
    day = 11
    shorter = run_campaign(hasakeh, seed=7, until=record.history.date(day))
    final = {each["id"]: each["final"] for each in recording_dict(shorter)["outcomes"]}
    values = sheets["days"][str(day)]["values"]
    assert list(values) == list(final)
    for name, value in values.items():
        assert value == final[name] or (value == NOT_BY_THEN and "not by the end" in final[name])


def test_every_outcome_has_a_value_whether_reported_or_not():
    record = run_campaign(load_checked("two-towns"), seed=7)
    sheets = day_sheets(pack_record(record), range(record.history.days))
    assert not any(row.reported for row in record.scenario.outcomes)
    dead = [sheets["days"][str(day)]["values"]["blue_killed"] for day in range(30)]
    so_far = record.history.killed[:, 0, record.history.factions.index("blue")].sum(axis=1)
    assert [int(text.split()[0].replace(",", "")) for text in dead] == so_far.cumsum().tolist()


def test_sheets_belong_to_their_recording_and_tell_when_they_are_all(record, sheets):
    packed = pack_record(record)
    assert sheets["key"] == recording_dict(record)["key"]
    assert sheets["complete"]
    part = day_sheets(packed, [3, 1])
    assert not part["complete"]
    assert part["days"] == {day: sheets["days"][day] for day in ("3", "1")}
    with pytest.raises(ValueError, match="day 20 is not one of the 20"):
        day_sheets(packed, [20])


def test_batches_come_together_to_all_sheets(record, sheets):
    packed, days = pack_record(record), record.history.days
    together = {"key": "of a run before", "days": {"77": {}}, "complete": True}
    done = []
    for batch in batches_of_days(days, 3):
        together = merged(together, day_sheets(packed, batch), days)
        done.append(together["complete"])
    assert done == [False, False, False, True]
    assert together == sheets


@given(days=st.integers(0, 400), batches=st.integers(1, 12))
def test_batches_hold_each_day_once_the_last_day_first_and_alone(days, batches):
    found = batches_of_days(days, batches)
    assert all(found)
    assert len(found) <= batches + 1
    in_order = [day for batch in found for day in batch]
    assert in_order == ([days - 1, *range(days - 1)] if days else [])
    sizes = [len(batch) for batch in found[1:]]
    assert not sizes or max(sizes) - min(sizes) <= 1


def test_the_day_that_is_looked_at_comes_before_the_others():
    found = batches_of_days(30, 4, shown=20)
    assert found[0] == [29]
    assert 20 in found[1]
    assert sorted(day for batch in found for day in batch) == list(range(30))
