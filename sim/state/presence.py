"""Who stands where: sums of units by faction and place, and the roads each faction can use."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices, pick
from sim.state.setting import Setting
from sim.state.state import State
from sim.theatre.roads import with_place_opened_m

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


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
        weights=(values * where).reshape(-1),
        minlength=replicates * factions * places,
    )
    return total.astype(np.float64).reshape(replicates, factions, places)


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
    """Return the fighters hostile to each faction in each place, float64 ``[R, F, P]``."""
    enemies = np.zeros_like(strength)
    against = hostile(state)
    for faction in range(strength.shape[1]):
        enemies += against[:, :, faction, None] * strength[:, None, faction]
    return enemies


def friends_by_place(strength: Float64, state: State) -> Float64:
    """Return the fighters of a faction and its allies in each place, float64 ``[R, F, P]``."""
    friends = np.zeros_like(strength)
    allied = state.stance > 0
    for faction in range(strength.shape[1]):
        friends += allied[:, :, faction, None] * strength[:, None, faction]
    return friends


def held_by_enemy(state: State) -> Bool:
    """Return the places that a hostile faction holds, bool ``[R, F, P]``."""
    return _stance_of_controller(state) < 0


def held_by_friend(state: State) -> Bool:
    """Return the places that a faction or an ally of it holds, bool ``[R, F, P]``."""
    return _stance_of_controller(state) > 0


def _stance_of_controller(state: State) -> Int64:
    # A place that nobody holds counts as neutral.
    replicates, factions = state.stance.shape[:2]
    padded = np.concatenate([state.stance, np.zeros((replicates, factions, 1), np.int64)], axis=2)
    index = np.broadcast_to(
        state.controller[:, None, :], (replicates, factions, state.controller.shape[1])
    )
    return np.take_along_axis(padded, index, axis=2)


def refresh_roads(state: State, setting: Setting, *, everything: bool = False) -> None:
    """Bring ``passable``, ``road_m`` and ``supplied`` up to date with who holds what.

    A faction can pass a place unless a hostile faction holds it. Roads are searched again only
    for the (replicate, faction) rows whose map has changed, or for all when asked.
    """
    passable = ~held_by_enemy(state)
    changed = indices((passable != state.passable).any(axis=2))
    if everything:
        changed = np.arange(passable.shape[0] * passable.shape[1])
    if len(changed) == 0:
        return
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
    """Search the roads of the changed rows; where one place has opened that is a small matter."""
    road_m = state.road_m.reshape(-1, *state.road_m.shape[2:])
    opened = now & ~before
    simple = (opened.sum(axis=1) == 1) & ~(before & ~now).any(axis=1) & (not everything)
    full, one = indices(~simple), indices(simple)
    road_m[changed[full]] = setting.theatre.road_distances_m(now[full])
    if len(one):
        place = opened[one].argmax(axis=1)
        road_m[changed[one]] = with_place_opened_m(road_m[changed[one]], place)


def any_beside(values: Bool, slots: Int64) -> Bool:
    """Return where some neighbouring place has a property.

    Parameters
    ----------
    values : bool array, shape ``[..., P]``
    slots : int64 array, shape ``[P, N]``
        Neighbours of each place, ``P`` where there are no more: ``setting.beside`` for all roads,
        ``setting.beside_near`` for those within contact reach.
    """
    padded = np.zeros((*values.shape[:-1], values.shape[-1] + 1), dtype=np.bool_)
    padded[..., :-1] = values
    return np.asarray(padded[..., slots].any(axis=-1))


def any_joined(values: Bool, setting: Setting) -> Bool:
    """Return where some place joined by road has a property; bool ``[n, P]`` to ``[n, P]``.

    As :func:`any_beside` by all roads, but cheaper: eight places at a time are looked up in a
    table (Arlazarov, Dinic, Kronrod and Faradzhev 1970, "On economical construction of the
    transitive closure of a directed graph").
    """
    eights = np.packbits(values, axis=1, bitorder="little")
    row = eights + 256 * np.arange(eights.shape[1])
    words = np.bitwise_or.reduce(setting.joined_to_eight.take(row, axis=0), axis=1)
    found = np.unpackbits(words.view(np.uint8), axis=1, count=values.shape[1], bitorder="little")
    return found.view(np.bool_)
