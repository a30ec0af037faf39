"""The page of many runs: move a slider, see what may become of it, watch one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import solara

from sim.app.controls import Change, Controls
from sim.app.many_runs import known_parameters, use_many_runs, wish_of
from sim.app.messages import LinkMessage, Sentences
from sim.app.parameters_panel import ParametersDrawer, ParametersPanel
from sim.app.scenario_picker import choices
from sim.app.theatres import theatre_of
from sim.app.visit import Visit, use_go, use_view, use_visit
from sim.app.widgets import CopyLink, Futures
from sim.scenario import ScenarioError

if TYPE_CHECKING:
    from sim.app.futures import Wish
    from sim.app.view import View
    from sim.scenario.schema import Scenario

SIZES = (64, 128, 256, 512, 1024)
NOTHING = "nothing"


def wish_or_fault(scenario: Scenario | None, view: View) -> tuple[Wish | None, str]:
    """Return the ensemble of a scenario, or why there is none."""
    if scenario is None:
        return None, ""
    try:
        return wish_of(scenario, view), ""
    except ScenarioError as error:
        return None, str(error.faults[0])


def one_of(view: View, scenario: Scenario, replicate: int) -> View:
    """Return the view of one replicate of an ensemble."""
    values = known_parameters(scenario, view)
    return replace(
        view,
        scenario=scenario.name,
        replicate=replicate,
        parameters=values,
        other=None,
        day=scenario.start,
    )


@solara.component
def EnsemblePage() -> None:
    """Show the ensemble that the address asks for."""
    visit, go = use_visit(), use_go()
    view, fault = use_view()
    scenario = visit.scenario(view.scenario)
    other = None if view.other is None else visit.scenario(view.other)
    wish, no_wish = wish_or_fault(scenario, view)
    other_wish, no_other = wish_or_fault(other, view)
    futures, no_futures = use_many_runs(wish)
    other_futures, no_other_futures = use_many_runs(other_wish)
    day, set_day = solara.use_state((scenario.days - 1) // 2)

    def watch(message: Any) -> None:
        if message:
            chosen = other if other is not None and message["of"] == "other" else scenario
            go(one_of(view, chosen, int(message["replicate"])), "/")

    solara.Title(f"Futures of {scenario.title} · Khabur")
    with solara.Div(classes=["khabur-page"]):
        LinkMessage(fault)
        more = [
            CompareWith(visit, scenario, view, go),
            Size(view, go),
            ParametersDrawer(scenario, view, go, narrow_only=True),
            CopyLink.element(own=view.scenario in visit.uploads.value),
        ]
        Controls(visit, scenario, view, go, one=False, children=more)
        faults = (no_wish, no_other, no_futures, no_other_futures)
        Sentences(tuple(dict.fromkeys(each for each in faults if each)))
        with solara.Div(classes=["khabur-columns"]):
            ParametersPanel(scenario, view, go)
            Futures.element(
                theatre=theatre_of(scenario),
                futures=futures,
                other=other_futures,
                day=day,
                on_day=set_day,
                on_wanted=watch,
            )


@solara.component
def CompareWith(visit: Visit, scenario: Scenario, view: View, change: Change) -> None:
    """Ask for a second scenario, with the same places, that shares the luck."""
    places = [place.name for place in scenario.places]
    alike = [
        each
        for each in choices(visit)
        if each.name != scenario.name and [place.name for place in each.places] == places
    ]
    if not alike:
        return
    items = [{"text": "nothing", "value": NOTHING}]
    items += [{"text": each.title, "value": each.name} for each in alike]

    def take(name: str) -> None:
        change(replace(view, other=None if name == NOTHING else name))

    solara.v.Select(
        label="Compare with",
        items=items,
        v_model=view.other or NOTHING,
        on_v_model=take,
        dense=True,
        outlined=True,
        hide_details=True,
        class_="khabur-compare",
    )


@solara.component
def Size(view: View, change: Change) -> None:
    """Ask for the number of replicates."""
    sizes = sorted({*SIZES, view.replicates})
    solara.v.Select(
        label="Replicates",
        items=sizes,
        v_model=view.replicates,
        on_v_model=lambda size: change(replace(view, replicates=size)),
        dense=True,
        outlined=True,
        hide_details=True,
        class_="khabur-size",
    )
