"""The page of one run: day, download, and what is said about it."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from solara.components.file_download import FileDownloadWidget

from sim.app import fitted, watch_page
from sim.app.one_run import OneRun
from sim.app.recording import record_run
from sim.app.view import shipped_scenario
from sim.app.watch_page import folder_of
from sim.app.widgets import CopyLink, Replay, Sliders
from sim.engine.posterior import posterior_of
from sim.engine.results import default_folder
from tests.app.slow_work import fail
from tests.app.test_one_run import TOWNS, complete

START = shipped_scenario("two-towns").start


def date(day):
    return START + timedelta(days=day)


def test_a_link_without_a_day_begins_at_the_first(open_page):
    assert open_page(TOWNS).one(Replay).day == 0


def test_a_link_with_a_day_begins_there(open_page):
    assert open_page(f"{TOWNS}&day={date(9)}").one(Replay).day == 9


def test_the_day_stays_when_the_luck_changes(open_page):
    session = open_page(TOWNS)
    session.one(Replay).day = 7  # as the browser says where it came to rest
    assert session.pushed == []  # that goes into the address by itself
    session.button("Other luck").click()
    assert session.pushed == [f"{TOWNS}&replicate=1&day={date(7)}"]
    assert session.one(Replay).day == 7


def test_going_back_shows_the_day_of_that_address(open_page):
    session = open_page(f"{TOWNS}&day={date(9)}")
    session.one(Replay).day = 12
    session.button("Other luck").click()
    session.go(f"{TOWNS}&day={date(9)}")
    assert session.one(Replay).day == 9


def test_another_scenario_begins_at_its_first_day(open_page):
    session = open_page(TOWNS)
    session.one(Replay).day = 29
    session.go("/?scenario=hasakeh-2015")
    assert session.one(Replay).theatre["scenario"] == "hasakeh-2015"
    assert session.one(Replay).day == 0


@pytest.mark.parametrize(("told", "kept"), [(-5, 0), (10**6, 29)])
def test_a_day_that_is_none_of_the_run_is_taken_to_the_nearest(open_page, told, kept):
    session = open_page(TOWNS)
    session.one(Replay).day = told
    session.button("Other luck").click()
    assert session.one(Replay).day == kept
    assert not session.said()


def test_the_run_can_be_taken_home_as_a_zip(open_page):
    session = open_page(f"{TOWNS}&seed=5")
    session.wait_for(complete)
    download = session.one(FileDownloadWidget)
    assert download.bytes is None  # nothing of it is in the page before a click
    download.request_download = True
    session.wait_for(lambda _: download.bytes)
    names = zipfile.ZipFile(io.BytesIO(download.bytes)).namelist()
    folder = default_folder("two-towns", 5, 0).name
    assert download.filename == f"{folder}.zip"
    assert f"{folder}/run.json" in names


def test_days_that_come_in_do_not_take_back_a_download(open_page, monkeypatch, pool):
    session = open_page(TOWNS)
    session.wait_for(lambda _: session.all(FileDownloadWidget))
    session.one(FileDownloadWidget).request_download = True
    session.wait_for(complete)
    session.wait_for(lambda _: session.one(FileDownloadWidget).bytes)


def test_a_download_that_fails_says_so(open_page, monkeypatch):
    monkeypatch.setattr(watch_page, "packed_run_zip", fail)
    session = open_page(TOWNS)
    session.wait_for(complete)
    session.one(FileDownloadWidget).request_download = True
    session.wait_for(lambda _: "ZeroDivisionError" in session.said())
    assert session.one(Replay).recording


def test_until_there_is_a_run_there_is_nothing_to_download(open_page, pool, monkeypatch):
    never = SimpleNamespace(
        add_done_callback=lambda _: None, drop=lambda: None, result=lambda: None
    )
    monkeypatch.setattr(pool, "submit", lambda *_: never)
    session = open_page(TOWNS)
    assert not session.all(FileDownloadWidget)
    assert session.button("Download").disabled
    session.close()


def test_runs_with_other_parameters_are_called_otherwise():
    parameters = {next(iter(shipped_scenario("two-towns").parameters)): 0.123}
    plain = OneRun(recording=record_run("two-towns", seed=1).recording)
    other = OneRun(recording=record_run("two-towns", seed=1, parameters=parameters).recording)
    assert folder_of(plain) == default_folder("two-towns", 1, 0).name
    assert folder_of(other).startswith(folder_of(plain) + "-")


def test_notes_on_fitted_parameters_are_shown_as_such(open_page, monkeypatch):
    read = replace(posterior_of(shipped_scenario("hasakeh-2015"), True), notes=("Mind this.",))
    monkeypatch.setattr(fitted, "posterior_of", lambda *_: read)
    session = open_page("/?scenario=hasakeh-2015&posterior=yes")
    session.wait_for(lambda _: session.one(Replay).recording)
    assert session.one(Replay).recording["notes"] == ["Mind this."]
    assert "Mind this." in session.said()
    session.go("/?scenario=hasakeh-2015")
    session.wait_for(lambda _: session.one(Replay).recording)
    assert not session.said()


def test_a_bad_link_gives_sentences_and_the_first_scenario(open_page):
    session = open_page("/?scenario=nowhere&seed=minus&colour=red")
    for word in ("nowhere", "minus", "colour"):
        assert word in session.said()
    assert session.said().count("This link cannot be shown.") == 3
    assert session.one(Replay).theatre["scenario"] == "hasakeh-2015"
    session.button("Other luck").click()
    assert session.pushed == ["/?scenario=hasakeh-2015&replicate=1"]
    assert not session.said()


def test_a_link_can_be_copied_of_what_others_can_see(open_page):
    assert open_page(TOWNS).one(CopyLink).own is False


def test_parameters_are_asked_for_where_there_is_room(open_page):
    session = open_page(TOWNS)
    assert not session.all(Sliders)
    session.button("Parameters").click()
    assert session.one(Sliders).values == {}
    name = session.one(Sliders).parameters[0]["id"]
    session.one(Sliders).values = {name: 0.75}
    assert session.pushed == [f"{TOWNS}&set={name}:0.75"]
    session.wait_for(lambda _: session.one(Replay).recording.get("parameters") == {name: 0.75})
    assert session.button("Parameters (1)")
