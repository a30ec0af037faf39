"""Differences of outcomes between scenarios with their intervals, one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.experiments.report import scales
from sim.experiments.report.scales import Scale
from sim.experiments.report.strips import Words, axis, legend, strip, strips, title
from sim.experiments.report.svg import (
    Markup,
    dot,
    drawing,
    pointer,
    rectangle,
    segment,
    words_at,
)
from sim.experiments.report.words import amount, change, share

GROUPS = {
    "days": "Dates and durations: difference in days",
    "numbers": "Counts and other numbers: difference as a share of the base's mean",
    "shares": "Shares and probabilities: difference in percentage points",
}
COLOURS = 5  # classes c0 to c4 of figures.css; later scenarios share the last
_ROW = 15.0  # pixels for each scenario in a row
_MOST_RELATIVE = 2.0  # a share of the base's mean beyond which an arrow is drawn


@dataclass(frozen=True)
class Effect:
    """A difference, ready to be drawn.

    Attributes
    ----------
    key : (str, str)
        Id of the outcome, and the category whose share it is, empty for a number.
    label, unit, group : str
        ``group`` is a key of ``GROUPS``; ``unit`` that of the difference.
    pair : mapping
        As :class:`~sim.experiments.comparison.PairedDifference` is written to JSON.
    replicates : int
        Of each scenario.
    """

    key: tuple[str, str]
    label: str
    unit: str
    group: str
    pair: Mapping[str, Any]
    replicates: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no difference."""
        low, high = self.pair["low"], self.pair["high"]
        return low is not None and (low > 0 or high < 0)

    @property
    def scale_by(self) -> float | None:
        """What a difference is divided by to be drawn; None if it cannot be."""
        if self.group != "numbers":
            return 1.0
        return abs(self.pair["base"]) or None

    @property
    def words(self) -> str:
        """The difference and its interval."""
        low, high = self.pair["low"], self.pair["high"]
        middle = change(self.pair["difference"], self.unit)
        middle += " days" if self.group == "days" else ""
        if low is None or low == high:
            return middle
        return f"{middle} ({change(low, self.unit)} to {change(high, self.unit)})"


def effects_of(outcomes: Mapping[str, Any], replicates: int) -> list[Effect]:
    """Return the differences of ``comparison.json``'s outcomes of one scenario.

    Left out are categories of which the number tells the rest, such as ``not by the end`` where
    it is alike in all pairs.
    """
    found = []
    for name, outcome in outcomes.items():
        label, pair = outcome["label"], outcome["number"]
        if pair is not None and pair["pairs"]:
            days = outcome["kind"] == "date" or outcome["unit"] == "days"
            of_shares = outcome["unit"] == "share"
            group = "days" if days else "shares" if of_shares else "numbers"
            unit = "days" if days else outcome["unit"]
            found.append(Effect((name, ""), label, unit, group, pair, replicates))
        for part, shares in outcome["shares"].items():
            words = label if part == "true" else f"{label}: {part}"
            found.append(Effect((name, part), words, "share", "shares", shares, replicates))
    return found


def forest(effects: Mapping[str, Sequence[Effect]]) -> Markup:
    """Draw the differences of every scenario from the base, group by group.

    Parameters
    ----------
    effects : mapping of scenario name to sequence of Effect
    """
    names = list(effects)
    rows = [_legend(names)]
    by_key: dict[tuple[str, str], dict[int, Effect]] = {}
    for number_of, name in enumerate(names):
        for effect in effects[name]:
            by_key.setdefault(effect.key, {})[number_of] = effect
    for group, words in GROUPS.items():
        members = [row for row in by_key.values() if next(iter(row.values())).group == group]
        if not members:
            continue
        scale = _scale(group, [effect for row in members for effect in row.values()])
        rows.append(title(words, "difference (95% interval)"))
        rows += [_row(row, scale, len(names)) for row in members]
        rows.append(axis(scale))
    return strips(rows)


def _scale(group: str, members: Sequence[Effect]) -> Scale:
    ends = [0.0]
    for effect in members:
        by = effect.scale_by
        if by is not None:
            ends += [(effect.pair[end] or 0.0) / by for end in ("low", "high", "difference")]
    low, high = min(ends), max(ends)
    if group == "numbers":
        low, high = max(low, -_MOST_RELATIVE), min(high, _MOST_RELATIVE)
    room = 0.04 * (high - low) or 0.1
    unit = "days" if group == "days" else "share"
    return scales.linear(low - room, high + room, unit=unit, signed=True)


