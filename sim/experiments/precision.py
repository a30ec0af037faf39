"""How many replicates a comparison needs for an interval as narrow as one wants.

The half-width of a 95 percent interval of a mean of n pairs is 1.96 s / sqrt(n), with s the
standard deviation of the difference; so n = (1.96 s / h)^2 for a half-width h. With luck of their
own, s^2 is the sum of the variances of both scenarios. s is known from the pairs that were run,
to about 1 / sqrt(2 n) of itself: what is computed from few pairs is a guide, not a promise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sim.experiments.comparison import NORMAL_95, ComparisonError

if TYPE_CHECKING:
    from sim.experiments.comparison import OutcomeComparison, PairedDifference

SHARE = "share"  # the unit of numbers that are shown as percentages
FEWEST = 2  # replicates; fewer have no spread
MOST_HALF_WIDTH_OF_SHARE = 1.0  # an interval of shares from -1 to 1 is no wider


@dataclass(frozen=True)
class Precision:
    """A half-width that the 95 percent interval of a difference is to have.

    Attributes
    ----------
    half_width : float
        In the unit of the outcome, or as a share.
    relative : bool
        Whether it is a share of the base scenario's mean; of what is itself a share it is meant
        in percentage points.
    outcome : str or None
        The outcome that it is wanted for; None for all.
    """

    half_width: float
    relative: bool = False
    outcome: str | None = None

    def of(self, unit: str, kind: str, base: float | None) -> float | None:
        """Return the half-width in the unit of a number; None if it says nothing of it.

        Parameters
        ----------
        unit, kind : str
            Of the number; a share of a date says nothing.
        base : float or None
            The base scenario's mean.
        """
        if unit == SHARE:
            return self.half_width if self.half_width < MOST_HALF_WIDTH_OF_SHARE else None
        if not self.relative:
            return self.half_width
        if kind == "date" or not base:
            return None
        return self.half_width * abs(base)


@dataclass(frozen=True)
class ReplicatesNeeded:
    """What a wanted precision of one difference costs.

    Attributes
    ----------
    outcome, label, unit : str
    part : str or None
        The category whose share it is, ``true``, or ``not by the end``; None for a number.
    half_width : float
        Wanted, in the unit.
    achieved : float
        Half-width of the interval of the pairs that were run.
    common, independent : int
        Replicates of each scenario with common luck, and with luck of their own.
    """

    outcome: str
    label: str
    unit: str
    part: str | None
    half_width: float
    achieved: float
    common: int
    independent: int

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def parsed_precision(text: str) -> Precision:
    """Read ``HALF_WIDTH``, ``HALF_WIDTH%`` or either after ``OUTCOME=``.

    Raises
    ------
    ComparisonError
        If it is neither, or not above zero.
    """
    outcome, equals, width = text.rpartition("=")
    outcome, width = outcome.strip(), width.strip()
    relative = width.endswith("%")
    try:
        half_width = float(width.removesuffix("%")) / (100 if relative else 1)
    except ValueError:
        half_width = math.nan
    if not (math.isfinite(half_width) and half_width > 0) or bool(equals) != bool(outcome):
        raise ComparisonError(
            f"--precision: found {text[:80]!r}; allowed: a number above 0 in the outcome's unit, "
            "such as 2, or a share of the base's mean, such as 5%, either after OUTCOME=."
        )
    return Precision(half_width, relative, outcome or None)


def wanted_precision(
    wanted: Iterable[str | Precision], outcomes: Sequence[str]
) -> tuple[Precision, ...]:
    """Return half-widths that are wanted, checked against the outcomes that there are.

    Parameters
    ----------
    wanted : iterable of str or Precision
    outcomes : sequence of str
        Ids.

    Raises
    ------
    ComparisonError
        If a text cannot be read, an outcome is unknown, or one is named twice.
    """
    found: dict[str | None, Precision] = {}
    for entry in wanted:
        precision = parsed_precision(entry) if isinstance(entry, str) else entry
        name = precision.outcome
        if name is not None and name not in outcomes:
            near = get_close_matches(name, outcomes, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise ComparisonError(
                f"--precision: unknown outcome {name[:80]!r}{hint}; "
                "allowed: an outcome that the scenarios share."
            )
        if name in found:
            about = "all outcomes" if name is None else f"outcome {name!r}"
            raise ComparisonError(f"--precision: that of {about} is given twice.")
        found[name] = precision
    return tuple(found.values())


def replicates_needed(
    compared: Iterable[OutcomeComparison], wanted: Sequence[Precision]
) -> list[ReplicatesNeeded]:
    """Return what the wanted precision of each difference costs.

    Left out are differences of which the precision says nothing, and those without any spread in
    the pairs that were run: these say nothing of how many it takes.

    Parameters
    ----------
    compared : iterable of OutcomeComparison
    wanted : sequence of Precision
        One for all, some for single outcomes, which win.
    """
    by_outcome = {precision.outcome: precision for precision in wanted}
    found = []
    for outcome in compared:
        precision = by_outcome.get(outcome.id, by_outcome.get(None))
        if precision is None:
            continue
        for part, unit, pair in _parts(outcome):
            half_width = precision.of(unit, outcome.kind if part is None else SHARE, pair.base)
            counts = _counts(pair, outcome.replicates, half_width)
            if counts is not None and half_width is not None:
                achieved = NORMAL_95 * (pair.deviation or 0.0) / math.sqrt(pair.pairs)
                about = (outcome.id, outcome.label, unit, part, half_width, achieved)
                found.append(ReplicatesNeeded(*about, *counts))
    return found


def needed_json(
    found: Mapping[str, Sequence[ReplicatesNeeded]],
) -> dict[str, list[dict[str, Any]]]:
    """Return plain values by scenario."""
    return {name: [row.to_json() for row in rows] for name, rows in found.items()}


def _parts(
    outcome: OutcomeComparison,
) -> Iterable[tuple[str | None, str, PairedDifference]]:
    """Return the number of an outcome and its shares, each with its unit."""
    if outcome.number is not None:
        yield None, outcome.unit, outcome.number
    for name, share in outcome.shares.items():
        yield name, SHARE, share


def _counts(
    pair: PairedDifference, replicates: int, half_width: float | None
) -> tuple[int, int] | None:
    """Return replicates of each scenario with common luck and without.

    Where not every replicate has the number, as many more are needed as are without it.
    """
    independent = pair.independent_variance
    if half_width is None or not pair.deviation or not independent:
        return None
    share = pair.pairs / replicates
    common, alone = (
        max(FEWEST, math.ceil((NORMAL_95 / half_width) ** 2 * variance / share))
        for variance in (pair.deviation**2, independent)
    )
    return common, alone
