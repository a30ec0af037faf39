"""The ensemble that a page shows: parts come in from the pool, or it is kept from before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.app.errands import Errand, use_errand
from sim.app.fitted import fitted_key
from sim.app.future_runs import FuturesRun
from sim.app.futures import Wish
from sim.app.keeping import Kept
from sim.app.messages import sentence_of
from sim.app.workers import shared_workers

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.engine.posterior import ScenarioPosterior
    from sim.scenario.schema import Scenario

MOST_KEPT = 24
"""Ensembles that are kept, of 50 to 500 KB each."""

MOST_KEPT_BYTES = 50_000_000

Key = tuple[Any, ...]


@dataclass(frozen=True)
class ManyRuns:
    """An ensemble as far as it is there.

    Attributes
    ----------
    key : tuple
        What was asked for.
    theatre : tuple
        Name and hash of the scenario.
    futures : dict
        Empty until the first part is there.
    fault : str
        Why there is none, in a sentence.
    """

    key: Key = ()
    theatre: tuple[str, str] = ("", "")
    futures: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


_kept: Kept[ManyRuns] = Kept(MOST_KEPT, MOST_KEPT_BYTES)


def wish_of(scenario: Scenario, view: View, fitted: ScenarioPosterior | None) -> Wish:
    """Return the ensemble that a view asks for, of a scenario."""
    return Wish(
        scenario=scenario,
        seed=view.seed,
        replicates=view.replicates,
        parameters=known_parameters(scenario, view),
        posterior=fitted,
        label=scenario.title,
    )


def known_parameters(scenario: Scenario, view: View) -> dict[str, float]:
    """Return the view's values of the parameters that a scenario has."""
    return {name: value for name, value in view.parameters.items() if name in scenario.parameters}


def key_of(wish: Wish) -> Key:
    """Return what tells one ensemble from another: all that it is made of, and its size."""
    return (wish.key, fitted_key(wish.posterior), wish.replicates)


def use_many_runs(wish: Wish | None) -> ManyRuns:
    """Return an ensemble as far as it is there; the page is drawn again as parts come in.

    What was shown of the same scenario stays until the first part of a new ensemble has come in,
    so that charts change without a blank between them. Without a wish there is nothing.
    """
    key = () if wish is None else key_of(wish)
    theatre = ("", "") if wish is None else (wish.scenario.name, wish.scenario.hash)

    def work(errand: Errand[ManyRuns]) -> None:
        if wish is None:
            errand.show(ManyRuns())
        elif (kept := _kept.get(key)) is not None:
            errand.show(kept)
        else:
            _follow(wish, ManyRuns(key, theatre), errand)

    shown = use_errand(work, [key])
    if shown is None or shown.theatre != theatre:
        return ManyRuns(key, theatre)
    if shown.fault and shown.key != key:  # it speaks of what nobody asks for any more
        return ManyRuns(key, theatre)
    return shown


def _follow(wish: Wish, nothing: ManyRuns, errand: Errand[ManyRuns]) -> None:
    """Show an ensemble as it grows, and keep it when it is whole."""
    try:
        run = FuturesRun(wish, shared_workers())
        with errand.dropping(run.drop):
            for futures in run:
                many = ManyRuns(nothing.key, nothing.theatre, futures)
                errand.show(many)
                if futures["done"] == wish.replicates:
                    _kept.put(nothing.key, many)
    except Exception as fault:
        errand.show(ManyRuns(nothing.key, nothing.theatre, fault=sentence_of(fault)))
