"""The visit of a session: what it brings, where it stands, and the address, which is its view."""

import io
import zipfile
from operator import is_

import pytest
import solara

from sim.app.unzipping import UploadError
from sim.app.uploads import Uploads
from sim.app.view import View, shipped_scenario
from sim.app.visit import Visit, use_day, use_go, use_view, use_visit
from sim.app.widgets import Futures, Replay
from tests.app.test_one_run import TOWNS
from tests.scenario.small import write_two_towns


@pytest.fixture
def visit():
    with Uploads() as home:
        yield Visit(solara.reactive({}, equals=is_), home)


@pytest.fixture
def towns_zip(tmp_path):
    """A scenario as a visitor brings it."""
    folder = write_two_towns(tmp_path / "two-towns")
    (folder / "outcomes.toml").unlink()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return data.getvalue()


class Probe:
    """A component that calls a hook, with an address of its own."""

    def __init__(self, hook, search=None):
        self.seen, self.pushed = [], []

        @solara.component
        def Page(search):
            path = "/ensemble" if search is None else f"/ensemble?{search}"
            router = solara.routing.Router(path, routes=[], set_path=self.pushed.append)
            solara.routing.router_context.provide(router)
            Inner(search)

        @solara.component
        def Inner(search):
            self.seen.append(hook())
            solara.Text("")

        self.page = Page
        self.box, self.context = solara.render(Page(search), handle_error=False)

    def go(self, search):
        self.context.render(self.page(search), self.box)
        return self.seen[-1]


def test_a_page_without_the_layout_around_it_is_a_mistake():
    with pytest.raises(RuntimeError, match="without the layout"):
        Probe(use_visit)


def test_the_visitors_own_scenarios_come_before_those_that_ship(visit, towns_zip):
    own = visit.take_in(towns_zip, "two-towns.zip")
    assert visit.uploads.value == {"uploaded-two-towns": own}
    assert visit.scenario("uploaded-two-towns") is own
    assert visit.scenario("two-towns") is shipped_scenario("two-towns")
    with pytest.raises(LookupError):
        visit.scenario("uploaded-other")


def test_what_was_brought_twice_is_the_later_one(visit, towns_zip):
    first = visit.take_in(towns_zip, "a.zip")
    second = visit.take_in(towns_zip, "a.zip")
    assert visit.scenario("uploaded-a") is second
    assert second is not first


def test_two_visits_share_nothing(visit, towns_zip):
    with Uploads() as home:
        other = Visit(solara.reactive({}, equals=is_), home)
        visit.take_in(towns_zip, "a.zip")
        assert other.uploads.value == {}
        assert list(other.home.folder.iterdir()) == []


def test_what_comes_after_the_end_is_refused_in_a_sentence(visit, towns_zip):
    visit.close()
    with pytest.raises(UploadError, match="could not keep the files"):
        visit.take_in(towns_zip, "a.zip")
    assert visit.uploads.value == {}
    assert not visit.home.folder.exists()


def test_changes_go_to_the_address_of_the_page_that_is_shown():
    probe = Probe(use_go)
    go = probe.seen[-1]
    go(View("two-towns", seed=3))
    go(View("two-towns", replicate=1), "/")
    assert probe.pushed == [
        "/ensemble?scenario=two-towns&seed=3",
        "/?scenario=two-towns&replicate=1",
    ]


def test_the_view_is_that_of_the_address(open_page):
    session = open_page(f"{TOWNS}&seed=3")
    session.wait_for(lambda _: session.one(Replay).recording.get("seed") == 3)
    session.go("/ensemble?scenario=two-towns&replicates=2&seed=4")
    session.wait_for(lambda _: session.one(Futures).futures.get("seed") == 4)


def test_a_view_needs_the_visit_of_its_session():
    with pytest.raises(RuntimeError, match="without the layout"):
        Probe(use_view)


def test_the_day_stays_until_the_address_changes():
    probe = Probe(lambda: use_day(2, 30, anew=solara.use_router().search), "a")
    assert probe.seen[-1][0] == 2
    probe.seen[-1][1](9)
    assert probe.seen[-1][0] == 9
    assert probe.go("a")[0] == 9
    assert probe.go("b")[0] == 2


@pytest.mark.parametrize(("told", "kept"), [(-1, 0), (0, 0), (29, 29), (30, 29)])
def test_the_day_is_one_of_the_scenario(told, kept):
    probe = Probe(lambda: use_day(2, 30, anew="a"))
    probe.seen[-1][1](told)
    assert probe.seen[-1][0] == kept
