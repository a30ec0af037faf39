"""Links: what a view is written as, and what is made of links from anybody."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.app.links import LINK_CHARACTERS, LinkFault, link_of, query_of, view_of
from sim.app.view import MOST_REPLICATES, View, first_scenario, shipped_scenario
from sim.scenario import find_scenarios
from tests.scenario.small import write_two_towns


def values_of(parameter):
    """Strategy of values that a parameter may be set to."""
    low, high = (0.0, 1e3) if parameter.low is None else (parameter.low, parameter.high)
    return st.tuples(st.just(parameter.id), st.floats(low, high))


@st.composite
def views(draw):
    """Views that can be shown, of the shipped scenarios."""
    name = draw(st.sampled_from(list(find_scenarios())))
    scenario = shipped_scenario(name)
    # Parameters without a prior may have checks of their own; their value as it is passes.
    free = [each for each in scenario.parameters.values() if each.prior != "fixed"]
    chosen = draw(st.lists(st.sampled_from(free), max_size=4, unique_by=lambda each: each.id))
    others = [None, *(other for other in find_scenarios() if other != name)]
    days = st.integers(0, scenario.days - 1).map(lambda day: scenario.start + timedelta(day))
    fitted = name not in ("kobane-2014", "two-towns")
    return View(
        name,
        seed=draw(st.integers(0, 2**63 - 1)),
        replicate=draw(st.integers(0, 2**31 - 1)),
        parameters=dict(draw(values_of(each)) for each in chosen),
        posterior=fitted and draw(st.booleans()),
        day=draw(st.none() | days),
        other=draw(st.sampled_from(others)),
        replicates=draw(st.integers(1, MOST_REPLICATES)),
    )


@given(views())
def test_a_link_gives_back_the_view_that_it_was_made_of(view):
    assert view_of(query_of(view)) == view


def test_a_link_is_short_and_readable():
    view = View(
        "hasakeh-2015",
        seed=7,
        replicate=3,
        parameters={"combat.contact_line": 0.4},
        posterior=True,
        day=shipped_scenario("hasakeh-2015").start,
        other="ypg-neutral",
    )
    assert link_of(view, "/ensemble") == (
        "/ensemble?scenario=hasakeh-2015&seed=7&replicate=3&set=combat.contact_line:0.4"
        "&posterior=yes&with=ypg-neutral&day=2015-06-23"
    )
    assert link_of(View("two-towns")) == "/?scenario=two-towns"


def test_all_parameters_of_a_theatre_fit_in_a_link():
    scenario = shipped_scenario("campaign-2015")
    values = {name: each.value + 1 / 3e-7 for name, each in scenario.parameters.items()}
    assert len(query_of(View("campaign-2015", parameters=values))) < LINK_CHARACTERS


@pytest.mark.parametrize("query", ["", "?", None])
def test_an_address_without_a_query_shows_the_first_scenario(query):
    assert view_of(query) == View(first_scenario())


def test_a_link_may_begin_with_a_question_mark():
    assert view_of("?scenario=two-towns&seed=7") == View("two-towns", seed=7)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("scenario=nowhere", 'scenario: found "nowhere"; allowed: one of'),
        ("scenario=uploaded-two-towns", 'scenario: found "uploaded-two-towns"'),
        ("scenario=../scenarios/two-towns", 'scenario: found "../scenarios/two-towns"'),
        ("scenario=two-towns%00", "scenario: found"),
        ("scenario=", 'scenario: found ""'),
        ("with=/etc", 'with: found "/etc"'),
        ("seed=seven", 'seed: found "seven"; allowed: a whole number'),
        ("seed=1.5", 'seed: found "1.5"'),
        ("seed=1_0", 'seed: found "1_0"'),
        ("seed=%D9%A3", "seed: found"),
        ("seed=", 'seed: found ""'),
        ("seed=9999999999999999999", "seed: found 9999999999999999999"),
        ("replicate=-1", 'replicate: found "-1"'),
        ("replicates=0", "replicates: found 0"),
        ("seed=1&seed=1", "seed: found"),
        ("sed=1", 'did you mean "seed"?'),
        ("set=combat.contact_line", "set: found"),
        ("set=combat.contact_line:", "set combat.contact_line: found"),
        ("set=combat.contact_line:nan", "set combat.contact_line: found"),
        ("set=combat.nonsense:1", "unknown name"),
        ("set=scenario.end:1", 'set: found "scenario.end"'),
        ("scenario=hasakeh-2015&set=combat.contact_line:9", "outside the range of its prior"),
        ("set=air.memory_days:4&set=air.memory_days:4", "each parameter once"),
        ("day=2014-01-01", "day: found 2014-01-01; allowed: a date from"),
        ("day=2015-06-31", 'day: found "2015-06-31"'),
        ("day=tomorrow", 'day: found "tomorrow"'),
        ("posterior=1", 'posterior: found "1"; allowed: yes or no'),
        ("scenario=two-towns&posterior=yes", "no fitted parameters"),
        ("seed=%ff", "bytes that are no text"),
        ("x" * (LINK_CHARACTERS + 1), "The link has 16,001 characters"),
    ],
)
def test_a_bad_link_gets_one_sentence(query, said):
    fault = view_of(query)
    assert isinstance(fault, LinkFault)
    [told] = fault.sentences
    assert said in told
    assert told.isprintable()
    assert told.endswith(".")
    assert len(told) < 600


def test_a_link_with_several_faults_gets_a_sentence_for_each():
    fault = view_of("scenario=nowhere&seed=x&day=y")
    assert [each.partition(":")[0] for each in fault.sentences] == ["seed", "day", "scenario"]


def test_a_link_never_reads_a_folder(tmp_path, monkeypatch):
    write_two_towns(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    for name in ("mine", "./mine", str(tmp_path / "mine")):
        assert isinstance(view_of(f"scenario={name}"), LinkFault)
        assert isinstance(view_of(f"with={name}"), LinkFault)


keys = st.sampled_from(["scenario", "seed", "set", "day", "with", "posterior", "replicate", ""])
pieces = st.tuples(keys | st.text(max_size=8), st.text(max_size=30)).map("=".join)


@given(st.lists(pieces, max_size=6).map("&".join))
@example("set=%00%0A:1")
@example("scenario=\ud800&seed=\udfff")
@example("scenario=%F0%9F%98%80&set=a.b:1e999")
@example("set=" + "x" * 5000 + ":1")
def test_no_link_whatever_raises_or_is_shown_with_a_fault(query):
    found = view_of(query)
    if isinstance(found, LinkFault):
        assert all(each.isprintable() and len(each) < 600 for each in found.sentences)
        assert found.sentences
    else:
        assert view_of(query_of(found)) == found
