"""Which days and events a run's printout shows."""

from hypothesis import given
from hypothesis import strategies as st

from sim.console.days import MOST_LINES, days_to_show
from sim.console.events import Line, event_lines, most_notable
from sim.console.words import faction_labels, number_text, outcome_text


@given(st.integers(1, 400), st.lists(st.integers(0, 400)), st.integers(5, 60))
def test_the_days_shown_are_in_order_and_few_with_the_first_and_the_last(days, notable, most):
    shown = days_to_show(days, notable, most)
    assert shown == sorted(set(shown))
    assert shown[0] == 0
    assert shown[-1] == days - 1
    assert len(shown) <= most + 1


def test_quiet_weeks_have_one_line_and_notable_days_their_own():
    assert days_to_show(22, [9, 10]) == [0, 7, 9, 10, 17, 21]
    assert days_to_show(1, []) == [0]
    assert days_to_show(0, []) == []


def test_a_busy_run_is_thinned_out():
    assert len(days_to_show(100, range(100))) <= MOST_LINES + 1


def row(day, place, faction, other, event="control", **more):
    from datetime import date, timedelta

    return {
        "day": day,
        "date": date(2015, 6, 20) + timedelta(days=day),
        "event": event,
        "place": place,
        "faction": faction,
        "other_faction": other,
        "detail": None,
        "number": None,
        **more,
    }


def test_changes_of_a_day_between_the_same_two_share_a_line():
    rows = [row(1, "North", "a", "b"), row(1, "South", "a", "b"), row(1, "East", "b", "a")]
    texts = [line.text for line in event_lines(rows, {"a": "Army", "b": "Band"})]
    assert texts == ["Army took North, South from Band", "Band took East from Army"]


def test_a_place_that_is_left_has_nobody_to_take_it():
    (line,) = event_lines([row(0, "North", None, "a")], {"a": "Army"})
    assert line.text == "Army left North"


def test_places_that_go_back_and_forth_are_left_out_first():
    rows = [row(day, "North", "a" if day % 2 else "b", None) for day in range(9)]
    ranks = [line.rank for line in event_lines(rows, {})]
    assert ranks[0] == ranks[-1] < ranks[4]


def test_a_frequent_event_of_another_kind_is_not_notable():
    rows = [row(day, "North", "a", None, "breaks") for day in range(50)]
    assert event_lines(rows, {}) == []


def test_the_least_notable_lines_are_left_out_evenly():
    lines = [Line(number % 2, "", str(number)) for number in range(40)]
    kept = most_notable(lines, 24)
    assert len(kept) == 24
    assert sum(line.rank == 0 for line in kept) == 20
    assert [int(line.text) for line in kept] == sorted(int(line.text) for line in kept)


def test_numbers_have_the_digits_that_they_deserve():
    assert [number_text(value) for value in (1234, 12.34, 0.1234)] == ["1,234", "12.3", "0.123"]


def test_outcomes_are_read_as_words():
    assert outcome_text(True, "true or false") == "yes"
    assert outcome_text("2015-07-28", "date") == "28 Jul 2015"
    assert outcome_text(0.097, "share") == "10%"
    assert outcome_text(33, "days") == "33 days"
    assert outcome_text("not by the end", "days") == "not by the end"


def test_labels_come_from_the_scenario_in_either_form():
    labelled = {"label": "Government"}
    for table in ({"government": labelled}, [{"name": "government", **labelled}]):
        found = faction_labels({"factions": table}, ["government", "ypg"])
        assert found == {"government": "Government", "ypg": "ypg"}
