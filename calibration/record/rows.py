"""Rows of scores, and what they come to in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calibration.results import ScoreRow

ROUNDING = 1e-9  # scores that differ by less, as a share, are the same score


def score_row(
    group: str,
    what: str,
    score: str,
    *,
    posterior: float,
    prior: float,
    naive: Mapping[str, float],
) -> ScoreRow:
    """Hold the model's score against the best of some naive forecasts.

    Parameters
    ----------
    group, what : str
    score : str
        Name of the score and its unit; smaller is better.
    posterior, prior : float
        Of runs with the posterior, and with draws from the priors.
    naive : mapping of name to float
        Of each naive forecast; of equal ones the first is named.
    """
    name = min(naive, key=lambda each: naive[each])
    return ScoreRow(
        group=group,
        what=what,
        score=score,
        posterior=posterior,
        prior=prior,
        naive=naive[name],
        naive_name=name,
        better=_lower(posterior, naive[name]),
    )


def share_better(rows: Sequence[ScoreRow]) -> float:
    """Return the share of rows on which the posterior is better than the naive forecast.

    Raises
    ------
    ValueError
        If there is no row.
    """
    if not rows:
        raise ValueError("there is no row of scores")
    return sum(row.better for row in rows) / len(rows)


def sentences(rows: Sequence[ScoreRow]) -> list[str]:
    """Say how the model fares against naive forecasts: first of all rows, then group by group.

    Of each group: on how many rows it is better, on which it is not and against which forecast,
    and whether fitting helped. Groups come in the order of the rows.
    """
    groups: dict[str, list[ScoreRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return [_overall(rows), *(_of_group(name, inside) for name, inside in groups.items())]


def _overall(rows: Sequence[ScoreRow]) -> str:
    won = sum(row.better for row in rows)
    return (
        f"Of {len(rows)} checks that were not fitted, the fitted model is better than the best "
        f"naive forecast of each on {won} ({share_better(rows):.0%}); draws from the priors are on "
        f"{_won_by_prior(rows)}."
    )


def _of_group(name: str, rows: Sequence[ScoreRow]) -> str:
    said = [
        f"{name}: better than the best naive forecast on {sum(row.better for row in rows)} of "
        f"{len(rows)}, with draws from the priors on {_won_by_prior(rows)}."
    ]
    lost: dict[str, list[ScoreRow]] = {}
    for row in rows:
        if not row.better:
            lost.setdefault(row.naive_name, []).append(row)
    for naive, losses in lost.items():
        listed = "; ".join(
            f"{row.what} ({number(row.posterior, row.score)} against "
            f"{number(row.naive, row.score)})"
            for row in losses
        )
        said.append(f"It does not beat “{naive}” on {len(losses)}: {listed}.")
    worse = sum(row.prior is not None and _lower(row.prior, row.posterior) for row in rows)
    if worse:
        said.append(f"Fitting made {worse} of {len(rows)} worse than draws from the priors.")
    return " ".join(said)


def number(value: float, score: str) -> str:
    """Return a score as a reader reads it: Brier with three places, days with one."""
    if score.startswith("Brier"):
        return f"{value:.3f}"
    return f"{value:.1f}" if value < 1000 else f"{value:,.0f}"


def _won_by_prior(rows: Sequence[ScoreRow]) -> int:
    return sum(row.prior is not None and _lower(row.prior, row.naive) for row in rows)


def _lower(one: float, other: float) -> bool:
    return one < other - ROUNDING * max(1.0, abs(other))
