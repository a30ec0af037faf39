"""The ensemble of a view: it grows, is kept whole, and is never that of another view."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sim.app import future_runs, many_runs
from sim.app.many_runs import key_of, known_parameters, wish_of
from sim.app.view import View, shipped_scenario
from sim.app.widgets import Futures
from sim.engine.posterior import posterior_of
from tests.app.sessions import wait_for
from tests.app.slow_work import SLOW, die, fail, slow_part, work_until_unwanted
from tests.app.test_one_run import errands

TOWNS = "/ensemble?scenario=two-towns&replicates=16"


def whole(session):
    futures = session.one(Futures).futures
    return futures.get("done") and futures["done"] == futures["of"]


def shown(session):
    return session.one(Futures).futures.get("seed")


def test_the_ensemble_of_the_address_grows_until_it_is_whole(open_page, monkeypatch):
    monkeypatch.setattr(future_runs, "SECONDS_BETWEEN", 0.0)
    session = open_page("/ensemble?scenario=two-towns&replicates=256&seed=2")
    seen = []
    session.one(Futures).observe(lambda change: seen.append(change["new"]["done"]), "futures")
    session.wait_for(whole)
    futures = session.one(Futures).futures
    assert (futures["of"], futures["seed"]) == (256, 2)
    assert seen == sorted(set(seen))
    assert seen[-1] == 256
    assert len(seen) > 1


def test_an_ensemble_that_is_kept_asks_the_pool_for_nothing(open_page, pool, monkeypatch):
    first = open_page(TOWNS)
    first.wait_for(whole)
    monkeypatch.setattr(pool, "submit", None)
    again = open_page(TOWNS)
    again.wait_for(whole)
    assert again.one(Futures).futures == first.one(Futures).futures
    assert not again.said()


def test_a_new_view_does_not_wait_for_the_ensemble_of_the_old_one(open_page, monkeypatch, tmp_path):
    gate = tmp_path / "gate"
    monkeypatch.setattr(future_runs, "run_part", partial(slow_part, str(gate)))
    monkeypatch.setattr(future_runs, "part_sizes", lambda replicates, workers, most: [replicates])
    session = open_page(f"{TOWNS}&seed={SLOW}")
    wait_for(Path(f"{gate}.reached").exists)
    session.go(TOWNS)
    session.wait_for(whole)
    assert shown(session) == 0
    gate.touch()
    session.wait_for(lambda _: not errands())
    assert shown(session) == 0


def test_what_was_shown_stays_until_there_is_something_new(open_page, monkeypatch, tmp_path):
    gate = tmp_path / "gate"
    monkeypatch.setattr(future_runs, "run_part", partial(slow_part, str(gate)))
    session = open_page(TOWNS)
    session.wait_for(whole)
    session.go(f"{TOWNS}&seed={SLOW}")
    wait_for(Path(f"{gate}.reached").exists)
    assert shown(session) == 0
    gate.touch()
    session.wait_for(lambda _: shown(session) == SLOW)


def test_of_another_scenario_nothing_stays(open_page, monkeypatch, tmp_path):
    gate = tmp_path / "gate"
    monkeypatch.setattr(future_runs, "run_part", partial(slow_part, str(gate)))
    session = open_page(TOWNS)
    session.wait_for(whole)
    session.go(f"/ensemble?scenario=hasakeh-2015&replicates=2&seed={SLOW}")
    assert not session.one(Futures).futures
    gate.touch()
    session.wait_for(whole)
    assert session.one(Futures).futures["scenario"] == "hasakeh-2015"


@pytest.mark.parametrize("leave", [lambda session: session.go("/?scenario=two-towns"), None])
def test_who_goes_on_or_leaves_has_the_ensemble_given_up(open_page, monkeypatch, tmp_path, leave):
    trace = tmp_path / "given up"
    monkeypatch.setattr(future_runs, "run_part", partial(work_until_unwanted, str(trace)))
    session = open_page(TOWNS)
    wait_for(Path(f"{trace}.reached").exists)
    session.close() if leave is None else leave(session)
    wait_for(trace.exists)
    session.close()
    wait_for(lambda: not errands())


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (die, "This could not be simulated: the process that was at it died twice."),
        (fail, "This could not be simulated (ZeroDivisionError: the rate of nothing)."),
    ],
)
def test_what_goes_wrong_in_the_pool_is_told_in_a_sentence(open_page, monkeypatch, work, sentence):
    with monkeypatch.context() as patch:
        patch.setattr(future_runs, "run_part", work)
        session = open_page(TOWNS)
        session.wait_for(lambda _: sentence in session.said())
    session.go(f"{TOWNS}&seed=1")
    session.wait_for(whole)
    assert not session.said()


def test_everything_that_an_ensemble_is_made_of_is_in_its_key():
    towns, siege = shipped_scenario("two-towns"), shipped_scenario("hasakeh-2015")
    plain = View("two-towns")
    fitted = posterior_of(siege, True)
    lifted = next(iter(towns.parameters))
    uploaded = towns.model_copy(update={"name": "uploaded-two-towns"})
    wishes = [
        wish_of(towns, plain, None),
        wish_of(siege, plain, None),
        wish_of(uploaded, plain, None),
        wish_of(towns, replace(plain, seed=1), None),
        wish_of(towns, replace(plain, replicates=1), None),
        wish_of(towns, replace(plain, parameters={lifted: 0.5}), None),
        wish_of(towns, plain, fitted),
        wish_of(towns, plain, replace(fitted, ids=fitted.ids[1:], values=fitted.values[:, 1:])),
    ]
    keys = [key_of(each) for each in wishes]
    assert len(set(keys)) == len(keys)
    # One replicate is one of them; the day is looked at in all.
    same = replace(plain, replicate=9, day=towns.start, other="truce")
    assert key_of(wish_of(towns, same, None)) == keys[0]


def test_a_scenario_gets_the_parameters_that_it_has():
    towns = shipped_scenario("two-towns")
    known = next(iter(towns.parameters))
    view = View("hasakeh-2015", parameters={known: 0.5, "no.such": 1.0})
    assert known_parameters(towns, view) == {known: 0.5}
    assert many_runs.wish_of(towns, view, None).parameters == {known: 0.5}
