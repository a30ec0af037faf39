"""Goods come into depots and go out by the cheapest open road, rationed where they run short."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices, pick
from sim.state.setting import Setting
from sim.state.state import FULL, State
from sim.state.stores import UNLIMITED, Stores, by_faction, side_holds, stores_of
from sim.theatre.roads import INFINITE_M

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]
Metres = NDArray[np.int32]

MOST_INDEX = 32_000  # what a record of 16 bits holds


def receive_goods(state: State, setting: Setting, goods: Int64) -> Int64:
    """Return what is in each depot after the day's goods have come in, and note the supply index.

    A depot takes part while the faction or an ally holds its place; what is in it is lost with
    the place. Income is shared out over the faction's open depots in proportion to their own
    goods. The supply index is what comes in today over what came in at the start.
    """
    stores, factions = setting.derived(stores_of), len(setting.factions)
    open_ = side_holds(state.controller, state.stance, stores.faction, stores.place)
    sold = side_holds(state.controller, state.stance, stores.income_faction, stores.income_place)
    own = stores.goods_per_day * open_
    of_depots = by_faction(own, stores.faction, factions)
    income = by_faction(stores.income_per_day * sold, stores.income_faction, factions)
    income *= of_depots > 0
    kept = _not_interdicted(state, of_depots)
    share = income[:, stores.faction] * own // np.maximum(of_depots[:, stores.faction], 1)
    inflow = (own + share) * kept[:, stores.faction] // FULL
    now = np.minimum(goods + inflow, stores.most)
    now[:, stores.unlimited] = UNLIMITED
    total = (of_depots + income) * kept // FULL
    state.supply_index = _supply_index(stores, total, open_)
    return now * open_


def _not_interdicted(state: State, like: Int64) -> Int64:
    """Return the share of each faction's goods that comes in, thousandths, ``[R, F]``."""
    if state.interdicted is None:
        return np.full_like(like, FULL)
    return FULL - np.clip(state.interdicted, 0, FULL)


