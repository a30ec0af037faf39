"""The page of one run: the map, the timeline, and what stands beside them."""

import pytest

from tests.app.browser.looking import COLOURS_OF_THE_MAP
from tests.app.browser.visitors import DAY, MAP

TOWNS = "/?scenario=two-towns"
SIEGE = "/?scenario=hasakeh-2015"


@pytest.fixture
def towns(visitor):
    """Somebody who looks at the tutorial's run, on its first day."""
    return visitor.open(TOWNS)


@pytest.fixture
def siege(visitor):
    """Somebody who looks at the siege, on its first day."""
    return visitor.open(SIEGE)


def test_the_first_page_shows_the_siege_on_a_map_without_a_word_to_anybody_else(visitor, keep):
    visitor.open("/")
    assert visitor.page.title() == "The siege of Hasakeh · Khabur"
    assert visitor.page.evaluate(COLOURS_OF_THE_MAP) > 100
    assert visitor.page.evaluate("khaburFrames") > 0
    assert visitor.day == 0
    keep(visitor)


def test_the_whole_theatre_is_drawn_as_well(visitor, keep):
    visitor.open("/?scenario=campaign-2015&day=2015-07-20")
    assert visitor.page.evaluate(COLOURS_OF_THE_MAP) > 100
    assert visitor.page.evaluate(f"{MAP}.theatre.places.length") > 100
    assert "day 1 of" not in visitor.page.locator(".khabur-timeline__count").inner_text()
    keep(visitor)


def test_the_button_of_a_city_goes_to_its_districts_and_back(siege, keep):
    far = siege.scale
    siege.press("Go to Hasakeh")
    siege.wait_for_map_at_rest()
    assert siege.scale > 5 * far
    assert is_pressed(siege, "Go to Hasakeh")
    for district in ("Nashwa West", "Ghuwayran East"):
        x, y = siege.point_of(district)
        assert siege.is_on_the_map(x, y), district
    siege.page.mouse.move(*siege.point_of("Nashwa West"))
    assert "Nashwa West" in siege.page.locator(".khabur-map .khabur-tooltip").inner_text()
    keep(siege)
    siege.press("Show the whole theatre")
    siege.wait_for_map_at_rest()
    assert siege.scale == pytest.approx(far)
    assert is_pressed(siege, "Show the whole theatre")


def test_the_map_obeys_mouse_wheel_and_keys(siege):
    far, (x, y) = siege.scale, siege.point_of("Qamishli")
    siege.drag((x - 200, y + 200), (x - 120, y + 160))
    moved = siege.point_of("Qamishli")
    assert moved == pytest.approx([x + 80, y - 40], abs=12)  # the first pixels are no drag yet
    siege.page.locator(".khabur-map-surface").focus()
    siege.page.keyboard.press("ArrowRight")
    assert siege.point_of("Qamishli")[0] < moved[0]
    siege.page.keyboard.press("0")
    siege.wait_for_map_at_rest()
    assert siege.point_of("Qamishli") == pytest.approx([x, y], abs=1.5)
    box = siege.page.locator(".khabur-map-surface").bounding_box()
    under = f"{MAP}.view.ground(450, 200)"
    ground = siege.page.evaluate(under)
    siege.page.mouse.move(box["x"] + 450, box["y"] + 200)
    for _ in range(12):
        siege.page.mouse.wheel(0, -120)
    siege.wait_for(f"(far) => {MAP}.view.scale > 10 * far", far)
    assert siege.page.evaluate(under) == pytest.approx(ground, abs=1)
    for _ in range(24):
        siege.page.mouse.wheel(0, 120)
    siege.wait_for(f"(far) => {MAP}.view.scale <= far", far)
    siege.press("Zoom in")
    siege.wait_for_map_at_rest()
    assert siege.scale > far


