"""Measures of a campaign: towns taken, a retreat month by month, offensives, who fought whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.measures_control import holders_over_time
from sim.outcomes.measures_siege import fought_or_stood
from sim.outcomes.registry import measure
from sim.outcomes.selection import (
    days_between,
    days_from_start,
    faction_index,
    held_over_time,
    place_indices,
    side_of,
    town_indices,
    weight_of,
    whole_span,
)
from sim.outcomes.values import OutcomeValues, outcome_values

# Days before a place changes hands in which no fighting there makes it a change without a fight
# (definition of the outcome, not an estimate).
QUIET_DAYS = 7


@measure(
    "number",
    required={"faction": "faction", "towns": "towns"},
    optional={"other_than": "towns", "since": "date", "until": "date", "share": "share"},
)
def towns_taken(
    history: History,
    *,
    faction: str,
    towns: Sequence[str],
    other_than: Sequence[str] = (),
    since: date | str | None = None,
    until: date | str | None = None,
    share: float = 0.5,
) -> OutcomeValues:
    """Count the towns that a faction took between two dates, each once.

    A town is a place or a city; a city is held by who holds at least ``share`` of its built-up
    area. A town is taken on a day at whose end the faction holds it, not having held it the day
    before. Those in ``other_than`` do not count.
    """
    side = side_of(history, faction)
    counted = days_between(history, since, until)
    number = np.zeros(history.replicates, np.int64)
    for town in towns:
        if town in other_than:
            continue
        places = town_indices(history, town)
        each = held_over_time(history, places, side)
        area_m2 = weight_of(history, places, "area")
        part = np.where(each, area_m2, 0).sum(axis=2)
        held = (part >= share * int(area_m2.sum())) & each.any(axis=2)
        number += (held[1:] & ~held[:-1] & counted).any(axis=0)
    return outcome_values("number", number)


def month_ends(
    history: History, since: date | str | None, until: date | str | None
) -> NDArray[np.int64]:
    """Return the days on which a month's count is taken, as rows of a record from before day 0.

    The day before ``since`` (the day before the first if not given), every last day of a month
    after it, and ``until`` (the last day recorded if not given).
    """
    first = 0 if since is None else max(0, days_from_start(history, since, "since"))
    first = min(first, history.days)
    last = history.days if until is None else days_from_start(history, until, "until") + 1
    last = min(last, history.days)
    month_over = [
        row
        for row in range(first + 1, last)
        if (history.date(row - 1) + timedelta(days=1)).day == 1
    ]
    return np.array([first, *month_over, last] if last > first else [first], np.int64)


_WHOM = {"faction": "faction", "places": "places"}
_SPAN = {"since": "date", "until": "date"}


def _held_by_month(
    history: History,
    faction: str,
    places: Sequence[str],
    since: date | str | None,
    until: date | str | None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of :func:`month_ends` and the places held then, ``[months, R]``."""
    rows = month_ends(history, since, until)
    held = held_over_time(history, place_indices(history, places), side_of(history, faction))
    return rows, np.count_nonzero(held[rows], axis=2)


@measure("truth", required=_WHOM, optional=_SPAN)
def retreats_month_by_month(
    history: History,
    *,
    faction: str,
    places: Sequence[str],
    since: date | str | None = None,
    until: date | str | None = None,
) -> OutcomeValues:
    """Say whether the places named that a faction holds become fewer month by month.

    They are counted on the day before ``since``, at the end of each month after it, and on
    ``until``. No count may be above the one before, and the last must be below the first. "Not
    by the end" where less than one such step, or not ``until`` itself, is recorded.
    """
    _, held = _held_by_month(history, faction, places, since, until)
    never_up = (held[1:] <= held[:-1]).all(axis=0)
    known = np.full(history.replicates, len(held) > 1 and whole_span(history, until))
    return outcome_values("truth", never_up & (held[-1] < held[0]), known)


