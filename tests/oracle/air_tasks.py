"""Strikes on deep and dynamic targets (sim/rules/air_tasks)."""

from __future__ import annotations

from dataclasses import dataclass

from sim.state.stable_ids import stable_id
from sim.state.state import FULL
from tests.oracle.casualties import inflict, kill_leader
from tests.oracle.pieces import AirWing, Unit
from tests.oracle.scalars import binomial, exp, lognormal_exponent, normal_quantile
from tests.oracle.world import HOSTILE, World

Tasked = dict[str, int]  # by unit, strikes times effect in thousandths


@dataclass(frozen=True)
class Target:
    """Goods or, with a number, a workshop."""

    id: int
    faction: int
    place: int
    workshop: int | None = None


def flies_on_tasks(world: World, number: int) -> bool:
    return sum(_shares(world, number)) > 0


def target_of_task(
    world: World, number: int, wing: AirWing, sortie: int, tasked: Tasked
) -> int | None:
    """Fly a sortie against a target of its task; return where, None if it is left for contact."""
    deep, dynamic = _shares(world, number)
    if deep + dynamic == 0:
        return None
    uniform = world.draw("air.task", wing.id ^ sortie)
    if uniform < deep:
        return _strike_deep(world, wing, sortie)
    if uniform < deep + dynamic:
        return _strike_dynamic(world, wing, sortie, tasked)
    return None


def hit_units(world: World, tasked: Tasked) -> None:
    """Inflict the strikes on single units, and on the leaders of headquarters."""
    for unit in world.units:
        if unit.name in tasked:
            _hit(world, unit, tasked[unit.name] / FULL)


def _hit(world: World, unit: Unit, strikes: float) -> None:
    sigma = world.value("air.sigma")
    moving = unit.next_place is not None
    mean = world.value("air.killed_per_strike_moving" if moving else "air.killed_per_strike")
    killed_share = world.value("combat.killed_share")
    luck = normal_quantile(world.draw("air.noise", unit.id))
    lost = mean / killed_share * exp(lognormal_exponent(luck, sigma))
    chance = 1.0 - exp(-(strikes / max(unit.strength, 1) * lost))
    losses = binomial(world.draw("air.hit_unit", unit.id), unit.strength, chance)
    inflict(world, unit, losses, killed_share, "air task")
    rate = world.value("air.leader_killed_per_strike") * strikes
    if unit.headquarters and world.draw("air.leader", unit.id) < 1.0 - exp(-rate):
        kill_leader(world, unit)


def _shares(world: World, number: int) -> tuple[float, float]:
    row, amount = world.setting.scenario.air[number], world.setting.parameters.amount
    return float(amount(row.deep_share)[0, 0]), float(amount(row.dynamic_share)[0, 0])


def _strike_deep(world: World, wing: AirWing, sortie: int) -> int | None:
    targets = _deep_targets(world, wing)
    if not targets:
        return None
    target = max(targets, key=lambda each: world.draw("air.target", wing.id ^ sortie ^ each.id))
    if target.workshop is None:
        share = round(FULL * world.value("air.interdiction_per_strike"))
        assert world.interdicted is not None
        world.interdicted[target.faction] = min(world.interdicted[target.faction] + share, FULL)
        world.happened["strike on goods"] += 1
    else:
        last = world.day + round(world.value("air.workshop_days")) - 1
        out = world.workshop_out_until
        assert out is not None
        out[target.workshop] = max(out[target.workshop], last)
        world.happened["strike on a workshop"] += 1
    return target.place


def _deep_targets(world: World, wing: AirWing) -> list[Target]:
    """Return goods and found workshops of enemies, where they and an enemy of ours hold them."""
    setting, index = world.setting, world.setting.theatre.index
    targets = []
    for row in setting.scenario.supply:
        faction, place = setting.factions.index(row.faction), index(row.place)
        number = world.places[place].id ^ world.faction_ids[faction]
        targets.append(Target(number, faction, place))
    for number, row in enumerate(setting.scenario.workshops):
        own_id = stable_id("workshop", row.id)
        if world.draw("air.found", own_id ^ wing.id) < world.value("air.workshop_found_per_day"):
            faction = setting.factions.index(setting.scenario.kinds[row.kind].faction)
            targets.append(Target(own_id, faction, index(row.place), number))
    return [
        target
        for target in targets
        if world.stance[wing.faction][target.faction] == HOSTILE
        and world.friend_holds(target.faction, target.place)
        and world.enemy_holds(wing.faction, target.place)
    ]


def _strike_dynamic(world: World, wing: AirWing, sortie: int, tasked: Tasked) -> int | None:
    targets = [unit for unit in world.units if _is_target(world, wing, unit)]
    fighters = sum(unit.strength for unit in targets)
    if not targets:
        return None
    picked = min(int(world.draw("air.target", wing.id ^ sortie) * fighters), fighters - 1)
    for unit in targets:
        if picked < unit.strength:
            break
        picked -= unit.strength
    tasked[unit.name] = tasked.get(unit.name, 0) + wing.effect_permille
    what = "a unit on the march" if unit.next_place is not None else "a headquarters"
    world.happened[f"strike on {what}"] += 1
    return unit.place


def _is_target(world: World, wing: AirWing, unit: Unit) -> bool:
    """Enemies on the march, and headquarters that are found today."""
    if not unit.active or unit.strength == 0 or not world.hostile(wing.faction, unit.faction):
        return False
    if unit.next_place is not None:
        return True
    chance = world.value("air.headquarters_found_per_day")
    return unit.headquarters and world.draw("air.found", unit.id ^ wing.id) < chance
