"""Choosing a scenario by the question that it asks, or bringing one as a zip."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import solara

from sim.app.unzipping import ZIP_BYTES, UploadError
from sim.app.view import shipped_scenario
from sim.app.visit import Visit
from sim.app.widgets import UploadZone
from sim.scenario import find_scenarios

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def choices(visit: Visit) -> list[Scenario]:
    """Return the scenarios that a visitor can choose, their own first."""
    own = visit.uploads.value
    shipped = [shipped_scenario(name) for name in find_scenarios() if name not in own]
    return [*own.values(), *shipped]


@solara.component
def ScenarioPicker(visit: Visit, current: Scenario, choose: Callable[[str], None]) -> None:
    """Show the scenario that is looked at; a click shows all with their questions."""
    is_open = solara.use_reactive(False)

    def take(name: str) -> None:
        is_open.set(False)
        choose(name)

    solara.Button(
        current.title,
        icon_name="mdi-chevron-down",
        on_click=lambda: is_open.set(True),
        outlined=True,
        classes=["khabur-picker"],
        attributes={"title": "Choose another scenario"},
    )
    with (
        solara.v.Dialog(
            v_model=is_open.value,
            on_v_model=is_open.set,
            max_width="760px",
            scrollable=True,
        ),
        solara.v.Card(class_="khabur-dialog"),
    ):
        if is_open.value:  # else every page would hold all cards
            _Choices(visit, current, take, lambda: is_open.set(False))


@solara.component
def _Choices(
    visit: Visit, current: Scenario, take: Callable[[str], None], close: Callable[[], None]
) -> None:
    with solara.v.CardTitle(class_="khabur-dialog-title"):
        solara.Text("Scenarios")
        solara.v.Spacer()
        solara.Button(
            icon_name="mdi-close", icon=True, on_click=close, attributes={"aria-label": "Close"}
        )
    with solara.v.CardText():
        for scenario in choices(visit):
            own = scenario.name in visit.uploads.value
            _Choice(scenario, scenario.name == current.name, take, own)
        Upload(visit, take)


@solara.component
def _Choice(scenario: Scenario, is_current: bool, take: Callable[[str], None], own: bool) -> None:
    classes = ["khabur-choice", *(["khabur-choice--current"] if is_current else [])]
    with solara.v.Sheet(class_=" ".join(classes), attributes={"data-scenario": scenario.name}):
        with solara.Div(classes=["khabur-choice-words"]):
            solara.Text(scenario.title, classes=["khabur-choice-title"])
            solara.Text(scenario.question, classes=["khabur-choice-question"])
            facts = f"{scenario.name} · {len(scenario.places)} places · {scenario.days} days"
            solara.Text(facts + (" · yours" if own else ""), classes=["khabur-choice-facts"])
        solara.Button(
            "Shown" if is_current else "Show",
            disabled=is_current,
            on_click=lambda: take(scenario.name),
            outlined=True,
            small=True,
        )


@solara.component
def Upload(visit: Visit, take: Callable[[str], None]) -> None:
    """Take a scenario folder as a zip, check it and show it, or say what is wrong."""
    nothing: tuple[str, ...] = ()
    faults, set_faults = solara.use_state(nothing)

    def receive(file: dict[str, Any]) -> None:
        try:
            scenario = visit.take_in(bytes(file["content"]), str(file["name"]))
        except UploadError as fault:
            set_faults(fault.sentences)
            return
        set_faults(())
        take(scenario.name)

    with solara.Div(classes=["khabur-upload"]):
        UploadZone.element(most=ZIP_BYTES, on_file=receive)
        for fault in faults:
            solara.Error(fault, dense=True)
