"""Small maps for the tests, and the tables of the Hasakeh scenario read as plainly as can be."""

import csv
import itertools
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from sim.theatre.theatre import Theatre

HASAKEH = Path(__file__).parents[2] / "scenarios" / "hasakeh-2015"
RIVERS = Path(__file__).parent / "hasakeh_rivers.csv"


def place(name: str, latitude: float = 36.0, longitude: float = 40.0, **more: Any) -> Any:
    return SimpleNamespace(
        **{"name": name, "kind": "town", "latitude": latitude, "longitude": longitude, **more}
    )


def route(a: str, b: str, km: float, class_: str = "primary", **more: Any) -> Any:
    return SimpleNamespace(a=a, b=b, km=km, class_=class_, **more)


def chain(names: str, km: float = 10.0) -> Theatre:
    """Return places in a row from west to east, one letter each, and a road along them."""
    places = [place(name, 36.0, 40.0 + 0.11 * i) for i, name in enumerate(names)]
    return Theatre.build(places, [route(*pair, km) for pair in itertools.pairwise(names)])


@st.composite
def theatres(draw: st.DrawFn, most_places: int = 9) -> Theatre:
    """Draw any map of a few places, joined or not."""
    count = draw(st.integers(1, most_places))
    degrees = st.floats(0.0, 3.0, allow_nan=False)
    places = [place(f"p{i}", 35 + draw(degrees), 39 + draw(degrees)) for i in range(count)]
    pairs = [(a, b) for b in range(count) for a in range(b)]
    joined = draw(st.lists(st.sampled_from(pairs), max_size=2 * count)) if pairs else []
    routes = [route(f"p{a}", f"p{b}", draw(st.integers(1, 90))) for a, b in joined]
    return Theatre.build(places, routes)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def hasakeh() -> Theatre:
    places = [
        place(
            row["name"],
            float(row["latitude"]),
            float(row["longitude"]),
            kind=row["kind"],
            city=row["city"] or None,
            area_km2=float(row["area_km2"]),
            frontage_fighters=float(row["frontage_fighters"]),
            terrain=row["terrain"],
            population=int(row["population"]),
            value=float(row["value"]),
            stronghold=row["stronghold"] == "yes",
        )
        for row in table(HASAKEH / "places.csv")
    ]
    routes = [
        route(row["a"], row["b"], float(row["km"]), row["class"], open=row["open"] == "yes")
        for row in table(HASAKEH / "routes.csv")
    ]
    return Theatre.build(places, routes)
