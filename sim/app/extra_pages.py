"""Pages that whoever starts the app hands in, by name: the app imports nothing above it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, NamedTuple


class PageChoice(NamedTuple):
    """A page of the app.

    Attributes
    ----------
    path : str
        Its address below the root, such as ``/calibration``.
    label : str
        What the way to it is called.
    component : str
        ``module:Component``, a Solara component without arguments.
    """

    path: str
    label: str
    component: str


_handed_in: list[PageChoice] = []


def hand_in(pages: Iterable[PageChoice]) -> None:
    """Set the extra pages; to be called before the server starts.

    Raises
    ------
    ValueError
        If a page has no address of one part, no label, or is no ``module:Component``.
    """
    chosen = [PageChoice(*page) for page in pages]
    for page in chosen:
        name = page.path.removeprefix("/")
        module, colon, component = page.component.partition(":")
        if page.path != f"/{name}" or not name.replace("-", "").isalnum() or not page.label:
            raise ValueError(f"{page} is not a page: its path must be like /calibration")
        if not (module and colon and component.isidentifier()):
            raise ValueError(f"{page} is not a page: its component must be module:Component")
    _handed_in[:] = chosen


def extra_pages() -> tuple[PageChoice, ...]:
    """Return the pages that were handed in."""
    return tuple(_handed_in)


def component_of(page: PageChoice) -> Any:
    """Import a page's module and return its component."""
    module, _, name = page.component.partition(":")
    return getattr(import_module(module), name)
