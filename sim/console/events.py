"""The notable events of a run, a line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.console.screen import Screen, cell
from sim.console.words import short_date

MOST_LINES = 24

# What is left out first, where there are too many lines, has the highest number.
_RANK = {"siege_begins": 0, "siege_ends": 0, "headquarters_killed": 0, "leaders_killed": 3}
_CONTROL_RANK = 1
_BACK_AND_FORTH_RANK = 2  # neither the first nor the last time that the place changed hands
# An event of another kind is notable if it is rare.
_RARE = 6


def event_rows(table: Any) -> list[dict[str, Any]]:
    """Return the rows of the table of events as dicts."""
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def notable_days(rows: Iterable[dict[str, Any]]) -> list[int]:
    """Return the days on which a place changed hands, or a siege began or ended."""
    kinds = ("control", "siege_begins", "siege_ends")
    return sorted({row["day"] for row in rows if row["event"] in kinds})


def show_events(screen: Screen, rows: list[dict[str, Any]], labels: dict[str, str]) -> None:
    """Print the notable events by day, the least notable left out where there are too many."""
    lines = event_lines(rows, labels)
    kept = most_notable(lines)
    if not kept:
        return
    screen.heading("What happened")
    table = screen.table()
    table.add_column(no_wrap=True)
    table.add_column()
    table.show_header = False
    before = ""
    for line in kept:
        table.add_row("" if line.date == before else line.date, line.text)
        before = line.date
    screen.show(table)
    if len(kept) < len(lines):
        screen.show(f"and {len(lines) - len(kept)} more in the table of events of the run folder")


@dataclass(frozen=True)
class Line:
    """One line: how notable it is (0 most), its date and its text."""

    rank: int
    date: str
    text: str


def most_notable(lines: list[Line], most: int = MOST_LINES) -> list[Line]:
    """Return at most ``most`` lines, in their order, whole ranks first.

    Of the rank that does not fit whole, lines are taken evenly over the days.
    """
    kept: set[int] = set()
    for rank in sorted({line.rank for line in lines}):
        of_rank = [number for number, line in enumerate(lines) if line.rank == rank]
        room = most - len(kept)
        if len(of_rank) > room:
            kept |= {of_rank[place * len(of_rank) // room] for place in range(room)}
            break
        kept |= set(of_rank)
    return [line for number, line in enumerate(lines) if number in kept]


def event_lines(rows: list[dict[str, Any]], labels: dict[str, str]) -> list[Line]:
    """Return the lines by day; changes of control of a day and pair of factions share one."""
    often = Counter(row["event"] for row in rows)
    places = _places_by_change(rows)
    decisive = _first_and_last_changes(rows)
    lines: list[Line] = []
    for row in rows:
        event, date = row["event"], short_date(row["date"])
        if event == "control":
            together = places.pop(_change(row), None)
            if together is None:
                continue
            rank = _CONTROL_RANK if decisive & set(together) else _BACK_AND_FORTH_RANK
            names = ", ".join(cell(name) for _, name in together)
            lines.append(Line(rank, date, _control_text(row, names, labels)))
        elif event in _RANK or often[event] <= _RARE:
            lines.append(Line(_RANK.get(event, _CONTROL_RANK), date, event_text(row, labels)))
    return lines


def _change(row: dict[str, Any]) -> tuple[int, str | None, str | None]:
    return row["day"], row["faction"], row["other_faction"]


def _places_by_change(
    rows: list[dict[str, Any]],
) -> dict[tuple[int, str | None, str | None], list[tuple[int, str]]]:
    """Return day and name of the places that went from one faction to another on a day."""
    places: dict[tuple[int, str | None, str | None], list[tuple[int, str]]] = {}
    for row in rows:
        if row["event"] == "control":
            places.setdefault(_change(row), []).append((row["day"], row["place"]))
    return places


def _first_and_last_changes(rows: list[dict[str, Any]]) -> set[tuple[int, str]]:
    """Return day and place of the first and of the last time that each place changed hands."""
    changes = [row for row in rows if row["event"] == "control"]
    last = {row["place"]: row["day"] for row in changes}
    first = {row["place"]: row["day"] for row in reversed(changes)}
    return {(day, place) for days in (first, last) for place, day in days.items()}


def _control_text(row: dict[str, Any], places: str, labels: dict[str, str]) -> str:
    before = row["other_faction"]
    if row["faction"] is None:
        return f"{_label(before, labels)} left {places}"
    of = f" from {_label(before, labels)}" if before is not None else ""
    return f"{_label(row['faction'], labels)} took {places}{of}"


def event_text(row: dict[str, Any], labels: dict[str, str]) -> str:
    """Return an event as a short line."""
    event, who = row["event"], _label(row["faction"], labels)
    count = f"{row['number']:.0f}" if row["number"] is not None else ""
    if event == "siege_begins":
        return f"The siege of {cell(row['detail'])} by {who} began"
    if event == "siege_ends":
        return f"The siege of {cell(row['detail'])} by {who} ended"
    if event == "headquarters_killed":
        return f"{who} lost the head of its headquarters in {cell(row['place'])}"
    if event == "leaders_killed":
        leaders = "a leader" if count == "1" else f"{count} leaders"
        return f"{who} lost {leaders} in {cell(row['place'])}"
    if event in ("cut", "reopened"):
        how = "was cut" if event == "cut" else "was open again"
        at = f" at {cell(row['place'])}" if row["place"] else ""
        return f"{who}'s supply line {cell(row['detail'])} {how}{at}"
    words = [cell(event).replace("_", " "), who, cell(row["place"]), cell(row["detail"]), count]
    return ", ".join(word for word in words if word)


def _label(faction: str | None, labels: dict[str, str]) -> str:
    return labels.get(faction or "", cell(faction))
