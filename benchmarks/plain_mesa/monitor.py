"""The monitor sees some of the dead and publishes them late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.plain_mesa.places import Place

if TYPE_CHECKING:
    from benchmarks.plain_mesa.model import Siege

ADULTS, CHILDREN = "adults", "children"


class Monitor:
    """A network of sources."""

    def __init__(self, model: Siege) -> None:
        self.model = model
        parameters = model.parameters.monitor
        self.seen_share = {
            ADULTS: parameters.seen_share,
            CHILDREN: parameters.seen_share_of_children,
        }
        self.published_share = 1.0 / parameters.delay_days
        self.unseen: dict[tuple[str, int, Place], int] = {}

    def publish(self) -> None:
        """Take in the dead of the day and publish some of those known."""
        model, rng = self.model, self.model.rng
        for (faction, place), dead in model.tally["killed"].items():
            children = model.tally["children_killed"].get((faction, place), 0)
            for whom, number in ((ADULTS, dead - children), (CHILDREN, children)):
                seen = int(rng.binomial(number, self.seen_share[whom])) if number else 0
                if seen:
                    key = (whom, faction, place)
                    self.unseen[key] = self.unseen.get(key, 0) + seen
        for key, waiting in list(self.unseen.items()):
            published = int(rng.binomial(waiting, self.published_share))
            if not published:
                continue
            whom, faction, place = key
            self.unseen[key] -= published
            if not self.unseen[key]:
                del self.unseen[key]
            model.count("reported_killed", faction, place, published)
            if whom == CHILDREN:
                model.count("reported_children", faction, place, published)
