"""The ensemble that a page shows: parts come in from the pool, or it is kept from before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import solara

from sim.app.future_runs import FuturesRun
from sim.app.futures import Wish
from sim.app.keeping import Kept
from sim.app.worker_process import WorkerDiedError
from sim.app.workers import shared_workers
from sim.engine.posterior import posterior_of

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.scenario.schema import Scenario

MOST_KEPT = 24
"""Ensembles that are kept, of 50 to 500 KB each."""

_kept: Kept[dict[str, Any]] = Kept(MOST_KEPT)


def wish_of(scenario: Scenario, view: View) -> Wish:
    """Return the ensemble that a view asks for, of a scenario.

    Raises
    ------
    ScenarioError
        If there are no fitted parameters, or they do not fit.
    """
    return Wish(
        scenario=scenario,
        seed=view.seed,
        replicates=view.replicates,
        parameters=known_parameters(scenario, view),
        posterior=posterior_of(scenario, view.posterior),
        label=scenario.title,
    )


def known_parameters(scenario: Scenario, view: View) -> dict[str, float]:
    """Return the view's values of the parameters that a scenario has."""
    return {name: value for name, value in view.parameters.items() if name in scenario.parameters}


def use_many_runs(wish: Wish | None) -> tuple[dict[str, Any], str]:
    """Return the futures of an ensemble as far as they are there, and why there are none.

    What was shown before stays until the first part of a new ensemble has come in, so that charts
    change without a blank between them. Without a wish there is nothing.
    """
    key = None if wish is None else (wish.key, wish.replicates)
    nothing: tuple[dict[str, Any], str] = ({}, "")
    shown, show = solara.use_state(nothing)

    def work(cancel: threading.Event) -> None:
        if wish is None:
            show(nothing)
        elif (kept := _kept.get(key)) is not None:
            show((kept, ""))
        else:
            _follow(wish, cancel, show)

    solara.use_thread(work, dependencies=[key], intrusive_cancel=False)
    return nothing if wish is None else shown


def _follow(wish: Wish, cancel: threading.Event, show: Any) -> None:
    run = FuturesRun(wish, shared_workers())
    over = threading.Event()

    def drop_when_cancelled() -> None:
        while not over.wait(0.05):
            if cancel.is_set():
                run.drop()
                return

    threading.Thread(target=drop_when_cancelled, daemon=True).start()
    try:
        for futures in run:
            if cancel.is_set():
                return
            show((futures, ""))
            if futures["done"] == wish.replicates:
                _kept.put((wish.key, wish.replicates), futures)
    except WorkerDiedError:
        show(({}, "The ensemble could not be simulated: a process died twice."))
    except (ValueError, LookupError) as fault:
        show(({}, str(fault)))
    finally:
        over.set()
