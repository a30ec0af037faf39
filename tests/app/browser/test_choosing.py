"""What a visitor chooses: scenario, luck, parameters, a scenario of their own, a run to keep."""

import base64
import io
import zipfile

import pytest

import sim
from sim.scenario import find_scenarios
from tests.app.browser.looking import FAINT
from tests.app.browser.zips import changed_towns, two_towns, zipped

TOWNS = "/?scenario=two-towns"


@pytest.fixture
def towns(visitor):
    """Somebody who looks at the tutorial's run."""
    return visitor.open(TOWNS)


def test_other_luck_and_another_seed_show_other_runs(towns):
    first = towns.drawn()
    towns.press("Other luck")
    second = towns.wait_for_other(first)
    towns.wait_for_query(replicate="1")
    assert towns.page.locator(".khabur-panel__note").inner_text().endswith("seed 0, replicate 1")
    towns.page.go_back()
    assert towns.wait_for_other(second) == first
    field = towns.page.get_by_label("Seed")
    field.fill("7")
    field.press("Enter")
    assert towns.wait_for_other(first) != second
    towns.wait_for_query(seed="7")


def test_a_slider_changes_the_run_and_reset_takes_it_back(towns, keep):
    first = towns.drawn()
    towns.press("Parameters")
    slider = towns.page.locator("[data-parameter='any_kind.attempt_per_day']")
    slider.wait_for()
    prior = slider.locator(".khabur-slider-prior").bounding_box()
    assert prior["width"] > 100
    assert prior["height"] > 5
    slider.get_by_role("slider").fill("380")
    second = towns.wait_for_other(first)
    assert float(towns.query["set"].removeprefix("any_kind.attempt_per_day:")) > 0.5
    keep(towns)
    towns.press("Take back all changes")
    assert towns.wait_for_other(second) == first
    assert "set" not in towns.query
    find_parameters(towns)
    towns.press("Close")
    towns.page.locator("[data-khabur=sliders]").wait_for(state="detached")


def find_parameters(visitor):
    sliders = visitor.page.locator(".khabur-slider")
    few = sliders.count()
    visitor.press("Show all parameters")
    assert sliders.count() > 2 * few
    visitor.page.get_by_label("Find a parameter").fill("attempt")
    assert 1 <= sliders.count() < few
    visitor.page.get_by_label("Find a parameter").fill("no such thing")
    assert visitor.page.get_by_text("No parameter of that name.").is_visible()


def test_the_picker_asks_each_scenarios_question_and_shows_the_chosen_one(towns, keep):
    first = towns.drawn()
    towns.page.get_by_title("Choose another scenario").click()
    choices = towns.page.locator("[data-scenario]")
    choices.first.wait_for()
    questions = {
        choice.get_attribute("data-scenario"): choice.locator(".khabur-choice-question")
        for choice in choices.all()
    }
    assert set(questions) == set(find_scenarios())
    assert all(question.inner_text().endswith("?") for question in questions.values())
    towns.page.wait_for_timeout(250)
    keep(towns)
    asked = questions["truce"].inner_text()
    towns.page.locator("[data-scenario=truce]").get_by_role("button", name="Show").click()
    towns.wait_for_other(first)
    towns.wait_for_query(scenario="truce")
    assert towns.page.locator(".khabur-question").inner_text() == asked
    choices.first.wait_for(state="hidden")


def bring(visitor, content, name="my-towns.zip"):
    """Choose a file in the picker's dialog."""
    if not visitor.page.locator("[data-khabur=upload]").count():
        visitor.page.get_by_title("Choose another scenario").click()
    field = visitor.page.locator("[data-khabur=upload] input")
    field.set_input_files([{"name": name, "mimeType": "application/zip", "buffer": content}])


def test_a_zip_of_ones_own_is_shown_with_its_title(towns, keep):
    first = towns.drawn()
    bring(towns, changed_towns())
    towns.wait_for_other(first)
    assert towns.page.get_by_title("Choose another scenario").inner_text() == (
        "Three armies, two towns"
    )
    assert towns.query["scenario"] == "uploaded-my-towns"
    assert towns.page.get_by_role("button", name="Copy link").is_disabled()
    keep(towns)
    towns.page.get_by_role("button", name="Futures").click()
    towns.wait_for_view("futures")
    assert towns.page.locator(".khabur-futures__title").inner_text() == "Three armies, two towns"


def test_a_zip_may_be_dropped(towns):
    first = towns.drawn()
    towns.page.get_by_title("Choose another scenario").click()
    towns.page.locator(".khabur-drop").wait_for()
    towns.page.evaluate(
        """(content) => {
          const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "dropped.zip"));
          const drop = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector(".khabur-drop").dispatchEvent(drop);
        }""",
        base64.b64encode(changed_towns("Dropped towns")).decode(),
    )
    towns.wait_for_other(first)
    assert towns.page.get_by_title("Choose another scenario").inner_text() == "Dropped towns"


def is_in_sight(element):
    """Tell whether the last line of something can be read, wherever one has scrolled to."""
    return element.evaluate(
        """(element) => {
          const box = element.getBoundingClientRect();
          return element.contains(document.elementFromPoint(box.left + 20, box.bottom - 8));
        }"""
    )


