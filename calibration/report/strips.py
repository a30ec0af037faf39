"""Rows of the figures that hold what was reported against what the model would have reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from calibration.report.words import (
    Calendar,
    likeliest,
    share,
    shortened,
    spread_words,
    word_ends,
    word_of,
)
from calibration.results import Findings, Spread, TargetRow
from calibration.structures import COUNT_KINDS
from sim.outcomes.values import NOT_BY_THE_END

Group = Literal["dates", "durations", "counts", "labels"]
SHOWN_NOT_BY_END = 0.05  # a smaller share of reports without a number is not written out


@dataclass(frozen=True)
class Strip:
    """One row: two spreads (or two shares of the reported label), and what was reported.

    Attributes
    ----------
    back, front : Spread or None
        The wide light one and the strong one; None for labels.
    back_share, front_share : float
        Probability of the reported label.
    reported : (float, float) or None
        From where to where what was reported reaches: the counts that a word stands for, else
        the same number twice.
    outside : bool
        What was reported lies outside the 90 percent of ``front``.
    result, remark : str
        Written at the right.
    """

    group: Group
    label: str
    words: str
    back: Spread | None
    front: Spread | None
    back_share: float
    front_share: float
    reported: tuple[float, float] | None
    outside: bool
    result: str
    remark: str


def group_of(row: TargetRow) -> Group:
    """Return where a target is shown."""
    if row.kind == "date":
        return "dates"
    if row.kind == "duration":
        return "durations"
    return "counts" if row.kind in COUNT_KINDS else "labels"


def fitted_strips(findings: Findings) -> list[Strip]:
    """Return the fitted targets: prior, posterior and reported."""
    calendar = Calendar.of(findings)
    return [fitted_strip(row, calendar) for row in findings.targets if row.role == "fit"]


def fitted_strip(row: TargetRow, calendar: Calendar) -> Strip:
    """Return prior, posterior and reported of a target."""
    return _strip(
        row,
        calendar,
        (row.prior_spread, row.posterior_spread),
        (row.prior_shares, row.posterior_shares),
        outside=not row.inside_posterior_90,
    )


def left_out_strips(findings: Findings) -> list[Strip]:
    """Return the targets predicted from the others: posterior, left out, reported."""
    calendar = Calendar.of(findings)
    return [
        _strip(
            row,
            calendar,
            (row.posterior_spread, row.left_out_spread),
            (row.posterior_shares, row.left_out_shares),
            outside=not row.inside_left_out_90,
        )
        for row in findings.targets
        if row.inside_left_out_90 is not None
    ]


def _strip(
    row: TargetRow,
    calendar: Calendar,
    spreads: tuple[Spread | None, Spread | None],
    shares: tuple[dict[str, float], dict[str, float]],
    *,
    outside: bool,
) -> Strip:
    group = group_of(row)
    before, after = (found.get(row.reported_label or "", 0.0) for found in shares)
    if group == "labels":
        result = f"{share(before)} → {share(after)}"
        remark = _other_labels(row, shares[1])
    else:
        result = spread_words(spreads[1], row, calendar)
        remark = _not_by_end(*spreads)
    if row.kind == "word":
        spreads = _whole_words(spreads[0]), _whole_words(spreads[1])
        remark = f"{row.reported}: {share(before)} → {share(after)}"
    return Strip(
        group=group,
        label=row.label,
        words=row.reported,
        back=spreads[0],
        front=spreads[1],
        back_share=before,
        front_share=after,
        reported=_reported(row, calendar),
        outside=outside,
        result=result,
        remark=remark,
    )


def _whole_words(spread: Spread | None) -> Spread | None:
    """Return a spread of words widened to all the counts that they stand for."""
    if spread is None:
        return None
    low, quarter, three_quarters, high = (
        word_ends(word_of(value)) for value in (spread.p05, spread.p25, spread.p75, spread.p95)
    )
    return replace(spread, p05=low[0], p25=quarter[0], p75=three_quarters[1], p95=high[1])


def _reported(row: TargetRow, calendar: Calendar) -> tuple[float, float] | None:
    if row.kind == "word" and row.reported_label is not None:
        return word_ends(row.reported_label)
    if row.kind in ("date", "duration") and row.reported == NOT_BY_THE_END:
        return float(calendar.days), float(calendar.days)
    return None if row.reported_number is None else (row.reported_number, row.reported_number)


def _not_by_end(back: Spread | None, front: Spread | None) -> str:
    before, after = (spread.not_by_end if spread else 0.0 for spread in (back, front))
    if max(before, after) <= SHOWN_NOT_BY_END:
        return ""
    return f"{NOT_BY_THE_END} {share(before)} → {share(after)}"


def _other_labels(row: TargetRow, shares: dict[str, float]) -> str:
    others = [pair for pair in likeliest(shares, 2) if pair[0] != row.reported_label]
    named = [f"{label} {share(found)}" for label, found in others[:1] if found > SHOWN_NOT_BY_END]
    return shortened("else " + named[0], 40) if named else ""
