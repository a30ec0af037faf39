from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.app.colours import (
    GROUNDS,
    HATCHES,
    LEAST_CONTRAST,
    LEAST_DISTANCE,
    VISIONS,
    contrast,
    distance,
    faction_colours,
)
from sim.scenario import find_scenarios, load

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format) | st.none()


def check(shades):
    for theme, grounds in GROUNDS.items():
        for one in shades:
            assert all(contrast(one[theme], ground) >= LEAST_CONTRAST for ground in grounds)
        for one, other in combinations(shades, 2):
            for vision in VISIONS:
                assert distance(one[theme], other[theme], vision) >= LEAST_DISTANCE - 1e-6


@settings(max_examples=25)
@given(st.lists(colours, min_size=1, max_size=7))
def test_any_seven_factions_are_told_apart_in_both_themes_by_everybody(own):
    check(faction_colours(own, [True] * len(own)))


@pytest.mark.parametrize("colour", ["#ff0000", "#ffffff", "#000000", "#808080"])
def test_even_seven_factions_of_one_colour_are_told_apart(colour):
    check(faction_colours([colour] * 7, [True] * 7))


@pytest.mark.parametrize("name", sorted(find_scenarios()))
def test_the_factions_of_every_scenario_are_told_apart(name):
    own = [faction.colour for faction in load(name).factions.values()]
    check(faction_colours(own, [True] * len(own)))


def test_lands_of_the_campaign_differ_even_when_they_are_drawn_faintly():
    own = [faction.colour for faction in load("campaign-2015").factions.values()]
    for theme, (page, _) in GROUNDS.items():
        faint = [_faint(each[theme], page) for each in faction_colours(own, [True] * len(own))]
        for one, other in combinations(faint, 2):
            assert min(distance(one, other, vision) for vision in VISIONS) > 2 * 2.3


def test_a_colour_that_can_be_read_stays_as_it_is():
    (shade,) = faction_colours(["#7d7a78"], [True])
    assert shade == {"light": "#7d7a78", "dark": "#7d7a78", "hatch": 0}


def test_a_colour_is_moved_no_farther_than_it_takes():
    (pale,) = faction_colours(["#d9a400"], [True])
    assert pale["dark"] == "#d9a400"
    assert 0 < distance(pale["light"], "#d9a400") < 25
    assert contrast(pale["light"], "#f3ecdc") < LEAST_CONTRAST + 0.3


def test_the_first_faction_does_not_change_for_those_after_it():
    alone, *_ = faction_colours(["#7a5aa6"], [True])
    first, *_ = faction_colours(["#7a5aa6", "#7a5aa5", "#7a5aa7"], [True] * 3)
    assert alone == first


def test_a_crowd_of_factions_still_gets_colours_that_are_not_alike():
    shades = faction_colours([None] * 32, [True] * 32)
    for theme, (page, _) in GROUNDS.items():
        assert len({shade[theme] for shade in shades}) == 32
        assert all(contrast(shade[theme], page) >= LEAST_CONTRAST for shade in shades)


def test_factions_on_the_ground_have_patterns_of_their_own():
    shades = faction_colours([None] * 10, [False, *[True] * 8, False])
    assert sorted(shade["hatch"] for shade in shades[1:9]) == list(range(HATCHES))
    assert all(0 <= shade["hatch"] < HATCHES for shade in shades)


def test_distances_and_contrasts_are_those_of_the_standards():
    assert distance("#000000", "#ffffff") == pytest.approx(100.0, abs=0.01)
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    # CIELAB of sRGB red is 53.24, 80.09, 67.20, of green 87.73, -86.18, 83.18.
    assert distance("#ff0000", "#00ff00") == pytest.approx(170.6, abs=0.1)


@pytest.mark.parametrize("vision", VISIONS)
def test_grey_is_grey_to_everybody(vision):
    assert distance("#777777", "#cccccc", vision) == pytest.approx(
        distance("#777777", "#cccccc"), abs=0.1
    )


def test_red_and_green_that_are_equally_light_fall_together_without_red_or_green_cones():
    red, green = "#c8503c", "#6e8232"
    assert distance(red, green) > 50
    assert distance(red, green, "deuteranopia") < 0.4 * distance(red, green)
    assert distance("#3a7ec8", "#36857d", "tritanopia") < 0.5 * distance("#3a7ec8", "#36857d")


def _faint(colour, page):
    mixed = [
        round(0.4 * a + 0.6 * b)
        for a, b in zip(bytes.fromhex(colour[1:]), bytes.fromhex(page[1:]), strict=True)
    ]
    return "#" + bytes(mixed).hex()
