"""One table of how the model fares against simple forecasts, check by check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validation import control
from sim.experiments.validation.counts import AREAS, recorded_by_month
from sim.experiments.validation.ensembles import Arrays
from sim.experiments.validation.markdown import number, table
from sim.experiments.validation.record import (
    LAST_DAY,
    recorded_dead,
    recorded_displaced,
    recorded_strikes,
)
from sim.experiments.validation.scores import (
    concordance,
    distance_between_shares,
    percentile_of,
)
from sim.experiments.validation.tables_control import Control
from sim.experiments.validation.tables_dates import date_rows

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Bool = NDArray[np.bool_]

CITY = "Hasakeh"


def summary(campaign: Control, siege: Control, kobane: Scenario, kept: Mapping[str, Arrays]) -> str:
    """Return a row for each check: the scores of the model and of a simple forecast."""
    near = campaign.around(CITY)
    by_group = [
        _occurrence_row(f"campaign, {where}: which places change hands", campaign, here)
        for where, here in ((f"{CITY} and around", near), ("elsewhere", ~near))
    ]
    rows = _control_rows("campaign", campaign, by_group)
    rows += _control_rows("siege of Hasakeh", siege, [])
    rows.append(_strikes_row(kept["campaign"]))
    rows.append(_displaced_row(siege.scenario, kept["hasakeh"]))
    rows += _kobane_rows(kobane, kept["kobane"])
    return table(["check", "score", "model", "simple forecast", "", "better"], rows)


def _control_rows(name: str, found: Control, by_group: list[list[str]]) -> list[list[str]]:
    scores = {row.who: row for row in control.forecasts(found.changed, found.recorded, found.front)}
    model, base = scores["the model"], scores["base rate"]
    last = control.situation(found.held, found.places, found.scenario.start, LAST_DAY)
    recorded = np.array([change.middle for change in found.changes])
    right = np.median(concordance(found.days, recorded, control.pairs_to_order(found.changes)))
    known = [row for row in date_rows(found) if row.inside is not None]
    rows = [
        _row(f"{name}: which places change hands", "Brier", model.brier, base.brier, "base rate"),
        *by_group,
        _row(
            f"{name}: who holds what on 29 July",
            "Brier",
            last.brier,
            last.unchanged_brier,
            "nothing changes",
        ),
        [
            f"{name}: order",
            "pairs in the right order",
            f"{100 * right:.0f}%",
            "50%",
            "luck",
            "model" if right > 0.5 else "luck",
        ],
    ]
    if known:
        score = float(np.mean([row.score for row in known]))
        any_day = float(np.mean([row.any_day_score for row in known]))
        rows.append(
            _row(f"{name}: dates of what came", "days (CRPS)", score, any_day, "any day", 0)
        )
        inside = sum(bool(row.inside) for row in known)
        rows.append(_within(f"{name}: dates of what came", inside, len(known)))
    return rows


def _occurrence_row(what: str, found: Control, here: Bool) -> list[str]:
    scores = control.forecasts(found.changed[:, here], found.recorded[here], found.front[here])
    brier = {row.who: row.brier for row in scores}
    return _row(what, "Brier", brier["the model"], brier["base rate"], "base rate")


def _strikes_row(kept: Arrays) -> list[str]:
    reported = recorded_by_month(recorded_strikes()).sum(axis=0)
    drawn = kept["strikes"].sum(axis=1)
    drawn = drawn[drawn.sum(axis=1) > 0]
    mean = (drawn / drawn.sum(axis=1, keepdims=True)).mean(axis=0)
    real = reported / reported.sum()
    alike = np.full(len(AREAS), 1 / len(AREAS))
    return _row(
        "strikes by place",
        "distance of shares",
        float(distance_between_shares(mean, real)),
        float(distance_between_shares(alike, real)),
        "all places alike",
    )


def _displaced_row(scenario: Scenario, kept: Arrays) -> list[str]:
    inside = [
        percentile_of(away, record.high) >= 5 and percentile_of(away, record.low) <= 95
        for record in recorded_displaced()
        for away in [kept["away"][:, (record.day - scenario.start).days]]
    ]
    return _within("displaced from Hasakeh, by date", sum(inside), len(inside))


def _kobane_rows(scenario: Scenario, kept: Arrays) -> list[list[str]]:
    rows = []
    for who, name, field in (
        ("Islamic State", "is_reported", "islamic_state"),
        ("YPG and allies", "allies_reported", "allies"),
    ):
        inside = [
            5
            <= percentile_of(kept[name][:, (row.day - scenario.start).days], getattr(row, field))
            <= 95
            for row in recorded_dead()
        ]
        rows.append(_within(f"Kobane 2014: dead of {who}", sum(inside), len(inside)))
    return rows


def _within(what: str, inside: int, of: int) -> list[str]:
    return [what, "within the 5th to 95th percentile", f"{inside} of {of}", "90%", "if right", "-"]


def _row(
    what: str, score: str, model: float, simple: float, who: str, places: int = 3
) -> list[str]:
    better = "model" if model < simple else who
    return [what, score, number(model, places), number(simple, places), who, better]
