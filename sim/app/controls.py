"""What stands above a view: scenario, luck, parameters, fitted or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import solara

from sim.app.scenario_picker import ScenarioPicker
from sim.app.view import MOST_REPLICATE, View
from sim.app.visit import Visit

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Change = Callable[[View], None]

MOST_SEED_TYPED = 2**53
"""Largest seed that can be typed in a page: beyond it JavaScript's numbers have gaps."""


def other_scenario(view: View, name: str) -> View:
    """Return the view of another scenario with the same luck; what was set stays behind."""
    return View(name, seed=view.seed, replicate=view.replicate, replicates=view.replicates)


@solara.component
def Whole(label: str, value: int, most: int, change: Callable[[int], None]) -> None:
    """Ask for a whole number from 0 on; it counts when the field is left or Enter is pressed."""

    def take(number: int | None) -> None:
        if number is not None and 0 <= number <= most:
            change(number)

    solara.InputInt(
        label, value=value, on_value=take, dense=True, hide_details=True, classes=["khabur-whole"]
    )


@solara.component
def Luck(view: View, change: Change, *, one: bool) -> None:
    """Ask for the seed, and for the replicate where one run is shown."""
    with solara.Div(classes=["khabur-row"]):
        Whole("Seed", view.seed, MOST_SEED_TYPED, lambda seed: change(replace(view, seed=seed)))
        if one:
            Whole(
                "Replicate",
                view.replicate,
                MOST_REPLICATE,
                lambda number: change(replace(view, replicate=number)),
            )
            solara.Button(
                "Other luck",
                icon_name="mdi-dice-multiple-outline",
                on_click=lambda: change(replace(view, replicate=view.replicate + 1)),
                disabled=view.replicate >= MOST_REPLICATE,
                text=True,
                small=True,
                attributes={"title": "Show the next replicate of this seed"},
            )


@solara.component
def Fitted(scenario: Scenario, view: View, change: Change) -> None:
    """Ask whether parameters are drawn from the posterior; not shown where there is none."""
    has_one = solara.use_memo(lambda: has_posterior(scenario), [scenario.hash])
    if has_one:
        solara.Switch(
            label="Fitted",
            value=view.posterior,
            on_value=lambda wanted: change(replace(view, posterior=wanted)),
            classes=["khabur-switch"],
        )


def has_posterior(scenario: Scenario) -> bool:
    """Tell whether a scenario, or its base, comes with fitted parameters."""
    from sim.engine.posterior import posterior_of
    from sim.scenario import ScenarioError

    try:
        return posterior_of(scenario, True) is not None
    except ScenarioError:
        return False


@solara.component
def Controls(
    visit: Visit,
    scenario: Scenario,
    view: View,
    change: Change,
    *,
    one: bool,
    children: list[solara.Element] | None = None,
) -> None:
    """Show the controls that watching and ensembles share, then those of the page."""
    with solara.Div(classes=["khabur-controls"]):
        ScenarioPicker(visit, scenario, lambda name: change(other_scenario(view, name)))
        Luck(view, change, one=one)
        Fitted(scenario, view, change)
        solara.Div(classes=["khabur-controls-more"], children=children or [])
    solara.Text(scenario.question, classes=["khabur-question"])
