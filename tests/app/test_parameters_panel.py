"""The panel of sliders, and the drawer that holds it where there is no room."""

import ipyvuetify as vuetify
import pytest
import solara

from sim.app.parameters_panel import ParametersDrawer, ParametersPanel
from sim.app.prior_curves import parameter_list
from sim.app.view import View, shipped_scenario
from sim.app.widgets import Sliders
from tests.app.sessions import within, words

TOWNS = shipped_scenario("two-towns")
NAME = "air.killed_per_strike"


@pytest.fixture
def draw():
    """Draw a component; return how to find widgets of a kind in it."""
    contexts = []

    def draw_one(element):
        box, context = solara.render(element, handle_error=False)
        contexts.append(context)
        return lambda kind: [each for each in within(box) if isinstance(each, kind)]

    yield draw_one
    for context in contexts:
        context.close()


def test_every_parameter_with_a_prior_has_a_slider(draw):
    [sliders] = draw(ParametersPanel(TOWNS, View("two-towns"), print))(Sliders)
    assert sliders.parameters == parameter_list(TOWNS)
    assert sliders.values == {}


def test_values_go_to_the_view_as_numbers_and_leave_the_rest(draw):
    changes = []
    view = View("two-towns", seed=3, replicates=64, parameters={NAME: 1.5})
    [sliders] = draw(ParametersPanel(TOWNS, view, changes.append))(Sliders)
    assert sliders.values == {NAME: 1.5}
    sliders.values = {NAME: 1}
    sliders.values = {}
    assert changes == [
        View("two-towns", seed=3, replicates=64, parameters={NAME: 1.0}),
        View("two-towns", seed=3, replicates=64),
    ]


def test_the_drawer_has_no_sliders_until_it_is_opened(draw):
    find = draw(ParametersDrawer(TOWNS, View("two-towns"), print))
    assert not find(Sliders)
    [button] = find(vuetify.Btn)
    button.click()
    assert find(Sliders)
    [drawer] = find(vuetify.NavigationDrawer)
    assert drawer.v_model is True
    close = next(each for each in find(vuetify.Btn) if each.attributes.get("aria-label"))
    close.click()
    assert not find(Sliders)


@pytest.mark.parametrize(("values", "label"), [({}, "Parameters"), ({NAME: 1.5}, "Parameters (1)")])
def test_the_button_says_how_many_were_changed(draw, values, label):
    [button] = draw(ParametersDrawer(TOWNS, View("two-towns", parameters=values), print))(
        vuetify.Btn
    )
    assert words(button).endswith(label)