def _row(row: Mapping[int, Effect], scale: Scale, scenarios: int) -> Markup:
    effect = next(iter(row.values()))
    height = max(_ROW * scenarios, 22.0)
    zero = scale.at(0.0)
    parts = [*scale.grid(height), segment(zero, 0, zero, height, "zero")]
    lines: list[Words | str] = []
    for number_of, each in row.items():
        middle = height * (number_of + 0.5) / scenarios
        parts += _mark(each, scale, middle, colour(number_of))
        words = each.words + (" *" if each.clear else "")
        lines.append(Words(words, f"line s{place(number_of)}") if scenarios > 1 else words)
    if scenarios == 1:
        lines.append(_means(effect))
    description = f"{effect.label}: {effect.words}"
    below = _pairs(list(row.values()))
    return strip(effect.label, below, drawing(parts, height, description), lines)


def _pairs(row: Sequence[Effect]) -> str:
    """Say in how many pairs both have the number, where it is not all."""
    total = row[0].replicates
    found = sorted({effect.pair["pairs"] for effect in row})
    if found == [total]:
        return ""
    counts = f"{found[0]:,}" if len(found) == 1 else f"{found[0]:,} to {found[-1]:,}"
    return f"in {counts} of {total:,} pairs"


def _means(effect: Effect) -> str:
    """Return both means, and in how many pairs the other has more or less."""
    pair = effect.pair
    words = f"higher in {share(pair['higher'])}, lower in {share(pair['lower'])} of pairs"
    if effect.group == "days" and effect.unit == "days":
        return words
    means = f"{amount(pair['base'], effect.unit)} → {amount(pair['other'], effect.unit)}"
    return f"{means}; {words}"


def _mark(effect: Effect, scale: Scale, middle: float, css: str) -> list[Markup]:
    by = effect.scale_by
    pair = effect.pair
    if by is None:
        return [words_at(scale.at(0.0) + 1, middle + 4, "none in the base", "tick", "start")]
    at = pair["difference"] / by
    faint = "" if effect.clear else "faint"
    parts = []
    if pair["low"] is not None:
        low, high = pair["low"] / by, pair["high"] / by
        ends = (scale.at(low), scale.at(high))
        parts.append(segment(ends[0], middle, ends[1], middle, f"reach {css} {faint}"))
        parts += [
            pointer(end, middle, 5, right, css)
            for end, right, beyond in (
                (ends[0], False, low < scale.low),
                (ends[1], True, high > scale.high),
            )
            if beyond
        ]
    if scale.low <= at <= scale.high:
        parts.append(
            dot(scale.at(at), middle, 5, css if effect.clear else f"{css} open", effect.words)
        )
    return parts


def colour(number_of: int) -> str:
    """Return the class of a scenario's colour."""
    return f"c{place(number_of)}"


def place(number_of: int) -> int:
    """Return the place of a scenario among the colours."""
    return min(number_of, COLOURS - 1)


def _legend(names: Sequence[str]) -> Markup:
    entries = []
    if len(names) > 1:
        entries = [(dot(50, 7, 5, colour(number_of)), name) for number_of, name in enumerate(names)]
    entries += [
        (segment(0, 7, 100, 7, "reach c4") + dot(50, 7, 5, "c4"), "interval leaves out zero (*)"),
        (
            segment(0, 7, 100, 7, "reach c4 faint") + dot(50, 7, 5, "c4 open"),
            "interval holds zero",
        ),
    ]
    return legend(entries)


def pairs_figure(effects: Sequence[Effect]) -> Markup:
    """Draw for one scenario the shares of pairs in which it has less, the same, or more."""
    rows = [
        legend(
            [
                (rectangle(0, 1, 100, 13, "c1"), "lower, earlier or shorter than in the base"),
                (rectangle(0, 1, 100, 13, "grey"), "the same"),
                (rectangle(0, 1, 100, 13, "c0"), "higher, later or longer"),
            ]
        )
    ]
    rows += [_pairs_row(effect) for effect in effects if effect.pair["pairs"]]
    return strips(rows)


def _pairs_row(effect: Effect) -> Markup:
    lower, higher = (100 * effect.pair[name] for name in ("lower", "higher"))
    parts = [
        rectangle(0, 3, lower, 14, "c1"),
        rectangle(lower, 3, max(100 - lower - higher, 0.0), 14, "grey"),
        rectangle(100 - higher, 3, higher, 14, "c0"),
        segment(50, 0, 50, 20, "zero"),
    ]
    words = f"lower {share(lower / 100)}, higher {share(higher / 100)}"
    return strip(
        effect.label, _pairs([effect]), drawing(parts, 20, f"{effect.label}: {words}"), [words]
    )
