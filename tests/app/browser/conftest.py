"""The app as visitors meet it: a server, a browser, and a fresh visitor for each test.

The browser is Chromium: ``KHABUR_BROWSER`` names it, else it is looked for. Without one the tests
are skipped; with ``KHABUR_NEED_BROWSER=1`` they fail instead.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.browser.server import RunningServer
from tests.app.browser.visitors import Visitor

ROOT = Path(__file__).parents[3]
SCREENSHOTS = ROOT / "screenshots"

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 20_000


def browser_or_reason():
    """Return the browser's file, or None and why there is none."""
    try:
        import playwright  # noqa: F401
    except ImportError:
        return None, "Playwright is not installed: pip install --group dev"
    named = os.environ.get("KHABUR_BROWSER")
    if named:
        found = shutil.which(named)
        return found, f"KHABUR_BROWSER names {named!r}, which cannot be run"
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found, f"no browser: none of {', '.join(BROWSERS)} is installed; or set KHABUR_BROWSER"


@pytest.fixture(scope="session")
def browser_file():
    """The browser, or the end of the test."""
    found, reason = browser_or_reason()
    if found:
        return found
    if os.environ.get("KHABUR_NEED_BROWSER") == "1":
        pytest.fail(f"{reason} (and KHABUR_NEED_BROWSER=1 says that it must be there)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server(browser_file, tmp_path_factory):
    """The app, served once for all tests as the command line serves it."""
    home = tmp_path_factory.mktemp("server")
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "TMPDIR": str(home)}
    complaints = home / "stderr.txt"
    with complaints.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", "app", "--port", "0", "--no-browser"],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=environment,
            cwd=ROOT,
        )
    said = process.stdout.readline()
    assert said.startswith("Khabur is at http://"), said + complaints.read_text()
    address = said.split(" at ")[1].split(" - ")[0]
    yield RunningServer(address, process, home, complaints)
    process.terminate()
    try:
        process.wait(timeout=10)
    finally:
        process.kill()
        process.stdout.close()


class BrowserAtHand:
    """A browser, and the event loop that its driver runs beside the tests.

    Between the tests of the browser the loop is hidden: others may start one of their own, which
    asyncio allows only where none is running.
    """

    def __init__(self, browser, loop):
        self.browser = browser
        self._loop = loop

    def __enter__(self):
        asyncio._set_running_loop(self._loop)
        return self.browser

    def __exit__(self, *_):
        asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def browser_at_hand(browser_file):
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright

    driver = sync_playwright().start()
    loop = asyncio.get_running_loop()
    browser = driver.chromium.launch(executable_path=browser_file, args=list(QUIET))
    at_hand = BrowserAtHand(browser, loop)
    asyncio._set_running_loop(None)
    yield at_hand
    with at_hand:
        browser.close()
        driver.stop()


@pytest.fixture
def visitors(server, browser_at_hand):
    """Make visitors: each has a browser profile of their own, and an eye on what goes wrong."""
    came = []

    def come(width=1280, height=800, **settings):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            **{"color_scheme": "light", "reduced_motion": "no-preference", **settings},
        )
        context.set_default_timeout(WAIT_MS)
        visitor = Visitor(server.address, context)
        came.append(visitor)
        return visitor

    with browser_at_hand as browser:
        yield come
        faults = []
        for visitor in came:
            faults += visitor.faults
            visitor.leave()
    if faults:
        pytest.fail("What went wrong in the browser:\n" + "\n".join(faults), pytrace=False)


@pytest.fixture
def visitor(visitors):
    """One visitor with a window of 1280 by 800."""
    return visitors()


@pytest.fixture
def keep(request):
    """Keep a screenshot: ``keep(visitor, "light")``, named by test, size and theme."""
    SCREENSHOTS.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")

    def picture(visitor, *words):
        size = visitor.page.viewport_size
        parts = (name, *words, f"{size['width']}x{size['height']}", visitor.theme)
        file = SCREENSHOTS / ("-".join(parts) + ".png")
        visitor.page.screenshot(path=file, animations="disabled")
        return file

    return picture
