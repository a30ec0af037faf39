"""What pages have begun: shown as it comes, dropped at once, never shown for something else."""

import threading
from concurrent.futures import Future

import pytest
import solara

from sim.app.errands import THREAD_NAME, DroppedError, Errand, _Board, use_errand
from tests.app.sessions import wait_for


class Job(Future):
    """A job that heeds nothing once it runs."""

    drops = 0

    def drop(self):
        self.drops += 1


@pytest.fixture
def board():
    return _Board()


def errand_of(board):
    drawn = []
    errand = Errand(board, drawn.append)
    board.hand_over(errand)
    return errand, drawn


def in_a_thread(call):
    """Call something in a thread; return what it raised or returned, once it has."""
    outcome = Future()

    def run():
        try:
            outcome.set_result(call())
        except Exception as fault:
            outcome.set_exception(fault)

    threading.Thread(target=run, daemon=True).start()
    return outcome


def test_what_is_shown_is_drawn(board):
    errand, drawn = errand_of(board)
    errand.show("first")
    errand.show("first")
    assert board.value == "first"
    assert len(set(drawn)) == 2  # the same value again is drawn again: it may have been overtaken


def test_of_two_errands_only_the_later_one_shows_anything(board):
    old, drawn = errand_of(board)
    new, _ = errand_of(board)
    new.show("new")
    old.show("old")
    assert board.value == "new"
    assert drawn == []


def test_an_errand_that_was_dropped_shows_nothing(board):
    errand, drawn = errand_of(board)
    errand.drop()
    errand.show("late")
    assert board.value is None
    assert drawn == []
    assert errand.is_dropped


def test_an_answer_is_waited_for(board):
    errand, _ = errand_of(board)
    job = Job()
    outcome = in_a_thread(lambda: errand.answer(job))
    job.set_result(7)
    assert outcome.result(20) == 7
    assert job.drops == 0
    errand.drop()
    assert job.drops == 0  # it is over


def test_what_a_job_raises_is_raised(board):
    errand, _ = errand_of(board)
    job = Job()
    job.set_exception(TimeoutError("of its own"))
    with pytest.raises(TimeoutError, match="of its own"):
        errand.answer(job)


def test_whoever_waits_for_a_job_that_goes_on_is_let_go_at_once(board):
    errand, _ = errand_of(board)
    job = Job()
    job.set_running_or_notify_cancel()
    outcome = in_a_thread(lambda: errand.answer(job))
    wait_for(lambda: errand._on_drop)
    errand.drop()
    with pytest.raises(DroppedError):
        outcome.result(20)
    assert job.drops == 1
    assert not job.done()


def test_what_is_begun_after_the_drop_is_given_up_at_once(board):
    errand, _ = errand_of(board)
    errand.drop()
    job = Job()
    with pytest.raises(DroppedError):
        errand.answer(job)
    assert job.drops == 1


def test_a_component_drops_its_errand_with_what_it_was_made_of():
    begun, gates = [], {}

    @solara.component
    def Page(number):
        def work(errand):
            begun.append((number, errand))
            errand.show(number)
            gates.setdefault(number, threading.Event()).wait(20)

        solara.Text(f"{use_errand(work, [number])}")

    box, context = solara.render(Page(1), handle_error=False)
    wait_for(lambda: len(begun) == 1)
    context.render(Page(1))
    context.render(Page(2), box)
    wait_for(lambda: len(begun) == 2)  # which did not wait for the first
    assert [number for number, _ in begun] == [1, 2]
    (_, first), (_, second) = begun
    assert first.is_dropped
    assert not second.is_dropped
    context.close()
    assert second.is_dropped
    wait_for(lambda: set(gates) == {1, 2})
    for gate in gates.values():
        gate.set()
    wait_for(lambda: THREAD_NAME not in {each.name for each in threading.enumerate()})
