import numpy as np

from sim.theatre.districts import propose_streets

LINE = np.array([36.50, 36.50, 36.50]), np.array([40.70, 40.71, 40.72])
RIVER = [(36.40, 40.705), (36.60, 40.705)]


def pairs(*arguments, **more):
    return [
        (street.a, street.b, street.route_class) for street in propose_streets(*arguments, **more)
    ]


def test_districts_adjoin_where_no_other_lies_between():
    assert pairs(*LINE) == [(0, 1, "street"), (1, 2, "street")]


def test_districts_far_apart_do_not_adjoin():
    assert pairs(*LINE, maximum_km=0.5) == []


def test_a_river_parts_districts():
    assert pairs(*LINE, [RIVER]) == [(1, 2, "street")]


def test_a_river_that_ends_before_it_reaches_the_line_parts_nothing():
    assert len(pairs(*LINE, [[(36.40, 40.705), (36.49, 40.705)]])) == 2


def test_a_bridge_leads_over_the_river_in_either_direction():
    expected = [(0, 1, "bridge"), (1, 2, "street")]
    assert pairs(*LINE, [RIVER], [(0, 1)]) == expected
    assert pairs(*LINE, [RIVER], [(1, 0)]) == expected


def test_a_street_is_longer_than_the_straight_line():
    first = propose_streets(*LINE)[0]
    assert first.km == 1.1  # 0.01 degrees east at 36.5 north is 0.894 km, times 1.25


def test_two_districts_at_the_same_spot_are_still_a_tenth_of_a_km_apart():
    assert propose_streets(np.array([36.0, 36.0]), np.array([40.0, 40.0]))[0].km == 0.1
