"""Checks of places, routes and control."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from sim.scenario.draft import Checked, Draft
from sim.scenario.raw import Origin


def check(draft: Draft) -> None:
    """Note what is wrong with the map and with who holds it."""
    for checked in draft.rows("places"):
        draft.is_known(checked, "city", checked.row.city, "cities")
        draft.is_known(checked, "home_of", checked.row.home_of, "factions")
    _check_routes(draft)
    _check_roads_reach(draft)
    _check_control(draft)


def _check_routes(draft: Draft) -> None:
    for checked in draft.rows("routes"):
        row = checked.row
        draft.is_known(checked, "a", row.a, "places")
        draft.is_known(checked, "b", row.b, "places")
        if row.a == row.b:
            message = "the route leads to where it begins"
            checked.raw.fault(draft.faults, "b", message, "another place than a")


def _check_roads_reach(draft: Draft) -> None:
    """Every place must be joined by open roads to the largest group of places."""
    if draft.raw.broken & {"places", "routes"}:
        return
    names = list(draft.names["places"])
    group = {name: name for name in names}
    for route in draft.raw.tables["routes"]:
        a, b = route.text("a"), route.text("b")
        if a in group and b in group and route.cells.get("open") not in ("no", False):
            group[_root(group, a)] = _root(group, b)
    members: dict[str, list[str]] = {}
    for name in names:
        members.setdefault(_root(group, name), []).append(name)
    if len(members) < 2:
        return
    largest = max(members.values(), key=len)
    joined = frozenset(largest)
    for checked in draft.rows("places"):
        row = checked.row
        if row.name not in joined and not row.isolated:
            checked.raw.fault(
                draft.faults,
                "name",
                f"no open road leads here from {largest[0]}",
                "a place joined to the others by routes.csv, or one with isolated = yes",
            )


def _root(group: dict[str, str], name: str | None) -> str:
    assert name is not None
    while group[name] != name:
        group[name] = group[group[name]]
        name = group[name]
    return name


def _check_control(draft: Draft) -> None:
    for checked in draft.rows("control"):
        row = checked.row
        draft.is_known(checked, "place", row.place, "places")
        known = draft.is_known(checked, "controller", row.controller, "factions")
        other = draft.is_known(checked, "contested_by", row.contested_by, "factions")
        if row.contested_by is None:
            continue
        if row.controller is None:
            message = "contested, but held by nobody"
        elif known and other and stance(draft, row.controller, row.contested_by) != "hostile":
            message = f"not hostile to {row.controller}, who holds the place"
        else:
            continue
        allowed = "a faction hostile to the controller, or blank"
        checked.raw.fault(draft.faults, "contested_by", message, allowed)
    if draft.raw.broken & {"control", "places"}:
        return
    for checked in draft.rows("places"):
        if checked.row.name not in draft.names["control"]:
            draft.faults.add(
                "control.csv",
                f"no row says who holds a place ({_where(checked.raw.origin)})",
                field="place",
                found=checked.row.name,
                allowed="one row for each place; its controller may be none",
            )


def _where(origin: Origin) -> str:
    return origin.file if origin.row is None else f"{origin.file}, row {origin.row}"


def stance(draft: Draft, a: str, b: str) -> str:
    """Return how two factions stand to each other on the first day."""
    if a == b:
        return "allied"
    for checked in draft.rows("relations"):
        if {checked.row.a, checked.row.b} == {a, b}:
            return str(checked.row.stance)
    return "neutral"


def check_places(draft: Draft, checked: Checked[Any]) -> bool:
    """Note names of the column `places` that no place has; return whether all are known."""
    known = [draft.is_known(checked, "places", name, "places") for name in checked.row.places]
    return all(known)


def check_joined(draft: Draft, checked: Checked[Any]) -> None:
    """Note names of the column `places` that are unknown or that no route joins to the next."""
    if not check_places(draft, checked) or draft.raw.broken & {"places", "routes"}:
        return
    routes = draft.raw.tables["routes"]
    joined = {frozenset((route.text("a"), route.text("b"))) for route in routes}
    for a, b in pairwise(checked.row.places):
        if frozenset((a, b)) not in joined:
            message = f"no route joins {a} to {b}"
            allowed = "places of which each is joined to the next by a route of routes.csv"
            checked.raw.fault(draft.faults, "places", message, allowed)
