"""Scores of people displaced from Hasakeh, and of the dead of the siege of Kobane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from calibration.record.baselines import growth_at_first_rate, growth_told_by_others
from calibration.record.rows import score_row
from calibration.results import ScoreRow
from sim.experiments.validation.ensembles import Arrays
from sim.experiments.validation.markdown import day_text
from sim.experiments.validation.record import recorded_dead, recorded_displaced
from sim.experiments.validation.scores import crps

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

FIGURE_STAYS = "last known figure stays, none before the first"
GROWTH = "constant growth from the first day, at the rate of the other figures"
FIRST_RATE = "constant rate of dead up to the first count"
LATER_RATE = "constant rate of dead between the first and the last count"

SIDES_OF_KOBANE = (
    ("Islamic State", "is_reported", "islamic_state"),
    ("YPG and allies", "allies_reported", "allies"),
)
"""Name, array of the runs, and field of the record. Civilians are left out: the model counts those
whom air strikes kill, the record all."""


def displaced_rows(scenario: Scenario, posterior: Arrays, prior: Arrays) -> list[ScoreRow]:
    """Return a row for each figure of people away from home in Hasakeh; middles of their spans.

    Parameters
    ----------
    scenario : Scenario
    posterior, prior : dict of arrays
        With ``away``, people away at the end of each day, ``[R, D]``.
    """
    record = recorded_displaced()
    figures = np.array([(row.low + row.high) / 2 for row in record])
    columns = [(row.day - scenario.start).days for row in record]
    stays = np.concatenate([[0.0], figures[:-1]])
    grows = growth_told_by_others(np.array(columns) + 1, figures)
    rows = []
    for number, row in enumerate(record):
        scores = [
            crps(each["away"][:, columns[number]], figures[number]) for each in (posterior, prior)
        ]
        rows.append(
            score_row(
                f"{scenario.name}: people displaced from Hasakeh",
                day_text(row.day),
                "CRPS, people",
                posterior=scores[0],
                prior=scores[1],
                naive={
                    FIGURE_STAYS: abs(float(stays[number] - figures[number])),
                    GROWTH: abs(float(grows[number] - figures[number])),
                },
            )
        )
    return rows


def dead_rows(scenario: Scenario, posterior: Arrays, prior: Arrays) -> list[ScoreRow]:
    """Return a row for each side and date of cumulative dead, as the monitor counts them.

    Parameters
    ----------
    scenario : Scenario
        That of Kobane.
    posterior, prior : dict of arrays
        With cumulative dead reported by the end of each day, ``[R, D]``, as
        ``SIDES_OF_KOBANE`` names them.
    """
    record = recorded_dead()
    columns = [(row.day - scenario.start).days for row in record]
    rows = []
    for side, name, field in SIDES_OF_KOBANE:
        counts = np.array([getattr(row, field) for row in record], np.float64)
        naive = growth_at_first_rate(np.array(columns) + 1, counts)
        for number, row in enumerate(record):
            scores = [
                crps(each[name][:, columns[number]], counts[number]) for each in (posterior, prior)
            ]
            naive_name = FIRST_RATE if number else LATER_RATE
            rows.append(
                score_row(
                    f"{scenario.name}: cumulative dead",
                    f"{side}, {day_text(row.day)}",
                    "CRPS, dead",
                    posterior=scores[0],
                    prior=scores[1],
                    naive={naive_name: abs(float(naive[number] - counts[number]))},
                )
            )
    return rows
