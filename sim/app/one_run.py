"""The run that a page shows: simulated by the pool, then read day by day, or kept from before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.app.day_sheets import batches_of_days, day_sheets, merged
from sim.app.errands import DroppedError, Errand, use_errand
from sim.app.fitted import fitted_key
from sim.app.keeping import Kept
from sim.app.messages import sentence_of
from sim.app.simulating import simulated
from sim.app.view import first_day
from sim.app.workers import shared_workers

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.engine.posterior import ScenarioPosterior
    from sim.scenario.schema import Scenario

MOST_KEPT = 24
"""Runs that are kept, of 0.3 to 4 MB each."""

MOST_KEPT_BYTES = 100_000_000

Key = tuple[Any, ...]


@dataclass(frozen=True)
class OneRun:
    """A run as far as it is there.

    Attributes
    ----------
    key : tuple
        What was asked for.
    recording, sheets : dict
        Empty until they are there; sheets grow.
    packed : bytes
        The whole record, for a download; it stays on the server.
    fault : str
        Why there is none, in a sentence.
    """

    key: Key = ()
    recording: dict[str, Any] = field(default_factory=dict)
    sheets: dict[str, Any] = field(default_factory=dict)
    packed: bytes = b""
    fault: str = ""


_kept: Kept[OneRun] = Kept(MOST_KEPT, MOST_KEPT_BYTES)


def key_of(scenario: Scenario, view: View, fitted: ScenarioPosterior | None) -> Key:
    """Return what tells one run from another: all that it is made of."""
    values = tuple(view.parameters.items())
    luck = (view.seed, view.replicate)
    return (scenario.name, scenario.hash, *luck, values, fitted_key(fitted))


def use_one_run(scenario: Scenario, view: View, fitted: ScenarioPosterior | None) -> OneRun:
    """Return the run of a view, as far as it is there; the page is drawn again as it grows.

    Parameters
    ----------
    scenario : Scenario
        The one that the view names.
    view : View
        Its seed, replicate and parameters count; its day is read first.
    fitted : ScenarioPosterior or None
        Where the other parameters are drawn from.
    """
    key = key_of(scenario, view, fitted)

    def work(errand: Errand[OneRun]) -> None:
        try:
            run = _kept.get(key) or _recorded(key, errand, scenario, view, fitted)
            errand.show(run)
            if not run.sheets.get("complete"):
                _read_days(run, errand, first_day(scenario, view))
        except DroppedError:
            raise
        except Exception as fault:
            errand.show(OneRun(key, fault=sentence_of(fault)))

    shown = use_errand(work, [key])
    return shown if shown is not None and shown.key == key else OneRun(key)


def _recorded(
    key: Key,
    errand: Errand[OneRun],
    scenario: Scenario,
    view: View,
    fitted: ScenarioPosterior | None,
) -> OneRun:
    recorded = errand.answer(shared_workers().submit(simulated, scenario, view, fitted))
    run = OneRun(key, recorded.recording, {}, recorded.packed)
    _kept.put(key, run)
    return run


def _read_days(run: OneRun, errand: Errand[OneRun], shown: int) -> None:
    """Have the days read in batches, one job each, so that other visitors get their turn."""
    days = int(run.recording["days"])
    for batch in batches_of_days(days, shown=shown):
        sheets = errand.answer(shared_workers().submit(day_sheets, run.packed, batch))
        run = replace(run, sheets=merged(run.sheets, sheets, days))
        errand.show(run)
    _kept.put(run.key, run)
