"""What the article itself tells of the record: it is fitted, so it is no check."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from sim.experiments.validation.record import Change, Place, holding_of

DATA = Path(__file__).parent / "data"


def changes_not_of_the_article(changes: Sequence[Change]) -> list[Change]:
    """Return the changes whose dates the article does not give, in their order."""
    told = {
        (row["date"], row["place"], holding_of(row["from"]), holding_of(row["to"]))
        for row in _rows("article_changes.csv")
    }
    return [
        change
        for change in changes
        if (change.earliest.isoformat(), change.place, change.loser, change.taker) not in told
    ]


def places_not_of_the_article(places: Sequence[Place]) -> list[Place]:
    """Return the places of which the article does not tell who held or took them."""
    told = {row["place"] for row in _rows("article_places.csv")}
    return [place for place in places if place.name not in told]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
