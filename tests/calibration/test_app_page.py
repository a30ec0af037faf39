"""The app's page on calibration, without a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("solara")
pytest.importorskip("anywidget")

import solara
from solara.routing import Router

from calibration import app_page
from calibration.app_data import calibrated_scenarios
from calibration.app_page import CalibrationPage, CalibrationView, asked_of, fit_to_show
from sim.app.widgets import BROWSER


class Shown:
    """A page that was rendered; ``went`` has the links that it went to."""

    def __init__(self, query: str = "") -> None:
        self.went: list[str] = []
        address = f"/calibration?{query}" if query else "/calibration"
        router = Router(address, [], set_path=self.went.append)

        @solara.component
        def around() -> None:
            solara.routing.router_context.provide(router)
            CalibrationPage()

        _, self._rendered = solara.render(around(), handle_error=False)

    @property
    def view(self) -> Any:
        return self._rendered.find(CalibrationView).widget

    def close(self) -> None:
        self._rendered.close()


@pytest.fixture
def show(request: pytest.FixtureRequest) -> Any:
    def shown(query: str = "") -> Shown:
        found = Shown(query)
        request.addfinalizer(found.close)
        return found

    return shown


def test_the_page_needs_nothing_around_it() -> None:
    _, rendered = solara.render(CalibrationPage(), handle_error=False)
    assert rendered.find(CalibrationView).widget.page["scenario"] == "hasakeh-2015"
    rendered.find(CalibrationView).widget.opened = "ensemble"  # there is nowhere to go
    rendered.close()


def test_it_shows_the_scenario_of_the_address(show: Any) -> None:
    view = show("scenario=campaign-2015").view
    assert view.page["scenario"] == view.chosen == "campaign-2015"
    assert "requirements hold" in view.page["headline"]
    assert {row["name"] for row in view.scenarios} == set(calibrated_scenarios())
    assert view.drawn == {}


def test_choosing_another_scenario_shows_it_and_goes_to_its_address(show: Any) -> None:
    page = show("scenario=hasakeh-2015")
    page.view.draw = {"seed": 0, "replicate": 1}
    assert page.view.drawn
    page.view.chosen = "campaign-2015"
    assert page.view.page["scenario"] == "campaign-2015"
    assert page.view.drawn == page.view.draw == {}
    assert page.went == ["/calibration?scenario=campaign-2015"]


def test_a_draw_is_marked_and_can_be_watched(show: Any) -> None:
    page = show()
    page.view.draw = {"seed": 7, "replicate": 381}
    drawn = page.view.drawn
    assert 1 <= drawn["row"] <= drawn["draws"] == page.view.page["draws"]
    assert len(drawn["at"]) == len(page.view.page["parameters"])
    page.view.opened = "watch"
    assert page.went == ["/?scenario=hasakeh-2015&seed=7&replicate=381&posterior=yes"]


def test_all_futures_open_with_the_posterior(show: Any) -> None:
    page = show()
    page.view.opened = "ensemble"
    assert page.went == ["/ensemble?scenario=hasakeh-2015&posterior=yes"]


@pytest.mark.parametrize("opened", ["watch", "https://elsewhere.example", ""])
def test_it_goes_nowhere_else(show: Any, opened: str) -> None:
    page = show()
    page.view.opened = opened
    assert page.went == []


@pytest.mark.parametrize(
    "draw",
    [
        {"seed": -1, "replicate": 0},
        {"seed": 0, "replicate": 2**31},
        {"seed": 0.5, "replicate": 0},
        {"seed": True, "replicate": 0},
        {"seed": "0", "replicate": 0},
        {"seed": 0},
    ],
)
def test_a_draw_of_numbers_that_are_none_is_ignored(show: Any, draw: dict[str, Any]) -> None:
    page = show()
    page.view.draw = draw
    assert page.view.drawn == {}


def test_a_scenario_without_posterior_says_so(show: Any) -> None:
    view = show("scenario=two-towns").view
    assert "two-towns has no posterior" in view.page["problem"]
    assert view.scenarios


def test_an_overlay_shows_the_posterior_of_its_base(show: Any) -> None:
    view = show("scenario=no-terror").view
    home = view.page["scenario"]
    assert home in calibrated_scenarios()
    assert view.note == f"no-terror uses the posterior of {home}."


def test_a_bad_address_is_told_and_the_first_scenario_shown(show: Any) -> None:
    view = show("scenario=nowhere").view
    assert "nowhere" in view.note
    assert view.page["scenario"] == "hasakeh-2015"


def test_two_visitors_do_not_see_each_other(show: Any) -> None:
    one, other = show(), show()
    one.view.draw = {"seed": 1, "replicate": 2}
    one.view.chosen = "campaign-2015"
    assert other.view.page["scenario"] == "hasakeh-2015"
    assert other.view.drawn == {}


def test_without_any_posterior_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_page, "calibrated_scenarios", dict)
    monkeypatch.setattr(app_page, "find_scenarios", dict)
    monkeypatch.setattr(app_page, "home_of", lambda name: None)
    assert fit_to_show(asked_of("scenario=hasakeh-2015").scenario).page["problem"]
    assert fit_to_show(asked_of("scenario=nowhere").scenario).page["problem"]


def test_the_browser_reads_only_what_the_page_gives(show: Any) -> None:
    """A name that one side changes alone would show as an empty panel."""
    page = show()
    page.view.draw = {"seed": 0, "replicate": 0}
    given = {"page": page.view.page, "drawn": page.view.drawn}
    for file in ("calibration.js", "calibration_parameters.js", "calibration_targets.js"):
        text = Path(BROWSER / file).read_text(encoding="utf-8")
        for owner, content in given.items():
            names = set(re.findall(rf"(?<![\w.]){owner}\.([a-z_]+)\b(?!\()", text))
            assert names <= set(content), (file, owner, names - set(content))
    traits = set(
        re.findall(r'model\.[gs]et\("(\w+)"', Path(BROWSER / "calibration.js").read_text())
    )
    assert traits <= set(page.view.traits())
