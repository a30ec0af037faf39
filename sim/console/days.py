"""The run day by day: who holds how much, the dead, air strikes and car bombs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sim.console.words import number_text, short_date

if TYPE_CHECKING:
    from sim.console.screen import Screen
    from sim.engine.results import Run

# Lines that fit a screen or two.
MOST_LINES = 40
QUIET_DAYS = 7


def days_to_show(days: int, notable: Sequence[int], most: int = MOST_LINES) -> list[int]:
    """Return the days to print: the first, the last, the notable, and one a quiet week.

    Parameters
    ----------
    days : int
        Number of days recorded.
    notable : sequence of int
        Day indices on which something happened.
    most : int
        Number of days above which days that lie close together are thinned out.

    Returns
    -------
    list of int
        Day indices in order.
    """
    wanted = {day for day in notable if 0 <= day < days}
    gap = 1
    while True:
        shown = _with_gap(days, wanted, gap)
        if len(shown) <= most or gap >= QUIET_DAYS:
            step = max(1, -(-len(shown) // most))
            return [*shown[:-1][::step], *shown[-1:]]
        gap += 1


def _with_gap(days: int, wanted: set[int], gap: int) -> list[int]:
    shown: list[int] = []
    for day in range(days):
        since = day - shown[-1] if shown else QUIET_DAYS
        if since >= QUIET_DAYS or (day in wanted and since >= gap) or day == days - 1:
            shown.append(day)
    return shown


def show_days(screen: Screen, run: Run, labels: dict[str, str], notable: Sequence[int]) -> None:
    """Print the table of days, all numbers but those of places held counted from the start."""
    daily = run.tables["daily"]
    by_faction = {name: rows_of(daily, name) for name in labels}
    ground = [
        name
        for name, rows in by_faction.items()
        if any(rows["places_held"]) or any(rows["strength_fighters"])
    ]
    in_districts = any(any(rows["districts_held"]) for rows in by_faction.values())
    held, what = ("districts_held", "districts") if in_districts else ("places_held", "places")
    # Columns of text that a faction's cell needs, and that date, strikes and bombs need.
    room = screen.width >= 18 * len(ground) + 24
    table = screen.table()
    table.add_column("\nday", no_wrap=True)
    for name in ground:
        heading = f"{labels[name]}\nheld dead" + (" (rep.)" if room else "")
        table.add_column(heading, justify="right", no_wrap=room)
    table.add_column("air\nstrikes", justify="right")
    table.add_column("car\nbombs", justify="right")
    first = next(iter(by_faction.values()), None)
    for day in days_to_show(run.info["days"], notable) if first else []:
        strikes, bombs = (
            sum(rows[column][day] for rows in by_faction.values())
            for column in ("air_strikes_total", "car_bombs_total")
        )
        cells = [_cell(by_faction[name], day, held, room) for name in ground]
        date = short_date(first["date"][day]) if first else ""
        table.add_row(date, *cells, number_text(strikes), number_text(bombs))
    reported = " (in brackets: as the monitor reports)" if room else ""
    screen.heading(f"Day by day, over the whole map: {what} held at the end of the day")
    screen.show(
        f"Dead{reported}, air strikes and car bombs are totals so far. Shown are days on which"
        " something changed hands, and one a week."
    )
    screen.show(table)


def _cell(rows: dict[str, list[Any]], day: int, held: str, room: bool) -> str:
    dead = f"{rows[held][day]:>3} {number_text(rows['killed_total_fighters'][day]):>5}"
    if not room:
        return dead
    reported = f"({number_text(rows['reported_killed_total_fighters'][day])})"
    return f"{dead} {reported:>6}"


def rows_of(daily: Any, faction: str) -> dict[str, list[Any]]:
    """Return the columns of one faction's rows, one entry a day."""
    import pyarrow.compute as pc

    rows: dict[str, list[Any]] = daily.filter(pc.equal(daily["faction"], faction)).to_pydict()
    return rows
