"""Who held the places of the record in a run: what changed hands, when, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validation.record import SIDES, Change, Place
from sim.experiments.validation.scores import (
    brier_score,
    brier_score_of_categories,
    log_score,
    roc_area,
    share_right_among_likeliest,
    smoothed,
)
from sim.outcomes.history import History
from sim.outcomes.measures_control import holders_over_time
from sim.outcomes.selection import place_indices

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Holdings = NDArray[np.uint8]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def sides_of(scenario: Scenario) -> dict[str, int]:
    """Return the bit of the side that each faction belongs to: its own, or that of an ally."""
    bits = {}
    for faction in scenario.factions:
        allied = [
            bit
            for bit, side in enumerate(SIDES)
            if side in scenario.factions and scenario.stance(faction, side) == "allied"
        ]
        if allied:
            bits[faction] = allied[0]
    return bits


def places_in(scenario: Scenario, places: Sequence[Place]) -> list[Place]:
    """Return the places of the record that a scenario has, held at its start as in the record.

    Of a place that stands for several, those that the scenario has count.
    """
    bits = sides_of(scenario)
    holder = {row.place: row.controller for row in scenario.control}
    contested = {row.place: row.contested_by for row in scenario.control}
    found = []
    for place in places:
        held = 0
        for name in place.stands_for:
            for faction in (holder.get(name), contested.get(name)):
                held |= 1 << bits[faction] if faction in bits else 0
        if held and held == place.last_known(scenario.start):
            found.append(place)
    return found


def holdings(history: History, places: Sequence[Place], sides: Mapping[str, int]) -> Holdings:
    """Return who holds the places of the record, uint8 of shape ``[R, D + 1, places]``.

    Row 0 is before day 0. Days on which nobody holds a place count as its latest holder's.
    """
    bit_of = np.zeros(len(history.factions) + 1, np.uint8)  # the last is for nobody
    for faction, bit in sides.items():
        bit_of[history.factions.index(faction)] = 1 << bit
    known = set(history.places)
    held = np.zeros((history.replicates, history.days + 1, len(places)), np.uint8)
    for column, place in enumerate(places):
        chosen = place_indices(history, [name for name in place.stands_for if name in known])
        bits = bit_of[holders_over_time(history, chosen)]
        held[:, :, column] = np.bitwise_or.reduce(bits, axis=2).T
    return held


def changed_hands(held: Holdings, days: int) -> Bool:
    """Return whether each place was ever held otherwise than at the start, bool ``[R, places]``."""
    return np.any(held[:, 1 : days + 1] != held[:, :1], axis=1)


def first_days(held: Holdings, places: Sequence[Place], changes: Sequence[Change]) -> Float64:
    """Return the day index of each recorded change in each replicate, ``[R, changes]``.

    The n-th day at whose end the taker alone holds a place of which the loser held all or a part
    the day before. Infinity where that never came.
    """
    column = {place.name: number for number, place in enumerate(places)}
    found = np.full((len(held), len(changes)), np.inf)
    for number, change in enumerate(changes):
        place = held[:, :, column[change.place]]
        passed = (place[:, :-1] & change.loser > 0) & (place[:, 1:] == change.taker)
        enough = np.cumsum(passed, axis=1) >= change.nth
        there = enough.any(axis=1)
        found[there, number] = enough[there].argmax(axis=1)
    return found


def pairs_to_order(changes: Sequence[Change]) -> Bool:
    """Return which pairs of changes can be ordered, bool ``[changes, changes]``.

    Not those of one place, whose order is no luck, nor those that may have come on one day.
    """
    return np.array(
        [
            [
                a.place != b.place and (a.latest < b.earliest or b.latest < a.earliest)
                for b in changes
            ]
            for a in changes
        ],
        np.bool_,
    ).reshape(len(changes), len(changes))


@dataclass(frozen=True)
class Forecast:
    """What somebody says of whether places change hands, and how it fares.

    Attributes
    ----------
    who : str
    brier, log : float
        Lower is better.
    area : float
        Area under the ROC curve.
    right : float
        Share right among the n likeliest, n being how many changed.
    """

    who: str
    brier: float
    log: float
    area: float
    right: float


def forecasts(
    changed: Bool, recorded: Bool, at_the_front: Bool, draws: int | None = None
) -> list[Forecast]:
    """Score the ensemble and three simple forecasts of which places change hands.

    Parameters
    ----------
    changed : bool array, shape ``[R, places]``
    recorded, at_the_front : bool arrays, shape ``[places]``
        Whether the place changed hands; whether a road joins it to an enemy's at the start.
    draws : int, optional
        R, if not the length of ``changed``.

    Notes
    -----
    The base rates are those of the record itself, known only in hindsight: no forecast that
    gives the same to all places does better. Log scores are of smoothed shares, see
    :func:`~sim.experiments.validation.scores.smoothed`.
    """
    number = draws or len(changed)
    share = changed.mean(axis=0)
    nobody = np.zeros(len(recorded))
    base = np.full(len(recorded), recorded.mean())
    front = np.empty(len(recorded))
    for there in (True, False):
        chosen = at_the_front == there
        front[chosen] = recorded[chosen].mean() if chosen.any() else 0.0
    rows = [
        ("the model", share),
        ("nothing changes", nobody),
        ("base rate", base),
        ("base rate by front", front),
    ]
    return [
        Forecast(
            who,
            brier_score(chance, recorded),
            log_score(smoothed(chance * number, number), recorded),
            roc_area(chance, recorded),
            share_right_among_likeliest(chance, recorded),
        )
        for who, chance in rows
    ]


def at_the_front(scenario: Scenario, places: Sequence[Place]) -> Bool:
    """Return whether an enemy's place lies next along an open road, or inside; ``[places]``."""
    holder = {row.place: row.controller for row in scenario.control}
    contested = {row.place for row in scenario.control if row.contested_by}

    def hostile(a: str, b: str) -> bool:
        x, y = holder.get(a), holder.get(b)
        return bool(x and y and scenario.stance(x, y) == "hostile")

    near: dict[str, set[str]] = {}
    for route in scenario.routes:
        if route.open:
            near.setdefault(route.a, set()).add(route.b)
            near.setdefault(route.b, set()).add(route.a)
    return np.array(
        [
            any(
                name in contested or any(hostile(name, other) for other in near.get(name, ()))
                for name in place.stands_for
            )
            for place in places
        ],
        np.bool_,
    )


