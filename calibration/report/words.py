"""Numbers, dates, shares and spreads as a reader wants them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from calibration.kinds import WORD_BINS
from calibration.results import Findings, Spread, TargetRow
from sim.experiments.report.words import DASH, MINUS, number, share, shortened, two
from sim.outcomes.values import NOT_BY_THE_END

__all__ = [
    "DASH",
    "KIND_WORDS",
    "MINUS",
    "Calendar",
    "likeliest",
    "number",
    "share",
    "shortened",
    "spread_words",
    "target_number",
    "two",
    "word_ends",
    "word_of",
]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
KIND_WORDS = {
    "exact": "count",
    "at_least": "at least",
    "about": "round number",
    "word": "word for a number",
    "date": "date",
    "duration": "duration",
    "category": "one of several",
    "true_or_false": "true or false",
    "order": "order of two dates",
}


@dataclass(frozen=True)
class Calendar:
    """The days of a scenario: day 0 is ``start``; day ``days`` means not by the end."""

    start: date
    days: int

    @classmethod
    def of(cls, findings: Findings) -> Calendar:
        """Read it off the findings."""
        start = date.fromisoformat(findings.start)
        return cls(start, (date.fromisoformat(findings.end) - start).days + 1)

    def words(self, day: float) -> str:
        """Return a day as ``27 Jul``, with the year where the scenario has more than one."""
        if round(day) >= self.days:
            return NOT_BY_THE_END
        found = self.start + timedelta(days=round(max(day, 0)))
        last = self.start + timedelta(days=self.days - 1)
        year = f" {found.year}" if self.start.year != last.year else ""
        return f"{_day(found)}{year}"

    def ticks(self) -> list[tuple[int, str]]:
        """Return days to mark on an axis: the first of each month, mid-months if there is room."""
        dates = [self.start + timedelta(days=day) for day in range(self.days)]
        marked = (1, 15) if self.days <= 130 else (1,)
        step = max(1, self.days // 400 + 1)
        return [
            (day, _day(found))
            for day, found in enumerate(dates)
            if found.day in marked and (found.month - 1) % step == 0
        ]


def _day(found: date) -> str:
    return f"{found.day}\u00a0{_MONTHS[found.month - 1]}"  # not to be broken over two lines


def target_number(value: float, row: TargetRow, calendar: Calendar) -> str:
    """Return a value of a target as a date, a whole number, or digits that count."""
    if row.kind == "date":
        return calendar.words(value)
    if row.kind == "duration" and round(value) >= calendar.days:
        return NOT_BY_THE_END
    if row.kind == "word":
        return word_of(value)
    return f"{value:,.0f}"


def word_of(value: float) -> str:
    """Return the word that stands for a count."""
    low_ends = [(low, word) for word, (low, _) in WORD_BINS.items()]
    return max(pair for pair in low_ends if pair[0] <= max(round(value), 0))[1]


def word_ends(word: str) -> tuple[float, float]:
    """Return the lowest and the highest count of a word; the last has ten times the lowest."""
    low, high = WORD_BINS[word]
    return low, min(high, 10 * max(low, 1))


def spread_words(spread: Spread | None, row: TargetRow, calendar: Calendar) -> str:
    """Return ``median (5% to 95%)`` of a target."""
    if spread is None:
        return DASH
    low, middle, high = (
        target_number(value, row, calendar) for value in (spread.p05, spread.p50, spread.p95)
    )
    if low == middle == high:
        return middle
    between = " … " if row.kind == "word" else " to "  # "ten to two dozen" is a word
    return f"{middle} ({low}{between}{high})"


def likeliest(shares: dict[str, float], count: int) -> list[tuple[str, float]]:
    """Return the likeliest labels with their shares, ties by name."""
    return sorted(shares.items(), key=lambda pair: (-pair[1], pair[0]))[:count]
