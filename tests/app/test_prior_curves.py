"""Sliders offer what is not known, over what is believed of it."""

import numpy as np
import pytest

from sim.app.prior_curves import parameter_list, prior_curve, scale_of, unit_words
from sim.engine.sources import load_checked
from sim.scenario.rows import Parameter
from sim.state.parameters import prior_quantile


def a_parameter(prior="uniform", low=1.0, high=4.0, **words):
    """Return a parameter with a prior."""
    given = {"id": "combat.frontage", "unit": "1", "source": "estimate", **words}
    return Parameter(value=low, prior=prior, low=low, high=high, **given)


def position(parameter, values):
    """Return where values stand on their slider, from 0 to 1."""
    if scale_of(parameter) == "log":
        return np.log(values / parameter.low) / np.log(parameter.high / parameter.low)
    return (values - parameter.low) / (parameter.high - parameter.low)


@pytest.mark.parametrize(
    ("prior", "low", "high"),
    [("uniform", -1, 3), ("uniform", 0, 100), ("log_uniform", 2, 8), ("log_uniform", 0.01, 3)],
)
def test_the_area_under_a_curve_is_the_probability_of_its_values(prior, low, high):
    parameter = a_parameter(prior, float(low), float(high))
    x, y = np.array(prior_curve(parameter)).T
    assert (x[0], x[-1], y.max()) == (0, 1, 1)
    area = np.concatenate([[0], np.cumsum(np.diff(x) * (y[1:] + y[:-1]) / 2)])
    probability = np.linspace(0, 1, 21)
    at = position(parameter, prior_quantile(parameter, probability))
    np.testing.assert_allclose(np.interp(at, x, area / area[-1]), probability, atol=2e-3)


def test_only_priors_over_more_than_a_factor_of_ten_get_a_slider_of_factors():
    assert scale_of(a_parameter("log_uniform", 1, 10)) == "linear"
    assert scale_of(a_parameter("log_uniform", 1, 10.1)) == "log"
    assert scale_of(a_parameter("uniform", 1, 1000)) == "linear"


def test_what_is_known_has_no_prior_to_draw():
    known = Parameter(
        id="combat.frontage", value=1, unit="1", prior="fixed", low=None, high=None, source="law"
    )
    with pytest.raises(ValueError, match=r"combat\.frontage"):
        prior_curve(known)


@pytest.mark.parametrize("name", ["two-towns", "hasakeh-2015", "kobane-2014", "campaign-2015"])
def test_all_that_is_unknown_and_counts_is_offered(name):
    scenario = load_checked(name)
    offered = {each["id"]: each for each in parameter_list(scenario)}
    unknown = {name for name, row in scenario.parameters.items() if row.prior != "fixed"}
    assert offered.keys() <= unknown
    for left_out in unknown - offered.keys():
        group, _, rest = left_out.partition(".")
        assert group == "any_kind"
        assert all(f"{kind}.{rest}" in scenario.parameters for kind in scenario.kinds)
    for each in offered.values():
        assert each["low"] <= each["value"] <= each["high"]
        assert each["low"] < each["high"]
        assert each["scale"] == "linear" or each["low"] > 0
        assert each["label"][0].isupper() or each["label"][0].isdigit()
        assert each["source"]


def test_what_all_kinds_have_of_their_own_is_not_offered_for_any_kind(hasakeh):
    name = "any_kind.caution"
    assert name in {each["id"] for each in parameter_list(hasakeh)}
    kinds = list(hasakeh.kinds)
    own = hasakeh.with_values({f"{kind}.caution": 1.0 for kind in kinds})
    assert name not in {each["id"] for each in parameter_list(own)}


def test_the_scenarios_own_amounts_come_first_and_groups_stand_together(hasakeh):
    groups = [each["group"] for each in parameter_list(hasakeh)]
    assert groups[0] == "siege"
    in_order = list(dict.fromkeys(groups))
    assert groups == sorted(groups, key=in_order.index)
    kinds = [in_order.index(kind) for kind in hasakeh.kinds if kind in in_order]
    assert max(kinds) < in_order.index("combat")


def test_labels_are_written_as_the_scenario_writes_its_names(hasakeh):
    offered = {each["id"]: each for each in parameter_list(hasakeh)}
    assert offered["siege.ypg_fighters"]["label"] == "YPG fighters"
    assert offered["islamic_state.caution"]["group_label"] == "Islamic State"
    campaign = {each["id"]: each for each in parameter_list(load_checked("campaign-2015"))}
    assert campaign["campaign.is_deir_ezzor_fighters"]["label"] == "IS Deir Ezzor fighters"


def test_a_label_does_not_say_what_the_value_says(hasakeh):
    offered = {each["id"]: each for each in parameter_list(hasakeh)}
    strikes = offered["siege.coalition_strikes_per_day"]
    assert (strikes["label"], strikes["unit"]) == ("Coalition strikes", "strikes per day")
    assert offered["supply.half_distance_km"]["label"] == "Half distance"
    assert offered["civilians.quiet_days"]["label"] == "Quiet days"
    bombs = offered["islamic_state.car_bombs_per_assault"]
    assert bombs["label"] == "Car bombs per assault"


@pytest.mark.parametrize(
    ("unit", "words"),
    [("1", "1"), ("1/day", "per day"), ("fighters/day", "fighters per day"), ("km", "km")],
)
def test_units_read_after_a_number(unit, words):
    assert unit_words(unit) == words


def test_squares_are_written_as_such():
    assert unit_words("km2/day") == "km² per day"
