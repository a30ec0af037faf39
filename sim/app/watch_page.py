"""The page of one run: the map day by day, beside what was reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import solara

from sim.app.controls import Controls
from sim.app.downloads import packed_run_zip
from sim.app.fitted import use_fitted, use_has_fit
from sim.app.messages import LinkMessage, Sentences, sentence_of
from sim.app.one_run import OneRun, use_one_run
from sim.app.parameters_panel import ParametersDrawer
from sim.app.theatres import theatre_of
from sim.app.view import first_day, standing_at
from sim.app.visit import use_day, use_go, use_view, use_visit
from sim.app.widgets import CopyLink, Replay
from sim.app.workers import shared_workers
from sim.engine.results import default_folder

if TYPE_CHECKING:
    pass


@solara.component
def WatchPage() -> None:
    """Show the run that the address asks for."""
    visit, go = use_visit(), use_go()
    view, fault = use_view()
    scenario = visit.scenario(view.scenario)
    has_fit = use_has_fit(scenario)
    fitted, no_fitted = use_fitted(scenario, view.posterior)
    run = use_one_run(scenario, view, fitted)
    search = solara.use_router().search
    asked = first_day(scenario, view)
    day, stand = use_day(asked, scenario.days, anew=search)
    here = standing_at(view, scenario, day, asked)
    (of, told), complain = solara.use_state((run.key, ""))
    no_zip = told if of == run.key else ""
    solara.Title(f"{scenario.title} · Khabur")
    with solara.Div(classes=["khabur-page"]):
        LinkMessage(fault)
        more = [
            ParametersDrawer(scenario, here, go),
            Download(run, lambda sentence: complain((run.key, sentence))),
            CopyLink.element(own=view.scenario in visit.uploads.value),
        ]
        Controls(visit, scenario, here, go, one=True, has_fit=has_fit, children=more)
        Sentences((no_fitted, run.fault, no_zip), tuple(run.recording.get("notes", ())))
        Replay.element(
            theatre=theatre_of(scenario),
            recording=run.recording,
            sheets=run.sheets,
            day=day,
            on_day=stand,
        )


@solara.component
def Download(run: OneRun, complain: Callable[[str], None]) -> None:
    """Offer the run as the folder that the command line writes, in a zip.

    Parameters
    ----------
    run : OneRun
    complain : callable
        Told in a sentence why there is none.
    """

    def zipped() -> bytes | None:
        try:
            return shared_workers().submit(packed_run_zip, run.packed).result()
        except Exception as error:
            complain(sentence_of(error))
            return None

    # The same one while sheets come in: another would take back what was clicked.
    fetch = solara.use_memo(lambda: zipped, [run.key, bool(run.packed)])
    if not run.packed:
        solara.Button("Download", icon_name="mdi-download", text=True, small=True, disabled=True)
        return
    solara.FileDownload(
        fetch,
        filename=f"{folder_of(run)}.zip",
        mime_type="application/zip",
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


def folder_of(run: OneRun) -> str:
    """Return the name of the folder in the zip; see :func:`sim.app.downloads.folder_name`."""
    about = run.recording
    name = default_folder(about["scenario"], about["seed"], about["replicate"]).name
    return f"{name}-{about['key'][-8:]}" if about["parameters"] else name
