"""The page of many runs: fans, slider, dots, comparison."""

import re

import pytest

from tests.app.browser.visitors import DAY, MAP

TOWNS = "/ensemble?scenario=two-towns&replicates=64"
NEUTRAL = "/ensemble?scenario=hasakeh-2015&with=ypg-neutral&replicates=64"

INK = """(card) => {
  const canvas = document.querySelector(`[data-card=${card}] canvas`);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const colours = new Map();
  for (let at = 0; at < data.length; at += 4) {
    if (!data[at + 3]) continue;
    const colour = data.slice(at, at + 3).join();
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  return [...colours.values()].filter((pixels) => pixels > 30).length;
}"""

# The dot that is farthest from all others, so that a click can only mean it.
LONE_DOT = """(place) => {
  const chart = document.querySelector("[data-card=picker] .khabur-chart");
  const dots = [0, 1].flatMap((each) => Array.from({ length: 64 }, (_, number) =>
    ({ each, number, at: chart.positionOf(number, each) }))).filter((dot) => dot.at);
  const room = (dot) => Math.min(...dots.filter((other) => other !== dot).map((other) =>
    Math.hypot(other.at[0] - dot.at[0], other.at[1] - dot.at[1])));
  const candidates = dots.filter((dot) => dot.each === place && dot.number > 0);
  const lone = candidates.reduce((best, dot) => (room(dot) > room(best) ? dot : best));
  return [lone.number, ...lone.at];
}"""


@pytest.fixture
def towns(visitor):
    """Somebody who looks at what may become of the tutorial."""
    visitor.open(TOWNS)
    visitor.page.get_by_text("64 replicates", exact=True).wait_for()
    return visitor


@pytest.fixture
def neutral(visitors):
    """Somebody who compares the siege with one where the YPG stays out."""
    visitor = visitors(height=1900).open(NEUTRAL)
    visitor.page.get_by_text("A 64 replicates · B 64 replicates", exact=True).wait_for()
    return visitor


def drawn_of_all(visitor):
    """Return what the view is drawn from once everything has come."""
    visitor.page.wait_for_timeout(100)
    return visitor.wait_for_view("futures")


def test_fans_spread_and_dots_are_drawn(towns, keep):
    for card in ("fan0", "fan1", "fan2", "spread", "picker"):
        towns.page.locator(f"[data-card={card}]").scroll_into_view_if_needed()
        assert towns.page.evaluate(INK, card) >= 4, card
    assert "of the replicates" in towns.page.locator(".khabur-futures__words").nth(-1).inner_text()
    keep(towns)


def test_the_map_shows_shares_of_the_day_that_is_chosen_and_plays(towns):
    card = towns.page.locator("[data-card=map]")
    assert card.locator(".khabur-futures__date").inner_text() == "15 June"
    kinds = towns.page.evaluate(f"[{MAP}.frame.kind, {MAP}.frame.day]")
    assert kinds == ["futures", 14]
    card.get_by_role("slider", name="Day", exact=True).fill("29")
    towns.wait_for(f"{DAY} === 29")
    assert card.locator(".khabur-futures__date").inner_text() == "30 June"
    towns.page.mouse.move(*towns.point_of("North"))
    text = card.locator(".khabur-tooltip").inner_text()
    assert "Held at the end of this day in" in text
    shares = [int(share) for share in re.findall(r"(\d+)%", text)]
    assert sum(shares) == pytest.approx(100, abs=2)
    card.get_by_role("slider", name="Day", exact=True).fill("3")
    card.get_by_role("button", name="Play", exact=True).click()
    towns.wait_for(f"{DAY} > 5")
    card.get_by_role("button", name="Pause", exact=True).click()


def test_a_side_an_outcome_and_a_replicate_can_be_chosen(towns):
    side = towns.page.locator(".khabur-futures__side", has_text="Red")
    assert side.get_attribute("aria-pressed") == "true"
    ink = towns.page.evaluate(INK, "fan0")
    side.click()
    assert side.get_attribute("aria-pressed") == "false"
    towns.wait_for(f"(before) => ({INK})('fan0') !== before", ink)
    words = towns.page.locator("[data-card=spread] .khabur-futures__words")
    before = words.inner_text()
    towns.page.get_by_label("Outcome", exact=True).select_option("blue_killed")
    assert words.inner_text() != before
    assert words.inner_text().startswith("Median ")
    towns.page.get_by_label("Number of a replicate").fill("17")
    towns.press("Watch this replicate")
    towns.wait_for_view("replay")
    assert towns.query["replicate"] == "17"


