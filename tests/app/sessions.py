"""A visitor's session without a browser: the real pages, whose address is a variable."""

import time

import ipyvuetify as vuetify
import solara
from solara.autorouting import RenderPage

from sim.app import pages

PATIENCE = 60.0  # seconds; a busy machine starts processes slowly


def wait_for(condition, patience=PATIENCE):
    """Return what a condition gives once it is true."""
    end = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.005)
    return found


@solara.component
def Pages(session):
    path, session.go = solara.use_state(session.address)

    def push(address):
        session.pushed.append(address)
        session.go(address)

    router = solara.routing.Router(path, routes=pages.routes, set_path=push)
    solara.routing.router_context.provide(router)
    RenderPage()


class Session:
    """Pages as one visitor has them.

    ``pushed`` are the addresses that the pages went to; ``go`` is what typing one does, or the
    browser's back button.
    """

    def __init__(self, address):
        self.address = address
        self.pushed = []
        self.box, self.context = solara.render(Pages(self), handle_error=False)

    def close(self):
        """End the session, as a closed tab does."""
        self.context.close()

    def all(self, kind):
        """Return all widgets of a kind, those within one another too."""
        self.come_to_rest()
        return [each for each in within(self.box) if isinstance(each, kind)]

    def one(self, kind):
        """Return the only widget of a kind."""
        [widget] = self.all(kind)
        return widget

    def button(self, text):
        """Return the button that says something."""
        [found] = [each for each in self.all(vuetify.Btn) if text in words(each)]
        return found

    def field(self, label):
        """Return the only field with a label."""
        fields = [*self.all(vuetify.TextField), *self.all(vuetify.Select)]
        [found] = [each for each in fields if each.label == label]
        return found

    def type(self, label, text):
        """Type into a field and press Enter."""
        field = self.field(label)
        field.v_model = text
        field.fire_event("keyup.enter", {})

    def said(self):
        """Return the sentences in the page's messages."""
        return " ".join(words(each) for each in self.all(vuetify.Alert))

    def words(self):
        """Return all that is written in the page."""
        self.come_to_rest()
        return words(self.box)

    def come_to_rest(self):
        """Wait for a thread that is drawing: it also draws what was changed here meanwhile."""
        # Not by taking the lock: who comes to draw then would leave it to this thread.
        wait_for(lambda: not self.context.thread_lock.locked())

    def wait_for(self, condition):
        """Return what a condition gives once it is true of this session."""
        return wait_for(lambda: condition(self))


def within(widget):
    """Yield a widget and all that it holds."""
    yield widget
    for each in getattr(widget, "children", ()):
        if not isinstance(each, str):
            yield from within(each)


def words(widget):
    """Return the text in a widget."""
    parts = [
        each if isinstance(each, str) else words(each) for each in getattr(widget, "children", ())
    ]
    return " ".join(filter(None, parts))
