"""The run that a page shows: simulated by the pool, then read day by day, or kept from before."""

from __future__ import annotations

import threading
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import solara

from sim.app.day_sheets import batches_of_days, day_sheets, merged
from sim.app.keeping import Kept
from sim.app.simulating import simulated
from sim.app.worker_process import WorkerDiedError
from sim.app.workers import Job, shared_workers

if TYPE_CHECKING:
    from sim.app.view import View
    from sim.scenario.schema import Scenario

T = TypeVar("T")

MOST_KEPT = 24
"""Runs that are kept, of 0.3 to 3 MB each."""

_ASK_EVERY_SECONDS = 0.1  # while something is worked out, and only then


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
        The whole record, for a download.
    fault : str
        Why there is none, in a sentence.
    """

    key: tuple[Any, ...] = ()
    recording: dict[str, Any] = field(default_factory=dict)
    sheets: dict[str, Any] = field(default_factory=dict)
    packed: bytes = b""
    fault: str = ""


_kept: Kept[OneRun] = Kept(MOST_KEPT)


def key_of(scenario: Scenario, view: View) -> tuple[Any, ...]:
    """Return what tells one run from another."""
    values = tuple(view.parameters.items())
    return (scenario.name, scenario.hash, view.seed, view.replicate, values, view.posterior)


def use_one_run(scenario: Scenario, view: View) -> OneRun:
    """Return the run of a view, as far as it is there; the page is drawn again as it grows."""
    key = key_of(scenario, view)
    shown, show = solara.use_state(OneRun())

    def work(cancel: threading.Event) -> None:
        kept = _kept.get(key)
        if kept is not None:
            show(kept)
            if kept.sheets.get("complete"):
                return
        try:
            run = kept or _recorded(key, scenario, view, cancel)
            show(run)
            _read_days(run, cancel, show)
        except DroppedError:
            return
        except WorkerDiedError:
            show(OneRun(key, fault="The run could not be simulated: its process died twice."))
        except (ValueError, LookupError) as fault:
            show(OneRun(key, fault=str(fault)))

    solara.use_thread(work, dependencies=[key], intrusive_cancel=False)
    return shown if shown.key == key else OneRun(key)


class DroppedError(Exception):
    """Nobody waits any more: the visitor went on to something else."""


def answer(job: Job[T], cancel: threading.Event) -> T:
    """Wait for a job of the pool.

    Raises
    ------
    DroppedError
        If ``cancel`` is set first; the job is dropped.
    """
    while True:
        try:
            return job.result(timeout=_ASK_EVERY_SECONDS)
        except NotYet:
            if cancel.is_set():
                job.drop()
                raise DroppedError from None


def _recorded(
    key: tuple[Any, ...], scenario: Scenario, view: View, cancel: threading.Event
) -> OneRun:
    recorded = answer(shared_workers().submit(simulated, scenario, view), cancel)
    run = OneRun(key, recorded.recording, {}, recorded.packed)
    _kept.put(key, run)
    return run


def _read_days(run: OneRun, cancel: threading.Event, show: Any) -> None:
    """Have the days read in batches, one job each, so that other visitors get their turn."""
    days = int(run.recording["days"])
    for batch in batches_of_days(days):
        sheets = answer(shared_workers().submit(day_sheets, run.packed, batch), cancel)
        run = replace(run, sheets=merged(run.sheets, sheets, days))
        show(run)
    _kept.put(run.key, run)
