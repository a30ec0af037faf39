"""The tables of the report, with every number already in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from calibration.report.strips import SHOWN_NOT_BY_END, group_of
from calibration.report.words import (
    DASH,
    KIND_WORDS,
    MINUS,
    Calendar,
    likeliest,
    number,
    share,
    spread_words,
    two,
)
from calibration.results import Direction, Findings, ParameterRow, ScoreRow, Spread, TargetRow
from sim.outcomes.values import NOT_BY_THE_END

Inside = Literal["", "50%", "90%", "outside"]
ROLES = {
    "fit": "Fitted",
    "check": "Not fitted: checks",
    "context": "Not fitted: context",
}


@dataclass(frozen=True)
class Cell:
    """Words, smaller words below them, and whether what was reported lies inside."""

    words: str
    below: str = ""
    inside: Inside = ""


@dataclass(frozen=True)
class TargetWords:
    """A row of the table of targets."""

    id: str
    label: str
    kind: str
    reported: str
    prior: Cell
    fitted: Cell
    happened: str
    left_out: Cell
    width: str
    luck: str
    why: str
    model_limit: str


@dataclass(frozen=True)
class ParameterWords:
    """A row of the tables of parameters."""

    id: str
    unit: str
    range: str
    fitted: str
    contraction: str
    coverage_90: str
    coverage_50: str
    ranks: str
    recovery: str
    pools: str
    calibrated: bool | None
    identified: bool
    source: str


@dataclass(frozen=True)
class ScoreGroup:
    """Checks of one group and in how many the model beats the naive forecast."""

    name: str
    rows: tuple[ScoreRow, ...]

    @property
    def wins(self) -> int:
        """Number of rows in which the model is better."""
        return sum(row.better for row in self.rows)

    @property
    def losses(self) -> tuple[str, ...]:
        """What the naive forecast does better."""
        return tuple(row.what for row in self.rows if not row.better)


def target_groups(findings: Findings) -> list[tuple[str, list[TargetWords]]]:
    """Return the rows of targets by role, fitted first; roles without rows are left out."""
    calendar = Calendar.of(findings)
    groups = []
    for role, title in ROLES.items():
        rows = [_target_words(row, calendar) for row in findings.targets if row.role == role]
        if rows:
            groups.append((title, rows))
    return groups


def _target_words(row: TargetRow, calendar: Calendar) -> TargetWords:
    fitted = _cell(row, calendar, row.posterior_spread, row.posterior_shares)
    inside: Inside = "50%" if row.inside_posterior_50 else "90%"
    left_out = Cell(DASH)
    if row.inside_left_out_90 is not None:
        found = _cell(row, calendar, row.left_out_spread, row.left_out_shares)
        left_out = replace(found, inside="90%" if row.inside_left_out_90 else "outside")
    return TargetWords(
        id=row.id,
        label=row.label,
        kind=KIND_WORDS.get(row.kind, row.kind),
        reported=row.reported,
        prior=_cell(row, calendar, row.prior_spread, row.prior_shares),
        fitted=replace(fitted, inside=inside if row.inside_posterior_90 else "outside"),
        happened=_happened(row, calendar),
        left_out=left_out,
        width=two(row.width_ratio),
        luck=share(row.luck_share),
        why=row.why,
        model_limit=row.model_limit,
    )


def _cell(
    row: TargetRow, calendar: Calendar, spread: Spread | None, shares: dict[str, float]
) -> Cell:
    if group_of(row) == "labels":
        return Cell(_shares_words(shares, row.reported_label))
    if row.kind == "word":
        found = share(shares.get(row.reported_label or "", 0.0))
        return Cell(spread_words(spread, row, calendar), f"{row.reported} {found}")
    late = spread is not None and spread.not_by_end > SHOWN_NOT_BY_END
    below = f"{NOT_BY_THE_END} {share(spread.not_by_end)}" if spread and late else ""
    return Cell(spread_words(spread, row, calendar), below)


def _happened(row: TargetRow, calendar: Calendar) -> str:
    """Return what took place: of a word too it is a number."""
    counted = replace(row, kind="exact") if row.kind == "word" else row
    return spread_words(row.truth_spread, counted, calendar)


def _shares_words(shares: dict[str, float], reported: str | None) -> str:
    if not shares:
        return DASH
    shown = {label: found for label, found in likeliest(shares, 3) if found > 0}
    if reported is not None and reported not in shown:
        shown[reported] = shares.get(reported, 0.0)
    return ", ".join(f"{label} {share(found)}" for label, found in shown.items())


def parameter_words(rows: Iterable[ParameterRow]) -> list[ParameterWords]:
    """Return rows of parameters in words, in the order given."""
    return [
        ParameterWords(
            id=row.id,
            unit=row.unit,
            range=f"{number(row.low)} to {number(row.high)}",
            fitted=f"{number(row.p50)} ({number(row.p05)} to {number(row.p95)})",
            contraction=two(row.contraction),
            coverage_90=two(row.coverage_90),
            coverage_50=two(row.coverage_50),
            ranks=DASH if row.rank_p_value is None else f"{row.rank_p_value:.3f}",
            recovery=two(row.recovery_correlation),
            pools=two(row.pool_difference),
            calibrated=row.calibrated,
            identified=row.identified,
            source=row.source,
        )
        for row in rows
    ]


def identified(findings: Findings) -> list[ParameterRow]:
    """Return the identified parameters, the best known first."""
    found = [row for row in findings.parameters if row.identified]
    return sorted(found, key=lambda row: (-row.contraction, row.id))


def direction_words(directions: Sequence[Direction]) -> list[tuple[str, str]]:
    """Return each direction as its share and its largest parts, signs kept."""
    return [(f"{row.share:.2f}", _parts(row.parts)) for row in directions]


def _parts(parts: dict[str, float]) -> str:
    found = ""
    for name, loading in parts.items():
        sign = MINUS if loading < 0 else "+"
        if not found:
            found = f"{MINUS if loading < 0 else ''}{abs(loading):.2f} {name}"
        else:
            found += f" {sign} {abs(loading):.2f} {name}"
    return found


def score_groups(rows: Sequence[ScoreRow]) -> list[ScoreGroup]:
    """Return the checks by group, in the order in which the groups first come."""
    names = dict.fromkeys(row.group for row in rows)
    return [ScoreGroup(name, tuple(row for row in rows if row.group == name)) for name in names]


def facts(findings: Findings) -> list[tuple[str, str]]:
    """Return the few numbers that stand below the verdict, each with what it is."""
    fitted = [row for row in findings.targets if row.role == "fit"]
    left_out = [row for row in fitted if row.inside_left_out_90 is not None]
    known = [row for row in findings.parameters if row.identified]
    found = []
    if fitted:
        inside = sum(row.inside_posterior_90 for row in fitted)
        found.append((f"{inside} of {len(fitted)}", "fitted targets inside the 90% interval"))
    ratios = [row.width_ratio for row in fitted if row.width_ratio is not None]
    if ratios:
        found.append((two(sum(ratios) / len(ratios)), "mean width, fitted over prior"))
    if left_out:
        inside = sum(bool(row.inside_left_out_90) for row in left_out)
        found.append((f"{inside} of {len(left_out)}", "predicted from the other targets"))
    if findings.parameters:
        found.append((f"{len(known)} of {len(findings.parameters)}", "parameters identified"))
    if findings.scores:
        wins = sum(row.better for row in findings.scores)
        found.append((f"{wins} of {len(findings.scores)}", "checks won against naive forecasts"))
    if findings.siege_ends is not None:
        found.append((share(findings.siege_ends), "of fitted runs see the siege end"))
    return found
