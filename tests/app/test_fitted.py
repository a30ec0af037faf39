"""Fitted parameters of a page: there, not wanted, or missing with a word why."""

import solara

from sim.app.fitted import use_fitted, use_has_fit
from sim.app.view import shipped_scenario
from sim.engine.posterior import posterior_of
from sim.scenario import load


def found(scenario, wanted=None):
    """Return what a page finds; without a wish, whether there is something to find."""
    seen = []

    @solara.component
    def Page():
        seen.append(use_has_fit(scenario) if wanted is None else use_fitted(scenario, wanted))
        solara.Text("")

    _, context = solara.render(Page(), handle_error=False)
    context.close()
    return seen[-1]


def test_they_are_those_of_the_scenario():
    siege = shipped_scenario("hasakeh-2015")
    fitted, fault = found(siege, True)
    assert fitted.to_json() == posterior_of(siege, True).to_json()
    assert fault == ""
    assert found(siege)


def test_where_they_are_not_wanted_there_are_none():
    assert found(shipped_scenario("hasakeh-2015"), False) == (None, "")
    assert found(None, True) == (None, "")


def test_where_there_are_none_a_sentence_says_so():
    fitted, fault = found(shipped_scenario("two-towns"), True)
    assert fitted is None
    assert "two-towns has no posterior" in fault
    assert not found(shipped_scenario("two-towns"))


def test_a_damaged_table_is_told_in_a_sentence(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "scenario.toml").write_text(
        'base = "two-towns"\ntitle = "Mine"\nquestion = "Is it mine?"\n'
    )
    (folder / "posterior.csv").write_text("no.such\n1\n")
    scenario = load(folder)
    fitted, fault = found(scenario, True)
    assert fitted is None
    assert "posterior.csv" in fault
    assert fault.count("\n") == 0
    assert not found(scenario)
