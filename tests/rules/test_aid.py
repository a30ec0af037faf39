"""Who is in need, and whom aid reaches through those who let it pass."""

from __future__ import annotations

import numpy as np
import pytest

from tests.rules.peopled import PEOPLE, Peopled

HUB = [{"faction": "red", "place": "Far"}]


def access(s: Peopled, place: str) -> int:
    return s.count("aid_permille", place)


def test_nobody_is_in_need_in_peace():
    s = Peopled(supply=HUB)
    s.evening()
    s.aid()
    assert not s.people.in_need.any()


def test_the_displaced_and_those_who_live_where_there_was_a_fight_are_in_need():
    s = Peopled(supply=HUB)
    s.fight_at("Front")
    s.evening()
    s.aid()
    assert s.count("in_need", "Front") == s.count("residents", "Front") > 0
    assert s.count("in_need", "Near") == s.count("displaced", "Near") > 0
    assert s.count("in_need", "Quarter") == 0
    s.quiet_days(6)
    s.aid()
    assert s.count("in_need", "Front") > 0
    s.quiet_days(1)
    s.aid()
    assert s.count("in_need", "Front") == 0


def test_those_whom_goods_do_not_reach_are_in_need():
    s = Peopled(supply=HUB)
    s.hold("Near", "blue")
    s.aid()
    assert s.count("in_need", "Quarter") == s.count("residents", "Quarter")
    assert s.count("in_need", "Far") == 0


def test_holders_grant_access_to_a_share():
    s = Peopled(supply=HUB, values={"reds.access_granted": 0.25})
    s.people.displaced[:, s.place("Near")] = 1000
    s.aid()
    assert s.count("reached", "Near") == 250


def test_a_convoy_needs_the_leave_of_every_holder_on_its_way():
    grants = {"reds.access_granted": 0.8, "blues.access_granted": 0.3}
    s = Peopled(holders={"Near": "blue"}, supply=HUB, values=grants)
    s.aid()
    assert [access(s, name) for name in ("Far", "Near", "Quarter", "Front")] == [800, 300, 300, 300]


def test_it_takes_the_road_where_the_least_willing_is_most_willing():
    grants = {"reds.access_granted": 0.8, "blues.access_granted": 0.1, "greens.access_granted": 0.6}
    s = Peopled(
        holders={"Near": "blue", "Behind": "green"},
        roads=[
            *[("Far", "Near", 1), ("Near", "Front", 1), ("Front", "Quarter", 1)],
            *[("Far", "Behind", 90), ("Behind", "Front", 90)],
        ],
        supply=HUB,
        values=grants,
    )
    s.aid()
    assert access(s, "Front") == 600


def test_a_place_that_nobody_holds_lets_aid_pass():
    s = Peopled(holders={"Near": None}, supply=HUB, values={"reds.access_granted": 0.8})
    s.aid()
    assert access(s, "Quarter") == 800
    assert access(s, "Near") == 800


def test_no_convoy_goes_into_or_through_a_fight():
    s = Peopled(supply=HUB)
    s.fight_at("Near")
    s.aid()
    assert access(s, "Far") == 500
    assert access(s, "Near") == access(s, "Quarter") == 0


@pytest.mark.parametrize("by_faction", [False, True])
def test_an_agreement_opens_roads_and_closes_none(by_faction):
    s = Peopled(supply=HUB, replicates=3)
    agreed = np.array([0.0, 0.9, 0.2])
    if by_faction:
        agreed = np.repeat(agreed[:, None], len(s.setting.factions), axis=1)
    s.aid(access_agreement=agreed)
    assert s.people.aid_permille[:, s.place("Front")].tolist() == [500, 900, 500]


def test_convoys_are_planned_now_and_then():
    s = Peopled(supply=HUB, values={"civilians.aid_every_days": 3.0})
    s.aid()
    s.hold("Near", "blue")
    s.fight_at("Near")
    for _ in range(2):
        s.state.day += 1
        s.aid()
        assert access(s, "Front") == 500
    s.state.day += 1
    s.aid()
    assert access(s, "Front") == 0


def test_without_a_source_of_goods_aid_is_everywhere():
    s = Peopled(roads=[], isolated=tuple(PEOPLE))
    s.aid()
    assert set(s.people.aid_permille[0]) == {500}
