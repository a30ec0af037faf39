"""Dated reports: what each observer published, in its words, with the truth beside it.

A report is a dict with the keys of the table ``reports``: ``day``, ``observer`` (``monitor`` or
``state_media of FACTION``), ``about`` (a faction), ``place``, ``what``, ``number``, ``words`` and
``true_number``. What each of them means is in docs/observers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.observers.state_media import Claims
from sim.observers.wording import at_least, counted, in_words
from sim.outcomes.history import History

Report = dict[str, Any]

MONITOR = "monitor"

# What is counted: of the monitor the field of the history that it publishes and the true one.
COUNTED = {
    "killed": ("reported_killed", "killed"),
    "children_killed": ("reported_children", "children_killed"),
    "car_bombs": ("car_bombs", "car_bombs"),
    "foot_bombers": ("foot_bombers", "foot_bombers"),
}

# One and more of what is counted, and what is said of it.
NOUNS = {
    "killed": ("fighter", "fighters", " killed"),
    "children_killed": ("child", "children", " killed"),
    "car_bombs": ("car bomb", "car bombs", ""),
    "foot_bombers": ("bomber on foot", "bombers on foot", ""),
}


def state_media(faction: str) -> str:
    """Return the name of the observer that a faction's media are."""
    return f"state_media of {faction}"


def monitor_reports(history: History) -> list[Report]:
    """Return all that the monitor published in a run, by day.

    The dead come late and in part, as :mod:`sim.observers.monitor` has them. Bombs that went to
    a place and changes of hands are heard of by all, on the day.

    Parameters
    ----------
    history : History
        Only its first replicate is read.
    """
    rows = [row for what in COUNTED for row in _counts(history, what)]
    rows += _captures(history)
    rows.sort(key=lambda row: row["day"])  # stable: within a day in the order above
    return rows


def _counts(history: History, what: str) -> Iterator[Report]:
    """Yield one report for each day, faction and place of which a count was published."""
    published, truth = (getattr(history, name)[:, 0] for name in COUNTED[what])
    so_far = truth.cumsum(axis=0)
    told = np.zeros(truth.shape[1:], dtype=np.int64)
    for day, faction, place in np.argwhere(published).tolist():
        now = int(so_far[day, faction, place])
        number = int(published[day, faction, place])
        yield {
            "day": day,
            "observer": MONITOR,
            "about": history.factions[faction],
            "place": history.places[place],
            "what": what,
            "number": float(number),
            "words": _said(what, number, at_least),
            "true_number": float(now - told[faction, place]),
        }
        told[faction, place] = now


def _captures(history: History) -> Iterator[Report]:
    """Yield one report for each day and place that came into a faction's hands."""
    before = np.concatenate([history.initial_controller[None, 0], history.controller[:, 0]])
    changed = (before[1:] != before[:-1]) & (before[1:] >= 0)
    for day, place in np.argwhere(changed).tolist():
        faction = history.factions[int(before[day + 1, place])]
        yield _event(day, MONITOR, faction, history.places[place], "captured", True)


def media_reports(
    claims: Claims, row: int, day: int, factions: Sequence[str], places: Sequence[str]
) -> list[Report]:
    """Return what the media of all factions publish on a day in one replicate.

    Parameters
    ----------
    claims : Claims
    row : int
        Row of the batch.
    day : int
    factions, places : sequence of str
        Names in the order of the axes.
    """
    rows: list[Report] = []
    for teller, name in enumerate(factions):
        rows += _claims_of(claims, row, day, teller, state_media(name), factions, places)
    return rows


def _claims_of(
    claims: Claims,
    row: int,
    day: int,
    teller: int,
    observer: str,
    factions: Sequence[str],
    places: Sequence[str],
) -> Iterator[Report]:
    killed, truly = claims.killed[row, teller], claims.truly_killed[row, teller]
    for about, place in np.argwhere(killed).tolist():
        number = int(killed[about, place])
        yield {
            "day": day,
            "observer": observer,
            "about": factions[about],
            "place": places[place],
            "what": "killed",
            "number": float(number),
            "words": _said("killed", number, in_words),
            "true_number": float(truly[about, place]),
        }
    said: tuple[tuple[str, NDArray[np.bool_], NDArray[np.bool_]], ...] = (
        ("captured", claims.captured[row, teller], claims.holds[row, teller]),
        ("cleared", claims.cleared[row, teller], claims.alone[row, teller]),
    )
    for what, claimed, true in said:
        for place in np.flatnonzero(claimed).tolist():
            yield _event(day, observer, factions[teller], places[place], what, bool(true[place]))


def _event(day: int, observer: str, about: str, place: str, what: str, true: bool) -> Report:
    """Return the report that a side has taken or cleared a place; 1 is yes, 0 is no."""
    return {
        "day": day,
        "observer": observer,
        "about": about,
        "place": place,
        "what": what,
        "number": 1.0,
        "words": what,
        "true_number": float(true),
    }


def _said(what: str, number: int, word: Callable[[int], str]) -> str:
    one, more, then = NOUNS[what]
    return counted(word(number), one, more) + then
