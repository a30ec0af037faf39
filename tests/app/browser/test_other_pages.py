"""The pages of the calibration and of Mesa, and the ways between all pages."""

import re


def test_the_calibration_shows_prior_posterior_and_reported(visitor, keep):
    visitor.open("/calibration?scenario=hasakeh-2015")
    page = visitor.page
    assert visitor.drawn("calibration") == "hasakeh-2015"
    assert "requirements hold" in page.locator(".khabur-cal-verdict").inner_text()
    rows = page.locator("[data-role=fit] [data-target]")
    assert rows.count() >= 5
    for row in rows.all():
        assert row.locator(".khabur-cal-said strong").inner_text()
        assert "posterior" in row.locator(".khabur-cal-numbers").inner_text()
        assert "prior" in row.locator(".khabur-cal-numbers").inner_text()
        assert row.locator("rect").count() >= 2
    cards = page.locator("[data-parameter]")
    few = cards.count()
    assert cards.first.locator(".khabur-cal-bar").count() >= 10
    page.get_by_role("button", name=re.compile("^Show all")).click()
    assert cards.count() > 2 * few
    keep(visitor)
    page.get_by_role("group", name="Scenario").get_by_text("campaign-2015").click()
    visitor.wait_for_query(scenario="campaign-2015")
    assert visitor.wait_for_other("hasakeh-2015", "calibration") == "campaign-2015"


def test_a_draw_from_the_posterior_is_marked_and_opens_as_a_run(visitor, visitors):
    visitor.open("/calibration?scenario=hasakeh-2015")
    assert not visitor.page.locator(".khabur-cal-drawn-line").count()
    visitor.press("Draw from the posterior")
    visitor.wait_for("document.querySelector('[data-khabur=calibration]').dataset.row !== ''")
    assert visitor.page.locator(".khabur-cal-drawn-line").count() >= 10
    visitor.page.get_by_role("link", name="Watch this run").click()
    key = visitor.wait_for_view("replay")
    assert visitor.query["posterior"] == "yes"
    assert visitor.page.get_by_label("Fitted").is_checked()
    link = f"/?scenario=hasakeh-2015&replicate={visitor.query['replicate']}"
    plain = visitors().open(link)
    assert plain.drawn() != key
    plain.page.get_by_text("Fitted", exact=True).click()
    assert plain.wait_for_other(plain.drawn()) == key


def test_all_futures_with_the_posterior_are_a_click_away(visitor):
    visitor.open("/calibration?scenario=hasakeh-2015")
    visitor.page.get_by_role("link", name="All futures with the posterior").click()
    visitor.wait_for_view("futures")
    assert visitor.query["posterior"] == "yes"


def test_mesas_page_steps_the_campaign_a_day(visitor, keep):
    visitor.open("/mesa?scenario=two-towns", wait=False)
    pictures = visitor.page.locator(".khabur-mesa img")
    pictures.first.wait_for()
    before = pictures.first.get_attribute("src")
    assert visitor.page.get_by_text("Step: 0").is_visible()
    for step in (1, 2):
        visitor.page.get_by_role("button", name="Step", exact=True).click()
        visitor.page.get_by_text(f"Step: {step}", exact=True).wait_for()
    visitor.wait_for(
        "(before) => document.querySelector('.khabur-mesa img').src !== before", before
    )
    keep(visitor)
    visitor.page.get_by_role("button", name="Reset", exact=True).click()
    visitor.page.get_by_text("Step: 0", exact=True).wait_for()


def test_the_bar_leads_to_every_page_and_back_with_the_same_view(visitor):
    visitor.open("/?scenario=two-towns&seed=3&replicates=64")
    key = visitor.drawn()
    ways = visitor.page.locator(".khabur-bar")
    for page, ready in (
        ("Futures", "[data-khabur=futures][data-drawn]"),
        ("Calibration", "[data-khabur=calibration][data-drawn]"),
        ("Mesa", ".khabur-mesa img"),
        ("Watch", "[data-khabur=replay][data-drawn]"),
    ):
        ways.get_by_role("button", name=page, exact=True).click()
        visitor.page.locator(ready).first.wait_for()
        assert visitor.query["scenario"] == "two-towns"
        assert visitor.query["seed"] == "3"
    assert visitor.drawn() == key
