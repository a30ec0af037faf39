"""How long visitors of the app wait, how smoothly it moves, and what a page at rest costs.

python -m benchmarks.app [--browser FILE] [--rounds NUMBER]

A server and a browser are started, and the tables of the README are printed. Times are by the
clock and of this machine: server, its workers and the browser share its cores. Nothing is judged.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SIEGE, CAMPAIGN = "hasakeh-2015", "campaign-2015"
SIZES = ((1280, 800), (390, 844))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 120_000
PLAY_SECONDS = 4
REST_SECONDS = 5
READ = "!document.querySelector('.khabur-waiting')?.textContent"

# Counts painted frames for some seconds; by the page's own clock.
PAINTED = """(seconds) => new Promise((done) => {
  const [start, before] = [performance.now(), khaburFrames];
  const rate = () => 1000 * (khaburFrames - before) / (performance.now() - start);
  setTimeout(() => done(rate()), 1000 * seconds);
})"""

# Drags the slider there and back in the page: a pointer move for every animation frame, as a
# mouse gives them; painted frames a second.
DRAGGED = """(seconds) => new Promise((done) => {
  const track = document.querySelector(".khabur-track");
  const { left, width } = track.querySelector(".khabur-track__bed").getBoundingClientRect();
  const [start, before] = [performance.now(), khaburFrames];
  const step = (now) => {
    const passed = (now - start) / 1000;
    if (passed > seconds) {
      done(1000 * (khaburFrames - before) / (performance.now() - start));
      return;
    }
    const share = 1 - Math.abs(((passed / 3) % 2) - 1);
    const clientX = left + 5 + (width - 10) * share;
    track.dispatchEvent(new PointerEvent("pointermove", { clientX, bubbles: true, pointerId: 1 }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""

# Notes when the slider was told, when the first other picture was drawn, and when all was in.
MOVE_SLIDER = """([at, replicates]) => new Promise((done) => {
  const view = document.querySelector("[data-khabur=futures]");
  const range = document.querySelector(".khabur-slider input[type=range]");
  const before = view.dataset.drawn;
  const whole = `${replicates} replicates`;
  let first = 0;
  range.value = String(at);
  range.dispatchEvent(new Event("input", { bubbles: true }));
  const start = performance.now();
  const look = (now) => {
    if (!first && view.dataset.drawn !== before) first = now;
    const said = document.querySelector(".khabur-futures__progress").textContent;
    if (first && said === whole) done([(first - start) / 1000, (now - start) / 1000]);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


@contextmanager
def running_server() -> Iterator[tuple[str, int]]:
    """Give the address and the process number of a server that is ended afterwards."""
    command = [sys.executable, "-m", "sim.cli", "app", "--port", "0", "--no-browser"]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split(" at ")[1].split(" - ")[0]
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def new_page(browser: Browser, size: tuple[int, int] = SIZES[0]) -> Iterator[Page]:
    """Give a page of a visitor who has never been there."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    context.set_default_timeout(WAIT_MS)
    try:
        yield context.new_page()
    finally:
        context.close()


def seconds_to_map(browser: Browser, link: str) -> float:
    """Return the seconds from request to first map drawn."""
    with new_page(browser) as page:
        begin = time.perf_counter()
        page.goto(link, wait_until="commit")
        page.wait_for_selector("[data-khabur=replay][data-drawn]")
        return time.perf_counter() - begin


def first_maps(browser: Browser, address: str, rounds: int) -> None:
    """Print how long one waits for the map, of runs that are kept and that are not."""
    seconds_to_map(browser, f"{address}/?scenario=two-towns")  # the server has been used before
    print("\n| first map drawn, seconds from request | median | most |\n|---|---|---|")
    for name in (SIEGE, CAMPAIGN):
        anew, kept = [], []
        for number in range(rounds):
            link = f"{address}/?scenario={name}&replicate={number}"
            anew.append(seconds_to_map(browser, link))
            wait_until_quiet(browser, link)
            kept.append(seconds_to_map(browser, link))
        row(f"{name}, simulated anew", anew)
        row(f"{name}, run kept from before", kept)


def wait_until_quiet(browser: Browser, link: str) -> None:
    """Wait until every day of a run has been read."""
    with new_page(browser) as page:
        page.goto(link)
        page.wait_for_selector("[data-khabur=replay][data-drawn]")
        page.wait_for_function(READ)


def sliders(browser: Browser, address: str, rounds: int, replicates: int = 256) -> None:
    """Print how long one waits for new fan charts after a slider was moved."""
    with new_page(browser) as page:
        page.goto(f"{address}/ensemble?scenario={SIEGE}&replicates={replicates}")
        page.wait_for_selector("[data-khabur=futures][data-drawn]")
        page.get_by_text(f"{replicates} replicates", exact=True).wait_for()
        pairs = [page.evaluate(MOVE_SLIDER, [40 + 17 * at, replicates]) for at in range(rounds)]
    print(f"\n| slider to fan charts, {replicates} replicates, seconds | median | most |")
    print("|---|---|---|")
    row("first picture", [first for first, _ in pairs])
    row("all replicates", [whole for _, whole in pairs])


def frames(browser: Browser, address: str) -> None:
    """Print painted frames a second while it plays and while the slider is dragged."""
    print("\n| painted frames a second | window | playing at 10 days a second | dragging |")
    print("|---|---|---|---|")
    for name in (SIEGE, CAMPAIGN):
        for size in SIZES:
            with new_page(browser, size) as page:
                page.goto(f"{address}/?scenario={name}")
                page.wait_for_selector("[data-khabur=replay][data-drawn]")
                page.wait_for_function(READ)
                page.get_by_role("button", name="10 days a second").click()
                page.get_by_role("button", name="Play", exact=True).click()
                playing = page.evaluate(PAINTED, PLAY_SECONDS)
                page.get_by_role("button", name="Pause", exact=True).click()
                page.wait_for_timeout(500)
                dragging = dragged(page)
            print(f"| {name} | {size[0]} by {size[1]} | {playing:.0f} | {dragging:.0f} |")


def dragged(page: Page) -> float:
    """Return the painted frames a second while the slider is dragged."""
    track = page.locator(".khabur-track__bed")
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 10)
    page.mouse.down()
    found: float = page.evaluate(DRAGGED, PLAY_SECONDS)
    page.mouse.up()
    return found


def at_rest(browser: Browser, address: str, server: int) -> None:
    """Print the processor time that the server takes for a page that nobody touches."""
    with new_page(browser) as page:
        page.goto(f"{address}/?scenario={SIEGE}")
        page.wait_for_selector("[data-khabur=replay][data-drawn]")
        page.wait_for_function(READ)
        before = -1
        while before != (before := ticks(server)):  # until workers have tidied up
            time.sleep(1)
        time.sleep(REST_SECONDS)
        spent = 1000 * (ticks(server) - before) / os.sysconf("SC_CLK_TCK")
    print(f"\nA page at rest: {spent:.0f} ms of the server's processor time in {REST_SECONDS} s.")


def ticks(process: int) -> int:
    """Return the processor time of a process and all below it, in ticks; 0 off Linux."""
    fields: dict[int, list[str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields[int(stat.parent.name)] = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
    family = {process}
    while more := {each for each in fields if int(fields[each][1]) in family} - family:
        family |= more
    return sum(int(fields[each][11]) + int(fields[each][12]) for each in family if each in fields)


def row(what: str, seconds: list[float]) -> None:
    """Print a row of a table."""
    print(f"| {what} | {statistics.median(seconds):.2f} | {max(seconds):.2f} |", flush=True)


def main() -> None:
    """Measure everything and print it."""
    from playwright.sync_api import sync_playwright

    known: Callable[[str], str | None] = shutil.which
    found = os.environ.get("KHABUR_BROWSER") or known("chromium") or known("google-chrome")
    options = argparse.ArgumentParser(description="Measure the app.")
    options.add_argument("--browser", default=found, help="the browser's file")
    options.add_argument("--rounds", type=int, default=5, help="how often each wait is measured")
    asked = options.parse_args()
    if not asked.browser:
        sys.exit("No browser was found; name one: --browser FILE")
    with running_server() as (address, server), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=asked.browser, args=list(FLAGS))
        first_maps(browser, address, asked.rounds)
        sliders(browser, address, asked.rounds)
        frames(browser, address)
        at_rest(browser, address, server)
        browser.close()


if __name__ == "__main__":
    main()
