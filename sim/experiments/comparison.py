"""What a difference between two scenarios makes, outcome by outcome, with common random numbers.

Replicate r of both scenarios shares all luck that does not hang on what differs, and the
parameters drawn from priors that both have. So differences are taken replicate by replicate, and
their spread is that of the difference, not of two independent ensembles.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.outcomes.values import NOT_BY_THE_END, OutcomeValues

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]

NOT_SIMULATED = "not_simulated"  # the measure of what only stands in briefs, for context
NORMAL_95 = 1.959963984540054  # quantile 0.975 of the standard normal distribution


class ComparisonError(ValueError):
    """Scenarios that cannot be compared, or a comparison that cannot be read, in one sentence."""


@dataclass(frozen=True)
class PairedDifference:
    """A number in two scenarios, and the mean of its difference over pairs of replicates.

    Attributes
    ----------
    pairs : int
        Replicates in which both scenarios have the number.
    base, other : float or None
        Means over the pairs; None if there is no pair.
    difference, low, high : float or None
        Mean of other minus base over the pairs and its 95 percent interval (normal, by the
        standard error of paired differences); the interval is None for fewer than two pairs.
    higher, lower : float or None
        Shares of the pairs in which the other scenario has the larger or the smaller number.
    correlation : float or None
        Pearson correlation over the pairs: what the common random numbers achieve. None where
        either number does not vary.
    base_deviation, other_deviation, deviation : float or None
        Standard deviations over the pairs, of the two numbers and of their difference; None for
        fewer than two pairs.
    variance_reduction : float or None
        Share of the variance of a difference of independent luck that common luck takes away,
        ``1 - var(other - base) / (var(base) + var(other))``: 0 for nothing gained, 1 for all,
        negative where it hurts. None where neither number varies.
    """

    pairs: int
    base: float | None = None
    other: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    higher: float | None = None
    lower: float | None = None
    correlation: float | None = None
    base_deviation: float | None = None
    other_deviation: float | None = None
    deviation: float | None = None
    variance_reduction: float | None = None

    @property
    def independent_variance(self) -> float | None:
        """Variance that the difference of a replicate of each would have with luck of its own."""
        if self.base_deviation is None or self.other_deviation is None:
            return None
        return self.base_deviation**2 + self.other_deviation**2

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out no difference."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class OutcomeComparison:
    """One outcome in two scenarios.

    Attributes
    ----------
    id, label, unit, kind : str
        ``kind`` as in :class:`~sim.outcomes.values.OutcomeValues`.
    replicates : int
        Of each scenario.
    number : PairedDifference or None
        Of a number, duration (days) or date (days from the base scenario's first day), over the
        replicates in which both have it by the end; None for categories and truth values.
    shares : dict of str to PairedDifference
        By category, ``true``, or ``not by the end``: the share of all replicates, as the mean of
        a number that is 1 or 0.
    """

    id: str
    label: str
    unit: str
    kind: str
    replicates: int
    number: PairedDifference | None
    shares: dict[str, PairedDifference]

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def compare_outcomes(
    base: Scenario,
    base_outcomes: Mapping[str, OutcomeValues],
    other: Scenario,
    other_outcomes: Mapping[str, OutcomeValues],
) -> list[OutcomeComparison]:
    """Compare the outcomes that two scenarios share, in the order of the base scenario.

    Parameters
    ----------
    base, other : Scenario
    base_outcomes, other_outcomes : mapping of str to OutcomeValues
        Of the same replicates of the same seed, in the same order.

    Raises
    ------
    ValueError
        If the scenarios share no outcome, or the numbers of replicates differ.
    """
    shared = [
        row
        for row in base.outcomes
        if row.id in other_outcomes
        and base_outcomes[row.id].kind == other_outcomes[row.id].kind
        and row.measure != NOT_SIMULATED
    ]
    if not shared:
        raise ValueError(f"scenarios {base.name!r} and {other.name!r} share no outcome")
    later_days = (other.start - base.start).days
    return [
        _compare_one(row, base_outcomes[row.id], other_outcomes[row.id], later_days)
        for row in shared
    ]


def paired_difference(base: Float64, other: Float64) -> PairedDifference:
    """Compare two numbers over pairs of replicates.

    Parameters
    ----------
    base, other : float64 arrays, shape ``[R]``
    """
    pairs = len(base)
    if pairs == 0:
        return PairedDifference(0)
    change = other - base
    mean = float(change.mean())
    found = PairedDifference(
        pairs=pairs,
        base=float(base.mean()),
        other=float(other.mean()),
        difference=mean,
        higher=float(np.mean(change > 0)),
        lower=float(np.mean(change < 0)),
        correlation=_correlation(base, other),
    )
    if pairs == 1:
        return found
    in_base, in_other, in_change = (float(x.std(ddof=1)) for x in (base, other, change))
    error = in_change / math.sqrt(pairs)
    independent = in_base**2 + in_other**2
    return replace(
        found,
        low=mean - NORMAL_95 * error,
        high=mean + NORMAL_95 * error,
        base_deviation=in_base,
        other_deviation=in_other,
        deviation=in_change,
        variance_reduction=1 - in_change**2 / independent if independent > 0 else None,
    )


def _correlation(base: Float64, other: Float64) -> float | None:
    if len(base) < 3 or np.ptp(base) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(base, other)[0, 1])


def _compare_one(
    row: Any, base: OutcomeValues, other: OutcomeValues, later_days: int
) -> OutcomeComparison:
    if base.replicates != other.replicates:
        raise ValueError(
            f"outcome {row.id!r}: {base.replicates} and {other.replicates} replicates "
            "cannot be paired"
        )
    shares = {
        label: _of_shares(paired_difference(_as_number(in_base), _as_number(in_other)))
        for label, in_base, in_other in _categories(base, other)
    }
    number = None
    if base.kind not in ("category", "truth"):
        both = base.by_end & other.by_end
        shift = later_days if base.kind == "date" else 0
        number = paired_difference(
            _as_number(base.values[both]), _as_number(other.values[both]) + shift
        )
    return OutcomeComparison(
        id=row.id,
        label=row.label or row.id,
        unit=row.unit,
        kind=base.kind,
        replicates=base.replicates,
        number=number,
        shares=shares,
    )


def _of_shares(found: PairedDifference) -> PairedDifference:
    """Keep the interval of a difference of shares between -1 and 1."""
    if found.low is None or found.high is None:
        return found
    return replace(found, low=max(found.low, -1.0), high=min(found.high, 1.0))


def _as_number(values: NDArray[Any]) -> Float64:
    return np.asarray(values, dtype=np.float64)


def _categories(base: OutcomeValues, other: OutcomeValues) -> list[tuple[str, Bool, Bool]]:
    """Return each category that occurs in either, with where it does."""
    found: list[tuple[str, Bool, Bool]] = []
    if base.kind == "truth":
        found.append(("true", base.values & base.by_end, other.values & other.by_end))
    elif base.kind == "category":
        labels = sorted({*base.labels, *other.labels})
        found.extend((label, _is(base, label), _is(other, label)) for label in labels)
    found.append((NOT_BY_THE_END, ~base.by_end, ~other.by_end))
    return [entry for entry in found if entry[1].any() or entry[2].any() or entry[0] == "true"]


def _is(values: OutcomeValues, label: str) -> Bool:
    if label not in values.labels:
        return np.zeros(values.replicates, dtype=np.bool_)
    return np.asarray((values.values == values.labels.index(label)) & values.by_end)