def test_pointing_tells_of_a_place_and_the_legend_of_all_marks(siege, keep):
    siege.page.mouse.move(*siege.point_of("Qamishli"))
    card = siege.page.locator(".khabur-map .khabur-tooltip")
    card.wait_for()
    text = card.inner_text()
    assert text.startswith("Qamishli")
    assert "people" in text
    assert "YPG and allies, from before the start" in text
    siege.page.mouse.move(5, 5)
    card.wait_for(state="hidden")
    legend = siege.page.get_by_role("region", name="Legend", exact=True)
    assert "Islamic State" in legend.inner_text()
    assert not legend.get_by_text("Air strike").is_visible()
    siege.press("Legend of all marks")
    for mark in ("Fighting", "Air strike", "Car bomb", "Contested"):
        assert legend.get_by_text(mark, exact=True).is_visible()
    keep(siege)
    siege.press("Legend of all marks")
    assert not legend.get_by_text("Air strike").is_visible()


def test_it_plays_as_fast_as_is_chosen_and_pauses_on_a_whole_day(siege):
    days = {}
    for speed in ("1 day a second", "10 days a second"):
        siege.press(speed)
        assert is_pressed(siege, speed)
        siege.press("Play")
        siege.page.wait_for_timeout(1_000)
        siege.press("Pause")
        days[speed] = siege.day
    assert days["10 days a second"] >= 4 * max(days["1 day a second"], 1)
    siege.wait_for_query(day=date_of(siege))
    stood = siege.day
    siege.page.wait_for_timeout(300)
    assert siege.day == stood
    assert siege.page.evaluate(f"Number.isInteger({MAP}.frame.position)")
    assert siege.page.get_by_role("button", name="Play", exact=True).is_visible()


def test_it_plays_to_the_last_day_and_then_from_the_first(towns):
    towns.press("10 days a second")
    towns.press("Play")
    towns.wait_for_day(29)
    towns.page.get_by_role("button", name="Play", exact=True).wait_for()
    towns.press("Play")
    towns.wait_for(f"{DAY} < 15")


def test_buttons_and_keys_move_the_day_and_the_address_follows(towns):
    for label, day in (
        ("Day on", 1),
        ("Day on", 2),
        ("Day back", 1),
        ("Last day", 29),
        ("Day on", 29),
        ("First day", 0),
        ("Day back", 0),
    ):
        towns.press(label)
        towns.wait_for_day(day)
    towns.page.get_by_role("slider", name="Day", exact=True).focus()
    for key, day in (
        ("ArrowRight", 1),
        ("PageUp", 8),
        ("ArrowLeft", 7),
        ("PageDown", 0),
        ("End", 29),
    ):
        towns.page.keyboard.press(key)
        towns.wait_for_day(day)
    towns.wait_for_query(day="2015-06-30", scenario="two-towns")
    assert towns.page.locator(".khabur-timeline__date").inner_text() == "30 June 2015"
    assert towns.page.locator(".khabur-timeline__count").inner_text() == "day 30 of 30"
    towns.page.keyboard.press("Home")
    towns.wait_for_query(day="2015-06-01")
    towns.page.keyboard.press("Space")
    towns.wait_for_day(1)
    towns.page.keyboard.press("Space")
    assert towns.page.get_by_role("button", name="Play", exact=True).is_visible()


def test_scrubbing_says_nothing_to_the_server_until_it_rests(siege):
    wait_for_all_days(siege)
    box = siege.page.locator(".khabur-track__bed").bounding_box()
    y = box["y"] + box["height"] / 2
    siege.page.wait_for_timeout(400)
    sent, painted = len(siege.sent), siege.page.evaluate("khaburFrames")
    siege.page.mouse.move(box["x"] + 2, y)
    siege.page.mouse.down()
    days = set()
    for step in range(50):
        siege.page.mouse.move(box["x"] + 2 + step * (box["width"] - 4) / 49, y)
        siege.page.wait_for_timeout(15)
        days.add(siege.day)
    assert len(siege.sent) == sent, siege.sent[sent:]
    assert len(days) > 25
    assert siege.page.evaluate("khaburFrames") > painted + 25
    siege.page.mouse.up()
    siege.wait_for_query(day="2015-09-30")
    siege.page.wait_for_timeout(100)
    assert len(siege.sent) > sent


