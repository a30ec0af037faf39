"""How far the fit hangs on what was assumed of errors and of the article's completeness.

One assumption is changed at a time, the reports of the pool are drawn again with the same luck, and
the fit is made anew; nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from calibration.checks.prediction import DAY_KINDS, inside
from calibration.fit.posterior import Posterior
from calibration.kinds.detection import share_at
from calibration.results import SensitivityRow
from calibration.structures import (
    COMPLETENESS,
    BetaPrior,
    Float64,
    Reports,
    Targets,
)

DISCREPANCY_FACTORS = (2.0, 0.5)
CONTAMINATIONS = (0.0, 0.05)

CONCENTRATIONS = (("narrower", 4.0), ("wider", 0.25))
"""Factors on both shapes of the completeness's prior: the mean stays, and its standard deviation is
about halved or doubled."""

HIGHER = BetaPrior(
    alpha=17, beta=3, source="estimate: 0.85 with a standard deviation of 0.08; hardly any missed"
)


class Fitted(Protocol):
    """A fit to a set of targets, with what it was made of; an ``Analysis`` is one."""

    @property
    def posterior(self) -> Posterior:
        """Of what was reported."""

    @property
    def reports(self) -> Reports:
        """Reports of the pool by target id, of length N each."""

    @property
    def reported(self) -> Reports:
        """What was reported by target id, of length 1 each."""


Refit = Callable[[Targets], Fitted]


@dataclass(frozen=True)
class Change:
    """An assumption changed: in words, and the targets with it."""

    what: str
    targets: Targets


def changes(targets: Targets) -> list[Change]:
    """Return the targets with one assumption changed at a time.

    Targets without a discrepancy, or without contamination, stay as they are: whoever wrote them
    meant them to have none.
    """
    found = [
        Change(f"model discrepancy times {factor:g}", _with_discrepancy(targets, factor))
        for factor in DISCREPANCY_FACTORS
    ]
    found += [
        Change(f"contamination {share:g}", _with_contamination(targets, share))
        for share in CONTAMINATIONS
    ]
    found += [
        Change(
            f"{word} prior of the completeness (Beta {prior.alpha:g}, {prior.beta:g})",
            replace(targets, completeness=prior),
        )
        for word, prior in other_priors(targets.completeness)
    ]
    return found


def other_priors(prior: BetaPrior) -> list[tuple[str, BetaPrior]]:
    """Return other priors of the completeness, each with a word that tells it from the first."""
    found = [
        (
            word,
            BetaPrior(
                alpha=factor * prior.alpha,
                beta=factor * prior.beta,
                source=f"the mean of the scenario's, {factor:g} times as concentrated",
            ),
        )
        for word, factor in CONCENTRATIONS
    ]
    return [*found, ("higher", HIGHER)]


def sensitivity(
    targets: Targets,
    refit: Refit,
    last_day: int,
    parameters: Collection[str] = (),
    changed: Sequence[Change] | None = None,
) -> list[SensitivityRow]:
    """Make the fit with every assumption changed and say by how much medians move.

    Shifts are in standard deviations of the unchanged posterior; on the unit scale, and for the
    completeness, whose prior may be what changes, on its own. A target counts as inside where its
    90% interval over the fit's neighbours holds what was reported. These have their own reports and
    the luck that made them neighbours, so this is kinder than fresh runs: it shows a change that
    breaks a target, not that all is well.

    Parameters
    ----------
    targets : Targets
    refit : callable
        Draws the reports of the pool for given targets, with the same luck each time, and fits.
    last_day : int
        Index of the last day.
    parameters : collection of str
        Whose medians are compared, the identified ones; all if empty.
    changed : sequence of Change, optional
        Default :func:`changes`.
    """
    before = refit(targets).posterior
    names = [name for name in before.ids if not parameters or name in parameters]
    middle, width = _medians(before, targets, names)
    rows = []
    for change in changes(targets) if changed is None else changed:
        after = refit(change.targets)
        moved, _ = _medians(after.posterior, change.targets, names)
        shift = np.abs(np.divide(moved - middle, width, out=np.zeros(len(names)), where=width > 0))
        most = int(np.argmax(shift)) if names else -1
        rows.append(
            SensitivityRow(
                what=change.what,
                largest_shift=float(shift[most]) if names else 0.0,
                parameter=names[most] if names else "",
                mean_shift=float(shift.mean()) if names else 0.0,
                targets_inside=_number_inside(change.targets, after, last_day),
                targets=len(change.targets.fitted),
            )
        )
    return rows


def _with_discrepancy(targets: Targets, factor: float) -> Targets:
    rows = [
        row.model_copy(update={"discrepancy": factor * row.discrepancy}) for row in targets.rows
    ]
    return replace(targets, rows=tuple(rows))


def _with_contamination(targets: Targets, share: float) -> Targets:
    rows = [
        row.model_copy(update={"contamination": share}) if row.contamination > 0 else row
        for row in targets.rows
    ]
    return replace(targets, rows=tuple(rows))


def _medians(
    posterior: Posterior, targets: Targets, names: Sequence[str]
) -> tuple[Float64, Float64]:
    """Return medians and standard deviations of some parameters."""
    middle, width = posterior.quantiles(0.5)[0], np.sqrt(posterior.variance())
    if COMPLETENESS in posterior.ids:
        place = posterior.ids.index(COMPLETENESS)
        shares = share_at(targets.completeness, posterior.unit[:, place])
        mean = posterior.weights @ shares
        middle[place] = share_at(targets.completeness, middle[place : place + 1])[0]
        width[place] = np.sqrt(posterior.weights @ (shares - mean) ** 2)
    chosen = [posterior.ids.index(name) for name in names]
    return middle[chosen], width[chosen]


def _number_inside(targets: Targets, fitted: Fitted, last_day: int) -> int:
    return sum(
        inside(
            fitted.reports[row.id].at(fitted.posterior.rows),
            fitted.posterior.weights,
            fitted.reported[row.id],
            0.9,
            kind=row.kind,
            last_day=last_day if row.kind in DAY_KINDS else None,
        )
        for row in targets.fitted
    )
