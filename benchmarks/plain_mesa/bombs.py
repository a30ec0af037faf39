"""Car bombs and bombers on foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import Place
from benchmarks.plain_mesa.unit import Unit

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege


def explode(model: Siege) -> None:
    """Send the bombers that units were given against the enemies in their place."""
    for weapon in ("car_bombs", "foot_bombers"):
        used: dict[tuple[int, Place], int] = {}
        for unit in model.units:
            sent = bombers_sent(unit, weapon)
            if sent:
                model.count(weapon, unit.faction, unit.place, sent)
                key = (unit.faction, unit.place)
                used[key] = used.get(key, 0) + sent
                children = int(model.rng.binomial(sent, unit.traits.child_bomber_share))
                unit.lose_dead(sent, min(children, unit.children))
        for (faction, place), number in used.items():
            blow_up(model, weapon, faction, place, number)


def bombers_sent(unit: Unit, weapon: str) -> int:
    """Return how many bombers a unit really sends, and take car bombs out of the stock."""
    wanted = getattr(unit, weapon)
    if not wanted or not unit.standing or not unit.place.enemies[unit.faction]:
        return 0
    sent = min(wanted, unit.strength)
    if weapon == "car_bombs":
        sent = min(sent, unit.commander.car_bombs)
        unit.commander.car_bombs -= sent
    return sent


def blow_up(model: Siege, weapon: str, faction: int, place: Place, number: int) -> None:
    """Let those bombers who are not stopped kill and wound the enemies in the place."""
    bombs, rng = model.parameters.bombs, model.rng
    off = int(rng.binomial(number, 1.0 - getattr(bombs, f"{weapon}_stopped_share")))
    if off == 0:
        return
    mean = off * getattr(bombs, f"{weapon}_killed")
    spread = off * getattr(bombs, f"{weapon}_dispersion")
    dead = int(rng.negative_binomial(spread, spread / (spread + mean)))
    foes = model.foes[faction]
    hit = [u for u in model.units if u.standing and u.place is place and u.faction in foes]
    present = sum(unit.strength for unit in hit)
    chance = min(1.0, dead * (1.0 + bombs.wounded_per_killed) / max(present, 1))
    for unit in hit:
        unit.surprised = True
        if chance > 0:
            unit.suffer(chance, 1.0 / (1.0 + bombs.wounded_per_killed))


def build_car_bombs(model: Siege) -> None:
    """Let the workshops of each kind whose faction holds a source of goods work for a day."""
    for commander in model.commanders:
        traits = commander.traits
        if traits.car_bombs_built_per_day > 0 and model.has_source(commander.faction):
            built = int(model.rng.poisson(traits.car_bombs_built_per_day))
            room = max(round(traits.car_bombs_most) - commander.car_bombs, 0)
            commander.car_bombs += min(built, room)
