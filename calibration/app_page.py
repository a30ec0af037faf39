"""The app's page on calibration: prior, posterior and reported, and draws from the posterior.

The command line hands the page to the app; nothing in :mod:`sim` knows of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anywidget
import solara
import traitlets

from calibration.app_data import Fit, calibrated_scenarios, drawn_of, fit_of, home_of
from sim.app.links import LinkFault, link_of, view_of
from sim.app.view import MOST_REPLICATE, MOST_SEED, View, first_scenario, shipped_scenario
from sim.app.widgets import loader
from sim.scenario import ScenarioError, find_scenarios


class CalibrationView(anywidget.AnyWidget):
    """The page as the browser draws it.

    Attributes
    ----------
    scenarios : list of dict
        ``name`` and ``title`` of those that can be chosen.
    page : dict
        As :func:`calibration.app_data.page_of` makes it.
    note : str
        What is to be said before it, if anything.
    drawn : dict
        As :func:`calibration.app_data.drawn_of` makes it; empty before anything is drawn.
    chosen : str
        Scenario that the visitor chose last; the browser writes it.
    draw : dict
        ``seed`` and ``replicate`` that the visitor wants to see; the browser writes it.
    opened : str
        ``watch`` or ``ensemble`` once the visitor goes there; the browser writes it.
    """

    _esm = loader("calibration")
    scenarios: traitlets.List[Any] = traitlets.List().tag(sync=True)
    page = traitlets.Dict().tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    drawn = traitlets.Dict().tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    draw = traitlets.Dict().tag(sync=True)
    opened = traitlets.Unicode("").tag(sync=True)


@dataclass(frozen=True)
class Asked:
    """What an address asks for: a scenario with a posterior, and what is to be said of it."""

    scenario: str
    note: str = ""


@solara.component
def CalibrationPage() -> None:
    """Show how a scenario was fitted to what was reported."""
    router = solara.use_router()
    asked = solara.use_memo(lambda: asked_of(router.search), [router.search])
    scenario, set_scenario = solara.use_state_or_update(asked.scenario)
    draw, set_draw = solara.use_state(dict[str, Any]())
    fit = fit_to_show(scenario)
    drawn = drawn_as_asked(fit, draw)

    def choose(name: str) -> None:
        set_draw({})
        set_scenario(name)
        go(router, link_of(View(name), router.path or "/"))

    def follow(page: str) -> None:
        go(router, {"watch": drawn.get("link"), "ensemble": fit.page.get("ensemble")}.get(page))

    solara.Title("Calibration · Khabur")
    CalibrationView.element(
        scenarios=choices(),
        page=fit.page,
        note=asked.note if scenario == asked.scenario else "",
        drawn=drawn,
        chosen=scenario,
        draw=draw,
        on_chosen=choose,
        on_draw=set_draw,
        on_opened=follow,
    )


def go(router: solara.routing.Router, link: str | None) -> None:
    """Go to a link of the app; outside of the app, or without a link, nothing happens."""
    if link and router.set_path is not None:
        router.push(link)


def asked_of(query: str | None) -> Asked:
    """Return what the query of an address asks for; a bad one asks for the first scenario."""
    view = view_of(query)
    homes = calibrated_scenarios()
    first = first_scenario()
    fallback = first if first in homes else next(iter(homes), "")
    if isinstance(view, LinkFault):
        return Asked(fallback, str(view))
    home = home_of(view.scenario)
    if home is None:
        return Asked(view.scenario)
    note = f"{view.scenario} uses the posterior of {home}." if home != view.scenario else ""
    return Asked(home, note)


def fit_to_show(scenario: str) -> Fit:
    """Return what is shown of a scenario that ships, a problem where there is nothing to show."""
    folder = find_scenarios().get(scenario)
    if folder is None:
        named = f"There is no scenario {scenario!r}." if scenario else "No scenario is here."
        return Fit({"scenario": scenario, "title": "Calibration", "problem": named})
    return fit_of(folder)


def choices() -> list[dict[str, str]]:
    """Return name and title of the scenarios that have a posterior of their own."""
    return [{"name": name, "title": _title(name)} for name in calibrated_scenarios()]


def _title(name: str) -> str:
    try:
        return shipped_scenario(name).title
    except ScenarioError:
        return name


def drawn_as_asked(fit: Fit, draw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the draw that the browser asked for; nothing for numbers that are none."""
    seed, replicate = draw.get("seed"), draw.get("replicate")
    for number, most in ((seed, MOST_SEED), (replicate, MOST_REPLICATE)):
        if type(number) is not int or not 0 <= number <= most:
            return {}
    assert isinstance(seed, int)
    assert isinstance(replicate, int)
    return drawn_of(fit, seed=seed, replicate=replicate)