def test_outcomes_fill_in_day_by_day_to_what_the_run_came_to(siege):
    wait_for_all_days(siege)
    outcomes = record_run_of("hasakeh-2015")["outcomes"]
    unknown = "td[data-outcome][data-unknown]"
    panel = siege.tab("Beside the article")
    at_first = panel.locator(unknown).count()
    assert at_first > 5
    siege.press("Last day")
    siege.wait_for_day(99)
    assert panel.locator(unknown).count() < at_first / 2
    for outcome in outcomes:
        cells = panel.locator("tr", has=siege.page.locator(f"[data-outcome={outcome['id']}]"))
        label, simulated, reported = cells.locator("th, td").all_inner_texts()
        assert label.lower() == outcome["label"].lower()
        assert simulated == outcome["final"].replace("not by then", "not yet")
        assert reported == (outcome["reported"] or "\N{EN DASH}")


def test_the_brief_is_that_of_the_day_and_never_passes_for_news(siege):
    wait_for_all_days(siege)
    brief = siege.tab("Brief")
    first = brief.inner_text()
    assert "23 June 2015. Simulated, not news." in first
    siege.page.get_by_role("slider", name="Day", exact=True).focus()
    siege.page.keyboard.press("PageUp")
    siege.wait_for_day(7)
    later = brief.inner_text()
    assert "30 June 2015. Simulated, not news." in later
    assert brief.locator("h2").inner_text() != first.splitlines()[1]
    assert siege.page.get_by_text("Simulated, not news", exact=True).is_visible()


def test_numbers_grow_with_the_days_and_events_lead_to_theirs(siege):
    numbers = siege.tab("Numbers")
    cards = numbers.locator("[data-series]")
    assert cards.count() >= 5
    before = cards.all_inner_texts()
    siege.press("Last day")
    siege.wait_for_day(99)
    assert sum(old != new for old, new in zip(before, cards.all_inner_texts(), strict=True)) >= 4
    events = siege.tab("Events").locator(".khabur-event:visible")
    assert events.count() > 10
    event = events.nth(4)
    day = int(event.get_attribute("data-day"))
    event.click()
    siege.wait_for_day(day)


def test_events_are_marks_on_the_timeline_that_tell_what_happened(siege):
    event = siege.page.evaluate(
        "document.querySelector('.khabur-event[data-rank=\"0\"]')"
        "?.dataset.day ?? document.querySelector('.khabur-event').dataset.day"
    )
    day, box = int(event), siege.page.locator(".khabur-track__bed").bounding_box()
    x = box["x"] + (day + 0.5) * box["width"] / 100
    siege.page.mouse.move(x, box["y"] + 20)
    tip = siege.page.locator(".khabur-tip:visible")
    texts = siege.page.locator(f".khabur-event[data-day='{day}'] .khabur-event__text")
    assert texts.first.evaluate("(text) => text.textContent") in tip.inner_text()
    siege.page.mouse.click(x, box["y"] + 20)
    siege.wait_for_day(day)


def test_light_and_dark_are_a_button_and_are_remembered(towns):
    towns.take_theme("dark")
    dark = towns.colour_of_the_panel
    towns.take_theme("light")
    light = towns.colour_of_the_panel
    assert sum(dark) < 150 < 600 < sum(light)
    towns.take_theme("dark")
    towns.open(TOWNS)
    assert towns.colour_of_the_panel == dark


def test_who_wants_little_movement_gets_whole_days(visitors):
    calm = visitors(reduced_motion="reduce").open(TOWNS)
    calm.press("Play")
    calm.wait_for_day(2)
    calm.press("Pause")
    assert calm.page.evaluate(f"Number.isInteger({MAP}.frame.position)")


def record_run_of(name):
    from sim.app.recording import record_run
    from sim.engine.sources import load_checked

    return record_run(load_checked(name), seed=0).recording


def wait_for_all_days(visitor):
    """Wait until the brief of every day has been read."""
    visitor.wait_for("!document.querySelector('.khabur-waiting')?.textContent")


def is_pressed(visitor, label):
    button = visitor.page.get_by_role("button", name=label, exact=True)
    return button.get_attribute("aria-pressed") == "true"


def date_of(visitor):
    """Return the day that is shown as the address writes it."""
    return visitor.page.evaluate(
        f"new Date(Date.parse('2015-06-23') + 864e5 * {DAY}).toISOString().slice(0, 10)"
    )
