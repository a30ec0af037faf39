"""A visitor: a browser profile with a page, and what is looked at and done in it."""

import re
from urllib.parse import parse_qs, urlsplit

MAP = "[...khaburMaps].find((map) => map.element.isConnected)"
DAY = "Number(document.querySelector('[data-khabur][data-day]').dataset.day)"
PAGES = {"/": "replay", "/ensemble": "futures", "/calibration": "calibration"}


class Visitor:
    """A page in a profile of its own; what goes wrong in it is written down in ``faults``."""

    def __init__(self, address, context):
        self.address = address
        self.context = context
        self.faults = []
        self.sent = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"page error: {error.error}"))
        context.on("request", lambda request: self._stays(request.url))
        context.on("requestfailed", self._failed)
        context.on("response", self._answered)
        context.on("page", lambda page: page.on("websocket", self._websocket))
        self.page = context.new_page()

    def leave(self):
        """Close all pages, as a visitor does."""
        for page in self.context.pages:
            page.close()
        self.context.close()

    def open(self, link, *, wait=True):
        """Open a link of the app and wait until its view is drawn."""
        self.page.goto(self.address + link)
        if wait:
            self.wait_for_view(PAGES[urlsplit(link).path])
        return self

    def wait_for_view(self, view="replay"):
        """Wait until a view is drawn; return what it was drawn from."""
        return self.page.wait_for_selector(f"[data-khabur={view}][data-drawn]").get_attribute(
            "data-drawn"
        )

    def wait_for(self, expression, argument=None):
        """Wait until an expression of the browser is true."""
        return self.page.wait_for_function(expression, arg=argument)

    def wait_for_other(self, drawn, view="replay"):
        """Wait until a view is drawn from something else; return what that is."""
        self.wait_for(
            """([view, drawn]) => {
              const now = document.querySelector(`[data-khabur=${view}]`)?.dataset.drawn;
              return now && now !== drawn;
            }""",
            [view, drawn],
        )
        return self.drawn(view)

    def drawn(self, view="replay"):
        """Return what a view was drawn from."""
        return self.page.locator(f"[data-khabur={view}]").get_attribute("data-drawn")

    @property
    def day(self):
        """Index of the day that is shown."""
        return self.page.evaluate(DAY)

    def wait_for_day(self, day):
        """Wait until a day is shown."""
        self.wait_for(f"{DAY} === {day}")

    @property
    def query(self):
        """What the address says behind the question mark."""
        found = parse_qs(urlsplit(self.page.url).query)
        return {name: values if len(values) > 1 else values[0] for name, values in found.items()}

    def wait_for_query(self, **parts):
        """Wait until the address says all that."""
        self.wait_for(
            """(parts) => {
              const found = new URLSearchParams(location.search);
              return Object.entries(parts).every(([name, value]) => found.get(name) === value);
            }""",
            {name.rstrip("_"): str(value) for name, value in parts.items()},
        )

    def press(self, label, **more):
        """Press the button of that name."""
        self.page.get_by_role("button", name=label, exact=True, **more).first.click()

    def tab(self, label):
        """Open a section of the panel; return it."""
        self.page.get_by_role("tab", name=label, exact=True).click()
        return self.page.get_by_role("tabpanel", name=label, exact=True)

    @property
    def scale(self):
        """CSS pixels per km of the map."""
        return self.page.evaluate(f"{MAP}.view.scale")

    def wait_for_map_at_rest(self):
        """Wait until the map neither moves nor has anything left to paint."""
        self.wait_for(f"!{MAP}.view.move && !{MAP}.request")

    def point_of(self, place):
        """Return where a place is, CSS pixels of the page."""
        return self.page.evaluate(
            f"""(name) => {{
              const map = {MAP};
              const at = map.project(map.theatre.places.findIndex((each) => each.name === name));
              const box = map.surface.getBoundingClientRect();
              return [box.left + at.x, box.top + at.y];
            }}""",
            place,
        )

    def is_on_the_map(self, x, y):
        """Tell whether a point of the page, CSS pixels, lies on the map."""
        box = self.page.locator(".khabur-map-surface").bounding_box()
        return 0 < x - box["x"] < box["width"] and 0 < y - box["y"] < box["height"]

    def drag(self, start, end):
        """Drag with the mouse from a point of the page to another, CSS pixels."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()

    @property
    def colour_of_the_panel(self):
        """Red, green and blue up to 255."""
        colour = self.page.locator(".khabur-panel").evaluate(
            "(panel) => getComputedStyle(panel).backgroundColor"
        )
        return [int(number) for number in re.findall(r"\d+", colour)[:3]]

    @property
    def theme(self):
        """Light or dark."""
        dark = self.page.locator(".v-application.theme--dark").count()
        return "dark" if dark else "light"

    def take_theme(self, theme):
        """Press the button of the theme until it is the wanted one."""
        for _ in range(3):  # as the system, light, dark
            if self.theme == theme and self.page.evaluate(CHOSEN_THEME) != "auto":
                return
            self.page.locator(".khabur-bar").get_by_role("button").last.click()
            self.page.wait_for_timeout(60)
        assert self.theme == theme

    def _console(self, message):
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _failed(self, request):
        self.faults.append(f"request failed: {request.url} ({request.failure})")

    def _answered(self, response):
        if response.status >= 400:
            self.faults.append(f"status {response.status}: {response.url}")

    def _stays(self, url):
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob", "about"):
            return
        if parts.netloc != urlsplit(self.address).netloc:
            self.faults.append(f"leaves the machine: {url}")

    def _websocket(self, websocket):
        self._stays(websocket.url)
        websocket.on("framesent", lambda frame: self.sent.append(frame))
        websocket.on("socketerror", lambda error: self.faults.append(f"websocket: {error}"))


CHOSEN_THEME = "JSON.parse(localStorage.getItem(':solara:theme.variant') ?? '\"auto\"')"