@dataclass(frozen=True)
class Situation:
    """Who held the places on a date: shares right and Brier scores, by forecast.

    Attributes
    ----------
    day : date
    places : int
        Of how many places the record tells it.
    changed : int
        How many of them were in other hands than at the start.
    right : float
        Share that the holder found in most draws is right.
    chance : float
        Mean chance that the draws give to the recorded holder.
    brier : float
        Of the draws; halved, 0 is best.
    unchanged_brier : float
        The same if nothing had changed: the share of places that had.
    """

    day: date
    places: int
    changed: int
    right: float
    chance: float
    brier: float
    unchanged_brier: float


def situation(held: Holdings, places: Sequence[Place], start: date, day: date) -> Situation:
    """Score who holds the places at the end of a day."""
    told = [(column, place.holding(day)) for column, place in enumerate(places)]
    columns = [column for column, holding in told if holding is not None]
    recorded = np.array([holding for _, holding in told if holding is not None], np.int64)
    now = held[:, (day - start).days + 1][:, columns]
    chance = np.stack([np.bincount(now[:, i], minlength=16) for i in range(len(columns))]) / len(
        now
    )
    before = held[0, 0, columns]
    given = chance[np.arange(len(columns)), recorded]
    return Situation(
        day=day,
        places=len(columns),
        changed=int(np.count_nonzero(before != recorded)),
        right=float(np.mean(chance.argmax(axis=1) == recorded)),
        chance=float(given.mean()),
        brier=brier_score_of_categories(chance, recorded),
        unchanged_brier=float(np.mean(before != recorded)),
    )
