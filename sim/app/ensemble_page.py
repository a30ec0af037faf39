"""The page of many runs: move a slider, see what may become of it, watch one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import solara

from sim.app.controls import Change, Controls
from sim.app.fitted import use_fitted, use_has_fit
from sim.app.many_runs import ManyRuns, known_parameters, use_many_runs, wish_of
from sim.app.messages import LinkMessage, Sentences, sentence_of
from sim.app.parameters_panel import ParametersDrawer, ParametersPanel
from sim.app.scenario_picker import choices
from sim.app.theatres import theatre_of
from sim.app.view import first_day, sentence, standing_at
from sim.app.visit import Visit, use_day, use_go, use_view, use_visit
from sim.app.widgets import CopyLink, Futures
from sim.scenario import ScenarioError

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.scenario.schema import Scenario

SIZES = (64, 128, 256, 512, 1024)
NOTHING = "nothing"


def compared(visit: Visit, scenario: Scenario, view: View) -> tuple[Scenario | None, str]:
    """Return the scenario that a view compares with, or why there is none."""
    if view.other is None:
        return None, ""
    try:
        other = visit.scenario(view.other)
    except ScenarioError as error:
        return None, sentence_of(error)
    if place_names(other) != place_names(scenario):
        allowed = f"a scenario with the places of {scenario.name}"
        return None, sentence("with", view.other, allowed)
    return other, ""


def place_names(scenario: Scenario) -> list[str]:
    """Return the names of the places: two scenarios with the same ones share a map."""
    return [place.name for place in scenario.places]


def use_ensemble(scenario: Scenario | None, view: View) -> tuple[ManyRuns, tuple[str, ...]]:
    """Return the ensemble of a scenario as far as it is there, and what to read about it."""
    fitted, no_fitted = use_fitted(scenario, view.posterior)
    wish = None if scenario is None or no_fitted else wish_of(scenario, view, fitted)
    many = use_many_runs(wish)
    if no_fitted:
        many = ManyRuns(fault=no_fitted)
    return many, () if fitted is None else fitted.notes


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
    has_fit = use_has_fit(scenario)
    other, no_other = compared(visit, scenario, view)
    first, notes = use_ensemble(scenario, view)
    second, other_notes = use_ensemble(other, view)
    search = solara.use_router().search
    asked = (scenario.days - 1) // 2 if view.day is None else first_day(scenario, view)
    day, stand = use_day(asked, scenario.days, anew=search)
    here = standing_at(view, scenario, day, asked)

    def watch(message: Any) -> None:
        if message:
            chosen = other if other is not None and message["of"] == "other" else scenario
            go(one_of(view, chosen, int(message["replicate"])), "/")

    solara.Title(f"Futures of {scenario.title} · Khabur")
    with solara.Div(classes=["khabur-page"]):
        LinkMessage(fault)
        more = [
            CompareWith(visit, scenario, here, go),
            Size(here, go),
            ParametersDrawer(scenario, here, go, narrow_only=True),
            CopyLink.element(own=view.scenario in visit.uploads.value),
        ]
        Controls(visit, scenario, here, go, one=False, has_fit=has_fit, children=more)
        Sentences((no_other, first.fault, second.fault), (*notes, *other_notes))
        with solara.Div(classes=["khabur-columns"]):
            ParametersPanel(scenario, here, go)
            Futures.element(
                theatre=theatre_of(scenario),
                futures=first.futures,
                other=second.futures,
                day=day,
                on_day=stand,
                on_wanted=watch,
            )


@solara.component
def CompareWith(visit: Visit, scenario: Scenario, view: View, change: Change) -> None:
    """Ask for a second scenario, with the same places, that shares the luck."""
    places = place_names(scenario)
    alike = [
        each
        for each in choices(visit)
        if each.name != scenario.name and place_names(each) == places
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
