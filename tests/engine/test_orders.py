"""Changing how a kind decides is a subclass; what it may not order is refused by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.engine.orders import OrdersError, give_orders
from sim.engine.simulation import Simulation
from sim.forces import KINDS, Commander, IslamicState, Militia, Ypg
from sim.state.state import HOLD, WITHDRAW
from tests.arrays import arrays_of_history, arrays_of_state, assert_same_bits
from tests.random_scenarios import random_scenario
from tests.situations import Situation, scenario_with


class Cautious(sim.forces.Ypg):
    """As in the design: fast, over all replicates and members at once."""

    @classmethod
    def decide(cls, side):
        weak = (side.strength < 90) & (side.draw("nerve") < 0.5)
        return side.where(weak, side.fall_back(), super().decide(side))


class Slow(sim.forces.IslamicState):
    """As in the design: one unit at a time."""

    @staticmethod
    def decide_unit(unit, order):
        return order


class CautiousByUnit(sim.forces.Ypg):
    """The same as Cautious, unit by unit."""

    @staticmethod
    def decide_unit(unit, order):
        side, here = unit.side, (unit.row, unit.member)
        if side.strength[here] < 90 and side.draw("nerve")[here] < 0.5:
            back = side.fall_back()
            for name in vars(order):
                setattr(order, name, int(getattr(back, name)[here]))
        return order


SCENARIO = random_scenario(8)
YPG = next(name for name, kind in SCENARIO.kinds.items() if kind.decides == "ypg")
ISLAMIC_STATE = next(
    name for name, kind in SCENARIO.kinds.items() if kind.decides == "islamic_state"
)


def history_with(kinds, replicates=(0, 1, 2), scenario=SCENARIO) -> dict:
    simulation = Simulation(scenario, seed=5, replicates=replicates, kinds=kinds)
    return arrays_of_history(simulation.run())


def test_a_subclass_that_decides_otherwise_makes_another_war():
    usual, cautious = history_with({}), history_with({YPG: Cautious})
    assert (usual["strength"] != cautious["strength"]).any()


def test_the_slow_way_changes_nothing_by_itself():
    assert_same_bits(history_with({}), history_with({ISLAMIC_STATE: Slow}))


def test_the_slow_way_gives_what_the_same_decision_gives_the_fast_way():
    for replicates in ([4], [0, 4, 9]):
        assert_same_bits(
            history_with({YPG: Cautious}, replicates),
            history_with({YPG: CautiousByUnit}, replicates),
        )


@pytest.mark.parametrize("kinds", [{YPG: Cautious}, {YPG: CautiousByUnit, ISLAMIC_STATE: Slow}])
def test_a_subclass_keeps_the_promise(kinds):
    campaign = sim.Campaign(SCENARIO, seed=5, replicate=2, kinds=kinds).run()
    whole = history_with(kinds, [0, 1, 2])
    assert_same_bits(
        arrays_of_history(campaign.history), {name: x[:, 2:] for name, x in whole.items()}
    )
    alone = sim.Ensemble(SCENARIO, seed=5, first=2, replicates=1, kinds=kinds).run()
    many = sim.Ensemble(SCENARIO, seed=5, replicates=3, kinds=kinds).run()
    for name, outcome in alone.outcomes.items():
        np.testing.assert_array_equal(outcome.values, many.outcomes[name].values[2:])


def test_the_designs_examples_run_on_hasakeh(hasakeh):
    short = hasakeh.with_values({"scenario.end": "2015-07-02"})
    kinds = {"ypg": Cautious, "islamic_state": Slow}
    campaign = sim.Campaign(short, seed=7, replicate=381, kinds=kinds).run()
    assert campaign.day == short.days
    result = sim.Ensemble(short, seed=7, replicates=3, kinds=kinds).run()
    assert result.replicates.tolist() == [0, 1, 2]


def test_the_run_record_names_the_class_that_decided():
    campaign = sim.Campaign(SCENARIO, kinds={YPG: Cautious})
    kinds = campaign.record().kinds
    assert kinds[YPG]["class"].endswith("test_orders.Cautious")
    assert kinds[YPG]["source_sha256"] != kinds[ISLAMIC_STATE]["source_sha256"]
    assert set(kinds) == set(SCENARIO.kinds)


def test_a_unit_decides_for_units_in_the_theatre_only():
    asked = []

    class Asked(IslamicState):
        @staticmethod
        def decide_unit(unit, order):
            asked.append((unit.row, unit.name, unit.strength))
            return order

    s = Situation(
        scenario_with(
            {"A": "red", "B": "blue"},
            [("A", "B", 5)],
            [
                ("r", "reds", "A", 50),
                ("late", "reds", "A", 50, {"arrives": "2015-01-09"}),
                ("b", "blues", "B", 50),
            ],
            kinds={"reds": ("red", "islamic_state"), "blues": ("blue", "militia")},
        ),
        2,
        kinds={"reds": Asked},
    )
    give_orders(s.state, s.setting, s.simulation.commanders)
    assert asked == [(0, "r/01", 50), (1, "r/01", 50)]


def test_kinds_that_the_scenario_does_not_have_are_refused():
    with pytest.raises(ValueError, match=r"kind 'navy' is not in the scenario"):
        sim.Campaign(SCENARIO, kinds={"navy": Cautious})
    for wrong in (Cautious(), int, "ypg"):
        with pytest.raises(ValueError, match=rf"kind '{YPG}': a subclass of .*Commander"):
            sim.Campaign(SCENARIO, kinds={YPG: wrong})


def test_every_class_that_a_scenario_can_name_is_a_commander():
    from sim.scenario.kinds import KIND_CLASSES

    assert tuple(KINDS) == KIND_CLASSES
    assert all(issubclass(kind, Commander) for kind in KINDS.values())


# All sides decide from the same morning.


def test_orders_are_entered_after_all_have_decided():
    """The kind that decides first does not show its hand to the one that decides last."""
    seen = {}

    class Leaves(Militia):
        @classmethod
        def decide(cls, side):
            orders = side.hold()
            return orders.but(side.standing, destination=1, posture=WITHDRAW)

    class Looks(Militia):
        @classmethod
        def decide(cls, side):
            seen["enemies"] = side.enemies.copy()
            seen["posture"] = side._setting is not None
            return side.hold()

    values = {"any_kind.estimate_sigma": 0.0}
    for first, last in (("reds", "blues"), ("blues", "reds")):
        kinds = {first: (first[:-1], "militia"), last: (last[:-1], "militia")}
        s = Situation(
            scenario_with(
                {"A": "red", "B": "blue"},
                [("A", "B", 5)],
                [("r", "reds", "A", 50), ("b", "blues", "B", 70)],
                kinds=kinds,
                values=values,
            ),
            kinds={"reds": Leaves, "blues": Looks},
        )
        give_orders(s.state, s.setting, s.simulation.commanders)
        assert seen["enemies"][0].tolist() == [50, 0]
        assert s.of("r", "destination")[0] == 1
        assert s.of("b", "posture")[0] == HOLD


def test_a_morning_without_orders_forgets_the_requests_of_yesterday():
    s = Situation(SCENARIO, 2)
    for request in s.state.orders.values():
        request += 7
    give_orders(s.state, s.setting, dict.fromkeys(SCENARIO.kinds, Commander))
    assert (s.state.orders["car_bombs"] == 0).all()


# Bad orders.

FIELDS = ("destination", "posture", "air_request", "car_bombs", "foot_bombers", "operation")


def give_bad(change, unit=None) -> None:
    class Bad(Ypg):
        @classmethod
        def decide(cls, side):
            orders = super().decide(side)
            return orders if change is None else change(orders)

        decide_unit = staticmethod(unit) if unit else None

    s = Situation(SCENARIO, 2, kinds={YPG: Bad})
    before = {name: values.copy() for name, values in arrays_of_state_before(s).items()}
    try:
        give_orders(s.state, s.setting, s.simulation.commanders)
    finally:
        assert_same_bits(before, arrays_of_state_before(s))


def arrays_of_state_before(s: Situation) -> dict:
    return {
        name: values
        for name, values in arrays_of_state(s.state).items()
        if not name.startswith("orders.")
    }


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "bad",
    [
        lambda x: x[:, :-1],
        lambda x: x[0],
        lambda x: x - 2**40,
        lambda x: x + 2**50,
        lambda x: x + 0.5,
        lambda x: x * np.nan,
    ],
    ids=["too few", "no replicates", "too low", "too high", "not whole", "not a number"],
)
def test_bad_orders_are_refused_by_kind_and_field(field, bad):
    with pytest.raises(OrdersError, match=rf"kind '{YPG}': {field}"):
        give_bad(lambda orders: replace(orders, **{field: bad(getattr(orders, field))}))


@pytest.mark.parametrize("wrong", [None, 3, {"destination": 1}])
def test_what_are_no_orders_at_all_is_refused_by_kind(wrong):
    with pytest.raises(OrdersError, match=rf"kind '{YPG}': decide "):
        give_bad(lambda orders: wrong)


def test_a_plan_of_the_wrong_shape_is_refused_by_kind_and_field():
    def cut_short(orders):
        return replace(orders, plan=replace(orders.plan, target=orders.plan.target[:, :1]))

    with pytest.raises(OrdersError, match=rf"kind '{YPG}': plan\.target"):
        give_bad(cut_short)


@pytest.mark.parametrize(
    ("field", "value"),
    [("destination", -1), ("destination", 10**6), ("posture", 99), ("operation", 99)],
)
def test_a_bad_order_of_one_unit_is_refused_too(field, value):
    def decide_unit(unit, order):
        setattr(order, field, value)
        return order

    with pytest.raises(OrdersError, match=rf"kind '{YPG}': {field}"):
        give_bad(None, decide_unit)


def test_one_unit_must_be_given_an_order():
    with pytest.raises(OrdersError, match=rf"kind '{YPG}': decide_unit "):
        give_bad(None, lambda unit, order: None)
