"""Depots, income, supply lines and workshops that a scenario's tables describe, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import rows_of

if TYPE_CHECKING:
    from sim.scenario.rows import Supply
    from sim.state.setting import Setting

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

UNLIMITED = 2**40
"""Person-days in a depot that gives out without limit."""

OIL = "oil"


@dataclass(frozen=True, eq=False)
class Stores:
    """Where goods are issued, N depots in all, and what brings income, I rows in all.

    Only of factions with a depot whose goods are limited: the others find theirs wherever a road
    leads to a source. Goods are person-days: what a fighter at rest needs for a day.

    Attributes
    ----------
    faction, place : int64 arrays, shape ``[N]``
    unlimited : bool array, shape ``[N]``
        Depots that give out without limit.
    goods_per_day, stock, most : int64 arrays, shape ``[R, N]``
        What comes in a day, what is there at the start, and the most that can be kept.
    income_faction, income_place : int64 arrays, shape ``[I]``
        Oil, sold where it is found; what it buys is shared out over the faction's depots.
    income_per_day : int64 array, shape ``[R, I]``
    lives_off_depots : bool array, shape ``[F]``
    depots_of : int64 array, shape ``[F, most depots of a faction]``
        Depots of each faction, ``N`` beyond the last.
    at_start : int64 array, shape ``[R, F]``
        Goods that come in a day before the first shot: of the rows that are open then, or of all
        where none is.
    """

    faction: Int64
    place: Int64
    unlimited: Bool
    goods_per_day: Int64
    stock: Int64
    most: Int64
    income_faction: Int64
    income_place: Int64
    income_per_day: Int64
    lives_off_depots: Bool
    depots_of: Int64
    at_start: Int64


@dataclass(frozen=True, eq=False)
class Lines:
    """Supply lines, L in all.

    Attributes
    ----------
    faction : int64 array, shape ``[L]``
    places : int64 array, shape ``[L, most places of a line]``
        The chain; its last place again beyond the end.
    """

    faction: Int64
    places: Int64


@dataclass(frozen=True, eq=False)
class Workshops:
    """Workshops that build car bombs, W in all.

    Attributes
    ----------
    kind, faction, place : int64 arrays, shape ``[W]``
    share_permille : int64 array, shape ``[W]``
        Share of the kind's car bombs that is built there.
    kind_has_some : bool array, shape ``[K]``
        Kinds that build in workshops; the others build wherever they are.
    """

    kind: Int64
    faction: Int64
    place: Int64
    share_permille: Int64
    kind_has_some: Bool


def stores_of(setting: Setting) -> Stores:
    """List the depots and the income of ``supply.csv``."""
    rows = setting.scenario.supply
    limited = {row.faction for row in rows if row.what != OIL and row.goods_per_day is not None}
    depots = [row for row in rows if row.faction in limited and row.what != OIL]
    income = [row for row in rows if row.faction in limited and row.what == OIL]
    faction, place = _where(setting, depots)
    goods = _amounts(setting, [row.goods_per_day or 0.0 for row in depots])
    stock = _amounts(setting, [row.stock for row in depots])
    unlimited = np.array([row.goods_per_day is None for row in depots], dtype=np.bool_)
    days = setting.parameters.column("supply.depot_days")
    most = np.maximum(stock, np.rint(goods * days).astype(np.int64))
    income_faction, income_place = _where(setting, income)
    income_per_day = _amounts(setting, [row.goods_per_day or 0.0 for row in income])
    return Stores(
        faction=faction,
        place=place,
        unlimited=unlimited,
        goods_per_day=goods,
        stock=np.where(unlimited, UNLIMITED, stock),
        most=np.where(unlimited, UNLIMITED, most),
        income_faction=income_faction,
        income_place=income_place,
        income_per_day=income_per_day,
        lives_off_depots=np.isin(np.arange(len(setting.factions)), faction),
        depots_of=_depots_of(faction, len(setting.factions)),
        at_start=_inflow_at_start(
            setting, (goods, faction, place), (income_per_day, income_faction, income_place)
        ),
    )


def _where(setting: Setting, rows: Sequence[Supply]) -> tuple[Int64, Int64]:
    """Return factions and places of rows."""
    faction = [setting.factions.index(row.faction) for row in rows]
    place = [setting.theatre.index(row.place) for row in rows]
    return np.array(faction, dtype=np.int64), np.array(place, dtype=np.int64)


def _amounts(setting: Setting, cells: Sequence[float | str]) -> Int64:
    """Return person-days, whole, ``[R, number of cells]``."""
    if not cells:
        return np.zeros((len(setting.replicates), 0), dtype=np.int64)
    amounts = [setting.parameters.amount(cell) for cell in cells]
    return np.rint(np.concatenate(amounts, axis=1)).astype(np.int64)


def _depots_of(faction: Int64, factions: int) -> Int64:
    of = [np.flatnonzero(faction == each) for each in range(factions)]
    padded = np.full((factions, max([1, *map(len, of)])), len(faction), dtype=np.int64)
    for each, depots in enumerate(of):
        padded[each, : len(depots)] = depots
    return padded


def _inflow_at_start(
    setting: Setting, depots: tuple[Int64, ...], income: tuple[Int64, ...]
) -> Int64:
    total = np.zeros((len(setting.replicates), len(setting.factions)), dtype=np.int64)
    open_then = np.zeros_like(total)
    for amount, faction, place in (depots, income):
        holder = setting.controller[place]
        held = (holder >= 0) & (setting.stance[faction, holder] > 0)
        total += by_faction(amount, faction, len(setting.factions))
        open_then += by_faction(amount * held, faction, len(setting.factions))
    return np.where(open_then > 0, open_then, total)


def by_faction(amounts: Int64, faction: Int64, factions: int) -> Int64:
    """Add up ``amounts[R, n]`` by the factions ``faction[n]``; ``[R, F]``."""
    total: Int64 = amounts @ (faction[:, None] == np.arange(factions)).astype(np.int64)
    return total


def side_holds(controller: Int64, stance: Int64, faction: Int64, place: Int64) -> Bool:
    """Return whether a faction or an ally of it holds a place.

    Parameters
    ----------
    controller : int64 array, shape ``[R, P]``
    stance : int64 array, shape ``[R, F, F]``
    faction, place : int64 arrays of shapes that go together, such as ``[n]`` and ``[n]``

    Returns
    -------
    bool array, shape ``[R, ...]``
    """
    shape = np.broadcast_shapes(faction.shape, place.shape)
    row = rows_of(len(controller)).reshape(-1, *[1] * len(shape))
    holder = controller[:, place]
    held: Bool = (holder >= 0) & (stance[row, faction, holder] > 0)
    return held


def lines_of(setting: Setting) -> Lines:
    """List the supply lines."""
    rows = setting.scenario.supply_lines
    longest = max([1, *(len(row.places) for row in rows)])
    places = [
        [setting.theatre.index(row.places[min(at, len(row.places) - 1)]) for at in range(longest)]
        for row in rows
    ]
    return Lines(
        faction=np.array([setting.factions.index(row.faction) for row in rows], dtype=np.int64),
        places=np.array(places, dtype=np.int64).reshape(len(rows), longest),
    )


def workshops_of(setting: Setting) -> Workshops:
    """List the workshops."""
    rows = setting.scenario.workshops
    kind = np.array([setting.kinds.index(row.kind) for row in rows], dtype=np.int64)
    return Workshops(
        kind=kind,
        faction=setting.kind_faction[kind],
        place=np.array([setting.theatre.index(row.place) for row in rows], dtype=np.int64),
        share_permille=np.array([round(1000 * row.share) for row in rows], dtype=np.int64),
        kind_has_some=np.isin(np.arange(len(setting.kinds)), kind),
    )


def initial_goods(setting: Setting) -> Int64 | None:
    """Return what is in each depot at the start, ``[R, N]``; None where goods are unlimited."""
    stores = setting.derived(stores_of)
    return stores.stock.copy() if stores.lives_off_depots.any() else None


def initial_supply_index(setting: Setting) -> Int64 | None:
    """Return the supply index before the first day, ``[R, F]``; None where goods are unlimited."""
    if not setting.derived(stores_of).lives_off_depots.any():
        return None
    return np.full((len(setting.replicates), len(setting.factions)), 1000, dtype=np.int64)


def initial_lines_open(setting: Setting) -> Bool | None:
    """Return which supply lines are open before the first day, ``[R, L]``; None without any."""
    lines = setting.derived(lines_of)
    if len(lines.faction) == 0:
        return None
    held = side_holds(
        setting.controller[None], setting.stance[None], lines.faction[:, None], lines.places
    )
    return np.tile(held.all(axis=2), (len(setting.replicates), 1))
