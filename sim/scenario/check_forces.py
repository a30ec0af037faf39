"""Checks of units and reinforcements, and of amounts everywhere."""

from __future__ import annotations

from unicodedata import normalize

from sim.scenario import limits
from sim.scenario.amounts import parameter_of
from sim.scenario.check_map import stance
from sim.scenario.draft import Draft
from sim.scenario.faults import listed
from sim.scenario.tables import AMOUNTS


def check(draft: Draft) -> None:
    """Note what is wrong with the forces."""
    for table in ("units", "reinforcements"):
        for checked in draft.rows(table):
            draft.is_known(checked, "kind", checked.row.kind, "kinds")
            draft.is_known(checked, "place", checked.row.place, "places")
    for checked in draft.rows("reinforcements"):
        draft.is_known(checked, "through", checked.row.through, "places")
    _check_provinces(draft)
    _check_units_and_reinforcements_differ(draft)
    _check_number_of_units(draft)
    _check_no_unit_among_enemies(draft)
    _check_amounts(draft)


def _check_provinces(draft: Draft) -> None:
    """Note provinces of units that are no headquarters, and provinces without a place."""
    cells = (row.text("province") for row in draft.raw.tables["places"])
    known = sorted({normalize("NFC", name) for name in cells if name})
    for checked in draft.rows("units"):
        row = checked.row
        if row.province is None:
            continue
        if not row.headquarters:
            message = "the unit is no headquarters"
            allowed = "blank, or a unit with headquarters = yes"
            checked.raw.fault(draft.faults, "province", message, allowed)
        elif row.province not in known and "places" not in draft.raw.broken:
            near = draft.faults.nearest(row.province, known)
            allowed = f"a province of places.csv: {listed(known) or 'there is none'}"
            checked.raw.fault(draft.faults, "province", f"unknown province{near}", allowed)


def _check_units_and_reinforcements_differ(draft: Draft) -> None:
    units = {name.casefold() for name in draft.names["units"]}
    for checked in draft.rows("reinforcements"):
        if checked.row.id.casefold() in units:
            message = "a unit of units.csv has the same id"
            checked.raw.fault(draft.faults, "id", message, "an id of its own")


def _check_number_of_units(draft: Draft) -> None:
    number = sum(checked.row.units for checked in draft.rows("units"))
    slots = sum(checked.row.slots for checked in draft.rows("reinforcements"))
    if number + slots > limits.UNITS:
        draft.faults.add(
            "units.csv",
            "too many units, with the slots of reinforcements.csv",
            field="units",
            found=number + slots,
            allowed=f"at most {limits.UNITS:,} in all",
        )


def _check_no_unit_among_enemies(draft: Draft) -> None:
    """Note units that stand, on the first day, where their enemy rules unopposed."""
    faction_of = {checked.row.name: checked.row.faction for checked in draft.rows("kinds")}
    held = {checked.row.place: checked.row for checked in draft.rows("control")}
    for checked in draft.rows("units"):
        faction, control = faction_of.get(checked.row.kind), held.get(checked.row.place)
        if faction is None or control is None or checked.row.arrives is not None:
            continue
        if control.controller is None or control.contested_by is not None:
            continue
        if stance(draft, faction, control.controller) == "hostile":
            checked.raw.fault(
                draft.faults,
                "place",
                f"{control.controller} holds the place and is hostile to {faction}",
                "a place that no enemy holds, or one that control.csv calls contested",
            )


def _check_amounts(draft: Draft) -> None:
    """Note amounts that are unknown or negative parameters."""
    parameters = {checked.row.id: checked.row for checked in draft.rows("parameters")}
    for table, column in AMOUNTS:
        for checked in draft.rows(table):
            amount = parameter_of(getattr(checked.row, column) or 0.0)[1]
            if amount is None:
                continue
            if not draft.is_known(checked, column, amount, "parameters"):
                continue
            parameter = parameters.get(amount)
            if parameter and min(parameter.value, parameter.low or 0.0) < 0:
                message = "the parameter may be negative"
                checked.raw.fault(draft.faults, column, message, "a parameter of 0 or more")