@measure("number", required=_WHOM, optional=_SPAN)
def places_a_month(
    history: History,
    *,
    faction: str,
    places: Sequence[str],
    since: date | str | None = None,
    until: date | str | None = None,
) -> OutcomeValues:
    """Return by how many of the places named a faction's hold grows in a month, on average.

    The slope of the least-squares line through the counts of :func:`retreats_month_by_month`,
    for a month of 30 days; below zero in a retreat. "Not by the end" where less than one step,
    or not ``until`` itself, is recorded.
    """
    rows, held = _held_by_month(history, faction, places, since, until)
    count = len(rows)
    # Whole numbers throughout, so that the slope is the same in any batch.
    about_x = count * rows - rows.sum()
    below = int((about_x * rows).sum())
    above = (about_x[:, None] * held).sum(axis=0)
    known = np.full(history.replicates, below > 0 and whole_span(history, until))
    return outcome_values("number", 30 * above / max(below, 1), known)


@measure(
    "date",
    required={"faction": "faction", "places": "places"},
    optional={"allies": "factions", "since": "date"},
)
def offensive_begun(
    history: History,
    *,
    faction: str,
    places: Sequence[str],
    allies: Sequence[str] = (),
    since: date | str | None = None,
) -> OutcomeValues:
    """Return the first day on which a faction (or allies) attacks one of the places named.

    It attacks where it fights or stands in an engagement in a place that it did not hold on the
    evening before. "Not by the end" if it never does. Days before ``since`` do not count.
    """
    chosen = place_indices(history, places)
    side = side_of(history, faction, allies)
    there = np.zeros((history.days, history.replicates, len(chosen)), np.bool_)
    for each in side:
        there |= fought_or_stood(history, int(each), chosen)
    before = held_over_time(history, chosen, side)[:-1]
    attacks = (there & ~before & history.engaged[:, :, chosen]).any(axis=2)
    attacks &= days_between(history, since)
    begun = attacks.any(axis=0)
    first = attacks.argmax(axis=0) if history.days else np.zeros(history.replicates, np.int64)
    return outcome_values("date", first, begun)


@measure(
    "number",
    required={"first": "faction", "second": "faction"},
    optional={"since": "date", "until": "date"},
)
def days_fought(
    history: History,
    *,
    first: str,
    second: str,
    since: date | str | None = None,
    until: date | str | None = None,
) -> OutcomeValues:
    """Count the days on which two factions fought each other and nobody else.

    Days on which both fought or stood in an engagement in some place, one of them with dead, where
    no third faction did: with a third there, the record does not tell who fought whom. A third who
    stood there the evening before counts as there: he may have fought and left.
    """
    everywhere = np.arange(len(history.places))
    pair = {faction_index(history, first, "first"), faction_index(history, second, "second")}
    dead = [history.killed[:, :, side] > 0 for side in sorted(pair)]
    there = history.engaged & np.logical_or.reduce(dead)
    for side in range(len(history.factions)):
        present = fought_or_stood(history, side, everywhere)
        if side not in pair:
            present[1:] |= history.strength[:-1, :, side] > 0
        there &= present if side in pair else ~present
    days = there.any(axis=2) & days_between(history, since, until)
    return outcome_values("number", np.count_nonzero(days, axis=0))


@measure("number", required={"taker": "faction", "loser": "faction"}, optional={"places": "places"})
def places_taken_over(
    history: History, *, taker: str, loser: str, places: Sequence[str] | None = None
) -> OutcomeValues:
    """Count the places that a faction came to hold after another without a fight, each once.

    As ``places_taken_from``, but only changes with no engagement in the place on that day or in
    the 7 days before it.
    """
    names = history.places if places is None else places
    chosen = place_indices(history, names)
    holders = holders_over_time(history, chosen)
    came = (holders[1:] == faction_index(history, taker, "taker")) & (
        holders[:-1] == faction_index(history, loser, "loser")
    )
    engaged = history.engaged[:, :, chosen]
    fights = np.concatenate([np.zeros_like(engaged[:1], np.int64), engaged.cumsum(axis=0)])
    day = np.arange(history.days)
    recent = fights[day + 1] - fights[np.maximum(day - QUIET_DAYS, 0)]
    quiet = came & (recent == 0)
    return outcome_values("number", np.count_nonzero(quiet.any(axis=0), axis=1))
