"""Choosing a scenario by its question, and bringing one."""

import io
import zipfile
from threading import Event

import ipyvuetify as vuetify
import pytest

from sim.app import visit as visit_module
from sim.app.scenario_picker import brought
from sim.app.unzipping import ZIP_BYTES
from sim.app.view import shipped_scenario
from sim.app.widgets import CopyLink, Replay, UploadZone
from sim.scenario import find_scenarios
from tests.app.sessions import wait_for, within, words
from tests.app.test_one_run import TOWNS, errands
from tests.scenario.small import write_two_towns


@pytest.fixture
def towns_zip(tmp_path):
    """A scenario as a visitor brings it."""
    folder = write_two_towns(tmp_path / "my-towns")
    (folder / "outcomes.toml").unlink()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"my-towns/{file.name}")
    return data.getvalue()


def opened(session):
    """Open the list of scenarios."""
    [picker] = [each for each in session.all(vuetify.Btn) if "khabur-picker" in each.class_]
    picker.click()
    return session


def cards(session):
    """Return the cards of the list by scenario."""
    sheets = session.all(vuetify.Sheet)
    return {each.attributes["data-scenario"]: each for each in sheets if each.attributes}


def bring(session, content, name="my-towns.zip"):
    session.one(UploadZone).file = {"name": name, "content": memoryview(content), "at": 1.0}


def is_open(session):
    return session.one(vuetify.Dialog).v_model


def test_every_scenario_is_listed_with_its_question(open_page):
    session = open_page(TOWNS)
    assert not cards(session)  # until somebody asks
    found = cards(opened(session))
    assert set(found) == set(find_scenarios())
    for name, card in found.items():
        assert shipped_scenario(name).question in words(card)


def test_choosing_one_keeps_the_luck_and_drops_the_rest(open_page):
    start = shipped_scenario("hasakeh-2015").start
    name = next(iter(shipped_scenario("hasakeh-2015").parameters))
    value = shipped_scenario("hasakeh-2015").parameters[name].value
    session = open_page(
        f"/?scenario=hasakeh-2015&seed=7&replicate=2&set={name}:{value}&posterior=yes"
        f"&with=truce&day={start}"
    )
    assert not [each for each in session.said().split(". ") if "cannot be shown" in each]
    card = cards(opened(session))["two-towns"]
    [show] = [each for each in within(card) if isinstance(each, vuetify.Btn)]
    show.click()
    assert session.pushed == [f"{TOWNS}&seed=7&replicate=2"]
    assert not is_open(session)


def test_the_one_that_is_shown_cannot_be_chosen_again(open_page):
    session = opened(open_page(TOWNS))
    assert session.button("Shown").disabled


def test_the_visitors_own_is_shown_at_once(open_page, towns_zip):
    session = opened(open_page(f"{TOWNS}&seed=7"))
    bring(session, towns_zip)
    session.wait_for(lambda _: session.pushed)
    assert session.pushed == ["/?scenario=uploaded-my-towns&seed=7"]
    session.wait_for(lambda _: session.one(Replay).recording.get("seed") == 7)
    assert session.one(Replay).recording["scenario"] == "uploaded-my-towns"
    assert not is_open(session)
    assert not session.said()
    assert session.one(CopyLink).own
    assert "yours" in words(cards(opened(session))["uploaded-my-towns"])


def test_nobody_else_sees_it(open_page, towns_zip):
    mine, theirs = opened(open_page(TOWNS)), open_page(TOWNS)
    bring(mine, towns_zip)
    mine.wait_for(lambda _: mine.pushed)
    assert "uploaded-my-towns" not in cards(opened(theirs))
    theirs.go("/?scenario=uploaded-my-towns")
    assert "one that you upload again: links carry no tables" in theirs.said()


def test_it_can_be_compared_with_what_has_the_same_places(open_page, towns_zip):
    session = opened(open_page("/ensemble?scenario=two-towns&replicates=2"))
    bring(session, towns_zip)
    session.wait_for(lambda _: session.pushed)
    assert session.one(vuetify.Dialog).v_model is False
    assert session.pushed == ["/ensemble?scenario=uploaded-my-towns&replicates=2"]


def test_one_brought_again_with_a_fit_beside_it_is_that_one(open_page, towns_zip):
    session = opened(open_page(TOWNS))
    bring(session, towns_zip)
    session.wait_for(lambda _: session.pushed)
    assert not session.all(vuetify.Switch)
    data = io.BytesIO(towns_zip)
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("my-towns/posterior.csv", "siege.raiders\n150\n")
    bring(opened(session), data.getvalue())
    session.wait_for(lambda _: session.all(vuetify.Switch))


def test_its_folder_is_gone_with_the_session(open_page, towns_zip, monkeypatch):
    homes = []

    class Watched(visit_module.Uploads):
        def __init__(self):
            super().__init__()
            homes.append(self.folder)

    monkeypatch.setattr(visit_module, "Uploads", Watched)
    session = opened(open_page(TOWNS))
    bring(session, towns_zip)
    session.wait_for(lambda _: session.pushed)
    [home] = homes
    assert list(home.iterdir())
    session.close()
    assert not home.exists()


def test_what_is_wrong_with_a_file_is_told_and_another_can_be_brought(open_page, towns_zip):
    session = opened(open_page(TOWNS))
    bring(session, b"no zip at all", "towns.txt")
    session.wait_for(lambda _: "no zip" in session.said())
    assert session.pushed == []
    assert is_open(session)
    bring(session, b"x" * (ZIP_BYTES + 1))
    session.wait_for(lambda _: "at most 5,000,000 are allowed" in session.said())
    bring(session, towns_zip)
    session.wait_for(lambda _: session.pushed)


def test_who_closes_the_list_meanwhile_stays_where_they_are(open_page, towns_zip, monkeypatch):
    at_it, go_on = Event(), Event()
    take_in = visit_module.Visit.take_in

    def slowly(self, data, name):
        at_it.set()
        go_on.wait(60)
        return take_in(self, data, name)

    monkeypatch.setattr(visit_module.Visit, "take_in", slowly)
    session = opened(open_page(TOWNS))
    bring(session, towns_zip)
    assert at_it.wait(60)
    session.wait_for(lambda _: "my-towns.zip is being checked." in session.words())
    session.one(vuetify.Dialog).v_model = False
    go_on.set()
    wait_for(lambda: len(errands()) == 0)
    assert session.pushed == []
    assert "uploaded-my-towns" in cards(opened(session))


def test_a_file_without_a_name_or_content_is_only_that():
    assert brought({}) == ("", b"", ())
