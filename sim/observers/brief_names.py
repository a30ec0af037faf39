"""Factions, places, spans of days and numbers of dead as a brief words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.observers.brief_records import Situation
from sim.observers.brief_words import day_text, fighters_of, in_text, joined, number_words, some_of
from sim.observers.wording import at_least, counted, in_words

# A brief tells what changed in so many days.
RECENT_DAYS, WEEK_DAYS = 14, 7


@dataclass(frozen=True)
class Names:
    """Names and numbers of a situation as they stand in sentences.

    ``labels`` gives people's names of factions, and of cities as ``city NAME``.
    """

    now: Situation
    labels: Mapping[str, str]

    def side(self, faction: str) -> str:
        """Return a faction as it stands in a sentence."""
        return in_text(self.labels.get(faction, faction))

    def fighters_of(self, faction: str) -> tuple[str, str]:
        """Return one fighter of a faction and several."""
        return fighters_of(self.labels.get(faction, faction))

    def city(self, name: str) -> str:
        """Return a city as people call it."""
        return self.labels.get(f"city {name}", name)

    def places(self, names: Sequence[str], most: int = 5) -> str:
        """Return places, districts with their city."""
        by_city: dict[str, list[str]] = {}
        for name in names:
            city = self.now.city_of.get(name, "")
            told = name.startswith(self.city(city)) if city else True
            by_city.setdefault("" if told else city, []).append(name)
        plain = by_city.pop("", [])
        within = [f"{some_of(them, most)} in {self.city(city)}" for city, them in by_city.items()]
        if not within:
            return some_of(plain, most)
        return joined([*within, *plain])

    def fighters(self, faction: str, words: str) -> str:
        """Return a worded number of a faction's fighters: ``dozens of government fighters``."""
        return counted(words.replace("none", "no"), *self.fighters_of(faction))

    def lately(self) -> str:
        """Return the days of which changes are told: ``in the two weeks to 29 July``."""
        days = self.now.recent_days
        end = day_text(self.now.day)
        if days == 1:
            return f"on {end}"
        span = "two weeks" if days == RECENT_DAYS else f"{number_words(days)} days"
        return f"in the {span} to {end}"


def monitor_words(number: int) -> str:
    """Return a number of dead the way the monitor puts it.

    ``one``, ``two``, ``several`` (3 to 9), ``dozens`` (24 to 99), ``at least N`` otherwise.
    """
    words = in_words(number)
    return at_least(number) if words.startswith("about") else words


def most_first(numbers: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return names and numbers, the largest number first."""
    return sorted(numbers.items(), key=lambda item: -item[1])
