"""Tables of strikes by place, people displaced, and the dead of Kobane."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import log, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.experiments.validation.counts import AREAS, MONTHS, recorded_by_month
from sim.experiments.validation.ensembles import Arrays
from sim.experiments.validation.markdown import day_text, number, percent, signed, table, three
from sim.experiments.validation.record import recorded_dead, recorded_displaced, recorded_strikes
from sim.experiments.validation.scores import (
    distance_between_shares,
    distance_to_span,
    percentile_of,
    rank_correlation,
    spread,
)

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

SPREAD = ["5th", "50th", "95th"]
ATTACK_ON_HASAKEH = date(2015, 6, 25)


def strikes(kept: Arrays) -> str:
    """Return the shares of strikes by place, over the whole time."""
    reported = recorded_by_month(recorded_strikes()).sum(axis=0)
    simulated = kept["strikes"].sum(axis=1)
    flown = simulated[simulated.sum(axis=1) > 0]
    share = flown / flown.sum(axis=1, keepdims=True)
    rows = []
    for area, name in enumerate(AREAS):
        recorded = reported[area] / reported.sum()
        low, middle, high = spread(share[:, area])
        rows.append(
            [
                name,
                number(reported[area], 0),
                percent(recorded),
                *(percent(value) for value in (low, middle, high)),
                signed(100 * (middle - recorded)),
                _inside(share[:, area], recorded),
            ]
        )
    heads = ["strikes near", "record", "share", *SPREAD, "error, points", "within"]
    total = spread(simulated.sum(axis=1))
    text = (
        f"\nStrikes in Syria to 25 June: {number(reported.sum(), 0)} in the record, "
        f"{number(total[1], 0)} ({number(total[0], 0)} to {number(total[2], 0)}) in the draws.\n"
    )
    return table(heads, rows) + text


def strikes_scores(kept: Arrays) -> str:
    """Return how far the shares by place, and by place and month, are from the record."""
    reported = recorded_by_month(recorded_strikes())
    simulated = kept["strikes"]
    rows = []
    for name, months in (
        ("January to June", None),
        *((f"{m:%B}", i) for i, m in enumerate(MONTHS)),
    ):
        real = reported.sum(axis=0) if months is None else reported[months]
        drawn = simulated.sum(axis=1) if months is None else simulated[:, months]
        drawn = drawn[drawn.sum(axis=1) > 0]
        if len(drawn) == 0 or real.sum() == 0:
            continue
        share, real_share = drawn / drawn.sum(axis=1, keepdims=True), real / real.sum()
        apart = distance_between_shares(share, real_share)
        mean = share.mean(axis=0)
        rows.append(
            [
                name,
                number(real.sum(), 0),
                three(apart, places=2),
                number(float(distance_between_shares(mean, real_share))),
                number(
                    float(distance_between_shares(np.full(len(AREAS), 1 / len(AREAS)), real_share))
                ),
                number(rank_correlation(mean, real_share)),
            ]
        )
    heads = ["", "strikes", "distance, a draw", "mean of draws", "all places alike"]
    return table([*heads, "rank correlation"], rows)


def displaced_by_date(scenario: Scenario, kept: Arrays) -> str:
    """Return the people of Hasakeh away from home on the dates of the record."""
    at = np.zeros(len(kept["away"]), np.int64)
    return _displaced(kept, at, [(row.day - scenario.start).days for row in recorded_displaced()])


def displaced_since_attack(kept: Arrays) -> str:
    """Return the same by days since the siege began, in draws in which it did."""
    began = kept["siege_first_day"] >= 0
    if began.sum() < 2:
        return "The siege began in too few draws.\n"
    chosen = {name: kept[name][began] for name in ("away", "guests")}
    after = [(row.day - ATTACK_ON_HASAKEH).days for row in recorded_displaced()]
    text = f"The siege of Hasakeh began in {percent(float(began.mean()))} of the draws.\n\n"
    return text + _displaced(chosen, kept["siege_first_day"][began], after)


def _displaced(kept: Arrays, day_0: NDArray[np.int64], days: Sequence[int]) -> str:
    replicate = np.arange(len(day_0))
    last = kept["away"].shape[1] - 1
    rows = []
    for record, day in zip(recorded_displaced(), days, strict=True):
        then = np.minimum(day_0 + day, last)
        away, guests = kept["away"][replicate, then], kept["guests"][replicate, then]
        low, middle, high = spread(away)
        within = percentile_of(away, record.high) >= 5 and percentile_of(away, record.low) <= 95
        fled = away > 0
        rows.append(
            [
                f"{day_text(record.day)}, day {(record.day - ATTACK_ON_HASAKEH).days}",
                _span(record.low, record.high),
                *(number(value, 0) for value in (low, middle, high)),
                signed(distance_to_span(float(middle), record.low, record.high)),
                "yes" if within else "no",
                three(100 * np.minimum(guests[fled] / away[fled], 1), "%") if fled.any() else "-",
            ]
        )
    most = kept["away"].max(axis=1)
    low, middle, high = spread(most)
    top = max(record.high for record in recorded_displaced())
    rows.append(
        [
            "most at any time",
            f"{top:,} or more",
            *(number(value, 0) for value in (low, middle, high)),
            signed(min(float(middle) - top, 0)),
            "yes" if high >= top else "no",
            "-",
        ]
    )
    heads = ["", "record", *SPREAD, "error", "within", "of them in the city"]
    return table(heads, rows)


def dead_of_kobane(scenario: Scenario, kept: Arrays) -> str:
    """Return the cumulative dead at the dates of the record."""
    rows = []
    for who, name, field in (
        ("Islamic State", "is_reported", "islamic_state"),
        ("YPG and allies", "allies_reported", "allies"),
        ("civilians", "civilians", "civilians"),
        ("suicide attacks", "suicide_attacks", "suicide_attacks"),
    ):
        for record in recorded_dead():
            recorded = getattr(record, field)
            if recorded is None:
                continue
            drawn = kept[name][:, (record.day - scenario.start).days]
            low, middle, high = spread(drawn)
            ratio = middle / recorded
            rows.append(
                [
                    who,
                    day_text(record.day),
                    str(recorded),
                    *(number(value, 0) for value in (low, middle, high)),
                    signed(float(middle) - recorded),
                    number(ratio),
                    _inside(drawn, recorded),
                ]
            )
    heads = ["dead, cumulative", "by", "record", *SPREAD, "error", "median / record", "within"]
    return table(heads, rows)


def dead_of_kobane_summary(scenario: Scenario, kept: Arrays) -> str:
    """Return errors over all dates: of levels on the log scale, and of the dead between dates."""
    rows = []
    days = [(record.day - scenario.start).days for record in recorded_dead()]
    for who, name, true, field in (
        ("Islamic State", "is_reported", "is_true", "islamic_state"),
        ("YPG and allies", "allies_reported", "allies_true", "allies"),
    ):
        recorded = np.array([getattr(record, field) for record in recorded_dead()])
        drawn = kept[name][:, days]
        middle = np.median(drawn, axis=0)
        apart = np.log(np.maximum(middle, 0.5)) - np.log(recorded)
        in_a_draw = np.log(np.maximum(drawn, 0.5)) - np.log(recorded)
        pace = np.log(max(middle[-1] - middle[0], 0.5)) - log(recorded[-1] - recorded[0])
        rows.append(
            [
                who,
                number(sqrt(float(np.mean(apart**2)))),
                number(sqrt(float(np.mean(in_a_draw**2)))),
                number(float(np.exp(pace))),
                three(kept[true][:, days[-1]] / np.maximum(drawn[:, -1], 1), places=2),
            ]
        )
    heads = [
        "",
        "RMSE of ln, median",
        "RMSE of ln, a draw",
        "dead from 11 Oct to 6 Dec, median / record",
    ]
    return table([*heads, "true / reported by 6 Dec"], rows)


def course_of_kobane(scenario: Scenario, kept: Arrays) -> str:
    """Return how the siege went, beside the record."""
    share = kept["share_january"]
    rows = [
        [
            "Islamic State in the town",
            "6 Oct",
            *_dates(scenario, kept["entered"], date(2014, 10, 6)),
        ],
        ["town freed", "26 Jan", *_dates(scenario, kept["freed"], date(2015, 1, 26))],
        [
            "share of the town with the YPG on 1 January",
            "75%",
            "100%",
            *(percent(value) for value in spread(share)),
            signed(100 * float(np.median(share) - 0.75), " points"),
            _inside(share, 0.75),
        ],
    ]
    heads = ["", "record", "draws in which it came", *SPREAD, "error", "within"]
    held = (
        "\nThe defenders never lost the centre, as reported, in "
        f"{percent(float(np.mean(kept['centre_held'])))} of the draws; from November on they held "
        f"all of the town in {percent(float(np.mean(kept['never_lost'])))}, so that there was "
        "nothing to free.\n"
    )
    return table(heads, rows) + held


def _dates(scenario: Scenario, days: NDArray[np.int64], recorded: date) -> list[str]:
    came = days[days >= 0]
    if len(came) < 2:
        return [percent(len(came) / len(days)), "-", "-", "-", "-", "-"]
    target = (recorded - scenario.start).days
    found = spread(came)
    return [
        percent(len(came) / len(days)),
        *(day_text(scenario.start + timedelta(days=round(float(day)))) for day in found),
        signed(float(found[1]) - target, " days"),
        _inside(came, target),
    ]


def _inside(draws: ArrayLike, recorded: float) -> str:
    return "yes" if 5 <= percentile_of(draws, recorded) <= 95 else "no"


def _span(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
