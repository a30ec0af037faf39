"""Numbers that are read off a run."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.experiments.validation import counts
from sim.experiments.validation.ensembles import first_day_freed
from sim.experiments.validation.record import Strikes
from tests.outcomes import histories as made_up


def test_strikes_count_in_the_month_and_area_in_which_they_fell() -> None:
    record = made_up.history(days=40)  # from 20 June on
    record.start = date(2015, 5, 30)
    strikes = record.air_strikes[:, 0, made_up.COALITION]
    strikes[0, made_up.NORTH], strikes[2, made_up.NORTH], strikes[3, made_up.FAR] = 5, 2, 1
    strikes[26, made_up.FAR], strikes[27, made_up.FAR] = 4, 100  # 25 and 26 June
    strikes[5, made_up.EDGE] = 50  # an area of no name
    area = np.array([0, 0, 0, -1, 0, 7])
    found = counts.strikes_by_month(record, "coalition", area)
    assert found.shape == (1, 6, 8)
    assert found[0, 4].tolist() == [5, 0, 0, 0, 0, 0, 0, 0]
    assert found[0, 5].tolist() == [2, 0, 0, 0, 0, 0, 0, 5]
    assert found.sum() == 12


def test_recorded_strikes_outside_the_country_are_left_out() -> None:
    rows = [Strikes(date(2015, 2, 3), "Kobane", 4), Strikes(date(2015, 2, 3), "Mosul", 9)]
    found = counts.recorded_by_month(rows)
    assert found[1, counts.AREAS.index("Kobane")] == found.sum() == 4


def test_people_away_are_those_not_at_home_wherever_they_are() -> None:
    record = made_up.history(days=2, replicates=2)
    record.residents = np.zeros((2, 2, 6), np.int32)
    record.displaced = np.zeros((2, 2, 6), np.int32)
    record.residents[:, :, made_up.NORTH] = [[100, 100], [40, 90]]
    record.displaced[1, 0, [made_up.EDGE, made_up.VILLAGE]] = [50, 10]
    assert counts.people_away(record, "Riverton", 100).tolist() == [[0, 60], [0, 10]]
    assert counts.guests_in(record, "Riverton").tolist() == [[0, 50], [0, 0]]


def test_the_dead_are_summed_over_places_factions_and_days() -> None:
    record = made_up.history(days=3)
    record.killed[0, 0, made_up.YPG, made_up.NORTH] = 2
    record.killed[1, 0, made_up.GOVERNMENT, made_up.SOUTH] = 3
    record.killed[2, 0, made_up.ISLAMIC_STATE, made_up.SOUTH] = 9
    total = counts.cumulative(record.killed, record, ("ypg", "government"))
    assert total.tolist() == [[2, 5, 5]]


def test_a_town_is_freed_when_it_was_lost_and_is_held_again_for_some_days() -> None:
    held = np.ones((4, 14), np.bool_)  # column 0 is before day 0
    held[1, 3:6] = False  # lost on days 2 to 4
    held[2, [3, 4, 5, 8]] = False  # lost again on day 7
    held[3, 3:] = False
    assert first_day_freed(held, since=0).tolist() == [-1, 5, 8, -1]
    assert first_day_freed(held, since=6).tolist() == [-1, -1, 8, -1]


def test_a_siege_that_never_began_has_no_first_day() -> None:
    record = made_up.history(days=10, replicates=2)
    made_up.stand(record, slice(4, 6), replicate=1)
    assert counts.siege_first_day(record, "Riverton", "islamic_state").tolist() == [-1, 4]
