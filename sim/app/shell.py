"""What stands around all pages: the name, the ways to the pages, light or dark."""

from __future__ import annotations

import solara
from solara.lab import ThemeToggle

from sim.app.visit import provide_visit
from sim.app.widgets import BROWSER

STYLES = (BROWSER / "page.css").read_text(encoding="utf-8")


@solara.component
def Shell(children: list[solara.Element]) -> None:
    """Show a page below the bar."""
    provide_visit()
    router = solara.use_router()
    current, routes = solara.use_route()
    query = f"?{router.search}" if router.search else ""
    solara.Style(STYLES)
    with solara.Div(classes=["khabur-shell"]):
        with solara.v.Toolbar(dense=True, flat=True, class_="khabur-bar"):
            with solara.Link("/" + query):
                solara.Text("Khabur", classes=["khabur-name"])
            with solara.Div(classes=["khabur-ways"]):
                for route in routes:
                    address = "/" if route.path == "/" else f"/{route.path}"
                    with solara.Link(address + query):
                        here = ["khabur-way--here"] if route is current else []
                        classes = ["khabur-way", *here]
                        solara.Button(route.label, text=True, small=True, classes=classes)
            solara.v.Spacer()
            with solara.Div(attributes={"title": "Light, dark, or as your system has it"}):
                ThemeToggle()
        solara.Div(children=children, classes=["khabur-below"])
