"""The addresses of the pages."""

import pytest
import solara

from sim.app import extra_pages, pages
from sim.app.extra_pages import PageChoice, hand_in
from sim.app.shell import Shell


@solara.component
def ExtraPage():
    solara.Text("A page from above")


@pytest.fixture
def handed_in():
    before = extra_pages.extra_pages()
    hand_in([PageChoice("/extra", "Extra", f"{__name__}:ExtraPage")])
    yield
    hand_in(before)


def test_the_pages_have_their_addresses():
    found = {route.path: route.label for route in pages.all_routes()}
    assert found == {"/": "Watch", "ensemble": "Futures", "mesa": "Mesa"}


def test_pages_from_above_stand_among_them(handed_in):
    routes = pages.all_routes()
    assert [route.path for route in routes] == ["/", "ensemble", "extra", "mesa"]
    assert routes[2].component is ExtraPage
    assert routes[2].label == "Extra"


def test_all_stand_in_the_same_layout(handed_in):
    first, *others = pages.all_routes()
    assert first.layout is Shell
    assert not any(route.layout for route in others)  # else there would be two bars


def test_a_page_from_above_is_shown(open_page, handed_in, monkeypatch):
    monkeypatch.setattr(pages, "routes", pages.all_routes())
    session = open_page("/extra")
    assert "A page from above" in session.words()


def test_an_address_that_is_no_page_says_so(open_page):
    assert "Page not found" in open_page("/nowhere").words()


def test_more_behind_the_address_of_a_page_does_no_harm(open_page):
    session = open_page("/ensemble/and/more?scenario=two-towns&replicates=2")
    assert not session.said()
