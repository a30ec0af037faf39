"""Whether what was reported misses a mechanism: the model with and without it.

Both models draw reports from their priors. Reports that come as near to what was reported as the
nearest hundredth of the full model's are accepted; the share of its reports that the other model
has accepted, over that hundredth, estimates the ratio of how probable the two make what was
reported (Rubin 1984, "Bayesianly justifiable and relevant frequency calculations for the applied
statistician"; Grelaud and others 2009, "ABC likelihood-free methods for model choice in Gibbs
random fields"). Robert and others (2011, "Lack of confidence in approximate Bayesian computation
model choice") show how summaries can mislead here; so the distance is taken between the reports
themselves and not between summaries made to tell parameters.

It weighs the models as their priors are: a model may fare badly because its priors are wide.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calibration.checks.alternative_models import Alternative
from calibration.fit.fit import Fit
from calibration.kinds import ReportModel
from calibration.reports import draw_completeness, draw_reports, known_labels, truths_of
from calibration.results import AlternativeRow
from calibration.structures import BetaPrior, Float64, Pool, ReportColumn, Reports

ACCEPTED_SHARE = 0.01
CLEAR = 3.0
"""A ratio beyond 3, or below a third, with 97.5% confidence is called clear: Jeffreys (1961,
"Theory of Probability", appendix B) calls evidence of the square root of ten substantial."""

_GRID = 1000  # quantiles of each share that the ratio's distribution is made of


def alternative_reports(
    pool: Pool, models: Mapping[str, ReportModel], prior: BetaPrior, *, fit_seed: int
) -> dict[str, ReportColumn]:
    """Draw reports of an alternative's pool, each row with a completeness of its own.

    Parameters
    ----------
    pool : Pool
        Of the alternative.
    models : mapping of target id to ReportModel
        Those of the full model, so that labels have the same indices in both.
    prior : BetaPrior
        Of the completeness.
    fit_seed : int
        Seed of the fit.
    """
    _, completeness = draw_completeness(
        prior, fit_seed=fit_seed, seed=pool.seed, replicate=pool.replicate
    )
    truths = truths_of(models, pool.outcomes)
    known = {name: known_labels(truths[name], model) for name, model in models.items()}
    return draw_reports(
        models,
        known,
        fit_seed=fit_seed,
        seed=pool.seed,
        replicate=pool.replicate,
        completeness=completeness,
    )


def compared(
    fit: Fit,
    reported: Reports,
    alternative: Alternative,
    reports: Reports,
    accepted_share: float = ACCEPTED_SHARE,
) -> AlternativeRow:
    """Compare an alternative with the full model.

    Parameters
    ----------
    fit : Fit
        Of the full model's pool; its standardised columns give the distance.
    reported : mapping of target id to ReportColumn, length 1 each
    alternative : Alternative
    reports : mapping of target id to ReportColumn, length M each
        Of the alternative.
    accepted_share : float
        Share of the full model's reports that are accepted.
    """
    point = fit.features.columns_of(reported, np.array([0]))
    full = _distance(fit.columns, point)
    radius = np.quantile(full, accepted_share, method="inverted_cdf")
    other = _distance(fit.features.columns_of(reports), point)
    counts = [int(np.count_nonzero(each <= radius)) for each in (other, full)]
    ratio = (counts[0] / len(other)) / (counts[1] / len(full))
    low, high = ratio_interval(counts[0], len(other), counts[1], len(full))
    return AlternativeRow(
        id=alternative.id,
        label=alternative.label,
        vectors=len(other),
        accepted=counts[0],
        ratio=ratio,
        low=low,
        high=high,
        verdict=verdict(low, high),
    )


def ratio_interval(
    accepted: int, vectors: int, of_full: int, full: int, share: float = 0.95
) -> tuple[float, float]:
    """Return the central interval of the ratio of two shares, of ``accepted`` over ``of_full``.

    Each share has the posterior of Jeffreys' prior, Beta(a + 1/2, n - a + 1/2), which has an upper
    end above 0 where none were accepted. The ratio's quantiles are those of all pairs of equally
    likely values of the two; nothing is drawn at random.
    """
    from scipy.special import betaincinv

    middle = (np.arange(_GRID) + 0.5) / _GRID
    shares = [
        betaincinv(count + 0.5, number - count + 0.5, middle)
        for count, number in ((accepted, vectors), (of_full, full))
    ]
    ratios = (shares[0][:, None] / shares[1][None, :]).reshape(-1)
    low, high = np.quantile(ratios, [(1.0 - share) / 2.0, (1.0 + share) / 2.0])
    return float(low), float(high)


def verdict(low: float, high: float) -> str:
    """Say in words what the interval of a ratio means for the alternative."""
    if high < 1.0 / CLEAR:
        return "the article speaks clearly against it"
    if low > CLEAR:
        return "the article speaks clearly for it"
    if high < 1.0:
        return "the article speaks against it, not clearly"
    if low > 1.0:
        return "the article speaks for it, not clearly"
    return "the article does not speak either way"


def _distance(columns: Float64, point: Float64) -> Float64:
    distance: Float64 = np.sqrt(((columns - point) ** 2).sum(axis=1))
    return distance
