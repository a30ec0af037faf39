"""Every page in a wide and a narrow window, light and dark: what would look wrong."""

import pytest

from tests.app.browser.looking import FAINT, OUT_OF_REACH

SIZES = {"wide": (1280, 800), "narrow": (390, 844)}

LINKS = {
    "watch": "/?scenario=hasakeh-2015&day=2015-07-20",
    "futures": "/ensemble?scenario=hasakeh-2015&replicates=64",
    "calibration": "/calibration?scenario=hasakeh-2015",
    "mesa": "/mesa?scenario=hasakeh-2015",
}

LEAST_CONTRAST = 4.5
LEAST_CONTRAST_OF_LARGE = 3


def open_page(visitor, page):
    """Open a page of the siege and wait until everything on it has come."""
    visitor.open(LINKS[page], wait=page != "mesa")
    if page == "mesa":
        visitor.page.locator(".khabur-mesa img").nth(1).wait_for()
    elif page == "watch":
        visitor.wait_for("!document.querySelector('.khabur-waiting')?.textContent")
        visitor.wait_for_map_at_rest()
    elif page == "futures":
        visitor.page.get_by_text("64 replicates", exact=True).wait_for()
    visitor.page.wait_for_timeout(200)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("page", LINKS)
def test_looks(page, size, visitors, keep):
    """Nothing is cut off, covered, without its icon, or hard to read."""
    width, height = SIZES[size]
    visitor = visitors(width, height)
    open_page(visitor, page)
    faults = []
    for theme in ("light", "dark"):
        visitor.take_theme(theme)
        visitor.page.evaluate("document.getAnimations().forEach((each) => each.finish())")
        faults += [f"{theme}: {fault}" for fault in faults_of(visitor, page)]
        keep(visitor)
        if size == "narrow":
            keep_the_rest(visitor, keep)
    assert not faults, "\n".join(faults)


def faults_of(visitor, page):
    """Return what looks wrong, a line each."""
    width = visitor.page.viewport_size["width"]
    wide = visitor.page.evaluate("document.documentElement.scrollWidth")
    faults = visitor.page.evaluate(OUT_OF_REACH)
    if wide > width:
        faults.append(f"the page is {wide} pixels wide")
    high = visitor.page.evaluate("document.documentElement.scrollHeight")
    if page == "watch" and width > 1000 and high > visitor.page.viewport_size["height"]:
        faults.append(f"a run is to be seen without scrolling, and the page is {high} pixels high")
    if page != "mesa":  # Mesa's own colours
        faults += visitor.page.evaluate(FAINT, [LEAST_CONTRAST, LEAST_CONTRAST_OF_LARGE])
    return faults


def keep_the_rest(visitor, keep):
    """Keep what comes to sight when one scrolls."""
    for part in (1, 2):
        visitor.page.evaluate(f"scrollTo(0, {700 * part})")
        keep(visitor, f"part{part}")
    visitor.page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_dialog_and_drawer_fit_into_a_narrow_window(theme, visitors, keep):
    visitor = visitors(*SIZES["narrow"], color_scheme=theme).open("/?scenario=two-towns")
    assert visitor.theme == theme
    visitor.page.get_by_title("Choose another scenario").click()
    choice = visitor.page.locator("[data-scenario=two-towns]")
    choice.wait_for()
    visitor.page.wait_for_timeout(300)
    assert_within(visitor, choice)
    keep(visitor, "picker")
    visitor.page.get_by_role("button", name="Close", exact=True).click()
    choice.wait_for(state="hidden")
    visitor.press("Parameters")
    slider = visitor.page.locator(".khabur-slider").first
    slider.wait_for()
    visitor.page.wait_for_timeout(400)
    assert_within(visitor, slider)
    keep(visitor, "parameters")


def assert_within(visitor, element):
    box = element.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= visitor.page.viewport_size["width"]
