"""Groups of units on operations: launched, staged, committed, ended, rested (sim/forces)."""

from __future__ import annotations

from collections.abc import Callable

from sim.forces.operations import COMMITMENT, NEGLIGIBLE
from sim.state.state import ASSAULT, ATTACK, IDLE, REST, STAGING
from tests.oracle.knowledge import Knowledge, Order
from tests.oracle.pieces import Group, Kind, Unit
from tests.oracle.world import NO_ROAD_M

Operations = dict[str, int | None]  # the group of each unit, by the unit's name


def refill_stock(know: Knowledge) -> None:
    """Let assaults use the kind's means up and time bring them back."""
    kind = know.kind
    assaults = sum(group.phase == ASSAULT for group in kind.groups)
    burnt = 1000.0 * know.number("stock_per_assault_day") * assaults
    gained = 1000.0 / know.number("stock_refill_days")
    kind.stock = min(max(kind.stock + round(gained - burnt), 0), 1000)


def review(know: Knowledge) -> Operations:
    """Move every group to its next phase; release the members of those that end."""
    operation = {unit.name: unit.operation for unit in know.kind.members}
    for number, group in enumerate(know.kind.groups):
        members = [unit for unit in know.kind.members if unit.operation == number]
        done = ended = False
        if group.phase in (STAGING, ASSAULT):
            done, ended = _review_busy(know, group, members)
        if ended:
            operation |= {unit.name: None for unit in members}
        # Success needs no rest.
        if group.phase == REST and (done or _age(know, group) >= know.number("rest_days")):
            group.phase = IDLE
    return operation


def _age(know: Knowledge, group: Group) -> int:
    """Return for how many days a group has been in its phase."""
    assert group.since is not None
    return know.day - group.since


def _review_busy(know: Knowledge, group: Group, members: list[Unit]) -> tuple[bool, bool]:
    """Commit a group to its assault, or end its operation; return whether it is done and ended."""
    fighters = sum(unit.strength for unit in members if unit.active)
    staged = sum(unit.strength for unit in members if unit.standing and unit.place == group.staging)
    target = 0 if group.target is None else group.target
    enemies, friends = know.believed[target], know.friends[target]
    done = know.friendly[target] and enemies == 0
    age = _age(know, group)
    # Whether there are enough to go over to the assault, and whether it is worth it.
    gathered = staged >= know.number("staged_share") * fighters
    late = age >= know.number("staging_days_most")
    factor = 1.0 + know.number("air_confidence") if know.has_air_support() else 1.0
    worthwhile = fighters * factor >= know.number("caution") * COMMITMENT * enemies
    staging, assault = group.phase == STAGING, group.phase == ASSAULT
    commit = staging and (gathered or late) and worthwhile and not done and fighters > 0
    # Whether an assault has failed.
    lost = fighters < (1.0 - know.number("loss_limit")) * group.fighters
    overwhelmed = age >= 2 and enemies > know.number("retreat_ratio") * max(friends, 1)
    failed = assault and (lost or overwhelmed or age >= know.number("assault_days_most"))
    cancelled = (staging and late and not worthwhile) or fighters == 0
    if group.target is not None and know.at_truce(group.target):
        cancelled, commit = True, False
        know.world.happened["attack called off for a truce"] += 1
    ended = done or failed or cancelled
    if commit:
        group.phase, group.fighters = ASSAULT, fighters
        know.world.happened["assault begun"] += 1
    elif ended:
        group.phase = REST
    if commit or ended:
        group.since = know.day
    if ended:
        group.target = None
        outcome = "done" if done else "failed" if failed else "cancelled"
        know.world.happened[f"operation {outcome}"] += 1
    return done, ended


