"""Numbers, dates and outcomes as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sim.console.screen import cell

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def short_date(day: date) -> str:
    """Return a date as ``28 Jul``, whatever the system's language."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def long_date(day: date) -> str:
    """Return a date as ``28 Jul 2015``."""
    return f"{short_date(day)} {day.year}"


def number_text(value: float) -> str:
    """Return a number with thousands set apart and no more digits than it deserves."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def outcome_text(value: Any, unit: str) -> str:
    """Return the value of an outcome with its unit."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return _date_or_text(value)
    if not isinstance(value, int | float):
        return cell(value)
    if unit == "share":
        return f"{100 * value:.0f}%"
    return number_text(value) if unit in ("", "1") else f"{number_text(value)} {cell(unit)}"


def _date_or_text(value: str) -> str:
    try:
        return long_date(date.fromisoformat(value))
    except ValueError:
        return cell(value)


def faction_labels(scenario: Mapping[str, Any], factions: list[str]) -> dict[str, str]:
    """Return the label of each faction, its name where a resolved scenario gives none."""
    table = scenario.get("factions", [])
    if isinstance(table, dict):
        named = list(table.items())
    else:
        rows = table if isinstance(table, list) else []
        named = [(row.get("name"), row) for row in rows if isinstance(row, dict)]
    labels = {str(name): row.get("label") for name, row in named if isinstance(row, dict)}
    return {name: cell(labels.get(name) or name) for name in factions}


def outcome_labels(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Return the label of each outcome of a resolved scenario, its id where it has none."""
    rows = scenario.get("outcomes", [])
    named = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("id")): cell(row.get("label") or row.get("id")) for row in named}