def linked_zip():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        link = zipfile.ZipInfo("my-towns/scenario.toml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return data.getvalue()


BAD_ZIPS = {
    "no zip": (b"this is no zip at all", "The file is no zip, or a damaged one"),
    "empty": (b"", "The file is no zip, or a damaged one"),
    "upwards": (zipped({"../../evil.csv": b"x"}, ""), "a path that leads elsewhere"),
    "absolute": (zipped({"/etc/cron.csv": b"x"}, ""), "a path that leads elsewhere"),
    "a link": (linked_zip(), "a link; allowed: files that end in .toml"),
    "a program": (zipped({**two_towns(), "run.py": b"x"}), "not a file of a scenario"),
    "a wrong table": (
        zipped(two_towns(places_csv=b"name,kind\nNorth,castle\n")),
        "places.csv",
    ),
    "too large": (b"PK" + bytes(5_000_001), "at most 5,000,000 are allowed"),
}


def test_bad_zips_are_refused_in_sentences_and_a_good_one_still_works(towns, keep):
    first = towns.drawn()
    for content, sentence in BAD_ZIPS.values():
        bring(towns, content)
        told = towns.page.get_by_role("alert").filter(has_text=sentence)
        told.first.wait_for()
        assert towns.drawn() == first
    keep(towns, "too-large")
    bring(towns, zipped(two_towns(places_csv=b"name,kind\nNorth,castle\n")))
    towns.page.locator(".khabur-drop").scroll_into_view_if_needed()
    told = towns.page.get_by_role("alert").filter(has_text="places.csv")
    told.first.wait_for()
    assert is_in_sight(told.first)
    assert not towns.page.evaluate(FAINT, [4.5, 3])
    keep(towns, "wrong-table")
    bring(towns, changed_towns("Sound again"))
    towns.wait_for_other(first)
    assert towns.page.get_by_title("Choose another scenario").inner_text() == "Sound again"


BAD_LINKS = {
    "scenario=atlantis&with=../../etc&seed=minus-one&colour=red": (
        'scenario: found "atlantis"; allowed: one of',
        'with: found "../../etc"',
        'seed: found "minus-one"; allowed: a whole number',
        'The link: found "colour"',
    ),
    "scenario=two-towns&day=2019-01-01&set=combat.magic:1&set=any_kind.attempt_per_day:-5": (
        "day: found 2019-01-01; allowed: a date from 2015-06-01 to 2015-06-30",
        "set combat.magic: unknown",
        "set any_kind.attempt_per_day: ",
    ),
    "scenario=<script>alert(1)</script>": ('scenario: found "<script>alert(1)</script>"',),
}


def test_bad_links_are_told_in_sentences_and_the_first_scenario_is_shown(visitor, keep):
    for query, sentences in BAD_LINKS.items():
        visitor.open(f"/?{query}")
        alerts = visitor.page.get_by_role("alert").all_inner_texts()
        assert all(each.strip().startswith("This link cannot be shown.") for each in alerts)
        for sentence in sentences:
            assert any(sentence in each for each in alerts), (sentence, alerts)
        assert visitor.page.title() == "The siege of Hasakeh · Khabur"
        if len(sentences) > 3:
            keep(visitor)
            assert not visitor.page.evaluate(FAINT, [4.5, 3])


def test_bad_links_are_told_on_the_page_of_many_runs_too(visitor, keep):
    visitor.open("/ensemble?scenario=atlantis&replicates=64")
    alert = visitor.page.get_by_role("alert").first
    assert 'scenario: found "atlantis"; allowed: one of' in alert.inner_text()
    keep(visitor)


def test_a_download_is_the_folder_that_the_command_line_writes(visitor, tmp_path, capsys):
    from sim import cli

    visitor.open("/?scenario=two-towns&seed=7&replicate=2&set=any_kind.attempt_per_day:0.5")
    with visitor.page.expect_download() as coming:
        visitor.page.get_by_title("The run's folder as a zip: khabur show reads it").click()
    assert coming.value.suggested_filename.startswith("two-towns-seed7-replicate2")
    with zipfile.ZipFile(coming.value.path()) as archive:
        archive.extractall(tmp_path / "home")
    [home] = (tmp_path / "home").iterdir()
    taken = sim.load_run(home)
    command = ["run", "two-towns", "--seed", "7", "--replicate", "2", "--quiet"]
    out = tmp_path / "here"
    cli.app(
        [*command, "--set", "any_kind.attempt_per_day=0.5", "--out", str(out)],
        standalone_mode=False,
    )
    here = sim.load_run(out)
    assert taken.outcomes == here.outcomes
    assert taken.info["parameters"] == here.info["parameters"]
    assert all(taken.tables[name].equals(here.tables[name]) for name in here.tables)


def test_a_copied_link_shows_somebody_else_the_very_same_run_and_day(visitors):
    towns = visitors(permissions=["clipboard-read", "clipboard-write"]).open(TOWNS)
    first = towns.drawn()
    towns.press("Other luck")
    first = towns.wait_for_other(first)
    towns.press("Parameters")
    slider = towns.page.locator("[data-parameter='any_kind.attempt_per_day']")
    slider.get_by_role("slider").fill("300")
    changed = towns.wait_for_other(first)
    towns.press("Close")
    towns.page.locator("[data-khabur=sliders]").wait_for(state="detached")
    towns.page.get_by_role("slider", name="Day", exact=True).focus()
    for _ in range(9):
        towns.page.keyboard.press("ArrowRight")
    towns.wait_for_query(day="2015-06-10")
    towns.page.get_by_role("button", name="Copy link").click()
    towns.page.get_by_role("button", name="Copied").wait_for()
    copied = towns.page.evaluate("navigator.clipboard.readText()")
    assert copied == towns.page.url
    somebody = visitors().open(copied.removeprefix(towns.address))
    assert somebody.drawn() == changed
    somebody.wait_for_day(9)
    assert somebody.page.locator(".khabur-timeline__date").inner_text() == "10 June 2015"
