"""What an objective is worth to a commander."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.forces.side import Side
from sim.state.elementary import log, normal_quantile

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

NOT_AN_OBJECTIVE = -1e9
SUCCESS_MEMORY_DAYS = 5  # estimate, 2 to 10


def score(
    side: Side, rows: Int64, available: Bool, candidates: Bool, preference: Float64
) -> Float64:
    """Score objectives for some replicates.

    The score of a place is, with all terms on a logarithmic scale,

        ln(value) + ln(chance of success) - nearest unit's road / reach + taste
        - air_avoidance * recent strikes + success_bonus (beside a recent capture) + preference

    The chance of success is ``G^2 / (G^2 + (caution * E)^2)``: G the fighters who can be gathered,
    each counting less in proportion to its road over the kind's reach, and more by
    ``air_confidence`` where air support is to be had; E the enemy's believed strength.

    Parameters
    ----------
    rows : int64 array, shape ``[n]``
        Replicate rows.
    available : bool array, shape ``[R, M]``
        Members who can be sent.
    candidates, preference : bool and float64 arrays, shape ``[R, P]``
        Which places may be chosen; what the kind adds to their score.

    Returns
    -------
    float64 array, shape ``[n, P]``; ``NOT_AN_OBJECTIVE`` where a place may not be chosen.
    """
    gathered, nearest_m = _within_reach(side, rows, available)
    gathered = gathered * (1.0 + side.number("air_confidence") * side.air_support)[rows]
    reach_m = 1000.0 * side.number("reach_km")[rows]
    chance = _chance_of_success(side, rows, gathered)
    value = (
        log(np.maximum(side.theatre.value, 1e-6))
        + log(np.maximum(chance, 1e-12))
        - nearest_m / reach_m
        + side.number("taste_sigma")[rows] * _taste(side, rows)
        - side.number("air_avoidance")[rows] * side.struck[rows] / 1000.0
        + side.number("success_bonus")[rows] * _beside_success(side, rows)
        + preference[rows]
    )
    least = side.number("least_chance_of_success")[rows]
    possible = candidates[rows] & (nearest_m < reach_m) & (chance >= least)
    return np.where(possible, value, NOT_AN_OBJECTIVE)


def _within_reach(side: Side, rows: Int64, available: Bool) -> tuple[Float64, Float64]:
    """Return the discounted fighters who can be gathered for each place, and the nearest's road."""
    # A replicate has free members in a few places only: work on (replicate, place) pairs.
    at_places = side.sum_at_places(side.strength, available)[rows]
    row, here = np.nonzero(at_places)
    first = np.searchsorted(row, np.arange(len(rows)))  # each row has someone available
    road_m = side.road_m[rows[row], here]
    reach_m = 1000.0 * side.number("reach_km")[rows[row]]
    # Whole thousandths, so that the sum is exact in any order.
    weight = np.rint(1000.0 * np.maximum(1.0 - road_m / reach_m, 0.0))
    weight *= at_places[row, here][:, None]
    gathered = np.add.reduceat(weight, first, axis=0) / 1000.0
    nearest_m = np.minimum.reduceat(road_m, first, axis=0).astype(np.float64)
    return gathered, nearest_m


def _chance_of_success(side: Side, rows: Int64, gathered: Float64) -> Float64:
    enemy = side.number("caution")[rows] * np.maximum(side.enemies[rows], 1.0)
    ours, theirs = gathered * gathered, enemy * enemy
    return ours / (ours + theirs)


def _taste(side: Side, rows: Int64) -> Float64:
    """Draw a commander's liking for each place, standard normal, fresh every week; ``[n, P]``."""
    return side.weekly("forces.taste", normal_quantile)[rows]


def _beside_success(side: Side, rows: Int64) -> Bool:
    recent = side.held & (side.day - side.changed_day <= SUCCESS_MEMORY_DAYS)
    return side.any_beside(recent[rows])
