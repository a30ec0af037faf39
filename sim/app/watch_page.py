"""The page of one run: the map day by day, beside what was reported."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import solara

from sim.app.controls import Controls
from sim.app.downloads import packed_run_zip
from sim.app.messages import LinkMessage, Sentences
from sim.app.one_run import OneRun, use_one_run
from sim.app.parameters_panel import ParametersDrawer
from sim.app.theatres import theatre_of
from sim.app.visit import use_go, use_view, use_visit
from sim.app.widgets import CopyLink, Replay

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.scenario.schema import Scenario


def first_day(scenario: Scenario, view: View) -> int:
    """Return the index of the day that is shown first: the view's, or else the first."""
    return 0 if view.day is None else (view.day - scenario.start) // timedelta(days=1)


@solara.component
def WatchPage() -> None:
    """Show the run that the address asks for."""
    visit, go = use_visit(), use_go()
    view, fault = use_view()
    scenario = visit.scenario(view.scenario)
    theatre = theatre_of(scenario)
    run = use_one_run(scenario, view)
    asked = first_day(scenario, view)
    day, set_day = solara.use_state_or_update(asked)
    solara.Title(f"{scenario.title} · Khabur")
    with solara.Div(classes=["khabur-page"]):
        LinkMessage(fault)
        more = [
            ParametersDrawer(scenario, view, go),
            Download(scenario, view, run),
            CopyLink.element(own=view.scenario in visit.uploads.value),
        ]
        Controls(visit, scenario, view, go, one=True, children=more)
        Sentences((run.fault,) if run.fault else tuple(run.recording.get("notes", ())))
        Replay.element(
            theatre=theatre, recording=run.recording, sheets=run.sheets, day=day, on_day=set_day
        )


@solara.component
def Download(scenario: Scenario, view: View, run: OneRun) -> None:
    """Offer the run as the folder that the command line writes, in a zip."""
    name = f"{scenario.name}-seed{view.seed}-replicate{view.replicate}.zip"
    if not run.packed:
        solara.Button("Download", icon_name="mdi-download", text=True, small=True, disabled=True)
        return
    solara.FileDownload(
        lambda: packed_run_zip(run.packed),
        filename=name,
        mime_type="application/zip",
        label="Download",
        children=[
            solara.Button(
                "Download",
                icon_name="mdi-download",
                text=True,
                small=True,
                attributes={"title": "The run's folder as a zip: khabur show reads it"},
            )
        ],
    )
