"""Depots, income, supply lines and workshops, made from the scenario's rows."""

from __future__ import annotations

from dataclasses import dataclass

from sim.state.setting import Setting

UNLIMITED = 2**40


@dataclass
class Depot:
    """A place where a faction's goods are issued; person-days."""

    faction: int
    place: int
    unlimited: bool
    goods_per_day: int
    most: int
    goods: int


@dataclass
class Income:
    """A place whose oil buys goods."""

    faction: int
    place: int
    goods_per_day: int


@dataclass
class Line:
    """A supply line."""

    faction: int
    places: list[int]


@dataclass
class Workshop:
    """A workshop."""

    number: int
    kind: int
    place: int
    share_permille: int


def depots_of(setting: Setting) -> list[Depot]:
    """Return the depots of factions of which some depot has a limit."""
    depots = []
    days = float(setting.parameters.column("supply.depot_days")[0, 0])
    for row in setting.scenario.supply:
        if row.what == "oil" or row.faction not in limited_factions(setting):
            continue
        unlimited = row.goods_per_day is None
        goods = _amount(setting, row.goods_per_day or 0.0)
        stock = _amount(setting, row.stock)
        depots.append(
            Depot(
                faction=setting.factions.index(row.faction),
                place=setting.theatre.index(row.place),
                unlimited=unlimited,
                goods_per_day=goods,
                most=max(stock, round(goods * days)),
                goods=UNLIMITED if unlimited else stock,
            )
        )
    return depots


def incomes_of(setting: Setting) -> list[Income]:
    """Return the oil of factions of which some depot has a limit."""
    return [
        Income(
            setting.factions.index(row.faction),
            setting.theatre.index(row.place),
            _amount(setting, row.goods_per_day or 0.0),
        )
        for row in setting.scenario.supply
        if row.what == "oil" and row.faction in limited_factions(setting)
    ]


def limited_factions(setting: Setting) -> set[str]:
    """Return the factions of which some depot has a limit."""
    rows = setting.scenario.supply
    return {row.faction for row in rows if row.what != "oil" and row.goods_per_day is not None}


def lines_of(setting: Setting) -> list[Line]:
    """Return the supply lines."""
    return [
        Line(
            setting.factions.index(row.faction),
            [setting.theatre.index(name) for name in row.places],
        )
        for row in setting.scenario.supply_lines
    ]


def workshops_of(setting: Setting) -> list[Workshop]:
    """Return the workshops."""
    return [
        Workshop(
            number,
            setting.kinds.index(row.kind),
            setting.theatre.index(row.place),
            round(1000 * row.share),
        )
        for number, row in enumerate(setting.scenario.workshops)
    ]


def _amount(setting: Setting, cell: float | str) -> int:
    return round(float(setting.parameters.amount(cell)[0, 0]))