def _supply_index(stores: Stores, total: Int64, open_: Bool) -> Int64:
    index = np.minimum(FULL * total // np.maximum(stores.at_start, 1), MOST_INDEX)
    without_limit = by_faction(
        (open_ & stores.unlimited).astype(np.int64), stores.faction, total.shape[1]
    )
    return np.where((without_limit > 0) | ~stores.lives_off_depots, FULL, index)


def issue_goods(
    state: State, setting: Setting, goods: Int64, eaten: Int64, gained: Int64
) -> tuple[Int64, Int64]:
    """Let units that live off depots eat, and fill what their stocks lack then.

    Each asks the depot that is nearest by open road for what it lacks. A convoy a day brings at
    most ``gained``, and less the longer the road. Where more is asked of a depot than it has, all
    who ask it get the same share, and ask the next one for the rest.

    Parameters
    ----------
    goods : int64 array, shape ``[R, N]``
        What is in the depots; what goes out is taken away in place.
    eaten, gained : int64 arrays, shape ``[R, U]``
        What each unit eats today, below zero, and the most that it gets, thousandths.

    Returns
    -------
    tuple of int64 arrays, shape ``[n]``
        The units, by flat index, and their stocks in thousandths.
    """
    lives_off_depots = setting.derived(stores_of).lives_off_depots[setting.roster.faction]
    unit = indices(state.active & lives_off_depots)
    left = np.maximum(state.supply.take(unit) + eaten.take(unit), 0)
    askers = _askers(state, setting, unit, FULL - left, gained)
    got = np.zeros_like(left)
    short = np.zeros(goods.size, dtype=np.bool_)
    # Units in a place share their road to the first depot; those who go on to another are few.
    depots, roads_m = _nearest_by_place(state, setting, goods)
    nearest, road_m = depots.take(askers.cell), roads_m.take(askers.cell)
    waiting, shut = np.arange(len(unit)), goods.reshape(-1) <= 0
    while len(waiting):
        waiting = _ask(askers, goods, got, short, waiting, nearest, road_m)
        nearest, road_m = _nearest_left(askers, state, setting, shut | short, waiting)
    return unit, left + got


@dataclass
class _Askers:
    """Units that live off depots, n of them.

    ``cell`` is the flat index of the unit's faction and place in ``[R, F, P]``, ``first_depot``
    that of the replicate's first depot in ``goods[R, N]``. ``lack`` and ``gained`` are thousandths
    of the full stock of ``full`` person-days, ``half_m`` the road at which a convoy brings half.
    All are ``[n]``.
    """

    cell: Int64
    first_depot: Int64
    lack: Int64
    gained: Int64
    full: Int64
    half_m: Int64


def _askers(
    state: State, setting: Setting, unit: NDArray[np.intp], lack: Int64, gained: Int64
) -> _Askers:
    stores = setting.derived(stores_of)
    row = unit // setting.roster.kind.size
    full = np.rint(setting.by_unit("supply_days").take(unit) * state.strength.take(unit))
    half_m = np.rint(1000 * setting.parameters.column("supply.half_distance_km").reshape(-1))
    return _Askers(
        cell=setting.first_cell_of_unit.take(unit) + state.place.take(unit),
        first_depot=row * len(stores.place),
        lack=lack,
        gained=gained.take(unit),
        full=np.maximum(full.astype(np.int64), 1),
        half_m=np.maximum(half_m.astype(np.int64), 1).take(row),
    )


def _nearest_by_place(state: State, setting: Setting, goods: Int64) -> tuple[Int64, Metres]:
    """Return each faction's nearest depot with goods, by open road, and the road to it.

    Returns
    -------
    tuple of int64 and int32 arrays, shape ``[R, F, P]``
        Depot and metres; ``INFINITE_M`` where there is none.
    """
    stores = setting.derived(stores_of)
    shape = state.passable.shape
    nearest = np.zeros(shape, dtype=np.int64)
    road_m = np.full(shape, INFINITE_M, dtype=np.int32)
    empty = goods <= 0
    for depot, (faction, place) in enumerate(zip(stores.faction, stores.place, strict=True)):
        metres = state.road_m[:, faction, place].copy()
        metres[empty[:, depot]] = INFINITE_M
        nearer = metres < road_m[:, faction]
        np.copyto(road_m[:, faction], metres, where=nearer)
        np.copyto(nearest[:, faction], depot, where=nearer)
    return nearest, road_m


def _nearest_left(
    askers: _Askers, state: State, setting: Setting, shut: Bool, waiting: NDArray[np.intp]
) -> tuple[Int64, Metres]:
    """Return what :func:`_nearest_by_place` does for the units who wait, among depots not shut."""
    stores, places = setting.derived(stores_of), setting.theatre.P
    cell = askers.cell.take(waiting)
    line = cell // places
    depot = stores.depots_of[line % len(setting.factions)]
    none = depot == len(stores.place)
    depot = np.where(none, 0, depot)
    none |= shut.take(askers.first_depot.take(waiting)[:, None] + depot)
    way = (line[:, None] * places + stores.place[depot]) * places + (cell - line * places)[:, None]
    road_m = np.where(none, np.int32(INFINITE_M), state.road_m.take(way))
    first = road_m.argmin(axis=1)
    return pick(depot, first[:, None])[:, 0], pick(road_m, first[:, None])[:, 0]


def _ask(
    askers: _Askers,
    goods: Int64,
    got: Int64,
    short: Bool,
    waiting: NDArray[np.intp],
    nearest: Int64,
    road_m: Metres,
) -> NDArray[np.intp]:
    """Let those who wait ask the nearest depot that is left; return who has to ask another one.

    ``goods``, ``got`` and ``short`` (depots that have run short today) change in place.
    """
    half_m = askers.half_m.take(waiting)
    load = askers.gained.take(waiting) * half_m // (half_m + road_m)
    wanted = np.minimum(askers.lack.take(waiting), load) - got.take(waiting)
    asking = indices((road_m < INFINITE_M) & (wanted > 0))
    waiting, wanted = waiting.take(asking), wanted.take(asking)
    depot = askers.first_depot.take(waiting) + nearest.take(asking)
    full = askers.full.take(waiting)
    asked = -(-wanted * full // FULL)  # rounded up
    total = np.bincount(depot, weights=asked, minlength=goods.size).astype(np.int64)
    stock = goods.take(depot)
    in_all = total.take(depot)
    rationed = in_all > stock
    given = np.where(rationed, asked * stock // np.maximum(in_all, 1), asked)
    taken = np.bincount(depot, weights=given, minlength=goods.size).astype(np.int64)
    goods -= taken.reshape(goods.shape)
    got[waiting] += np.minimum(FULL * given // full, wanted)
    short |= total > goods.reshape(-1) + taken
    return waiting.take(indices(rationed))
