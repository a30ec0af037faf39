"""Widgets and the browser's modules fit together: files, names, traits, style sheets."""

import re

import anywidget
import pytest

from sim.app import widgets
from sim.app.widgets import ADDRESS, BROWSER, CopyLink, Futures, Replay, Sliders, UploadZone, loader

TRAITS = {
    Replay: {"theatre", "recording", "sheets", "day", "playing"},
    Futures: {"theatre", "futures", "other", "day", "wanted"},
    Sliders: {"parameters", "values"},
    CopyLink: {"own"},
    UploadZone: {"most", "file"},
}
VIEWS = {
    Replay: "replay",
    Futures: "futures",
    Sliders: "sliders",
    CopyLink: "copy_link",
    UploadZone: "upload",
}

SVG = "http://www.w3.org/2000/svg"  # a name, not an address
MODULES = sorted(BROWSER.glob("*.js"))
CODE = {module.name: module.read_text(encoding="utf-8") for module in MODULES}

IMPORT = re.compile(r"import\s*(?:\{([^}]*)\}\s*from\s*)?[\"'](\.[^\"']+)[\"']")
LATER = re.compile(r"import\(\s*[\"'](\.[^\"']+)[\"']\s*\)")
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
ASKED = re.compile(r"model\.(?:get|set)\(\"(\w+)\"|\"change:(\w+)\"")


def own_traits(kind):
    """Return the traits of a widget that the browser shares, without those of every widget."""
    shared = set(kind.class_trait_names(sync=True))
    return shared - set(anywidget.AnyWidget.class_trait_names(sync=True)) - {"_esm"}


def test_every_widget_is_looked_at_here():
    found = {
        each
        for each in vars(widgets).values()
        if isinstance(each, type) and issubclass(each, anywidget.AnyWidget)
    }
    assert found == set(TRAITS)


@pytest.mark.parametrize("kind", TRAITS, ids=lambda kind: kind.__name__)
def test_a_widget_shares_what_it_says_with_the_browser(kind):
    assert own_traits(kind) == TRAITS[kind]


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_a_widget_loads_a_view_that_is_there(kind):
    view = VIEWS[kind]
    assert kind._esm == loader(view) or str(kind._esm) == loader(view)
    assert f"/{ADDRESS}/{view}.js" in loader(view)
    assert "render" in EXPORT.findall(CODE[f"{view}.js"])


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_a_view_asks_for_traits_that_there_are(kind):
    asked = {name for pair in ASKED.findall(CODE[f"{VIEWS[kind]}.js"]) for name in pair if name}
    assert asked
    assert asked <= TRAITS[kind]


@pytest.mark.parametrize("name", CODE)
def test_every_import_names_a_module_that_has_what_is_asked_for(name):
    for wanted, path in IMPORT.findall(CODE[name]):
        assert path.removeprefix("./") in CODE, path
        exports = EXPORT.findall(CODE[path.removeprefix("./")])
        names = [each.split(" as ")[0].strip() for each in wanted.split(",")]
        assert {each for each in names if each} <= set(exports), (path, names)
    for path in LATER.findall(CODE[name]):
        assert path.removeprefix("./") in CODE, path


def test_every_module_is_used():
    views = {f"{view}.js" for view in (*VIEWS.values(), "calibration")}
    used = {
        path.removeprefix("./")
        for code in CODE.values()
        for path in [*(found for _, found in IMPORT.findall(code)), *LATER.findall(code)]
    }
    assert used | views == set(CODE)


def test_every_style_sheet_that_is_linked_is_there_and_the_other_way_round():
    linked = {
        name for code in CODE.values() for name in re.findall(r"[\"']([\w-]+\.css)[\"']", code)
    }
    imported = set()
    for sheet in BROWSER.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        imported |= set(re.findall(r"@import\s+(?:url\()?[\"']?([\w.-]+\.css)", text))
    read_by_server = {"page.css"}
    there = {sheet.name for sheet in BROWSER.glob("*.css")}
    assert linked | imported | read_by_server == there
    assert linked


def test_nothing_is_fetched_from_elsewhere():
    for name, code in CODE.items():
        addresses = re.findall(r"https?://[^\s\"'`)]+", code)
        assert set(addresses) <= {SVG}, name
    for sheet in BROWSER.glob("*.css"):
        addresses = re.findall(r"https?://[^\s\"'`)]+", sheet.read_text(encoding="utf-8"))
        assert set(addresses) <= {SVG}, sheet.name
