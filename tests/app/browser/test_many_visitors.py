"""Visitors beside one another, visitors who leave, and one who does nothing."""

import time

from tests.app.browser.test_choosing import bring
from tests.app.browser.zips import changed_towns

QUIET_SECONDS = 3
FEW_TICKS = 6


def test_visitors_do_not_see_one_another(visitors):
    one, other = visitors(), visitors()
    one.open("/?scenario=two-towns&seed=1")
    other.open("/?scenario=two-towns&seed=2")
    first, second = one.drawn(), other.drawn()
    assert first != second
    bring(one, changed_towns("Mine alone"))
    mine = one.wait_for_other(first)
    assert other.drawn() == second
    assert other.query == {"scenario": "two-towns", "seed": "2"}
    other.page.get_by_title("Choose another scenario").click()
    other.page.locator("[data-scenario=two-towns]").wait_for()
    assert "Mine alone" not in other.page.locator("body").inner_text()
    other.page.get_by_role("button", name="Close", exact=True).click()
    other.press("Other luck")
    third = other.wait_for_other(second)
    assert one.drawn() == mine
    other.open("/?scenario=uploaded-my-towns", wait=False)
    told = other.page.get_by_role("alert").first
    assert "one that you upload again: links carry no tables" in told.inner_text()
    assert third not in (first, mine)


def test_tabs_of_mesas_page_have_models_of_their_own(visitors):
    one, other = visitors(), visitors()
    for visitor in (one, other):
        visitor.open("/mesa?scenario=two-towns", wait=False)
        visitor.page.locator(".khabur-mesa img").first.wait_for()
    for step in range(1, 4):
        one.page.get_by_role("button", name="Step", exact=True).click()
        one.page.get_by_text(f"Step: {step}", exact=True).wait_for()
    other.page.get_by_role("button", name="Step", exact=True).click()
    other.page.get_by_text("Step: 1", exact=True).wait_for()
    assert one.page.get_by_text("Step: 3", exact=True).is_visible()


def test_who_leaves_leaves_nothing_behind(visitors, server):
    assert comes_true(lambda: server.sessions == 0)  # those of the tests before have left too
    visitor = visitors().open("/?scenario=two-towns")
    assert server.sessions == 1
    bring(visitor, changed_towns())
    visitor.wait_for_query(scenario="uploaded-my-towns")
    visitor.page.close()
    assert comes_true(lambda: server.sessions == 0)


def test_a_page_that_rests_costs_the_server_nothing(visitor, server, record_property):
    visitor.open("/?scenario=hasakeh-2015")
    visitor.wait_for("!document.querySelector('.khabur-waiting')?.textContent")
    assert comes_true(lambda: ticks_in(server, 0.5) == 0)
    sent, painted = len(visitor.sent), visitor.page.evaluate("khaburFrames")
    ticks = ticks_in(server, QUIET_SECONDS)
    record_property("ticks", ticks)
    print(f"{ticks} ticks of 10 ms in {QUIET_SECONDS} s")
    visitor.page.wait_for_timeout(50)  # what was sent meanwhile is heard now
    assert ticks <= FEW_TICKS
    assert len(visitor.sent) - sent <= 1  # perhaps a sign of life
    assert visitor.page.evaluate("khaburFrames") == painted


def ticks_in(server, seconds):
    """Return the processor time that the server takes in some seconds, in ticks."""
    begin = server.ticks()
    time.sleep(seconds)
    return server.ticks() - begin


def comes_true(asked, seconds=15):
    """Wait until something is true; tell whether it came to that."""
    end = time.monotonic() + seconds
    while not asked():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
