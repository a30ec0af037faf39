"""What the parts of a calibration hand to each other: targets, the pool, reports.

The *truth* is what the model says happened, a *report* what would have been said of it, drawn from
the truth by the target's kind. Fitting compares reports with what was reported. The pool holds many
parameter vectors, each with a replicate of its own, and their truths; reports are drawn from it
afresh for each set of targets, so that targets can change without a new simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from sim.outcomes.values import OutcomeValues

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

Kind = Literal[
    "exact",
    "at_least",
    "about",
    "word",
    "date",
    "duration",
    "category",
    "true_or_false",
    "order",
]
Role = Literal["fit", "check", "context"]
Must = Literal["inside_50", "median_within_20_percent", "among_three_likeliest"]

COUNT_KINDS = ("exact", "at_least", "about", "word")
COMPLETENESS = "report.completeness"
"""Id under which the fit knows the share of what happened that an article's counts hold."""


class BetaPrior(BaseModel):
    """A Beta distribution of a share between 0 and 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alpha: float = Field(gt=0)
    beta: float = Field(gt=0)
    source: str = Field(min_length=1)


class Target(BaseModel):
    """One thing that was reported, and how a report of it comes from what happened.

    Attributes
    ----------
    id : str
        Name of the target, unique in its file; the outcome's id if not given.
    outcome : str
        Id of the outcome; empty for ``order``.
    before, after : str
        Ids of the two dates that ``order`` compares.
    kind, role : str
        Only ``fit`` is fitted; ``check`` is predicted and compared; ``context`` is shown.
    reported : number, truth value, text or date
        What was reported: a number for counts and durations, a word for ``word``, a label for
        ``category``.
    noise, discrepancy : float
        Standard deviations of what a reporter gets wrong and of what the model cannot get right:
        of the logarithm for counts, in days for dates and durations.
    error_rate : float
        Chance that a category, truth value or order is reported or modelled wrongly.
    contamination : float
        Chance that the report is about something else altogether.
    most : int
        Largest count that such a stray report may name.
    completeness : bool
        Whether the count shares the article's completeness.
    detection : BetaPrior
        A share seen of this count alone, instead of the article's completeness.
    above, at_most : float
        Turn a number, or a duration in days, into a truth value.
    on_or_before : date
        Turns a date into a truth value: whether it came by then, and not only by the last day.
        The loader sets ``at_most`` to its day index, counted from the scenario's first day.
    label : str
        What people read instead of the id; the loader takes the outcome's label if not given.
    why : str
        Where the number comes from and why role and noise are what they are.
    model_limit : str
        What in the model stands in the way of this target, where that is known.
    must : tuple of str
        What must hold of fresh runs with the posterior before the fit may be believed: that what
        was reported lies within the 50 percent interval, within 20 percent of the median, or is
        among the three likeliest labels.
    given : str
        Id of an outcome: ``must`` is asked of the runs in which it is there by the end.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    outcome: str = ""
    before: str = ""
    after: str = ""
    kind: Kind
    role: Role
    reported: bool | int | float | date | str
    noise: float = Field(default=0.0, ge=0, le=400)
    discrepancy: float = Field(default=0.0, ge=0, le=400)
    error_rate: float = Field(default=0.0, ge=0, lt=0.5)
    contamination: float = Field(default=0.02, ge=0, lt=0.5)
    most: int = Field(default=0, ge=0)
    completeness: bool = False
    detection: BetaPrior | None = None
    above: float | None = None
    at_most: float | None = None
    on_or_before: date | None = None
    label: str = ""
    why: str = Field(min_length=1)
    model_limit: str = ""
    must: tuple[Must, ...] = ()
    given: str = ""

    @property
    def sigma(self) -> float:
        """Standard deviation of noise and discrepancy together."""
        return float(np.hypot(self.noise, self.discrepancy))


@dataclass(frozen=True)
class Targets:
    """What was reported of a scenario.

    Attributes
    ----------
    scenario : str
    source : str
        The article that the fitted counts come from.
    completeness : BetaPrior
    rows : tuple of Target
        In the order of the file.
    path : Path
        Where they were read.
    """

    scenario: str
    source: str
    completeness: BetaPrior
    rows: tuple[Target, ...]
    path: Path

    @property
    def fitted(self) -> tuple[Target, ...]:
        """The targets whose role is ``fit``."""
        return tuple(row for row in self.rows if row.role == "fit")


@dataclass(frozen=True)
class Pool:
    """Parameter vectors drawn from the priors, each with the truths of its own replicate.

    Attributes
    ----------
    scenario : Scenario
    ids : tuple of str, length P
        Parameters that have a prior, in the scenario's order.
    unit, values : float64 arrays, shape ``[N, P]``
        Quantiles of the priors, strictly between 0 and 1, and the values there.
    block : int64 array, shape ``[N]``
        Which of the two halves a vector belongs to; each is a Sobol sequence of its own.
    seed, replicate : int64 arrays, shape ``[N]``
        Which luck the vector had. No two vectors share it.
    outcomes : dict of outcome id to OutcomeValues, length N each
    """

    scenario: Scenario
    ids: tuple[str, ...]
    unit: Float64
    values: Float64
    block: Int64
    seed: Int64
    replicate: Int64
    outcomes: dict[str, OutcomeValues]

    @property
    def size(self) -> int:
        """Number of vectors, N."""
        return len(self.replicate)


@dataclass(frozen=True)
class ReportColumn:
    """Reports of one target.

    Attributes
    ----------
    values : float64 array, shape ``[n]``
        A count; a day (index from the scenario's first) or a number of days; the index of a label
        or of a word's bin; 1 for true and 0 for false. Zero where ``by_end`` is false.
    by_end : bool array, shape ``[n]``
        False where the report is "not by the end" (of an order: undecided).
    """

    values: Float64
    by_end: Bool

    def at(self, rows: Int64 | slice) -> ReportColumn:
        """Return the reports of some rows."""
        return ReportColumn(self.values[rows], self.by_end[rows])


Reports = Mapping[str, ReportColumn]
"""Reports by target id, all of the same length."""
