"""The targets as the page of the app draws them: each on an axis of its own, from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calibration.report.strips import Strip, fitted_strip
from calibration.report.words import DASH, Calendar, share, spread_words
from calibration.results import Spread, TargetRow

ROLE_TITLES = {
    "fit": "Fitted",
    "check": "Not fitted: checks",
    "context": "Not fitted: context",
}
LATE = 0.14  # share of an axis that stands for "not by the end"
_CHARACTER = 0.021  # width of a character below it, on a small screen
_MOST_MARKS = 6
_WORD_MARKS = tuple(mark for power in range(6) for mark in (10**power, 3 * 10**power))


@dataclass(frozen=True)
class Axis:
    """Where values of a target stand.

    Attributes
    ----------
    group : str
        ``dates``, ``durations``, ``counts`` or ``labels`` (shares).
    most : float
        The largest value on it; of dates and durations that may be late, the day after the last.
    late : bool
        Whether there is a place for what is not by the end.
    logarithmic : bool
        Whether equal ratios are as far apart: words for numbers go from one to thousands.
    """

    group: str
    most: float
    late: bool = False
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Return the place of a value, 0 to 1."""
        if self.logarithmic:
            return min(math.log1p(max(value, 0.0)) / math.log1p(self.most), 1.0)
        if self.late and value >= self.most - 0.5:
            return 1.0 - LATE / 2
        room = 1.0 - LATE if self.late else 1.0
        return room * min(max(value, 0.0) / self.most, 1.0)

    def marks(self, calendar: Calendar) -> list[list[Any]]:
        """Return places and words of the marks below it."""
        if self.group == "labels":
            return [[tenth / 4, f"{25 * tenth}%"] for tenth in range(5)]
        if self.group == "dates":
            marks: list[tuple[float, str]] = [(day, words) for day, words in calendar.ticks()]
        elif self.logarithmic:
            marks = [(mark, f"{mark:,}") for mark in (0, *_WORD_MARKS) if mark <= self.most]
        else:
            step = _step(self.most)
            marks = [(mark, f"{mark:,}") for mark in range(0, math.floor(self.most) + 1, step)]
        return _apart([[self(value), words] for value, words in marks], self.late)


def _step(most: float) -> int:
    """Return the least of 1, 2, 5, 10, 20, ... with which few marks reach so far."""
    steps = (step * 10**power for power in range(12) for step in (1, 2, 5))
    return next(step for step in steps if most <= _MOST_MARKS * step)


def _apart(marks: list[list[Any]], late: bool) -> list[list[Any]]:
    """Leave out marks that would run into the one before, or into the words at the end."""
    kept: list[list[Any]] = []
    free = -1.0
    end = 1.0 - LATE - 0.04 if late else 1.1
    for place, words in marks:
        width = _CHARACTER * len(words)
        # At the edges words stand wholly to one side of their mark.
        left = place - (0 if place < 0.03 else width if place > 0.97 else width / 2)
        if left >= free and left + width <= end:
            kept.append([_rounded(place), words])
            free = left + width + _CHARACTER
    return kept


def target_groups(rows: Sequence[TargetRow], calendar: Calendar) -> list[dict[str, Any]]:
    """Return the targets by role, fitted ones first.

    Returns
    -------
    list of dict
        ``role``, ``title``, ``rows``: see :func:`target_row`. Roles without a target are left out.
    """
    groups = []
    for role, title in ROLE_TITLES.items():
        members = [target_row(row, calendar) for row in rows if row.role == role]
        if members:
            groups.append({"role": role, "title": title, "rows": members})
    return groups


def target_row(row: TargetRow, calendar: Calendar) -> dict[str, Any]:
    """Return one target as the page draws and writes it.

    Returns
    -------
    dict
        ``id``, ``label``, ``reported``: what it is and what was reported. ``prior``,
        ``posterior``: median and 90% interval in words, or the probability of the reported label.
        ``prior_at``, ``posterior_at``: places of the 5, 25, 50, 75 and 95% quantiles on the axis,
        or 0 and the probability. ``reported_at``: from where to where what was reported reaches;
        a label stands at 1, where every run would report it. ``marks``: places and words.
        ``late``: where on the axis *not by the end* begins, or None. ``inside``: whether the 90%
        interval of the posterior holds what was reported. ``remark``: what else is to be said.
        ``luck``: share of the variance that luck makes, in words, or None. ``limit``: what in the
        model stands in the way.
    """
    strip = fitted_strip(row, calendar)
    axis = _axis(strip, calendar, words=row.kind == "word")
    labels = strip.group == "labels"
    return {
        "id": row.id,
        "label": row.label,
        "reported": row.reported,
        "group": strip.group,
        "prior": _words(row, calendar, row.prior_spread, row.prior_shares),
        "posterior": _words(row, calendar, row.posterior_spread, row.posterior_shares),
        "prior_at": [0.0, _rounded(strip.back_share)] if labels else _places(strip.back, axis),
        "posterior_at": [0.0, _rounded(strip.front_share)]
        if labels
        else _places(strip.front, axis),
        "reported_at": [1.0, 1.0] if labels else _reported(strip, axis),
        "marks": axis.marks(calendar),
        "late": _rounded(1.0 - LATE) if axis.late else None,
        "inside": row.inside_posterior_90,
        "remark": "" if row.kind == "true_or_false" else strip.remark,
        "luck": None if row.luck_share is None else share(row.luck_share),
        "limit": row.model_limit,
    }


def _axis(strip: Strip, calendar: Calendar, *, words: bool) -> Axis:
    found = [part.p95 for part in (strip.back, strip.front) if part is not None]
    found += [] if strip.reported is None else [strip.reported[1]]
    most = max([1.0, *found])
    late = most >= calendar.days - 0.5
    match strip.group:
        case "labels":
            return Axis("labels", 1.0)
        case "dates":
            return Axis("dates", float(calendar.days), late=late)
        case "durations":
            return Axis("durations", float(calendar.days) if late else 1.05 * most, late=late)
        case _:
            return Axis("counts", 1.05 * most, logarithmic=words)


def _places(spread: Spread | None, axis: Axis) -> list[float] | None:
    if spread is None:
        return None
    parts = (spread.p05, spread.p25, spread.p50, spread.p75, spread.p95)
    return [_rounded(axis(part)) for part in parts]


def _reported(strip: Strip, axis: Axis) -> list[float] | None:
    if strip.reported is None:
        return None
    return [_rounded(axis(value)) for value in strip.reported]


def _words(
    row: TargetRow, calendar: Calendar, spread: Spread | None, shares: dict[str, float]
) -> str:
    if spread is not None:
        return spread_words(spread, row, calendar)
    if row.reported_label is None:
        return DASH
    return f"{share(shares.get(row.reported_label, 0.0))} {row.reported_label}"


def _rounded(place: float) -> float:
    return round(place, 4)
