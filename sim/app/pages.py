"""The pages of the app, by address: Solara finds ``routes`` here."""

from __future__ import annotations

import solara

from sim.app.ensemble_page import EnsemblePage
from sim.app.extra_pages import component_of, extra_pages
from sim.app.mesa_page import MesaPage
from sim.app.shell import Shell
from sim.app.watch_page import WatchPage


def all_routes() -> list[solara.Route]:
    """Return the ways to all pages, those that were handed in among them."""
    return [
        solara.Route("/", component=WatchPage, label="Watch", layout=Shell),
        solara.Route("ensemble", component=EnsemblePage, label="Futures"),
        *(
            solara.Route(page.path.strip("/"), component=component_of(page), label=page.label)
            for page in extra_pages()
        ),
        solara.Route("mesa", component=MesaPage, label="Mesa"),
    ]


routes = all_routes()
