"""Sentences made from a situation. Nothing is said that its numbers do not say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.observers.brief_names import WEEK_DAYS, monitor_words, most_first
from sim.observers.brief_records import Change, CitySiege, Claims, SupplyLine
from sim.observers.brief_siege import SiegeWriter, length
from sim.observers.brief_words import (
    count,
    day_text,
    is_plural,
    joined,
    number_words,
    percent,
    possessive,
    rounded,
    sentence,
)

# A siege that ended so many days ago is still the headline.
NEWS_DAYS = 7


@dataclass(frozen=True)
class Writer(SiegeWriter):
    """Writes a situation."""

    def headline(self) -> str:
        """Return the headline: the siege that goes on or has just ended, else what changed."""
        going = [siege for siege in self.now.sieges if siege.goes_on]
        if going:
            return self.headline_of_siege(
                max(going, key=lambda siege: siege.first_day or self.now.start)
            )
        ended = [siege for siege in self.now.sieges if siege.last_day and self.is_news(siege)]
        if ended:
            siege = ended[-1]
            days = length(siege)
            over = "within a day" if days == 0 else f"after {count(days, 'day', 'days')}"
            return f"Siege of {self.city(siege.city)} ends {over}"
        taken = [change for change in self.now.changes if change.taker is not None]
        if taken:
            return self._headline_of_change(taken[0])
        return f"No place changes hands {self.lately()}"

    def is_news(self, siege: CitySiege) -> bool:
        """Tell whether a siege goes on, or has ended in the last days."""
        ended = siege.last_day
        return siege.goes_on or (ended is not None and (self.now.day - ended).days <= NEWS_DAYS)

    def _headline_of_change(self, change: Change) -> str:
        label = self.labels.get(change.taker or "", change.taker or "")
        verb = "take" if is_plural(label) else "takes"
        loser = change.loser
        lost = f" from {self.side(loser)}" if loser else ""
        what = (
            self.places(change.places)
            if len(change.places) <= 2
            else f"{number_words(len(change.places))} places"
        )
        return f"{label} {verb} {what}{lost}"

    def changes(self) -> str:
        """Return what changed hands lately."""
        span = self.lately()
        if not self.now.changes and not self.now.there_and_back:
            return sentence(f"no place changed hands {span}")
        texts = [self._change(change) for change in self.now.changes]
        if texts:
            texts[0] = f"{span} {texts[0]}"
        else:
            texts = [f"no place was lost for good {span}"]
        by_holder: dict[str | None, list[str]] = {}
        for place, holder in self.now.there_and_back:
            by_holder.setdefault(holder, []).append(place)
        for holder, names in by_holder.items():
            end = f"back with {self.side(holder)}" if holder else "held by nobody"
            verb = "was" if len(names) == 1 else "were"
            texts.append(f"{self.places(names)} changed hands but {verb} {end} at the end")
        return " ".join(sentence(text) for text in texts)

    def _change(self, change: Change) -> str:
        names = self.places(change.places)
        # The day, where it says more than the span of days that the paragraph is about.
        alone = len(change.places) == 1 and self.now.recent_days > 3
        on = f" on {day_text(change.day)}" if alone else ""
        taker, loser = change.taker, change.loser
        if taker is None:
            return f"{self.side(loser or '')} gave up {names}{on}, and nobody held it afterwards"
        if loser is None:
            return f"{self.side(taker)} moved into {names}, held by nobody before,{on}".rstrip(",")
        return f"{self.side(taker)} took {names} from {self.side(loser)}{on}"

    def map(self) -> str:
        """Return who holds what over the whole map, and where there was fighting."""
        now = self.now
        first, *others = now.held.items() if now.held else [("", 0)]
        texts = [sentence(f"nobody held any of the {now.places} places on the map")]
        if now.held:
            places, held = number_words(now.places), number_words(first[1])
            head = f"of the {places} places on the map {self.side(first[0])} held {held}"
            if first[1] == now.places:
                head = f"{self.side(first[0])} held all {places} places on the map"
            rest = [f"{self.side(name)} {number_words(number)}" for name, number in others]
            texts = [sentence(joined([head, *rest]))]
        moved = {
            name: now.held.get(name, 0) - now.held_at_start.get(name, 0)
            for name in {**now.held_at_start, **now.held}
        }
        parts = [
            f"{self.side(name)} had {'gained' if by > 0 else 'lost'} {number_words(abs(by))}"
            for name, by in moved.items()
            if by
        ]
        since = day_text(now.start)
        if parts:
            texts.append(sentence(f"since {since} {joined(parts)}, on balance"))
        elif len(now.changes) == 0:
            texts.append(sentence(f"on balance nobody had gained or lost a place since {since}"))
        if now.first_rank:
            towns = [
                f"{self.side(name)} held {self.places(t, 12)}" for name, t in now.first_rank.items()
            ]
            texts.append(sentence(f"of the towns of the first rank {joined(towns)}"))
        if now.territory_km2:
            most = sorted(now.territory_km2.items(), key=lambda item: -item[1])
            land = [f"{rounded(round(km2))} under {self.side(name)}" for name, km2 in most]
            land[0] = land[0].replace(" under", " square kilometres under", 1)
            texts.append(sentence(f"that put {joined(land)}"))
        fighting = self.places(now.fighting)
        texts.append(
            sentence(f"there was fighting on {day_text(now.day)} in {fighting}")
            if now.fighting
            else sentence(f"no fighting was recorded inside any place on {day_text(now.day)}")
        )
        return " ".join(texts)

    def losses(self) -> str:
        """Return the dead over the whole map: all so far, those of the last days, and the truth."""
        now = self.now
        since = day_text(now.start)
        reported = {name: each.reported for name, each in now.losses.items()}
        killed = {name: each.killed for name, each in now.losses.items()}
        dead = [self.fighters(name, monitor_words(n)) for name, n in most_first(reported) if n]
        if dead:
            text = (
                f"over the whole map, the monitor had reported {joined(dead)} killed since {since}"
            )
        else:
            text = f"the monitor had reported no dead on the map since {since}"
        texts = [text]
        if now.recent_from >= now.start:
            recent = {name: each.reported for name, each in now.recent_losses.items()}
            lately = [self.fighters(name, monitor_words(n)) for name, n in most_first(recent) if n]
            more = joined(lately) or "no more dead"
            texts.append(f"{self.lately()} it reported {more}")
        if any(killed[name] > number for name, number in reported.items()):
            truth = [count(n, *self.fighters_of(name)) for name, n in most_first(killed) if n]
            texts.append(
                "it learns of a part of the dead, and late: in the simulation itself"
                f" {joined(truth)} had been killed by then"
            )
        return " ".join(sentence(text) for text in texts)

    def air(self) -> str:
        """Return the air strikes flown."""
        texts = []
        for name, (whole, week) in self.now.air_strikes.items():
            flown = count(whole, "air strike", "air strikes")
            lately = (
                "none of them in the past week"
                if not week
                else f"{number_words(week)} of them in the past week"
                if week < whole
                else "all of them in the past week"
            )
            short = (self.now.day - self.now.start).days < WEEK_DAYS
            lately = "" if whole == 1 or short else f", {lately}"
            since = day_text(self.now.start)
            texts.append(sentence(f"{self.side(name)} had flown {flown} since {since}{lately}"))
        return " ".join(texts)

    def supply(self) -> str:
        """Return the state of the supply lines and of the flow of goods."""
        by_side: dict[str, list[SupplyLine]] = {}
        for line in self.now.lines:
            by_side.setdefault(line.faction, []).append(line)
        texts = [self._lines_of(faction, lines) for faction, lines in by_side.items()]
        flows = [
            f"{percent(index / 1000)} for {self.side(name)}"
            for name, index in most_first(self.now.supply)
        ]
        if flows:
            texts.append(
                sentence(f"in percent of the flow at the start, goods came in at {joined(flows)}")
            )
        return " ".join(texts)

    def _lines_of(self, faction: str, lines: list[SupplyLine]) -> str:
        whose = possessive(self.side(faction))
        if len(lines) == 1:
            line = lines[0]
            state = "was open" if line.is_open else f"was cut{self._cut(line)}"
            return sentence(f"{whose} supply line {_course(line)} {state}")
        is_open, number = sum(line.is_open for line in lines), number_words(len(lines))
        if is_open == len(lines):
            which = "both" if len(lines) == 2 else f"all {number}"
            return sentence(f"{which} of {whose} supply lines were open")
        text = f"of {whose} {number} supply lines {number_words(is_open)} "
        text = text.replace(" no ", " none ") + ("was open" if is_open == 1 else "were open")
        cut = [f"the one {_course(each)} was cut{self._cut(each)}" for each in lines if each.lost]
        return sentence("; ".join([text, *cut]))

    def _cut(self, line: SupplyLine) -> str:
        since = f" on {day_text(line.since)}" if line.since else " from the start"
        by_holder: dict[str | None, list[str]] = {}
        for place, holder in line.lost:
            by_holder.setdefault(holder, []).append(place)
        parts = [
            f"{joined(names)} in the hands of {self.side(holder)}"
            if holder
            else f"{joined(names)} held by nobody"
            for holder, names in by_holder.items()
        ]
        return f"{since}, with {joined(parts)}" if parts else since

    def people(self) -> str:
        """Return how many are displaced, in need, and reached by aid."""
        people = self.now.people
        texts = []
        if "displaced" in people:
            number = people["displaced"]
            texts.append(
                sentence(
                    f"{rounded(number)} people were staying away from their homes on the map"
                    if number != 1
                    else "one person was staying away from home on the map"
                )
            )
        need = people.get("in_need")
        if need is not None:
            text = f"{rounded(need)} people were in need" if need != 1 else "one person was in need"
            if need and "reached" in people:
                reached = people["reached"] / need
                text += f" of aid, which could reach {percent(reached)} percent of them"
            texts.append(sentence(text))
        return " ".join(texts)

    def media(self) -> str:
        """Return what state media claimed lately."""
        return " ".join(text for claims in self.now.claims if (text := self._claims(claims)))

    def _claims(self, claims: Claims) -> str:
        parts = [
            f"that {count(number, *self.fighters_of(about))} had been killed"
            for about, number in claims.killed.items()
            if number
        ]
        if claims.captured:
            parts.append(f"that {self.places(list(claims.captured))} had been taken")
        if claims.cleared:
            parts.append(f"that {self.places(list(claims.cleared))} had been cleared")
        if not parts:
            return ""
        span = self.lately()
        text = sentence(
            f"{span}, state media of {self.side(claims.faction)} claimed {joined(parts)}"
        )
        false = [p for p, true in {**claims.captured, **claims.cleared}.items() if not true]
        if false:
            text += " " + sentence(
                f"when it was claimed, that was not yet so in {self.places(false)}"
            )
        return text


def paragraphs(writer: Writer) -> list[tuple[str, str]]:
    """Return the paragraphs of a brief as pairs of topic and text, the empty ones left out."""
    news: list[tuple[str, str]] = []
    old: list[tuple[str, str]] = []
    for siege in writer.now.sieges:
        found = news if writer.is_news(siege) else old
        found.append(("siege", writer.siege(siege)))
        if siege.first_day is not None:
            found.append(("siege losses", writer.siege_losses(siege)))
    rest: dict[str, Callable[[], str]] = {
        "changes": writer.changes,
        "map": writer.map,
        "losses": writer.losses,
        "air": writer.air,
        "supply": writer.supply,
        "people": writer.people,
        "state media": writer.media,
    }
    told = [(topic, write()) for topic, write in rest.items()]
    return [(topic, text) for topic, text in [*news, *told[:2], *old, *told[2:]] if text]


def _course(line: SupplyLine) -> str:
    """Return where a line runs: ``from A to B``, or ``over the border road``."""
    from_to = " to " in line.label and not line.label.lower().startswith("the ")
    return f"from {line.label}" if from_to else f"over {line.label}"
