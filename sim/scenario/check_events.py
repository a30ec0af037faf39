"""Checks of events: the fields that each kind of event has, and what they name."""

from __future__ import annotations

from typing import Any

from sim.scenario.check_map import check_joined, check_places
from sim.scenario.draft import Checked, Draft
from sim.scenario.faults import listed
from sim.scenario.kinds import EVENT_FIELDS, EVENT_OPTIONS, POLICIES
from sim.scenario.rows import Event

_FIELDS = ("a", "b", "stance", "places", "factions", "value")


def check(draft: Draft) -> None:
    """Note events that lack a field, have one too many, or contradict each other."""
    for checked in draft.rows("events"):
        _check_fields(draft, checked)
        _check_names(draft, checked)
    _check_contradictions(draft)


def _check_fields(draft: Draft, checked: Checked[Event]) -> None:
    kind = checked.row.event
    needed, options = EVENT_FIELDS[kind], EVENT_OPTIONS.get(kind, ())
    for field in _FIELDS:
        if field in needed and _is_blank(checked, field):
            allowed = f"what an event {kind} needs: {listed(needed)}"
            checked.raw.fault(draft.faults, field, "is missing", allowed)
        elif field not in (*needed, *options) and not _is_blank(checked, field):
            message = f"an event {kind} has no such field"
            allowed = f"blank; it has {listed((*needed, *options))}"
            checked.raw.fault(draft.faults, field, message, allowed)


def _is_blank(checked: Checked[Event], field: str) -> bool:
    return getattr(checked.row, field) in ("", (), None)


def _check_names(draft: Draft, checked: Checked[Event]) -> None:
    row = checked.row
    if row.event == "stance":
        _check_stance(draft, checked)
    elif row.event == "withdraw":
        _check_who_leaves(draft, checked)
        check_places(draft, checked)
    elif row.event in ("close_route", "open_route"):
        _check_route(draft, checked)
    elif row.event == "air_factor":
        draft.is_known(checked, "a", row.a or None, "air")
    elif row.event == "policy":
        _check_policy(draft, checked)
    for faction in row.factions:
        draft.is_known(checked, "factions", faction, "factions")


def _check_stance(draft: Draft, checked: Checked[Event]) -> None:
    row = checked.row
    draft.is_known(checked, "a", row.a or None, "factions")
    draft.is_known(checked, "b", row.b or None, "factions")
    if row.a and row.a == row.b:
        message = "a faction has no relation with itself"
        checked.raw.fault(draft.faults, "b", message, "another faction than a")


def _check_who_leaves(draft: Draft, checked: Checked[Event]) -> None:
    who = checked.row.a
    known = {**draft.names["factions"], **draft.names["kinds"]}
    if not who or who in known or draft.raw.broken & {"factions", "kinds"}:
        return
    near = draft.faults.nearest(who, known)
    allowed = f"a faction or kind of scenario.toml: {listed(known)}"
    checked.raw.fault(draft.faults, "a", f"unknown faction or kind{near}", allowed)


def _check_route(draft: Draft, checked: Checked[Event]) -> None:
    number = len(checked.row.places)
    if number in (0, 2):
        check_joined(draft, checked)
    else:
        message = f"names {number} {'place' if number == 1 else 'places'}"
        allowed = 'the two places that a route of routes.csv joins, as "A + B"'
        checked.raw.fault(draft.faults, "places", message, allowed)


def _check_policy(draft: Draft, checked: Checked[Event]) -> None:
    row, faults = checked.row, draft.faults
    if row.a and row.a not in POLICIES:
        near = faults.nearest(row.a, POLICIES)
        checked.raw.fault(faults, "a", f"unknown policy{near}", "one of " + ", ".join(POLICIES))
    if row.value is not None and row.value > 1:
        checked.raw.fault(faults, "value", "out of range", "0 (the policy ends) to 1")
    if row.a == "truce" and len(row.factions) < 2:
        message = "a truce is between factions"
        checked.raw.fault(faults, "factions", message, "two factions or more, joined by +")


def _check_contradictions(draft: Draft) -> None:
    """Note events of a day that say different things of the same pair, route, wing or policy."""
    seen: dict[tuple[Any, ...], Any] = {}
    for checked in draft.rows("events"):
        row = checked.row
        if row.event == "stance":
            subject, field = tuple(sorted((row.a, row.b))), "stance"
        elif row.event in ("close_route", "open_route"):
            subject, field = ("route", *sorted(row.places)), "event"
        elif row.event in ("air_factor", "policy"):
            subject, field = (row.event, row.a, *sorted(row.factions)), "value"
        else:
            continue
        says = getattr(row, field)
        first = seen.setdefault((row.date, subject), says)
        if first != says:
            shown = f"{first:g}" if isinstance(first, float) else first
            message = f"contradicts an earlier event of the day, which says {shown}"
            allowed = "one stance a day and pair" if field == "stance" else f"one {field} a day"
            checked.raw.fault(draft.faults, field, message, allowed)
