"""Who stands where: sums of units by faction and place, and the roads each faction can use."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import bit_sets, indices, pick, rows_of
from sim.state.setting import Setting
from sim.state.state import State
from sim.theatre.road_changes import close_places, open_places

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

MOST_CHANGES = 8  # places opened and closed at once; beyond it a new search is as quick


def sum_by_place(
    state: State, setting: Setting, values: NDArray, where: Bool, place: Int64 | None = None
) -> Float64:
    """Sum whole numbers of units by faction and place.

    Parameters
    ----------
    values : integer-valued array, shape ``[R, U]``
    where : bool array, shape ``[R, U]``
        Units that count.
    place : int64 array, shape ``[R, U]``, optional
        Where each unit counts; where it stands if not given.

    Returns
    -------
    float64 array, shape ``[R, F, P]``; exact, since all addends are whole numbers.
    """
    replicates, factions = state.stance.shape[:2]
    places = setting.theatre.P
    at = state.place if place is None else place
    # All units are summed, those who do not count as 0: cheaper than to pick the others out.
    total = np.bincount(
        (setting.first_cell_of_unit + at).reshape(-1),
        weights=np.multiply(values, where, dtype=np.float64).reshape(-1),
        minlength=replicates * factions * places,
    )
    return total.astype(np.float64, copy=False).reshape(replicates, factions, places)


def sum_of_units(
    state: State, setting: Setting, unit: NDArray[np.intp], values: NDArray[Any]
) -> Float64:
    """Sum whole numbers of some units, given by flat index, by faction and place.

    As :func:`sum_by_place`, for few units: ``unit`` and ``values`` have the shape ``[n]``.
    """
    replicates, factions = state.stance.shape[:2]
    places = setting.theatre.P
    cell = setting.first_cell_of_unit.take(unit) + state.place.take(unit)
    total = np.bincount(cell, weights=values, minlength=replicates * factions * places)
    return total.astype(np.float64, copy=False).reshape(replicates, factions, places)


def strength_by_place(state: State, setting: Setting) -> Float64:
    """Return the fighters of each faction who stand in each place, float64 ``[R, F, P]``."""
    return sum_by_place(state, setting, state.strength, state.standing)


def at_place_of_unit(values: NDArray, state: State) -> NDArray:
    """Read an array by place, shape ``[R, P]``, at the place of each unit; shape ``[R, U]``."""
    return pick(values, state.place)


def at_place_of_faction_unit(values: NDArray, state: State, setting: Setting) -> NDArray:
    """Read ``[R, F, P]`` at each unit's own faction and place; shape ``[R, U]``."""
    return values.reshape(-1).take(setting.first_cell_of_unit + state.place)


def hostile(state: State) -> Bool:
    """Return which factions are hostile, bool ``[R, F, F]``."""
    return state.stance < 0


def enemies_by_place(strength: Float64, state: State) -> Float64:
    """Return the fighters hostile to each faction in each place, float64 ``[R, F, P]``.

    They are added in the order of the factions, so that fractions of a fighter may be given.
    """
    enemies = np.zeros_like(strength)
    against = hostile(state)
    if not (against == against[0]).all():
        for faction in range(strength.shape[1]):
            enemies += against[:, :, faction, None] * strength[:, None, faction]
        return enemies
    # As nearly always, the factions stand to each other the same way in all replicates.
    for faction, enemy in zip(*np.nonzero(against[0]), strict=True):
        enemies[:, faction] += strength[:, enemy]
    return enemies


def enemy_fighters(strength: Float64, state: State) -> Float64:
    """Return :func:`enemies_by_place` of whole numbers, exact in whatever order they are added."""
    return np.matmul(hostile(state).astype(np.float64), strength)


def friends_by_place(strength: Float64, state: State) -> Float64:
    """Return the fighters of a faction and its allies in each place, float64 ``[R, F, P]``.

    ``strength`` is whole numbers: their sum is exact in any order.
    """
    return np.matmul((state.stance > 0).astype(np.float64), strength)


def held_by_enemy(state: State) -> Bool:
    """Return the places that a hostile faction holds, bool ``[R, F, P]``."""
    return _held_by(state.stance < 0, state)


