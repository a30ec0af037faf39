"""The run of a view: it comes in steps, is kept, and is never that of another view."""

import json
import threading
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from sim.app import one_run, simulating
from sim.app.errands import THREAD_NAME
from sim.app.fitted import fitted_key
from sim.app.one_run import key_of
from sim.app.recording import record_run
from sim.app.view import View, shipped_scenario
from sim.app.widgets import Replay
from sim.engine.posterior import posterior_of
from tests.app.sessions import wait_for
from tests.app.slow_work import SLOW, die, fail, slowly_simulated, work_until_unwanted

TOWNS = "/?scenario=two-towns"


def shown(session):
    return session.one(Replay).recording.get("seed")


def complete(session):
    return session.one(Replay).sheets.get("complete")


def errands():
    return [each for each in threading.enumerate() if each.name == THREAD_NAME]


def bytes_in(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from bytes_in(each)
    elif isinstance(value, bytes | memoryview):
        yield bytes(value)


def test_the_run_of_the_address_is_shown_with_all_its_days(open_page):
    session = open_page(f"{TOWNS}&seed=3&replicate=4")
    session.wait_for(complete)
    replay = session.one(Replay)
    alone = record_run("two-towns", seed=3, replicate=4).recording
    assert replay.recording == alone
    assert replay.theatre["scenario"] == "two-towns"
    assert set(replay.sheets["days"]) == {str(day) for day in range(alone["days"])}
    assert replay.sheets["key"] == alone["key"]


def test_days_come_in_batches_the_last_one_first(open_page):
    session = open_page(TOWNS)
    seen = []
    session.one(Replay).observe(lambda change: seen.append(set(change["new"]["days"])), "sheets")
    session.wait_for(complete)
    last = str(session.one(Replay).recording["days"] - 1)
    assert len(seen) > 2
    assert seen[0] == {last}
    assert all(before < after for before, after in pairwise(seen))


def test_a_run_that_is_kept_asks_the_pool_for_nothing(open_page, pool, monkeypatch):
    open_page(TOWNS).wait_for(complete)
    monkeypatch.setattr(pool, "submit", None)
    again = open_page(TOWNS)
    again.wait_for(complete)
    assert not again.said()


def test_the_record_itself_stays_on_the_server(open_page):
    session = open_page(TOWNS)
    session.wait_for(complete)
    scenario = shipped_scenario("two-towns")
    packed = one_run._kept.get(key_of(scenario, View("two-towns"), None)).packed
    assert packed
    state = session.one(Replay).get_state()
    assert not any(packed in each for each in bytes_in(state))
    assert "packed" not in json.dumps(state, default=str)


def test_a_new_view_does_not_wait_for_the_run_of_the_old_one(open_page, monkeypatch, tmp_path):
    gate = tmp_path / "gate"
    monkeypatch.setattr(one_run, "simulated", partial(slowly_simulated, str(gate)))
    session = open_page(f"{TOWNS}&seed={SLOW}")
    wait_for(Path(f"{gate}.reached").exists)
    session.go(f"{TOWNS}&seed=1")
    session.wait_for(complete)
    assert shown(session) == 1
    gate.touch()
    session.wait_for(lambda _: not errands())
    assert shown(session) == 1


def test_an_old_run_that_ends_first_is_not_shown(open_page, monkeypatch, tmp_path):
    gate = tmp_path / "gate"
    monkeypatch.setattr(one_run, "simulated", partial(slowly_simulated, str(gate)))
    session = open_page(f"{TOWNS}&seed=1")
    seen = []
    session.one(Replay).observe(lambda change: seen.append(change["new"].get("seed")), "recording")
    session.go(f"{TOWNS}&seed={SLOW}")
    wait_for(Path(f"{gate}.reached").exists)
    assert shown(session) is None
    gate.touch()
    session.wait_for(complete)
    assert shown(session) == SLOW
    assert set(seen) <= {None, SLOW}


@pytest.mark.parametrize("leave", [lambda session: session.go(f"{TOWNS}&seed=1"), None])
def test_who_goes_on_or_leaves_has_the_run_given_up(open_page, monkeypatch, tmp_path, leave):
    trace = tmp_path / "given up"
    monkeypatch.setattr(one_run, "simulated", partial(work_until_unwanted, str(trace)))
    session = open_page(TOWNS)
    wait_for(Path(f"{trace}.reached").exists)
    assert errands()
    session.close() if leave is None else leave(session)
    wait_for(trace.exists)
    session.close()
    wait_for(lambda: not errands())


def test_a_run_is_asked_every_day_whether_anybody_waits(monkeypatch):
    asked = []
    monkeypatch.setattr(simulating, "stop_if_unwanted", lambda: asked.append(1))
    recorded = simulating.simulated(shipped_scenario("two-towns"), View("two-towns", seed=2))
    assert len(asked) == recorded.recording["days"]


@pytest.mark.parametrize(
    ("work", "sentence"),
    [
        (die, "This could not be simulated: the process that was at it died twice."),
        (fail, "This could not be simulated (ZeroDivisionError: the rate of nothing)."),
    ],
)
def test_what_goes_wrong_in_the_pool_is_told_in_a_sentence(open_page, monkeypatch, work, sentence):
    monkeypatch.setattr(one_run, "simulated", work)
    session = open_page(TOWNS)
    session.wait_for(lambda _: sentence in session.said())
    assert not session.one(Replay).recording


def test_a_run_that_failed_is_tried_again(open_page, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(one_run, "simulated", fail)
        session = open_page(TOWNS)
        session.wait_for(lambda _: session.said())
    session.go(f"{TOWNS}&seed=1")
    session.wait_for(complete)
    assert not session.said()
    session.go(TOWNS)
    session.wait_for(lambda _: shown(session) == 0)
    assert not session.said()


def test_everything_that_a_run_is_made_of_is_in_its_key():
    towns, siege = shipped_scenario("two-towns"), shipped_scenario("hasakeh-2015")
    plain = View("two-towns")
    fitted = posterior_of(siege, True)
    noted = replace(fitted, notes=(*fitted.notes, "Read this."))
    keys = [
        key_of(towns, plain, None),
        key_of(siege, plain, None),
        key_of(towns.model_copy(update={"name": "uploaded-two-towns"}), plain, None),
        key_of(towns, replace(plain, seed=1), None),
        key_of(towns, replace(plain, replicate=1), None),
        key_of(towns, replace(plain, parameters={"combat.contact_line": 0.5}), None),
        key_of(towns, replace(plain, parameters={"combat.contact_line": 0.6}), None),
        key_of(towns, plain, fitted),
        key_of(towns, plain, noted),
        key_of(towns, plain, replace(fitted, ids=fitted.ids[1:], values=fitted.values[:, 1:])),
    ]
    assert len(set(keys)) == len(keys)
    # What is looked at is no part of what is simulated.
    same = replace(plain, other="truce", replicates=9, day=towns.start)
    assert key_of(towns, same, None) == keys[0]


def test_a_fit_of_another_table_is_another_one():
    fitted = posterior_of(shipped_scenario("hasakeh-2015"), True)
    other = replace(fitted, posterior=replace(fitted.posterior, sha256="0" * 64))
    assert len({fitted_key(None), fitted_key(fitted), fitted_key(other)}) == 3
