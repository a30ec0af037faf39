"""Checks of the means of war: air, sorties, claims, supply, supply lines, workshops."""

from __future__ import annotations

from sim.scenario.amounts import largest
from sim.scenario.check_map import check_joined
from sim.scenario.draft import Draft
from sim.scenario.kinds import SUPPLY_KINDS


def check(draft: Draft) -> None:
    """Note what is wrong with the means of the factions."""
    for checked in draft.rows("air"):
        draft.is_known(checked, "faction", checked.row.faction, "factions")
        for faction in checked.row.supports:
            draft.is_known(checked, "supports", faction, "factions")
    for table in ("sorties", "claims"):
        for checked in draft.rows(table):
            draft.is_known(checked, "wing", checked.row.wing, "air")
    _check_shares_of_strikes(draft)
    for table in ("supply", "supply_lines"):
        for checked in draft.rows(table):
            draft.is_known(checked, "faction", checked.row.faction, "factions")
    for checked in draft.rows("supply"):
        draft.is_known(checked, "place", checked.row.place, "places")
    for checked in draft.rows("supply_lines"):
        check_joined(draft, checked)
    _check_oil(draft)
    _check_workshops(draft)


def _check_shares_of_strikes(draft: Draft) -> None:
    """Note wings whose deep and dynamic targets may take more than all strikes."""
    parameters = {checked.row.id: checked.row for checked in draft.rows("parameters")}
    for checked in draft.rows("air"):
        row, message = checked.row, "the share may be above 1"
        deep, dynamic = (largest(each, parameters) for each in (row.deep_share, row.dynamic_share))
        if deep > 1:
            checked.raw.fault(draft.faults, "deep_share", message, "a share of 0 to 1")
        elif dynamic > 1:
            checked.raw.fault(draft.faults, "dynamic_share", message, "a share of 0 to 1")
        elif deep + dynamic > 1 + 1e-9:
            message = f"with deep_share of up to {deep:g} the shares may add up to more than 1"
            allowed = "shares that add up to 1 at most, also at the upper ends of their priors"
            checked.raw.fault(draft.faults, "dynamic_share", message, allowed)


def _check_oil(draft: Draft) -> None:
    """Oil is income: how much must be said, and there must be a place that issues what it buys."""
    issuing = {checked.row.faction for checked in draft.rows("supply") if checked.row.what != "oil"}
    for checked in draft.rows("supply"):
        row = checked.row
        if row.what != "oil":
            continue
        if row.goods_per_day is None:
            message = "is missing: what is oil"
            checked.raw.fault(draft.faults, "goods_per_day", message, "person-days of goods a day")
        if row.stock != 0.0:
            message = "oil is income, and has no stock"
            checked.raw.fault(draft.faults, "stock", message, "blank")
        if row.faction not in issuing:
            message = f"{row.faction} has no place that issues what the oil buys"
            words = " or ".join(word for word in SUPPLY_KINDS if word != "oil")
            checked.raw.fault(draft.faults, "what", message, f"another row of it that is {words}")


def _check_workshops(draft: Draft) -> None:
    shares: dict[str, float] = {}
    for checked in draft.rows("workshops"):
        row = checked.row
        draft.is_known(checked, "kind", row.kind, "kinds")
        draft.is_known(checked, "place", row.place, "places")
        before = shares.get(row.kind, 0.0)
        shares[row.kind] = before + row.share
        if before <= 1 + 1e-9 < shares[row.kind]:
            message = f"the shares of {row.kind} add up to {shares[row.kind]:.6g}"
            checked.raw.fault(draft.faults, "share", message, "shares of a kind that add up to 1")