def barred(state: State) -> Bool:
    """Return the places that a faction may not pass, bool ``[R, F, P]``.

    They are those that a hostile faction holds, or one with whom there is but a truce.
    """
    truce = state.policies.get("truce")
    apart = state.stance < 0
    return _held_by(apart if truce is None else apart | (truce > 0), state)


def held_by_friend(state: State) -> Bool:
    """Return the places that a faction or an ally of it holds, bool ``[R, F, P]``."""
    return _held_by(state.stance > 0, state)


def _held_by(related: Bool, state: State) -> Bool:
    """Read ``related[R, F, F]`` at the holder of each place; False where nobody holds it."""
    replicates, factions = related.shape[:2]
    # A bit for each faction that is so related to the holder: one look-up serves all factions.
    bit = np.array([1 << faction for faction in range(factions)])
    bit = bit.astype(np.min_scalar_type(bit[-1]))
    of_holder = np.zeros((replicates, factions + 1), dtype=bit.dtype)
    np.bitwise_or.reduce(related * bit[:, None], axis=1, out=of_holder[:, 1:])
    column = rows_of(replicates) * (factions + 1) + 1
    factions_related = of_holder.reshape(-1).take(column + state.controller)
    held: Bool = (factions_related[:, None, :] & bit[:, None]) != 0
    return held


def refresh_roads(state: State, setting: Setting, *, everything: bool = False) -> None:
    """Bring ``passable``, ``road_m`` and ``supplied`` up to date with who holds what.

    A faction can pass a place unless a hostile faction holds it, or one with whom it has a truce.
    Roads are searched again only for the (replicate, faction) rows whose map has changed, or for
    all when asked.
    """
    passable = ~barred(state)
    if everything:
        changed = np.arange(passable.shape[0] * passable.shape[1])
    elif np.array_equal(passable, state.passable):
        return
    else:
        changed = indices((passable != state.passable).any(axis=2))
    # Nobody marches for a faction that has no units: its goods and roads do not matter.
    changed = changed[setting.has_units[changed % len(setting.factions)]]
    places = setting.theatre.P
    rows = passable.reshape(-1, places)[changed]
    before = state.passable.reshape(-1, places)[changed]
    state.passable = passable
    _search_roads(state, setting, changed, before, rows, everything)
    sources = setting.sources[changed % len(setting.factions)]
    state.supplied.reshape(-1, places)[changed] = setting.theatre.reachable(rows, sources)


def _search_roads(
    state: State, setting: Setting, changed: Int64, before: Bool, now: Bool, everything: bool
) -> None:
    """Search the roads of the changed rows; a few places opened or closed are a small matter."""
    theatre = setting.theatre
    road_m = state.road_m.reshape(-1, *state.road_m.shape[2:])
    if everything:
        road_m[changed] = theatre.road_distances_m(now)
        return
    opened, closed = now & ~before, before & ~now
    much = indices(np.count_nonzero(opened | closed, axis=1) > MOST_CHANGES)
    if len(much):
        road_m[changed[much]] = theatre.road_distances_m(now[much])
        opened[much] = closed[much] = False
    while len(row := np.flatnonzero(opened.any(axis=1))):
        place = opened[row].argmax(axis=1)
        opened[row, place] = False
        open_places(road_m, changed[row], place)
    between = now | before
    while len(row := np.flatnonzero(closed.any(axis=1))):
        place = closed[row].argmax(axis=1)
        closed[row, place] = between[row, place] = False
        close_places(road_m, changed[row], place, between[row], theatre.direct_m, theatre.neighbour)


def any_beside(values: Bool, neighbours: NDArray[np.uint64]) -> Bool:
    """Return where some neighbouring place has a property.

    Parameters
    ----------
    values : bool array, shape ``[..., P]``
    neighbours : uint64 array, shape ``[P, P / 64 rounded up]``
        The neighbours of each place as sets of bits: ``setting.joined`` for all roads,
        ``setting.joined_near`` for those within contact reach.
    """
    having = bit_sets(values.reshape(-1, values.shape[-1]))
    found: Bool = (having[:, :1] & neighbours[:, 0]) != 0
    for word in range(1, neighbours.shape[1]):
        found |= (having[:, word : word + 1] & neighbours[:, word]) != 0
    return found.reshape(values.shape)
