"""The parameters of a scenario as sliders, each over its prior."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import solara

from sim.app.controls import Change
from sim.app.prior_curves import parameter_list
from sim.app.view import View
from sim.app.widgets import Sliders

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


@solara.component
def ParametersPanel(scenario: Scenario, view: View, change: Change) -> None:
    """Show all parameters that have a prior."""
    listed = solara.use_memo(lambda: parameter_list(scenario), [scenario.hash])

    def take(values: dict[str, float]) -> None:
        change(replace(view, parameters={name: float(value) for name, value in values.items()}))

    with solara.Div(classes=["khabur-parameters"]):
        Sliders.element(parameters=listed, values=dict(view.parameters), on_values=take)


@solara.component
def ParametersDrawer(
    scenario: Scenario, view: View, change: Change, *, narrow_only: bool = False
) -> None:
    """Show a button that opens the parameters beside the page.

    Parameters
    ----------
    narrow_only : bool
        Whether the button is for narrow pages alone, which have no room for the panel.
    """
    is_open = solara.use_reactive(False)
    changed = len(view.parameters)
    solara.Button(
        f"Parameters ({changed})" if changed else "Parameters",
        icon_name="mdi-tune",
        on_click=lambda: is_open.set(not is_open.value),
        text=True,
        small=True,
        classes=["khabur-narrow-only"] if narrow_only else [],
    )
    with solara.v.NavigationDrawer(
        v_model=is_open.value,
        on_v_model=is_open.set,
        temporary=True,
        fixed=True,
        right=True,
        width="340px",
        class_="khabur-drawer",
    ):
        if is_open.value:
            with solara.Div(classes=["khabur-drawer-top"]):
                solara.Button(
                    icon_name="mdi-close",
                    icon=True,
                    on_click=lambda: is_open.set(False),
                    attributes={"aria-label": "Close"},
                )
            ParametersPanel(scenario, view, change)
