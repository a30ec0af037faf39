"""Scores of when places changed hands and of who held them, those of the article left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from calibration.record.article import changes_not_of_the_article, places_not_of_the_article
from calibration.record.baselines import (
    BEFORE,
    HINDSIGHT,
    HOLDINGS,
    STAYS,
    ConstantRate,
    crps_of_chances,
    unchanged,
)
from calibration.record.rows import score_row
from calibration.results import ScoreRow
from sim.experiments.validation.control import changed_hands, first_days, places_in
from sim.experiments.validation.ensembles import Arrays
from sim.experiments.validation.markdown import day_text
from sim.experiments.validation.record import (
    FIRST_DAY,
    LAST_DAY,
    Change,
    Place,
    recorded_places,
    side_names,
)
from sim.experiments.validation.scores import brier_score, brier_score_of_categories, crps

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]

WEEK = timedelta(days=7)
LONG = 100  # days from the start to the end of the record from which months are told, not weeks


def control_rows(scenario: Scenario, posterior: Arrays, prior: Arrays) -> list[ScoreRow]:
    """Return the rows of dates, of who holds what, and of places that never changed hands.

    Parameters
    ----------
    scenario : Scenario
    posterior, prior : dict of arrays
        With ``held`` as of :func:`sim.experiments.validation.control.holdings`, of the record's
        places that the scenario has, in the record's order.
    """
    places = places_in(scenario, recorded_places())
    rates = constant_rates(scenario, places)
    held = (posterior["held"], prior["held"])
    return [
        *_date_rows(scenario, places, rates, held),
        *_holder_rows(scenario, places, rates, held),
        _unchanged_row(scenario, places, rates, held),
    ]


def constant_rates(scenario: Scenario, places: Sequence[Place]) -> dict[str, ConstantRate]:
    """Return the constant rates of change that the record gives, by name.

    Over all places, those of the article too: one known in hindsight, from the scenario's start
    on; and that of the record before, where the scenario starts later than the record.
    """
    rates = {HINDSIGHT: ConstantRate.of(places, scenario.start, LAST_DAY)}
    if scenario.start > FIRST_DAY:
        rates[BEFORE] = ConstantRate.of(places, FIRST_DAY, scenario.start)
    return rates


def check_days(start: date) -> list[date]:
    """Return the days on which holders are compared; the last is that of the record.

    Ends of months; of a scenario that starts late, weeks back from the record's last day.
    """
    if (LAST_DAY - start).days >= LONG:
        days = [start + timedelta(days=number) for number in range((LAST_DAY - start).days)]
        return [day for day in days if (day + timedelta(days=1)).day == 1] + [LAST_DAY]
    weeks = (LAST_DAY - start).days // 7
    return [LAST_DAY - number * WEEK for number in reversed(range(weeks))]


def _date_rows(
    scenario: Scenario,
    places: Sequence[Place],
    rates: dict[str, ConstantRate],
    held: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> list[ScoreRow]:
    """Return a row for each change: CRPS in days, not by the end as the day after the last."""
    changes = changes_not_of_the_article(changes_since(places, scenario.start))
    changes.sort(key=lambda change: (change.middle, change.place))
    never = float(scenario.days)
    days = np.arange(never + 1)
    drawn = [np.minimum(first_days(each, places, changes), never) for each in held]
    rows = []
    for column, change in enumerate(changes):
        recorded = change.middle - scenario.start.toordinal()
        naive = {
            name: crps_of_chances(days, rate.date_chances(scenario.days), recorded)
            for name, rate in rates.items()
        }
        naive[STAYS] = never - recorded
        posterior, prior = (crps(each[:, column], recorded) for each in drawn)
        rows.append(
            score_row(
                f"{scenario.name}: dates of changes",
                _words(change),
                "CRPS, days",
                posterior=posterior,
                prior=prior,
                naive=naive,
            )
        )
    return rows


def changes_since(places: Sequence[Place], start: date) -> list[Change]:
    """Return the changes of the record after a day, repeated ones counted from that day on.

    A run that starts in June knows nothing of a place that also fell in May: what is its second
    fall in the record is the first that the run can have.
    """
    found: list[Change] = []
    for place in places:
        count: Counter[tuple[int, int]] = Counter()
        for change in place.changes:
            if change.earliest > start:
                passage = (change.loser, change.taker)
                count[passage] += 1
                found.append(replace(change, nth=count[passage]))
    return found


def _words(change: Change) -> str:
    day = day_text(change.earliest, change.latest)
    return f"{change.place}, {side_names(change.loser)} to {side_names(change.taker)}, {day}"


def _holder_rows(
    scenario: Scenario,
    places: Sequence[Place],
    rates: dict[str, ConstantRate],
    held: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> list[ScoreRow]:
    """Return a row a day: Brier score, halved, of who holds the places whose holder is told."""
    column_of = {place.name: column for column, place in enumerate(places)}
    scored = places_not_of_the_article(places)
    rows = []
    for day in check_days(scenario.start):
        told = {
            column_of[place.name]: holding
            for place in scored
            if (holding := place.holding(day)) is not None
        }
        columns, recorded = list(told), np.array(list(told.values()), np.int64)
        passed = (day - scenario.start).days + 1
        start = held[0][0, 0, columns]
        chances = {name: rate.holder_chances(start, passed) for name, rate in rates.items()}
        chances[STAYS] = unchanged(start)
        naive = {name: brier_score_of_categories(each, recorded) for name, each in chances.items()}
        posterior, prior = (
            brier_score_of_categories(_chances(each[:, passed][:, columns]), recorded)
            for each in held
        )
        rows.append(
            score_row(
                f"{scenario.name}: who holds what",
                f"{len(columns)} places at the end of {day_text(day)}",
                "Brier",
                posterior=posterior,
                prior=prior,
                naive=naive,
            )
        )
    return rows


def _unchanged_row(
    scenario: Scenario,
    places: Sequence[Place],
    rates: dict[str, ConstantRate],
    held: tuple[NDArray[np.uint8], NDArray[np.uint8]],
) -> ScoreRow:
    """Return the row of the places that never changed hands: Brier score of having done so.

    That all stays as it was is no forecast to beat here: the places were chosen because it did.
    """
    scored = places_not_of_the_article(places)
    stayed = [place for place in scored if not place.changed(scenario.start, LAST_DAY)]
    columns = [column for column, place in enumerate(places) if place in stayed]
    days = (LAST_DAY - scenario.start).days + 1
    nothing = np.zeros(len(columns))
    posterior, prior = (
        brier_score(changed_hands(each, days)[:, columns].mean(axis=0), nothing) for each in held
    )
    naive = {
        name: brier_score(nothing + 1.0 - rate.date_chances(days)[-1], nothing)
        for name, rate in rates.items()
    }
    return score_row(
        f"{scenario.name}: places that never changed hands",
        f"{len(columns)} places up to {day_text(LAST_DAY)}",
        "Brier",
        posterior=posterior,
        prior=prior,
        naive=naive,
    )


def _chances(holdings: NDArray[np.uint8]) -> Float64:
    """Return the shares of draws of each holding, ``[places, 16]``, from ``[R, places]``."""
    return np.stack(
        [np.bincount(column, minlength=HOLDINGS) / len(column) for column in holdings.T]
    )
