"""What belongs to one visitor: the scenarios that they brought, and the view that they look at.

The address is the view: a page reads it from there, and a change goes there. So any address can
be sent to somebody else, and the browser's own back button works.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import TYPE_CHECKING, Any

import solara

from sim.app.links import LinkFault, link_of, view_of
from sim.app.unzipping import UploadError
from sim.app.uploads import Uploads
from sim.app.view import View, first_scenario, shipped_scenario

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Go = Callable[..., None]


@dataclass(frozen=True, eq=False)
class Visit:
    """One visitor's own things; nobody else's page sees them.

    Attributes
    ----------
    uploads : reactive mapping of name to Scenario
        Scenarios that the visitor brought.
    home : Uploads
        Their folders.
    """

    uploads: solara.Reactive[Mapping[str, Scenario]]
    home: Uploads
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def take_in(self, data: bytes, name: str) -> Scenario:
        """Return the scenario of a zip that the visitor brought; it can be chosen from now on.

        Raises
        ------
        UploadError
            If it cannot be used, in sentences.
        """
        try:
            with self._one_at_a_time:
                scenario = self.home.add(data, name)
                known = {**self.uploads.peek(), scenario.name: scenario}
                self.uploads.set(known)
        except OSError as fault:  # the disk is full, or the session ended meanwhile
            raise UploadError(f"The server could not keep the files ({fault.strerror}).") from None
        return scenario

    def close(self) -> None:
        """Remove the folders, once nothing is written there any more."""
        with self._one_at_a_time:
            self.home.close()

    def scenario(self, name: str) -> Scenario:
        """Return a scenario by name, the visitor's own before those that ship.

        Raises
        ------
        LookupError
            If there is none of that name.
        """
        own = self.uploads.value.get(name)
        return shipped_scenario(name) if own is None else own


_visit: Any = solara.create_context(None)


def provide_visit() -> Visit:
    """Make the visit of a session; for the layout around all pages, and there alone."""
    # By identity: a scenario that is brought again may be equal, and have another fit beside it.
    uploads: solara.Reactive[Mapping[str, Scenario]] = solara.use_reactive({}, equals=is_)
    visit = solara.use_memo(lambda: Visit(uploads, Uploads()), [])
    solara.use_effect(lambda: visit.close, [])  # when the session ends
    _visit.provide(visit)
    return visit


def use_visit() -> Visit:
    """Return the visit that the page is part of."""
    visit = solara.use_context(_visit)
    if visit is None:
        raise RuntimeError("a page of the app was shown without the layout around it")
    found: Visit = visit
    return found


def use_view() -> tuple[View, LinkFault | None]:
    """Return what the address asks for, and what is wrong with it.

    Where something is wrong the view is that of the first scenario.
    """
    visit, router = use_visit(), solara.use_router()
    uploads = visit.uploads.value
    folders = [each.folders for each in uploads.values()]
    asked = solara.use_memo(lambda: view_of(router.search, uploads), [router.search, folders])
    if isinstance(asked, LinkFault):
        return View(first_scenario()), asked
    return asked, None


def use_day(asked: int, days: int, *, anew: Any) -> tuple[int, Callable[[int], None]]:
    """Return the day index where the visitor stands, and how to say that it is another.

    Parameters
    ----------
    asked : int
        Where they stand at first.
    days : int
        Days of the scenario, D.
    anew : object
        Whenever this changes they stand at ``asked`` again.
    """
    (_, day), stand = solara.use_state_or_update((anew, asked))
    last = days - 1
    return min(day, last), lambda day: stand((anew, min(max(day, 0), last)))


def use_go() -> Go:
    """Return a function that goes to a view: ``go(view)``, or ``go(view, "/ensemble")``."""
    router = solara.use_router()
    here = router.path or "/"

    def go(view: View, page: str | None = None) -> None:
        router.push(link_of(view, page or here))

    return go
