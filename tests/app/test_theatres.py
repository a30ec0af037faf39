"""A theatre is made once for each scenario, and for no other one."""

from sim.app import theatres
from sim.app.geometry import theatre_dict
from sim.app.theatres import theatre_of
from sim.app.view import shipped_scenario


def test_it_is_made_once(nothing_kept, monkeypatch):
    made = []

    def make(scenario):
        made.append(scenario.name)
        return theatre_dict(scenario)

    monkeypatch.setattr(theatres, "theatre_dict", make)
    towns = shipped_scenario("two-towns")
    assert theatre_of(towns) is theatre_of(towns)
    assert made == ["two-towns"]
    renamed = towns.model_copy(update={"name": "uploaded-two-towns"})
    assert theatre_of(renamed)["scenario"] == "uploaded-two-towns"
    moved = towns.model_copy(update={"title": "Two other towns"})
    moved.__dict__.pop("hash", None)
    assert theatre_of(moved)["title"] == "Two other towns"
    assert theatre_of(towns)["title"] == towns.title
    assert made == ["two-towns", "uploaded-two-towns", "two-towns"]
