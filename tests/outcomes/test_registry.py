"""The check of outcomes: every fault, with what was found and what is allowed."""

import pytest

from sim.outcomes.compute import Names, check_outcomes
from sim.outcomes.registry import MEASURES, OutcomeFault, measure
from tests.outcomes.histories import FACTIONS, OUTCOMES, PLACES, SIEGE, Row, history

NAMES = Names(places=PLACES, factions=FACTIONS, cities=("Riverton",))


def faults_of(measure_name, arguments=None, **more):
    return check_outcomes([Row("it", measure_name, arguments or {}, **more)], NAMES)


def only_fault(*args, **more):
    (fault,) = faults_of(*args, **more)
    return fault


def test_good_outcomes_have_no_fault():
    assert check_outcomes(OUTCOMES, NAMES) == []
    assert check_outcomes(OUTCOMES, history()) == []


def test_an_unknown_measure_is_told_with_the_nearest():
    fault = only_fault("seige_days", SIEGE)
    assert fault.field == "it.measure"
    assert "did you mean 'siege_days'?" in fault.allowed


def test_a_missing_argument_is_told():
    field, found, allowed = only_fault("siege_days", {"city": "Riverton"})
    assert (field, found, allowed) == (
        "it.arguments.attacker",
        "nothing",
        "the name of a faction",
    )


def test_an_unknown_argument_is_told_with_the_nearest():
    fault = only_fault("siege_days", {**SIEGE, "citty": "Riverton"})
    assert fault.field == "it.arguments.citty"
    assert "did you mean 'city'?" in fault.allowed


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        ({"city": "Rivertown", "attacker": "ypg"}, "did you mean 'Riverton'?"),
        ({"city": "Riverton", "attacker": "gouvernment"}, "did you mean 'government'?"),
        ({"city": 3, "attacker": "ypg"}, "the name of a city"),
        ({"city": ["Riverton"], "attacker": "ypg"}, "the name of a city"),
    ],
)
def test_a_wrong_name_is_told(arguments, allowed):
    assert allowed in only_fault("siege_days", arguments).allowed


@pytest.mark.parametrize(
    "more",
    [
        {"days_after": -1},
        {"days_after": 1.5},
        {"days_after": True},
        {"reported": "yes"},
        {"around": "Village"},
        {"around": ["Vilage"]},
        {"around": ["Village", "Village"]},
        {"around": [["Village"]]},
        {"outside": 1},
    ],
)
def test_a_wrong_value_is_told(more):
    arguments = {"faction": "ypg", "city": "Riverton", **more}
    assert only_fault("deaths", arguments).field == f"it.arguments.{next(iter(more))}"


def test_a_scope_without_a_city_is_told():
    fault = only_fault("deaths", {"faction": "ypg", "during_siege_by": "ypg"})
    assert fault.field == "it.arguments.city"


@pytest.mark.parametrize(
    ("measure_name", "arguments", "good", "bad"),
    [
        ("siege_days", SIEGE, 33, "33"),
        ("siege_first_day", SIEGE, "2015-06-25", "in June"),
        ("siege_began", SIEGE, True, 1),
        ("last_district", SIEGE, "South", "Suoth"),
    ],
)
def test_what_was_reported_must_be_of_the_kind_that_is_measured(measure_name, arguments, good, bad):
    assert faults_of(measure_name, arguments, reported_value=good) == []
    assert only_fault(measure_name, arguments, reported_value=bad).field == "it.reported_value"


def test_all_faults_are_told_at_once():
    faults = faults_of("siege_days", {"city": "Nowhere", "surprise": 1})
    assert len(faults) == 3


def test_a_fault_is_one_sentence():
    fault = OutcomeFault("it.measure", "'x'", "a measure")
    assert str(fault) == "it.measure: found 'x'; allowed: a measure."


def test_every_measure_says_what_it_does_and_takes_only_what_it_lists():
    assert len(MEASURES) > 15
    for entry in MEASURES.values():
        assert entry.function.__doc__
        assert not set(entry.required) & set(entry.optional)


def test_a_name_cannot_be_taken_twice():
    with pytest.raises(ValueError, match="already a measure"):

        @measure("number", required={})
        def deaths():
            return None
