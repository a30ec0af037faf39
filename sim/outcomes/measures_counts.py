"""Measures that count: the dead, children among them, leaders, weapons, strength and losses.

All take the same arguments to say what is counted: ``city`` (and ``around``, ``outside``),
``during_siege_by``, ``days_after``, ``since``, ``until``; see
:func:`sim.outcomes.selection.scope_of`. The dead can be those of a faction and its ``allies``.
Each returns one value a replicate; "not by the end" where ``until`` is after the last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.selection import (
    faction_index,
    place_indices,
    recorded,
    scope_of,
    side_of,
    weapon_counts,
    whole_span,
)
from sim.outcomes.values import OutcomeValues, outcome_values

# What happened, and what the monitor published of it.
DEAD = ("killed", "reported_killed")
CHILDREN = ("children_killed", "reported_children")

_SCOPE = {
    "city": "city",
    "around": "places",
    "outside": "truth",
    "during_siege_by": "faction",
    "days_after": "count",
    "since": "date",
    "until": "date",
}
_FACTION = {"faction": "faction"}
_DEAD = {"reported": "truth", "allies": "factions", **_SCOPE}


def _total(
    history: History,
    faction: str,
    fields: tuple[str, str],
    reported: bool,
    allies: Sequence[str] = (),
    **scope: Any,
) -> NDArray[np.int64]:
    counts: NDArray[np.int32] = getattr(history, fields[reported])
    of_side = counts[:, :, side_of(history, faction, allies)].sum(axis=2, dtype=np.int64)
    return scope_of(history, **scope).total(of_side)


def _counted(history: History, total: NDArray[Any], scope: dict[str, Any]) -> OutcomeValues:
    known = whole_span(history, scope.get("until"))
    return outcome_values("number", total, np.full(total.shape, known))


@measure("number", required=_FACTION, optional=_DEAD)
def deaths(
    history: History, *, faction: str, reported: bool = False, **scope: Any
) -> OutcomeValues:
    """Count a faction's dead, or the dead that the monitor reported (by day of the report)."""
    return _counted(history, _total(history, faction, DEAD, reported, **scope), scope)


@measure("number", required=_FACTION, optional=_DEAD)
def children_killed(
    history: History, *, faction: str, reported: bool = False, **scope: Any
) -> OutcomeValues:
    """Count the children among a faction's dead, true or as reported."""
    return _counted(history, _total(history, faction, CHILDREN, reported, **scope), scope)


@measure("number", required=_FACTION, optional=_DEAD)
def child_share_of_dead(
    history: History, *, faction: str, reported: bool = False, **scope: Any
) -> OutcomeValues:
    """Return the share of children among a faction's dead, 0 to 1, true or as reported.

    "Not by the end" where the faction has no dead: there is nothing to take a share of.
    """
    dead = _total(history, faction, DEAD, reported, **scope)
    children = _total(history, faction, CHILDREN, reported, **scope)
    share = children / np.maximum(dead, 1)
    known = whole_span(history, scope.get("until"))
    return outcome_values("number", share, (dead > 0) & known)


@measure("number", required={"faction": "faction", "weapon": "weapon"}, optional=_SCOPE)
def weapons_used(history: History, *, faction: str, weapon: str, **scope: Any) -> OutcomeValues:
    """Count the car bombs, foot bombers or air strikes that a faction used."""
    counts = weapon_counts(history, weapon, faction_index(history, faction))
    return _counted(history, scope_of(history, **scope).total(counts), scope)


@measure("number", required=_FACTION, optional=_SCOPE)
def leaders_killed(history: History, *, faction: str, **scope: Any) -> OutcomeValues:
    """Count a faction's leaders who were killed."""
    counts = history.leaders_killed[:, :, faction_index(history, faction)]
    return _counted(history, scope_of(history, **scope).total(counts), scope)


@measure("truth", required=_FACTION, optional=_SCOPE)
def headquarters_killed(history: History, *, faction: str, **scope: Any) -> OutcomeValues:
    """Say whether the head of a headquarters of the faction (a wali, a general) was killed."""
    counts = history.headquarters_killed[:, :, faction_index(history, faction)]
    return outcome_values("truth", scope_of(history, **scope).total(counts) > 0)


@measure("number", required={}, optional=_SCOPE, records=("civilians_killed",))
def civilians_killed(history: History, **scope: Any) -> OutcomeValues:
    """Count the civilians who were killed, whoever killed them; needs ``civilians_killed``."""
    counts = recorded(history, "civilians_killed").astype(np.int64)
    return _counted(history, scope_of(history, **scope).total(counts), scope)


@measure("number", required=_FACTION, optional=_SCOPE)
def peak_strength(history: History, *, faction: str, **scope: Any) -> OutcomeValues:
    """Return the most fighters fit to fight that a faction had there at the end of a day."""
    where = scope_of(history, **scope)
    strength = history.strength[:, :, faction_index(history, faction)]
    by_day = strength[:, :, where.places].sum(axis=2, dtype=np.int64)
    return outcome_values("number", np.where(where.days, by_day, 0).max(axis=0, initial=0))


@measure("number", required=_FACTION, optional={"places": "places"})
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
