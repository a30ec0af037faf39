"""What the rows of different tables must have to do with each other."""

from __future__ import annotations

from sim.scenario import (
    check_dates,
    check_events,
    check_forces,
    check_map,
    check_means,
    check_parameters,
    limits,
)
from sim.scenario.draft import Draft
from sim.scenario.kinds import RESERVED_NAMES
from sim.scenario.tables import TABLES


def check(draft: Draft, *, standard: frozenset[str] | None) -> None:
    """Note everything that is wrong across tables.

    Parameters
    ----------
    draft
        The scenario; its `faults` take what is found.
    standard
        Ids of the standard parameters, or None to allow any parameter (a stored scenario, whose
        standard parameters may be those of another version).
    """
    _check_numbers_of_rows(draft)
    _check_factions_and_kinds(draft)
    _check_relations(draft)
    check_map.check(draft)
    check_forces.check(draft)
    check_means.check(draft)
    check_events.check(draft)
    check_dates.check(draft)
    check_parameters.check(draft, standard)


def _check_numbers_of_rows(draft: Draft) -> None:
    least = (("factions", 1), ("kinds", 1), ("places", 1), ("units", 1))
    most = (("factions", limits.FACTIONS), ("kinds", limits.KINDS), ("places", limits.PLACES))
    for table, number in least:
        if len(draft.raw.tables[table]) < number and table not in draft.raw.broken:
            _number_fault(draft, table, f"at least {number}")
    for table, number in most:
        if len(draft.raw.tables[table]) > number:
            _number_fault(draft, table, f"at most {number:,}")


def _number_fault(draft: Draft, table: str, allowed: str) -> None:
    found = len(draft.raw.tables[table])
    message = f"wrong number of {table}"
    file, field = TABLES[table].file, "" if TABLES[table].is_csv else table
    draft.faults.add(file, message, field=field, found=found, allowed=allowed)


def _check_factions_and_kinds(draft: Draft) -> None:
    for table in ("factions", "kinds"):
        for checked in draft.rows(table):
            if checked.row.name in RESERVED_NAMES:
                allowed = "any other name than " + ", ".join(sorted(RESERVED_NAMES))
                checked.raw.fault(draft.faults, "name", "the name is reserved", allowed)
    for checked in draft.rows("kinds"):
        draft.is_known(checked, "faction", checked.row.faction, "factions")


def _check_relations(draft: Draft) -> None:
    for checked in draft.rows("relations"):
        row = checked.row
        draft.is_known(checked, "a", row.a, "factions")
        draft.is_known(checked, "b", row.b, "factions")
        if row.a == row.b:
            message = "a faction has no relation with itself"
            checked.raw.fault(draft.faults, "b", message, "another faction than a")
