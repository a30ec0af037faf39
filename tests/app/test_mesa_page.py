"""Mesa's own page over a campaign: a model for each visitor, drawn after each step."""

import inspect
import re
import time
from datetime import timedelta

import ipyvuetify as vuetify
import numpy as np
import pytest
import solara
from matplotlib.collections import LineCollection, PathCollection

from sim.app import mesa_page
from sim.app.mesa_figures import LABEL_ROOM, colours_of, factions_figure, labels, places_figure
from sim.app.mesa_page import CampaignInMesa, model_parameters, watched_campaign
from sim.app.view import shipped_scenario
from sim.engine.campaign import Campaign


def campaign(name="two-towns", days=0, seed=0):
    model = watched_campaign(shipped_scenario)(name, seed)
    for _ in range(days):
        model.step()
    return model


@pytest.fixture(scope="module")
def siege():
    """The siege of Hasakeh after ten days."""
    return campaign("hasakeh-2015", days=10, seed=7)


def test_mesa_can_make_the_model_anew_from_plain_values():
    kind = watched_campaign(shipped_scenario)
    wanted = inspect.signature(kind.__init__).parameters
    assert "scenario" not in wanted  # Mesa 3.5 fills it in by itself
    chosen = model_parameters(["two-towns"], "two-towns", 3, 4)
    assert set(chosen) == set(wanted) - {"self"}
    model = kind("two-towns", seed=3.0, replicate=4)
    assert (model.seed_of_luck, model.replicate) == (3, 4)


def test_its_days_are_those_of_the_campaign_itself():
    watched = campaign(days=12, seed=5)
    plain = Campaign("two-towns", seed=5)
    for _ in range(12):
        plain.step()
    assert np.array_equal(watched.history.strength, plain.history.strength)


def test_a_seed_of_a_link_has_its_place_on_the_slider():
    chosen = model_parameters(["two-towns"], "two-towns", 2_000, 1_000)
    assert (chosen["seed"].value, chosen["seed"].max) == (2_000, 2_000)
    assert (chosen["replicate"].value, chosen["replicate"].max) == (1_000, 1_000)


def test_the_network_shows_every_place_and_road(siege):
    [axes] = places_figure(siege).axes
    roads = [each for each in axes.collections if isinstance(each, LineCollection)]
    dots, rings = (each for each in axes.collections if isinstance(each, PathCollection))
    theatre = siege.simulation.setting.theatre
    assert len(roads[0].get_segments()) == siege.space.G.number_of_edges()
    assert np.allclose(dots.get_offsets(), np.stack([theatre.longitude, theatre.latitude], axis=1))
    fought = siege.history.engaged[9, 0]
    assert fought.any()
    assert len(rings.get_offsets()) == fought.sum()


def test_places_have_the_colour_of_who_holds_them(siege):
    [axes] = places_figure(siege).axes
    dots = next(each for each in axes.collections if isinstance(each, PathCollection))
    held = siege.simulation.state.controller[0]
    shown = [tuple(colour[:3]) for colour in dots.get_facecolor()]
    for faction in np.unique(held):
        assert len({shown[place] for place in np.flatnonzero(held == faction)}) == 1
    assert len(set(shown)) == len(np.unique(held))


def test_the_title_names_the_last_day_that_was_simulated(siege):
    start = siege.history.date(0)
    assert places_figure(siege).axes[0].get_title().endswith(str(start + timedelta(9)))
    assert places_figure(campaign()).axes[0].get_title().endswith(f"before {campaign().date}")


def test_no_label_lies_on_another(siege):
    theatre = siege.simulation.setting.theatre
    where = np.stack([theatre.longitude, theatre.latitude], axis=1)
    spots = np.array([spot for _, spot in labels(siege, where)]) / np.ptp(where, axis=0)
    assert len(spots) > 4
    for number, spot in enumerate(spots):
        apart = np.abs(np.delete(spots, number, axis=0) - spot) > LABEL_ROOM
        assert apart.any(axis=1).all()


def test_the_lines_are_strength_and_the_dead_so_far(siege):
    above, below = factions_figure(siege).axes
    factions = np.flatnonzero(siege.simulation.setting.has_units)
    assert len(above.lines) == len(below.lines) == len(factions)
    strength = siege.history.strength[:10, 0].sum(axis=2)
    killed = siege.history.killed[:10, 0].sum(axis=(0, 2))
    for faction, up, down in zip(factions, above.lines, below.lines, strict=True):
        assert np.array_equal(up.get_ydata(), strength[:, faction])
        assert down.get_ydata()[-1] == killed[faction]
        assert up.get_color() == down.get_color() == colours_of(siege)[faction]


@pytest.mark.parametrize("name", ["two-towns", "campaign-2015", "kobane-2014"])
@pytest.mark.parametrize("days", [0, 1])
def test_any_scenario_can_be_drawn_from_before_its_first_day(name, days, tmp_path):
    model = campaign(name, days)
    for figure in (places_figure(model), factions_figure(model)):
        figure.savefig(tmp_path / "figure.png")
        assert figure.legends[0].get_texts()


class Page:
    """The page of a visitor, rendered without a browser."""

    def __init__(self, **options):
        self.models = []
        page = CampaignInMesa(self.find, ("two-towns", "kobane-2014"), "two-towns", **options)
        _, self.context = solara.render(mesa_page.Beside(children=[page]), handle_error=False)

    def find(self, name):
        self.models.append(name)
        return shipped_scenario(name)

    def button(self, label):
        return self.context.find(vuetify.Btn, children=[label]).widget

    def steps(self):
        """Return how many steps the page says that there were."""
        texts = str(self.context.container)
        return int(re.search(r"(?:Step|Time): (\d+)", texts)[1])


@pytest.fixture
def page():
    shown = Page()
    yield shown
    shown.context.close()


def test_step_simulates_a_day(page):
    assert page.steps() == 0
    page.button("Step").click()
    page.button("Step").click()
    assert page.steps() == 2


def test_each_visitor_has_a_model_of_their_own(page):
    other = Page()
    page.button("Step").click()
    assert (page.steps(), other.steps()) == (1, 0)
    other.context.close()


def test_reset_begins_again_with_the_scenario_that_was_chosen(page):
    page.button("Step").click()
    page.context.find(vuetify.Select).widget.v_model = "kobane-2014"
    assert page.models == ["two-towns"]
    page.button("Reset").click()
    assert page.models == ["two-towns", "kobane-2014"]
    assert page.steps() == 0


def test_nothing_goes_on_unless_somebody_plays(monkeypatch):
    drawn = []
    monkeypatch.setattr(mesa_page, "MILLISECONDS_A_DAY", 20)
    draw = mesa_page.places_figure
    monkeypatch.setattr(mesa_page, "places_figure", lambda m: drawn.append(m.day) or draw(m))
    page = Page()
    page.button("Step").click()
    idle = list(drawn)
    time.sleep(0.5)
    assert drawn == idle == [0, 1]
    page.button("▶").click()
    wait_for(lambda: len(drawn) > 3)
    page.button("❚❚").click()
    time.sleep(0.5)  # a step may be under way
    played = list(drawn)
    time.sleep(0.5)
    assert drawn == played
    page.context.close()


def wait_for(happened):
    """Wait until something has happened."""
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)
