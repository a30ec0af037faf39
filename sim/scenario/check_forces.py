"""Checks of units, reinforcements, air and supply."""

from __future__ import annotations

from sim.scenario import limits
from sim.scenario.amounts import parameter_of
from sim.scenario.check_map import stance
from sim.scenario.draft import Draft
from sim.scenario.tables import AMOUNTS


def check(draft: Draft) -> None:
    """Note what is wrong with the forces."""
    for table in ("units", "reinforcements"):
        for checked in draft.rows(table):
            draft.is_known(checked, "kind", checked.row.kind, "kinds")
            draft.is_known(checked, "place", checked.row.place, "places")
    for checked in draft.rows("air"):
        draft.is_known(checked, "faction", checked.row.faction, "factions")
        for faction in checked.row.supports:
            draft.is_known(checked, "supports", faction, "factions")
    for checked in draft.rows("supply"):
        draft.is_known(checked, "faction", checked.row.faction, "factions")
        draft.is_known(checked, "place", checked.row.place, "places")
    _check_units_and_reinforcements_differ(draft)
    _check_number_of_units(draft)
    _check_no_unit_among_enemies(draft)
    _check_amounts(draft)


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
    """Note numbers of fighters or strikes that are unknown or negative parameters."""
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
