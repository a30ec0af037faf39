"""Measures that count: the dead, children among them, leaders, weapons, strength and losses.

All take the same arguments to say what is counted: ``city`` (and ``around``, ``outside``),
``during_siege_by``, ``days_after``; see :func:`sim.outcomes.selection.scope_of`. Each returns one
value a replicate.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.selection import faction_index, place_indices, scope_of, weapon_counts
from sim.outcomes.values import OutcomeValues, outcome_values

_SCOPE = {
    "city": "city",
    "around": "places",
    "outside": "truth",
    "during_siege_by": "faction",
    "days_after": "count",
}
_COUNT = {"required": {"faction": "faction"}, "optional": {"reported": "truth", **_SCOPE}}


def _total(
    history: History, faction: str, true: str, published: str, reported: bool, **scope: Any
) -> NDArray[np.int64]:
    counts: NDArray[np.int32] = getattr(history, published if reported else true)
    of_faction = counts[:, :, faction_index(history, faction)]
    return scope_of(history, **scope).total(of_faction)


@measure("number", **_COUNT)
def deaths(
    history: History, *, faction: str, reported: bool = False, **scope: Any
) -> OutcomeValues:
    """Count a faction's dead, or the dead that the monitor reported (by day of the report)."""
    total = _total(history, faction, "killed", "reported_killed", reported, **scope)
    return outcome_values("number", total)


@measure("number", **_COUNT)
def children_killed(
    history: History, *, faction: str, reported: bool = False, **scope: Any
) -> OutcomeValues:
    """Count the children among a faction's dead, true or as reported."""
    total = _total(history, faction, "children_killed", "reported_children", reported, **scope)
    return outcome_values("number", total)


@measure("number", **_COUNT)
def child_share_of_dead(
    history: History, *, faction: str, reported: bool = False, **scope: Any
) -> OutcomeValues:
    """Return the share of children among a faction's dead, 0 to 1, true or as reported.

    "Not by the end" where the faction has no dead: there is nothing to take a share of.
    """
    dead = _total(history, faction, "killed", "reported_killed", reported, **scope)
    children = _total(history, faction, "children_killed", "reported_children", reported, **scope)
    share = children / np.maximum(dead, 1)
    return outcome_values("number", share, dead > 0)


@measure("number", required={"faction": "faction", "weapon": "weapon"}, optional=_SCOPE)
def weapons_used(history: History, *, faction: str, weapon: str, **scope: Any) -> OutcomeValues:
    """Count the car bombs, foot bombers or air strikes that a faction used."""
    counts = weapon_counts(history, weapon, faction_index(history, faction))
    return outcome_values("number", scope_of(history, **scope).total(counts))


@measure("number", required={"faction": "faction"}, optional=_SCOPE)
def leaders_killed(history: History, *, faction: str, **scope: Any) -> OutcomeValues:
    """Count a faction's leaders who were killed."""
    counts = history.leaders_killed[:, :, faction_index(history, faction)]
    return outcome_values("number", scope_of(history, **scope).total(counts))


@measure("truth", required={"faction": "faction"}, optional=_SCOPE)
def headquarters_killed(history: History, *, faction: str, **scope: Any) -> OutcomeValues:
    """Say whether the head of a headquarters of the faction (a wali, a general) was killed."""
    counts = history.headquarters_killed[:, :, faction_index(history, faction)]
    return outcome_values("truth", scope_of(history, **scope).total(counts) > 0)


@measure("number", required={"faction": "faction"}, optional=_SCOPE)
def peak_strength(history: History, *, faction: str, **scope: Any) -> OutcomeValues:
    """Return the most fighters fit to fight that a faction had there at the end of a day."""
    where = scope_of(history, **scope)
    strength = history.strength[:, :, faction_index(history, faction)]
    by_day = strength[:, :, where.places].sum(axis=2, dtype=np.int64)
    return outcome_values("number", np.where(where.days, by_day, 0).max(axis=0, initial=0))


@measure("number", required={"faction": "faction"}, optional={"places": "places"})
def places_lost(
    history: History, *, faction: str, places: tuple[str, ...] | list[str] | None = None
) -> OutcomeValues:
    """Count the places that a faction held before the first day and does not hold at the end."""
    side = faction_index(history, faction)
    names = history.places if places is None else places
    chosen = place_indices(history, names)
    before = history.initial_controller[:, chosen] == side
    controller = history.controller[-1] if history.days else history.initial_controller
    lost = before & (controller[:, chosen] != side)
    return outcome_values("number", np.count_nonzero(lost, axis=1))
