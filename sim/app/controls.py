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
    """Ask for a whole number from 0 on; it counts when the field is left or Enter is pressed.

    Where it is not allowed a word beside the field says what is.
    """
    refused, refuse = solara.use_state(False)

    def take(number: int | None) -> None:
        allowed = number is not None and 0 <= number <= most
        refuse(not allowed)
        if number is not None and allowed:
            change(number)

    with solara.Div():
        solara.InputInt(
            label,
            value=value,
            on_value=take,
            dense=True,
            hide_details=True,
            classes=["khabur-whole"],
        )
        if refused:
            solara.Text(f"0 to {most:,}", classes=["khabur-soft-text"])


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
def Fitted(view: View, change: Change) -> None:
    """Ask whether parameters are drawn from the posterior."""
    solara.Switch(
        label="Fitted",
        value=view.posterior,
        on_value=lambda wanted: change(replace(view, posterior=wanted)),
        classes=["khabur-switch"],
    )


@solara.component
def Controls(
    visit: Visit,
    scenario: Scenario,
    view: View,
    change: Change,
    *,
    one: bool,
    has_fit: bool,
    children: list[solara.Element] | None = None,
) -> None:
    """Show the controls that watching and ensembles share, then those of the page.

    Parameters
    ----------
    visit : Visit
    scenario : Scenario
    view : View
    change : callable
        Goes to another view.
    one : bool
        Whether one run is shown.
    has_fit : bool
        Whether the scenario comes with fitted parameters.
    children : list of Element, optional
        Those of the page.
    """
    with solara.Div(classes=["khabur-controls"]):
        ScenarioPicker(visit, scenario, lambda name: change(other_scenario(view, name)))
        Luck(view, change, one=one)
        if has_fit:
            Fitted(view, change)
        solara.Div(classes=["khabur-controls-more"], children=children or [])
    solara.Text(scenario.question, classes=["khabur-question"])
