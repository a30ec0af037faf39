"""Sentences on the siege of a city: how long, who stands where, the dead, the weapons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.observers.brief_names import Names, monitor_words, most_first
from sim.observers.brief_records import CitySiege, Losses
from sim.observers.brief_words import (
    count,
    day_text,
    in_text,
    is_plural,
    joined,
    number_words,
    ordinal,
    percent,
    sentence,
    some_of,
)
from sim.observers.wording import at_least, in_words


@dataclass(frozen=True)
class SiegeWriter(Names):
    """Writes of sieges."""

    def headline_of_siege(self, siege: CitySiege) -> str:
        """Return the headline of a siege that goes on."""
        label = self.labels.get(siege.attacker, siege.attacker)
        days = (self.now.day - siege.first_day).days + 1 if siege.first_day else 0
        if days == 1:
            return f"Siege of {self.city(siege.city)} by {in_text(label)} begins"
        held = siege.held.get(siege.attacker, 0)
        verb = (
            ("hold" if is_plural(label) else "holds")
            if held
            else ("fight on in" if is_plural(label) else "fights on in")
        )
        whole = held == siege.districts
        where = f"{count(held, 'district', 'districts')} of " if held and not whole else ""
        where = "all of " if whole else where
        return f"{label} {verb} {where}{self.city(siege.city)} on day {days} of siege"

    def siege(self, siege: CitySiege) -> str:
        """Return the state of a siege."""
        city, attacker = self.city(siege.city), self.side(siege.attacker)
        today = day_text(self.now.day, year=True)
        if siege.first_day is None:
            return sentence(f"by {today} {attacker} had not entered {city}") + self._holders(siege)
        begun = day_text(siege.first_day)
        if siege.goes_on:
            days = (self.now.day - siege.first_day).days + 1
            text = sentence(
                f"the siege of {city} by {attacker}, which began on {begun}, was in its"
                f" {ordinal(days)} day on {today}"
                if days > 1
                else f"the siege of {city} by {attacker} began on {today}"
            )
            return text + " " + self._standing(siege) + self._holders(siege)
        days = length(siege)
        end = day_text(siege.last_day or self.now.day)
        text = sentence(
            f"the siege of {city} by {attacker} ended on {end}, "
            + (f"{count(days, 'day', 'days')} after it began" if days else "the day it began")
        )
        if siege.last_district and siege.last_district != "none":
            text += " " + sentence(f"the last district to be rid of it was {siege.last_district}")
        if siege.standing:
            text += " " + self._standing(siege, " again")
        return text + self._holders(siege)

    def _standing(self, siege: CitySiege, again: str = "") -> str:
        _, who = self.fighters_of(siege.attacker)
        number = len(siege.standing)
        if number == 0:
            return sentence(f"no {who} stood in the city that evening")
        if number == siege.districts:
            fought = joined([name for name in siege.standing if name in siege.contested])
            more = f" and were contested in {fought}" if fought else " and faced no enemy there"
            return sentence(f"{who} stood{again} in every district of the city{more}")
        where = f"{number_words(number)} of the city's {number_words(siege.districts)} districts"
        where += f", {some_of(siege.standing)},"
        contested = set(siege.contested) & set(siege.standing)
        if not contested:
            more = " and faced no enemy inside " + ("it" if number == 1 else "them")
        elif len(contested) == number:
            more = " which was contested" if number == 1 else " all of them contested"
        else:
            named = [name for name in siege.standing if name in contested]
            more = f" of which {joined(named)} " + ("was" if len(named) == 1 else "were")
            more += " contested"
        return sentence(f"{who} stood{again} in {where}{more}")

    def _holders(self, siege: CitySiege) -> str:
        if not siege.held:
            return " " + sentence("nobody held any of the city's districts")
        first, *others = siege.held.items()
        if not others and first[1] == siege.districts:
            return " " + sentence(f"{self.side(first[0])} held the whole city")
        parts = [
            f"{self.side(first[0])} held {count(first[1], 'district', 'districts')}",
            *(f"{self.side(name)} {number_words(number)}" for name, number in others),
        ]
        shares = joined([percent(siege.share[name]) for name in siege.held])
        return " " + sentence(f"{joined(parts)}, or {shares} percent of the city's built-up area")

    def siege_losses(self, siege: CitySiege) -> str:
        """Return the dead of a siege as the monitor reports them, and the weapons used."""
        where = "in and around" if siege.around else "in"
        when = "since the siege began" if siege.goes_on else "during the siege"
        text = self._dead(siege.losses, siege.attacker, f"{where} {self.city(siege.city)} {when}")
        used = [
            count(number, one, more)
            for number, one, more in (
                (siege.car_bombs, "car bomb", "car bombs"),
                (siege.foot_bombers, "bomber on foot", "bombers on foot"),
            )
            if number
        ]
        its = "their" if is_plural(self.labels.get(siege.attacker, "")) else "its"
        acts = [f"sent {joined(used)} against {its} enemies there"] if used else []
        lost = siege.losses.get(siege.attacker)
        acts += [_leaders(lost)] if lost is not None and lost.leaders else []
        if acts:
            text += " " + sentence(f"{self.side(siege.attacker)} {', and '.join(acts)}")
        if siege.air_strikes:
            were = "was" if siege.air_strikes == 1 else "were"
            hits = count(siege.air_strikes, "air strike", "air strikes")
            text += " " + sentence(f"there {were} {hits} {where} the city in that time")
        return text

    def _dead(self, losses: Mapping[str, Losses], first: str, where: str) -> str:
        """Return the dead of each side as the monitor reports them, one side first."""
        if not any(each.reported for each in losses.values()):
            return sentence(f"the monitor had reported no dead {where}")
        number = losses[first].reported if first in losses else 0
        words = at_least(number) if number > 2 else in_words(number)
        children = losses[first].reported_children if number else 0
        among = "" if not children else f", at least {number_words(children)} of them "
        among += "" if not children else "a child" if children == 1 else "children"
        among = ", a child" if children == number == 1 else among
        texts = [f"the monitor reported {self.fighters(first, words)} killed {where}{among}"]
        others = {name: each.reported for name, each in losses.items() if name != first}
        dead = [self.fighters(name, monitor_words(n)) for name, n in most_first(others) if n]
        spared = [self.side(name) for name, n in others.items() if not n]
        if dead:
            texts.append(f"it also reported {joined(dead)} killed")
        if len(spared) == 1:  # of several, most were not there at all
            texts.append(f"it reported no dead of {joined(spared)}")
        return " ".join(sentence(text) for text in texts)


def _leaders(lost: Losses) -> str:
    text = f"lost {count(lost.leaders, 'leader', 'leaders')}"
    if lost.headquarters == 1:
        text += ", " + ("the" if lost.leaders == 1 else "among them the")
        return f"{text} head of a headquarters"
    if lost.headquarters:
        text += f", among them the heads of {number_words(lost.headquarters)} headquarters"
    return text


def length(siege: CitySiege) -> int:
    """Return the days from the first to the last of a siege, 0 if it is not over."""
    first, last = siege.first_day, siege.last_day
    return (last - first).days if first and last else 0
