"""Mesa's own page over :class:`sim.Campaign`, for those who know Mesa.

Nothing of it is at the module's level but functions: a model there would be everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import solara
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter
from solara.components.applayout import sidebar_portal

from sim.app.mesa_figures import factions_figure, places_figure
from sim.app.messages import LinkMessage
from sim.app.visit import use_view, use_visit
from sim.engine.campaign import Campaign
from sim.scenario import find_scenarios

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MILLISECONDS_A_DAY = 250
DOTS_AN_INCH = 140

STYLES = """
.khabur-mesa { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 8px; }
.khabur-mesa-side { flex: 0 1 330px; }
.khabur-mesa-main { flex: 1 1 520px; min-width: 0; }
.khabur-mesa .vue-grid-item img { width: 100%; border-radius: 8px; }
.khabur-mesa .v-sheet:not(.v-card), .khabur-mesa .v-tabs-items, .khabur-mesa .v-tabs-bar {
  background: transparent !important;
}
@media (max-width: 900px) {
  .khabur-mesa-side, .khabur-mesa-main { flex: 1 1 100%; }
  .khabur-mesa .vue-grid-layout { height: auto !important; }
  .khabur-mesa .vue-grid-item {
    position: static !important; transform: none !important;
    width: 100% !important; height: auto !important;
  }
}
"""


@solara.component
def MesaPage() -> None:
    """Show Mesa's own page over the scenario, seed and replicate of the address."""
    visit = use_visit()
    view, fault = use_view()
    own = visit.uploads.value
    names = (*own, *(name for name in find_scenarios() if name not in own))
    with solara.Div(classes=["khabur-page"]):
        LinkMessage(fault)
        with Beside():
            CampaignInMesa(visit.scenario, names, view.scenario, view.seed, view.replicate).key(
                f"{view.scenario} {view.seed} {view.replicate}"
            )


@solara.component
def CampaignInMesa(
    find: Callable[[str], Scenario],
    names: Sequence[str],
    scenario: str,
    seed: int = 0,
    replicate: int = 0,
) -> None:
    """Show Mesa's own page over a campaign of this visitor's.

    Parameters
    ----------
    find : callable
        Gives a scenario by name.
    names : sequence of str
        Scenarios to choose from.
    scenario : str
        The one to begin with.
    seed, replicate : int
    """
    model = solara.use_memo(
        lambda: watched_campaign(find)(scenario, seed, replicate), [scenario, seed, replicate]
    )
    SolaraViz(
        model,
        components=[(PlacesView, 0), (FactionsView, 0)],
        model_params=model_parameters(names, scenario, seed, replicate),
        name="Mesa",
        play_interval=MILLISECONDS_A_DAY,
    )


def watched_campaign(find: Callable[[str], Scenario]) -> Callable[..., Campaign]:
    """Return the campaign as Mesa's page makes it anew on each reset: from plain values.

    Mesa 3.5 keeps the argument ``scenario`` for itself, so it is called by another name.
    """

    class WatchedCampaign(Campaign):
        """A campaign of a scenario that is named."""

        def __init__(self, campaign: str, seed: int = 0, replicate: int = 0) -> None:
            super().__init__(find(campaign), seed=int(seed), replicate=int(replicate))

    return WatchedCampaign


def model_parameters(
    names: Sequence[str], scenario: str, seed: int, replicate: int
) -> dict[str, Any]:
    """Return what the visitor may choose before a reset, as Mesa's page takes it."""
    return {
        "campaign": {
            "type": "Select",
            "label": "Scenario (Reset to apply)",
            "value": scenario,
            "values": list(names),
        },
        "seed": Slider("Seed", value=seed, min=0, max=max(99, seed), step=1),
        "replicate": Slider("Replicate", value=replicate, min=0, max=max(255, replicate), step=1),
    }


@solara.component
def Beside(children: Sequence[solara.Element] = ()) -> None:
    """Show what Mesa's page puts in a sidebar at the side, or above where there is no room.

    Solara's own layout would cover the bar of the app.
    """
    at_the_side = sidebar_portal.use_portal()
    with solara.Div(classes=["khabur-mesa"]):
        solara.Style(STYLES)
        solara.Div(children=at_the_side, classes=["khabur-mesa-side"])
        solara.Div(children=list(children), classes=["khabur-mesa-main"])


@solara.component
def PlacesView(model: Campaign) -> None:
    """Draw the network of places after each step."""
    step = update_counter.get()
    figure = solara.use_memo(lambda: places_figure(model), [model, step])
    solara.FigureMatplotlib(figure, dependencies=[figure], format="png", dpi=DOTS_AN_INCH)


@solara.component
def FactionsView(model: Campaign) -> None:
    """Draw strength and dead of each faction after each step."""
    step = update_counter.get()
    figure = solara.use_memo(lambda: factions_figure(model), [model, step])
    solara.FigureMatplotlib(figure, dependencies=[figure], format="png", dpi=DOTS_AN_INCH)