def free_to_go(know: Knowledge, operation: Operations) -> list[Unit]:
    """Return the units that can be sent: unbroken, not pinned down, not the last of a garrison."""
    least = 1000.0 * know.number("least_readiness")
    free, garrisoned = [], set()
    for unit in know.kind.members:
        if not unit.standing:
            continue
        # In a place on the front line the first unit in the table stays behind.
        stays = unit.place not in garrisoned and know.on_frontline(unit.place)
        garrisoned.add(unit.place)
        pinned = know.believed[unit.place] > NEGLIGIBLE * know.friends[unit.place]
        ready = unit.readiness >= least and not know.broken(unit) and not unit.static
        if ready and not pinned and not stays and operation[unit.name] is None:
            free.append(unit)
    return free


def launch(
    know: Knowledge,
    operation: Operations,
    relief: list[bool],
    scorer: Callable[[int, list[Unit]], float | None],
) -> None:
    """Send idle groups after the best objective, if one is good enough.

    An attack needs stock; relief needs none. Each has its daily chance.
    """
    kind = know.kind
    for number, group in enumerate(kind.groups):
        if number >= know.number("groups") or group.phase != IDLE:
            continue
        attempt = know.draw("forces.attempt", number)
        in_stock = kind.stock >= 1000.0 * know.number("stock_least")
        may_attack = in_stock and attempt < know.number("attempt_per_day")
        may_relieve = attempt < know.number("reaction_per_day")
        if not may_attack and not (may_relieve and any(relief)):
            continue
        free = free_to_go(know, operation)
        if not free:
            continue
        targeted = {other.target for other in kind.groups}
        best, highest = None, -1e9
        for place in know.places:
            if place in targeted or not (may_relieve if relief[place] else may_attack):
                continue
            worth = scorer(place, free)
            if worth is not None and worth > highest:
                best, highest = place, worth
        if best is not None and highest >= know.number("least_score"):
            _send(know, operation, number, best, free, relief[best])


def _send(
    know: Knowledge, operation: Operations, number: int, target: int, free: list[Unit], relief: bool
) -> None:
    """Give a group its objective and the nearest units who together are strong enough."""
    reach_m = min(1000.0 * know.number("reach_km"), NO_ROAD_M)
    able = [unit for unit in free if know.road_m[unit.place][target] < reach_m]
    able.sort(key=lambda unit: know.road_m[unit.place][target])  # stable: table order of equals
    wanted = max(
        know.number("force_ratio") * know.believed[target], know.number("least_group_fighters")
    )
    sent = 0
    for unit in able:
        if sent < wanted:
            operation[unit.name] = number
            sent += unit.strength
    group = know.kind.groups[number]
    group.target = target
    group.relief = relief
    group.phase = ASSAULT if relief else STAGING
    group.since = know.day
    group.fighters = sent
    group.staging = _place_of_assembly(know, target, able[0].place)
    know.world.happened["relief launched" if relief else "attack launched"] += 1


def _place_of_assembly(know: Knowledge, target: int, nearest: int) -> int:
    """Return the target's neighbour nearest to the first unit, or else that unit's place.

    No enemy may hold the neighbour, nor be believed to stand in it.
    """
    best, shortest_m = nearest, NO_ROAD_M
    for beside in know.world.places[target].neighbours:
        safe = not know.hostile[beside] and know.believed[beside] == 0
        safe = safe and beside not in know.kind.given_up
        if safe and know.road_m[nearest][beside] < shortest_m:
            best, shortest_m = beside, know.road_m[nearest][beside]
    return best


def carry_out(know: Knowledge, operation: Operations, orders: dict[str, Order]) -> None:
    """Turn the groups' phases into the orders of their members."""
    kind: Kind = know.kind
    for unit in kind.members:
        order, number = orders[unit.name], operation[unit.name]
        order.operation = number
        if number is None:
            continue
        group = kind.groups[number]
        # A unit whom the enemy has caught on the way to the assembly fights where it is.
        caught = know.believed[unit.place] > 0 and know.fighters[unit.place] > 0
        if group.phase == STAGING and not caught:
            assert group.staging is not None
            order.destination = group.staging
        elif group.phase == ASSAULT:
            assert group.target is not None
            order.destination, order.posture = group.target, ATTACK