def test_a_slider_over_its_prior_runs_everything_again(towns, keep):
    first = drawn_of_all(towns)
    ink = towns.page.evaluate(INK, "fan0")
    slider = towns.page.locator("[data-parameter='any_kind.attempt_per_day']")
    assert slider.locator(".khabur-slider-prior").bounding_box()["height"] > 5
    box = slider.get_by_role("slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    towns.page.mouse.click(box["x"] + 0.9 * box["width"], middle)
    towns.wait_for_other(first, "futures")
    assert float(towns.query["set"].removeprefix("any_kind.attempt_per_day:")) > 0.5
    towns.page.get_by_text("64 replicates", exact=True).wait_for()
    assert towns.page.evaluate(INK, "fan0") != ink
    keep(towns)
    towns.press("Take back all changes")
    towns.wait_for(
        "(first) => document.querySelector('[data-khabur=futures]').dataset.drawn === first", first
    )


def test_a_click_on_a_dot_opens_that_replicate_as_a_link_would(towns, visitors):
    drawn_of_all(towns)
    picker = towns.page.locator("[data-card=picker]")
    picker.scroll_into_view_if_needed()
    number, x, y = towns.page.evaluate(LONE_DOT, 0)
    towns.page.mouse.move(x, y)
    assert f"Replicate {number}:" in picker.inner_text()
    towns.page.mouse.click(x, y)
    key = towns.wait_for_view("replay")
    assert towns.query["replicate"] == str(number)
    assert "with" not in towns.query
    direct = visitors().open(f"/?scenario=two-towns&replicate={number}")
    assert direct.drawn() == key


def test_two_scenarios_in_one_view(neutral, visitors, keep):
    titles = neutral.page.locator(".khabur-futures__title").all_inner_texts()
    assert titles == ["AThe siege of Hasakeh", "BThe siege with a neutral YPG"]
    shown = []
    for label in ("A", "B", "B \N{MINUS SIGN} A"):
        neutral.press(label)
        neutral.page.mouse.move(5, 5)
        neutral.wait_for_map_at_rest()
        kind = neutral.page.evaluate(f"{MAP}.frame.kind")
        shown.append((kind, neutral.page.locator(".khabur-map-surface").screenshot()))
    assert [kind for kind, _ in shown] == ["futures", "futures", "difference"]
    assert len({picture for _, picture in shown}) == 3
    neutral.page.mouse.move(*neutral.point_of("Shaddadi"))
    assert "points (" in neutral.page.locator("[data-card=map] .khabur-tooltip").inner_text()
    keep(neutral)
    words = neutral.page.locator("[data-card=spread] .khabur-futures__words").inner_text()
    assert re.match(r"A: .*\n+B: ", words), words
    number, x, y = neutral.page.evaluate(LONE_DOT, 1)
    neutral.page.mouse.click(x, y)
    key = neutral.wait_for_view("replay")
    assert neutral.query["scenario"] == "ypg-neutral"
    assert neutral.query["replicate"] == str(number)
    direct = visitors().open(f"/?scenario=ypg-neutral&replicate={number}")
    assert direct.drawn() == key


def test_the_other_scenario_and_the_size_are_chosen_from_lists(visitors):
    visitor = visitors().open("/ensemble?scenario=hasakeh-2015&replicates=64")
    drawn = drawn_of_all(visitor)
    visitor.page.locator(".khabur-compare").click()
    visitor.page.get_by_role("option", name="The siege with a neutral YPG").click()
    visitor.wait_for_query(with_="ypg-neutral")
    both = visitor.wait_for_other(drawn, "futures")
    assert len(both.split()) == 2
    visitor.page.locator(".khabur-compare").click()
    visitor.page.get_by_role("option", name="nothing").click()
    visitor.page.locator(".khabur-size").click()
    visitor.page.get_by_role("option", name="128").click()
    visitor.page.get_by_text("128 replicates", exact=True).wait_for()
    assert visitor.query["replicates"] == "128"
    assert "with" not in visitor.query
