"""Choosing a scenario by the question that it asks, or bringing one as a zip."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import solara

from sim.app.errands import Errand, use_errand
from sim.app.unzipping import ZIP_BYTES, UploadError
from sim.app.view import first_scenario, shipped_scenario
from sim.app.visit import Visit
from sim.app.widgets import UploadZone
from sim.scenario import ScenarioError, find_scenarios

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario


def choices(visit: Visit) -> list[Scenario]:
    """Return the scenarios that a visitor can choose: their own, then whole ones, then overlays."""
    own = visit.uploads.value
    shipped = [_sound(name) for name in find_scenarios() if name not in own]

    def rank(scenario: Scenario) -> tuple[bool, bool, str]:
        is_overlay = len(scenario.folders) > 1
        return scenario.name != first_scenario(), is_overlay, scenario.name

    return [*own.values(), *sorted(filter(None, shipped), key=rank)]


def _sound(name: str) -> Scenario | None:
    """Return a scenario, None if somebody is at work on it: that is no reason to show none."""
    try:
        return shipped_scenario(name)
    except (ScenarioError, LookupError):
        return None


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
        with solara.Div():  # else one more would move what follows, and end a check under way
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


class Brought(NamedTuple):
    """A file of the visitor's, and what is wrong with it as far as is known."""

    name: str
    content: bytes
    faults: tuple[str, ...] = ()


def brought(file: Mapping[str, Any]) -> Brought:
    """Return a file as the browser sent it."""
    content = file.get("content")
    data = bytes(content) if isinstance(content, bytes | memoryview) else b""  # of a number: zeros
    return Brought(str(file.get("name", "")), data)


@solara.component
def Upload(visit: Visit, take: Callable[[str], None]) -> None:
    """Take a scenario folder as a zip, check it and show it, or say what is wrong."""
    nothing: Brought | None = None
    file, set_file = solara.use_state(nothing)

    def check(errand: Errand[Brought]) -> None:
        if file is None:
            return
        errand.show(file)
        try:
            scenario = visit.take_in(file.content, file.name)
        except UploadError as fault:
            errand.show(file._replace(faults=fault.sentences))
            return
        if not errand.is_dropped:  # else the dialog was closed meanwhile
            take(scenario.name)

    # Checking takes a second, which the session's own thread has not.
    checked = use_errand(check, [file])
    with solara.Div(classes=["khabur-upload"]):
        with solara.Div():  # above the zone, where the visitor looks: below it none might see them
            if checked is not None and not checked.faults:
                solara.Text(f"{checked.name} is being checked.", classes=["khabur-soft-text"])
            for fault in () if checked is None else checked.faults:
                solara.Error(fault, dense=True)
        UploadZone.element(most=ZIP_BYTES, on_file=lambda each: set_file(brought(each)))
