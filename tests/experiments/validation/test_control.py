"""What changed hands in a run, when, and what forecasts of it are worth."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from sim.experiments.validation import control
from sim.experiments.validation.record import Change, Place, holding_of
from sim.experiments.validation.tables_control import changes_since
from tests.outcomes import histories as made_up

GOVERNMENT, YPG, IS = (holding_of(name) for name in ("government", "ypg", "islamic_state"))
SIDES = {"government": 0, "ypg": 1, "islamic_state": 2}


def day(number: int) -> date:
    return made_up.START + timedelta(days=number)


def change(place: str, on: int, loser: int, taker: int, nth: int = 1) -> Change:
    return Change(place, day(on), day(on), loser, taker, "corroborated", nth)


SOUTH = Place("South", ("South",), GOVERNMENT, GOVERNMENT, ())
TOWN = Place("Riverton", ("North", "South"), YPG | GOVERNMENT, YPG | GOVERNMENT, ())


def taken_and_lost(replicates: int = 1) -> np.ndarray:
    """South is lost on day 3, nobody's on day 5, back on day 6 and lost again on day 9."""
    record = made_up.history(days=12, replicates=replicates)
    south = record.controller[:, 0, made_up.SOUTH]
    south[3:5], south[5], south[6:9] = made_up.ISLAMIC_STATE, -1, made_up.GOVERNMENT
    south[9:] = made_up.ISLAMIC_STATE
    return control.holdings(record, [SOUTH, TOWN], SIDES)


def test_a_town_is_held_by_all_who_hold_a_part_of_it() -> None:
    held = taken_and_lost()
    assert held.shape == (1, 13, 2)
    assert held[0, 3:5, 0].tolist() == [GOVERNMENT, IS]
    assert held[0, 3:5, 1].tolist() == [YPG | GOVERNMENT, YPG | IS]


def test_what_nobody_holds_counts_as_its_latest_holders() -> None:
    assert taken_and_lost()[0, 6, 0] == IS


def test_only_days_up_to_the_end_of_the_record_count_as_changed() -> None:
    held = taken_and_lost(replicates=2)
    assert control.changed_hands(held, days=12).tolist() == [[True, True], [False, False]]
    assert not control.changed_hands(held, days=3).any()


def test_first_days_tell_the_first_passage_from_the_second() -> None:
    changes = [
        change("South", 1, GOVERNMENT, IS),
        change("South", 2, IS, GOVERNMENT),
        change("South", 3, GOVERNMENT, IS, nth=2),
        change("South", 4, GOVERNMENT, YPG),
    ]
    held = taken_and_lost(replicates=2)
    days = control.first_days(held, [SOUTH, TOWN], changes)
    assert days.tolist() == [[3, 6, 9, np.inf], [np.inf] * 4]


def test_a_divided_town_passes_when_the_taker_has_all_of_it() -> None:
    record = made_up.history(days=6)
    record.controller[4:, 0, made_up.SOUTH] = made_up.YPG
    held = control.holdings(record, [TOWN], SIDES)
    found = control.first_days(held, [TOWN], [change("Riverton", 1, GOVERNMENT, YPG)])
    assert found.tolist() == [[4]]


def test_changes_of_one_place_or_of_one_day_are_not_ordered() -> None:
    changes = [
        change("South", 1, GOVERNMENT, IS),
        change("South", 5, IS, GOVERNMENT),
        change("North", 5, YPG, IS),
    ]
    expected = [[False, False, True], [False, False, False], [True, False, False]]
    assert control.pairs_to_order(changes).tolist() == expected


def test_a_model_that_is_right_beats_the_base_rate_and_nothing_changes() -> None:
    recorded = np.array([True, False, False, False])
    changed = np.tile(recorded, (20, 1))
    model, nothing, base, front = control.forecasts(changed, recorded, recorded)
    assert (model.brier, model.area, model.right) == (0, 1, 1)
    assert nothing.brier == 0.25
    assert base.brier == pytest.approx(0.1875)
    assert front.brier == 0
    assert model.log < base.log < nothing.log


def test_the_situation_is_scored_over_the_places_of_which_the_record_tells() -> None:
    start = made_up.START
    fell = Place("South", ("South",), GOVERNMENT, GOVERNMENT, (change("South", 3, GOVERNMENT, IS),))
    lost = Place("Edge", ("Edge",), GOVERNMENT, GOVERNMENT, (), unknown_from=day(1))
    record = made_up.history(days=12, replicates=4)
    record.controller[3:, :3, made_up.SOUTH] = made_up.ISLAMIC_STATE
    held = control.holdings(record, [fell, lost], SIDES)
    found = control.situation(held, [fell, lost], start, day(3))
    assert (found.places, found.changed, found.right) == (1, 1, 1.0)
    assert found.chance == 0.75
    assert found.brier == pytest.approx(0.25**2)
    assert found.unchanged_brier == 1.0


def test_passages_are_counted_from_the_start_of_the_scenario() -> None:
    both = (change("South", 1, GOVERNMENT, IS), change("South", 2, IS, GOVERNMENT))
    later = (change("South", 8, GOVERNMENT, IS, nth=2), change("South", 9, IS, YPG))
    place = Place("South", ("South",), GOVERNMENT, GOVERNMENT, (*both, *later))
    assert [each.nth for each in changes_since(place, day(0))] == [1, 1, 2, 1]
    assert [each.nth for each in changes_since(place, day(5))] == [1, 1]
