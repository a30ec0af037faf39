"""What stands around the pages: ways that keep the view, and a visit for each session."""

import ipyvue
import ipyvuetify as vuetify
import pytest
import solara

from sim.app import pages
from sim.app.shell import STYLES
from sim.app.visit import use_visit
from sim.app.widgets import Replay, Sliders
from tests.app.sessions import Session
from tests.app.test_one_run import TOWNS


def ways(session):
    """Return what the ways to the pages are called, and which of them is here."""
    buttons = [each for each in session.all(vuetify.Btn) if "khabur-way" in each.class_]
    here = [each.children[0] for each in buttons if "khabur-way--here" in each.class_]
    return [each.children[0] for each in buttons], here


def linked(session):
    """Return the addresses of the links in the page."""
    return [each.attributes["href"] for each in session.all(ipyvue.Html) if each.tag == "a"]


def test_every_page_can_be_gone_to_with_the_same_view(open_page):
    session = open_page(f"{TOWNS}&seed=7")
    query = "?scenario=two-towns&seed=7"
    assert linked(session) == [f"/{query}", f"/{query}", f"/ensemble{query}", f"/mesa{query}"]


@pytest.mark.parametrize(("address", "label"), [(TOWNS, "Watch"), ("/ensemble", "Futures")])
def test_the_page_that_is_shown_is_marked(open_page, address, label):
    labels, here = ways(open_page(address))
    assert labels == ["Watch", "Futures", "Mesa"]
    assert here == [label]


def test_without_a_query_the_links_have_none(open_page):
    assert linked(open_page("/")) == ["/", "/", "/ensemble", "/mesa"]


def test_the_visit_is_the_same_on_all_pages_of_a_session_and_no_other(open_page, monkeypatch):
    seen = []

    @solara.component
    def Probe():
        seen.append(use_visit())
        solara.Text("")

    probes = [solara.Route(name, component=Probe, label=name) for name in ("one", "two")]
    monkeypatch.setattr(pages, "routes", [pages.routes[0], *probes])
    session = open_page("/one")
    session.go("/two")
    assert len({id(each) for each in seen}) == 1
    home = seen[0].home.folder
    assert home.exists()
    other = Session("/one")
    assert len({id(each) for each in seen}) == 2
    assert seen[-1].home.folder != home
    session.close()
    assert not home.exists()
    assert seen[-1].home.folder.exists()
    other.close()
    assert not seen[-1].home.folder.exists()


def test_two_sessions_share_no_widget(open_page):
    mine, theirs = open_page(TOWNS), open_page(TOWNS)
    mine.button("Parameters").click()
    assert mine.all(Sliders)
    assert not theirs.all(Sliders)
    mine.one(Replay).day = 9
    assert theirs.one(Replay).day == 0
    mine.button("Other luck").click()
    assert theirs.pushed == []


def test_the_page_has_its_styles():
    assert ".khabur-bar" in STYLES
    assert ".khabur-controls" in STYLES
