"""Measures of supply lines: named chains of places, open while one side holds all of them.

Where the run records ``lines_open`` (with the ids of the lines in ``lines``), a line is told by
its id, ``line``. Otherwise, or on request, its ``places`` are given, with the ``faction`` whose
line it is and the ``allies`` that may hold places of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import OutcomeError, OutcomeFault, measure
from sim.outcomes.selection import (
    day_index,
    days_between,
    days_from_start,
    held_over_time,
    index_of,
    place_indices,
    recorded,
    side_of,
)
from sim.outcomes.values import OutcomeValues, outcome_values

_LINE = {"line": "line", "places": "places", "faction": "faction", "allies": "factions"}
_ONE_OF = (("line",), ("places", "faction"))


def line_open(
    history: History,
    *,
    line: str | None = None,
    places: Sequence[str] | None = None,
    faction: str | None = None,
    allies: Sequence[str] = (),
) -> NDArray[np.bool_]:
    """Return when a line is open, bool of shape ``[D + 1, R]``; row 0 is before day 0.

    What the run recorded of a line does not tell how it was before day 0: it is taken to have
    been as it was at the end of day 0.

    Raises
    ------
    OutcomeError
        If neither the line nor its places and faction are given, or the run records no lines.
    """
    if line is not None:
        by_day = recorded(history, "lines_open").astype(np.bool_)
        number = index_of("line", line, recorded_lines(history))
        return np.concatenate([by_day[:1, :, number], by_day[:, :, number]])
    if places is None or faction is None:
        needed = "a line, or its places and its faction"
        raise OutcomeError([OutcomeFault("line", "nothing", needed)])
    side = side_of(history, faction, allies)
    held = held_over_time(history, place_indices(history, places), side)
    return np.all(held, axis=2)


def recorded_lines(history: History) -> tuple[str, ...]:
    """Return the ids of the lines that a run records, none if it records none."""
    return tuple(getattr(history, "lines", None) or ())


@measure("date", required={}, optional={**_LINE, "since": "date"}, one_of=_ONE_OF)
def line_first_cut(
    history: History, *, since: date | str | None = None, **which: str | Sequence[str]
) -> OutcomeValues:
    """Return the first day at whose end a supply line is cut, having been open the day before.

    "Not by the end" if it never was: a line that is closed from the start and never opened is
    not cut in the run. Days before ``since`` do not count.
    """
    is_open = line_open(history, **which)  # type: ignore[arg-type]
    cut = is_open[:-1] & ~is_open[1:]
    if since is not None:
        cut[: max(0, days_from_start(history, since, "since"))] = False
    if history.days == 0:
        nothing = np.zeros(history.replicates, np.int64)
        return outcome_values("date", nothing, nothing > 0)
    return outcome_values("date", cut.argmax(axis=0), cut.any(axis=0))


@measure(
    "number", required={}, optional={**_LINE, "since": "date", "until": "date"}, one_of=_ONE_OF
)
def line_days_open(
    history: History,
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    **which: str | Sequence[str],
) -> OutcomeValues:
    """Count the days at whose end a supply line is open, between two dates if given."""
    is_open = line_open(history, **which)[1:]  # type: ignore[arg-type]
    return outcome_values(
        "number", np.count_nonzero(is_open & days_between(history, since, until), axis=0)
    )


@measure("truth", required={}, optional={**_LINE, "date": "date"}, one_of=_ONE_OF)
def line_is_open(
    history: History, *, date: date | str | None = None, **which: str | Sequence[str]
) -> OutcomeValues:
    """Say whether a supply line is open on a date, or on the last day recorded.

    "Not by the end" on a day that is not recorded.
    """
    day = day_index(history, date)
    is_open = line_open(history, **which)  # type: ignore[arg-type]
    if day is None:
        nothing = np.zeros(history.replicates, np.bool_)
        return outcome_values("truth", nothing, nothing)
    return outcome_values("truth", is_open[day + 1])
