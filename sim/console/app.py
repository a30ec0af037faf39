"""The command that opens the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from sim.console.guard import BadInputError, guarded

Host = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="Where to listen; 0.0.0.0 lets in others of your network."
    ),
]
Port = Annotated[
    int,
    typer.Option(metavar="NUMBER", min=0, max=65535, help="Which port; 0 takes one that is free."),
]
Browser = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Whether to open the page in your browser.")
]


def add_command(app: typer.Typer, pages: Sequence[tuple[str, str, str]]) -> None:
    """Add the command of this file.

    Parameters
    ----------
    app : typer.Typer
    pages : sequence of (path, label, "module:Component")
        Pages that the app shows beside its own.
    """
    app.command("app")(guarded(opening(pages)))


def opening(pages: Sequence[tuple[str, str, str]]) -> Callable[..., None]:
    """Return the command."""

    def open_app(host: Host = "127.0.0.1", port: Port = 8765, browser: Browser = True) -> None:
        """Watch the campaign in the browser.

        Runs, sliders and ensembles, without a network, until Ctrl-C ends it.
        """
        from sim.app.extra_pages import PageChoice
        from sim.app.serve import ServeError, serve

        chosen = [PageChoice(*page) for page in pages]
        try:
            serve(host=host, port=port, pages=chosen, browser=browser)
        except ServeError as error:
            raise BadInputError(str(error)) from None

    return open_app
